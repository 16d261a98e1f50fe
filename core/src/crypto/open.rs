//! From an unsealed envelope to its plaintext: the ratchet's step.

use libsignal_protocol::{
    PreKeySignalMessage, SignalMessage, message_decrypt_prekey, message_decrypt_signal,
};

use super::adapter::{Ground, store_session};
use super::border::{FirstMessage, MAX_AHEAD, MAX_AHEAD_ARCHIVED, MAX_PQ_AHEAD, RatchetMessage};
use super::call::finish_hostile;
use super::error::{CryptoError, Fault};
use super::first::admit;
use super::keys::DeviceKeys;
use super::peer::{Peer, address};
use super::record::{Record, State};
use super::single::SingleState;
use super::unseal::{Shape, Unsealed};
use crate::clock::Now;
use crate::random::Random;
use crate::store::Tx;
use crate::store::tables::sessions;

/// Opens a Whisper or PreKey message of a device of the verified chain and stores the ratchet's
/// step. On any error nothing of it stays in the transaction.
///
/// The plaintext says in its binding who says it to whom; comparing that is the caller's part.
///
/// # Errors
/// A [`Fault`] if the envelope is to blame: [`Fault::Untrusted`] if it is not from `sender`,
/// [`Fault::TooFarAhead`], [`Fault::TooManyFirstMessages`], [`Fault::Replay`],
/// [`Fault::Duplicate`], [`Fault::NoSession`], [`Fault::InvalidPreKeyId`], …;
/// [`CryptoError::Store`] if our store failed, whatever libsignal made of it.
pub(crate) fn open(
    tx: &mut Tx<'_>,
    random: &mut Random,
    keys: &DeviceKeys,
    envelope: &Unsealed,
    sender: &Peer,
    now: Now,
) -> Result<Vec<u8>, CryptoError> {
    envelope.require_sender(tx, sender)?;
    tx.savepoint(|tx| match envelope.shape {
        Shape::Whisper => open_whisper(tx, random, keys, &envelope.contents, sender, now),
        Shape::PreKey => open_first(tx, random, keys, &envelope.contents, sender, now),
        Shape::Plaintext => Err(Fault::Shape.into()),
        // Groups bring their distributions; none is known yet.
        Shape::SenderKey => Err(Fault::NoSenderKey.into()),
    })
}

fn open_whisper(
    tx: &mut Tx<'_>,
    random: &mut Random,
    keys: &DeviceKeys,
    contents: &[u8],
    sender: &Peer,
    now: Now,
) -> Result<Vec<u8>, CryptoError> {
    let place = RatchetMessage::parse(contents)?;
    let stored = sessions::load(tx, &sender.mailbox)?.ok_or(Fault::NoSession)?;
    let record = Record::decode(&stored)?;
    let states = record.states()?;
    let message = SignalMessage::try_from(contents)?;
    for index in candidates(&states, &place)? {
        let state = states
            .get(index)
            .ok_or(CryptoError::Bug("a candidate is no state"))?;
        same_identity(state, sender)?;
        let ground = Ground::new(tx, keys, now);
        let mut session = SingleState::new(Some(record.alone(index)?));
        let answer = finish_hostile(message_decrypt_signal(
            &message,
            &address(&sender.mailbox)?,
            &mut session,
            &mut ground.adapter(),
            random,
        ));
        match ground.verdict(answer) {
            Ok(plaintext) => {
                keep(tx, sender, &record, Some(index), session)?;
                return Ok(plaintext);
            }
            // It may belong to the next state.
            Err(CryptoError::Fault(Fault::InvalidMessage)) => {}
            Err(error) => return Err(error),
        }
    }
    Err(Fault::InvalidMessage.into())
}

/// The states that may be tried, in order. A chain that is known belongs to one state; to the
/// others it would be a new one, and a sender who uses one ratchet key in all its sessions would
/// have all of them walked. A new chain belongs to the current state, or came late for another.
pub(super) fn candidates(states: &[State], place: &RatchetMessage) -> Result<Vec<usize>, Fault> {
    let near = |index: usize, most| {
        states
            .get(index)
            .is_some_and(|state| state.is_near(place, most))
    };
    let found: Vec<usize> = match states
        .iter()
        .position(|state| state.knows(&place.ratchet_key))
    {
        Some(index) => Some(index)
            .filter(|index| near(*index, MAX_AHEAD))
            .into_iter()
            .collect(),
        None => (0..states.len())
            .filter(|index| {
                near(
                    *index,
                    if *index == 0 {
                        MAX_AHEAD
                    } else {
                        MAX_AHEAD_ARCHIVED
                    },
                )
            })
            .collect(),
    };
    if found.is_empty() {
        Err(Fault::TooFarAhead)
    } else {
        Ok(found)
    }
}

fn open_first(
    tx: &mut Tx<'_>,
    random: &mut Random,
    keys: &DeviceKeys,
    contents: &[u8],
    sender: &Peer,
    now: Now,
) -> Result<Vec<u8>, CryptoError> {
    let first = FirstMessage::parse(contents)?;
    if first.identity_key != sender.identity_key {
        return Err(Fault::Untrusted.into());
    }
    let record = sessions::load(tx, &sender.mailbox)?
        .map(|bytes| Record::decode(&bytes))
        .transpose()?
        .unwrap_or_default();
    let states = record.states()?;
    let founded = states
        .iter()
        .position(|state| state.is_founded_by(&first.base_key));
    let before = match founded.and_then(|index| states.get(index).map(|state| (index, state))) {
        Some((index, state)) => {
            same_identity(state, sender)?;
            if !state.is_near(&first.message, MAX_AHEAD) {
                return Err(Fault::TooFarAhead.into());
            }
            Some(record.alone(index)?)
        }
        None => {
            if first.message.counter > MAX_AHEAD || first.message.pq.index > MAX_PQ_AHEAD {
                return Err(Fault::TooFarAhead.into());
            }
            admit(tx, sender, &first, now)?;
            None
        }
    };
    let message = PreKeySignalMessage::try_from(contents)?;
    let ground = Ground::new(tx, keys, now);
    let mut session = SingleState::new(before);
    let answer = finish_hostile(message_decrypt_prekey(
        &message,
        &address(&sender.mailbox)?,
        &mut session,
        &mut ground.adapter(),
        &mut ground.adapter(),
        &ground.adapter(),
        &mut ground.adapter(),
        random,
    ));
    let plaintext = ground.verdict(answer)?;
    keep(tx, sender, &record, founded, session)?;
    Ok(plaintext)
}

fn keep(
    tx: &mut Tx<'_>,
    sender: &Peer,
    before: &Record,
    opened: Option<usize>,
    session: SingleState,
) -> Result<(), CryptoError> {
    let after = session
        .after()
        .ok_or(CryptoError::Bug("libsignal stored no session"))?;
    store_session(tx, &sender.mailbox, &before.promote(opened, &after)?)
}

fn same_identity(state: &State, sender: &Peer) -> Result<(), Fault> {
    if state.remote_identity() == sender.identity_key {
        Ok(())
    } else {
        Err(Fault::Untrusted)
    }
}
