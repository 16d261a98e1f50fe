//! How much room the profile takes.

use serde::{Deserialize, Serialize};
use sotto_wire::ids::AccountId;

use super::contacts;
use super::error::Error;
use super::handle::Client;
use super::id::hex;
use super::local::Local;
use super::request::{Reply, Request};
use crate::store::tables::storage;

/// How much room a profile takes on the disk, in bytes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StorageUse {
    /// The database file.
    pub database: u64,
    /// The log of what was written last, which goes into the database by and by.
    pub log: u64,
    /// Room inside the database file that holds nothing; it is used before the file grows.
    pub free: u64,
    /// Files beside the database. There are none yet.
    pub attachments: u64,
    /// What the conversations take, the largest first.
    pub conversations: Vec<ConversationUse>,
}

/// How much room a conversation takes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConversationUse {
    /// The conversation's id, in hexadecimal.
    pub conversation: String,
    /// The other account, in hexadecimal; the own one for the note to self.
    pub account: String,
    /// What they are called here.
    pub name: String,
    /// Messages that can be seen.
    pub messages: u64,
    /// Bytes of what was said. The indexes that find it again take about as much.
    pub bytes: u64,
}

impl Client {
    /// How much room the profile takes. Reads the whole history.
    ///
    /// # Errors
    /// [`Error::NoAccount`], and those of the store.
    pub fn storage_use(&self) -> Result<StorageUse, Error> {
        let Reply::StorageUse(used) = self.ask(&Request::StorageUse)? else {
            return Err(Error::bug("another reply was expected"));
        };
        Ok(used)
    }
}

pub(super) fn measure(local: &Local) -> Result<StorageUse, Error> {
    let (database, log) = local.sizes()?;
    let (pages, conversations) = local.read(|view| {
        let me = contacts::own_account(view)?;
        let mut conversations = Vec::new();
        for taken in storage::by_conversation(view)? {
            let peer = taken.peer.map_or(me, AccountId::new);
            conversations.push(ConversationUse {
                conversation: hex(&taken.conversation),
                account: peer.to_string(),
                name: contacts::name_of(view, &peer)?,
                messages: taken.messages,
                bytes: taken.bytes,
            });
        }
        Ok::<_, Error>((storage::pages(view)?, conversations))
    })?;
    Ok(StorageUse {
        database,
        log,
        free: pages.free * pages.size,
        attachments: 0,
        conversations,
    })
}
