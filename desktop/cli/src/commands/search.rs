//! Finding what was said.

use std::io::{self, IsTerminal as _};

use serde_json::json;
use sotto_core::client::{Client, Message, MessageKind, SearchHit, SearchQuery};

use crate::args::Search;
use crate::failure::Failure;
use crate::output;
use crate::pick;
use crate::session::Session;
use crate::show;
use crate::unlock::Need;

/// The most hits on a page.
const PAGE: u32 = 100;
/// Characters shown before what was found, and after its beginning.
const BEFORE: usize = 30;
const AFTER: usize = 90;

pub fn run(session: &Session, search: Search) -> Result<(), Failure> {
    let client = session.open(Need::Disk)?;
    let colours = !session.is_json() && io::stdout().is_terminal();
    let mut query = query_of(&client, &search)?;
    let mut left = search.limit;
    let mut found = 0u32;
    loop {
        query.limit = left.min(PAGE);
        if query.limit == 0 {
            break;
        }
        let page = client.search(query.clone())?;
        for hit in &page.hits {
            let around = around(&client, &hit.message, search.context)?;
            report(session, hit, &around, colours)?;
            found += 1;
        }
        left = search.limit.saturating_sub(found);
        query.cursor = page.next;
        if query.cursor.is_none() || left == 0 {
            return end(session, found, query.cursor.is_some(), page.incomplete);
        }
    }
    end(session, found, false, false)
}

fn query_of(client: &Client, search: &Search) -> Result<SearchQuery, Failure> {
    let offset = show::utc_offset();
    let mut query = SearchQuery::typed(&search.query.join(" "), offset)?;
    // A filter is read the same wherever it stands.
    let read =
        |name: &str, value: &String| SearchQuery::typed(&format!("{name}:\"{value}\""), offset);
    if let Some(date) = &search.before {
        query.before = read("before", date)?.before;
    }
    if let Some(date) = &search.after {
        query.after = read("after", date)?.after;
    }
    for what in &search.has {
        query.has.extend(read("has", what)?.has);
    }
    if let Some(who) = &search.from {
        query.from = Some(who.clone());
    }
    if let Some(who) = &search.within {
        query.conversation = Some(pick::conversation(client, who)?.contact().conversation);
    }
    Ok(query)
}

/// What stands before and after a message.
struct Around {
    before: Vec<Message>,
    after: Vec<Message>,
}

fn around(client: &Client, message: &Message, number: u32) -> Result<Around, Failure> {
    if number == 0 {
        return Ok(Around {
            before: Vec::new(),
            after: Vec::new(),
        });
    }
    let mut before = client.messages_around(message.row, number, number)?;
    let place = before.iter().position(|other| other.row == message.row);
    let mut after = before.split_off(place.unwrap_or(before.len()));
    after.retain(|other| other.row != message.row);
    Ok(Around { before, after })
}

fn report(
    session: &Session,
    hit: &SearchHit,
    around: &Around,
    colours: bool,
) -> Result<(), Failure> {
    if session.is_json() {
        let all =
            |messages: &[Message]| messages.iter().map(show::message_json).collect::<Vec<_>>();
        return output::json(&json!({
            "event": "hit",
            "message": show::message_json(&hit.message),
            "highlights": hit.highlights,
            "whole_words": hit.whole_words,
            "before": all(&around.before),
            "after": all(&around.after),
        }));
    }
    let alone = around.before.is_empty() && around.after.is_empty();
    if !alone {
        output::line("--")?;
    }
    for message in &around.before {
        output::line(format_args!("  {}", short(message)))?;
    }
    let mark = if alone { "" } else { "> " };
    output::line(format_args!("{mark}{}", line(hit, colours)))?;
    for message in &around.after {
        output::line(format_args!("  {}", short(message)))?;
    }
    Ok(())
}

fn head(message: &Message) -> String {
    format!(
        "#{}  {}  {}: ",
        message.row,
        show::time(message.sent_at),
        show::on_a_line(&message.author_name)
    )
}

fn short(message: &Message) -> String {
    match message.kind {
        MessageKind::Timer => format!("#{}  · {}", message.row, show::snippet(message)),
        _ => format!("{}{}", head(message), show::snippet(message)),
    }
}

/// The part of a text around the first thing that was found in it.
fn line(hit: &SearchHit, colours: bool) -> String {
    let text: Vec<char> = hit
        .message
        .text
        .iter()
        .flat_map(|text| text.chars())
        .collect();
    let at = |place: u32| usize::try_from(place).unwrap_or(usize::MAX).min(text.len());
    let first = hit.highlights.first().map_or(0, |range| at(range.start));
    let begin = first.saturating_sub(BEFORE);
    let end = first.saturating_add(AFTER).min(text.len());
    let mut line = head(&hit.message);
    if begin > 0 {
        line.push('…');
    }
    let mut place = begin;
    let piece = |from: usize, to: usize| -> String {
        let piece: String = text.get(from..to).unwrap_or_default().iter().collect();
        show::printable(&piece).replace('\n', " ")
    };
    for range in &hit.highlights {
        let (from, to) = (
            at(range.start).clamp(place, end),
            at(range.end).clamp(place, end),
        );
        line.push_str(&piece(place, from));
        if colours && to > from {
            line.push_str(&format!("\x1b[1m{}\x1b[0m", piece(from, to)));
        } else {
            line.push_str(&piece(from, to));
        }
        place = to;
    }
    line.push_str(&piece(place, end));
    if end < text.len() {
        line.push('…');
    }
    line
}

fn end(session: &Session, hits: u32, more: bool, incomplete: bool) -> Result<(), Failure> {
    if session.is_json() {
        return output::json(&json!({
            "event": "searched",
            "hits": hits,
            "more": more,
            "incomplete": incomplete,
        }));
    }
    if incomplete {
        output::warn("the index is being made anew; older messages may be missing for a while");
    }
    if more {
        output::warn("there is more; --limit shows it");
    }
    if hits == 0 {
        output::warn("nothing found");
    }
    Ok(())
}
