//! The outermost layer, and who seems to be the sender.

use libsignal_protocol::{
    ContentHint, SealedSenderV2SentMessage, SessionRecord, UnidentifiedSenderMessageContent,
    sealed_sender_multi_recipient_encrypt,
};

use super::*;
use crate::crypto::adapter::Ground;
use crate::crypto::call::finish;
use crate::crypto::peer::address;

#[test]
fn any_changed_byte_of_an_envelope_is_its_fault() {
    let (alice, bob, published) = two();
    alice
        .start(&bob.peer(), &bundle(&bob, &published, Some(0)))
        .unwrap();
    let rows = bob.rows();
    let first = alice.seal(&bob.peer(), b"x").unwrap();
    assert_eq!(first.len(), 4 << 10);
    for at in 0..first.len() {
        let mut changed = first.clone();
        changed[at] ^= 1 << (at % 8);
        match bob.unseal(&changed) {
            Err(CryptoError::Fault(_)) => {}
            other => panic!("{at}: {other:?}"),
        }
    }
    for cut in [0, 1, 2, 40, 1_024] {
        assert!(
            matches!(bob.unseal(&first[..cut]), Err(CryptoError::Fault(_))),
            "{cut}"
        );
    }
    assert_eq!(bob.rows(), rows);
    assert_eq!(bob.open(&alice.peer(), &first).unwrap(), b"x");
}

#[test]
fn other_versions_of_the_seal_are_refused() {
    let (alice, bob, _) = talking();
    let sealed = alice.seal(&bob.peer(), b"x").unwrap();
    // libsignal takes any low half, and 0 for 1.
    for version in [0x00, 0x01, 0x10, 0x12, 0x20, 0x21, 0x23, 0x31, 0xff] {
        let mut sealed = sealed.clone();
        sealed[0] = version;
        assert_eq!(
            bob.unseal(&sealed),
            Err(fault(Fault::Version)),
            "{version:x}"
        );
    }
    assert!(bob.unseal(&sealed).is_ok());
}

#[test]
fn somebody_elses_envelope_does_not_open() {
    let (alice, bob, _) = talking();
    let carol = Party::new(3);
    let sealed = alice.seal(&bob.peer(), b"x").unwrap();
    assert_eq!(carol.unseal(&sealed), Err(fault(Fault::InvalidSealed)));
}

/// The body of a multi-recipient envelope can be exchanged by any recipient: nothing pairwise may
/// come in one.
#[test]
fn only_sender_key_messages_come_sealed_for_many() {
    let (alice, bob, _) = talking();
    for (kind, expected) in [
        (CiphertextMessageType::Whisper, None),
        (CiphertextMessageType::PreKey, None),
        (CiphertextMessageType::Plaintext, None),
        (
            CiphertextMessageType::SenderKey,
            Some(crate::crypto::Shape::SenderKey),
        ),
    ] {
        let answer = bob
            .unseal(&for_many(&alice, &bob, kind))
            .map(|envelope| envelope.shape);
        assert_eq!(answer, expected.ok_or(fault(Fault::Shape)), "{kind:?}");
    }
    let sealed = alice.forge(&bob.peer(), CiphertextMessageType::SenderKey, b"x");
    assert_eq!(bob.unseal(&sealed), Err(fault(Fault::Shape)));
    let sealed = for_many(&alice, &bob, CiphertextMessageType::SenderKey);
    assert_eq!(
        bob.open(&alice.peer(), &sealed),
        Err(fault(Fault::NoSenderKey))
    );
}

/// A sealed version 2 as it arrives at one recipient.
fn for_many(from: &Party, to: &Party, kind: CiphertextMessageType) -> Vec<u8> {
    let (peer, header, now) = (to.peer(), from.header(), from.now.get());
    from.write(move |tx, random, keys| {
        let session = SessionRecord::deserialize(&sessions::load(tx, &peer.mailbox)?.unwrap())?;
        let address = address(&peer.mailbox)?;
        for padding in 0..1_024 {
            let content = UnidentifiedSenderMessageContent::new(
                kind,
                certificate::own(keys)?,
                b"whatever".to_vec(),
                ContentHint::Default,
                Some(header::encode(&header, padding)),
            )?;
            let ground = Ground::new(tx, keys, now);
            let adapter = ground.adapter();
            let sent = finish(sealed_sender_multi_recipient_encrypt(
                &[&address],
                &[&session],
                [],
                &content,
                &adapter,
                random,
            ))?;
            let parsed = SealedSenderV2SentMessage::parse(&sent)?;
            let (_, recipient) = parsed.recipients.first().unwrap();
            let received = parsed
                .received_message_parts_for_recipient(recipient)
                .as_ref()
                .concat();
            if received.len() == 1 << 10 {
                return Ok(received);
            }
        }
        panic!("no padding gives a size class")
    })
    .unwrap()
}

