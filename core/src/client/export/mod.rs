//! The history as a file: JSON Lines for programs, HTML for people. `docs/export.md` says what is
//! in it, and what never is.
//!
//! Everything comes from one snapshot, page by page, so that what is written fits together and no
//! history is too large. Must not write any key, session or delivery secret: each field is named in
//! [`lines`], and nothing is written as it is stored.

mod file;
mod gather;
mod html;
pub(super) mod lines;
mod moment;
#[cfg(test)]
#[allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]
pub(super) mod schema;
mod state;

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use sotto_wire::ids::AccountId;

pub(super) use file::trouble;

use super::contacts;
use super::error::Error;
use super::handle::Client;
use super::id::{from_hex, hex};
use super::local::Local;
use super::request::{Reply, Request};
use crate::clock::Now;
use crate::store::View;
use crate::store::tables::conversations::{self, ConversationRow};
use crate::store::tables::{contacts as contact_rows, profile};
use file::Fresh;
use lines::{End, Header, Line, MessageLine};
use moment::Moment;

/// What to export, and where to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExportOptions {
    /// The id of the one conversation to export, in hexadecimal; everything without it.
    pub conversation: Option<String>,
    /// For whom.
    pub format: ExportFormat,
    /// The file. It is made for its owner alone, and is not encrypted.
    pub path: String,
    /// Replaces a file that is there; otherwise that is [`Error::FileExists`].
    pub overwrite: bool,
}

/// For whom an export is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ExportFormat {
    /// For programs, [`Client::import`] among them: one JSON object a line.
    JsonLines,
    /// For people: one page that needs nothing else.
    Html,
}

/// What was exported.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExportReport {
    /// The file, with its whole path.
    pub path: String,
    /// How many conversations.
    pub conversations: u64,
    /// How many messages.
    pub messages: u64,
    /// Size of the file.
    pub bytes: u64,
}

impl Client {
    /// Writes the history into a file, which is there wholly or not at all. It has everything that
    /// can be read, and no key; see `docs/export.md`. Blocks as long as that takes; other calls go
    /// on meanwhile.
    ///
    /// # Errors
    /// [`Error::FileExists`], [`Error::File`], [`Error::NoSuchConversation`], [`Error::NoAccount`].
    pub fn export(&self, options: ExportOptions) -> Result<ExportReport, Error> {
        let path = absolute(&options.path)?;
        let options = ExportOptions { path, ..options };
        let Reply::Exported(report) = self.ask(&Request::Export { options })? else {
            return Err(Error::bug("another reply was expected"));
        };
        Ok(report)
    }
}

/// A path that means the same to another process.
pub(super) fn absolute(path: &str) -> Result<String, Error> {
    let whole = std::path::absolute(path).map_err(|error| Error::File {
        reason: format!("{path}: {error}"),
    })?;
    whole
        .into_os_string()
        .into_string()
        .map_err(|_| Error::File {
            reason: format!("{path}: the folder's name is not Unicode"),
        })
}

/// Exports, for whichever process asks.
pub(super) fn run(local: &Local, options: ExportOptions, now: Now) -> Result<ExportReport, Error> {
    let mut out = Fresh::begin(&PathBuf::from(&options.path), options.overwrite)?;
    let (conversations, messages) = local.read(|view| {
        let export = Export::begin(view, options.conversation.as_deref(), now)?;
        let messages = match options.format {
            ExportFormat::JsonLines => export.lines(&mut out)?,
            ExportFormat::Html => export.page(&mut out)?,
        };
        Ok::<_, Error>((export.conversations.len(), messages))
    })?;
    Ok(ExportReport {
        path: options.path,
        conversations: u64::try_from(conversations).unwrap_or(u64::MAX),
        messages,
        bytes: out.finish()?,
    })
}

/// What is exported, from one snapshot.
struct Export<'v> {
    view: &'v View<'v>,
    me: AccountId,
    name: String,
    now: Now,
    conversations: Vec<ConversationRow>,
    /// Only one was asked for.
    only: Option<[u8; 32]>,
}

impl<'v> Export<'v> {
    fn begin(view: &'v View<'v>, only: Option<&str>, now: Now) -> Result<Self, Error> {
        let me = contacts::own_account(view)?;
        let name = profile::load(view)?.ok_or(Error::NoAccount)?.name;
        let mut conversations = conversations::all(view)?;
        let only = match only {
            None => None,
            Some(text) => {
                let id = from_hex::<32>(text);
                conversations.retain(|row| Some(row.id) == id);
                if conversations.is_empty() {
                    return Err(Error::NoSuchConversation {
                        id: text.to_owned(),
                    });
                }
                id
            }
        };
        Ok(Self {
            view,
            me,
            name,
            now,
            conversations,
            only,
        })
    }

