//! What is in a window, read on one snapshot.

use serde::{Deserialize, Serialize};
use sotto_content::direct::conversation_id;
use sotto_wire::ids::AccountId;

use super::{TimelineAnchor, TimelineItem, TimelineKind, gaps};
use crate::client::contacts;
use crate::client::error::Error;
use crate::client::notices;
use crate::client::shown;
use crate::store::View;
use crate::store::tables;
use crate::store::tables::messages::MessageRow;
use crate::store::tables::pages::{self, Place};

/// The most newer messages that are counted.
const MOST_NEWER: u64 = 1_000;
/// The most notices in a window: somebody may make very many.
const MOST_NOTICES: u64 = 100;

/// What to read.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(in crate::client) enum Query {
    /// A window of so many messages around a point.
    Open { anchor: TimelineAnchor, size: u32 },
    /// What is between two ends now, and so many messages beyond them.
    Between {
        ends: Ends,
        older: u32,
        newer: u32,
        keep: Side,
        most: u32,
    },
}

/// The ends of a window. `None` is open: whatever comes there belongs to it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::client) struct Ends {
    pub lower: Option<Place>,
    pub upper: Option<Place>,
}

/// What stays of a window that has become too large.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(in crate::client) enum Side {
    Older,
    Newer,
}

/// What was read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::client) struct Window {
    /// Their revisions are not made yet.
    pub items: Vec<TimelineItem>,
    pub ends: Ends,
    pub newer: u32,
    pub unread: u32,
    pub first_unread: Option<String>,
    /// What the anchor means.
    pub focus: Option<String>,
}

/// Messages and the ends between which they are all.
struct Page {
    rows: Vec<MessageRow>,
    ends: Ends,
    focus: Option<i64>,
}

pub(in crate::client) fn read(
    view: &View<'_>,
    account: &AccountId,
    query: &Query,
) -> Result<Window, Error> {
    let me = contacts::own_account(view)?;
    let conversation = conversation_id(&me, account);
    let page = match *query {
        Query::Open { anchor, size } => open(view, &conversation, anchor, number(size))?,
        Query::Between {
            ends,
            older,
            newer,
            keep,
            most,
        } => {
            let beyond = (number(older), number(newer));
            between(view, &conversation, ends, beyond, (keep, number(most)))?
        }
    };
    let newer = match &page.ends.upper {
        Some(upper) => pages::count_after(view, &conversation, upper, MOST_NEWER)?,
        None => 0,
    };
    let first_unread = pages::first_unread(view, &conversation)?;
    Ok(Window {
        newer: u32::try_from(newer).unwrap_or(u32::MAX),
        unread: pages::unread(view, &conversation)?,
        first_unread: first_unread.map(|place| message_id(place.row)),
        focus: page.focus.map(message_id),
        ends: page.ends,
        items: items(view, account, &conversation, page)?,
    })
}

pub(super) fn message_id(row: i64) -> String {
    format!("m:{row}")
}

fn open(
    view: &View<'_>,
    conversation: &[u8; 32],
    anchor: TimelineAnchor,
    size: usize,
) -> Result<Page, Error> {
    let point = match anchor {
        TimelineAnchor::Newest => None,
        TimelineAnchor::FirstUnread => pages::first_unread(view, conversation)?,
        TimelineAnchor::Date { ms } => Some(Place::at(ms)),
        TimelineAnchor::Message { row } => {
            let place = pages::place_of(view, conversation, row)?;
            Some(place.ok_or(Error::NoSuchMessage)?)
        }
    };
    let limit = limit(size);
    // One more on each side than is shown says whether there is more.
    let mut newer = match &point {
        None => Vec::new(),
        Some(point) => pages::first_between(view, conversation, (point, &Place::LAST), limit + 1)?,
    };
    let mut older = pages::before(view, conversation, &point.unwrap_or(Place::LAST), limit + 1)?;
    let keep_older = older
        .len()
        .min((size / 2).max(size.saturating_sub(newer.len())));
    let keep_newer = newer.len().min(size.saturating_sub(keep_older));
    let (more_older, more_newer) = (older.len() > keep_older, newer.len() > keep_newer);
    newer.truncate(keep_newer);
    let mut rows = older.split_off(older.len() - keep_older);
    let focus = newer.first().or(rows.last()).map(|row| row.row);
    rows.append(&mut newer);
    let ends = Ends {
        lower: rows.first().filter(|_| more_older).map(Place::of),
        upper: rows.last().filter(|_| more_newer).map(Place::of),
    };
    Ok(Page { rows, ends, focus })
}

