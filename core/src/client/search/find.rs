//! Asking the index, and looking at what it gives.
//!
//! The index knows for each term the places of messages, and gives those that have all terms from
//! the highest place down. Terms may all be there and the word not, so each text is looked at. A
//! place is never before its order key, and mostly at it; a message that had to move up a little
//! waits here until everything that could stand before it was seen. So hits come in the exact order
//! of their conversations, however they came into the database.

use std::collections::BinaryHeap;

use serde::{Deserialize, Serialize};
use sotto_content::direct::conversation_id;
use sotto_wire::ids::AccountId;

use super::{SearchHit, SearchOrder, SearchPage, SearchQuery, TextRange};
use crate::client::error::Error;
use crate::client::{contacts, id, shown};
use crate::model::fold::{Traced, contains, fold};
use crate::model::terms::Wanted;
use crate::store::View;
use crate::store::tables::{profile, search};

/// Of how many hits those with whole words come first.
pub(super) const WINDOW: usize = 250;
/// The most hits on a page, and how many there are if nobody says.
const MOST_HITS: u32 = 200;
const SOME_HITS: u32 = 30;
/// The most words, and the most characters of one.
const MOST_WORDS: usize = 16;
const LONGEST_WORD: usize = 1000;
const MOST_HIGHLIGHTS: usize = 1000;
/// How many candidates are read at once, at first and at most.
const FIRST_BATCH: u32 = 64;
const LARGEST_BATCH: u32 = 1024;

/// The place of a message among all, the newest highest.
type Key = (u64, i64);

/// A hit whose text was looked at already.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Found {
    key: Key,
    whole: bool,
}

/// Where the page before ended.
#[derive(Clone, Copy, Serialize, Deserialize)]
enum Cursor {
    /// In the window.
    Window(InWindow),
    /// Among everything behind it.
    After(Key),
}

/// A hit of the window: of the part with whole words, or of the part behind it.
#[derive(Clone, Copy, Serialize, Deserialize)]
struct InWindow {
    /// The ends of the window. The older one is not known before all of it was seen.
    newest: Key,
    oldest: Option<Key>,
    whole: bool,
    last: Key,
}

pub(in crate::client) fn find(view: &View<'_>, query: &SearchQuery) -> Result<SearchPage, Error> {
    let cursor: Option<Cursor> = match &query.cursor {
        None => None,
        Some(text) => {
            Some(serde_json::from_str(text).map_err(|_| bad("this is not the cursor of a page"))?)
        }
    };
    let limit = match query.limit {
        0 => SOME_HITS,
        some => some.min(MOST_HITS),
    };
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let mut page = SearchPage {
        incomplete: search::is_behind(view)?,
        ..SearchPage::default()
    };
    let Some(look) = Look::of(view, query)? else {
        return Ok(page);
    };
    let in_window = query.order == SearchOrder::WholeWords && !look.wanted.words.is_empty();
    let (found, next) = match cursor {
        Some(Cursor::After(last)) => after(view, &look, Some(last), limit)?,
        Some(Cursor::Window(cursor)) => of_window(view, &look, Some(cursor), limit)?,
        None if in_window => of_window(view, &look, None, limit)?,
        None => after(view, &look, None, limit)?,
    };
    page.next = next
        .map(|cursor| serde_json::to_string(&cursor))
        .transpose()
        .map_err(|_| Error::bug("a cursor has no text"))?;
    let rows: Vec<i64> = found.iter().map(|found| found.key.1).collect();
    let mut messages = shown::some(view, &rows)?.into_iter().peekable();
    for found in found {
        let Some(message) = messages.next_if(|message| message.row == found.key.1) else {
            continue;
        };
        let text = message.text.as_deref().unwrap_or_default();
        let highlights = Traced::of(text).find(&look.wanted.words, MOST_HIGHLIGHTS);
        page.hits.push(SearchHit {
            highlights: highlights
                .into_iter()
                .map(|(start, end)| TextRange { start, end })
                .collect(),
            message,
            whole_words: found.whole,
        });
    }
    Ok(page)
}

type Page = (Vec<Found>, Option<Cursor>);

/// Behind it there is nothing.
const BOTTOM: Key = (0, 0);

