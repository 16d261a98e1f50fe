//! Histories that leave as a file, on real files.

use std::fs;
use std::path::PathBuf;

use serde_json::{Value, json};
use sotto_content::direct::conversation_id;
use sotto_content::proto::{Content, Format, Mention, Text, content::Kind};
use sotto_wire::ids::{MailboxId, MessageId};

use super::data_tests::{Profile, profile};
use super::export::schema::Schema;
use super::id::hex;
use super::request::{Reply, Request};
use super::{
    Error, ExportFormat, ExportOptions, ExportReport, ImportOptions, ImportReport, Message,
};
use crate::clock::{Now, SECOND};
use crate::engine::machine::Machine;
use crate::engine::{EngineError, enqueue};
use crate::model::{ConversationKind, MessageKind};
use crate::store::tables::messages::{self, MessageRow};
use crate::store::tables::{conversations, receipts};
use crate::store::{StoreError, Tx};

/// Somebody else's device.
pub(super) const ELSEWHERE: [u8; 16] = [9; 16];

impl Profile {
    pub fn file(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    pub fn options(&self, name: &str, format: ExportFormat) -> ExportOptions {
        ExportOptions {
            conversation: None,
            format,
            path: self.file(name).to_str().unwrap().to_owned(),
            overwrite: false,
        }
    }

    pub fn export_with(&self, options: ExportOptions) -> Result<ExportReport, Error> {
        match self.answer(Request::Export { options })? {
            Reply::Exported(report) => Ok(report),
            _ => panic!("not a report"),
        }
    }

    /// The whole history as its lines.
    pub fn export(&self, name: &str) -> Vec<Value> {
        self.export_with(self.options(name, ExportFormat::JsonLines))
            .unwrap();
        let text = fs::read_to_string(self.file(name)).unwrap();
        text.lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect()
    }

    fn page(&self, name: &str) -> String {
        self.export_with(self.options(name, ExportFormat::Html))
            .unwrap();
        fs::read_to_string(self.file(name)).unwrap()
    }

    pub fn import_from(&self, path: PathBuf, skip_damaged: bool) -> Result<ImportReport, Error> {
        let options = ImportOptions {
            path: path.to_str().unwrap().to_owned(),
            skip_damaged,
        };
        match self.answer(Request::Import { options })? {
            Reply::Imported(report) => Ok(report),
            _ => panic!("not a report"),
        }
    }

    /// Takes over these lines.
    pub fn import(&self, lines: &[Value]) -> Result<ImportReport, Error> {
        let path = self.file("back.jsonl");
        fs::write(&path, to_text(lines)).unwrap();
        self.import_from(path, false)
    }

    pub fn does<T: Send + 'static>(
        &self,
        command: impl FnOnce(&mut Machine, Now) -> Result<T, EngineError> + Send + 'static,
    ) -> T {
        self.local.engine(command).unwrap()
    }

    pub fn writes(&self, f: impl FnOnce(&mut Tx<'_>) -> Result<(), StoreError> + Send + 'static) {
        self.store.write(f).unwrap();
    }

    pub fn history(&self, with: &Self) -> Vec<Message> {
        let account = with.account.to_string();
        let request = Request::History {
            account,
            limit: 1_000,
            before: None,
        };
        match self.answer(request).unwrap() {
            Reply::Messages(messages) => messages,
            _ => panic!("not messages"),
        }
    }

    pub fn texts(&self, with: &Self) -> Vec<String> {
        let all = self.history(with).into_iter();
        all.map(|message| message.text.unwrap_or_default())
            .collect()
    }

    /// Something that `from` wrote has come, with a receipt or none.
    pub fn receives(&self, from: &Self, id: u8, text: &str, expires: (u32, Option<u64>)) {
        let row = self.received(from, id, text, expires);
        self.writes(move |tx| messages::insert(tx, &row).map(drop));
    }

    pub fn received(
        &self,
        from: &Self,
        id: u8,
        text: &str,
        expires: (u32, Option<u64>),
    ) -> MessageRow {
        let conversation = conversation_id(&self.account, &from.account);
        let peer = from.account;
        self.writes(move |tx| {
            conversations::ensure(tx, &conversation, ConversationKind::Direct, Some(&peer))
        });
        let content = Content {
            expire_seconds: expires.0,
            kind: Some(Kind::Text(Text {
                body: text.to_owned(),
                ..Text::default()
            })),
            ..Content::default()
        };
        MessageRow {
            row: 0,
            conversation,
            author: from.account,
            device: MailboxId::new(ELSEWHERE),
            id: MessageId::new([id; 16]),
            order_key: u64::from(id) << 20,
            incarnation: [1; 8],
            counter: u64::from(id),
            sent_at: u64::from(id) * SECOND,
            received_at: 2 * SECOND,
            kind: MessageKind::Text,
            body: text.to_owned(),
            content: prost::Message::encode_to_vec(&content),
            shown: true,
            unread: true,
            edited: 0,
            expires_in: expires.0,
            expires_at: expires.1,
        }
    }
}

pub(super) fn to_text(lines: &[Value]) -> String {
    lines.iter().map(|line| format!("{line}\n")).collect()
}

pub(super) fn of_type<'a>(lines: &'a [Value], kind: &str) -> Vec<&'a Value> {
    lines.iter().filter(|line| line["type"] == kind).collect()
}

