//! What is set for a conversation.

use sotto_core::client::{Client, Conversation, Draft, Notify};

use crate::args::{self, NotifyWhat};
use crate::clock;
use crate::failure::Failure;
use crate::output;
use crate::pick;
use crate::session::{Session, text_of};
use crate::show;
use crate::unlock::Need;

/// For ever, in milliseconds since 1970: the last moment that every program can name.
const FOR_EVER: u64 = 253_402_300_799_000;

pub fn read(session: &Session, read: &args::Read) -> Result<(), Failure> {
    let (client, conversation) = session.with(&read.who, Need::Network)?;
    let up_to = match &read.up_to {
        Some(which) => Some(pick::message(&client, which)?.row),
        None => None,
    };
    conversation.mark_read(up_to)?;
    // Whoever wrote is told a moment later.
    let sent = client.wait_drained(super::SHORT_PATIENCE)?;
    session.tell(|| show::done_json(sent), || "read".to_owned())
}

pub fn unread(session: &Session, unread: &args::Unread) -> Result<(), Failure> {
    let (client, conversation) = session.with(&unread.who, Need::Disk)?;
    conversation.mark_unread()?;
    tell(session, &client, &conversation, "marked as unread")
}

pub fn archive(session: &Session, who: &str, on: bool) -> Result<(), Failure> {
    let (client, conversation) = session.with(who, Need::Disk)?;
    conversation.archive(on)?;
    let done = if on { "archived" } else { "no longer archived" };
    tell(session, &client, &conversation, done)
}

pub fn pin(session: &Session, who: &str, on: bool) -> Result<(), Failure> {
    let (client, conversation) = session.with(who, Need::Disk)?;
    conversation.pin(on)?;
    let done = if on { "pinned" } else { "no longer pinned" };
    tell(session, &client, &conversation, done)
}

pub fn mute(session: &Session, mute: &args::Mute) -> Result<(), Failure> {
    let (client, conversation) = session.with(&mute.who, Need::Disk)?;
    let until = match mute.time.as_str() {
        "off" => 0,
        "forever" => FOR_EVER,
        time => {
            let span = show::span(time)
                .and_then(|seconds| seconds.checked_mul(1000))
                .ok_or_else(|| no_span(time, "8h, 1d, off or forever"))?;
            clock::now().saturating_add(span).min(FOR_EVER)
        }
    };
    conversation.mute(until)?;
    let done = match until {
        0 => "no longer muted".to_owned(),
        FOR_EVER => "muted".to_owned(),
        until => format!("muted until {}", show::time(until)),
    };
    tell(session, &client, &conversation, &done)
}

pub fn notify(session: &Session, notify: &args::Notify) -> Result<(), Failure> {
    let (client, conversation) = session.with(&notify.who, Need::Disk)?;
    if let Some(what) = notify.what {
        conversation.set_notify(match what {
            NotifyWhat::Everything => Notify::Everything,
            NotifyWhat::Mentions => Notify::Mentions,
            NotifyWhat::Nothing => Notify::Nothing,
        })?;
    }
    let set = conversation.settings()?.notify;
    tell(session, &client, &conversation, show::notify_word(set))
}

pub fn timer(session: &Session, timer: &args::Timer) -> Result<(), Failure> {
    let need = match timer.time {
        Some(_) => Need::Network,
        None => Need::Disk,
    };
    let (client, conversation) = session.with(&timer.who, need)?;
    let mut told = String::new();
    if let Some(time) = &timer.time {
        conversation.set_timer(timer_seconds(time)?)?;
        let sent = session.settled(&client, &conversation.contact().account)?;
        told = format!(" ({})", super::change::sent_word(sent));
    }
    let done = match conversation.settings()?.timer {
        0 => format!("off{told}"),
        seconds => format!("{} after reading{told}", show::in_words(seconds.into())),
    };
    tell(session, &client, &conversation, &done)
}

/// The seconds of a timer, 0 for `off`.
pub fn timer_seconds(time: &str) -> Result<u32, Failure> {
    if time == "off" {
        return Ok(0);
    }
    show::span(time)
        .filter(|seconds| *seconds > 0)
        .and_then(|seconds| u32::try_from(seconds).ok())
        .ok_or_else(|| no_span(time, "30s, 5m, 1h, 1d, 1w or off"))
}

fn no_span(time: &str, such: &str) -> Failure {
    Failure::Refused(format!("{time:?} is no span of time like {such}"))
}

pub fn draft(session: &Session, draft: args::Draft) -> Result<(), Failure> {
    let (client, conversation) = session.with(&draft.who, Need::Disk)?;
    if let Some(text) = draft.text {
        conversation.set_draft(Draft::plain(text_of(text)?))?;
        session.kept(&client)?;
    }
    match conversation.draft()? {
        Some(draft) => session.tell(
            || show::named_json("draft", &draft),
            || show::printable(&draft.text),
        ),
        None if session.is_json() => output::json(&show::named_json("draft", &Draft::default())),
        None => Ok(()),
    }
}

fn tell(
    session: &Session,
    client: &Client,
    conversation: &Conversation,
    done: &str,
) -> Result<(), Failure> {
    let settings = conversation.settings()?;
    let with = conversation.contact();
    session.tell(
        || show::settings_json(&with, &settings),
        || format!("{}: {done}", show::on_a_line(&with.name)),
    )?;
    session.kept(client)
}
