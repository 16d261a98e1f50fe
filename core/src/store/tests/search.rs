//! The search index holds what the messages say, no more and no less.

use super::*;
use crate::model::terms::{Wanted, fold};
use crate::model::{ConversationKind, MessageKind};
use crate::store::tables::messages::{self, MessageRow};
use crate::store::tables::{conversations, search};

const CONVERSATION: [u8; 32] = [1; 32];

fn message(id: u64, order_key: u64, body: &str) -> MessageRow {
    let mut name = [0; 16];
    name[..8].copy_from_slice(&id.to_le_bytes());
    MessageRow {
        row: 0,
        conversation: CONVERSATION,
        author: [2; 32].into(),
        device: [3; 16].into(),
        id: name.into(),
        order_key,
        incarnation: [4; 8],
        counter: id,
        sent_at: 0,
        received_at: 0,
        kind: MessageKind::Text,
        body: body.to_owned(),
        content: Vec::new(),
    }
}

fn say(tx: &mut Tx<'_>, id: u64, order_key: u64, body: &str) -> Result<i64, StoreError> {
    conversations::ensure(tx, &CONVERSATION, ConversationKind::Direct, None)?;
    messages::insert(tx, &message(id, order_key, body))
}

fn wanted(word: &str) -> Wanted {
    Wanted {
        words: vec![fold(word)],
        ..Wanted::default()
    }
}

/// Rows in the order of the index.
fn found(view: &View<'_>, wanted: &Wanted) -> Result<Vec<i64>, StoreError> {
    let expression = wanted.expression();
    let all = search::candidates(view, expression.as_deref(), (i64::MIN, i64::MAX), 1 << 30)?;
    Ok(all.into_iter().map(|candidate| candidate.row).collect())
}

fn is_sound(store: &Store) {
    store
        .write(|tx| tx.execute("INSERT INTO search (search) VALUES ('integrity-check')", []))
        .unwrap();
}

#[test]
fn what_is_said_is_found_newest_first_wherever_it_came_from() {
    let dir = folder();
    let store = Store::create(dir.path(), &key()).unwrap();
    let second = 1000 << 16;
    store
        .write(move |tx| {
            say(tx, 1, 50 * second, "Good morning")?;
            say(tx, 2, 90 * second, "good evening")?;
            // A late one.
            say(tx, 3, 70 * second, "GOOD night")?;
            say(tx, 4, 80 * second, "bad luck")
        })
        .unwrap();
    let rows = |word: &str| store.read(|view| found(view, &wanted(word))).unwrap();
    assert_eq!(rows("good"), [2, 3, 1]);
    assert_eq!(rows("oo"), [2, 3, 1]);
    assert_eq!(rows("d m"), [1]);
    assert_eq!(rows("u"), [4]);
    assert_eq!(rows("xyz"), [] as [i64; 0]);
    assert_eq!(
        store.read(|view| found(view, &Wanted::default())).unwrap(),
        [2, 4, 3, 1]
    );
    is_sound(&store);
}
