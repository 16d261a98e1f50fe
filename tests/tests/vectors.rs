//! The test vectors, computed a second time by `tests/vectors/check.py`, which was written from
//! docs/protocol.md alone. The crates compare themselves with the same files in their own tests.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use std::io::Write;
use std::path::Path;
use std::process::Command;

#[test]
fn the_second_implementation_agrees() {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("vectors/check.py");
    let output = match Command::new("python3").arg(&script).output() {
        Ok(output) => output,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            // Not by a macro, whose output a passing test keeps to itself.
            let skipped = b"SKIPPED: there is no python3, so the vectors were not computed again\n";
            std::io::stderr().write_all(skipped).unwrap();
            return;
        }
        Err(error) => panic!("python3 cannot be run: {error}"),
    };
    let said = String::from_utf8_lossy(&output.stdout);
    let complained = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}\n{complained}");
    let last = said.lines().last().unwrap();
    assert!(last.ends_with(" passed, 0 failed"), "{said}");
}