    /// Writes JSON Lines; returns how many messages.
    fn lines(&self, out: &mut Fresh) -> Result<u64, Error> {
        let mut written = Lines { out, lines: 0 };
        written.put(&Line::Header(Header {
            format: lines::FORMAT.to_owned(),
            version: lines::VERSION,
            account: self.me.to_string(),
            name: self.name.clone(),
            exported_at: self.now.ms(),
            program: concat!("sotto-core ", env!("CARGO_PKG_VERSION")).to_owned(),
            conversation: self.only.map(|id| hex(&id)),
        }))?;
        for contact in contact_rows::all(self.view)? {
            if self.only.is_none() || self.is_in_one(&contact.account) {
                written.put(&Line::Contact(gather::contact(contact)))?;
            }
        }
        let mut messages = 0;
        for row in &self.conversations {
            written.put(&Line::Conversation(gather::conversation(
                self.view, row, &self.me,
            )?))?;
            messages +=
                self.each_message(row, |line| written.put(&Line::Message(Box::new(line))))?;
        }
        state::each(self.view, self.only.as_ref(), |line| {
            written.put(&Line::State(line))
        })?;
        let lines = written.lines;
        written.put(&Line::End(End { lines }))?;
        Ok(messages)
    }

    /// Writes HTML; returns how many messages.
    fn page(&self, out: &mut Fresh) -> Result<u64, Error> {
        let mut names = Names {
            view: self.view,
            known: BTreeMap::from([(self.me.to_string(), self.name.clone())]),
        };
        let title = match (self.only, self.conversations.first()) {
            (Some(_), Some(row)) => names.of(&row.peer.unwrap_or(self.me).to_string())?,
            _ => format!("Conversations of {}", self.name),
        };
        out.put(&html::begin(&title, self.now.ms()))?;
        let mut messages = 0;
        for row in &self.conversations {
            let name = match row.peer {
                Some(peer) => names.of(&peer.to_string())?,
                None => "Note to self".to_owned(),
            };
            out.put(&html::conversation(&name))?;
            let mut day = String::new();
            messages += self.each_message(row, |line| {
                let moment = Moment::of(line.sent_at);
                if moment.date() != day {
                    day = moment.date();
                    out.put(&html::day(&moment))?;
                }
                out.put(&html::message(&self.shown(&mut names, &line)?.with(&line)))
            })?;
        }
        out.put(&html::end(messages))?;
        Ok(messages)
    }

    /// Calls with every message of a conversation, in order; returns how many.
    fn each_message(
        &self,
        row: &ConversationRow,
        mut take: impl FnMut(MessageLine) -> Result<(), Error>,
    ) -> Result<u64, Error> {
        let mut messages = 0;
        let mut after = None;
        loop {
            let page = gather::page(self.view, &row.id, after)?;
            let Some((last, _)) = page.last() else {
                return Ok(messages);
            };
            after = Some(gather::place(last));
            for (row, imported) in page {
                // Its time is over; it is there only until somebody looks.
                if row.expires_at.is_some_and(|at| at <= self.now.ms()) {
                    continue;
                }
                take(gather::message(self.view, row, imported)?)?;
                messages += 1;
            }
        }
    }

    fn is_in_one(&self, account: &AccountId) -> bool {
        self.conversations
            .iter()
            .any(|row| row.peer == Some(*account))
    }

    fn shown(&self, names: &mut Names<'_>, line: &MessageLine) -> Result<Around, Error> {
        let standing = line.reactions.iter().filter(|one| !one.emoji.is_empty());
        let reactions = standing
            .map(|one| Ok((names.of(&one.account)?, one.emoji.clone())))
            .collect::<Result<_, Error>>()?;
        let answers = match &line.quote {
            None => None,
            Some(quote) => Some((
                names.of(&quote.author)?,
                gather::text_of(self.view, quote, self.now)?,
            )),
        };
        Ok(Around {
            author: names.of(&line.author)?,
            own: line.author == self.me.to_string(),
            reactions,
            answers,
        })
    }
}

/// What a message is shown with.
struct Around {
    author: String,
    own: bool,
    reactions: Vec<(String, String)>,
    answers: Option<(String, Option<String>)>,
}

impl Around {
    fn with<'a>(&'a self, message: &'a MessageLine) -> html::Shown<'a> {
        html::Shown {
            message,
            author: &self.author,
            own: self.own,
            reactions: &self.reactions,
            answers: self.answers.as_ref(),
        }
    }
}

/// What accounts are called here.
struct Names<'v> {
    view: &'v View<'v>,
    known: BTreeMap<String, String>,
}

impl Names<'_> {
    fn of(&mut self, account: &str) -> Result<String, Error> {
        if let Some(name) = self.known.get(account) {
            return Ok(name.clone());
        }
        let name = match from_hex(account).map(AccountId::new) {
            Some(id) => contacts::name_of(self.view, &id)?,
            None => account.to_owned(),
        };
        self.known.insert(account.to_owned(), name.clone());
        Ok(name)
    }
}

/// Counts the lines.
struct Lines<'f> {
    out: &'f mut Fresh,
    lines: u64,
}

impl Lines<'_> {
    fn put(&mut self, line: &Line) -> Result<(), Error> {
        let mut text =
            serde_json::to_string(line).map_err(|_| Error::bug("a line that JSON cannot have"))?;
        text.push('\n');
        self.lines += 1;
        self.out.put(&text)
    }
}
