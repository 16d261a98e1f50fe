//! libsignal's stores, on the live transaction.
//!
//! Nothing is kept in memory: every call reads and writes the rows. libsignal may answer a fault of
//! ours with an error that looks like a bad message, so the first fault is kept here and wins.

use std::cell::RefCell;

use async_trait::async_trait;
use libsignal_protocol::{
    Direction, GenericSignedPreKey, IdentityChange, IdentityKey, IdentityKeyPair, IdentityKeyStore,
    KyberPreKeyId, KyberPreKeyRecord, KyberPreKeyStore, PreKeyId, PreKeyRecord, PreKeyStore,
    ProtocolAddress, PublicKey, SessionRecord, SessionStore, SignalProtocolError, SignedPreKeyId,
    SignedPreKeyRecord, SignedPreKeyStore,
};
use sotto_wire::ids::MailboxId;

use super::border::REGISTRATION;
use super::error::{CryptoError, Fault};
use super::keys::DeviceKeys;
use super::peer;
use super::record::Record;
use crate::clock::Now;
use crate::store::tables::{chains, pre_keys, sessions};
use crate::store::{StoreError, Tx};

type Answer<T> = Result<T, SignalProtocolError>;

/// The transaction that libsignal works on, and the first fault that it met there.
pub(super) struct Ground<'a, 'c> {
    tx: RefCell<&'a mut Tx<'c>>,
    keys: &'a DeviceKeys,
    now: Now,
    fault: RefCell<Option<CryptoError>>,
}

/// One of libsignal's stores. It wants five at once, each by its own mutable reference: they are
/// five handles on the same ground.
#[derive(Clone, Copy)]
pub(super) struct Adapter<'g, 'a, 'c>(&'g Ground<'a, 'c>);

impl<'a, 'c> Ground<'a, 'c> {
    pub(super) fn new(tx: &'a mut Tx<'c>, keys: &'a DeviceKeys, now: Now) -> Self {
        Self {
            tx: RefCell::new(tx),
            keys,
            now,
            fault: RefCell::new(None),
        }
    }

    pub(super) fn adapter(&self) -> Adapter<'_, 'a, 'c> {
        Adapter(self)
    }

    /// What really happened: a fault of the ground, or else what libsignal answered.
    pub(super) fn verdict<T>(&self, answer: Result<T, CryptoError>) -> Result<T, CryptoError> {
        match self.fault.take() {
            Some(fault) => Err(fault),
            None => answer,
        }
    }

    fn with<T>(&self, work: impl FnOnce(&mut Tx<'c>) -> Result<T, CryptoError>) -> Answer<T> {
        let mut tx = self.tx.try_borrow_mut().map_err(|_| give_up())?;
        work(&mut tx).map_err(|error| {
            self.fault.borrow_mut().get_or_insert(error);
            give_up()
        })
    }

    fn row<T>(&self, work: impl FnOnce(&mut Tx<'c>) -> Result<T, StoreError>) -> Answer<T> {
        self.with(|tx| Ok(work(tx)?))
    }

    /// Whether the verified chain holds this device as active with exactly this key.
    fn is_trusted(&self, address: &ProtocolAddress, identity: &IdentityKey) -> Answer<bool> {
        self.with(|tx| {
            let device = chains::device(tx, &peer::mailbox(address)?)?;
            Ok(device.is_some_and(|device| {
                device.active && device.identity_key == identity.serialize().as_ref()
            }))
        })
    }
}

/// Ends what libsignal is doing. Whoever called it asks for the verdict.
fn give_up() -> SignalProtocolError {
    SignalProtocolError::InvalidState("store", String::new())
}

#[async_trait(?Send)]
impl IdentityKeyStore for Adapter<'_, '_, '_> {
    async fn get_identity_key_pair(&self) -> Answer<IdentityKeyPair> {
        self.0.with(|_| self.0.keys.identity_pair())
    }

    async fn get_local_registration_id(&self) -> Answer<u32> {
        Ok(REGISTRATION)
    }

    /// The chain alone names keys: it only can be the same, and nothing is written.
    async fn save_identity(
        &mut self,
        address: &ProtocolAddress,
        identity: &IdentityKey,
    ) -> Answer<IdentityChange> {
        if !self.0.is_trusted(address, identity)? {
            return Err(SignalProtocolError::UntrustedIdentity(address.clone()));
        }
        Ok(IdentityChange::NewOrUnchanged)
    }

    async fn is_trusted_identity(
        &self,
        address: &ProtocolAddress,
        identity: &IdentityKey,
        _direction: Direction,
    ) -> Answer<bool> {
        self.0.is_trusted(address, identity)
    }

    async fn get_identity(&self, address: &ProtocolAddress) -> Answer<Option<IdentityKey>> {
        self.0.with(|tx| {
            let device = chains::device(tx, &peer::mailbox(address)?)?;
            Ok(device
                .map(|device| IdentityKey::decode(&device.identity_key))
                .transpose()?)
        })
    }
}