/// Alice, with a history of everything that there is, and Bob.
pub(super) fn lived_in() -> (Profile, Profile) {
    let (alice, bob) = (profile(1, "Alice"), profile(2, "Bob"));
    alice.add(&bob);
    let to = bob.account;
    alice.receives(&bob, 1, "<b>Hello</b> & \"welcome\"", (0, None));
    alice.send(&bob, "sent");
    let sent = alice.history(&bob)[1].row;
    alice.does(move |engine, now| engine.reply(&to, "an answer 👋", 1, now));
    alice.does(move |engine, now| engine.react(1, "👍", now));
    alice.does(move |engine, now| engine.edit_text(sent, "sent and edited", now));
    let rich = Text {
        body: "plain bold Bob".to_owned(),
        formats: vec![Format {
            start: 6,
            length: 4,
            style: 1,
        }],
        mentions: vec![Mention {
            start: 11,
            length: 3,
            account: to.to_vec(),
        }],
        ..Text::default()
    };
    let writing = enqueue::Writing {
        text: rich,
        answers: None,
    };
    alice.does(move |engine, now| engine.write(&to, writing, now));
    alice.does(move |engine, now| engine.forward(1, &to, now));
    let wrong = alice.does(move |engine, now| engine.send_text(&to, "a mistake", now));
    // It has left, or nobody would have to be told.
    alice.writes(move |tx| messages::set_place(tx, wrong, &[1; 8], 1));
    alice.does(move |engine, now| engine.delete_message(wrong, true, now));
    let hidden = alice.does(move |engine, now| engine.send_text(&to, "for nobody", now));
    alice.does(move |engine, now| engine.delete_message(hidden, false, now));
    alice.does(move |engine, now| engine.set_timer(&to, 3_600, now).map(drop));
    alice.does(move |engine, now| engine.mute(&to, 99_000, now));
    alice.does(move |engine, now| engine.pin(&to, true, now));
    alice.does(move |engine, now| engine.mark_read(&to, None, now));
    alice.does(move |engine, now| engine.set_draft_text(&to, "not yet", now));
    alice.writes(move |tx| {
        let device = MailboxId::new(ELSEWHERE);
        receipts::add(tx, sent, (&to, &device), 1, 7_000)?;
        receipts::add(tx, sent, (&to, &device), 2, 8_000).map(drop)
    });
    (alice, bob)
}

#[test]
fn every_line_is_as_the_schema_says() {
    let (alice, _bob) = lived_in();
    let schema = Schema::published();
    let lines = alice.export("all.jsonl");
    for line in &lines {
        schema
            .judge(line)
            .unwrap_or_else(|wrong| panic!("{line}: {wrong}"));
    }
    for kind in [
        "header",
        "contact",
        "conversation",
        "message",
        "state",
        "end",
    ] {
        assert!(!of_type(&lines, kind).is_empty(), "no {kind}");
    }
    let messages = of_type(&lines, "message");
    for field in [
        "text",
        "formats",
        "mentions",
        "quote",
        "forwarded",
        "edited",
        "reactions",
        "receipts",
        "timer",
    ] {
        assert!(
            messages.iter().any(|line| line.get(field).is_some()),
            "no message has {field}"
        );
    }
    let kinds: Vec<_> = messages
        .iter()
        .map(|line| line["kind"].as_str().unwrap())
        .collect();
    assert_eq!(
        kinds,
        ["text", "text", "text", "text", "text", "deleted", "timer"]
    );
    let what: Vec<_> = of_type(&lines, "state")
        .into_iter()
        .map(|line| line["what"].as_str().unwrap())
        .collect();
    for wanted in ["read", "muted", "pinned", "hidden", "gone"] {
        assert!(what.contains(&wanted), "{wanted} is not among {what:?}");
    }
    // And the schema refuses what is no line.
    for wrong in [
        json!({"type": "end"}),
        json!({"type": "end", "lines": -1}),
        json!({"type": "end", "lines": 1, "more": 1}),
        json!({"type": "contact", "account": "AB", "name": "", "profile_name": "", "standing": "accepted"}),
    ] {
        assert!(schema.judge(&wrong).is_err(), "{wrong}");
    }
}

