//! Sealed lengths are size classes, exactly.

use sotto_wire::size;

use super::*;

/// Seals plaintexts of these lengths without a ratchet, in one transaction.
fn sealed_lengths(
    from: &Party,
    to: &Party,
    lengths: Vec<usize>,
) -> Vec<Result<Vec<u8>, CryptoError>> {
    let (peer, header, now) = (to.peer(), from.header(), from.now.get());
    from.write(move |tx, random, keys| {
        Ok(lengths
            .iter()
            .map(|length| seal_plaintext(tx, random, keys, &peer, &header, &vec![5; *length], now))
            .collect())
    })
    .unwrap()
}

#[test]
fn every_length_becomes_a_class_and_opens() {
    let (alice, bob, _) = two();
    let lengths: Vec<usize> = (0..1_100)
        .chain((1_100..20_000).step_by(997))
        .chain([60_000, 65_000, 200_000])
        .collect();
    for (length, sealed) in lengths
        .iter()
        .zip(sealed_lengths(&alice, &bob, lengths.clone()))
    {
        let sealed = sealed.unwrap();
        assert!(
            size::is_class(sealed.len()),
            "{length} became {}",
            sealed.len()
        );
        assert_eq!(bob.body(&alice.peer(), &sealed).unwrap().len(), *length);
    }
}

#[test]
fn every_boundary_is_met_from_both_sides() {
    let (alice, bob, _) = two();
    // What an empty body costs; found by asking, so that the test knows nothing of the format.
    for class in size::CLASSES {
        let fits = |length: usize| {
            let sealed = sealed_lengths(&alice, &bob, vec![length]).remove(0);
            sealed.is_ok_and(|sealed| sealed.len() <= class)
        };
        let (mut low, mut high) = (0, class);
        while low + 1 < high {
            let middle = low.midpoint(high);
            if fits(middle) {
                low = middle
            } else {
                high = middle
            }
        }
        // The last length that fits wastes nothing: a byte more is the next class, or too much.
        let around: Vec<usize> = (low.saturating_sub(20)..=low + 20).collect();
        for (length, sealed) in around
            .iter()
            .zip(sealed_lengths(&alice, &bob, around.clone()))
        {
            match sealed {
                Ok(sealed) => assert!(size::is_class(sealed.len()), "{length}"),
                Err(error) => {
                    assert_eq!(error, CryptoError::TooLarge);
                    assert_eq!(class, size::MAX_SEALED);
                    assert!(*length > low - 8);
                }
            }
        }
        assert!(class - low < 320, "{class} holds only {low}");
    }
}

#[test]
fn under_the_ratchet_too() {
    let (alice, bob, published) = two();
    alice
        .start(&bob.peer(), &bundle(&bob, &published, Some(0)))
        .unwrap();
    for length in [0, 1, 15, 16, 17, 400, 1_900, 2_100, 14_000, 60_000, 250_000] {
        let sealed = alice.seal(&bob.peer(), &vec![1; length]).unwrap();
        assert!(size::is_class(sealed.len()));
        assert_eq!(bob.open(&alice.peer(), &sealed).unwrap().len(), length);
    }
    say(&bob, &alice, b"now without pre-key");
    for length in (300..700).step_by(7) {
        let sealed = alice.seal(&bob.peer(), &vec![1; length]).unwrap();
        assert!(size::is_class(sealed.len()));
        assert_eq!(bob.open(&alice.peer(), &sealed).unwrap().len(), length);
    }
    let sealed = alice.seal(&bob.peer(), &[1; 400]).unwrap();
    assert_eq!(
        sealed.len(),
        1 << 10,
        "a short message fits in the smallest class"
    );
}

#[test]
fn what_is_too_large_leaves_the_ratchet_where_it_was() {
    let (alice, bob, _) = talking();
    let rows = alice.rows();
    assert_eq!(
        alice.seal(&bob.peer(), &vec![0; size::MAX_SEALED]),
        Err(CryptoError::TooLarge)
    );
    assert_eq!(alice.rows(), rows);
    say(&alice, &bob, b"smaller");
}

#[test]
fn other_lengths_are_refused() {
    let (alice, bob, _) = talking();
    let mut sealed = alice.seal(&bob.peer(), b"x").unwrap();
    sealed.push(0);
    assert_eq!(bob.unseal(&sealed), Err(fault(Fault::Malformed)));
    assert_eq!(bob.unseal(&[]), Err(fault(Fault::Malformed)));
}
