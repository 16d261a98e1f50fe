//! `cargo xtask test`: everything that has to hold before a change is good.

use crate::args::Args;
use crate::clock::{Stopwatch, spoken};
use crate::command::Command;
use crate::failure::{Failure, Result};
use crate::step::{self, Outcome};
use crate::{
    bindings, clippy, deny, desktop, fmt, ipc, node, path, programs, setup, tool, ui, workspace,
};
use std::process;

/// The command.
pub const COMMAND: Command = Command {
    name: "test",
    usage: "[--only STEP,STEP] [FILTER]",
    about: "Installs what is missing, then checks format, dependencies and lints and runs every test.\nSteps: setup, fmt, ipc, deny, ui, clippy, doc, python, desktop, test. A FILTER picks tests by name and skips all else.",
    run,
};

/// A step's name and its work.
type Step = (&'static str, fn() -> Result<()>);

/// Cheap steps first, and the tests last, so that their summary is the last thing on the screen.
const STEPS: &[Step] = &[
    ("setup", setup::for_checking),
    ("fmt", fmt::check),
    ("ipc", ipc::check),
    ("deny", deny::check),
    ("ui", ui::check),
    ("clippy", clippy::check),
    ("doc", doc),
    ("python", bindings::check),
    ("desktop", desktop::check),
    ("test", || every_test(None)),
];

fn run(mut args: Args) -> Result<()> {
    let only = args.value("--only")?;
    if let Some(filter) = args.filter()? {
        return match only {
            None => every_test(Some(&filter)),
            Some(_) => Err(Failure::new(
                "--only picks steps and FILTER picks tests; give one of them",
            )),
        };
    }
    let watch = Stopwatch::start();
    for (name, work) in chosen(only.as_deref())? {
        if *name == "test" {
            println!("\n   {} so far", spoken(watch.elapsed()));
        }
        work()?;
    }
    Ok(())
}

/// The steps named in `only`, in their own order; all of them where nothing is named.
fn chosen(only: Option<&str>) -> Result<Vec<&'static Step>> {
    let Some(only) = only else {
        return Ok(STEPS.iter().collect());
    };
    let names: Vec<_> = only
        .split(',')
        .map(str::trim)
        .filter(|name| !name.is_empty())
        .collect();
    if let Some(unknown) = names
        .iter()
        .find(|name| STEPS.iter().all(|(step, _)| step != *name))
    {
        let known: Vec<_> = STEPS.iter().map(|(step, _)| *step).collect();
        return Err(Failure::new(format!("there is no step {unknown:?}"))
            .remedy(format!("the steps are {}", known.join(", "))));
    }
    Ok(STEPS
        .iter()
        .filter(|(step, _)| names.contains(step))
        .collect())
}

/// The examples in the documentation, which the fast runner cannot run.
fn doc() -> Result<()> {
    step::run("doc", "the examples in the documentation run", || {
        tool::run(&mut workspace::cargo(&[
            "test",
            "--workspace",
            "--doc",
            "--quiet",
        ]))?;
        Outcome::done("every example runs")
    })
}

/// Every test. Prints nothing after the runner's own summary.
fn every_test(filter: Option<&str>) -> Result<()> {
    println!("\n━━ test: every test of every crate");
    // Whole-system tests start the real programs, which the runner alone would not build.
    programs::build_all(&[]).map_err(|failure| failure.within("test"))?;
    let mut runner = runner();
    runner
        .args(filter)
        .env("SOTTO_BIN_DIR", workspace::target().join("debug"));
    if let Some(node) = node::program() {
        runner.env("SOTTO_NODE", node);
    }
    tool::run(&mut runner).map_err(|failure| failure.within("test"))
}

/// cargo-nextest where it is installed, else cargo's own; never with retries, which hide races.
pub fn runner() -> process::Command {
    if path::find("cargo-nextest").is_some() {
        workspace::cargo(&[
            "nextest",
            "run",
            "--workspace",
            "--retries",
            "0",
            "--no-fail-fast",
            "--status-level",
            "fail",
            "--final-status-level",
            "fail",
        ])
    } else {
        workspace::cargo(&[
            "test",
            "--workspace",
            "--no-fail-fast",
            "--lib",
            "--bins",
            "--tests",
        ])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_keep_their_order_and_unknown_ones_are_refused() {
        let names = |only| {
            chosen(only).map(|steps| steps.iter().map(|(name, _)| *name).collect::<Vec<_>>())
        };
        assert_eq!(names(Some("deny, fmt")).unwrap(), ["fmt", "deny"]);
        assert_eq!(names(None).unwrap().len(), STEPS.len());
        assert!(names(Some("fmt,lint")).is_err());
    }

    #[test]
    fn the_tests_come_last() {
        assert_eq!(STEPS.last().map(|(name, _)| *name), Some("test"));
    }
}
