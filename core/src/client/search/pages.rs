//! Turning pages.

use super::find::WINDOW;
use super::tests::{ANA, SECOND, look, numbers, rows, say, store, with, word};
use super::*;
use crate::store::{Store, StoreError};

/// All pages one after the other.
fn all(store: &Store, query: &SearchQuery, between: &mut impl FnMut()) -> Vec<i64> {
    let mut query = query.clone();
    let mut found = Vec::new();
    loop {
        let page = look(store, &query).unwrap();
        assert!(page.hits.len() <= query.limit as usize);
        found.extend(rows(&page));
        if page.next.is_none() {
            return found;
        }
        assert_eq!(
            page.hits.len(),
            query.limit as usize,
            "only the last page is short"
        );
        query.cursor = page.next;
        between();
    }
}

#[test]
fn pages_follow_each_other_in_order_whatever_comes_in_between() {
    let (_dir, store) = store();
    store
        .write(|tx| {
            let mut random = numbers(2);
            for _ in 0..2500 {
                // Late ones, several in a second, some at the very same place.
                let at = random(1200) * SECOND + random(3);
                let text = match random(4) {
                    0 => "the sunset",
                    1 => "sun, moon and stars",
                    2 => "nothing",
                    _ => "Sunday",
                };
                say(tx, (with(ANA), ANA), at, text)?;
            }
            Ok::<_, StoreError>(())
        })
        .unwrap();
    let mut due: Vec<(i64, i64, bool)> = store
        .read(|view| {
            view.query_all(
                "SELECT order_key, row, body LIKE 'sun,%' FROM message WHERE body LIKE '%sun%'",
                [],
                |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)),
            )
        })
        .map_err(|error: StoreError| error)
        .unwrap();
    due.sort_by_key(|(key, row, _)| std::cmp::Reverse((*key, *row)));
    let newest: Vec<i64> = due.iter().map(|(_, row, _)| *row).collect();
    let (window, rest) = due.split_at(WINDOW);
    let whole = window.iter().filter(|(.., whole)| *whole);
    let part = window.iter().filter(|(.., whole)| !*whole);
    let words_first: Vec<i64> = whole
        .chain(part)
        .chain(rest)
        .map(|(_, row, _)| *row)
        .collect();
    for limit in [60, 200] {
        let query = SearchQuery {
            limit,
            ..word("sun")
        };
        assert_eq!(all(&store, &query, &mut || ()), newest);
        let query = SearchQuery {
            order: SearchOrder::WholeWords,
            ..query
        };
        assert_eq!(all(&store, &query, &mut || ()), words_first);
    }
    // What comes while somebody turns pages does not move the others.
    let mut later = 5000;
    let query = SearchQuery {
        limit: 90,
        order: SearchOrder::WholeWords,
        ..word("sun")
    };
    let found = all(&store, &query, &mut || {
        later += 1;
        store
            .write(move |tx| say(tx, (with(ANA), ANA), later * SECOND, "sun"))
            .unwrap();
    });
    assert_eq!(found, words_first);
    // By dates alone.
    let query = SearchQuery {
        words: Vec::new(),
        before: Some(600_000),
        limit: 50,
        ..word("")
    };
    let early = store
        .read(|view| {
            view.query_all(
                "SELECT row FROM message WHERE order_key < 600000 << 16 ORDER BY order_key DESC, row DESC",
                [],
                |row| row.get::<_, i64>(0),
            )
        })
        .map_err(|error: StoreError| error)
        .unwrap();
    assert_eq!(all(&store, &query, &mut || ()), early);
}
