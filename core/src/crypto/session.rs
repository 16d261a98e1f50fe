//! Sessions: whether there is one, how one begins, how one ends.

use libsignal_protocol::{
    PublicKey, SessionRecord, SessionUsabilityRequirements, process_prekey_bundle,
};
use sotto_wire::ids::MailboxId;
use sotto_wire::proto::DeviceBundle;

use super::adapter::Ground;
use super::bundle;
use super::call::finish_hostile;
use super::error::{CryptoError, Fault};
use super::keys::DeviceKeys;
use super::peer::{Peer, address};
use crate::clock::Now;
use crate::random::Random;
use crate::store::tables::{pre_keys, sessions};
use crate::store::{Tx, View};

/// Whether something may be sealed for a device: its session was founded with a post-quantum
/// agreement, runs the post-quantum ratchet, and is not waiting for an answer for 30 days.
///
/// # Errors
/// [`CryptoError::Store`], [`CryptoError::Bug`] if the record is damaged.
pub(crate) fn has_usable_session(
    view: &View<'_>,
    mailbox: &MailboxId,
    now: Now,
) -> Result<bool, CryptoError> {
    let Some(record) = load(view, mailbox)? else {
        return Ok(false);
    };
    let wanted = SessionUsabilityRequirements::NotStale
        | SessionUsabilityRequirements::EstablishedWithPqxdh
        | SessionUsabilityRequirements::Spqr;
    Ok(record.has_usable_sender_chain(now.system_time(), wanted)?)
}

/// Founds a session with a device of the verified chain from the bundle that the relay gave. On
/// any error nothing of it stays in the transaction.
///
/// # Errors
/// [`Fault::BadBundle`], [`Fault::StaleBundle`], [`Fault::NotCanonical`], [`Fault::Untrusted`],
/// [`Fault::FromOurselves`], [`CryptoError::Store`].
pub(crate) fn start_session(
    tx: &mut Tx<'_>,
    random: &mut Random,
    keys: &DeviceKeys,
    peer: &Peer,
    bundle: &DeviceBundle,
    now: Now,
) -> Result<(), CryptoError> {
    if peer.mailbox == keys.mailbox() {
        return Err(Fault::FromOurselves.into());
    }
    peer.require_active(tx)?;
    let (generation, bundle) = bundle::check(bundle, peer)?;
    tx.savepoint(|tx| {
        let seen = pre_keys::generation(tx, &peer.mailbox)?.ok_or(Fault::Untrusted)?;
        if generation < seen {
            return Err(Fault::StaleBundle.into());
        }
        pre_keys::set_generation(tx, &peer.mailbox, generation)?;
        let ground = Ground::new(tx, keys, now);
        let answer = finish_hostile(process_prekey_bundle(
            &address(&peer.mailbox)?,
            &mut ground.adapter(),
            &mut ground.adapter(),
            &bundle,
            now.system_time(),
            random,
        ));
        ground.verdict(answer)
    })
}

/// Whether a retry request speaks of the chain that we send on now: only then does resetting the
/// session help.
///
/// # Errors
/// [`CryptoError::Store`], [`CryptoError::Bug`] if the record is damaged.
pub(crate) fn ratchet_key_matches(
    view: &View<'_>,
    mailbox: &MailboxId,
    ratchet_key: &[u8; 33],
) -> Result<bool, CryptoError> {
    let Some(record) = load(view, mailbox)? else {
        return Ok(false);
    };
    let Ok(key) = PublicKey::deserialize(ratchet_key) else {
        return Ok(false);
    };
    Ok(record.current_ratchet_key_matches(&key)?)
}

/// Deletes all states of the sessions with a device and its sender keys. Archiving would not do: a
/// message that is on its way would bring an archived state back.
///
/// # Errors
/// [`CryptoError::Store`].
pub(crate) fn forget_session(tx: &mut Tx<'_>, mailbox: &MailboxId) -> Result<(), CryptoError> {
    Ok(sessions::delete(tx, mailbox)?)
}

/// Deletes all sessions and our own sender keys: after a restored file nothing that was sealed with
/// may ever seal again.
///
/// # Errors
/// [`CryptoError::Store`].
pub(crate) fn forget_all_sessions(tx: &mut Tx<'_>) -> Result<(), CryptoError> {
    Ok(sessions::delete_all(tx)?)
}

fn load(view: &View<'_>, mailbox: &MailboxId) -> Result<Option<SessionRecord>, CryptoError> {
    let stored = sessions::load(view, mailbox)?;
    Ok(stored
        .map(|bytes| SessionRecord::deserialize(&bytes))
        .transpose()?)
}
