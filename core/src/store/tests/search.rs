//! The search index holds what the messages say, no more and no less.

use std::collections::BTreeSet;

use super::*;
use crate::model::fold::fold;
use crate::model::terms::{self, Terms, Wanted};
use crate::store::tables::{said, search};

const PLACE: ([u8; 32], [u8; 32]) = ([1; 32], [2; 32]);
const SECOND: u64 = 1000 << 16;

fn say(tx: &mut Tx<'_>, order_key: u64, body: &str) -> Result<i64, StoreError> {
    said::say(tx, PLACE, order_key, body)
}

/// What an edit does.
fn edit(tx: &mut Tx<'_>, row: i64, body: &str) -> Result<(), StoreError> {
    search::replace(tx, row, body)?;
    tx.execute(
        "UPDATE message SET body = ?2 WHERE row = ?1",
        params![row, body],
    )?;
    Ok(())
}

/// What a deletion does.
fn delete(tx: &mut Tx<'_>, row: i64) -> Result<(), StoreError> {
    search::remove(tx, row)?;
    tx.execute("DELETE FROM message WHERE row = ?1", params![row])?;
    Ok(())
}

/// Rows in the order of the index.
fn found(store: &Store, words: &[&str]) -> Vec<i64> {
    let wanted = Wanted {
        words: words.iter().map(|word| fold(word)).collect(),
        ..Wanted::default()
    };
    let expression = wanted.expression();
    let everywhere = (i64::MIN, i64::MAX);
    let all = store
        .read(|view| search::candidates(view, expression.as_deref(), everywhere, 1 << 30))
        .unwrap();
    all.into_iter().map(|candidate| candidate.row).collect()
}

/// Each term with its places, as FTS5 itself lists them.
fn listed(store: &Store) -> BTreeSet<(String, i64)> {
    store
        .write(|tx| {
            tx.execute("INSERT INTO search (search) VALUES ('integrity-check')", [])?;
            tx.execute(
                "CREATE VIRTUAL TABLE temp.listed USING fts5vocab (main, search, instance)",
                [],
            )?;
            let all = tx.query_all("SELECT term, doc FROM temp.listed", [], |row| {
                Ok((row.get(0)?, row.get(1)?))
            })?;
            tx.execute("DROP TABLE temp.listed", [])?;
            Ok::<_, StoreError>(all.into_iter().collect())
        })
        .unwrap()
}

/// The same, as it should be by the messages; each message has one place, not before its own.
fn due(store: &Store) -> BTreeSet<(String, i64)> {
    let all: Vec<(i64, i64, String)> = store
        .read(|view| {
            view.query_all(
                "SELECT place, order_key, body FROM message LEFT JOIN search_place ON message = row
                 WHERE body <> ''",
                [],
                |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)),
            )
        })
        .unwrap();
    let mut due = BTreeSet::new();
    for (place, order_key, body) in all {
        assert!(place >= search::place_of(order_key as u64));
        let terms = Terms::of(&body, &PLACE.0, &PLACE.1, &terms::features(&body)).text();
        due.extend(terms.split(' ').map(|term| (term.to_owned(), place)));
    }
    due
}

fn without_places(terms: BTreeSet<(String, i64)>) -> Vec<String> {
    let mut all: Vec<String> = terms.into_iter().map(|(term, _)| term).collect();
    all.sort();
    all
}

/// Everything that the index keeps, as bytes.
fn raw(store: &Store) -> Vec<u8> {
    let blobs: Vec<Vec<u8>> = store
        .read(|view| {
            view.query_all(
                "SELECT block FROM search_data UNION ALL SELECT CAST(term AS BLOB) FROM search_idx",
                [],
                |row| row.get(0),
            )
        })
        .unwrap();
    blobs.concat()
}

/// Words of a few letters, so that they have much in common.
fn words(random: &mut impl FnMut(&mut [u8]), letters: &[char]) -> String {
    let mut bytes = [0; 24];
    random(&mut bytes);
    let length = 4 + usize::from(bytes[0] % 20);
    bytes[..length]
        .iter()
        .map(|byte| letters[usize::from(*byte) % letters.len()])
        .collect()
}

fn number(random: &mut impl FnMut(&mut [u8]), below: u64) -> u64 {
    let mut bytes = [0; 8];
    random(&mut bytes);
    u64::from_le_bytes(bytes) % below
}

#[test]
fn what_is_said_is_found_newest_first_wherever_it_came_from() {
    let dir = folder();
    let store = Store::create(dir.path(), &key()).unwrap();
    store
        .write(|tx| {
            say(tx, 50 * SECOND, "Good morning")?;
            say(tx, 90 * SECOND, "good evening")?;
            // A late one.
            say(tx, 70 * SECOND, "GOOD night")?;
            say(tx, 80 * SECOND, "bad luck")
        })
        .unwrap();
    assert_eq!(found(&store, &["good"]), [2, 3, 1]);
    assert_eq!(found(&store, &["oo", "ev"]), [2]);
    assert_eq!(found(&store, &["d m"]), [1]);
    assert_eq!(found(&store, &["u"]), [4]);
    assert!(found(&store, &["xyz"]).is_empty());
    assert_eq!(found(&store, &[]), [2, 4, 3, 1]);
}

