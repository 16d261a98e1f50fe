//! Our pre-keys: made here, published by the engine, used up by others.

use libsignal_protocol::{
    GenericSignedPreKey, KeyPair, KyberPreKeyRecord, PreKeyRecord, SignedPreKeyRecord, Timestamp,
    kem,
};
use sotto_wire::bundle::{LABEL, transcript};
use sotto_wire::proto::{OneTimeKemKey, OneTimeKey, PublishKeys, SignedKeys};
use sotto_wire::sign;

use super::error::CryptoError;
use super::keys::DeviceKeys;
use crate::clock::{DAY, Now};
use crate::random::Random;
use crate::store::Tx;
use crate::store::tables::pre_keys as table;

/// One-time elliptic-curve keys that a relay should hold.
pub(crate) const ONE_TIME: u32 = 100;
/// One-time KEM keys that a relay should hold; each is 1.6 KB.
pub(crate) const ONE_TIME_KEM: u32 = 20;
/// How long a private half lives after its key was replaced: a first message may be on its way.
const KEPT: u64 = 60 * DAY;

/// A new generation: signed key, last-resort key and a full set of one-time keys, which replace
/// what was published before. The old private halves stay until [`expire`].
///
/// # Errors
/// [`CryptoError::Store`].
pub(crate) fn generate(
    tx: &mut Tx<'_>,
    random: &mut Random,
    keys: &DeviceKeys,
    generation: u64,
    now: Now,
) -> Result<PublishKeys, CryptoError> {
    let mut maker = Maker {
        tx,
        random,
        keys,
        now,
    };
    Ok(PublishKeys {
        keys: Some(maker.signed(generation)?),
        one_time: maker.many(ONE_TIME, Maker::one_time)?,
        one_time_kem: maker.many(ONE_TIME_KEM, Maker::one_time_kem)?,
        replace: true,
    })
}

/// The newest signed keys once more, for another relay, with one-time keys that no other relay has:
/// each of them is handed out once. `None` if there are none yet.
///
/// # Errors
/// [`CryptoError::Store`]; libsignal's for a damaged record.
pub(crate) fn again(
    tx: &mut Tx<'_>,
    random: &mut Random,
    keys: &DeviceKeys,
    generation: u64,
    now: Now,
) -> Result<Option<PublishKeys>, CryptoError> {
    let (Some((signed_id, signed)), Some((last_resort_id, last_resort))) =
        (table::last_signed(tx)?, table::last_resort(tx)?)
    else {
        return Ok(None);
    };
    let signed = SignedPreKeyRecord::deserialize(&signed)?;
    let last_resort = KyberPreKeyRecord::deserialize(&last_resort)?;
    let public = SignedKeys {
        generation,
        signed_id,
        signed_key: signed.public_key()?.serialize().into_vec(),
        signed_signature: signed.signature()?,
        last_resort_id,
        last_resort_key: last_resort.public_key()?.serialize().into_vec(),
        last_resort_signature: last_resort.signature()?,
        signature: Vec::new(),
    };
    let mut maker = Maker {
        tx,
        random,
        keys,
        now,
    };
    Ok(Some(PublishKeys {
        keys: Some(maker.vouch(public)),
        one_time: maker.many(ONE_TIME, Maker::one_time)?,
        one_time_kem: maker.many(ONE_TIME_KEM, Maker::one_time_kem)?,
        replace: true,
    }))
}

/// More one-time keys, once the relay has less than half of either kind; `have_ec` and `have_kem`
/// are what it holds.
///
/// # Errors
/// [`CryptoError::Store`].
pub(crate) fn top_up(
    tx: &mut Tx<'_>,
    random: &mut Random,
    keys: &DeviceKeys,
    have_ec: u32,
    have_kem: u32,
    now: Now,
) -> Result<Option<PublishKeys>, CryptoError> {
    if have_ec >= ONE_TIME / 2 && have_kem >= ONE_TIME_KEM / 2 {
        return Ok(None);
    }
    let mut maker = Maker {
        tx,
        random,
        keys,
        now,
    };
    Ok(Some(PublishKeys {
        keys: None,
        one_time: maker.many(ONE_TIME.saturating_sub(have_ec), Maker::one_time)?,
        one_time_kem: maker.many(ONE_TIME_KEM.saturating_sub(have_kem), Maker::one_time_kem)?,
        replace: false,
    }))
}

