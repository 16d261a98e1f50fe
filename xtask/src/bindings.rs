//! `cargo xtask bindings`: the client for other languages, and a script that uses it.

use crate::clock::Stopwatch;
use crate::command::Command;
use crate::failure::{Failure, Result};
use crate::process::Background;
use crate::step::{self, Outcome};
use crate::{path, setup, tool, workspace};
use std::fs::{self, File};
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{self, ChildStdout, Stdio};
use std::time::Duration;

/// The command.
pub const COMMAND: Command = Command {
    name: "bindings",
    usage: "",
    about: "Builds sotto-ffi and writes the Python module `sotto` with its library into\ntarget/bindings/python. `test` does the same and runs a script with it.",
    run: |args| {
        args.finish()?;
        setup::for_workspace()?;
        step::run("bindings", "the client for other languages", || {
            Outcome::done(format!("in {}", python()?.display()))
        })
    },
};

/// The library that other languages load.
const LIBRARY: &str = "libsotto_ffi.so";
/// Far more than the script takes. It waits for an event as long as this at most, several times.
const PATIENCE: Duration = Duration::from_secs(300);

/// The step of `test`.
///
/// # Errors
/// Where the bindings cannot be made, there is no Python, or the script finds something wrong.
pub fn check() -> Result<()> {
    step::run(
        "python",
        "a script in another language uses the core",
        || {
            let python3 = path::find("python3").ok_or_else(|| {
                Failure::new("there is no python3")
                    .remedy("on Debian: sudo apt-get install python3")
            })?;
            let module = python()?;
            let place = Place::fresh()?;
            let relay = Relay::start(&place)?;
            hello(&python3, &module, &place, &relay)?;
            Outcome::done("two accounts have talked through a relay, from a script")
        },
    )
}

/// Builds everything, and writes the module beside its library.
fn python() -> Result<PathBuf> {
    // All of the workspace, as the tests build it: a part of it would be built with other features.
    tool::run(&mut workspace::cargo(&["build", "--quiet", "--workspace"]))?;
    let module = bindings().join("python");
    let explain = |error| Failure::new(format!("{}: {error}", module.display()));
    // What an older library had must not lie beside what this one has.
    if module.exists() {
        fs::remove_dir_all(&module).map_err(explain)?;
    }
    fs::create_dir_all(&module).map_err(explain)?;
    let library = workspace::binary(LIBRARY);
    fs::copy(&library, module.join(LIBRARY)).map_err(explain)?;
    let mut generator = process::Command::new(workspace::binary("sotto-bindgen"));
    tool::output(generator.arg("python").arg(&library).arg(&module))?;
    Ok(module)
}

/// Runs the script. What it checks goes to the screen, line by line.
fn hello(python3: &Path, module: &Path, place: &Place, relay: &Relay) -> Result<()> {
    let script = workspace::root().join("mobile-bindings/python/hello.py");
    let mut command = process::Command::new(python3);
    command
        .arg(script)
        .arg(&relay.url)
        .arg(place.0.join("profiles"))
        .env("PYTHONPATH", module)
        // It runs from the source tree, which stays clean.
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .stdin(Stdio::null());
    let mut script = Background::start("hello.py", &mut command)?;
    let watch = Stopwatch::start();
    let status = loop {
        if let Some(status) = script.ended() {
            break status;
        }
        if watch.elapsed() > PATIENCE {
            script.kill();
            return Err(place.failure("hello.py did not end"));
        }
        std::thread::sleep(Duration::from_millis(25));
    };
    if status.success() {
        Ok(())
    } else {
        Err(place.failure(format!("hello.py ended with {status}")))
    }
}

fn bindings() -> PathBuf {
    workspace::target().join("bindings")
}

/// The folder of one run; it stays for whoever looks for the reason of a failure.
struct Place(PathBuf);

impl Place {
    fn fresh() -> Result<Self> {
        let folder = bindings().join("hello");
        let explain = |error| Failure::new(format!("{}: {error}", folder.display()));
        if folder.exists() {
            fs::remove_dir_all(&folder).map_err(explain)?;
        }
        fs::create_dir_all(folder.join("profiles")).map_err(explain)?;
        Ok(Self(folder))
    }

    fn failure(&self, what: impl Into<String>) -> Failure {
        Failure::new(what).remedy(format!(
            "the relay's log and both profiles are in {}",
            self.0.display()
        ))
    }
}

/// A relay for one run, at a port that the system gives.
struct Relay {
    url: String,
    _process: Background,
    /// Open as long as the process may say something.
    _output: BufReader<ChildStdout>,
}

impl Relay {
    fn start(place: &Place) -> Result<Self> {
        let log = File::create(place.0.join("relay.log"))
            .map_err(|error| Failure::new(format!("{}: {error}", place.0.display())))?;
        let mut command = process::Command::new(workspace::binary("sotto-relay"));
        command
            .args(["--listen", "127.0.0.1:0", "--data"])
            .arg(place.0.join("relay"))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(log);
        let mut process = Background::start("the relay", &mut command)?;
        let mut output = process
            .output()
            .map(BufReader::new)
            .ok_or_else(|| place.failure("the relay's output cannot be read"))?;
        let mut line = String::new();
        let said = output.read_line(&mut line).ok();
        match said.and_then(|_| line.trim().strip_prefix("listening on ")) {
            Some(url) => Ok(Self {
                url: url.to_owned(),
                _process: process,
                _output: output,
            }),
            None => Err(place.failure("the relay did not start")),
        }
    }
}
