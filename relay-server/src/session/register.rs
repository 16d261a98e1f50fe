//! Registration: an account becomes known here, with its whole chain, signed for by a device. The
//! chain need not name this relay as a home: it does so only when everything is ready here, and
//! nobody is sent to an empty house.

use sotto_wire::chain::{Chain, ChainError};
use sotto_wire::ids::{AccountId, Head, MailboxId};
use sotto_wire::proto::register::Proof;
use sotto_wire::proto::relay_frame::Answer;
use sotto_wire::proto::{self, ErrorCode};
use sotto_wire::{login as transcripts, sign};
use subtle::ConstantTimeEq;

use super::answer::Refusal;
use super::chain::{describe, new_statements};
use super::{Kind, Next, Session};
use crate::accounts::Account;
use crate::config::Registration;
use crate::job::Work;
use crate::meters::Use;
use crate::now::Now;
use crate::relay::Relay;
use crate::store::{ChainChange, ChainChanged};

/// Checks a registration and hands the chain on to be stored.
pub(super) fn register(
    session: &Session,
    relay: &Relay,
    register: &proto::Register,
    now: Now,
) -> Result<Next, Refusal> {
    if session.kind != Kind::Anonymous {
        return Err(Refusal::denied());
    }
    relay.take(session.peer, Use::Register, now)?;
    let account = AccountId::try_from(register.account.as_slice())?;
    let offered = Chain::verify(&register.statements).map_err(invalid)?;
    if offered.account() != account {
        return Err(Refusal::new(
            ErrorCode::InvalidChain,
            "the chain is another account's",
        ));
    }
    check_signature(session, relay, register, &offered)?;
    let known = relay.account(&account)?;
    let chain = match &known {
        None => offered,
        Some(known) => known
            .chain
            .extend(&register.statements)
            .map_err(|_| Refusal::conflict(relay.chain_after(known, None, now)))?,
    };
    if chain.is_closed() {
        return Err(Refusal::new(ErrorCode::Closed, "the account is closed"));
    }
    if known.as_ref().is_none_or(|known| known.closed) {
        check_policy(relay, register)?;
    }
    Ok(next(relay, known.as_deref(), &chain, now))
}

fn next(relay: &Relay, known: Option<&Account>, chain: &Chain, now: Now) -> Next {
    let nothing_new =
        known.is_some_and(|known| !known.closed && known.chain.head() == chain.head());
    if nothing_new {
        return Next::Answer(answer(relay, chain.account(), chain.head(), now));
    }
    Next::Store(Work::Register(Box::new(ChainChange {
        account: chain.account(),
        expected: known.map(|known| known.chain.head()),
        statements: new_statements(known.map(|known| &known.chain), chain),
        head: chain.head(),
        devices: describe(chain),
        closed: false,
    })))
}

fn answer(relay: &Relay, account: AccountId, head: Head, now: Now) -> Answer {
    let checkpoint = Some(relay.checkpoint(account, head, now));
    Answer::Registered(proto::Registered { checkpoint })
}

fn check_signature(
    session: &Session,
    relay: &Relay,
    register: &proto::Register,
    chain: &Chain,
) -> Result<(), Refusal> {
    let mailbox = MailboxId::try_from(register.mailbox.as_slice())?;
    let device = chain.device(&mailbox).ok_or_else(Refusal::denied)?;
    let head = chain.head().hash;
    let signed = transcripts::registration(&relay.key(), &session.nonce, &chain.account(), &head);
    let label = transcripts::REGISTER_LABEL;
    sign::verify(&device.signing_key, label, &[&signed], &register.signature)
        .map_err(|_| Refusal::denied())
}

fn check_policy(relay: &Relay, register: &proto::Register) -> Result<(), Refusal> {
    match relay.config.registration {
        Registration::Open => Ok(()),
        Registration::Closed => Err(Refusal::new(
            ErrorCode::RegistrationClosed,
            "this relay takes no new accounts",
        )),
        Registration::Token => match &register.proof {
            Some(Proof::Token(token)) if is_token(relay, token) => Ok(()),
            _ => Err(Refusal::new(
                ErrorCode::TokenRefused,
                "the token is not valid here",
            )),
        },
    }
}

/// Compares with every token in full, so that time tells nothing.
fn is_token(relay: &Relay, offered: &str) -> bool {
    let same = |token: &String| bool::from(token.as_bytes().ct_eq(offered.as_bytes()));
    relay
        .config
        .tokens
        .iter()
        .fold(false, |found, token| found | same(token))
}

pub(super) fn invalid(error: ChainError) -> Refusal {
    match error {
        ChainError::UnknownCritical { .. } => Refusal::new(
            ErrorCode::UpgradeRequired,
            "the chain holds a statement that this relay does not understand",
        ),
        _ => Refusal::new(ErrorCode::InvalidChain, "the chain does not verify"),
    }
}

/// The answer once the chain is stored.
pub(super) fn registered(
    relay: &Relay,
    account: &AccountId,
    changed: &ChainChanged,
    now: Now,
) -> Result<Answer, Refusal> {
    let view = relay.account(account)?.ok_or_else(Refusal::unavailable);
    match changed {
        ChainChanged::Done { .. } => Ok(answer(relay, *account, view?.chain.head(), now)),
        ChainChanged::Conflict => Err(Refusal::conflict(relay.chain_after(&*view?, None, now))),
        ChainChanged::Taken => Err(Refusal::new(
            ErrorCode::InvalidChain,
            "a device belongs to another account",
        )),
    }
}