/// A page of the window, filled up with what is behind it. It looks no further than it must: where
/// whole words are common, not at the whole window.
fn of_window(
    view: &View<'_>,
    look: &Look,
    cursor: Option<InWindow>,
    limit: usize,
) -> Result<Page, Error> {
    let among_whole = cursor.is_none_or(|cursor| cursor.whole);
    let mut newest = cursor.map(|cursor| cursor.newest);
    let mut oldest = cursor.and_then(|cursor| cursor.oldest);
    let mut walk = Walk::from(view, look, newest)?;
    let (mut whole, mut part) = (Vec::new(), Vec::new());
    let mut seen = 0;
    let oldest = loop {
        let Some(found) = walk.next()? else {
            break oldest.unwrap_or(BOTTOM);
        };
        if let Some(oldest) = oldest.filter(|oldest| found.key < *oldest) {
            break oldest;
        }
        let newest = *newest.get_or_insert(found.key);
        if cursor.is_none_or(|cursor| (found.whole, found.key) < (cursor.whole, cursor.last)) {
            if among_whole && found.whole && whole.len() == limit {
                let next = ended(&whole, newest, oldest);
                return Ok((whole, next));
            }
            if found.whole { &mut whole } else { &mut part }.push(found);
        }
        seen += 1;
        if seen == WINDOW && oldest.is_none() {
            // What was handed out already was in the window, even if others came in between.
            let last = cursor
                .filter(|cursor| cursor.whole)
                .map(|cursor| cursor.last);
            oldest = Some(last.map_or(found.key, |last| last.min(found.key)));
        }
    };
    let mut left = whole;
    left.append(&mut part);
    if left.len() > limit {
        left.truncate(limit);
        let next = newest.and_then(|newest| ended(&left, newest, Some(oldest)));
        return Ok((left, next));
    }
    if oldest == BOTTOM {
        return Ok((left, None));
    }
    let (more, next) = after(view, look, Some(oldest), limit - left.len())?;
    left.extend(more);
    Ok((left, next))
}

/// Where a page in the window ended.
fn ended(page: &[Found], newest: Key, oldest: Option<Key>) -> Option<Cursor> {
    page.last().map(|found| {
        Cursor::Window(InWindow {
            newest,
            oldest,
            whole: found.whole,
            last: found.key,
        })
    })
}

/// A page of what is older than something, newest first.
fn after(view: &View<'_>, look: &Look, last: Option<Key>, limit: usize) -> Result<Page, Error> {
    let below = last.map(|(order_key, row)| (order_key, row - 1));
    let mut walk = Walk::from(view, look, below)?;
    let mut found = Vec::new();
    while found.len() < limit
        && let Some(next) = walk.next()?
    {
        found.push(next);
    }
    let end = found.last().map(|found| found.key).or(last);
    // Whether there is more is known when it was seen.
    let more = walk.next()?.is_some();
    Ok((found, end.filter(|_| more).map(Cursor::After)))
}

/// What is looked for, resolved.
pub(super) struct Look {
    wanted: Wanted,
    expression: Option<String>,
    /// Order keys, from the first to the one behind the last.
    after: u64,
    before: u64,
}

fn bad(reason: &str) -> Error {
    Error::BadSearch {
        reason: reason.to_owned(),
    }
}

impl Look {
    /// `None` where nothing is looked for.
    pub fn of(view: &View<'_>, query: &SearchQuery) -> Result<Option<Self>, Error> {
        if query.words.len() > MOST_WORDS
            || query
                .words
                .iter()
                .any(|word| word.chars().nth(LONGEST_WORD).is_some())
        {
            return Err(bad("too many or too long words to look for"));
        }
        let mut wanted = Wanted {
            words: query.words.iter().map(|word| fold(word)).collect(),
            has: query.has.iter().map(|has| has.to_model()).collect(),
            ..Wanted::default()
        };
        wanted.words.retain(|word| !word.is_empty());
        let nothing = query.words.iter().any(|word| !word.is_empty()) && wanted.words.is_empty();
        if let Some(who) = &query.from {
            wanted.authors = people(view, who)?;
        }
        if let Some(which) = &query.conversation {
            wanted.conversations = conversations(view, which)?;
        }
        let unbounded = query.before.is_none() && query.after.is_none();
        let expression = wanted.expression();
        if nothing || expression.is_none() && unbounded {
            return Ok(None);
        }
        // A moment is the upper part of an order key.
        let key = |ms: u64| ms.min(u64::MAX >> 16) << 16;
        Ok(Some(Self {
            expression,
            after: query.after.map_or(0, key),
            before: query.before.map_or(u64::MAX, key),
            wanted,
        }))
    }

    /// Whether a candidate is a hit, and one with whole words.
    fn check(&self, candidate: &search::Candidate) -> Option<bool> {
        let among = |ids: &[[u8; 32]], id| ids.is_empty() || ids.contains(id);
        let fits = (self.after..self.before).contains(&candidate.order_key)
            && among(&self.wanted.conversations, &candidate.conversation)
            && among(&self.wanted.authors, &candidate.author);
        // What a message has is in the index as it is.
        fits.then(|| contains(&fold(&candidate.body), &self.wanted.words))
            .flatten()
    }
}

