//! The documented schema is the real one.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use super::*;

fn source(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("src/store")
        .join(name)
}

/// Every object in the order of its creation, with the comments that its migration gave it; what
/// SQLite makes by itself is left out.
fn dump(store: &Store) -> String {
    let objects: Vec<String> = store
        .read(|view| {
            view.query_all(
                "SELECT sql FROM sqlite_schema
                 WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'
                   AND name NOT IN (SELECT name FROM pragma_table_list WHERE type = 'shadow')
                 ORDER BY rowid",
                [],
                |row| row.get(0),
            )
        })
        .unwrap();
    let mut text = format!(
        "-- The schema of sotto.db, version {}: what all migrations together make. Generated, and\n\
         -- compared by a test; after a new migration run the tests once with SOTTO_BLESS=1.\n",
        crate::store::migrate::supported(),
    );
    for sql in objects {
        text.push('\n');
        for line in sql.lines() {
            text.push_str(line.trim_end());
            text.push('\n');
        }
        text.truncate(text.trim_end().len());
        text.push_str(";\n");
    }
    text
}

#[test]
fn schema_sql_is_what_the_migrations_make() {
    let dir = folder();
    let real = dump(&Store::create(dir.path(), &key()).unwrap());
    let file = source("schema.sql");
    if env::var_os("SOTTO_BLESS").is_some() {
        fs::write(&file, &real).unwrap();
    }
    let documented = fs::read_to_string(&file).unwrap_or_default();
    assert!(
        documented == real,
        "schema.sql is out of date: run this test once with SOTTO_BLESS=1"
    );
}

#[test]
fn every_table_is_strict() {
    let dir = folder();
    let store = Store::create(dir.path(), &key()).unwrap();
    let loose: Vec<String> = store
        .read(|view| {
            view.query_all(
                "SELECT name FROM pragma_table_list
                 WHERE type = 'table' AND NOT strict AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'",
                [],
                |row| row.get(0),
            )
        })
        .unwrap();
    assert!(loose.is_empty(), "{loose:?}");
}

#[test]
fn migrations_are_numbered_without_gaps_and_all_used() {
    let mut names: Vec<String> = fs::read_dir(source("migrations"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    for (number, name) in (1..).zip(&names) {
        assert!(
            name.starts_with(&format!("{number:04}_")) && name.ends_with(".sql"),
            "{name}"
        );
    }
    assert_eq!(names.len(), crate::store::migrate::supported() as usize);
}
