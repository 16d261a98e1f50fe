//! Profiles with a past, for the tests of this floor.

use std::sync::Arc;

use tempfile::TempDir;

use crate::client::conversation::Conversation;
use crate::client::handle::Client;
use crate::client::id::from_hex;
use crate::client::seat::Seat;
use crate::client::{ProfileConfig, Unlock};
use crate::store::tables::messages::{self, MessageRow};
use crate::store::{Change, Store, StoreError, Tx};
use crate::testing::{Past, generate};

/// When the last message of every past was said.
pub(in crate::client) const END: u64 = 1_800_000_000_000;

pub(in crate::client) fn past(messages: u32, conversations: u32) -> Past {
    Past {
        seed: 7,
        conversations,
        messages,
        end: END,
        days: 300,
        lived: false,
    }
}

pub(in crate::client) fn open(dir: &TempDir) -> Arc<Client> {
    Client::open(ProfileConfig {
        dir: dir.path().to_str().unwrap().to_owned(),
        unlock: Unlock::KeyFile,
        create: false,
        online: false,
    })
    .unwrap()
}

/// A profile with such a past.
pub(in crate::client) fn made(past: &Past) -> (TempDir, Arc<Client>) {
    let dir = tempfile::tempdir().unwrap();
    generate(dir.path(), past).unwrap();
    let client = open(&dir);
    (dir, client)
}

pub(in crate::client) fn write<T: Send + 'static>(
    client: &Client,
    f: impl FnOnce(&mut Tx<'_>) -> Result<T, StoreError> + Send + 'static,
) -> T {
    store(client).write(f).unwrap()
}

fn store(client: &Client) -> Arc<Store> {
    let Seat::Local(held) = client.inner().seat().unwrap() else {
        panic!("the profile is held elsewhere");
    };
    held.store()
}

/// All messages of a conversation, in order, read in one go.
pub(in crate::client) fn all(client: &Client, talk: &Conversation) -> Vec<MessageRow> {
    let conversation: [u8; 32] = from_hex(talk.id()).unwrap();
    store(client)
        .read::<_, StoreError>(|view| messages::last(view, &conversation, 1 << 40))
        .unwrap()
}

/// Adds a message where its place is.
pub(in crate::client) fn add(
    client: &Client,
    like: &MessageRow,
    order_key: u64,
    counter: u64,
) -> i64 {
    let message = MessageRow {
        id: (u128::from(order_key) << 64 | u128::from(counter))
            .to_be_bytes()
            .into(),
        order_key,
        counter,
        body: format!("at {order_key}, {counter}"),
        ..like.clone()
    };
    write(client, move |tx| {
        let row = messages::insert(tx, &message)?;
        tx.changed(Change::MessageChanged {
            conversation: message.conversation,
            row,
        });
        Ok(row)
    })
}
