//! One frame of every verb and every answer, byte for byte.

use prost::Message;
use sha2::{Digest, Sha256};
use sotto_wire::proto::client_frame::Verb;
use sotto_wire::proto::relay_frame::Answer;
use sotto_wire::proto::*;

use crate::load::{Case, File};

fn head(case: Case<'_>) -> Head {
    Head {
        epoch: case.small("epoch"),
        seq: case.small("seq"),
        hash: case.bytes("hash"),
    }
}

fn cursor(case: Case<'_>) -> Cursor {
    Cursor {
        incarnation: case.bytes("incarnation"),
        seq: case.number("seq"),
    }
}

fn credential(case: Case<'_>) -> Credential {
    Credential {
        slot: case.bytes("slot"),
        tag: case.bytes("tag"),
    }
}

fn checkpoint(case: Case<'_>) -> SignedCheckpoint {
    SignedCheckpoint {
        checkpoint: case.bytes("checkpoint"),
        signature: case.bytes("signature"),
    }
}

fn lane(case: Case<'_>) -> i32 {
    Lane::from_str_name(case.text("lane")).unwrap().into()
}

fn signed_keys(case: Case<'_>) -> SignedKeys {
    SignedKeys {
        generation: case.number("generation"),
        signed_id: case.small("signed_id"),
        signed_key: case.bytes("signed_key"),
        signed_signature: case.bytes("signed_signature"),
        last_resort_id: case.small("last_resort_id"),
        last_resort_key: case.bytes("last_resort_key"),
        last_resort_signature: case.bytes("last_resort_signature"),
        signature: case.bytes("signature"),
    }
}

fn one_time(case: Case<'_>) -> OneTimeKey {
    OneTimeKey {
        id: case.small("id"),
        key: case.bytes("key"),
    }
}

fn one_time_kem(case: Case<'_>) -> OneTimeKemKey {
    OneTimeKemKey {
        id: case.small("id"),
        key: case.bytes("key"),
        signature: case.bytes("signature"),
    }
}

fn register(case: Case<'_>) -> Verb {
    Verb::Register(Register {
        account: case.bytes("account"),
        statements: case.many("statements"),
        mailbox: case.bytes("mailbox"),
        signature: case.bytes("signature"),
        proof: Some(if case.has("ticket") {
            register::Proof::Ticket(case.bytes("ticket"))
        } else {
            register::Proof::Token(case.text("token").into())
        }),
    })
}

fn login(case: Case<'_>) -> Verb {
    Verb::Login(Login {
        mailbox: case.bytes("mailbox"),
        client_nonce: case.bytes("client_nonce"),
        mode: case.small("mode"),
        boot: case.number("boot"),
        signature: case.bytes("signature"),
        ticket: case.bytes("ticket"),
        cursor: case.part("cursor", cursor),
        head: case.part("head", head),
        protocol: case.small("protocol"),
    })
}

fn put(case: Case<'_>) -> Verb {
    Verb::Put(Put {
        account: case.bytes("account"),
        head: case.part("head", head),
        items: case.list("items", |item| PutItem {
            mailbox: item.bytes("mailbox"),
            envelope_id: item.bytes("envelope_id"),
            header: item.bytes("header"),
            slot: item.bytes("slot"),
            tag: item.bytes("tag"),
        }),
        body: case.bytes("body"),
        ephemeral: case.flag("ephemeral"),
        urgent: case.flag("urgent"),
        ttl_seconds: case.small("ttl_seconds"),
    })
}

fn set_slots(case: Case<'_>) -> SetSlots {
    SetSlots {
        version: case.number("version"),
        slots: case.list("slots", |slot| Slot {
            id: slot.bytes("id"),
            lane: lane(slot),
            read_key: slot.bytes("read_key"),
            keys: slot.list("keys", |key| MailboxKey {
                mailbox: key.bytes("mailbox"),
                key: key.bytes("key"),
            }),
            retiring: slot.flag("retiring"),
        }),
    }
}

fn verb(name: &str, case: Case<'_>) -> Verb {
    match name {
        "register" => register(case),
        "login" => login(case),
        "put" => put(case),
        "ack" => Verb::Ack(Ack {
            seq: case.number("seq"),
        }),
        "get_chain" => Verb::GetChain(GetChain {
            account: case.bytes("account"),
            since: case.part("since", head),
            credential: case.part("credential", credential),
        }),
        "append_chain" => Verb::AppendChain(AppendChain {
            account: case.bytes("account"),
            expected: case.part("expected", head),
            statements: case.many("statements"),
        }),
        "get_bundles" => Verb::GetBundles(GetBundles {
            account: case.bytes("account"),
            mailboxes: case.many("mailboxes"),
            credential: case.part("credential", credential),
        }),
        "publish_keys" => Verb::PublishKeys(PublishKeys {
            keys: case.part("keys", signed_keys),
            one_time: case.list("one_time", one_time),
            one_time_kem: case.list("one_time_kem", one_time_kem),
            replace: case.flag("replace"),
        }),
        "set_slots" => Verb::SetSlots(set_slots(case)),
        "close_account" => Verb::CloseAccount(CloseAccount {}),
        _ => panic!("no verb {name}"),
    }
}

