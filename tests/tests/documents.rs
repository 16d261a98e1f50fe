//! The documents say what the code says: links lead somewhere, and whatever has a name on the wire, in
//! a formula or in the settings of the relay is explained.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs
)]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// Files below a folder whose name ends so.
fn files(folder: &str, end: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![root().join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            if path.is_dir() && name != "node_modules" && name != "target" {
                folders.push(path);
            } else if name.ends_with(end) {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

#[test]
fn every_link_leads_somewhere() {
    let mut documents = vec![root().join("README.md"), root().join("CHANGELOG.md")];
    documents.extend(files("docs", ".md"));
    documents.extend(files("mobile-bindings", ".md"));
    let mut count = 0;
    for document in documents {
        let text = fs::read_to_string(&document).unwrap();
        for link in text.split("](").skip(1) {
            let target = link.split([')', '#']).next().unwrap();
            if target.is_empty() || target.contains("://") || target.starts_with("mailto:") {
                continue;
            }
            count += 1;
            let path = document.parent().unwrap().join(target);
            assert!(path.exists(), "{} links to {target}", document.display());
        }
    }
    assert!(count > 20, "links were found");
}

#[test]
fn decisions_are_numbered_and_have_a_state() {
    for (place, path) in files("docs/adr", ".md").into_iter().enumerate() {
        let (number, name) = (
            place + 1,
            path.file_name().unwrap().to_string_lossy().into_owned(),
        );
        assert!(
            name.starts_with(&format!("{number:04}-")),
            "{name} is number {number}"
        );
        let text = fs::read_to_string(&path).unwrap();
        assert!(
            text.starts_with(&format!("# {number}. ")),
            "{name} begins with its number"
        );
        assert!(text.contains("\nStatus: "), "{name} has a state");
    }
}

#[test]
fn every_register_is_in_the_table() {
    let protocol = read("docs/protocol.md");
    let mut count = 0;
    for line in read("core/content/proto/content.proto").lines() {
        let Some(kind) = line.trim().strip_prefix("REGISTER_KIND_") else {
            continue;
        };
        let (name, rest) = kind.split_once(" = ").expect("a name and a number");
        let number = rest.split(';').next().unwrap();
        if number != "0" {
            count += 1;
            assert!(
                protocol.contains(&format!("| {number} {name} |")),
                "{number} {name}"
            );
        }
    }
    assert!(count > 15, "kinds were found");
}

#[test]
fn every_error_of_a_relay_is_explained() {
    let protocol = read("docs/protocol.md");
    let proto = read("core/wire/proto/wire.proto");
    let codes = proto.split("enum ErrorCode {").nth(1).expect("the codes");
    let codes = codes.split('}').next().unwrap();
    let mut count = 0;
    for line in codes.lines() {
        let Some((name, _)) = line.trim().split_once(" = ") else {
            continue;
        };
        let name = name.trim_start_matches("ERROR_CODE_");
        if name != "UNSPECIFIED" {
            count += 1;
            assert!(protocol.contains(name), "{name}");
        }
    }
    assert!(count > 10, "codes were found");
}

/// Every text in the sources that begins and ends so, the tests left out.
fn labels(folders: &[&str], begin: &str, ends: impl Fn(char) -> bool) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for path in folders.iter().flat_map(|folder| files(folder, ".rs")) {
        let name = path.to_string_lossy().replace("/tests/../", "/");
        if name.contains("/tests") || name.ends_with("tests.rs") {
            continue;
        }
        let text = fs::read_to_string(&path).unwrap();
        let text = text.split("#[cfg(test)]").next().unwrap();
        for piece in text.split(begin).skip(1) {
            let end = piece.find(&ends).unwrap_or(piece.len());
            found.insert(format!("{begin}{}", &piece[..end]));
        }
    }
    found
}

#[test]
fn every_label_of_a_formula_is_documented() {
    let documents = read("docs/protocol.md") + &read("docs/security.md");
    let inside = |letter: char| letter.is_ascii_alphanumeric() || "/-".contains(letter);
    let labels = labels(&["core", "relay-server/src"], "b\"sotto/", |letter| {
        !inside(letter)
    });
    assert!(labels.len() > 8, "labels were found: {labels:?}");
    for label in labels {
        let label = label.trim_start_matches("b\"");
        assert!(documents.contains(label), "{label}");
    }
}

#[test]
fn every_setting_of_the_relay_is_documented() {
    let operating = read("docs/operating.md");
    let inside = |letter: char| letter.is_ascii_uppercase() || letter == '_';
    let settings = labels(&["relay-server/src"], "\"SOTTO_RELAY_", |letter| {
        !inside(letter)
    });
    assert!(settings.len() > 4, "settings were found: {settings:?}");
    for setting in settings {
        let name = setting.trim_start_matches('"');
        // How tests make it fail is no setting.
        if name == "SOTTO_RELAY_CRASH_AT" {
            continue;
        }
        let option = name
            .trim_start_matches("SOTTO_RELAY_")
            .to_lowercase()
            .replace('_', "-");
        assert!(
            operating.contains(name) || operating.contains(&option),
            "{name}"
        );
    }
}
