//! `cargo xtask setup`: what a build needs from the machine, and how to get it.

use crate::command::Command;
use crate::failure::{Failure, Result};
use crate::step::{self, Outcome};
use crate::{components, node, path, tool};
use std::path::Path;
use std::process::{self, Stdio};

/// The command.
pub const COMMAND: Command = Command {
    name: "setup",
    usage: "",
    about: "Installs what builds and checks need from the system, and only what is missing (Debian\npackages, as root or with sudo that asks for no password). `run` and `test` begin with it.",
    run: |args| {
        args.finish()?;
        for_checking()
    },
};

/// Something that a build needs from the machine.
struct Need {
    /// The Debian package that brings it.
    package: &'static str,
    /// What it is needed for.
    reason: &'static str,
    /// Whether the machine has it, however it came there.
    present: fn() -> bool,
    /// Whether nothing can be built without it; asked only where it is not present.
    required: fn() -> bool,
}

const NEEDS: &[Need] = &[
    Need {
        package: "gcc",
        reason: "the linker, and the compiler of SQLCipher",
        present: || has("cc"),
        required: || true,
    },
    Need {
        package: "libc6-dev",
        reason: "the headers of the C library",
        present: || cfg!(not(target_env = "gnu")) || Path::new("/usr/include/stdio.h").is_file(),
        required: || true,
    },
    Need {
        package: "git",
        reason: "lays out the advisories for cargo-deny",
        present: || has("git"),
        required: || true,
    },
    Need {
        package: "pkg-config",
        reason: "finds the OpenSSL of the system",
        present: || has("pkg-config"),
        required: || false,
    },
    Need {
        package: "libssl-dev",
        reason: "spares two minutes of building OpenSSL from source",
        present: has_openssl_headers,
        required: || false,
    },
    Need {
        package: "make",
        reason: "builds OpenSSL from source",
        present: || has("make"),
        required: || !has_openssl_headers(),
    },
    Need {
        package: "perl",
        reason: "configures OpenSSL from source",
        // Every Debian has the small perl-base, which lacks the modules that are wanted here.
        present: || succeeds("perl", &["-MIPC::Cmd", "-MFindBin", "-e", "1"]),
        required: || !has_openssl_headers(),
    },
];

/// What the desktop app needs besides.
const DESKTOP_NEEDS: &[Need] = &[
    Need {
        package: "pkg-config",
        reason: "finds GTK and WebKit",
        present: || has("pkg-config"),
        required: || true,
    },
    Need {
        package: "libwebkit2gtk-4.1-dev",
        reason: "the headers of GTK and of the web view that the desktop app shows its pages in",
        present: || succeeds("pkg-config", &["--exists", "webkit2gtk-4.1", "gtk+-3.0"]),
        required: || true,
    },
];

/// What its pages need.
const PAGES_NEED: &[Need] = &[
    Need {
        package: "npm",
        reason: "brings what the pages of the desktop app are built with",
        present: || node::ready(&[node::PAGES]) || has("npm"),
        required: || true,
    },
    Need {
        package: "fonts-noto-color-emoji",
        reason: "draws emoji",
        present: || has_font("Noto Color Emoji"),
        required: || false,
    },
    Need {
        package: "fonts-noto-core",
        reason: "draws every script in which a name may be written",
        present: || has_font("Noto Sans Devanagari"),
        required: || false,
    },
];

/// What the checks need besides.
const CHECKS_NEED: &[Need] = &[
    Need {
        package: "webkit2gtk-driver",
        reason: "clicks and types in the desktop app",
        present: || has("WebKitWebDriver"),
        required: || true,
    },
    Need {
        package: "xvfb",
        reason: "a display for the desktop app that nobody has to look at",
        present: || has("Xvfb"),
        required: || true,
    },
    Need {
        package: "python3",
        reason: "runs the script that uses the core from another language, and the second implementation",
        present: || has("python3"),
        required: || true,
    },
    Need {
        package: "npm",
        reason: "brings the client in JavaScript that the tests talk with",
        present: || node::ready(&[node::CLIENT]) || has("npm"),
        required: || true,
    },
];

/// The step that every command begins with that builds relay and terminal client.
///
/// # Errors
/// Where something that is required is missing and cannot be installed; says what, and how to get it.
pub fn for_building() -> Result<()> {
    step::run("setup", "what a build needs from this machine", || {
        packages(&[NEEDS])
    })
}

