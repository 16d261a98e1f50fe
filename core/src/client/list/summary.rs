//! Conversations in short, read on one snapshot.

use std::collections::{BTreeSet, HashMap};

use sotto_content::direct::conversation_id;
use sotto_wire::ids::AccountId;

use super::{ConversationKind, ConversationSummary, Preview};
use crate::client::contacts;
use crate::client::error::Error;
use crate::client::id::{from_hex, hex};
use crate::client::message::{Direction, Message, snippet};
use crate::client::shown;
use crate::model::{self, ContactStanding};
use crate::store::View;
use crate::store::tables;
use crate::store::tables::contacts::Contact;
use crate::store::tables::messages::MessageRow;
use crate::store::tables::pages;
use crate::store::tables::summaries::{self, Talk};

/// Characters of a text in a list.
const SHORT: usize = 200;

/// Summaries of some conversations, or of all; in no order. What is not to be in a list is left out.
pub(in crate::client) fn read(
    view: &View<'_>,
    only: Option<&[String]>,
) -> Result<Vec<ConversationSummary>, Error> {
    let me = match contacts::own_account(view) {
        Err(Error::NoAccount) => return Ok(Vec::new()),
        me => me?,
    };
    let wanted: Option<BTreeSet<[u8; 32]>> =
        only.map(|ids| ids.iter().filter_map(|id| from_hex(id)).collect());
    let talks = match &wanted {
        None => summaries::all(view)?,
        Some(wanted) => {
            let each = wanted.iter().map(|id| summaries::get(view, id));
            each.filter_map(Result::transpose)
                .collect::<Result<_, _>>()?
        }
    };
    // Everybody with whom there is a conversation, or could be.
    let people = match &wanted {
        Some(wanted) if wanted.len() == talks.len() => {
            let peers = talks.iter().filter_map(|talk| talk.peer.as_ref());
            let each = peers.map(|peer| tables::contacts::get(view, peer));
            each.filter_map(Result::transpose)
                .collect::<Result<_, _>>()?
        }
        _ => tables::contacts::all(view)?,
    };
    let peers: HashMap<[u8; 32], Contact> = people
        .into_iter()
        .map(|contact| (conversation_id(&me, &contact.account), contact))
        .collect();
    let known: BTreeSet<[u8; 32]> = talks.iter().map(|talk| talk.id).collect();
    // Whoever was added can be found, though nothing was said.
    let others = peers.iter().filter(|(id, contact)| {
        !known.contains(*id)
            && contact.standing == ContactStanding::Accepted
            && wanted.as_ref().is_none_or(|wanted| wanted.contains(*id))
    });
    let others = others.map(|(id, contact)| Talk::direct(*id, contact.account));
    let mut all = Vec::new();
    let mut last = Vec::new();
    for talk in talks.into_iter().chain(others) {
        if let Some(summary) = summary(view, &me, peers.get(&talk.id), &talk)? {
            last.extend(pages::last(view, &talk.id)?);
            all.push(summary);
        }
    }
    preview(view, &mut all, last)?;
    // Without a word, only whom the person wanted is there.
    all.retain(|summary| summary.preview.is_some() || summary.empty || summary.draft.is_some());
    Ok(all)
}

/// Adds what was said last, for all at once.
fn preview(
    view: &View<'_>,
    all: &mut [ConversationSummary],
    last: Vec<MessageRow>,
) -> Result<(), Error> {
    let times = last.iter().map(|row| row.order_key >> 16);
    let times: Vec<u64> = times.collect();
    let messages = shown::all(view, last)?.into_iter();
    let mut said: HashMap<String, (u64, Preview)> = messages
        .zip(times)
        .map(|(message, at)| (message.conversation.clone(), (at, short(message))))
        .collect();
    for summary in all {
        if let Some((at, preview)) = said.remove(&summary.id) {
            summary.preview = Some(preview);
            summary.last_activity = at;
            summary.empty = false;
        }
    }
    Ok(())
}

/// One conversation without what was said; `None` for one that is not to be in a list.
fn summary(
    view: &View<'_>,
    me: &AccountId,
    contact: Option<&Contact>,
    talk: &Talk,
) -> Result<Option<ConversationSummary>, Error> {
    let standing = contact.map(|contact| contact.standing);
    let settings = &talk.settings;
    let (kind, account, name) = match (talk.kind, contact) {
        (model::ConversationKind::Own, _) => {
            let name = tables::profile::load(view)?.map_or_else(String::new, |me| me.name);
            (ConversationKind::Own, *me, name)
        }
        (model::ConversationKind::Direct, Some(contact)) => {
            let name = contacts::displayed(contact.shown_name(), &contact.account);
            (ConversationKind::Direct, contact.account, name)
        }
        _ => return Ok(None),
    };
    if let Some(ContactStanding::Unknown | ContactStanding::Deleted) = standing {
        return Ok(None);
    }
    Ok(Some(ConversationSummary {
        id: hex(&talk.id),
        revision: 0,
        kind,
        account: account.to_string(),
        name,
        preview: None,
        unread: pages::unread(view, &talk.id)?,
        marked_unread: settings.marked_unread,
        pinned_at: is_set(settings.pinned_at),
        archived: settings.archived_at > 0,
        muted_until: is_set(settings.muted_until),
        draft: Some(cut(&settings.draft)).filter(|draft| !draft.is_empty()),
        request: standing == Some(ContactStanding::Request),
        blocked: standing == Some(ContactStanding::Blocked),
        empty: standing == Some(ContactStanding::Accepted),
        last_activity: 0,
    }))
}

fn short(message: Message) -> Preview {
    Preview {
        row: message.row,
        own: message.direction != Direction::Received,
        author_name: message.author_name,
        kind: message.kind,
        text: message
            .text
            .map(|text| snippet(&text, &message.formats, SHORT)),
        timer: message.timer,
        state: message.state,
        at: message.sent_at,
    }
}

fn cut(text: &str) -> String {
    text.chars().take(SHORT).collect()
}

/// Numbers are 0 where nothing is set.
fn is_set(number: u64) -> Option<u64> {
    (number > 0).then_some(number)
}
