//! `cargo xtask relay`: a relay on this machine, in the foreground.

use crate::args::Args;
use crate::command::Command;
use crate::demo::{Place, relay};
use crate::failure::{Failure, Result};
use crate::signals::Interruption;
use crate::{process, programs, setup};

/// The command.
pub const COMMAND: Command = Command {
    name: "relay",
    usage: "",
    about: "Builds the relay and runs it here until Ctrl+C, with the data and the address of the\ndemonstration; `run` uses it as long as it is there.",
    run,
};

fn run(args: Args) -> Result<()> {
    args.finish()?;
    let place = Place::standard();
    setup::for_building()?;
    programs::build(&["sotto-relay"])?;
    let interruption = Interruption::listen()?;
    let mut command = match relay::prepare(&place)? {
        relay::Prepared::Runs(url) => {
            println!("\nA relay already runs at {url}.");
            return Ok(());
        }
        relay::Prepared::Ready { url, command } => {
            println!("\nThe relay is at {url}; Ctrl+C ends it.");
            command
        }
    };
    let status = process::foreground(&mut command, &interruption)?;
    if status.success() || interruption.requested() {
        Ok(())
    } else {
        Err(Failure::new(format!("the relay ended with {status}")))
    }
}
