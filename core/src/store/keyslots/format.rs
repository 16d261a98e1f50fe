//! The bytes of the `keyslots` file. Integers are little-endian.
//!
//! ```text
//! magic "sottokey" | version u8 | database id 16 | check 16 | count u8 | slot × count | mac 32 | sum 32
//! slot    id u32 | kind u8 | parameters | nonce 12 | wrapped key 48
//! kind 1  OS keystore: entry 16
//! kind 2  passphrase:  memory KiB u32 | passes u32 | lanes u32 | salt 16
//! kind 3  key file:    nothing
//! ```
//!
//! - *wrapped key* is AES-256-GCM of the database key under the slot's wrapping key, with
//!   magic ‖ version ‖ database id ‖ slot up to its nonce as associated data.
//! - *check* tells the right key from a wrong one without the database; *mac* binds all that
//!   comes before it to the database key (see `bind.rs`).
//! - *sum* is SHA-256 of all that comes before it: it tells a damaged file from a wrong
//!   passphrase, and protects from nobody.

use sha2::{Digest as _, Sha256};

use super::error::KeySlotError;
use super::passphrase::PassphraseParams;

const MAGIC: &[u8; 8] = b"sottokey";
const VERSION: u8 = 1;

/// The most slots of a profile.
pub const MOST_SLOTS: usize = 8;

/// More than the largest file that this format can have.
pub(super) const LARGEST_FILE: u64 = 4096;

/// How a slot's wrapping key is found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Method {
    /// In the OS keystore, under this random entry.
    OsKeystore { entry: [u8; 16] },
    /// Made from a passphrase.
    Passphrase {
        params: PassphraseParams,
        salt: [u8; 16],
    },
    /// In the file `key` of the profile.
    KeyFile,
}

/// The database key in one wrapping.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Slot {
    pub id: u32,
    pub method: Method,
    pub nonce: [u8; 12],
    pub wrapped: [u8; 48],
}

/// Everything before the MAC.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Contents {
    pub database_id: [u8; 16],
    pub check: [u8; 16],
    pub slots: Vec<Slot>,
}

/// The file as it was read: the MAC is still to be verified, over exactly these bytes.
#[derive(Debug, Clone)]
pub(super) struct Parsed {
    pub contents: Contents,
    pub covered: Vec<u8>,
    pub mac: [u8; 32],
}

/// Associated data of one slot's wrapping.
pub(super) fn associated_data(database_id: &[u8; 16], id: u32, method: &Method) -> Vec<u8> {
    let mut out = Vec::new();
    out.extend_from_slice(MAGIC);
    out.push(VERSION);
    out.extend_from_slice(database_id);
    put_method(&mut out, id, method);
    out
}

/// The bytes that the MAC covers.
pub(super) fn encode(contents: &Contents) -> Vec<u8> {
    let mut out = Vec::new();
    out.extend_from_slice(MAGIC);
    out.push(VERSION);
    out.extend_from_slice(&contents.database_id);
    out.extend_from_slice(&contents.check);
    out.push(u8::try_from(contents.slots.len()).unwrap_or(u8::MAX));
    for slot in &contents.slots {
        put_method(&mut out, slot.id, &slot.method);
        out.extend_from_slice(&slot.nonce);
        out.extend_from_slice(&slot.wrapped);
    }
    out
}

/// The whole file.
pub(super) fn finish(covered: &[u8], mac: &[u8; 32]) -> Vec<u8> {
    let mut file = [covered, mac.as_slice()].concat();
    let sum = Sha256::digest(&file);
    file.extend_from_slice(&sum);
    file
}

fn put_method(out: &mut Vec<u8>, id: u32, method: &Method) {
    out.extend_from_slice(&id.to_le_bytes());
    match method {
        Method::OsKeystore { entry } => {
            out.push(1);
            out.extend_from_slice(entry);
        }
        Method::Passphrase { params, salt } => {
            out.push(2);
            for number in params.numbers() {
                out.extend_from_slice(&number.to_le_bytes());
            }
            out.extend_from_slice(salt);
        }
        Method::KeyFile => out.push(3),
    }
}

/// Reads a file that anybody may have written.
pub(super) fn parse(file: &[u8]) -> Result<Parsed, KeySlotError> {
    let rest = file.strip_prefix(MAGIC).ok_or(KeySlotError::Damaged)?;
    match rest.first() {
        Some(&VERSION) => {}
        Some(&found) if found > VERSION => return Err(KeySlotError::NewerFormat { found }),
        _ => return Err(KeySlotError::Damaged),
    }
    let (summed, sum) = file.split_last_chunk::<32>().ok_or(KeySlotError::Damaged)?;
    if Sha256::digest(summed).as_slice() != sum {
        return Err(KeySlotError::Damaged);
    }
    let (covered, mac) = summed
        .split_last_chunk::<32>()
        .ok_or(KeySlotError::Damaged)?;
    let mut input = Input(
        covered
            .get(MAGIC.len() + 1..)
            .ok_or(KeySlotError::Damaged)?,
    );
    let database_id = input.take()?;
    let check = input.take()?;
    let [count] = input.take()?;
    if count == 0 || usize::from(count) > MOST_SLOTS {
        return Err(KeySlotError::Damaged);
    }
    let slots = (0..count)
        .map(|_| input.slot())
        .collect::<Result<Vec<_>, _>>()?;
    if !input.0.is_empty() {
        return Err(KeySlotError::Damaged);
    }
    Ok(Parsed {
        contents: Contents {
            database_id,
            check,
            slots,
        },
        covered: covered.to_vec(),
        mac: *mac,
    })
}

struct Input<'a>(&'a [u8]);

impl Input<'_> {
    fn take<const N: usize>(&mut self) -> Result<[u8; N], KeySlotError> {
        let (head, rest) = self
            .0
            .split_first_chunk::<N>()
            .ok_or(KeySlotError::Damaged)?;
        self.0 = rest;
        Ok(*head)
    }

    fn number(&mut self) -> Result<u32, KeySlotError> {
        Ok(u32::from_le_bytes(self.take()?))
    }

    fn slot(&mut self) -> Result<Slot, KeySlotError> {
        let id = self.number()?;
        let method = match self.take()? {
            [1] => Method::OsKeystore {
                entry: self.take()?,
            },
            [2] => {
                let (memory, passes, lanes) = (self.number()?, self.number()?, self.number()?);
                let params = PassphraseParams::new(memory, passes, lanes)
                    .map_err(|_| KeySlotError::Damaged)?;
                Method::Passphrase {
                    params,
                    salt: self.take()?,
                }
            }
            [3] => Method::KeyFile,
            _ => return Err(KeySlotError::Damaged),
        };
        Ok(Slot {
            id,
            method,
            nonce: self.take()?,
            wrapped: self.take()?,
        })
    }
}
