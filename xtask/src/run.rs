//! `cargo xtask run`: from a fresh checkout into a live conversation.

use crate::args::Args;
use crate::command::Command;
use crate::demo::{self, Place, relay};
use crate::failure::{Failure, Result};
use crate::signals::Interruption;
use crate::{programs, setup, ui};
use std::io::{IsTerminal, stdin, stdout};

/// The command.
pub const COMMAND: Command = Command {
    name: "run",
    usage: "[--demo | --terminal [--two]] [--fresh]",
    about: "Builds the relay and the desktop app, starts a relay on this machine and opens the app against\nit: the first time it makes you an account. With --demo two windows of one process open, Alice's\nand Bob's, who have talked already. --fresh forgets everything first.\nWith --terminal, or without a display, you are Alice in the terminal client, and Bob answers by\nhimself; with --two you write as Bob too, from a second terminal. In a pipe or in CI a short\nexchange is played and printed.",
    run,
};

fn run(mut args: Args) -> Result<()> {
    let demo = args.flag("--demo");
    let two = args.flag("--two");
    let terminal = args.flag("--terminal") || two;
    let fresh = args.flag("--fresh");
    args.finish()?;
    if demo && terminal {
        return Err(Failure::new(
            "--demo opens windows, and --terminal and --two do without; give one of them",
        ));
    }
    if !terminal && !demo::has_display() {
        println!(
            "There is no display here (neither DISPLAY nor WAYLAND_DISPLAY is set), so this is the\nconversation in the terminal. With a display this command opens the desktop app."
        );
    }
    if terminal || !demo::has_display() {
        in_the_terminal(two, fresh)
    } else {
        on_the_desktop(demo, fresh)
    }
}

fn on_the_desktop(demo: bool, fresh: bool) -> Result<()> {
    setup::for_desktop()?;
    ui::build()?;
    programs::build(&["sotto-relay", "sotto", "sotto-desktop"])?;
    let interruption = Interruption::listen()?;
    let place = Place::standard();
    place.tidy(fresh)?;
    // Dropped last, so the clients have gone before their relay goes.
    let relay = relay::start(&place, &interruption)?;
    if !demo {
        return demo::open(&place, relay.url(), &interruption);
    }
    let people = demo::meet(&place, relay.url(), &interruption)?;
    demo::seed(&place, &people, &interruption)?;
    demo::open_two(&place, relay.url(), &interruption)
}

fn in_the_terminal(two: bool, fresh: bool) -> Result<()> {
    setup::for_building()?;
    programs::build(&["sotto-relay", "sotto"])?;
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