#[test]
fn nothing_comes_from_ourselves() {
    let (alice, bob, _) = talking();
    bob.meet(&bob.peer());
    let sealed = bob.forge(&bob.peer(), CiphertextMessageType::Plaintext, b"\xc0x\x80");
    assert_eq!(bob.unseal(&sealed), Err(fault(Fault::FromOurselves)));
    // Nor from somebody with our address.
    let named = named(
        &alice.keys.identity_key(),
        Some(&bob.keys.mailbox().to_uuid_string()),
        1,
        None,
    );
    let sealed = alice.forge_as(
        &bob.peer(),
        CiphertextMessageType::Plaintext,
        b"\xc0x\x80",
        named,
    );
    assert_eq!(bob.unseal(&sealed), Err(fault(Fault::FromOurselves)));
}

#[test]
fn a_certificate_names_a_device_and_nothing_else() {
    let (alice, bob, _) = talking();
    let uuid = alice.keys.mailbox().to_uuid_string();
    let key = alice.keys.identity_key();
    let mut longer = key.to_vec();
    longer.push(0);
    for (certificate, expected) in [
        (named(&key, Some(&uuid), 1, None), None),
        (named(&key, Some(&uuid), 2, None), Some(Fault::Malformed)),
        (
            named(&key, Some(&uuid), 1, Some("+15550100")),
            Some(Fault::Malformed),
        ),
        (
            named(&key, Some(&uuid.to_uppercase()), 1, None),
            Some(Fault::Malformed),
        ),
        (
            named(&key, Some(&uuid.replace('-', "")), 1, None),
            Some(Fault::Malformed),
        ),
        (named(&key, Some("alice"), 1, None), Some(Fault::Malformed)),
        (
            named(&longer, Some(&uuid), 1, None),
            Some(Fault::NotCanonical),
        ),
        (
            named(&bob.keys.identity_key(), Some(&uuid), 1, None),
            Some(Fault::InvalidSealed),
        ),
    ] {
        let sealed = alice.forge_as(
            &bob.peer(),
            CiphertextMessageType::Plaintext,
            b"\xc0x\x80",
            certificate,
        );
        assert_eq!(bob.unseal(&sealed).err(), expected.map(fault));
    }
}

/// A certificate of the attacker's own making.
pub(super) fn named(
    key: &[u8],
    uuid: Option<&str>,
    device: u32,
    e164: Option<&str>,
) -> SenderCertificate {
    let inner = Inner {
        e164: e164.map(str::to_owned),
        device: Some(device),
        expires: Some(0),
        identity_key: Some(key.to_vec()),
        uuid: uuid.map(str::to_owned),
        signer: Some(0),
    };
    let outer = Outer {
        certificate: Some(inner.encode_to_vec()),
        signature: Some(Vec::new()),
    };
    SenderCertificate::deserialize(&outer.encode_to_vec()).unwrap()
}

#[derive(Clone, PartialEq, Message)]
struct Outer {
    #[prost(bytes = "vec", optional, tag = "1")]
    certificate: Option<Vec<u8>>,
    #[prost(bytes = "vec", optional, tag = "2")]
    signature: Option<Vec<u8>>,
}

#[derive(Clone, PartialEq, Message)]
struct Inner {
    #[prost(string, optional, tag = "1")]
    e164: Option<String>,
    #[prost(uint32, optional, tag = "2")]
    device: Option<u32>,
    #[prost(fixed64, optional, tag = "3")]
    expires: Option<u64>,
    #[prost(bytes = "vec", optional, tag = "4")]
    identity_key: Option<Vec<u8>>,
    #[prost(string, optional, tag = "6")]
    uuid: Option<String>,
    #[prost(uint32, optional, tag = "8")]
    signer: Option<u32>,
}

#[test]
fn the_header_is_there_and_clean() {
    let (alice, bob, _) = talking();
    for (header, expected) in [
        (None, Fault::Malformed),
        (Some(vec![0, 0, 0, 200]), Fault::Malformed),
        (
            Some([header::encode(&alice.header(), 0), vec![1]].concat()),
            Fault::Malformed,
        ),
        (
            Some(header::encode(
                &SealedHeader {
                    version: 2,
                    ..alice.header()
                },
                0,
            )),
            Fault::Version,
        ),
    ] {
        assert_eq!(
            bob.unseal(&with_header(&alice, &bob, header)),
            Err(fault(expected))
        );
    }
}

/// An envelope with any bytes for a header, made a size class by its contents.
fn with_header(from: &Party, to: &Party, header: Option<Vec<u8>>) -> Vec<u8> {
    let (peer, now) = (to.peer(), from.now.get());
    from.write(move |tx, random, keys| {
        let address = address(&peer.mailbox)?;
        for length in 0..1_024 {
            let content = UnidentifiedSenderMessageContent::new(
                CiphertextMessageType::Plaintext,
                certificate::own(keys)?,
                vec![0; length],
                ContentHint::Default,
                header.clone(),
            )?;
            let ground = Ground::new(tx, keys, now);
            let adapter = ground.adapter();
            let sealed = finish(libsignal_protocol::sealed_sender_encrypt_from_usmc(
                &address, &content, &adapter, random,
            ))?;
            if sealed.len() == 1 << 10 {
                return Ok(sealed);
            }
        }
        panic!("no length gives a size class")
    })
    .unwrap()
}
