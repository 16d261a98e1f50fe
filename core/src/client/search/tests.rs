//! Searching real files.

use std::collections::BTreeMap;
use std::path::Path;

use tempfile::TempDir;
use unicode_segmentation::UnicodeSegmentation;

use super::corpus::CORPUS;
use super::*;
use crate::client::ProfileConfig;
use crate::client::Unlock;
use crate::model::Standing;
use crate::model::fold::fold;
use crate::store::tables::{contacts, profile, said, search};
use crate::store::{DatabaseKey, Store, StoreError, Tx};
use sotto_content::direct::conversation_id;
use sotto_wire::ids::AccountId;

pub(super) const SECOND: u64 = 1000 << 16;
pub(super) const ME: [u8; 32] = [1; 32];
pub(super) const ANA: [u8; 32] = [2; 32];
pub(super) const BOB: [u8; 32] = [3; 32];

pub(super) fn with(account: [u8; 32]) -> [u8; 32] {
    conversation_id(&AccountId::new(ME), &AccountId::new(account))
}

/// A profile with two contacts, and nothing said yet.
pub(super) fn store() -> (TempDir, Store) {
    let memory = Path::new("/dev/shm");
    let dir = if memory.is_dir() {
        tempfile::tempdir_in(memory)
    } else {
        tempfile::tempdir()
    }
    .unwrap();
    let store = Store::create(dir.path(), &DatabaseKey::from_bytes([7; 32])).unwrap();
    store
        .write(|tx| {
            profile::create(
                tx,
                &profile::NewProfile {
                    standing: Standing::Active,
                    account: Some(ME.into()),
                    mailbox: [3; 16].into(),
                    name: "Mélanie",
                    identity_secret: &[],
                    signing_secret: &[],
                    recovery_seed: None,
                    incarnation: [0; 8],
                },
            )?;
            for (account, name) in [(ANA, "Ana María"), (BOB, "Bob the Builder")] {
                let mut contact = contacts::Contact::unknown(account.into());
                contact.standing = crate::model::ContactStanding::Accepted;
                contact.name = name.to_owned();
                contacts::put(tx, &contact)?;
            }
            search::step(tx)
        })
        .unwrap();
    (dir, store)
}

pub(super) fn say(
    tx: &mut Tx<'_>,
    place: ([u8; 32], [u8; 32]),
    order_key: u64,
    body: &str,
) -> Result<i64, StoreError> {
    said::say(tx, place, order_key, body)
}

pub(super) fn look(store: &Store, query: &SearchQuery) -> Result<SearchPage, Error> {
    store.read(|view| find(view, query))
}

pub(super) fn rows(page: &SearchPage) -> Vec<i64> {
    page.hits.iter().map(|hit| hit.message.row).collect()
}

pub(super) fn word(word: &str) -> SearchQuery {
    SearchQuery {
        words: vec![word.to_owned()],
        order: SearchOrder::Newest,
        limit: 200,
        ..SearchQuery::default()
    }
}

/// A reproducible stream of numbers (splitmix64).
pub(super) fn numbers(seed: u64) -> impl FnMut(u64) -> u64 {
    let mut state = seed;
    move |below| {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % below
    }
}

#[test]
fn every_part_of_every_message_is_found_and_nothing_else() {
    let (_dir, store) = store();
    let texts: Vec<&str> = CORPUS
        .iter()
        .flat_map(|(_, texts)| *texts)
        .copied()
        .collect();
    assert!(CORPUS.len() >= 20);
    let said = texts.clone();
    store
        .write(move |tx| {
            for (at, text) in (1..).zip(said) {
                say(tx, (with(ANA), ANA), at * SECOND, text)?;
            }
            Ok::<_, StoreError>(())
        })
        .unwrap();
    let folded: Vec<String> = texts.iter().map(|text| fold(text)).collect();
    // All short parts, some of the long ones; each looked for once.
    let mut parts: BTreeMap<String, &str> = BTreeMap::new();
    let mut random = numbers(1);
    for text in &texts {
        let mut ends: Vec<usize> = text
            .grapheme_indices(true)
            .map(|(start, _)| start)
            .collect();
        ends.push(text.len());
        for first in 0..ends.len() {
            for last in first + 1..ends.len() {
                let length = last - first;
                if length <= 4 || random(10) == 0 {
                    let part = &text[ends[first]..ends[last]];
                    // A lone invisible character or mark is nothing that could be looked for.
                    if !fold(part).is_empty() {
                        parts.insert(fold(part), part);
                    }
                }
            }
        }
    }
    assert!(parts.len() > 8000, "{}", parts.len());
    store
        .read(|view| {
            for (needle, part) in &parts {
                let due: Vec<i64> = (1..)
                    .zip(&folded)
                    .filter(|(_, text)| text.contains(needle))
                    .map(|(row, _)| row)
                    .collect();
                let look = find::Look::of(view, &word(part))?.unwrap();
                let mut found = find::rows(view, &look)?;
                found.reverse();
                assert_eq!(found, due, "{part:?}");
                assert!(!due.is_empty());
                // However it is folded: what contains the part as it is, is there.
                for (row, text) in (1..).zip(&texts) {
                    if text.contains(part)
                        && text
                            .graphemes(true)
                            .collect::<Vec<_>>()
                            .windows(part.graphemes(true).count())
                            .any(|window| window.concat() == **part)
                    {
                        assert!(found.contains(&row), "{part:?} in {text:?}");
                    }
                }
            }
            Ok::<_, Error>(())
        })
        .unwrap();
}

