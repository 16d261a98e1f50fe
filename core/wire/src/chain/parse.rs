//! A statement taken apart, with nothing believed yet.

use std::sync::Arc;

use prost::Message;
use sha2::{Digest, Sha256};

use super::{BODY_VERSION, Intent, MAX_STATEMENT_BYTES, Reason};
use crate::ids::{AccountId, Head, StatementHash};
use crate::proto::{self, StatementKind};

/// The hash of a statement: SHA-256("sotto/chain/v1" ‖ body), over the body's bytes as they are.
#[must_use]
pub fn statement_hash(body: &[u8]) -> StatementHash {
    let digest: [u8; 32] = Sha256::new()
        .chain_update(b"sotto/chain/v1")
        .chain_update(body)
        .finalize()
        .into();
    StatementHash::new(digest)
}

/// A statement in its parts. Its shape is right, nothing else is known of it.
pub(super) struct Parsed {
    /// The statement as received.
    pub bytes: Arc<[u8]>,
    /// What it says of its place, and its hash.
    pub head: Head,
    /// `None` in a genesis.
    pub account: Option<AccountId>,
    /// `None` in a genesis.
    pub prev: Option<StatementHash>,
    pub intent: Intent,
    pub body: proto::Body,
    pub signatures: Vec<proto::Signature>,
}

impl Parsed {
    pub fn parse(bytes: &[u8]) -> Result<Self, Reason> {
        if bytes.len() > MAX_STATEMENT_BYTES {
            return Err(Reason::TooLarge);
        }
        let statement = proto::Statement::decode(bytes).map_err(|_| Reason::Malformed)?;
        // Nobody signs the wrapper, so it must have no room for anybody's additions.
        if statement.encode_to_vec() != bytes {
            return Err(Reason::Malformed);
        }
        let body = proto::Body::decode(statement.body.as_slice()).map_err(|_| Reason::Malformed)?;
        Ok(Self {
            bytes: bytes.into(),
            head: Head {
                epoch: body.epoch,
                seq: body.seq,
                hash: statement_hash(&statement.body),
            },
            account: or_empty(&body.account)?,
            prev: or_empty(&body.prev)?,
            intent: Intent::try_from(body.intent.as_slice()).map_err(|_| Reason::Malformed)?,
            body,
            signatures: statement.signatures,
        })
    }

    /// Whether its payload can be read at all.
    pub fn is_known_version(&self) -> bool {
        self.body.version == BODY_VERSION
    }

    /// Whether it claims to be a recovery, which alone may follow another statement than the last.
    pub fn is_recover(&self) -> bool {
        self.is_known_version() && self.body.kind == StatementKind::Recover as u32
    }
}

fn or_empty<'a, T: TryFrom<&'a [u8]>>(bytes: &'a [u8]) -> Result<Option<T>, Reason> {
    if bytes.is_empty() {
        return Ok(None);
    }
    match T::try_from(bytes) {
        Ok(id) => Ok(Some(id)),
        Err(_) => Err(Reason::Malformed),
    }
}
