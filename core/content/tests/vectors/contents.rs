//! Every kind of content that is in use, byte for byte.

use std::collections::BTreeSet;

use prost::Message;
use sotto_content::proto::content::Kind;
use sotto_content::proto::*;
use sotto_wire::proto::HomeRelay;

use crate::load::{Case, File};
use crate::seals::head;

/// Written as recorded, and read back.
fn same<M: Message + Default + PartialEq + std::fmt::Debug>(
    case: &Case<'_>,
    make: impl Fn(Case<'_>) -> M,
) {
    let (name, bytes) = (case.text("name"), case.bytes("bytes"));
    let message = case.part("fields", make).unwrap();
    assert_eq!(message.encode_to_vec(), bytes, "{name}");
    assert_eq!(M::decode(bytes.as_slice()), Ok(message), "{name}");
}

fn binding(case: Case<'_>) -> Binding {
    Binding {
        sender_account: case.bytes("sender_account"),
        sender_mailbox: case.bytes("sender_mailbox"),
        recipient_account: case.bytes("recipient_account"),
        recipient_mailbox: case.bytes("recipient_mailbox"),
        group: case.part("group", |group| GroupBinding {
            group: group.bytes("group"),
            epoch: group.number("epoch"),
            distribution: group.bytes("distribution"),
        }),
        incarnation: case.bytes("incarnation"),
        message_id: case.bytes("message_id"),
    }
}

fn plaintext(case: Case<'_>) -> Plaintext {
    Plaintext {
        binding: case.part("binding", binding),
        content: case.bytes("content"),
    }
}

fn order(case: Case<'_>) -> Order {
    Order {
        hlc: case.number("hlc"),
        sent_at: case.number("sent_at"),
        counter: case.number("counter"),
        prev: case.bytes("prev"),
        conversation: case.bytes("conversation"),
        incarnation: case.bytes("incarnation"),
    }
}

fn text(case: Case<'_>) -> Text {
    Text {
        body: case.text("body").into(),
        mentions: case.list("mentions", |mention| Mention {
            start: mention.small("start"),
            length: mention.small("length"),
            account: mention.bytes("account"),
        }),
        formats: case.list("formats", |format| Format {
            start: format.small("start"),
            length: format.small("length"),
            style: format.small("style"),
        }),
        quote: case.part("quote", |quote| Quote {
            author: quote.bytes("author"),
            message_id: quote.bytes("message_id"),
        }),
        attachments: case.list("attachments", attachment),
        forwarded: case.flag("forwarded"),
        edited: case.number("edited"),
    }
}

fn attachment(case: Case<'_>) -> Attachment {
    Attachment {
        blob: case.bytes("blob"),
        relay: case.text("relay").into(),
        key: case.bytes("key"),
        digest: case.bytes("digest"),
        size: case.number("size"),
        media_type: case.text("media_type").into(),
        name: case.text("name").into(),
        blurhash: case.text("blurhash").into(),
        waveform: case.bytes("waveform"),
        width: case.small("width"),
        height: case.small("height"),
        thumbnail: case.bytes("thumbnail"),
    }
}

fn delivery_key(case: Case<'_>) -> DeliveryKey {
    DeliveryKey {
        slot: case.bytes("slot"),
        version: case.number("version"),
        secret: case.bytes("secret"),
        former: case.part("former", |former| Box::new(delivery_key(former))),
        replaced_at: case.number("replaced_at"),
    }
}

fn register(case: Case<'_>) -> Register {
    Register {
        kind: case.small("kind"),
        key: case.bytes("key"),
        version: case.number("version"),
        device: case.bytes("device"),
        value: case.bytes("value"),
    }
}

/// What the schema calls a kind. A kind that comes to the schema has to come here, and the vectors
/// have to have it: see [`crate::complete`].
fn name(kind: &Kind) -> &'static str {
    match kind {
        Kind::Text(_) => "text",
        Kind::Receipt(_) => "receipt",
        Kind::Transcript(_) => "transcript",
        Kind::ChainPush(_) => "chain_push",
        Kind::Card(_) => "card",
        Kind::Registers(_) => "registers",
        Kind::Void(_) => "void",
        Kind::Reaction(_) => "reaction",
        Kind::Edit(_) => "edit",
        Kind::Delete(_) => "delete",
        Kind::Typing(_) => "typing",
        Kind::Timer(_) => "timer",
        Kind::Poll(_) => "poll",
        Kind::PollVote(_) => "poll_vote",
        Kind::Location(_) => "location",
        Kind::CallSignal(_) => "call_signal",
        Kind::Report(_) => "report",
        Kind::GroupOperation(_) => "group_operation",
        Kind::SenderKeyDistribution(_) => "sender_key_distribution",
        Kind::HistoryOffer(_) => "history_offer",
    }
}

