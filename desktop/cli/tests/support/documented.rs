//! What `docs/cli.md` says about objects, and whether an object is as it says.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, OnceLock};

use serde_json::Value;

/// Fields of each object, with their places in it: `quote.row`, `reactions[].emoji`.
type Objects = BTreeMap<String, BTreeSet<String>>;

const DOCUMENT: &str = include_str!("../../../../docs/cli.md");
/// These words in a section take over the fields of another one.
const EVERY_FIELD: &str = "Every field of `";

fn objects() -> &'static Objects {
    static OBJECTS: OnceLock<Objects> = OnceLock::new();
    OBJECTS.get_or_init(read)
}

fn read() -> Objects {
    let (_, json) = DOCUMENT.split_once("\n## JSON\n").unwrap();
    let mut objects = Objects::new();
    for section in json.split("\n### `").skip(1) {
        let (name, rest) = section.split_once('`').unwrap();
        let mut fields: BTreeSet<String> = rest
            .lines()
            .filter_map(|line| line.strip_prefix("| `")?.split(" | ").next())
            .flat_map(|cell| cell.split(['`', ',', ' ']))
            .filter(|field| !field.is_empty())
            .map(str::to_owned)
            .collect();
        if let Some((_, other)) = rest.split_once(EVERY_FIELD) {
            let other = other.split('`').next().unwrap();
            fields.extend(objects[other].iter().cloned());
        }
        objects.insert(name.to_owned(), fields);
    }
    objects
}

/// The names of all objects.
pub fn names() -> BTreeSet<String> {
    objects().keys().cloned().collect()
}

static SEEN: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());

/// The names of all objects that were checked.
pub fn seen() -> BTreeSet<String> {
    SEEN.lock().unwrap().clone()
}

/// Whether each field of an object, and of what is in it, has a line.
pub fn check(object: &Value) {
    let event = object["event"]
        .as_str()
        .unwrap_or_else(|| panic!("{object} has no name"));
    let known = objects()
        .get(event)
        .unwrap_or_else(|| panic!("docs/cli.md has no section for `{event}`"));
    SEEN.lock().unwrap().insert(event.to_owned());
    let mut found = BTreeSet::new();
    fields(object, "", &mut found);
    found.remove("event");
    for field in &found {
        // A range is documented by its parts; the list itself needs no line of its own.
        let parts = format!("{field}[].");
        let deeper = format!("{field}.");
        let in_parts = known
            .iter()
            .any(|known| known.starts_with(&parts) || known.starts_with(&deeper));
        let whole = field.split(['.', '[']).next().unwrap();
        let as_elsewhere = known.contains(whole) && event == "draft";
        assert!(
            known.contains(field) || in_parts || as_elsewhere,
            "docs/cli.md does not say what `{field}` of `{event}` is"
        );
    }
}

fn fields(value: &Value, place: &str, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(object) => {
            // One that has a name has a section of its own.
            if !place.is_empty() && object.contains_key("event") {
                return check(value);
            }
            for (name, value) in object {
                let dot = if place.is_empty() { "" } else { "." };
                let place = format!("{place}{dot}{name}");
                found.insert(place.clone());
                fields(value, &place, found);
            }
        }
        Value::Array(items) => {
            for item in items {
                fields(item, &format!("{place}[]"), found);
            }
        }
        _ => {}
    }
}
