//! What is refused before libsignal sees it, one thing at a time. Every refusal is told apart from
//! what libsignal itself would say.

use super::walk::pq;
use super::*;

const WHISPER: CiphertextMessageType = CiphertextMessageType::Whisper;
const PRE_KEY: CiphertextMessageType = CiphertextMessageType::PreKey;

/// Every encoding of a point of low order: below p, and the second spellings above it.
pub(super) fn low_order() -> Vec<[u8; 33]> {
    [
        "0000000000000000000000000000000000000000000000000000000000000000",
        "0100000000000000000000000000000000000000000000000000000000000000",
        "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
        "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "0000000000000000000000000000000000000000000000000000000000000080",
        "0100000000000000000000000000000000000000000000000000000000000080",
        "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b880",
        "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f11d7",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    ]
    .iter()
    .map(|hex| {
        let mut key = [5; 33];
        for (at, byte) in key[1..].iter_mut().enumerate() {
            *byte = u8::from_str_radix(&hex[2 * at..2 * at + 2], 16).unwrap();
        }
        key
    })
    .collect()
}

/// Spellings of a good key, and low-order keys, that may stand nowhere.
pub(super) fn bad_keys(good: &[u8; 33]) -> Vec<Vec<u8>> {
    let mut longer = good.to_vec();
    longer.push(0);
    let mut typed = good.to_vec();
    typed[0] = 6;
    let mut high = good.to_vec();
    high[32] |= 0x80;
    let mut above_p = vec![0xff; 33];
    above_p[0] = 5;
    above_p[1] = 0xf0;
    above_p[32] = 0x7f;
    let mut bad = vec![
        longer,
        typed,
        high,
        above_p,
        good[..32].to_vec(),
        good[1..].to_vec(),
        Vec::new(),
    ];
    bad.extend(low_order().iter().map(|key| key.to_vec()));
    bad
}

fn open_forged(
    alice: &Party,
    bob: &Party,
    kind: CiphertextMessageType,
    contents: &[u8],
) -> Result<Vec<u8>, CryptoError> {
    let sealed = alice.forge(&bob.peer(), kind, contents);
    let rows = bob.rows();
    let answer = bob.open(&alice.peer(), &sealed);
    if answer.is_err() {
        assert_eq!(bob.rows(), rows);
    }
    answer
}

/// An honest ratchet message of a session that both know; its MAC is lost when it is put together
/// again.
fn honest_whisper(alice: &Party, bob: &Party) -> forged::Whisper {
    forged::Whisper::read(
        &bob.unseal(&alice.seal(&bob.peer(), b"x").unwrap())
            .unwrap()
            .contents,
    )
}

fn honest_first() -> (Party, Party, forged::First) {
    let (alice, bob, published) = two();
    alice
        .start(&bob.peer(), &bundle(&bob, &published, Some(0)))
        .unwrap();
    let first = forged::First::read(
        &bob.unseal(&alice.seal(&bob.peer(), b"x").unwrap())
            .unwrap()
            .contents,
    );
    (alice, bob, first)
}

#[test]
fn the_ratchet_key_is_one_that_may_be_computed_with() {
    let (alice, bob, _) = talking();
    let honest = honest_whisper(&alice, &bob);
    for key in bad_keys(&bob.keys.identity_key()) {
        let message = forged::Whisper {
            ratchet_key: Some(key),
            ..honest.clone()
        };
        assert_eq!(
            open_forged(&alice, &bob, WHISPER, &message.bytes()),
            Err(fault(Fault::NotCanonical))
        );
    }
}

