//! That nothing of the two .proto files is without a vector: no verb, no answer, no kind of content,
//! no message, no field. What there is comes from the compiler's own description of the files.

use std::collections::{BTreeMap, BTreeSet};

use prost::Message as _;
use prost_types::field_descriptor_proto::Type;
use prost_types::{DescriptorProto, FileDescriptorSet};

use crate::load::{Case, File};

/// Every message of both files by its full name, with its fields by their numbers.
struct Schema {
    messages: BTreeMap<String, BTreeMap<u32, Field>>,
    seen: BTreeSet<String>,
}

struct Field {
    name: String,
    /// The message that it holds, if it holds one.
    inner: Option<String>,
}

impl Schema {
    fn read() -> Self {
        let bytes = include_bytes!(concat!(env!("OUT_DIR"), "/descriptors.bin"));
        let mut schema = Self {
            messages: BTreeMap::new(),
            seen: BTreeSet::new(),
        };
        for file in FileDescriptorSet::decode(bytes.as_slice()).unwrap().file {
            for message in &file.message_type {
                schema.add(file.package(), message);
            }
        }
        schema
    }

    fn add(&mut self, scope: &str, message: &DescriptorProto) {
        let name = format!("{scope}.{}", message.name());
        for nested in &message.nested_type {
            self.add(&name, nested);
        }
        let fields = message.field.iter().map(|field| {
            let inner = (field.r#type() == Type::Message)
                .then(|| field.type_name().trim_start_matches('.').to_owned());
            let name = field.name().to_owned();
            (field.number().try_into().unwrap(), Field { name, inner })
        });
        self.messages.insert(name, fields.collect());
    }

    /// Notes every field that occurs in an encoded message.
    fn see(&mut self, name: &str, bytes: &[u8]) {
        let mut inside = Vec::new();
        let fields = self.messages.get(name).expect(name);
        self.seen.insert(name.to_owned());
        for (number, part) in Parts(bytes) {
            let field = &fields[&number];
            self.seen.insert(format!("{name}.{}", field.name));
            if let (Some(inner), Some(part)) = (&field.inner, part) {
                inside.push((inner.clone(), part));
            }
        }
        for (inner, part) in inside {
            self.see(&inner, part);
        }
    }

    /// A message by its name in the vectors: `wire.Put`, `content.Text`.
    fn see_short(&mut self, name: &str, bytes: &[u8]) {
        let (file, message) = name.split_once('.').unwrap();
        self.see(&format!("sotto.{file}.v1.{message}"), bytes);
    }

    /// Messages and fields that occurred nowhere.
    fn missing(&self) -> Vec<String> {
        let fields = |(name, fields): (&String, &BTreeMap<u32, Field>)| {
            let mut all: Vec<_> = fields
                .values()
                .map(|field| format!("{name}.{}", field.name))
                .collect();
            all.push(name.clone());
            all
        };
        let all = self.messages.iter().flat_map(fields);
        all.filter(|name| !self.seen.contains(name)).collect()
    }
}

/// The fields of an encoded message: the number, and the bytes if it has a length.
struct Parts<'a>(&'a [u8]);

impl<'a> Parts<'a> {
    fn varint(&mut self) -> u64 {
        prost::encoding::decode_varint(&mut self.0).unwrap()
    }

    fn take(&mut self, length: usize) -> &'a [u8] {
        let (taken, rest) = self.0.split_at(length);
        self.0 = rest;
        taken
    }
}

impl<'a> Iterator for Parts<'a> {
    type Item = (u32, Option<&'a [u8]>);

    fn next(&mut self) -> Option<Self::Item> {
        if self.0.is_empty() {
            return None;
        }
        let key = self.varint();
        let part = match key & 7 {
            0 => {
                self.varint();
                None
            }
            1 => Some(8),
            2 => Some(usize::try_from(self.varint()).unwrap()),
            5 => Some(4),
            other => panic!("wire type {other}"),
        };
        let part = part.map(|length| self.take(length));
        Some((u32::try_from(key >> 3).unwrap(), part))
    }
}

/// Messages that stand in a case under their own name, with their bytes.
const NAMED: [(&str, &[&str]); 3] = [
    ("frames.json", &["client", "relay"]),
    ("contents.json", &["binding", "content", "register_value"]),
    ("safety.json", &["verified"]),
];

/// Messages that a field of every case of a group holds.
const HELD: [(&str, &str, &str, &str); 7] = [
    ("chains.json", "device", "entry", "wire.DeviceEntry"),
    ("chains.json", "statement", "body", "wire.Body"),
    ("logins.json", "server_info", "info", "wire.ServerInfo"),
    ("logins.json", "checkpoint", "bytes", "wire.Checkpoint"),
    ("keys.json", "slots", "bytes", "wire.SetSlots"),
    ("seals.json", "header", "bytes", "content.SealedHeader"),
    ("safety.json", "code", "bytes", "content.SafetyCode"),
];

/// The payload of a statement by its kind, and the message of a link by its letter.
const PAYLOADS: [&str; 9] = [
    "",
    "Genesis",
    "Add",
    "Remove",
    "Replace",
    "SetRecovery",
    "Recover",
    "Home",
    "Close",
];
const LINKS: [(&str, &str); 3] = [
    ("c", "content.ContactLink"),
    ("i", "content.DeviceInvitation"),
    ("d", "content.DeviceRequest"),
];

fn see_statement(schema: &mut Schema, case: &Case<'_>) {
    let kind = PAYLOADS.get(case.length("kind")).copied();
    if let Some(payload) = kind.filter(|name| !name.is_empty()) {
        schema.see_short(&format!("wire.{payload}"), &case.bytes("payload_bytes"));
    }
    // One is there to be refused for what stands behind it.
    if !case.has("trailing") {
        schema.see_short("wire.Statement", &case.bytes("statement"));
    }
}

fn see_all() -> Schema {
    let mut schema = Schema::read();
    for (file, groups) in NAMED {
        let file = File::read(file);
        for case in groups.iter().flat_map(|group| file.cases(group)) {
            schema.see_short(case.text("message"), &case.bytes("bytes"));
        }
    }
    for (file, group, field, message) in HELD {
        for case in File::read(file).cases(group) {
            schema.see_short(message, &case.bytes(field));
        }
    }
    for case in File::read("chains.json").cases("statement") {
        see_statement(&mut schema, &case);
    }
    for case in File::read("contents.json").cases("register") {
        schema.see_short("content.Register", &case.bytes("bytes"));
        let value = case.part("value_of", |value| value.text("message").to_owned());
        if let Some(message) = value.filter(|message| !message.is_empty()) {
            schema.see_short(&message, &case.bytes("value"));
        }
    }
    for case in File::read("links.json").cases("link") {
        let link = LINKS.iter().find(|(kind, _)| *kind == case.text("kind"));
        schema.see_short(link.unwrap().1, &case.bytes("bytes"));
    }
    for case in File::read("contents.json").cases("retry") {
        let bytes = case.bytes("bytes");
        schema.see_short("content.RetryRequest", &bytes[1..bytes.len() - 1]);
    }
    schema
}

#[test]
fn every_message_and_every_field_has_a_vector() {
    let missing = see_all().missing();
    assert!(
        missing.is_empty(),
        "no vector in tests/vectors has {missing:#?}\nadd a case there and run check.py --write"
    );
}
