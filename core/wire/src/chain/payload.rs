//! What a statement says.

use prost::Message;

use super::{HomeRelay, Reason};
use crate::ids::{MailboxId, StatementHash};
use crate::proto::{self, StatementKind as Code, recovered_device};

/// What a statement says, before it is known whether it may.
#[derive(Clone, Debug, PartialEq)]
pub enum Payload {
    /// Founds the account.
    Genesis {
        /// The first device; its proofs are over 32 zeros in place of the account.
        device: proto::ProvenDevice,
        /// Ed25519.
        recovery_key: [u8; 32],
    },
    /// Adds a device.
    Add(proto::ProvenDevice),
    /// Removes a device; it may say so itself.
    Remove(MailboxId),
    /// Removes one device and adds another.
    Replace {
        /// The active device that goes.
        old: MailboxId,
        /// The one that comes.
        new: proto::ProvenDevice,
    },
    /// Sets a new recovery key.
    SetRecovery([u8; 32]),
    /// Opens a new epoch after `parent` and voids what else followed it.
    Recover {
        /// The last statement that stays; equal to the body's `prev`.
        parent: StatementHash,
        /// Every device that is active from here on. About four fresh ones fit into a statement,
        /// more are added afterwards.
        devices: Vec<Listed>,
        /// Ed25519; the old key if it is to stay.
        recovery_key: [u8; 32],
    },
    /// Says at which relays the account lives.
    Home(Vec<HomeRelay>),
    /// Ends the account.
    Close,
    /// A kind of the future.
    Other {
        /// Its number.
        kind: u32,
        /// Whether it must be understood.
        critical: bool,
        /// Its payload.
        payload: Vec<u8>,
    },
}

/// A device in a recovery.
#[derive(Clone, Debug, PartialEq)]
pub enum Listed {
    /// One that the line has proven at or before the parent.
    Known(MailboxId),
    /// A new one, with its proofs.
    Fresh(proto::ProvenDevice),
}

impl Payload {
    /// The number of this kind, a [`proto::StatementKind`] where it has a name.
    #[must_use]
    pub const fn kind(&self) -> u32 {
        let code = match self {
            Self::Genesis { .. } => Code::Genesis,
            Self::Add(_) => Code::Add,
            Self::Remove(_) => Code::Remove,
            Self::Replace { .. } => Code::Replace,
            Self::SetRecovery(_) => Code::SetRecovery,
            Self::Recover { .. } => Code::Recover,
            Self::Home(_) => Code::Home,
            Self::Close => Code::Close,
            Self::Other { kind, .. } => return *kind,
        };
        code as u32
    }

    /// Whether a program that does not know this kind has to stop. Every kind of version 1 says so.
    #[must_use]
    pub const fn critical(&self) -> bool {
        match self {
            Self::Other { critical, .. } => *critical,
            _ => true,
        }
    }

