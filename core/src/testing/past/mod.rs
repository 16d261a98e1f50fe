//! A profile with a long past, made without anybody having said anything.
//!
//! What it is made of is settled by its seed alone: times, keys and texts are the same each time.

mod scribe;
mod talk;
mod words;

use std::path::Path;
use std::sync::Arc;

use ed25519_dalek::SigningKey;

use crate::clock::{DAY, Now};
use crate::engine::{EngineError, account};
use crate::model::Standing;
use crate::random::Random;
use crate::store::keyslots::{KeySlots, NewSlot, Unlock};
use crate::store::tables::{probe, profile};
use crate::store::{DatabaseKey, Store};

use scribe::Scribe;
use talk::Talk;

/// Messages in one transaction.
const BATCH: u32 = 20_000;
/// Bytes of terms that the search index gathers meanwhile.
const GATHERED: u32 = 16 << 20;

/// How much past.
#[derive(Clone, Copy, Debug)]
pub struct Past {
    /// Settles everything else.
    pub seed: u64,
    /// How many conversations; the first one has the most messages, the last one the fewest.
    pub conversations: u32,
    /// How many messages in all of them together.
    pub messages: u32,
    /// When the last one was said, in milliseconds since 1970.
    pub end: u64,
    /// Over how many days they are spread.
    pub days: u64,
    /// As people live: they have names, what they say has links, formats, answers, reactions and
    /// changes, a few things are unread, pinned, muted or put aside. Otherwise friends are numbered,
    /// and nothing but words is said.
    pub lived: bool,
}

/// Makes a profile that a key file opens, with an account that no relay knows; or gives the one that
/// is there, which a key file opens and nobody has open, such a past.
///
/// # Errors
/// Those of the store, and [`EngineError::NoAccount`] for a profile without an account.
pub fn generate(dir: &Path, past: &Past) -> Result<(), EngineError> {
    let mut random = Random::seeded(past.seed);
    let store = match crate::store::exists(dir) {
        true => open(dir)?,
        false => create(dir, past, &mut random)?,
    };
    let me = store.read(account::load)?.ok_or(EngineError::NoAccount)?;
    store.write(|tx| {
        probe::keep_many_pages(tx)?;
        probe::gather_terms(tx, Some(GATHERED))
    })?;
    let mut talks = Vec::new();
    for number in 0..past.conversations {
        talks.push(Talk::new(&me, number, past.lived, &mut random));
    }
    let mut scribe = Scribe::new(Arc::new(me), random, talks, *past);
    scribe = store.write(move |tx| {
        scribe.begin(tx)?;
        Ok::<_, EngineError>(scribe)
    })?;
    let mut next = 0;
    while next < past.messages {
        let end = past.messages.min(next + BATCH);
        scribe = store.write(move |tx| {
            (next..end).try_for_each(|number| scribe.write(tx, number))?;
            Ok::<_, EngineError>(scribe)
        })?;
        next = end;
    }
    store.write(move |tx| {
        scribe.end(tx)?;
        Ok::<_, EngineError>(probe::gather_terms(tx, None)?)
    })?;
    store.checkpoint()?;
    Ok(())
}

fn open(dir: &Path) -> Result<Store, EngineError> {
    let opened = KeySlots::read(dir).and_then(|slots| slots.unlock(&Unlock::KeyFile));
    let opened = opened.map_err(|_| EngineError::Bug("no key file"))?;
    Ok(Store::open(dir, &opened.key)?)
}

fn create(dir: &Path, past: &Past, random: &mut Random) -> Result<Store, EngineError> {
    let key = DatabaseKey::from_bytes(random.bytes());
    let mut fill = |bytes: &mut [u8]| rand09::RngCore::fill_bytes(random, bytes);
    KeySlots::create(dir, &key, &[NewSlot::KeyFile], &mut fill)
        .map_err(|_| EngineError::Bug("no key file"))?;
    let store = Store::create(dir, &key)?;
    let begin = past.end.saturating_sub(past.days * DAY);
    let birth = random.fork();
    let relay = SigningKey::from_bytes(&random.bytes()).verifying_key();
    store.write(move |tx| {
        let relay = (&relay.to_bytes().into(), "http://127.0.0.1:9");
        account::birth(tx, birth, Now(begin), "Ada", relay)?;
        profile::set_standing(tx, Standing::Active)?;
        Ok::<_, EngineError>(())
    })?;
    Ok(store)
}
