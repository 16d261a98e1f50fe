//! `cargo xtask run`: from a fresh checkout into a live conversation.

use crate::args::Args;
use crate::command::Command;
use crate::demo::{self, Place, relay};
use crate::failure::Result;
use crate::setup;
use crate::signals::Interruption;
use std::io::{IsTerminal, stdin, stdout};

/// The command.
pub const COMMAND: Command = Command {
    name: "run",
    usage: "[--two] [--fresh]",
    about: "Builds the relay and the terminal client, starts a relay on this machine, registers Alice\nand Bob on first use, and opens their conversation: you are Alice, Bob answers by himself.\nWith --two you write as Bob too, from a second terminal. --fresh forgets both first.\nWithout a terminal (in a pipe, in CI) it plays a short exchange and prints it.",
    run,
};

fn run(mut args: Args) -> Result<()> {
    let two = args.flag("--two");
    let fresh = args.flag("--fresh");
    args.finish()?;

    setup::for_building()?;
    demo::build(&["sotto-relay", "sotto-cli"])?;
    let interruption = Interruption::listen()?;
    let place = Place::standard();
    place.tidy(fresh)?;
    // Dropped last, so the clients have gone before their relay goes.
    let relay = relay::start(&place, &interruption)?;
    let people = demo::meet(&place, relay.url(), &interruption)?;
    if stdin().is_terminal() && stdout().is_terminal() {
        demo::live(&people, two, &interruption)
    } else {
        demo::scripted(&people, &interruption)
    }
}