/// A text, a word, and where it stands: in Unicode scalar values.
type Case<'a> = (&'a str, &'a str, &'a [(u32, u32)]);

#[test]
fn what_looks_alike_is_found_and_shown_where_it_stands() {
    let (_dir, store) = store();
    let cases: &[Case<'_>] = &[
        ("un café noir", "CAFE", &[(3, 7)]),
        ("un cafe\u{301} noir", "cafe", &[(3, 8)]),
        ("un cafe noir", "café", &[(3, 7)]),
        ("Straße", "strasse", &[(0, 6)]),
        ("Straße", "as", &[(3, 5)]),
        ("STRASSE", "ße", &[(4, 7)]),
        ("İstanbul", "istanbul", &[(0, 8)]),
        ("ısparta", "ISPARTA", &[(0, 7)]),
        ("Łódź", "lodz", &[(0, 4)]),
        ("Tiếng Việt", "tieng viet", &[(0, 10)]),
        ("ΌΔΟΣ", "οδος", &[(0, 4)]),
        ("ещё", "еще", &[(0, 3)]),
        ("ＡＢＣ", "abc", &[(0, 3)]),
        ("ｶﾞ", "ガ", &[(0, 2)]),
        ("ﬁx ﬁx", "fix", &[(0, 2), (3, 5)]),
        ("السَّلَامُ", "السلام", &[(0, 10)]),
        ("أحمد", "احمد", &[(0, 4)]),
        ("שָׁלוֹם", "שלום", &[(0, 7)]),
        ("ni\u{ad}ce", "nice", &[(0, 5)]),
        ("a \t\n b", "a b", &[(0, 6)]),
        ("❤️", "❤", &[(0, 2)]),
        ("hi 👩🏽‍🚀!", "👩🏽‍🚀", &[(3, 7)]),
        ("👍👍🏽", "👍🏽", &[(1, 3)]),
        ("各各", "各", &[(0, 2)]),
        ("x各y各", "各", &[(1, 2), (3, 4)]),
        ("banananas", "anana", &[(1, 8)]),
        ("नमस्ते", "नमस", &[(0, 6)]),
        ("각", "각", &[(0, 1)]),
    ];
    for (number, (text, _, _)) in (1..).zip(cases) {
        let text = (*text).to_owned();
        store
            .write(move |tx| say(tx, (with(ANA), ANA), number * SECOND, &text))
            .unwrap();
    }
    for (row, (text, looked_for, ranges)) in (1..).zip(cases) {
        let page = look(&store, &word(looked_for)).unwrap();
        let hit = page.hits.iter().find(|hit| hit.message.row == row);
        let hit = hit.unwrap_or_else(|| panic!("{looked_for:?} in {text:?}"));
        let found: Vec<(u32, u32)> = hit
            .highlights
            .iter()
            .map(|range| (range.start, range.end))
            .collect();
        assert_eq!(found, *ranges, "{looked_for:?} in {text:?}");
    }
    // Marks that make another letter do not go.
    for (text, other) in [
        ("が", "か"),
        ("각", "가"),
        ("กิน", "กน"),
        ("की", "का"),
        ("👍", "👎"),
    ] {
        let text = text.to_owned();
        let row = store
            .write(move |tx| say(tx, (with(BOB), BOB), 99 * SECOND, &text))
            .unwrap();
        assert!(
            !rows(&look(&store, &word(other)).unwrap()).contains(&row),
            "{other}"
        );
    }
}

