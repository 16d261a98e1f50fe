//! What the person has set and done, from the registers: those that are named here, and no other.

use sotto_content::proto::{Register, RegisterKind};

use super::lines::{Notify, StateLine, What};
use crate::client::error::Error;
use crate::client::id::hex;
use crate::store::View;
use crate::store::tables::registers;

/// Registers that are read at once.
const PAGE: u64 = 500;

/// Kinds whose key begins with a conversation.
const OF_CONVERSATIONS: [RegisterKind; 7] = [
    RegisterKind::Read,
    RegisterKind::Cleared,
    RegisterKind::Muted,
    RegisterKind::Archived,
    RegisterKind::Pinned,
    RegisterKind::MarkedUnread,
    RegisterKind::Notify,
];

/// Kinds whose key is a message. It does not tell of which conversation it was.
const OF_MESSAGES: [RegisterKind; 2] = [RegisterKind::Tombstone, RegisterKind::Deleted];

/// Calls with every state line; of one conversation, if only one is exported.
pub(super) fn each(
    view: &View<'_>,
    only: Option<&[u8; 32]>,
    mut take: impl FnMut(StateLine) -> Result<(), Error>,
) -> Result<(), Error> {
    if let Some(conversation) = only {
        for kind in OF_CONVERSATIONS {
            for register in registers::beginning_with(view, kind as i32, conversation)? {
                line(kind, &register).map_or(Ok(()), &mut take)?;
            }
        }
        return Ok(());
    }
    for kind in OF_CONVERSATIONS.into_iter().chain(OF_MESSAGES) {
        let mut after = Vec::new();
        loop {
            let page = registers::page(view, kind as i32, &after, PAGE)?;
            let Some(last) = page.last() else { break };
            after.clone_from(&last.key);
            for register in &page {
                line(kind, register).map_or(Ok(()), &mut take)?;
            }
        }
    }
    Ok(())
}

fn line(kind: RegisterKind, register: &Register) -> Option<StateLine> {
    let number = || u64::from_be_bytes(register.value.as_slice().try_into().unwrap_or_default());
    let first = register.value.first().copied().unwrap_or(0);
    let conversation = || Some(hex(register.key.get(..32)?));
    let stream = || {
        let device = hex(register.key.get(32..48)?);
        Some((device, hex(register.key.get(48..56)?)))
    };
    let message = || Some((hex(register.key.get(..32)?), hex(register.key.get(32..48)?)));
    let what = match kind {
        RegisterKind::Read => {
            let (of_device, of_incarnation) = stream()?;
            What::Read {
                conversation: conversation()?,
                of_device,
                of_incarnation,
                at: number(),
            }
        }
        RegisterKind::Cleared => {
            let (of_device, of_incarnation) = stream()?;
            What::Cleared {
                conversation: conversation()?,
                of_device,
                of_incarnation,
            }
        }
        RegisterKind::Muted => What::Muted {
            conversation: conversation()?,
            until: number(),
        },
        RegisterKind::Archived => What::Archived {
            conversation: conversation()?,
            since: number(),
        },
        RegisterKind::Pinned => What::Pinned {
            conversation: conversation()?,
            since: number(),
        },
        RegisterKind::MarkedUnread => What::MarkedUnread {
            conversation: conversation()?,
            on: first != 0,
        },
        RegisterKind::Notify => What::Notify {
            conversation: conversation()?,
            of: match first {
                1 => Notify::Mentions,
                2 => Notify::Nothing,
                _ => Notify::Everything,
            },
        },
        RegisterKind::Tombstone => {
            let (author, id) = message()?;
            What::Hidden { author, id }
        }
        RegisterKind::Deleted => {
            let (author, id) = message()?;
            What::Gone { author, id }
        }
        _ => return None,
    };
    Some(StateLine {
        what,
        version: register.version,
        device: hex(&register.device),
    })
}
