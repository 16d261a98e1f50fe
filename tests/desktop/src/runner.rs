//! Runs scenarios side by side, and says how each went.

use std::collections::VecDeque;
use std::env;
use std::io::Write as _;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::Instant;

use crate::display::Display;
use crate::stage::Stage;

/// Something that people do with the app.
pub struct Scenario {
    /// What they do, for whoever reads the list.
    pub name: &'static str,
    /// Does it, and panics where something is not as it should be.
    pub play: fn(&Stage<'_>),
}

/// Plays every scenario whose name contains the argument of the program, two at a time, each on a
/// stage of its own and, since only one window of a display can have the focus, on a display of its
/// own. Nothing is tried twice.
#[must_use]
#[expect(clippy::disallowed_methods, reason = "how long a scenario took")]
pub fn run(scenarios: &[Scenario]) -> ExitCode {
    let filter = env::args().nth(1).unwrap_or_default();
    let chosen: VecDeque<_> = scenarios
        .iter()
        .filter(|scenario| scenario.name.contains(&filter))
        .collect();
    let count = chosen.len();
    let waiting = Mutex::new(chosen);
    let failed = Mutex::new(Vec::new());
    // A failure is said in one line; the way there is in the name of the scenario.
    std::panic::set_hook(Box::new(|failure| eprintln!("{failure}")));
    thread::scope(|scope| {
        for _ in 0..workers() {
            scope.spawn(|| {
                let display = Display::start();
                loop {
                    let next = waiting
                        .lock()
                        .unwrap_or_else(PoisonError::into_inner)
                        .pop_front();
                    let Some(scenario) = next else { break };
                    let watch = Instant::now();
                    let went = catch_unwind(AssertUnwindSafe(|| {
                        (scenario.play)(&Stage::new(&display, &evidence(scenario.name)));
                    }));
                    let took = watch.elapsed().as_secs_f64();
                    let sign = if went.is_ok() { '✔' } else { '✘' };
                    println!("   {sign} {} ({took:.1} s)", scenario.name);
                    std::io::stdout().flush().ok();
                    if went.is_err() {
                        failed
                            .lock()
                            .unwrap_or_else(PoisonError::into_inner)
                            .push(scenario.name);
                    }
                }
            });
        }
    });
    let failed = failed.into_inner().unwrap_or_else(PoisonError::into_inner);
    if count == 0 {
        eprintln!("no scenario is called so: {filter:?}");
        return ExitCode::FAILURE;
    }
    for name in &failed {
        eprintln!("failed: {name}\n  → {}", evidence(name).display());
    }
    println!(
        "   {} of {count} scenarios went as they should",
        count - failed.len()
    );
    if failed.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

/// Two at least: most of the time a scenario waits.
fn workers() -> usize {
    env::var("SOTTO_WORKERS")
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or_else(|| {
            thread::available_parallelism()
                .map_or(2, usize::from)
                .max(2)
        })
}

fn evidence(name: &str) -> PathBuf {
    let folder = env::var_os("SOTTO_OUTPUT").map_or_else(env::temp_dir, PathBuf::from);
    folder.join(name.replace(' ', "-"))
}