#[test]
fn the_index_follows_every_edit_deletion_and_move() {
    let dir = folder();
    let store = Store::create(dir.path(), &key()).unwrap();
    let letters = ['a', 'b', ' ', '\u{4e00}', '.', '\u{1f600}'];
    for seed in 0..60 {
        store
            .write(move |tx| {
                let mut random = filler(seed);
                for _ in 0..8 {
                    let text = words(&mut random, &letters);
                    let rows: Vec<i64> =
                        tx.query_all("SELECT row FROM message", [], |row| row.get(0))?;
                    let pick = rows.get(number(&mut random, 64) as usize).copied();
                    match (number(&mut random, 5), pick) {
                        (0, Some(row)) => edit(tx, row, &text)?,
                        (1, Some(row)) => delete(tx, row)?,
                        (2, Some(row)) => {
                            let lower = number(&mut random, 50) * SECOND / 4;
                            crate::store::tables::messages::lower_order_key(tx, row, lower)?;
                        }
                        // Many in one second, too.
                        _ => drop(say(tx, number(&mut random, 50) * SECOND / 4, &text)?),
                    }
                }
                Ok::<_, StoreError>(())
            })
            .unwrap();
        assert_eq!(listed(&store), due(&store), "seed {seed}");
    }
}

#[test]
fn characters_that_share_a_term_do_not_take_it_from_each_other() {
    let dir = folder();
    let store = Store::create(dir.path(), &key()).unwrap();
    store
        .write(|tx| {
            let row = say(tx, SECOND, "Sotto\u{ae} is. here\u{a0}now")?;
            edit(tx, row, "Sotto\u{ae}ishere")
        })
        .unwrap();
    assert_eq!(found(&store, &["\u{ae}"]), [1]);
    assert_eq!(listed(&store), due(&store));
}

#[test]
fn what_was_deleted_leaves_no_bytes_in_the_index() {
    let dir = folder();
    let store = Store::create(dir.path(), &key()).unwrap();
    // Of the letters of a script that nobody else uses here, all but the first byte are telling.
    let secret: Vec<char> = ('\u{10330}'..='\u{1034a}').collect();
    let traces = |store: &Store| {
        let raw = raw(store);
        let told = |letter: &char| {
            let mut bytes = [0; 4];
            letter.encode_utf8(&mut bytes);
            raw.windows(3).any(|window| window == &bytes[1..])
        };
        secret.iter().filter(|letter| told(letter)).count()
    };
    let hidden = secret.clone();
    let open: Vec<char> = ('\u{e01}'..='\u{e2e}').chain('a'..='z').collect();
    let mut rows = Vec::new();
    for seed in 0..40 {
        let (hidden, open) = (hidden.clone(), open.clone());
        rows.extend(
            store
                .write(move |tx| {
                    let mut random = filler(seed);
                    let mut rows = Vec::new();
                    for number in 0..20 {
                        let at = (seed * 20 + number) * SECOND;
                        say(tx, at, &words(&mut random, &open))?;
                        // One that goes altogether, and one that is edited.
                        let text = words(&mut random, &hidden);
                        rows.push(say(tx, at, &text)?);
                        rows.push(say(tx, at, &format!("{text} and more"))?);
                    }
                    Ok::<_, StoreError>(rows)
                })
                .unwrap(),
        );
    }
    assert!(traces(&store) > 20, "there is something to be seen");
    for some in rows.chunks(50) {
        let some = some.to_vec();
        store
            .write(move |tx| {
                for pair in some.chunks(2) {
                    delete(tx, pair[0])?;
                    edit(tx, pair[1], "and more")?;
                }
                Ok::<_, StoreError>(())
            })
            .unwrap();
    }
    assert_eq!(listed(&store), due(&store));
    assert_eq!(traces(&store), 0);
}

#[test]
fn an_index_made_anew_is_the_one_there_was() {
    let dir = folder();
    let store = Store::create(dir.path(), &key()).unwrap();
    assert!(
        !store.write(search::step).unwrap(),
        "nothing to do at first"
    );
    store
        .write(|tx| {
            let mut random = filler(1);
            for at in 0..1500 {
                let row = say(
                    tx,
                    at * SECOND / 3,
                    &words(&mut random, &['a', 'b', 'c', ' ']),
                )?;
                if at % 5 == 0 {
                    delete(tx, row)?;
                }
            }
            Ok::<_, StoreError>(())
        })
        .unwrap();
    assert!(!store.read(search::is_behind).unwrap());
    let before = without_places(listed(&store));
    // Rules that this program does not know.
    store
        .write(|tx| tx.execute("UPDATE search_state SET version = 99", []))
        .unwrap();
    assert!(store.read(search::is_behind).unwrap());
    assert!(store.write(search::step).unwrap());
    let part = listed(&store).len();
    assert!(0 < part && part < before.len(), "one step is a part of it");
    // Life goes on meanwhile, with messages that are in it and some that are not yet.
    let (first, last) = store
        .write(|tx| {
            say(tx, 9 * SECOND, "new one")?;
            let ends = tx.query_row("SELECT min(row), max(row) FROM message", [], |row| {
                Ok((row.get(0)?, row.get(1)?))
            })?;
            let (first, last): (i64, i64) = ends.unwrap();
            edit(tx, first, "edited")?;
            edit(tx, last, "edited too")?;
            delete(tx, first + 1)?;
            Ok::<_, StoreError>((first, last))
        })
        .unwrap();
    let mut steps = 1;
    while store.write(search::step).unwrap() {
        steps += 1;
    }
    assert!(steps > 1);
    assert!(!store.read(search::is_behind).unwrap());
    assert_eq!(listed(&store), due(&store));
    assert_eq!(found(&store, &["edited"]), [last, first]);
    assert!(!store.write(search::step).unwrap());
}

#[test]
fn a_message_cannot_go_and_stay_in_the_index() {
    let dir = folder();
    let store = Store::create(dir.path(), &key()).unwrap();
    store.write(|tx| say(tx, SECOND, "stays")).unwrap();
    let refused = store.write(|tx| tx.execute("DELETE FROM message", []));
    assert!(
        matches!(refused, Err(StoreError::Constraint { .. })),
        "{refused:?}"
    );
}
