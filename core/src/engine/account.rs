//! How an account is born, how a device joins it, and the statements that its devices make.

use std::sync::Arc;

use ed25519_dalek::SigningKey;
use prost::Message;
use sotto_content::link::{self, ContactLink, LinkError};
use sotto_content::proto::{DeviceInvitation, DeviceRequest, LinkToken, RegisterKind};
use sotto_content::text::{check_name, displayable_name};
use sotto_wire::chain::{self, Chain, HomeRelay, Payload, build::Signer};
use sotto_wire::ids::{AccountId, Head, RelayKey};
use sotto_wire::proto::StatementKind;

use super::{Context, EngineError, Me, cards, chains, registers, routes};
use crate::clock::Now;
use crate::crypto::{DeviceKeys, Recovery};
use crate::model::Standing;
use crate::random::Random;
use crate::store::tables::{chains as chain_rows, contacts as contact_rows, intents, profile};
use crate::store::{Tx, View};

/// Who this profile is, if it is somebody yet.
pub(crate) fn load(view: &View<'_>) -> Result<Option<Me>, EngineError> {
    let (Some(profile), Some((identity, signing))) =
        (profile::load(view)?, profile::secrets(view)?)
    else {
        return Ok(None);
    };
    let keys = DeviceKeys::from_secrets(&identity, &signing)?;
    let account = profile
        .account
        .ok_or(EngineError::Bug("a profile without an account"))?;
    Ok(Some(Me {
        account,
        mailbox: keys.mailbox(),
        keys,
    }))
}

/// Founds an account whose home is this relay. It exists from here on, whether or not the relay
/// learns of it before a crash.
pub(crate) fn birth(
    tx: &mut Tx<'_>,
    mut random: Random,
    now: Now,
    name: &str,
    relay: (&RelayKey, &str),
) -> Result<Arc<Me>, EngineError> {
    check_name(name)?;
    if profile::load(tx)?.is_some() {
        return Err(EngineError::HasAccount);
    }
    let keys = DeviceKeys::generate(&mut random)?;
    let recovery = Recovery::generate(&mut random)?;
    let device = keys.prove(None, &mut random)?;
    let genesis = chain::build::genesis(device, recovery.public(), &random.bytes(), keys.signer())?;
    let first = Chain::verify(std::slice::from_ref(&genesis))?;
    let home = Payload::Home(vec![HomeRelay {
        url: relay.1.to_owned(),
        relay_key: *relay.0,
    }]);
    let home = chain::build::next(
        &first,
        &home,
        &random.bytes(),
        &[Signer::Device(keys.mailbox(), keys.signer())],
    )?;
    let me = Arc::new(Me {
        account: first.account(),
        mailbox: keys.mailbox(),
        keys,
    });
    create_profile(
        tx,
        &me,
        name,
        Standing::Unregistered,
        Some(&recovery),
        random.bytes(),
    )?;
    let mut cx = Context {
        me: me.clone(),
        random,
        now,
    };
    chains::learn(tx, &mut cx, &me.account, &[genesis, home])?;
    cards::begin(tx, &mut cx, name)?;
    // The relay learns of the first link at the first login, so that it can be given away offline.
    own_link(tx, &mut cx, None)?;
    Ok(me)
}

fn create_profile(
    tx: &mut Tx<'_>,
    me: &Me,
    name: &str,
    standing: Standing,
    recovery: Option<&Recovery>,
    incarnation: [u8; 8],
) -> Result<(), EngineError> {
    let (identity_secret, signing_secret) = me.keys.secrets();
    profile::create(
        tx,
        &profile::NewProfile {
            standing,
            account: Some(me.account),
            mailbox: me.mailbox,
            name: &displayable_name(name),
            identity_secret: &identity_secret,
            signing_secret: signing_secret.as_slice(),
            recovery_seed: recovery.map(|recovery| recovery.seed().as_slice()),
            incarnation,
        },
    )?;
    Ok(())
}

/// An invitation for a new device of this account. It gives leave to read the chain, no more.
pub(crate) fn invite(
    tx: &mut Tx<'_>,
    cx: &mut Context,
    home: Option<&RelayKey>,
) -> Result<String, EngineError> {
    let link = own_link(tx, cx, home)?;
    Ok(link::encode(
        'i',
        &DeviceInvitation {
            version: link::VERSION,
            account: link.account.to_vec(),
            relay: link.relay,
            relay_key: link.relay_key.to_vec(),
            head: Some(link.head.into()),
            slot: link.slot.to_vec(),
            token: link.token.to_vec(),
        },
    ))
}