#[test]
fn all_keys_of_a_first_message_are() {
    let (alice, bob, honest) = honest_first();
    let inner = forged::Whisper::read(&honest.message.clone().unwrap());
    for key in bad_keys(&bob.keys.identity_key()) {
        let inner = forged::Whisper {
            ratchet_key: Some(key.clone()),
            ..inner.clone()
        };
        for message in [
            forged::First {
                base_key: Some(key.clone()),
                ..honest.clone()
            },
            forged::First {
                identity_key: Some(key),
                ..honest.clone()
            },
            forged::First {
                message: Some(inner.bytes()),
                ..honest.clone()
            },
        ] {
            assert_eq!(
                open_forged(&alice, &bob, PRE_KEY, &message.bytes()),
                Err(fault(Fault::NotCanonical))
            );
        }
    }
    // Off the group of prime order, but not of low order: a base key has to be in it.
    let mut twisted = honest.base_key.clone().unwrap();
    while sotto_wire::sign::check_identity_key(&twisted).is_ok() {
        twisted[1] = twisted[1].wrapping_add(1);
    }
    let message = forged::First {
        base_key: Some(twisted),
        ..honest
    };
    assert_eq!(
        open_forged(&alice, &bob, PRE_KEY, &message.bytes()),
        Err(fault(Fault::NotCanonical))
    );
}

#[test]
fn the_ephemeral_key_of_a_seal_is() {
    let (alice, bob, _) = talking();
    let sealed = alice.seal(&bob.peer(), b"x").unwrap();
    // Version byte, field 1 of 33 bytes.
    assert_eq!(sealed[..3], [0x11, 0x0a, 33]);
    for key in low_order() {
        let mut sealed = sealed.clone();
        sealed[3..36].copy_from_slice(&key);
        assert_eq!(bob.unseal(&sealed), Err(fault(Fault::NotCanonical)));
        let mut many = vec![0x22; 1 << 10];
        many[49..81].copy_from_slice(&key[1..]);
        assert_eq!(bob.unseal(&many), Err(fault(Fault::NotCanonical)));
    }
    // A byte behind the key; one less of the message keeps the length.
    let mut message = forged::Sealed::decode(&sealed[1..]).unwrap();
    message.ephemeral_public.as_mut().unwrap().push(0);
    message.encrypted_message.as_mut().unwrap().pop();
    let longer = [vec![0x11], message.encode_to_vec()].concat();
    assert_eq!(longer.len(), sealed.len());
    assert_eq!(bob.unseal(&longer), Err(fault(Fault::NotCanonical)));
}

#[test]
fn only_version_4_is_spoken() {
    let (alice, bob, first) = honest_first();
    for byte in [0x33, 0x34, 0x43, 0x45, 0x54, 0x24, 0x00] {
        let mut contents = first.bytes();
        contents[0] = byte;
        assert_eq!(
            open_forged(&alice, &bob, PRE_KEY, &contents),
            Err(fault(Fault::Version)),
            "{byte:x}"
        );
        let mut inner = first.message.clone().unwrap();
        inner[0] = byte;
        let message = forged::First {
            message: Some(inner),
            ..first.clone()
        };
        assert_eq!(
            open_forged(&alice, &bob, PRE_KEY, &message.bytes()),
            Err(fault(Fault::Version)),
            "{byte:x}"
        );
    }
    assert_eq!(
        open_forged(&alice, &bob, PRE_KEY, &[]),
        Err(fault(Fault::Malformed))
    );
}

#[test]
fn a_message_without_post_quantum_part_is_none() {
    let (alice, bob, first) = honest_first();
    let inner = forged::Whisper::read(&first.message.clone().unwrap());
    // Without, empty, and of a version that libsignal would silently take for "none".
    for part in [
        None,
        Some(Vec::new()),
        Some(vec![2, 1, 0, 0]),
        Some(vec![0, 1, 0, 0]),
    ] {
        let inner = forged::Whisper {
            pq_ratchet: part,
            ..inner.clone()
        };
        let message = forged::First {
            message: Some(inner.bytes()),
            ..first.clone()
        };
        assert_eq!(
            open_forged(&alice, &bob, PRE_KEY, &message.bytes()),
            Err(fault(Fault::Version))
        );
    }
}

/// Each of these stops the program inside libsignal 0.85.3, before any check of the sender.
#[test]
fn a_broken_post_quantum_part_stops_nothing() {
    let (alice, bob, _) = talking();
    let honest = honest_whisper(&alice, &bob);
    for part in [
        pq(1, 0, &[]),
        pq(0, 0, &[0]),
        [&[1][..], &[0x80; 12], &[1, 0, 0]].concat(),
        [&[1, 1][..], &[0xff; 12], &[1, 0]].concat(),
        pq(1, 0, &[1]),
        pq(1, 0, &[1, 0, 1, 2, 3]),
        pq(1, 0, &[7]),
        pq(1, u64::from(u32::MAX) + 1, &[0]),
        vec![1],
    ] {
        let message = forged::Whisper {
            pq_ratchet: Some(part),
            ..honest.clone()
        };
        assert_eq!(
            open_forged(&alice, &bob, WHISPER, &message.bytes()),
            Err(fault(Fault::Malformed))
        );
    }
    say(&alice, &bob, b"still here");
}