/// The same for a command that builds every crate.
///
/// # Errors
/// As [`for_building`].
pub fn for_workspace() -> Result<()> {
    step::run("setup", "what a build needs from this machine", || {
        packages(&[NEEDS, DESKTOP_NEEDS])
    })
}

/// The same for the desktop app with its pages.
///
/// # Errors
/// As [`for_building`].
pub fn for_desktop() -> Result<()> {
    step::run(
        "setup",
        "what the desktop app needs from this machine",
        || {
            let outcome = packages(&[NEEDS, DESKTOP_NEEDS, PAGES_NEED])?;
            node::install(&[node::PAGES])?;
            Ok(outcome)
        },
    )
}

/// The same for everything, and the parts of the toolchain that the checks need.
///
/// # Errors
/// As [`for_building`].
pub fn for_checking() -> Result<()> {
    step::run(
        "setup",
        "what builds and checks need from this machine",
        || {
            components::add()?;
            let outcome = packages(&[NEEDS, DESKTOP_NEEDS, PAGES_NEED, CHECKS_NEED])?;
            node::install(&[node::CLIENT, node::PAGES])?;
            Ok(outcome)
        },
    )
}

/// Whether OpenSSL can be linked without building it.
pub fn has_openssl_headers() -> bool {
    succeeds("pkg-config", &["--exists", "openssl"])
}

fn has(program: &str) -> bool {
    path::find(program).is_some()
}

fn has_font(family: &str) -> bool {
    tool::output(process::Command::new("fc-list").arg(family)).is_ok_and(|found| !found.is_empty())
}

fn succeeds(program: &str, words: &[&str]) -> bool {
    let mut command = process::Command::new(program);
    command
        .args(words)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}

fn missing(needs: &[&'static [Need]]) -> Vec<&'static Need> {
    let all = needs.iter().flat_map(|list| list.iter());
    all.filter(|need| !(need.present)()).collect()
}

fn packages(needs: &[&'static [Need]]) -> Result<Outcome> {
    let wanted = missing(needs);
    if wanted.is_empty() {
        return Outcome::done("nothing is missing");
    }
    for need in &wanted {
        println!("   missing: {} ({})", need.package, need.reason);
    }
    let mut packages: Vec<_> = wanted.iter().map(|need| need.package).collect();
    packages.sort_unstable();
    packages.dedup();
    let by_hand = format!("sudo apt-get install {}", packages.join(" "));

    let attempt = match installer() {
        Some(prefix) => apt(prefix, &["update", "-qq"]).and_then(|()| {
            let mut words = vec!["install", "-y", "-qq", "--no-install-recommends"];
            words.extend(&packages);
            apt(prefix, &words)
        }),
        None => Err(Failure::new(
            "no way to install packages here: this is neither root nor sudo without a password on a machine with apt-get",
        )),
    };
    let still = missing(needs);
    if still.is_empty() {
        return Outcome::done(format!("installed {}", packages.join(", ")));
    }
    let names: Vec<_> = still.iter().map(|need| need.package).collect();
    let names = names.join(", ");
    let why = attempt.err().map_or_else(
        || "they were installed, but are not found".to_owned(),
        |failure| failure.to_string(),
    );
    if still.iter().any(|need| (need.required)()) {
        return Err(
            Failure::new(format!("{names} missing; {why}")).remedy(format!(
                "on Debian or Ubuntu: {by_hand}\n    elsewhere: the packages with the same programs"
            )),
        );
    }
    Ok(Outcome::Partly(format!(
        "works without {names}, only slower; to get it: {by_hand}"
    )))
}

/// What goes before `apt-get` so that it may install: nothing for root, else sudo without a password.
fn installer() -> Option<&'static [&'static str]> {
    if !has("apt-get") {
        return None;
    }
    if rustix::process::geteuid().is_root() {
        return Some(&[]);
    }
    succeeds("sudo", &["-n", "true"]).then_some(&["sudo", "-n"])
}

fn apt(prefix: &[&str], words: &[&str]) -> Result<()> {
    let mut line = prefix.to_vec();
    // Another package manager may be at work on a machine that has just started.
    line.extend([
        "env",
        "DEBIAN_FRONTEND=noninteractive",
        "apt-get",
        "-o",
        "DPkg::Lock::Timeout=300",
    ]);
    line.extend(words);
    println!("   $ {}", line.join(" "));
    let (program, rest) = line
        .split_first()
        .ok_or_else(|| Failure::new("an empty command"))?;
    tool::run(process::Command::new(program).args(rest))
}
