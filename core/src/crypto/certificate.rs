//! The certificate that sealed sender wants of a sender.
//!
//! Nobody certifies anybody here. It carries the sending device's id and identity key to the
//! receiver, who believes its verified chain alone; so it names no issuer and holds no signature,
//! which leaves that much more room in the smallest size class.

use libsignal_protocol::SenderCertificate;
use prost::Message;

use super::error::{CryptoError, Fault};
use super::keys::DeviceKeys;

/// Mirror of libsignal's `SenderCertificate`.
#[derive(Clone, PartialEq, Message)]
struct Outer {
    #[prost(bytes = "vec", optional, tag = "1")]
    certificate: Option<Vec<u8>>,
    #[prost(bytes = "vec", optional, tag = "2")]
    signature: Option<Vec<u8>>,
}

/// Mirror of libsignal's `SenderCertificate.Certificate`.
#[derive(Clone, PartialEq, Message)]
struct Inner {
    #[prost(uint32, optional, tag = "2")]
    device: Option<u32>,
    #[prost(fixed64, optional, tag = "3")]
    expires: Option<u64>,
    #[prost(bytes = "vec", optional, tag = "4")]
    identity_key: Option<Vec<u8>>,
    #[prost(bytes = "vec", optional, tag = "7")]
    uuid: Option<Vec<u8>>,
    #[prost(uint32, optional, tag = "8")]
    signer: Option<u32>,
}

/// The certificate of this device, with which libsignal seals.
pub(super) fn own(keys: &DeviceKeys) -> Result<SenderCertificate, CryptoError> {
    let certificate = Inner {
        device: Some(1),
        expires: Some(0),
        identity_key: Some(keys.identity_key().to_vec()),
        uuid: Some(keys.mailbox().to_vec()),
        signer: Some(0),
    };
    let outer = Outer {
        certificate: Some(certificate.encode_to_vec()),
        signature: Some(Vec::new()),
    };
    Ok(SenderCertificate::deserialize(&outer.encode_to_vec())?)
}

/// The identity key as the certificate spells it; libsignal's own accessor would hide what follows
/// behind the key.
pub(super) fn named_key(certificate: &SenderCertificate) -> Result<Vec<u8>, CryptoError> {
    let inner = Inner::decode(certificate.certificate()?).map_err(|_| Fault::Malformed)?;
    Ok(inner.identity_key.ok_or(Fault::Malformed)?)
}
