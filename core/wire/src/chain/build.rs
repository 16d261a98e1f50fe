//! Making statements. Nothing here asks whether a statement is allowed: whoever makes one extends
//! the chain with it before sending it anywhere.

use ed25519_dalek::SigningKey;
use prost::Message;

use super::{
    BODY_VERSION, Chain, ChainError, Checks, Device, Intent, Payload, Reason, signers,
    statement_hash,
};
use crate::ids::{AccountId, MailboxId, StatementHash};
use crate::{proto, sign};

/// Somebody who signs a statement.
#[derive(Clone, Copy)]
pub enum Signer<'a> {
    /// An active device.
    Device(MailboxId, &'a SigningKey),
    /// The holder of the recovery key.
    Recovery(&'a SigningKey),
}

/// The place of a statement on its line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// `None` in a genesis.
    pub account: Option<AccountId>,
    /// 0 in a genesis.
    pub epoch: u32,
    /// 0 in a genesis.
    pub seq: u32,
    /// `None` in a genesis.
    pub prev: Option<StatementHash>,
}

impl Place {
    /// The beginning of a line.
    pub const GENESIS: Self = Self {
        account: None,
        epoch: 0,
        seq: 0,
        prev: None,
    };

    /// After the last statement of a chain.
    #[must_use]
    pub fn after(chain: &Chain) -> Self {
        let head = chain.head();
        Self {
            account: Some(chain.account()),
            epoch: head.epoch,
            seq: head.seq.saturating_add(1),
            prev: Some(head.hash),
        }
    }
}

/// A device's entry, which both of its keys then sign: see
/// [`device_proof_transcript`](sign::device_proof_transcript) and
/// [`identity_proof_transcript`](sign::identity_proof_transcript).
#[must_use]
pub fn device_entry(signing_key: &[u8; 32], identity_key: &[u8; 33]) -> Vec<u8> {
    proto::DeviceEntry {
        signing_key: signing_key.to_vec(),
        identity_key: identity_key.to_vec(),
    }
    .encode_to_vec()
}

/// The bytes of a body: what is hashed and signed.
#[must_use]
pub fn body(place: &Place, payload: &Payload, intent: &Intent) -> Vec<u8> {
    proto::Body {
        version: BODY_VERSION,
        account: place.account.map(|id| id.to_vec()).unwrap_or_default(),
        epoch: place.epoch,
        seq: place.seq,
        prev: place.prev.map(|hash| hash.to_vec()).unwrap_or_default(),
        kind: payload.kind(),
        critical: payload.critical(),
        intent: intent.to_vec(),
        payload: payload.encode(),
    }
    .encode_to_vec()
}

/// A body with its signatures, in the order of the signers.
#[must_use]
pub fn sign_statement(body: &[u8], signers: &[Signer<'_>]) -> Vec<u8> {
    let hash = statement_hash(body);
    let signatures = signers
        .iter()
        .map(|signer| {
            let (mailbox, secret) = match signer {
                Signer::Device(mailbox, secret) => (mailbox.to_vec(), secret),
                Signer::Recovery(secret) => (Vec::new(), secret),
            };
            proto::Signature {
                mailbox,
                signature: sign::sign(secret, signers::LABEL, &[hash.as_bytes()]).to_vec(),
            }
        })
        .collect();
    proto::Statement {
        body: body.to_vec(),
        signatures,
    }
    .encode_to_vec()
}

/// Founds an account. The device's proofs are over zeros.
///
/// # Errors
/// [`ChainError::Invalid`] when the entry is no device's.
pub fn genesis(
    device: proto::ProvenDevice,
    recovery_key: [u8; 32],
    intent: &Intent,
    secret: &SigningKey,
) -> Result<Vec<u8>, ChainError> {
    let mailbox = Device::from_entry(&device.entry, 0, Checks::All)
        .map_err(|reason| reason.at(0))?
        .mailbox;
    let payload = Payload::Genesis {
        device,
        recovery_key,
    };
    let body = body(&Place::GENESIS, &payload, intent);
    Ok(sign_statement(&body, &[Signer::Device(mailbox, secret)]))
}

/// The next statement of a chain: after its last one, or, for a recovery, after its parent.
///
/// Signers: one device; for `set_recovery` a device, then the recovery key; for `recover` the
/// recovery key.
///
/// # Errors
/// [`ChainError::Invalid`] when a recovery's parent is not on the line, or there are no epochs
/// left.
pub fn next(
    chain: &Chain,
    payload: &Payload,
    intent: &Intent,
    signers: &[Signer<'_>],
) -> Result<Vec<u8>, ChainError> {
    let place = match payload {
        Payload::Recover { parent, .. } => recovery_place(chain, parent)?,
        _ => Place::after(chain),
    };
    Ok(sign_statement(&body(&place, payload, intent), signers))
}

fn recovery_place(chain: &Chain, parent: &StatementHash) -> Result<Place, ChainError> {
    let head = chain
        .statements()
        .iter()
        .map(super::Statement::head)
        .find(|head| head.hash == *parent)
        .ok_or(Reason::WrongPrev.at(chain.head().seq))?;
    Ok(Place {
        account: Some(chain.account()),
        epoch: head
            .epoch
            .checked_add(1)
            .ok_or(Reason::EpochOverflow.at(head.seq))?,
        seq: head.seq.saturating_add(1),
        prev: Some(head.hash),
    })
}