#[async_trait(?Send)]
impl SessionStore for Adapter<'_, '_, '_> {
    async fn load_session(&self, address: &ProtocolAddress) -> Answer<Option<SessionRecord>> {
        self.0.with(|tx| {
            let record = sessions::load(tx, &peer::mailbox(address)?)?;
            Ok(record
                .map(|bytes| SessionRecord::deserialize(&bytes))
                .transpose()?)
        })
    }

    async fn store_session(
        &mut self,
        address: &ProtocolAddress,
        record: &SessionRecord,
    ) -> Answer<()> {
        self.0.with(|tx| {
            store_session(
                tx,
                &peer::mailbox(address)?,
                &Record::decode(&record.serialize()?)?,
            )
        })
    }
}

/// The one place where sessions are written; what is too old is left out.
pub(super) fn store_session(
    tx: &mut Tx<'_>,
    mailbox: &MailboxId,
    record: &Record,
) -> Result<(), CryptoError> {
    Ok(sessions::store(tx, mailbox, &record.encode())?)
}

#[async_trait(?Send)]
impl PreKeyStore for Adapter<'_, '_, '_> {
    async fn get_pre_key(&self, id: PreKeyId) -> Answer<PreKeyRecord> {
        let record = self.0.row(|tx| pre_keys::one_time(tx, id.into()))?;
        PreKeyRecord::deserialize(&record.ok_or(SignalProtocolError::InvalidPreKeyId)?)
    }

    async fn save_pre_key(&mut self, _id: PreKeyId, _record: &PreKeyRecord) -> Answer<()> {
        self.0
            .with(|_| Err(CryptoError::Bug("libsignal wants to make a pre-key")))
    }

    async fn remove_pre_key(&mut self, id: PreKeyId) -> Answer<()> {
        self.0.row(|tx| pre_keys::delete_one_time(tx, id.into()))
    }
}

#[async_trait(?Send)]
impl SignedPreKeyStore for Adapter<'_, '_, '_> {
    async fn get_signed_pre_key(&self, id: SignedPreKeyId) -> Answer<SignedPreKeyRecord> {
        let record = self.0.row(|tx| pre_keys::signed(tx, id.into()))?;
        SignedPreKeyRecord::deserialize(&record.ok_or(SignalProtocolError::InvalidSignedPreKeyId)?)
    }

    async fn save_signed_pre_key(
        &mut self,
        _id: SignedPreKeyId,
        _record: &SignedPreKeyRecord,
    ) -> Answer<()> {
        self.0
            .with(|_| Err(CryptoError::Bug("libsignal wants to make a pre-key")))
    }
}

#[async_trait(?Send)]
impl KyberPreKeyStore for Adapter<'_, '_, '_> {
    async fn get_kyber_pre_key(&self, id: KyberPreKeyId) -> Answer<KyberPreKeyRecord> {
        let record = self.0.row(|tx| pre_keys::kem(tx, id.into()))?;
        KyberPreKeyRecord::deserialize(&record.ok_or(SignalProtocolError::InvalidKyberPreKeyId)?)
    }

    async fn save_kyber_pre_key(
        &mut self,
        _id: KyberPreKeyId,
        _record: &KyberPreKeyRecord,
    ) -> Answer<()> {
        self.0
            .with(|_| Err(CryptoError::Bug("libsignal wants to make a pre-key")))
    }

    /// A one-time key goes; the use of a last-resort key is remembered, or a first message could
    /// be played again once its session is gone.
    async fn mark_kyber_pre_key_used(
        &mut self,
        id: KyberPreKeyId,
        signed_id: SignedPreKeyId,
        base_key: &PublicKey,
    ) -> Answer<()> {
        let now = self.0.now.ms();
        self.0
            .with(|tx| match pre_keys::is_last_resort(tx, id.into())? {
                Some(false) => Ok(pre_keys::delete_kem(tx, id.into())?),
                Some(true)
                    if pre_keys::use_last_resort(
                        tx,
                        id.into(),
                        signed_id.into(),
                        &base_key.serialize(),
                        now,
                    )? =>
                {
                    Ok(())
                }
                Some(true) => Err(Fault::Replay.into()),
                None => Err(CryptoError::Bug("a pre-key went while it was used")),
            })
    }
}