/// Deletes private halves whose keys were replaced 60 days ago, and what need not be remembered of
/// first messages any more.
///
/// # Errors
/// [`CryptoError::Store`].
pub(crate) fn expire(tx: &mut Tx<'_>, now: Now) -> Result<(), CryptoError> {
    table::delete_replaced(tx, now.ms().saturating_sub(KEPT))?;
    Ok(table::delete_first_messages(
        tx,
        now.ms().saturating_sub(DAY),
    )?)
}

/// A new generation after a restored file: the relay may have given away keys that this copy does
/// not know of, so all private halves go at once.
///
/// # Errors
/// [`CryptoError::Store`].
pub(crate) fn replace_all(
    tx: &mut Tx<'_>,
    random: &mut Random,
    keys: &DeviceKeys,
    generation: u64,
    now: Now,
) -> Result<PublishKeys, CryptoError> {
    table::delete_all(tx)?;
    generate(tx, random, keys, generation, now)
}

struct Maker<'a, 'c> {
    tx: &'a mut Tx<'c>,
    random: &'a mut Random,
    keys: &'a DeviceKeys,
    now: Now,
}

impl Maker<'_, '_> {
    fn many<T>(
        &mut self,
        count: u32,
        make: impl Fn(&mut Self) -> Result<T, CryptoError>,
    ) -> Result<Vec<T>, CryptoError> {
        (0..count).map(|_| make(self)).collect()
    }

    fn signed(&mut self, generation: u64) -> Result<SignedKeys, CryptoError> {
        let id = table::reserve_signed(self.tx, self.now.ms())?.ok_or(NO_ID)?;
        let pair = KeyPair::generate(self.random);
        let public = pair.public_key.serialize();
        let signature = self.keys.identity_sign(&public, self.random)?;
        let record = SignedPreKeyRecord::new(id.into(), self.timestamp(), &pair, &signature);
        table::fill_signed(self.tx, id, &record.serialize()?)?;
        let (last_resort_id, last_resort_key, last_resort_signature) = self.kem(true)?;
        Ok(self.vouch(SignedKeys {
            generation,
            signed_id: id,
            signed_key: public.into_vec(),
            signed_signature: signature,
            last_resort_id,
            last_resort_key,
            last_resort_signature,
            signature: Vec::new(),
        }))
    }

    fn vouch(&self, mut keys: SignedKeys) -> SignedKeys {
        let signed = transcript(&self.keys.mailbox(), &keys);
        keys.signature = sign::sign(self.keys.signer(), LABEL, &[&signed]).to_vec();
        keys
    }

    fn one_time(&mut self) -> Result<OneTimeKey, CryptoError> {
        let id = table::reserve_one_time(self.tx, self.now.ms())?.ok_or(NO_ID)?;
        let pair = KeyPair::generate(self.random);
        table::fill_one_time(
            self.tx,
            id,
            &PreKeyRecord::new(id.into(), &pair).serialize()?,
        )?;
        Ok(OneTimeKey {
            id,
            key: pair.public_key.serialize().into_vec(),
        })
    }

    fn one_time_kem(&mut self) -> Result<OneTimeKemKey, CryptoError> {
        let (id, key, signature) = self.kem(false)?;
        Ok(OneTimeKemKey { id, key, signature })
    }

    /// Kyber-1024 is what PQXDH is defined with. libsignal could make the record by itself, but
    /// would take randomness and time from elsewhere.
    fn kem(&mut self, last_resort: bool) -> Result<(u32, Vec<u8>, Vec<u8>), CryptoError> {
        let id = table::reserve_kem(self.tx, last_resort, self.now.ms())?.ok_or(NO_ID)?;
        let pair = kem::KeyPair::generate(kem::KeyType::Kyber1024, self.random);
        let public = pair.public_key.serialize();
        let signature = self.keys.identity_sign(&public, self.random)?;
        let record = KyberPreKeyRecord::new(id.into(), self.timestamp(), &pair, &signature);
        table::fill_kem(self.tx, id, &record.serialize()?)?;
        Ok((id, public.into_vec(), signature))
    }

    fn timestamp(&self) -> Timestamp {
        Timestamp::from_epoch_millis(self.now.ms())
    }
}

const NO_ID: CryptoError = CryptoError::Bug("the database gave no id");
