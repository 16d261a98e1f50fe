//! Reading a device chain, and appending to it with compare-and-swap on its head.

use sotto_wire::chain::{Chain, ChainError, Statement};
use sotto_wire::delivery::ReadVerb;
use sotto_wire::ids::{AccountId, Head};
use sotto_wire::proto::relay_frame::Answer;
use sotto_wire::proto::{self, ErrorCode};

use super::answer::Refusal;
use super::reading::{Leave, leave};
use super::register::invalid;
use super::{Next, Session};
use crate::accounts::Account;
use crate::job::Work;
use crate::meters::Use;
use crate::now::Now;
use crate::relay::Relay;
use crate::store::{ChainChange, ChainChanged, DeviceRecord};

/// Answers with what follows the head that the reader has.
pub(super) fn get(
    session: &Session,
    relay: &Relay,
    get: &proto::GetChain,
    now: Now,
) -> Result<Next, Refusal> {
    let account = AccountId::try_from(get.account.as_slice())?;
    let since = get.since.as_ref().map(Head::try_from).transpose()?;
    let credential = get.credential.as_ref();
    let (view, why) = leave(session, relay, &account, credential, ReadVerb::Chain, now)?;
    if let Leave::Other(reader) = why {
        relay.take(session.peer, Use::ChainRead(reader, account), now)?;
    }
    Ok(Next::Answer(Answer::Chain(relay.chain_after(
        &view,
        since.as_ref(),
        now,
    ))))
}

/// Verifies an extension of a chain and hands it on to be stored. Who may append is said by the
/// statements' own signatures; on an anonymous connection, whoever shows none that counts learns
/// nothing, not even whether there is such an account.
pub(super) fn append(
    session: &Session,
    relay: &Relay,
    append: &proto::AppendChain,
    now: Now,
) -> Result<Next, Refusal> {
    let account = AccountId::try_from(append.account.as_slice())?;
    let expected = append
        .expected
        .as_ref()
        .ok_or(Refusal::bad_request("no head is expected"))?;
    let expected = Head::try_from(expected)?;
    let is_own = match session.may_ask()? {
        Some(device) if device.account == account => true,
        Some(_) => return Err(Refusal::denied()),
        None => false,
    };
    if !is_own {
        relay.take(session.peer, Use::AnonymousAppend, now)?;
    }
    let view = relay.account(&account)?.ok_or_else(Refusal::denied)?;
    if view.closed && !view.chain.is_closed() {
        return Err(Refusal::denied());
    }
    let head = view.chain.head();
    let conflict = || Refusal::conflict(relay.chain_after(&view, Some(&expected), now));
    let extended = match view.chain.extend(&append.statements) {
        Ok(extended) if extended.head() == head => {
            let ends_here = append.statements.last().map(Vec::as_slice)
                == view.chain.statements().last().map(Statement::bytes);
            return if is_own || ends_here {
                Ok(Next::Answer(confirm(relay, &view, now)))
            } else {
                Err(Refusal::denied())
            };
        }
        Ok(extended) => extended,
        // Properly signed: whoever made these has, or had, a say in the account.
        Err(ChainError::Fork { .. } | ChainError::Rollback) => return Err(conflict()),
        Err(_) if is_own && expected != head => return Err(conflict()),
        Err(error) if is_own => return Err(invalid(error)),
        Err(_) => return Err(Refusal::denied()),
    };
    if expected != head {
        return Err(conflict());
    }
    // Counted only now, or anybody could use up an account's day.
    relay.take(session.peer, Use::ChainAppend(account), now)?;
    Ok(Next::Store(Work::Append(Box::new(ChainChange {
        account,
        expected: Some(head),
        statements: new_statements(Some(&view.chain), &extended),
        head: extended.head(),
        devices: describe(&extended),
        closed: extended.is_closed(),
    }))))
}

/// The answer once the statements are stored.
pub(super) fn appended(
    relay: &Relay,
    account: &AccountId,
    changed: &ChainChanged,
    now: Now,
) -> Result<Answer, Refusal> {
    let view = relay.account(account)?.ok_or_else(Refusal::unavailable)?;
    match changed {
        ChainChanged::Done { .. } => Ok(confirm(relay, &view, now)),
        ChainChanged::Conflict => Err(Refusal::conflict(relay.chain_after(&view, None, now))),
        ChainChanged::Taken => Err(Refusal::new(
            ErrorCode::InvalidChain,
            "a device belongs to another account",
        )),
    }
}

/// The head, and no statements: whoever appended has them.
fn confirm(relay: &Relay, view: &Account, now: Now) -> Answer {
    Answer::Chain(relay.chain_after(view, Some(&view.chain.head()), now))
}

/// What of `chain` is not on the known line.
pub(super) fn new_statements(known: Option<&Chain>, chain: &Chain) -> Vec<Vec<u8>> {
    chain
        .statements()
        .iter()
        .filter(|statement| known.is_none_or(|known| !known.knows(&statement.head())))
        .map(|statement| statement.bytes().to_vec())
        .collect()
}

/// The devices that a chain ends with.
pub(super) fn describe(chain: &Chain) -> Vec<DeviceRecord> {
    chain
        .devices()
        .iter()
        .map(|device| DeviceRecord {
            mailbox: device.mailbox,
            identity_key: device.identity_key,
        })
        .collect()
}