    /// The payload's bytes.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        match self {
            Self::Genesis {
                device,
                recovery_key,
            } => proto::Genesis {
                device: Some(device.clone()),
                recovery_key: recovery_key.to_vec(),
            }
            .encode_to_vec(),
            Self::Add(device) => proto::Add {
                device: Some(device.clone()),
            }
            .encode_to_vec(),
            Self::Remove(mailbox) => proto::Remove {
                mailbox: mailbox.to_vec(),
            }
            .encode_to_vec(),
            Self::Replace { old, new } => proto::Replace {
                old: old.to_vec(),
                new: Some(new.clone()),
            }
            .encode_to_vec(),
            Self::SetRecovery(key) => proto::SetRecovery {
                recovery_key: key.to_vec(),
            }
            .encode_to_vec(),
            Self::Recover {
                parent,
                devices,
                recovery_key,
            } => proto::Recover {
                parent: parent.to_vec(),
                devices: devices.iter().map(Listed::to_proto).collect(),
                recovery_key: recovery_key.to_vec(),
            }
            .encode_to_vec(),
            Self::Home(relays) => proto::Home {
                relays: relays
                    .iter()
                    .map(|relay| proto::HomeRelay {
                        url: relay.url.clone(),
                        relay_key: relay.relay_key.to_vec(),
                    })
                    .collect(),
            }
            .encode_to_vec(),
            Self::Close => proto::Close {}.encode_to_vec(),
            Self::Other { payload, .. } => payload.clone(),
        }
    }

    /// Reads a payload that was kept apart from its body, as [`Payload::encode`] made it.
    ///
    /// # Errors
    /// [`Reason`] if it is none of this kind.
    pub fn from_parts(kind: Code, bytes: &[u8]) -> Result<Self, Reason> {
        Self::decode(&proto::Body {
            kind: kind as u32,
            critical: true,
            payload: bytes.to_vec(),
            ..proto::Body::default()
        })
    }

    /// Reads the payload of a body of version 1. Keys that stand for themselves, relays and lengths
    /// are checked here; whether the statement may say this is for [`super::apply`].
    pub(super) fn decode(body: &proto::Body) -> Result<Self, Reason> {
        let bytes = body.payload.as_slice();
        let known = i32::try_from(body.kind)
            .ok()
            .and_then(|code| Code::try_from(code).ok());
        Ok(match known {
            Some(Code::Unspecified) => return Err(Reason::Malformed),
            Some(Code::Genesis) => {
                let genesis: proto::Genesis = read(bytes)?;
                Self::Genesis {
                    device: genesis.device.ok_or(Reason::Malformed)?,
                    recovery_key: crate::sign::check_signing_key(&genesis.recovery_key)?,
                }
            }
            Some(Code::Add) => {
                let add: proto::Add = read(bytes)?;
                Self::Add(add.device.ok_or(Reason::Malformed)?)
            }
            Some(Code::Remove) => {
                let remove: proto::Remove = read(bytes)?;
                Self::Remove(mailbox(&remove.mailbox)?)
            }
            Some(Code::Replace) => {
                let replace: proto::Replace = read(bytes)?;
                Self::Replace {
                    old: mailbox(&replace.old)?,
                    new: replace.new.ok_or(Reason::Malformed)?,
                }
            }
            Some(Code::SetRecovery) => {
                let set: proto::SetRecovery = read(bytes)?;
                Self::SetRecovery(crate::sign::check_signing_key(&set.recovery_key)?)
            }
            Some(Code::Recover) => {
                let recover: proto::Recover = read(bytes)?;
                Self::Recover {
                    parent: StatementHash::try_from(recover.parent.as_slice())
                        .map_err(|_| Reason::Malformed)?,
                    devices: recover
                        .devices
                        .into_iter()
                        .map(Listed::from_proto)
                        .collect::<Result<_, _>>()?,
                    recovery_key: crate::sign::check_signing_key(&recover.recovery_key)?,
                }
            }
            Some(Code::Home) => Self::Home(super::home::check(&read(bytes)?)?),
            Some(Code::Close) => {
                let proto::Close {} = read(bytes)?;
                Self::Close
            }
            None => Self::Other {
                kind: body.kind,
                critical: body.critical,
                payload: body.payload.clone(),
            },
        })
    }
}

impl Listed {
    fn to_proto(&self) -> proto::RecoveredDevice {
        let device = match self {
            Self::Known(mailbox) => recovered_device::Device::Known(mailbox.to_vec()),
            Self::Fresh(device) => recovered_device::Device::Fresh(device.clone()),
        };
        proto::RecoveredDevice {
            device: Some(device),
        }
    }

    fn from_proto(listed: proto::RecoveredDevice) -> Result<Self, Reason> {
        match listed.device {
            Some(recovered_device::Device::Known(bytes)) => Ok(Self::Known(mailbox(&bytes)?)),
            Some(recovered_device::Device::Fresh(device)) => Ok(Self::Fresh(device)),
            None => Err(Reason::Malformed),
        }
    }
}

fn read<M: Message + Default>(bytes: &[u8]) -> Result<M, Reason> {
    M::decode(bytes).map_err(|_| Reason::Malformed)
}

fn mailbox(bytes: &[u8]) -> Result<MailboxId, Reason> {
    MailboxId::try_from(bytes).map_err(|_| Reason::Malformed)
}
