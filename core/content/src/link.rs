//! Links and codes that people pass on: `sotto:` and what stands behind it.
//!
//! Form: `sotto:KIND/BASE64URL`, where KIND is `c` (contact), `i` (invitation of a new device), `d`
//! (request of a new device) or `s` (safety code), and the bytes are a protobuf message followed by
//! the first four bytes of its SHA-256, so that a link that lost its end is refused instead of half
//! understood.

use base64ct::{Base64UrlUnpadded, Encoding};
use prost::Message;
use sha2::{Digest, Sha256};
use sotto_wire::ids::{AccountId, Head, RelayKey};

use crate::proto;
use crate::text::displayable_name;

/// The version of links that this crate writes and reads.
pub const VERSION: u32 = 1;
const SCHEME: &str = "sotto:";
const MAX_LINK: usize = 4096;

/// Why a link is refused.
#[derive(Clone, Debug, thiserror::Error, PartialEq, Eq)]
pub enum LinkError {
    /// Not a link of this kind.
    #[error("this is not a sotto: link of the kind that is wanted here")]
    NotALink,
    /// Cut off or changed on the way.
    #[error("the link is damaged or incomplete; copy the whole of it")]
    Damaged,
    /// Made by a newer client.
    #[error("the link was made by a newer version of Sotto")]
    Newer,
}

/// How to reach an account for the first time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContactLink {
    /// URL of the account's relay.
    pub relay: String,
    /// The relay's key; another one is refused.
    pub relay_key: RelayKey,
    /// The account.
    pub account: AccountId,
    /// Its head when the link was made; a chain without it is refused.
    pub head: Head,
    /// What the account calls itself.
    pub name: String,
    /// Names the token at the relay.
    pub slot: [u8; 8],
    /// Leave to read the chain and to deliver.
    pub token: [u8; 32],
}

impl ContactLink {
    /// The link as text.
    #[must_use]
    pub fn to_text(&self) -> String {
        encode(
            'c',
            &proto::ContactLink {
                version: VERSION,
                relay: self.relay.clone(),
                relay_key: self.relay_key.as_bytes().to_vec(),
                account: self.account.as_bytes().to_vec(),
                head: Some(self.head.into()),
                name: self.name.clone(),
                slot: self.slot.to_vec(),
                token: self.token.to_vec(),
            },
        )
    }

    /// Reads a link.
    ///
    /// # Errors
    /// [`LinkError`] as its variants say.
    pub fn parse(text: &str) -> Result<Self, LinkError> {
        let link: proto::ContactLink = decode('c', text)?;
        if link.version != VERSION {
            return Err(LinkError::Newer);
        }
        Ok(Self {
            relay: link.relay,
            relay_key: RelayKey::try_from(link.relay_key.as_slice())
                .map_err(|_| LinkError::Damaged)?,
            account: AccountId::try_from(link.account.as_slice())
                .map_err(|_| LinkError::Damaged)?,
            head: link
                .head
                .and_then(|head| Head::try_from(head).ok())
                .ok_or(LinkError::Damaged)?,
            name: displayable_name(&link.name),
            slot: link.slot.try_into().map_err(|_| LinkError::Damaged)?,
            token: link.token.try_into().map_err(|_| LinkError::Damaged)?,
        })
    }
}

/// Encodes any link message: `sotto:KIND/BASE64URL`.
#[must_use]
pub fn encode(kind: char, message: &impl Message) -> String {
    let mut bytes = message.encode_to_vec();
    let check = checksum(&bytes);
    bytes.extend_from_slice(&check);
    format!(
        "{SCHEME}{kind}/{}",
        Base64UrlUnpadded::encode_string(&bytes)
    )
}

/// Decodes a link message of one kind. White space around it and line breaks within, as mail
/// programs put them there, are forgiven.
///
/// # Errors
/// [`LinkError`] as its variants say.
pub fn decode<M: Message + Default>(kind: char, text: &str) -> Result<M, LinkError> {
    let text: String = text
        .chars()
        .filter(|c| !c.is_whitespace())
        .take(MAX_LINK + 1)
        .collect();
    let body = text
        .strip_prefix(SCHEME)
        .and_then(|rest| rest.strip_prefix(kind))
        .and_then(|rest| rest.strip_prefix('/'))
        .ok_or(LinkError::NotALink)?;
    if text.len() > MAX_LINK {
        return Err(LinkError::Damaged);
    }
    let bytes = Base64UrlUnpadded::decode_vec(body).map_err(|_| LinkError::Damaged)?;
    let (message, check) = bytes.split_last_chunk::<4>().ok_or(LinkError::Damaged)?;
    if checksum(message) != *check {
        return Err(LinkError::Damaged);
    }
    M::decode(message).map_err(|_| LinkError::Damaged)
}

fn checksum(bytes: &[u8]) -> [u8; 4] {
    let hash: [u8; 32] = Sha256::digest(bytes).into();
    [hash[0], hash[1], hash[2], hash[3]]
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use sotto_wire::ids::StatementHash;

    fn link() -> ContactLink {
        ContactLink {
            relay: "http://127.0.0.1:8420".into(),
            relay_key: RelayKey::from([1; 32]),
            account: AccountId::from([2; 32]),
            head: Head {
                epoch: 0,
                seq: 3,
                hash: StatementHash::from([3; 32]),
            },
            name: "Ada".into(),
            slot: [4; 8],
            token: [5; 32],
        }
    }

    #[test]
    fn a_link_survives_mail_and_refuses_damage() {
        let text = link().to_text();
        assert_eq!(ContactLink::parse(&text).unwrap(), link());
        let (left, right) = text.split_at(40);
        assert_eq!(
            ContactLink::parse(&format!(" {left}\r\n {right}\n")).unwrap(),
            link()
        );
        for end in 8..text.len() {
            assert!(ContactLink::parse(&text[..end]).is_err(), "cut at {end}");
        }
        assert_eq!(
            ContactLink::parse("https://example.org"),
            Err(LinkError::NotALink)
        );
    }

    #[test]
    fn names_of_others_cannot_rearrange_the_screen() {
        let hostile = ContactLink {
            name: "Eve\u{202e}\n\u{7}x".into(),
            ..link()
        };
        assert_eq!(ContactLink::parse(&hostile.to_text()).unwrap().name, "Evex");
    }
}
