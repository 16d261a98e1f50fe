//! History back from an export.
//!
//! The file is read twice: first all of it is checked, then it is taken over in small transactions.
//! What is checked here is the form; what becomes of it is the engine's.

use std::fs::File;
use std::io::{BufRead as _, BufReader, Read as _, Seek as _};
use std::path::Path;

use serde::{Deserialize, Serialize};
use sotto_wire::ids::AccountId;

use super::error::Error;
use super::export::lines::{FORMAT, Header, VERSION};
use super::export::{absolute, trouble};
use super::handle::Client;
use super::import_line::{Checked, Reader};
use super::local::Local;
use super::request::{Reply, Request};
use crate::engine::import::{Item, Tally};

/// Longest line, in bytes: the longest text with the most formats and reactions is far below.
const LONGEST: u64 = 4 << 20;
/// Things in one transaction.
const BATCH: usize = 500;
/// Damaged lines that are told one by one.
const TOLD: usize = 100;

/// What to import, and how strictly.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportOptions {
    /// A file of [`Client::export`] in JSON Lines.
    pub path: String,
    /// Takes over what can be read of a damaged file. Without it a damaged file changes nothing.
    pub skip_damaged: bool,
}

/// What became of an import.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportReport {
    /// Messages that were not here.
    pub added: u64,
    /// Messages that were here already.
    pub known: u64,
    /// Messages whose time is over; they do not come back.
    pub expired: u64,
    /// Messages that were deleted here; they do not come back.
    pub deleted: u64,
    /// People who were not known here. Their names are shown; they are not on the list.
    pub contacts: u64,
    /// Lines of a kind that only a newer version of the program knows.
    pub unknown_lines: u64,
    /// Lines that could not be read and were left out.
    pub damaged_lines: u64,
    /// The first of them.
    pub damaged: Vec<DamagedLine>,
}

/// A line that could not be read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DamagedLine {
    /// Its number, from 1.
    pub line: u64,
    /// What is the matter with it.
    pub reason: String,
}

impl Client {
    /// Takes over a history that this account has exported. Done twice it changes nothing more:
    /// what is here stays as it is, what was deleted here or is over does not come back, and nobody
    /// becomes a contact. All of the file is checked before anything changes. If it is interrupted,
    /// what was taken over so far is whole; it can be repeated. Blocks as long as that takes; other
    /// calls go on meanwhile.
    ///
    /// # Errors
    /// [`Error::OtherAccount`] for an export of another account, whose messages nobody could vouch
    /// for; [`Error::NotAnExport`], [`Error::DamagedExport`], [`Error::File`], [`Error::NoAccount`].
    pub fn import(&self, options: ImportOptions) -> Result<ImportReport, Error> {
        let path = absolute(&options.path)?;
        let options = ImportOptions { path, ..options };
        let Reply::Imported(report) = self.ask(&Request::Import { options })? else {
            return Err(Error::bug("another reply was expected"));
        };
        Ok(report)
    }
}

/// Imports, for whichever process asks.
pub(super) fn run(local: &Local, options: &ImportOptions) -> Result<ImportReport, Error> {
    let me = local.read(super::contacts::own_account)?;
    let mut source = Source::open(&options.path)?;
    let mut report = ImportReport::default();
    source.read(&me, |checked| {
        match checked {
            Ok(Checked::Unknown) => report.unknown_lines += 1,
            Ok(_) => {}
            Err(damaged) => {
                report.damaged_lines += 1;
                if report.damaged.len() < TOLD {
                    report.damaged.push(damaged);
                }
            }
        }
        Ok(())
    })?;
    if let (Some(first), false) = (report.damaged.first(), options.skip_damaged) {
        return Err(Error::DamagedExport {
            line: first.line,
            reason: first.reason.clone(),
            lines: report.damaged_lines,
        });
    }
    let mut batch = Vec::with_capacity(BATCH);
    let mut damaged = 0;
    source.read(&me, |checked| {
        match checked {
            Ok(Checked::Item(item)) => batch.push(item),
            Ok(_) => {}
            Err(_) => damaged += 1,
        }
        if batch.len() < BATCH {
            return Ok(());
        }
        hand_in(local, std::mem::take(&mut batch), &mut report)
    })?;
    hand_in(local, batch, &mut report)?;
    if damaged != report.damaged_lines {
        return Err(Error::File {
            reason: format!("{} was changed while it was read", options.path),
        });
    }
    Ok(report)
}

