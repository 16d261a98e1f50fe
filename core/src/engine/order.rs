//! The hybrid logical clock and the place of a message in its conversation.
//!
//! A clock value is `milliseconds << 16 | logical` (Kulkarni et al., "Logical Physical Clocks",
//! 2014). What others say of their time is clamped before it means anything here.

use sotto_content::proto::{Content, Text, content::Kind};

use super::{Context, EngineError};
use crate::clock::{DAY, MINUTE, Now};
use crate::store::tables::{messages, profile, streams};
use crate::store::{Tx, View};

/// How far somebody else's clock may pull ours ahead.
const PULL: u64 = 5 * MINUTE;
/// How far in the future a message may stand.
const AHEAD: u64 = DAY;

/// The clock value of a moment.
pub(super) fn at(ms: u64) -> u64 {
    ms << 16
}

/// The next value of our clock.
pub(super) fn tick(tx: &mut Tx<'_>, cx: &Context) -> Result<u64, EngineError> {
    let next = (profile::hlc(tx)? + 1).max(at(cx.now.ms()));
    profile::set_hlc(tx, next)?;
    Ok(next)
}

/// The place of what is about to be said here: the next value of our clock, but behind what it
/// answers and what this device said before, so that nobody has to put it elsewhere.
pub(super) fn own_place(
    tx: &mut Tx<'_>,
    cx: &Context,
    conversation: &[u8; 32],
    content: &Content,
) -> Result<u64, EngineError> {
    let next = tick(tx, cx)?;
    let incarnation = profile::load(tx)?
        .ok_or(EngineError::NoAccount)?
        .incarnation;
    let sealed = streams::get(tx, conversation, &cx.me.mailbox, &incarnation)?;
    let waiting = messages::highest_unsealed(tx, conversation, &cx.me.mailbox)?;
    let floor = sealed
        .map(|end| end.last_key)
        .max(waiting)
        .max(parent(tx, conversation, content)?);
    Ok(floor.map_or(next, |key| next.max(key.saturating_add(1))))
}

/// The place of what a content answers, if that is here.
pub(super) fn parent(
    view: &View<'_>,
    conversation: &[u8; 32],
    content: &Content,
) -> Result<Option<u64>, EngineError> {
    let Some(Kind::Text(Text {
        quote: Some(quote), ..
    })) = &content.kind
    else {
        return Ok(None);
    };
    let (Ok(author), Ok(id)) = (
        quote.author.as_slice().try_into(),
        quote.message_id.as_slice().try_into(),
    ) else {
        return Ok(None);
    };
    Ok(messages::by_id(view, &author, &id)?
        .filter(|parent| parent.conversation == *conversation)
        .map(|parent| parent.order_key))
}

/// Lets a clamped value that was received pull our clock, by a little.
pub(super) fn merge(tx: &mut Tx<'_>, cx: &Context, key: u64) -> Result<(), EngineError> {
    let pulled = key.min(at(cx.now.ms() + PULL));
    if pulled > profile::hlc(tx)? {
        profile::set_hlc(tx, pulled)?;
    }
    Ok(())
}

/// The place of a received message: not before what it follows, not more than a day ahead.
///
/// `floor` is the highest of the keys that it must stand behind: its device's previous message,
/// its parent. Where both bounds cannot be kept, the floor wins.
pub(super) fn clamp(hlc: u64, floor: Option<u64>, received: Now) -> u64 {
    let low = floor.map_or(0, |key| key.saturating_add(1));
    let high = at(received.ms() + AHEAD).max(low);
    hlc.clamp(low, high)
}

#[cfg(test)]
#[path = "../../../tests/vectors/load.rs"]
#[allow(
    clippy::duplicate_mod,
    reason = "the tests of the crypto floor read it too"
)]
#[allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]
mod load;

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::load::File;
    use super::*;
    use crate::crypto::DeviceKeys;
    use crate::engine::Me;
    use crate::model::Standing;
    use crate::random::Random;
    use crate::store::{DatabaseKey, Store};
    use std::sync::Arc;
    use tempfile::TempDir;

    /// A profile whose clock stands somewhere.
    fn profile_at(hlc: u64, now: u64) -> (TempDir, Store, Context) {
        let keys = DeviceKeys::generate(&mut Random::seeded(1)).unwrap();
        let mailbox = keys.mailbox();
        let dir = tempfile::tempdir().unwrap();
        let store = Store::create(dir.path(), &DatabaseKey::from_bytes([1; 32])).unwrap();
        store
            .write(move |tx| {
                profile::create(
                    tx,
                    &profile::NewProfile {
                        standing: Standing::Active,
                        account: None,
                        mailbox,
                        name: "",
                        identity_secret: &[1; 32],
                        signing_secret: &[1; 32],
                        recovery_seed: None,
                        incarnation: [1; 8],
                    },
                )?;
                profile::set_hlc(tx, hlc)
            })
            .unwrap();
        let me = Arc::new(Me {
            account: [1; 32].into(),
            mailbox,
            keys,
        });
        let context = Context {
            me,
            random: Random::seeded(2),
            now: Now(now),
        };
        (dir, store, context)
    }

    #[test]
    fn the_clock_goes_by_the_vectors() {
        let file = File::read("orders.json");
        for case in file.cases("tick") {
            let (_dir, store, cx) = profile_at(case.number("last"), case.number("now"));
            let next = store.write(move |tx| tick(tx, &cx)).unwrap();
            assert_eq!(next, case.number("hlc"), "{}", case.text("name"));
        }
        for case in file.cases("pull") {
            let (_dir, store, cx) = profile_at(case.number("last"), case.number("now"));
            let key = case.number("key");
            store.write(move |tx| merge(tx, &cx, key)).unwrap();
            let clock = store.read(profile::hlc).unwrap();
            assert_eq!(clock, case.number("clock"), "{}", case.text("name"));
        }
    }

    #[test]
    fn places_go_by_the_vectors() {
        for case in File::read("orders.json").cases("key") {
            let floor = case.maybe("previous").max(case.maybe("parent"));
            let key = clamp(case.number("hlc"), floor, Now(case.number("received")));
            assert_eq!(key, case.number("key"), "{}", case.text("name"));
        }
    }

    #[test]
    fn a_message_never_stands_before_what_it_follows() {
        let now = Now(1_000_000);
        assert_eq!(clamp(at(5), Some(at(900_000)), now), at(900_000) + 1);
        assert_eq!(clamp(at(950_000), Some(at(900_000)), now), at(950_000));
        assert_eq!(clamp(at(950_000), None, now), at(950_000));
    }

    #[test]
    fn a_clock_years_ahead_is_held_to_a_day() {
        let now = Now(1_000_000);
        assert_eq!(clamp(u64::MAX, None, now), at(1_000_000 + DAY));
        let floor = at(1_000_000 + 2 * DAY);
        assert_eq!(clamp(u64::MAX, Some(floor), now), floor + 1);
    }
}
