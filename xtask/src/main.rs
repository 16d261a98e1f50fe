//! Every developer command of Sotto: `cargo xtask --help` lists them.
//!
//! One file, one command. What commands share (where the workspace is, how a step is reported, how
//! a process is ended) has a file each as well. Nothing here is shipped, so nothing of Sotto is
//! linked: the demonstration drives the same binaries that a person would.

mod args;
mod bench;
mod bindings;
mod built;
mod clippy;
mod clock;
mod command;
mod components;
mod demo;
mod deny;
mod desktop;
mod failure;
mod fmt;
mod gauntlet;
mod ipc;
mod node;
mod path;
mod process;
mod programs;
mod relay;
mod run;
mod screenshots;
mod setup;
mod signals;
mod step;
mod test;
mod tool;
mod ui;
mod workspace;

use std::process::ExitCode;

fn main() -> ExitCode {
    let mut words = std::env::args().skip(1);
    let name = words.next().unwrap_or_else(|| "--help".to_owned());
    match command::dispatch(&name, words.collect()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("\nxtask {name}: {failure}");
            ExitCode::FAILURE
        }
    }
}
