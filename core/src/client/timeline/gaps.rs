//! Where messages are missing.

use sotto_wire::ids::AccountId;

use super::{Gap, window};
use crate::client::contacts;
use crate::client::error::Error;
use crate::store::tables::gaps::{self, Gap as Row};
use crate::store::tables::messages;
use crate::store::tables::pages::Place;
use crate::store::{StoreError, View};

/// The gaps of a conversation that are healing, each with its place and its number. Places that were
/// left out one after the other are one gap.
pub(super) fn healing(
    view: &View<'_>,
    account: &AccountId,
    conversation: &[u8; 32],
) -> Result<Vec<(Place, i64, Gap)>, Error> {
    let mut all: Vec<(Place, i64, Gap)> = Vec::new();
    let mut last: Option<Row> = None;
    for row in gaps::healing(view, conversation, account)? {
        if let (Some(last), Some((_, _, gap))) = (&last, all.last_mut())
            && follows(last, &row)
        {
            gap.missing += 1;
            gap.since = gap.since.min(row.seen_at);
        } else {
            let gap = Gap {
                author: row.account.to_string(),
                author_name: contacts::name_of(view, &row.account)?,
                missing: 1,
                since: row.seen_at,
            };
            all.push((place(view, &row)?, row.id, gap));
        }
        last = Some(row);
    }
    Ok(all)
}

fn follows(before: &Row, row: &Row) -> bool {
    let stream = |row: &Row| (row.device, row.incarnation);
    let next = before.counter.map(|counter| counter + 1);
    next.is_some() && next == row.counter && stream(before) == stream(row)
}

/// After the message of its stream that stands before it, or else when it was noticed.
fn place(view: &View<'_>, row: &Row) -> Result<Place, StoreError> {
    let noticed = window::moment(row.seen_at, row.id);
    let (Some(conversation), Some(incarnation), Some(counter)) =
        (&row.conversation, &row.incarnation, row.counter)
    else {
        return Ok(noticed);
    };
    let before = messages::before_in_stream(view, conversation, &row.device, incarnation, counter)?;
    Ok(before.map_or(noticed, |before| Place {
        counter,
        row: 0,
        ..Place::of(&before)
    }))
}
