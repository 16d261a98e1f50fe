//! Who must have signed a statement.

use super::parse::Parsed;
use super::state::State;
use super::{Checks, Payload, Reason};
use crate::ids::{MailboxId, StatementHash};
use crate::{proto, sign};

/// Label of the signatures on a statement; the statement's hash follows.
pub(super) const LABEL: &[u8] = b"sotto/chain-sig/v1";

/// Verifies that a statement carries exactly the signatures that it needs, by those who have a say
/// in `state`, which is what holds before it (or, for a genesis, after it).
pub(super) fn check(
    parsed: &Parsed,
    payload: &Payload,
    state: &State,
    checks: Checks,
) -> Result<(), Reason> {
    let hash = &parsed.head.hash;
    match (payload, parsed.signatures.as_slice()) {
        (Payload::Recover { .. }, [recovery]) => by_recovery(recovery, hash, state, checks),
        (Payload::SetRecovery(_), [device, recovery]) => {
            by_device(device, hash, state, checks)?;
            by_recovery(recovery, hash, state, checks)
        }
        (Payload::Recover { .. } | Payload::SetRecovery(_), _) => Err(Reason::WrongSigners),
        (_, [device]) => by_device(device, hash, state, checks),
        _ => Err(Reason::WrongSigners),
    }
}

/// Whether anybody with a say has signed. This much can be asked of a statement that cannot be
/// understood, so that nobody else can stop an account by making one up.
pub(super) fn check_any(parsed: &Parsed, state: &State, checks: Checks) -> Result<(), Reason> {
    let hash = &parsed.head.hash;
    let signed = parsed.signatures.iter().any(|signature| {
        by_device(signature, hash, state, checks).is_ok()
            || by_recovery(signature, hash, state, checks).is_ok()
    });
    if signed {
        Ok(())
    } else {
        Err(Reason::BadSignature)
    }
}

/// Whether the recovery key has signed, whoever else has.
pub(super) fn has_recovery(parsed: &Parsed, state: &State, checks: Checks) -> bool {
    let mut signatures = parsed.signatures.iter();
    signatures.any(|signature| by_recovery(signature, &parsed.head.hash, state, checks).is_ok())
}

fn by_device(
    signature: &proto::Signature,
    hash: &StatementHash,
    state: &State,
    checks: Checks,
) -> Result<(), Reason> {
    if signature.mailbox.is_empty() {
        return Err(Reason::WrongSigners);
    }
    let mailbox =
        MailboxId::try_from(signature.mailbox.as_slice()).map_err(|_| Reason::Malformed)?;
    let signer = state.device(&mailbox).ok_or(Reason::NotSigner)?;
    holds(&signer.signing_key, hash, &signature.signature, checks)
}

fn by_recovery(
    signature: &proto::Signature,
    hash: &StatementHash,
    state: &State,
    checks: Checks,
) -> Result<(), Reason> {
    if !signature.mailbox.is_empty() {
        return Err(Reason::WrongSigners);
    }
    holds(&state.recovery_key, hash, &signature.signature, checks)
}

fn holds(
    key: &[u8; 32],
    hash: &StatementHash,
    signature: &[u8],
    checks: Checks,
) -> Result<(), Reason> {
    match checks {
        Checks::All => Ok(sign::verify(key, LABEL, &[hash.as_bytes()], signature)?),
        Checks::Replay => Ok(()),
    }
}
