//! The safety number of two accounts: what two people compare to know that nobody is in between.
//!
//! The sixty digits say who: they come from the two account ids alone and stay the same as long as
//! both accounts live. The twenty digits below say with which devices: they come from the heads of
//! both chains and change with every statement. A code holds both in full, for scanning.
//!
//! Each half of the sixty digits belongs to one account, so that whoever wants to stand in between
//! must find an account id whose thirty digits are those of one given person: about 10³⁰ tries of
//! 5,200 hashes each. The repetition makes every try dearer; it matters for people who compare only
//! a part.

use sha2::{Digest, Sha512};
use sotto_wire::ids::{AccountId, Head};

use crate::link::{self, LinkError};
use crate::proto;

/// Hashes behind each number.
const ROUNDS: u32 = 5_200;
/// Digits that are read and compared together.
pub const GROUP: usize = 5;
/// Groups of one account's half.
const GROUPS_OF_HALF: usize = 6;
/// Groups of the line of the heads.
const GROUPS_OF_HEADS: usize = 4;
/// Which `sotto:` code it is.
const KIND: char = 's';

/// The sixty digits of two accounts, the same on both sides.
#[must_use]
pub fn digits(one: &AccountId, other: &AccountId) -> String {
    let (low, high) = if one <= other {
        (one, other)
    } else {
        (other, one)
    };
    half(low) + &half(high)
}

/// The twenty digits of two accounts at their heads, the same on both sides while both know the
/// same of each other.
#[must_use]
pub fn heads(one: (&AccountId, &Head), other: (&AccountId, &Head)) -> String {
    let (low, high) = if one.0 <= other.0 {
        (one, other)
    } else {
        (other, one)
    };
    let both = [stand(low), stand(high)].concat();
    spell::<GROUPS_OF_HEADS>(&stretch(b"sotto/safety-heads/v1", &both))
}

/// The thirty digits of one account.
fn half(account: &AccountId) -> String {
    spell::<GROUPS_OF_HALF>(&stretch(b"sotto/safety/v1", account.as_bytes()))
}

/// Where an account stands, for hashing.
fn stand((account, head): (&AccountId, &Head)) -> Vec<u8> {
    [
        account.as_bytes().as_slice(),
        &head.epoch.to_be_bytes(),
        &head.seq.to_be_bytes(),
        head.hash.as_bytes(),
    ]
    .concat()
}

/// SHA-512 of label and input, then again and again of the result and the input.
fn stretch(label: &[u8], input: &[u8]) -> [u8; 64] {
    let mut hash: [u8; 64] = Sha512::new()
        .chain_update(label)
        .chain_update(input)
        .finalize()
        .into();
    for _ in 1..ROUNDS {
        hash = Sha512::new()
            .chain_update(hash)
            .chain_update(input)
            .finalize()
            .into();
    }
    hash
}

/// Five digits of each five bytes. That 100,000 does not divide 2⁴⁰ makes some of them more likely
/// than others, by less than one in ten million.
fn spell<const GROUPS: usize>(hash: &[u8; 64]) -> String {
    hash.chunks(GROUP)
        .take(GROUPS)
        .map(|bytes| {
            let number = bytes
                .iter()
                .fold(0_u64, |number, byte| number << 8 | u64::from(*byte));
            format!("{:05}", number % 100_000)
        })
        .collect()
}

/// What one person's screen shows for the other's camera.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SafetyCode {
    /// Whose screen it is.
    pub account: AccountId,
    /// The head of that account, as its own device has it.
    pub head: Head,
    /// Whom it is for.
    pub peer: AccountId,
    /// The head of that one as the screen's owner knows it; `None` while nothing is known.
    pub peer_head: Option<Head>,
}

impl SafetyCode {
    /// The code as text, for a QR code.
    #[must_use]
    pub fn to_text(&self) -> String {
        link::encode(
            KIND,
            &proto::SafetyCode {
                version: link::VERSION,
                account: self.account.to_vec(),
                head: Some(self.head.into()),
                peer: self.peer.to_vec(),
                peer_head: self.peer_head.map(Into::into),
            },
        )
    }

    /// Reads a code.
    ///
    /// # Errors
    /// [`LinkError`] as its variants say.
    pub fn parse(text: &str) -> Result<Self, LinkError> {
        let code: proto::SafetyCode = link::decode(KIND, text)?;
        if code.version != link::VERSION {
            return Err(LinkError::Newer);
        }
        let account = |bytes: &[u8]| AccountId::try_from(bytes).map_err(|_| LinkError::Damaged);
        let head =
            |head: sotto_wire::proto::Head| Head::try_from(head).map_err(|_| LinkError::Damaged);
        Ok(Self {
            account: account(&code.account)?,
            head: head(code.head.ok_or(LinkError::Damaged)?)?,
            peer: account(&code.peer)?,
            peer_head: code.peer_head.map(head).transpose()?,
        })
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use sotto_wire::ids::StatementHash;

    fn head(seq: u32) -> Head {
        Head {
            epoch: 0,
            seq,
            hash: StatementHash::new([7; 32]),
        }
    }

    #[test]
    fn both_sides_read_the_same_and_nobody_else_does() {
        let [ada, ben, eve] = [1, 2, 3].map(|byte| AccountId::new([byte; 32]));
        assert_eq!(digits(&ada, &ben), digits(&ben, &ada));
        assert_eq!(digits(&ada, &ben).len(), 60);
        assert_ne!(digits(&ada, &ben), digits(&ada, &eve));
        let line = heads((&ada, &head(1)), (&ben, &head(2)));
        assert_eq!(line, heads((&ben, &head(2)), (&ada, &head(1))));
        assert_eq!(line.len(), 20);
        assert_ne!(line, heads((&ada, &head(2)), (&ben, &head(1))));
        assert_ne!(line, heads((&ada, &head(1)), (&eve, &head(2))));
    }

    #[test]
    fn a_code_is_read_back_and_only_as_what_it_is() {
        let code = SafetyCode {
            account: AccountId::new([1; 32]),
            head: head(3),
            peer: AccountId::new([2; 32]),
            peer_head: None,
        };
        let text = code.to_text();
        assert_eq!(SafetyCode::parse(&text), Ok(code));
        let as_link = text.replacen("sotto:s/", "sotto:c/", 1);
        assert_eq!(SafetyCode::parse(&as_link), Err(LinkError::NotALink));
        for end in 8..text.len() {
            assert!(
                SafetyCode::parse(text.get(..end).unwrap()).is_err(),
                "{end}"
            );
        }
    }
}