/// The one kind that a content has; `None` for a kind that is not put together here.
fn kind(case: Case<'_>) -> Option<Kind> {
    case.part("text", |part| Kind::Text(text(part)))
        .or_else(|| case.part("receipt", receipt))
        .or_else(|| case.part("transcript", transcript))
        .or_else(|| case.part("chain_push", chain_push))
        .or_else(|| case.part("card", card))
        .or_else(|| {
            case.part("registers", |part| {
                Kind::Registers(Registers {
                    registers: part.list("registers", register),
                })
            })
        })
        .or_else(|| case.part("void", void))
        .or_else(|| case.part("reaction", reaction))
        .or_else(|| case.part("edit", edit))
        .or_else(|| {
            case.part("delete", |part| {
                Kind::Delete(Delete {
                    target: part.part("target", target),
                })
            })
        })
        .or_else(|| case.part("timer", timer))
        .or_else(|| {
            case.part("typing", |part| {
                Kind::Typing(Typing {
                    stopped: part.flag("stopped"),
                })
            })
        })
}

fn target(case: Case<'_>) -> Target {
    Target {
        author: case.bytes("author"),
        message_id: case.bytes("message_id"),
    }
}

fn reaction(case: Case<'_>) -> Kind {
    Kind::Reaction(Reaction {
        target: case.part("target", target),
        emoji: case.text("emoji").into(),
        version: case.number("version"),
    })
}

fn edit(case: Case<'_>) -> Kind {
    Kind::Edit(Edit {
        target: case.part("target", target),
        text: case.part("text", text),
        version: case.number("version"),
    })
}

fn timer(case: Case<'_>) -> Kind {
    Kind::Timer(Timer {
        seconds: case.small("seconds"),
        version: case.number("version"),
    })
}

fn receipt(case: Case<'_>) -> Kind {
    let kind = receipt::Kind::from_str_name(case.text("kind")).unwrap();
    Kind::Receipt(Receipt {
        kind: kind.into(),
        messages: case.many("messages"),
    })
}

fn transcript(case: Case<'_>) -> Kind {
    Kind::Transcript(Transcript {
        account: case.bytes("account"),
        message_id: case.bytes("message_id"),
        content: case.bytes("content"),
        sender_mailbox: case.bytes("sender_mailbox"),
        incarnation: case.bytes("incarnation"),
    })
}

fn chain_push(case: Case<'_>) -> Kind {
    Kind::ChainPush(ChainPush {
        account: case.bytes("account"),
        from_genesis: case.flag("from_genesis"),
        statements: case.many("statements"),
    })
}

fn card(case: Case<'_>) -> Kind {
    Kind::Card(Card {
        version: case.number("version"),
        name: case.text("name").into(),
        about: case.text("about").into(),
        delivery: case.part("delivery", delivery_key),
    })
}

fn void(case: Case<'_>) -> Kind {
    Kind::Void(Void {
        incarnation: case.bytes("incarnation"),
        conversation: case.bytes("conversation"),
        counter: case.number("counter"),
        message_id: case.bytes("message_id"),
        envelope: case.bytes("envelope"),
    })
}

fn content(case: Case<'_>) -> Content {
    Content {
        order: case.part("order", order),
        expire_seconds: case.small("expire_seconds"),
        view_once: case.flag("view_once"),
        capabilities: case.part("capabilities", |part| Capabilities {
            protocol: part.small("protocol"),
            kinds: part.smalls("kinds"),
        }),
        answers: case.bytes("answers"),
        kind: kind(case),
    }
}