#[test]
fn filters_leave_out_what_they_should() {
    let (_dir, store) = store();
    let day = 86_400_000_u64;
    let key = move |day_number: u64| (day_number * day) << 16;
    store
        .write(move |tx| {
            say(tx, (with(ANA), ANA), key(100), "plan one")?;
            say(
                tx,
                (with(ANA), ME),
                key(101),
                "plan two, see https://sotto.example/x",
            )?;
            say(
                tx,
                (with(BOB), BOB),
                key(102),
                "plan three at www.example.org",
            )?;
            say(
                tx,
                (with(BOB), ME),
                key(103) - 1,
                "no such thing: xhttp://y, www. z",
            )
        })
        .unwrap();
    let found =
        |typed: &str| look(&store, &SearchQuery::typed(typed, 0).unwrap()).map(|page| rows(&page));
    assert_eq!(found("plan"), Ok(vec![3, 2, 1]));
    assert_eq!(found("plan from:ana"), Ok(vec![1]));
    assert_eq!(found("from:maria"), Ok(vec![1]));
    assert_eq!(found("from:\"Ana Maria\""), Ok(vec![1]));
    assert_eq!(found("from:me"), Ok(vec![4, 2]));
    assert_eq!(found("from:melanie in:bob"), Ok(vec![4]));
    assert_eq!(found("in:bob plan"), Ok(vec![3]));
    assert_eq!(
        found(&format!("in:{}", super::super::id::hex(&with(ANA)))),
        Ok(vec![2, 1])
    );
    assert_eq!(
        found(&format!("in:{}", AccountId::new(ANA))),
        Ok(vec![2, 1])
    );
    assert_eq!(found("has:link"), Ok(vec![3, 2]));
    assert_eq!(found("has:file"), Ok(vec![]));
    assert_eq!(found("plan has:link from:me"), Ok(vec![2]));
    // 1970-04-12 is day 101.
    assert_eq!(found("before:1970-04-12"), Ok(vec![1]));
    assert_eq!(found("after:1970-04-12"), Ok(vec![4, 3, 2]));
    assert_eq!(found("after:1970-04-12 before:1970-04-13"), Ok(vec![2]));
    assert_eq!(
        found("plan after:1970-04 before:1970-04-13"),
        Ok(vec![2, 1])
    );
    assert_eq!(found("after:1970-04-14"), Ok(vec![]));
    assert_eq!(found("before:1970"), Ok(vec![]));
    assert_eq!(found("plan two"), Ok(vec![2]));
    assert_eq!(found("\"two plan\""), Ok(vec![]));
    assert_eq!(found(""), Ok(vec![]));
    assert_eq!(found("\"\u{200d}\""), Ok(vec![]));
    for nobody in ["from:carla", "in:carla", "from:ria"] {
        assert!(
            matches!(found(nobody), Err(Error::NoSuchContact { .. })),
            "{nobody}"
        );
    }
}

#[test]
fn a_query_that_makes_no_sense_is_refused() {
    let (_dir, store) = store();
    store
        .write(|tx| say(tx, (with(ANA), ANA), SECOND, "a\0b \" AND ( OR * NEAR"))
        .unwrap();
    for words in [vec!["x".to_owned(); 17], vec!["x".repeat(1001)]] {
        let query = SearchQuery {
            words,
            ..SearchQuery::default()
        };
        assert!(matches!(look(&store, &query), Err(Error::BadSearch { .. })));
    }
    for cursor in ["", "{}", "null", "{\"After\":[1]}"] {
        let query = SearchQuery {
            cursor: Some(cursor.to_owned()),
            ..word("x")
        };
        assert!(
            matches!(look(&store, &query), Err(Error::BadSearch { .. })),
            "{cursor}"
        );
    }
    for odd in ["a\0b", "\"", "and (", "or *", "*", "(", "near"] {
        assert_eq!(rows(&look(&store, &word(odd)).unwrap()), [1], "{odd}");
    }
    assert!(
        look(&store, &word(&"y".repeat(1000)))
            .unwrap()
            .hits
            .is_empty()
    );
}

#[test]
fn a_hit_is_seen_among_its_neighbours() {
    let (_dir, store) = store();
    store
        .write(|tx| {
            // Into the database in another order than into the conversation.
            for at in [3, 1, 5, 2, 4] {
                say(tx, (with(ANA), ANA), at * SECOND, &at.to_string())?;
                say(tx, (with(BOB), BOB), at * SECOND, "elsewhere")?;
            }
            let hidden = say(tx, (with(ANA), ANA), 3 * SECOND + 1, "a reaction")?;
            tx.execute(
                "UPDATE message SET shown = 0 WHERE row = ?1",
                crate::store::params![hidden],
            )?;
            Ok::<_, StoreError>(())
        })
        .unwrap();
    let row = look(&store, &word("3")).unwrap().hits[0].message.row;
    let texts = |before, after| -> Vec<String> {
        let all = store.read(|view| around(view, row, before, after)).unwrap();
        all.into_iter()
            .map(|message| message.text.unwrap())
            .collect()
    };
    assert_eq!(texts(1, 1), ["2", "3", "4"]);
    assert_eq!(texts(0, 0), ["3"]);
    assert_eq!(texts(0, 9), ["3", "4", "5"]);
    assert_eq!(texts(u32::MAX, u32::MAX), ["1", "2", "3", "4", "5"]);
    let nothing = store.read(|view| around(view, 99, 1, 1));
    assert_eq!(nothing.unwrap_err(), Error::NoSuchMessage);
}

#[test]
fn a_second_client_searches_through_the_first() {
    let dir = tempfile::tempdir().unwrap();
    let config = ProfileConfig {
        dir: dir.path().join("profile").to_str().unwrap().to_owned(),
        unlock: Unlock::KeyFile,
        create: true,
        online: false,
    };
    let clients = [(); 2].map(|()| Client::open(config.clone()).unwrap());
    for client in &clients {
        let page = client
            .search(SearchQuery::typed("word", 0).unwrap())
            .unwrap();
        assert_eq!(page.hits, []);
        let someone = client.search(SearchQuery::typed("from:ana", 0).unwrap());
        assert_eq!(someone.unwrap_err(), Error::NoAccount);
        assert_eq!(
            client.messages_around(1, 1, 1).unwrap_err(),
            Error::NoSuchMessage
        );
    }
}