fn between(
    view: &View<'_>,
    conversation: &[u8; 32],
    ends: Ends,
    (older, newer): (usize, usize),
    (keep, most): (Side, usize),
) -> Result<Page, Error> {
    let upper = match ends.upper {
        None => None,
        // An own message stands a little further down once it has left.
        Some(place) => pages::place_of(view, conversation, place.row)?.max(Some(place)),
    };
    let range = (
        &ends.lower.unwrap_or(Place::FIRST),
        &upper.unwrap_or(Place::LAST),
    );
    let mut rows = match keep {
        Side::Older => pages::first_between(view, conversation, range, limit(most) + 1)?,
        Side::Newer => pages::last_between(view, conversation, range, limit(most) + 1)?,
    };
    // What is cut off already is not asked for again.
    let is_full = rows.len() > most;
    let mut page = Page {
        rows: Vec::new(),
        ends: Ends {
            lower: ends.lower,
            upper,
        },
        focus: None,
    };
    if let Some(lower) = ends.lower
        && !(is_full && keep == Side::Newer)
    {
        let mut more = pages::before(view, conversation, &lower, limit(older) + 1)?;
        let all = more.len() <= older;
        page.rows = more.split_off(more.len().saturating_sub(older));
        page.ends.lower = match page.rows.first() {
            _ if all => None,
            Some(first) => Some(Place::of(first)),
            None => Some(lower),
        };
    }
    page.rows.append(&mut rows);
    if let Some(upper) = upper
        && !(is_full && keep == Side::Older)
    {
        let mut more = pages::after(view, conversation, &upper, limit(newer) + 1)?;
        let all = more.len() <= newer;
        more.truncate(newer);
        page.ends.upper = match more.last() {
            _ if all => None,
            Some(last) => Some(Place::of(last)),
            None => Some(upper),
        };
        page.rows.append(&mut more);
    }
    page.cut(keep, most);
    Ok(page)
}

impl Page {
    /// Drops what is too much, from the side that is not kept.
    fn cut(&mut self, keep: Side, most: usize) {
        let extra = self.rows.len().saturating_sub(most);
        if extra == 0 {
            return;
        }
        match keep {
            Side::Older => {
                self.rows.truncate(most);
                self.ends.upper = self.rows.last().map(Place::of);
            }
            Side::Newer => {
                self.rows.drain(..extra);
                self.ends.lower = self.rows.first().map(Place::of);
            }
        }
    }
}

fn number(count: u32) -> usize {
    usize::try_from(count).unwrap_or(usize::MAX)
}

fn limit(count: usize) -> u64 {
    u64::try_from(count).unwrap_or(u64::MAX >> 1)
}

/// Messages, and what stands between them.
fn items(
    view: &View<'_>,
    account: &AccountId,
    conversation: &[u8; 32],
    page: Page,
) -> Result<Vec<TimelineItem>, Error> {
    let ends = page.ends;
    let places: Vec<Place> = page.rows.iter().map(Place::of).collect();
    let messages = shown::all(view, page.rows)?.into_iter();
    let mut all: Vec<(Place, String, TimelineKind)> = places
        .into_iter()
        .zip(messages)
        .map(|(place, message)| {
            let id = message_id(message.row);
            (place, id, TimelineKind::Message { message })
        })
        .collect();
    let from = ends.lower.map_or(0, |place| place.order_key >> 16);
    let to = ends.upper.map_or(u64::MAX, |place| place.order_key >> 16);
    for row in tables::notices::of_account(view, account, (from, to), MOST_NOTICES)? {
        let place = moment(row.at, row.id);
        let notice = notices::show(view, row)?;
        all.push((
            place,
            format!("n:{}", notice.id),
            TimelineKind::Notice { notice },
        ));
    }
    for (place, id, gap) in gaps::healing(view, account, conversation)? {
        all.push((place, format!("g:{id}"), TimelineKind::Gap { gap }));
    }
    all.retain(|(place, ..)| {
        ends.lower.is_none_or(|lower| *place >= lower)
            && ends.upper.is_none_or(|upper| *place <= upper)
    });
    all.sort_by_key(|(place, ..)| *place);
    Ok(all
        .into_iter()
        .map(|(_, id, kind)| TimelineItem {
            id,
            revision: 0,
            kind,
        })
        .collect())
}

/// The place after all that was said up to a time.
pub(super) fn moment(ms: u64, row: i64) -> Place {
    Place {
        order_key: Place::at(ms).order_key | 0xffff,
        author: [0xff; 32],
        counter: Place::LAST.counter,
        row,
    }
}
