//! The terminal itself: every key as it is pressed, its size, and as it was when this ends.

use std::io::{self, Read as _, Write as _};
use std::os::unix::net::UnixStream;
use std::sync::mpsc::Sender;
use std::thread;

use rustix::termios::{self, OptionalActions, Termios};
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM, SIGWINCH};
use signal_hook::low_level::pipe;

use super::Signal;

/// A second screen, pasting in brackets, word of when the window comes to the front; and what is too
/// wide is cut off and not carried into the next line.
const ENTER: &str = "\x1b[?1049h\x1b[?2004h\x1b[?1004h\x1b[?7l\x1b[2J";
const LEAVE: &str = "\x1b[0m\x1b[?7h\x1b[?1004l\x1b[?2004l\x1b[?25h\x1b[?1049l";

/// A terminal that gives every key as it is pressed; it is as before when this goes.
pub struct Raw(Termios);

impl Raw {
    pub fn enter() -> io::Result<Self> {
        let before = termios::tcgetattr(io::stdin())?;
        let mut raw = before.clone();
        raw.make_raw();
        termios::tcsetattr(io::stdin(), OptionalActions::Now, &raw)?;
        let entered = Self(before);
        put(ENTER)?;
        Ok(entered)
    }
}

impl Drop for Raw {
    fn drop(&mut self) {
        // A terminal that is gone needs nothing restored.
        let _ = put(LEAVE);
        let _ = termios::tcsetattr(io::stdin(), OptionalActions::Now, &self.0);
    }
}

/// Writes to the terminal.
pub fn put(text: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes())?;
    out.flush()
}

/// Columns and rows.
pub fn size() -> (usize, usize) {
    termios::tcgetwinsize(io::stdout()).map_or((80, 24), |size| {
        (
            usize::from(size.ws_col).clamp(20, 1000),
            usize::from(size.ws_row).clamp(5, 500),
        )
    })
}

/// A signal ends the conversation as Ctrl+C does, so that the terminal is restored; another size is
/// told.
pub fn on_signals(signals: &Sender<Signal>) -> io::Result<()> {
    watch(&[SIGTERM, SIGHUP, SIGINT], signals.clone(), || {
        Signal::Leave
    })?;
    watch(&[SIGWINCH], signals.clone(), || Signal::Resized)
}

fn watch(which: &[i32], signals: Sender<Signal>, told: fn() -> Signal) -> io::Result<()> {
    let (mut read, write) = UnixStream::pair()?;
    for signal in which {
        pipe::register(*signal, write.try_clone()?)?;
    }
    thread::spawn(move || {
        let mut byte = [0];
        while read.read_exact(&mut byte).is_ok() && signals.send(told()).is_ok() {}
    });
    Ok(())
}

/// Tells what the keyboard brings, until it ends.
pub fn read_keys(signals: &Sender<Signal>) {
    let mut buffer = [0; 4096];
    loop {
        match io::stdin().read(&mut buffer) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Ok(0) | Err(_) => {
                let _ = signals.send(Signal::Leave);
                return;
            }
            Ok(length) => {
                let bytes = buffer.get(..length).unwrap_or_default().to_vec();
                if signals.send(Signal::Input(bytes)).is_err() {
                    return;
                }
            }
        }
    }
}
