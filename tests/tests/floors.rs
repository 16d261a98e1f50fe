//! The floors of the core: each may use only those below it, and some things have one door only.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// What a floor may use besides itself. `testing` is a door for tests and may use everything; no
/// floor may use it, but its tests may.
const FLOORS: [(&str, &[&str]); 12] = [
    ("model", &[]),
    ("clock", &[]),
    ("random", &[]),
    ("crash", &[]),
    ("store", &["model", "clock", "random", "crash"]),
    ("crypto", &["store", "model", "clock", "random", "crash"]),
    (
        "engine",
        &["crypto", "store", "model", "clock", "random", "crash"],
    ),
    ("net", &["model", "clock", "random", "crash"]),
    (
        "runtime",
        &[
            "net", "engine", "crypto", "store", "model", "clock", "random", "crash",
        ],
    ),
    (
        "client",
        &[
            "runtime", "net", "engine", "crypto", "store", "model", "clock", "random", "crash",
        ],
    ),
    (
        "testing",
        &[
            "client", "runtime", "net", "engine", "crypto", "store", "model", "clock", "random",
            "crash",
        ],
    ),
    ("lib", &[]),
];

/// Something that is used behind one door only.
struct Door {
    /// What may stand in code on these floors only.
    words: &'static [&'static str],
    floors: &'static [&'static str],
    /// Files that are exempt, with the reason.
    exempt: &'static [(&'static str, &'static str)],
}

const DOORS: [Door; 5] = [
    Door {
        words: &["rusqlite"],
        floors: &["store"],
        exempt: &[],
    },
    Door {
        words: &["libsignal_protocol"],
        floors: &["crypto"],
        exempt: &[],
    },
    Door {
        words: &["tokio", "async fn", ".await", "tungstenite"],
        floors: &["runtime", "net", "client"],
        exempt: &[
            (
                "crypto/adapter.rs",
                "libsignal's store traits are asynchronous and never wait here",
            ),
            (
                "crypto/single.rs",
                "libsignal's store traits are asynchronous and never wait here",
            ),
        ],
    },
    Door {
        words: &["SystemTime::now", "Instant::now"],
        floors: &["clock", "runtime", "net", "client"],
        exempt: &[],
    },
    Door {
        words: &["getrandom"],
        floors: &["random"],
        exempt: &[],
    },
];

/// A line of code with the place where it stands.
struct Line {
    file: String,
    number: usize,
    floor: String,
    /// How many modules lie between the crate and the line's own items.
    depth: usize,
    code: String,
}