fn hand_in(local: &Local, items: Vec<Item>, report: &mut ImportReport) -> Result<(), Error> {
    let Tally {
        added,
        known,
        expired,
        deleted,
        contacts,
    } = local.engine(move |engine, now| engine.import(items, now))?;
    report.added += added;
    report.known += known;
    report.expired += expired;
    report.deleted += deleted;
    report.contacts += contacts;
    Ok(())
}

/// The file.
struct Source {
    path: String,
    file: BufReader<File>,
}

impl Source {
    fn open(path: &str) -> Result<Self, Error> {
        let file = File::open(path).map_err(|error| trouble(Path::new(path), &error))?;
        Ok(Self {
            path: path.to_owned(),
            file: BufReader::with_capacity(1 << 16, file),
        })
    }

    /// Reads everything from the beginning, line by line.
    fn read(
        &mut self,
        me: &AccountId,
        mut take: impl FnMut(Result<Checked, DamagedLine>) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let path = self.path.clone();
        let failed = |error: std::io::Error| trouble(Path::new(&path), &error);
        self.file.rewind().map_err(failed)?;
        let mut reader: Option<Reader> = None;
        let mut ended = false;
        let mut number = 0;
        let mut line = Vec::new();
        loop {
            line.clear();
            let length = (&mut self.file)
                .take(LONGEST)
                .read_until(b'\n', &mut line)
                .map_err(failed)?;
            if length == 0 {
                break;
            }
            number += 1;
            let whole = line.ends_with(b"\n");
            if !whole && u64::try_from(length).is_ok_and(|length| length == LONGEST) {
                self.pass_over().map_err(failed)?;
            }
            let Some(reader) = &mut reader else {
                reader = Some(Reader::new(*me, &header(&line)?)?);
                continue;
            };
            let checked = if whole {
                reader.check(&line)
            } else {
                Err("the line is cut off, or too long".to_owned())
            };
            ended = matches!(checked, Ok(Checked::End));
            let damaged = |reason| DamagedLine {
                line: number,
                reason,
            };
            take(checked.map_err(damaged))?;
        }
        if reader.is_none() {
            return Err(not_an_export("the file is empty"));
        }
        if !ended {
            let damaged = DamagedLine {
                line: number + 1,
                reason: "the end is missing".to_owned(),
            };
            take(Err(damaged))?;
        }
        Ok(())
    }

    /// Passes over the rest of a line that is too long, without keeping it.
    fn pass_over(&mut self) -> std::io::Result<()> {
        loop {
            let (length, found) = {
                let buffer = self.file.fill_buf()?;
                match buffer.iter().position(|byte| *byte == b'\n') {
                    Some(at) => (at + 1, true),
                    None => (buffer.len(), buffer.is_empty()),
                }
            };
            self.file.consume(length);
            if found {
                return Ok(());
            }
        }
    }
}

fn header(line: &[u8]) -> Result<Header, Error> {
    let header: Header = serde_json::from_slice(line)
        .map_err(|_| not_an_export("its first line is not that of an export"))?;
    if header.format != FORMAT {
        return Err(not_an_export("its first line is not that of an export"));
    }
    if header.version != VERSION {
        return Err(not_an_export("it is of another version of the program"));
    }
    Ok(header)
}

pub(super) fn not_an_export(reason: &str) -> Error {
    Error::NotAnExport {
        reason: reason.to_owned(),
    }
}