/// The accounts that are meant: by id, `me`, a whole name, or the beginning of a word of one.
fn people(view: &View<'_>, who: &str) -> Result<Vec<[u8; 32]>, Error> {
    let Some(profile) = profile::load(view)? else {
        return Err(Error::NoAccount);
    };
    let me = profile.account.ok_or(Error::NoAccount)?;
    if let Some(id) = id::from_hex::<32>(who) {
        return Ok(vec![id]);
    }
    let who_folded = fold(who.trim());
    let nobody = || Error::NoSuchContact {
        who: who.to_owned(),
    };
    if who_folded.is_empty() {
        return Err(nobody());
    }
    let mut known = vec![(fold(&profile.name), me)];
    for contact in contacts::list(view)? {
        known.push((fold(&contact.name), id::account(&contact.account)?));
    }
    let pick = |fits: &dyn Fn(&str) -> bool| -> Vec<[u8; 32]> {
        let fitting = known.iter().filter(|(name, _)| fits(name));
        fitting.map(|(_, account)| *account.as_bytes()).collect()
    };
    let mut found = pick(&|name| name == who_folded);
    if who_folded == "me" && !found.contains(me.as_bytes()) {
        found.push(*me.as_bytes());
    }
    if found.is_empty() {
        found = pick(&|name| {
            name.match_indices(who_folded.as_str()).any(|(start, _)| {
                let before = name.get(..start).and_then(|name| name.chars().next_back());
                !before.is_some_and(char::is_alphanumeric)
            })
        });
    }
    if found.is_empty() {
        return Err(nobody());
    }
    Ok(found)
}

/// The conversations that are meant: by id, or by whom they are with.
fn conversations(view: &View<'_>, which: &str) -> Result<Vec<[u8; 32]>, Error> {
    let me = contacts::own_account(view)?;
    let with = |account: [u8; 32]| conversation_id(&me, &AccountId::new(account));
    if let Some(id) = id::from_hex::<32>(which) {
        return Ok(vec![id, with(id)]);
    }
    Ok(people(view, which)?.into_iter().map(with).collect())
}

/// From the newest hit to the oldest.
struct Walk<'a, 'c> {
    view: &'a View<'c>,
    look: &'a Look,
    /// Hits that are not handed out yet.
    held: BinaryHeap<Found>,
    /// The highest place that was not looked at, and the last one that will be.
    next: i64,
    lowest: i64,
    /// Nothing newer is handed out.
    newest: Key,
    batch: u32,
}

impl<'a, 'c> Walk<'a, 'c> {
    /// Begins at a message, or at the newest there is.
    fn from(view: &'a View<'c>, look: &'a Look, newest: Option<Key>) -> Result<Self, Error> {
        let newest = newest.unwrap_or((u64::MAX, i64::MAX));
        let highest_key = newest.0.min(look.before);
        Ok(Self {
            view,
            look,
            held: BinaryHeap::new(),
            next: search::highest_place(view, highest_key)?,
            lowest: search::place_of(look.after),
            newest,
            batch: FIRST_BATCH,
        })
    }

    fn next(&mut self) -> Result<Option<Found>, Error> {
        loop {
            // What was not looked at has a key of this place at most.
            let safe = self.held.peek().is_some_and(|found| {
                self.next < self.lowest || search::place_of(found.key.0) > self.next
            });
            if safe || self.next < self.lowest {
                return Ok(self.held.pop());
            }
            self.look_further()?;
        }
    }

    fn look_further(&mut self) -> Result<(), Error> {
        let candidates = search::candidates(
            self.view,
            self.look.expression.as_deref(),
            (self.lowest, self.next),
            self.batch,
        )?;
        let all = u32::try_from(candidates.len()).unwrap_or(u32::MAX) < self.batch;
        self.next = match candidates.last() {
            Some(last) if !all => last.place - 1,
            _ => self.lowest - 1,
        };
        self.batch = self.batch.saturating_mul(2).min(LARGEST_BATCH);
        for candidate in &candidates {
            let key = (candidate.order_key, candidate.row);
            if key <= self.newest
                && let Some(whole) = self.look.check(candidate)
            {
                self.held.push(Found { key, whole });
            }
        }
        Ok(())
    }
}

/// The rows of all hits, newest first.
#[cfg(test)]
pub(super) fn rows(view: &View<'_>, look: &Look) -> Result<Vec<i64>, Error> {
    let mut walk = Walk::from(view, look, None)?;
    let mut rows = Vec::new();
    while let Some(found) = walk.next()? {
        rows.push(found.key.1);
    }
    Ok(rows)
}
