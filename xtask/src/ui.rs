//! `cargo xtask ui`: the pages of the desktop app, checked and built.

use crate::command::Command;
use crate::failure::{Failure, Result};
use crate::step::{self, Outcome};
use crate::{node, setup, tool};

/// The command.
pub const COMMAND: Command = Command {
    name: "ui",
    usage: "",
    about: "Checks the types of the desktop app's pages, runs their tests, builds them, and weighs them.",
    run: |args| {
        args.finish()?;
        setup::for_desktop()?;
        check()
    },
};

/// What all pages with their faces and words may weigh, compressed.
const HEAVIEST: u64 = 400_000;

/// The step of `test`.
///
/// # Errors
/// Where a check, a test or the build fails, or the pages are too heavy.
pub fn check() -> Result<()> {
    step::run(
        "ui",
        "the desktop app's pages: types, tests, build, weight",
        || {
            tool::run(
                node::run(node::PAGES, "node_modules/svelte-check/bin/svelte-check")?.args([
                    "--fail-on-warnings",
                    "--tsconfig",
                    "./tsconfig.json",
                    "--output",
                    "human",
                ]),
            )?;
            tool::run(
                node::run(node::PAGES, "node_modules/vitest/vitest.mjs")?
                    .args(["run", "--reporter=dot"]),
            )?;
            bundle()?;
            let weight = weigh()?;
            if weight > HEAVIEST {
                return Err(Failure::new(format!(
                    "the pages weigh {} kB compressed, more than {} kB",
                    weight.div_ceil(1000),
                    HEAVIEST / 1000
                ))
                .remedy("`node weigh.mjs --each` in desktop/ui lists every file"));
            }
            Outcome::done(format!(
                "no complaint; {} kB compressed, of {} kB that they may weigh",
                weight.div_ceil(1000),
                HEAVIEST / 1000
            ))
        },
    )
}

/// The step that builds the pages, and nothing else.
///
/// # Errors
/// Where the build fails.
pub fn build() -> Result<()> {
    step::run("ui", "the desktop app's pages", || {
        bundle()?;
        Outcome::done(format!(
            "in {}",
            node::PAGES.folder().join("dist").display()
        ))
    })
}

fn bundle() -> Result<()> {
    tool::run(
        node::run(node::PAGES, "node_modules/vite/bin/vite.js")?.args([
            "build",
            "--logLevel",
            "warn",
        ]),
    )
}

fn weigh() -> Result<u64> {
    let said = tool::output(&mut node::run(node::PAGES, "weigh.mjs")?)?;
    said.trim()
        .parse()
        .map_err(|_| Failure::new(format!("weigh.mjs said {said:?}")))
}
