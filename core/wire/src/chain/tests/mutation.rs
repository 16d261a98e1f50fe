//! Damaged chains: never a panic, never another meaning.

use super::*;

/// A line in which every kind occurs.
fn one_of_each() -> Chain {
    let (one, two, chain) = couple();
    let three = Phone::new(3);
    let chain = accepted(&chain, &home(&chain, "https://relay.example", &two));
    let replace = Payload::Replace {
        old: two.mailbox,
        new: three.prove(Some(&chain.account())),
    };
    let chain = accepted(&chain, &made(&chain, &replace, &[one.signs()]));
    let set = made(
        &chain,
        &Payload::SetRecovery(public(&words(2))),
        &[three.signs(), Signer::Recovery(&words(1))],
    );
    let chain = accepted(&chain, &set);
    let chain = accepted(&chain, &remove(&chain, &one, &three));
    let devices = vec![known(&one), fresh(&Phone::new(4), &chain)];
    let chain = accepted(&chain, &recover(&chain, 5, devices, &words(2), &words(3)));
    let other = Payload::Other {
        kind: 50,
        critical: false,
        payload: b"later".to_vec(),
    };
    let chain = accepted(&chain, &made(&chain, &other, &[one.signs()]));
    accepted(&chain, &made(&chain, &Payload::Close, &[one.signs()]))
}

/// The verified lines before each statement: what a damaged statement is offered to.
fn beginnings(line: &[Vec<u8>]) -> Vec<Chain> {
    (1..line.len())
        .map(|length| Chain::verify(&line[..length]).unwrap())
        .collect()
}

/// Offers a damaged statement in its own place.
fn passes(beginnings: &[Chain], number: usize, damaged: &[u8]) -> bool {
    match number.checked_sub(1) {
        None => Chain::verify(&[damaged]).is_ok(),
        Some(before) => beginnings[before].extend(&[damaged]).is_ok(),
    }
}

/// A changed genesis would be another account, and is refused too, because nobody signed it.
#[test]
fn no_byte_of_a_chain_can_change() {
    let line = bytes(&one_of_each());
    let beginnings = beginnings(&line);
    for (number, statement) in line.iter().enumerate() {
        assert!(passes(&beginnings, number, statement));
        for at in 0..statement.len() {
            for flip in [0x01, 0x08, 0x80] {
                let mut damaged = statement.clone();
                damaged[at] ^= flip;
                assert!(
                    !passes(&beginnings, number, &damaged),
                    "statement {number}, byte {at}, {flip:#x}"
                );
            }
            assert!(!passes(&beginnings, number, &statement[..at]));
        }
    }
}

#[test]
fn no_statement_can_be_left_out_or_repeated() {
    let line = bytes(&one_of_each());
    for number in 0..line.len() {
        let mut missing = line.clone();
        missing.remove(number);
        let is_beginning = number + 1 == line.len();
        assert_eq!(Chain::verify(&missing).is_ok(), is_beginning, "{number}");
        let mut doubled = line.clone();
        doubled.insert(number, line[number].clone());
        assert!(Chain::verify(&doubled).is_err(), "{number} twice");
    }
}

fn damage(random: &mut ChaCha20Rng, bytes: &mut Vec<u8>) {
    for _ in 0..=random.next_u32() % 4 {
        let at = random.next_u32() as usize % bytes.len();
        match random.next_u32() % 3 {
            0 => bytes[at] = random.next_u32().to_le_bytes()[0],
            1 => bytes.insert(at, random.next_u32().to_le_bytes()[0]),
            _ => drop(bytes.remove(at)),
        }
    }
}

#[test]
fn no_noise_passes() {
    let line = bytes(&one_of_each());
    let beginnings = beginnings(&line);
    let mut random = ChaCha20Rng::seed_from_u64(4711);
    for round in 0..4_000 {
        let mut damaged = line.clone();
        let number = round % line.len();
        damage(&mut random, &mut damaged[number]);
        if damaged != line {
            assert!(!passes(&beginnings, number, &damaged[number]));
        }
        // A replay looks at no signature and may accept this; it may not panic.
        drop(Chain::trusted(&damaged));
    }
}

/// Whoever has the keys can sign nonsense. It is refused, or it is something that everybody
/// understands in the same way.
#[test]
fn signed_noise_means_the_same_to_everybody() {
    let line = bytes(&one_of_each());
    let beginnings = beginnings(&line);
    let mut random = ChaCha20Rng::seed_from_u64(4712);
    let phones: Vec<Phone> = (1..=4).map(Phone::new).collect();
    let keys: Vec<SigningKey> = (1..=3).map(words).collect();
    let mut understood = 0;
    for round in 0..2_000 {
        let number = 1 + round % beginnings.len();
        let chain = &beginnings[number - 1];
        let statement = proto::Statement::decode(line[number].as_slice()).unwrap();
        let mut body = statement.body;
        damage(&mut random, &mut body);
        let signers: Vec<Signer<'_>> = statement
            .signatures
            .iter()
            .map(|signature| {
                let by = |phone: &&Phone| phone.mailbox.as_bytes()[..] == signature.mailbox;
                phones.iter().find(by).map_or_else(
                    || {
                        let now = |key: &&SigningKey| public(key) == *chain.recovery_key();
                        Signer::Recovery(keys.iter().find(now).unwrap())
                    },
                    Phone::signs,
                )
            })
            .collect();
        let noise = build::sign_statement(&body, &signers);
        let extended = chain.extend(&[&noise]);
        let newcomer = Chain::verify(&[bytes(chain), vec![noise]].concat());
        assert_eq!(newcomer.as_ref().ok(), extended.as_ref().ok());
        if let Ok(next) = extended {
            understood += 1;
            assert_eq!(next.account(), chain.account());
            assert!(!next.devices().is_empty());
        }
    }
    assert!(understood > 20, "{understood} of 2000 were understood");
}
