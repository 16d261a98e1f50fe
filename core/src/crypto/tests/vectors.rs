//! What this floor composes by itself, against the vectors in `tests/vectors`, which another
//! implementation has computed from docs/protocol.md alone.

use super::*;
use crate::crypto::{Recovery, padding, plaintext};

#[path = "../../../../tests/vectors/load.rs"]
#[allow(clippy::duplicate_mod, reason = "the engine's tests read it too")]
mod load;
use load::File;

#[test]
fn recovery_keys() {
    for case in File::read("names.json").cases("recovery") {
        let recovery = Recovery::from_seed(&case.array("seed")).unwrap();
        let seed = recovery.signer().to_bytes();
        assert_eq!(seed.as_slice(), case.bytes("recovery_seed"));
        assert_eq!(recovery.public().as_slice(), case.bytes("recovery_key"));
        let backup = recovery.backup_public().unwrap();
        assert_eq!(backup.as_slice(), case.bytes("backup_key"));
    }
}

#[test]
fn certificates() {
    for case in File::read("seals.json").cases("certificate") {
        let (identity, signing) = (case.bytes("identity_private"), case.bytes("signing_seed"));
        let keys = DeviceKeys::from_secrets(&identity, &signing).unwrap();
        let certificate = certificate::own(&keys).unwrap();
        assert_eq!(certificate.serialized().unwrap(), case.bytes("bytes"));
        let named = certificate::named_key(&certificate).unwrap();
        assert_eq!(named, case.bytes("identity_key"));
    }
}

#[test]
fn zeros_behind_the_header() {
    for case in File::read("seals.json").cases("sizes") {
        // The framed header: its length before it.
        let header = case.length("header") + 4;
        let needed = padding::needed(case.length("certificate"), case.length("contents"), header);
        let zeros = case.maybe("zeros").map(|n| usize::try_from(n).unwrap());
        assert_eq!(needed.ok(), zeros, "{header}");
    }
}

#[test]
fn frames_of_retry_requests() {
    for case in File::read("contents.json").cases("retry") {
        let bytes = case.bytes("bytes");
        let body = &bytes[1..bytes.len() - 1];
        assert_eq!(plaintext::frame(body), bytes);
    }
}