/// Makes this profile a device that asks to join the account of an invitation; returns its request.
pub(crate) fn join(
    tx: &mut Tx<'_>,
    mut random: Random,
    invitation: &str,
    name: &str,
) -> Result<(Arc<Me>, String), EngineError> {
    check_name(name)?;
    if profile::load(tx)?.is_some() {
        return Err(EngineError::HasAccount);
    }
    let invitation: DeviceInvitation = link::decode('i', invitation)?;
    if invitation.version != link::VERSION {
        return Err(LinkError::Newer.into());
    }
    let damaged = |_| EngineError::Link(LinkError::Damaged);
    let account = AccountId::try_from(invitation.account.as_slice()).map_err(damaged)?;
    let relay_key = RelayKey::try_from(invitation.relay_key.as_slice()).map_err(damaged)?;
    let head = invitation.head.ok_or(LinkError::Damaged)?;
    let head = Head::try_from(head).map_err(damaged)?;
    let url = routes::check_address(&invitation.relay)?;
    let keys = DeviceKeys::generate(&mut random)?;
    let device = keys.prove(Some(&account), &mut random)?;
    let me = Arc::new(Me {
        account,
        mailbox: keys.mailbox(),
        keys,
    });
    create_profile(tx, &me, name, Standing::Joining, None, random.bytes())?;
    routes::remember(tx, &account, &[(relay_key, url)])?;
    let mut contact = contact_rows::Contact::unknown(account);
    contact.announced = Some(head);
    contact.delivery = match (invitation.slot.try_into(), invitation.token.try_into()) {
        (Ok(slot), Ok(secret)) => Some(contact_rows::DeliveryKey {
            slot,
            secret,
            version: 0,
            by_link: true,
        }),
        _ => return Err(LinkError::Damaged.into()),
    };
    contact_rows::put(tx, &contact)?;
    let request = DeviceRequest {
        version: link::VERSION,
        account: account.to_vec(),
        device: Some(device),
    };
    Ok((me, link::encode('d', &request)))
}

/// Means to add the device that made this request.
pub(crate) fn add_device(
    tx: &mut Tx<'_>,
    cx: &mut Context,
    request: &str,
) -> Result<[u8; 16], EngineError> {
    let request: DeviceRequest = link::decode('d', request)?;
    if request.version != link::VERSION {
        return Err(LinkError::Newer.into());
    }
    if request.account != cx.me.account.as_bytes() {
        return Err(EngineError::NotAllowed);
    }
    let device = request.device.ok_or(LinkError::Damaged)?;
    intend(tx, cx, &Payload::Add(device))
}

/// Means to make a statement: committed before it is posted, and signed anew on every head that it
/// is tried on.
pub(crate) fn intend(
    tx: &mut Tx<'_>,
    cx: &mut Context,
    payload: &Payload,
) -> Result<[u8; 16], EngineError> {
    intend_with(tx, cx, payload, None, None)
}

/// As [`intend`]; a list of homes names the one that it was made from, and where it is to be posted
/// if not at the first home.
pub(crate) fn intend_with(
    tx: &mut Tx<'_>,
    cx: &mut Context,
    payload: &Payload,
    base: Option<Vec<HomeRelay>>,
    via: Option<RelayKey>,
) -> Result<[u8; 16], EngineError> {
    active(tx)?;
    let chain = chains::load(tx, &cx.me.account)?.ok_or(EngineError::NoAccount)?;
    let id = cx.random.bytes();
    // Whatever no head would allow is refused now and not in the background.
    chain
        .extend(&[sign(tx, cx, &chain, payload, &id)?])
        .map_err(|_| EngineError::NotAllowed)?;
    let kind = i32::try_from(payload.kind()).map_err(|_| EngineError::NotAllowed)?;
    intents::add(
        tx,
        &intents::Intent {
            id,
            kind,
            payload: payload.encode(),
            base: base.map(|base| Payload::Home(base).encode()),
            via,
        },
        cx.now.ms(),
    )?;
    Ok(id)
}

/// Means to give the account a new recovery key. Its seed is kept before the statement leaves.
pub(crate) fn set_recovery(tx: &mut Tx<'_>, cx: &mut Context) -> Result<[u8; 16], EngineError> {
    if intents::is_open(tx, StatementKind::SetRecovery as i32)? {
        // Its seed is kept in the one place where this one's would be.
        return Err(EngineError::NotAllowed);
    }
    let next = Recovery::generate(&mut cx.random)?;
    profile::set_next_recovery_seed(tx, next.seed())?;
    intend(tx, cx, &Payload::SetRecovery(next.public()))
}

