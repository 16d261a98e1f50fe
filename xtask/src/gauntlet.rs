//! `cargo xtask gauntlet`: the long runs, which are ignored by `test`.

use crate::args::Args;
use crate::command::Command;
use crate::failure::{Failure, Result};
use crate::step::{self, Outcome};
use crate::{path, programs, setup, test, tool, workspace};

/// The command.
pub const COMMAND: Command = Command {
    name: "gauntlet",
    usage: "[--seeds N] [--from SEED] [FILTER]",
    about: "Runs the tests that are too long for every day: random worlds over N seeds, kills under\ntraffic, every crash point. A failure prints the seed that brings it back.",
    run,
};

fn run(mut args: Args) -> Result<()> {
    let seeds = number(&mut args, "--seeds")?;
    let from = number(&mut args, "--from")?;
    let filter = args.filter()?;
    setup::for_workspace()?;
    step::run(
        "build",
        "the programs that the long runs start and kill",
        || {
            programs::build_all(&[])?;
            Outcome::done("built")
        },
    )?;
    println!("\n━━ gauntlet: every test that is ignored otherwise");
    let mut runner = test::runner();
    runner
        .env("SOTTO_GAUNTLET", "1")
        .env("SOTTO_BIN_DIR", workspace::target().join("debug"));
    for (name, value) in [("SOTTO_SEEDS", seeds), ("SOTTO_FROM_SEED", from)] {
        if let Some(value) = value {
            runner.env(name, value.to_string());
        }
    }
    if path::find("cargo-nextest").is_some() {
        runner.args(["--run-ignored", "only"]).args(filter);
    } else {
        runner.args(filter).args(["--", "--ignored"]);
    }
    tool::run(&mut runner)
}

fn number(args: &mut Args, name: &str) -> Result<Option<u64>> {
    let parse = |text: String| {
        text.parse()
            .map_err(|_| Failure::new(format!("{name} wants a number, not {text:?}")))
    };
    args.value(name)?.map(parse).transpose()
}