#[test]
fn an_export_has_no_secret_in_it() {
    let (alice, bob) = lived_in();
    let text = to_text(&alice.export("all.jsonl")) + &alice.page("all.html");
    let secrets: Vec<String> = alice
        .store
        .read::<_, StoreError>(|view| {
            view.query_all(
                "SELECT lower(hex(substr(identity_secret, 2, 8))) FROM profile
                 UNION ALL SELECT lower(hex(substr(signing_secret, 2, 8))) FROM profile
                 UNION ALL SELECT lower(hex(substr(recovery_seed, 2, 8))) FROM profile
                 UNION ALL SELECT lower(hex(substr(delivery_secret, 2, 8))) FROM contact WHERE delivery_secret IS NOT NULL
                 UNION ALL SELECT lower(hex(substr(value, -8))) FROM register WHERE kind IN (1, 3, 4)",
                [],
                |row| row.get(0),
            )
        })
        .unwrap();
    assert!(secrets.len() >= 6, "{secrets:?}");
    for secret in secrets {
        assert!(!text.contains(&secret), "{secret}");
    }
    for gone in ["a mistake", "for nobody"] {
        assert!(!text.contains(gone), "{gone}");
    }
    drop(bob);
}

#[test]
fn one_conversation_is_exported_alone() {
    let (alice, bob) = lived_in();
    let cem = profile(3, "Cem");
    alice.add(&cem);
    alice.send(&cem, "of something else");
    let conversation = hex(&conversation_id(&alice.account, &bob.account));
    let options = ExportOptions {
        conversation: Some(conversation.clone()),
        ..alice.options("one.jsonl", ExportFormat::JsonLines)
    };
    let report = alice.export_with(options.clone()).unwrap();
    assert_eq!((report.conversations, report.messages), (1, 7));
    let text = fs::read_to_string(&report.path).unwrap();
    assert_eq!(report.bytes, u64::try_from(text.len()).unwrap());
    assert!(!text.contains("of something else") && !text.contains("Cem"));
    assert!(text.lines().next().unwrap().contains(&conversation));
    let nobody = ExportOptions {
        conversation: Some("00".repeat(32)),
        path: options.path.clone() + "2",
        ..options
    };
    let error = alice.export_with(nobody.clone()).unwrap_err();
    assert!(matches!(error, Error::NoSuchConversation { .. }), "{error}");
    assert!(!PathBuf::from(nobody.path).exists());
}

#[test]
fn a_file_is_there_wholly_and_for_its_owner_alone() {
    let (alice, _bob) = lived_in();
    let options = alice.options("all.jsonl", ExportFormat::JsonLines);
    fs::write(alice.file("all.jsonl"), "precious").unwrap();
    let error = alice.export_with(options.clone()).unwrap_err();
    assert!(matches!(error, Error::FileExists { .. }), "{error}");
    assert_eq!(
        fs::read_to_string(alice.file("all.jsonl")).unwrap(),
        "precious"
    );
    let replacing = ExportOptions {
        overwrite: true,
        ..options
    };
    alice.export_with(replacing).unwrap();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = fs::metadata(alice.file("all.jsonl"))
            .unwrap()
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o600);
    }
    let nowhere = alice.options("no/such/folder.jsonl", ExportFormat::JsonLines);
    assert!(matches!(
        alice.export_with(nowhere),
        Err(Error::File { .. })
    ));
    let left = fs::read_dir(alice.dir.path()).unwrap();
    let parts = left.filter(|entry| {
        entry
            .as_ref()
            .unwrap()
            .file_name()
            .to_string_lossy()
            .ends_with(".part")
    });
    assert_eq!(parts.count(), 0);
}

#[test]
fn a_page_can_be_read_and_nothing_in_it_runs() {
    let (alice, _bob) = lived_in();
    let page = alice.page("all.html");
    for wanted in [
        "&lt;b&gt;Hello&lt;/b&gt; &amp; &quot;welcome&quot;",
        "plain <b>bold</b> <span class=\"mention\">Bob</span>",
        "sent and edited",
        ", edited, read<",
        "<blockquote>",
        "👍",
        "Forwarded",
        "This message was deleted.",
        "set messages to disappear 1 hour after they were read.",
        "default-src 'none'",
        "<h2>Bob</h2>",
        "<time datetime=\"1970-01-01\">1970-01-01</time>",
    ] {
        assert!(page.contains(wanted), "no {wanted} in\n{page}");
    }
    for never in ["<script", "<b>Hello", "javascript:", "onerror", "http"] {
        let body = page.replace("http-equiv", "");
        assert!(!body.contains(never), "{never}");
    }
}