fn chain(case: Case<'_>) -> Chain {
    Chain {
        account: case.bytes("account"),
        from_genesis: case.flag("from_genesis"),
        statements: case.many("statements"),
        checkpoint: case.part("checkpoint", checkpoint),
    }
}

fn delivery(case: Case<'_>) -> Answer {
    Answer::Delivery(Delivery {
        incarnation: case.bytes("incarnation"),
        envelopes: case.list("envelopes", |envelope| Envelope {
            seq: envelope.number("seq"),
            id: envelope.bytes("id"),
            sealed: envelope.bytes("sealed"),
            lane: lane(envelope),
        }),
    })
}

fn bundles(case: Case<'_>) -> Answer {
    Answer::Bundles(Bundles {
        bundles: case.list("bundles", |bundle| DeviceBundle {
            mailbox: bundle.bytes("mailbox"),
            keys: bundle.part("keys", signed_keys),
            one_time: bundle.part("one_time", one_time),
            one_time_kem: bundle.part("one_time_kem", one_time_kem),
        }),
    })
}

fn logged_in(case: Case<'_>) -> Answer {
    Answer::LoggedIn(LoggedIn {
        signature: case.bytes("signature"),
        cursor: case.part("cursor", cursor),
        checkpoint: case.part("checkpoint", checkpoint),
        one_time_keys: case.small("one_time_keys"),
        one_time_kem_keys: case.small("one_time_kem_keys"),
        generation: case.number("generation"),
        slots_digest: case.bytes("slots_digest"),
        ticket: case.bytes("ticket"),
    })
}

fn answer(name: &str, case: Case<'_>) -> Answer {
    match name {
        "hello" => Answer::Hello(Hello {
            info: case.bytes("info"),
            info_signature: case.bytes("info_signature"),
            nonce: case.bytes("nonce"),
        }),
        "registered" => Answer::Registered(Registered {
            checkpoint: case.part("checkpoint", checkpoint),
        }),
        "logged_in" => logged_in(case),
        "put_accepted" => Answer::PutAccepted(PutAccepted {}),
        "delivery" => delivery(case),
        "queue_empty" => Answer::QueueEmpty(QueueEmpty {
            seq: case.number("seq"),
        }),
        "chain" => Answer::Chain(chain(case)),
        "bundles" => bundles(case),
        "done" => Answer::Done(Done {}),
        "error" => Answer::Error(Error {
            code: ErrorCode::from_str_name(case.text("code")).unwrap().into(),
            text: case.text("text").into(),
            retry_after_ms: case.small("retry_after_ms"),
            chain: case.part("chain", chain),
            boot: case.number("boot"),
        }),
        _ => panic!("no answer {name}"),
    }
}

/// What a case is of: the first word of its name.
fn subject<'a>(case: &Case<'a>) -> &'a str {
    case.text("name").split(' ').next().unwrap()
}

/// Written as recorded, and read back.
fn same<M: Message + Default + PartialEq + std::fmt::Debug>(case: &Case<'_>, message: &M) {
    let (name, bytes) = (case.text("name"), case.bytes("bytes"));
    assert_eq!(message.encode_to_vec(), bytes, "{name}");
    assert_eq!(M::decode(bytes.as_slice()).as_ref(), Ok(message), "{name}");
}

#[test]
fn from_clients() {
    for case in File::read("frames.json").cases("client") {
        let name = subject(&case);
        let frame = case.part("fields", |fields| ClientFrame {
            request: fields.number("request"),
            verb: fields.part(name, |part| verb(name, part)),
        });
        same(&case, &frame.unwrap());
    }
}

#[test]
fn from_relays() {
    for case in File::read("frames.json").cases("relay") {
        let name = subject(&case);
        let frame = case.part("fields", |fields| RelayFrame {
            request: fields.number("request"),
            answer: fields.part(name, |part| answer(name, part)),
        });
        same(&case, &frame.unwrap());
    }
}

#[test]
fn slots_and_their_digest() {
    for case in File::read("keys.json").cases("slots") {
        let slots = case.part("set_slots", set_slots).unwrap();
        same(&case, &slots);
        let digest = Sha256::digest(slots.encode_to_vec());
        assert_eq!(digest.as_slice(), case.bytes("digest"));
    }
}
