//! `cargo xtask bench`: figures, beside what they are held to.

use crate::args::Args;
use crate::command::Command;
use crate::failure::{Failure, Result};
use crate::step::{self, Outcome};
use crate::{desktop, programs, setup, tool, ui, workspace};

/// The command.
pub const COMMAND: Command = Command {
    name: "bench",
    usage: "desktop [--messages N]",
    about: "Measures how quick the window of the desktop app is with a million messages in 500\nconversations, in a release build on a display of its own, and prints each figure beside its\ntarget. The first run builds for ten minutes, and makes the past, which is kept.",
    run,
};

fn run(mut args: Args) -> Result<()> {
    let messages = args.value("--messages")?;
    match args.filter()?.as_deref() {
        Some("desktop") => {}
        other => {
            let asked = other.unwrap_or("nothing");
            return Err(Failure::new(format!("{asked} cannot be measured"))
                .remedy("`cargo xtask bench desktop` measures the window"));
        }
    }
    setup::for_checking()?;
    ui::build()?;
    step::run("build", "everything, as it is released", || {
        programs::build_all(&["--release"])?;
        Outcome::done("built")
    })?;
    step::run("bench", "the window with a long past", || {
        let release = workspace::target().join("release");
        let mut command = workspace::command(release.join("sotto-desktop-bench"));
        command
            .env("SOTTO_BIN_DIR", &release)
            .env("SOTTO_DRIVER", desktop::driver()?)
            .env("SOTTO_OUTPUT", workspace::target().join("bench/desktop"))
            .current_dir(workspace::root());
        if let Some(messages) = messages {
            command.env("SOTTO_MESSAGES", messages);
        }
        tool::run(&mut command)?;
        Outcome::done("measured")
    })
}