fn contact_state(case: Case<'_>) -> ContactState {
    ContactState {
        standing: contact_state::Standing::from_str_name(case.text("standing"))
            .unwrap()
            .into(),
        name: case.text("name").into(),
        delivery: case.part("delivery", delivery_key),
        by_link: case.flag("by_link"),
        homes: case.list("homes", |home| HomeRelay {
            url: home.text("url").into(),
            relay_key: home.bytes("relay_key"),
        }),
        known_head: case.part("known_head", head),
        card_version: case.number("card_version"),
        profile_name: case.text("profile_name").into(),
        about: case.text("about").into(),
    }
}

fn profile(case: Case<'_>) -> Profile {
    Profile {
        name: case.text("name").into(),
        about: case.text("about").into(),
        version: case.number("version"),
    }
}

fn link_token(case: Case<'_>) -> LinkToken {
    LinkToken {
        slot: case.bytes("slot"),
        secret: case.bytes("secret"),
        revoked: case.flag("revoked"),
    }
}

fn retry_request(case: Case<'_>) -> RetryRequest {
    RetryRequest {
        binding: case.part("binding", binding),
        envelope: case.bytes("envelope"),
        reason: retry_request::Reason::from_str_name(case.text("reason"))
            .unwrap()
            .into(),
        ratchet_key: case.bytes("ratchet_key"),
        missing: case.part("missing", |part| Missing {
            conversation: part.bytes("conversation"),
            incarnation: part.bytes("incarnation"),
            first: part.number("first"),
            last: part.number("last"),
            message_id: part.bytes("message_id"),
        }),
    }
}

#[test]
fn plaintexts_and_their_bindings() {
    for case in File::read("contents.json").cases("binding") {
        match case.text("message") {
            "content.Binding" => same(&case, binding),
            "content.Plaintext" => same(&case, plaintext),
            message => panic!("{message}"),
        }
    }
}

#[test]
fn contents() {
    for case in File::read("contents.json").cases("content") {
        let bytes = case.bytes("bytes");
        let read = Content::decode(bytes.as_slice()).unwrap();
        // Nothing of it is unknown, and nothing of it is written otherwise.
        assert_eq!(read.encode_to_vec(), bytes, "{}", case.text("name"));
        let kind_of_it = name(read.kind.as_ref().unwrap());
        assert_eq!(case.part("fields", |part| part.has(kind_of_it)), Some(true));
        if case.part("fields", kind).flatten().is_some() {
            same(&case, content);
        }
    }
}

#[test]
fn registers_of_every_kind() {
    let mut kinds = BTreeSet::new();
    for case in File::read("contents.json").cases("register") {
        let full = format!("REGISTER_KIND_{}", case.text("kind"));
        let kind = RegisterKind::from_str_name(&full).expect(&full);
        let register = Register {
            kind: kind as u32,
            key: case.bytes("key"),
            version: case.number("version"),
            device: case.bytes("device"),
            value: case.bytes("value"),
        };
        assert_eq!(register.encode_to_vec(), case.bytes("bytes"), "{full}");
        kinds.insert(i32::from(kind));
    }
    let all = (1..=1_000).filter(|number| RegisterKind::try_from(*number).is_ok());
    assert!(all.eq(kinds), "a kind of register has no vector");
}

#[test]
fn values_of_registers() {
    for case in File::read("contents.json").cases("register_value") {
        match case.text("message") {
            "content.ContactState" => same(&case, contact_state),
            "content.Profile" => same(&case, profile),
            "content.DeliveryKey" => same(&case, delivery_key),
            "content.LinkToken" => same(&case, link_token),
            message => panic!("{message}"),
        }
    }
}

#[test]
fn retry_requests() {
    for case in File::read("contents.json").cases("retry") {
        let request = case.part("retry_request", retry_request).unwrap();
        let bytes = case.bytes("bytes");
        // The frame around it is made where the seal is.
        assert_eq!(request.encode_to_vec(), bytes[1..bytes.len() - 1]);
    }
}