/// A statement of ours is on the chain, or never will be.
pub(crate) fn settle_intent(
    tx: &mut Tx<'_>,
    id: &[u8; 16],
    kind: i32,
    done: bool,
) -> Result<(), EngineError> {
    intents::finish(tx, id, done)?;
    if done && kind == StatementKind::SetRecovery as i32 {
        profile::promote_recovery_seed(tx)?;
    }
    Ok(())
}

/// The statement that an intent is on the present head.
pub(crate) fn sign(
    view: &View<'_>,
    cx: &Context,
    chain: &Chain,
    payload: &Payload,
    intent: &[u8; 16],
) -> Result<Vec<u8>, EngineError> {
    let device = Signer::Device(cx.me.mailbox, cx.me.keys.signer());
    if let Payload::SetRecovery(_) = payload {
        let key: SigningKey = recovery(view)?.signer().clone();
        return Ok(chain::build::next(
            chain,
            payload,
            intent,
            &[device, Signer::Recovery(&key)],
        )?);
    }
    Ok(chain::build::next(chain, payload, intent, &[device])?)
}

fn recovery(view: &View<'_>) -> Result<Recovery, EngineError> {
    let seed = profile::recovery_seed(view)?.ok_or(EngineError::NotAllowed)?;
    let seed: [u8; 32] = seed
        .try_into()
        .map_err(|_| EngineError::Bug("a recovery seed of a wrong length"))?;
    Ok(Recovery::from_seed(&seed)?)
}

/// Our link: the one that was not revoked, or a new one. It names `home` if that is one of ours,
/// else the first.
pub(crate) fn own_link(
    tx: &mut Tx<'_>,
    cx: &mut Context,
    home: Option<&RelayKey>,
) -> Result<ContactLink, EngineError> {
    let chain = chains::load(tx, &cx.me.account)?.ok_or(EngineError::NoAccount)?;
    let homes = chain.homes();
    let home = homes
        .iter()
        .find(|relay| Some(&relay.relay_key) == home)
        .or(homes.first())
        .cloned()
        .ok_or(EngineError::NoAccount)?;
    let token = match registers::links(tx)?
        .into_iter()
        .max_by_key(|(version, _)| *version)
    {
        Some((_, token)) => token,
        None => {
            let token = LinkToken {
                slot: cx.random.bytes::<8>().to_vec(),
                secret: cx.random.bytes::<32>().to_vec(),
                revoked: false,
            };
            registers::write(
                tx,
                cx,
                RegisterKind::Link,
                &token.slot,
                token.encode_to_vec(),
            )?;
            token
        }
    };
    let damaged = EngineError::Bug("a link token of a wrong length");
    Ok(ContactLink {
        relay: home.url,
        relay_key: home.relay_key,
        account: cx.me.account,
        head: chain.head(),
        name: cards::own_name(tx)?,
        slot: token.slot.try_into().map_err(|_| damaged.clone())?,
        token: token.secret.try_into().map_err(|_| damaged)?,
    })
}

/// Revokes every link: who has one can no longer use it for the first time.
pub(crate) fn revoke_links(tx: &mut Tx<'_>, cx: &mut Context) -> Result<(), EngineError> {
    for (_, token) in registers::links(tx)? {
        let revoked = LinkToken {
            slot: token.slot.clone(),
            secret: Vec::new(),
            revoked: true,
        };
        registers::write(
            tx,
            cx,
            RegisterKind::Link,
            &token.slot,
            revoked.encode_to_vec(),
        )?;
    }
    Ok(())
}

/// Fails unless this device may act for its account.
pub(crate) fn active(view: &View<'_>) -> Result<(), EngineError> {
    match profile::load(view)?.ok_or(EngineError::NoAccount)?.standing {
        Standing::Active | Standing::Unregistered => Ok(()),
        Standing::Joining | Standing::Cloned | Standing::Removed | Standing::Closed => {
            Err(EngineError::NotActive)
        }
    }
}

/// Fails where there is no account yet.
pub(crate) fn exists(view: &View<'_>) -> Result<(), EngineError> {
    profile::load(view)?.map(drop).ok_or(EngineError::NoAccount)
}

/// The head of our own chain.
pub(crate) fn own_head(view: &View<'_>, account: &AccountId) -> Result<Option<Head>, EngineError> {
    Ok(chain_rows::head(view, account)?.map(|(head, _)| head))
}