#[test]
fn a_first_message_has_all_its_parts() {
    let (alice, bob, honest) = honest_first();
    let kem = honest.kyber_ciphertext.clone().unwrap();
    for message in [
        forged::First {
            registration_id: Some(2),
            ..honest.clone()
        },
        forged::First {
            registration_id: None,
            ..honest.clone()
        },
        forged::First {
            base_key: None,
            ..honest.clone()
        },
        forged::First {
            identity_key: None,
            ..honest.clone()
        },
        forged::First {
            message: None,
            ..honest.clone()
        },
        forged::First {
            message: Some(vec![0x44]),
            ..honest.clone()
        },
        forged::First {
            signed_pre_key_id: None,
            ..honest.clone()
        },
        forged::First {
            kyber_pre_key_id: None,
            ..honest.clone()
        },
        forged::First {
            kyber_ciphertext: None,
            ..honest.clone()
        },
        forged::First {
            kyber_ciphertext: Some(kem[1..].to_vec()),
            ..honest.clone()
        },
    ] {
        assert_eq!(
            open_forged(&alice, &bob, PRE_KEY, &message.bytes()),
            Err(fault(Fault::Malformed))
        );
    }
    for message in [
        forged::First {
            signed_pre_key_id: Some(77),
            ..honest.clone()
        },
        forged::First {
            kyber_pre_key_id: Some(77),
            ..honest.clone()
        },
        forged::First {
            pre_key_id: Some(7_777),
            ..honest.clone()
        },
    ] {
        assert_eq!(
            open_forged(&alice, &bob, PRE_KEY, &message.bytes()),
            Err(fault(Fault::InvalidPreKeyId))
        );
    }
    assert_eq!(
        open_forged(&alice, &bob, PRE_KEY, &honest.bytes()).unwrap(),
        b"x"
    );
}

/// Any byte of what the ratchet gets: the envelope's fault, nothing else, and nothing stays.
#[test]
fn any_changed_byte_inside_the_seal_is_the_envelopes_fault() {
    let (alice, bob, first) = honest_first();
    let open_all = |kind, contents: Vec<u8>, step: usize| {
        let rows = bob.rows();
        let envelopes: Vec<Unsealed> = (0..contents.len())
            .step_by(step)
            .map(|at| {
                let mut contents = contents.clone();
                contents[at] ^= 1 << (at % 8);
                bob.unseal(&alice.forge(&bob.peer(), kind, &contents))
                    .unwrap()
            })
            .collect();
        let (sender, now) = (alice.peer(), bob.now.get());
        let answers = bob.write(move |tx, random, keys| {
            Ok(envelopes
                .iter()
                .map(|envelope| open(tx, random, keys, envelope, &sender, now))
                .collect::<Vec<_>>())
        });
        let mut opened = 0;
        for answer in answers.unwrap() {
            match answer {
                Err(CryptoError::Fault(_)) => {}
                Ok(_) => opened += 1,
                Err(other) => panic!("{other}"),
            }
        }
        assert_eq!(bob.rows(), rows);
        opened
    };
    assert_eq!(open_all(PRE_KEY, first.bytes(), 3), 0);
    let sealed = alice.seal(&bob.peer(), b"now for real").unwrap();
    assert_eq!(bob.open(&alice.peer(), &sealed).unwrap(), b"now for real");
    say(&bob, &alice, b"answer");
    let whisper = bob
        .unseal(&alice.seal(&bob.peer(), b"x").unwrap())
        .unwrap()
        .contents;
    assert_eq!(open_all(WHISPER, whisper.clone(), 1), 0);
    assert_eq!(open_forged(&alice, &bob, WHISPER, &whisper).unwrap(), b"x");
}