#[test]
fn no_arrow_points_upwards() {
    let allowed: BTreeMap<&str, &[&str]> = FLOORS.into_iter().collect();
    let mut wrong = Vec::new();
    for line in code(&root().join("core/src")) {
        let below = allowed.get(line.floor.as_str());
        let below =
            below.unwrap_or_else(|| panic!("{} is on a floor that nobody knows", line.file));
        for used in used_floors(&line) {
            let is_door = used == "testing" && is_test(&line);
            if line.floor != "lib"
                && used != line.floor
                && !is_door
                && !below.contains(&used.as_str())
            {
                wrong.push(format!(
                    "{}:{}: {} uses {used}",
                    line.file, line.number, line.floor
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "arrows upwards:\n{}", wrong.join("\n"));
}

#[test]
fn what_has_one_door_is_used_behind_it_only() {
    let mut wrong = Vec::new();
    for line in code(&root().join("core/src")) {
        for Door {
            words,
            floors,
            exempt,
        } in DOORS
        {
            let is_exempt = exempt.iter().any(|(file, _)| *file == line.file);
            if floors.contains(&line.floor.as_str()) || is_exempt || is_test(&line) {
                continue;
            }
            for word in words.iter().filter(|word| line.code.contains(**word)) {
                wrong.push(format!(
                    "{}:{}: {word} on {}",
                    line.file, line.number, line.floor
                ));
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "behind the wrong doors:\n{}",
        wrong.join("\n")
    );
}

#[test]
fn the_relay_cannot_name_what_is_inside_an_envelope() {
    let named = dependencies("relay-server", "dependencies");
    for crate_name in [
        "libsignal-protocol",
        "libsignal-core",
        "sotto-content",
        "sotto-core",
    ] {
        assert!(
            !named.contains(&crate_name.to_owned()),
            "the relay names {crate_name}"
        );
    }
    for line in code(&root().join("relay-server/src")) {
        for word in ["libsignal", "sotto_content", "sotto_core"] {
            assert!(
                !line.code.contains(word),
                "{}:{}: {word}",
                line.file,
                line.number
            );
        }
    }
    for crate_name in ["libsignal-protocol", "sotto-content", "sotto-core"] {
        let wire = dependencies("core/wire", "dependencies");
        assert!(
            !wire.contains(&crate_name.to_owned()),
            "the wire names {crate_name}"
        );
    }
}

#[test]
fn nothing_but_the_bindings_knows_uniffi() {
    for name in [
        "core",
        "core/wire",
        "core/content",
        "relay-server",
        "desktop/cli",
        "tests",
        "xtask",
    ] {
        for crate_name in dependencies(name, "dependencies") {
            assert!(
                !crate_name.contains("uniffi") && crate_name != "sotto-ffi",
                "{name} names {crate_name}"
            );
        }
    }
    assert!(dependencies("ffi", "dependencies").contains(&"uniffi".to_owned()));
}

#[test]
fn no_build_of_the_core_differs_from_another() {
    for name in ["core", "core/wire", "core/content"] {
        let manifest =
            std::fs::read_to_string(root().join(name).join("Cargo.toml")).expect("a manifest");
        assert!(
            !manifest.contains("[features]"),
            "{name} has cargo features"
        );
    }
}

/// The floors that a line names: by `crate::`, or by as many `super::` as lead out of its own.
fn used_floors(line: &Line) -> Vec<String> {
    let mut used: Vec<String> = Vec::new();
    for rest in line.code.split("crate::").skip(1) {
        match rest.strip_prefix('{') {
            Some(list) => used.extend(list.split(',').map(first_name)),
            None => used.push(first_name(rest)),
        }
    }
    let up = "super::".repeat(line.depth);
    for rest in line.code.split(&up).skip(1) {
        if !rest.starts_with("super::") {
            used.push(first_name(rest));
        }
    }
    used.retain(|name| FLOORS.iter().any(|(floor, _)| floor == name));
    used
}

fn first_name(path: &str) -> String {
    path.trim_start()
        .chars()
        .take_while(|letter| letter.is_alphanumeric() || *letter == '_')
        .collect()
}

/// Tests of a floor may use what their floor may not: a test of the net has a runtime.
fn is_test(line: &Line) -> bool {
    line.file.contains("/tests/") || line.file.ends_with("/tests.rs")
}

/// The code below a folder, without comments, with `use` lists joined into one line.
fn code(dir: &Path) -> Vec<Line> {
    let mut lines = Vec::new();
    let mut folders = vec![dir.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|end| end == "rs") {
                read(&path, path.strip_prefix(dir).expect("below"), &mut lines);
            }
        }
    }
    assert!(
        lines.len() > 1000,
        "the code below {} was found",
        dir.display()
    );
    lines
}

fn read(path: &Path, name: &Path, lines: &mut Vec<Line>) {
    let parts: Vec<String> = name
        .with_extension("")
        .iter()
        .map(|part| part.to_string_lossy().into_owned())
        .collect();
    let is_door = parts
        .last()
        .is_some_and(|last| last == "mod" || last == "lib");
    let file = name.to_string_lossy().replace('\\', "/");
    let (mut pending, mut begun, mut inner) = (String::new(), 0, 0);
    for (number, text) in std::fs::read_to_string(path)
        .expect("a file")
        .lines()
        .enumerate()
    {
        let text = text.split("//").next().unwrap_or_default();
        // A test module inside a file lies one deeper, up to the end of the file.
        if text.starts_with("mod ") && text.trim_end().ends_with('{') {
            inner = 1;
        }
        if pending.is_empty() {
            begun = number;
        }
        pending.push_str(text.trim());
        let opens = pending.matches('{').count() > pending.matches('}').count();
        let is_use = pending.starts_with("use ")
            || pending.starts_with("pub use ")
            || pending.starts_with("pub(");
        if is_use && pending.contains("use ") && opens {
            continue;
        }
        lines.push(Line {
            file: file.clone(),
            number: begun + 1,
            floor: parts[0].clone(),
            depth: parts.len() - usize::from(is_door) + inner,
            code: std::mem::take(&mut pending),
        });
    }
}

fn dependencies(of: &str, section: &str) -> Vec<String> {
    let manifest = std::fs::read_to_string(root().join(of).join("Cargo.toml")).expect("a manifest");
    let lines = manifest
        .lines()
        .skip_while(|line| line.trim() != format!("[{section}]"))
        .skip(1);
    let names: Vec<String> = lines
        .take_while(|line| !line.starts_with('['))
        .filter_map(|line| line.split(['.', '=', ' ']).next())
        .filter(|name| !name.is_empty())
        .map(str::to_owned)
        .collect();
    assert!(!names.is_empty(), "{of} has {section}");
    names
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("the workspace")
        .to_owned()
}
