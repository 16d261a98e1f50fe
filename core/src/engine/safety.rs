//! Safety numbers: what two people compare, what the person found, and what follows.
//!
//! Nothing is kept but the register with the person's word. Whether it still holds follows from it
//! and from the account's chain, so that all own devices come to the same.

use prost::Message;
use sotto_content::proto::{Register, RegisterKind, Verified as Wire, verified::How as WireHow};
use sotto_content::safety::{self, SafetyCode};
use sotto_wire::chain::{Chain, MAX_STATEMENTS};
use sotto_wire::ids::{AccountId, Head};

use super::{Context, EngineError, chains, registers};
use crate::model::{Comparison, HeadComparison, HowVerified, NoticeKind, Verification};
use crate::store::tables::{
    chains as chain_rows, contacts as contact_rows, notices, registers as table,
};
use crate::store::{Change, Tx, View};

/// What the person's word about an account is worth now.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Verified {
    pub state: Verification,
    /// When it was said, in milliseconds; 0 if it never was.
    pub since: u64,
    /// Either chain has gone on since.
    pub changed: bool,
    /// What waits for the account does so until the person goes on.
    pub held: bool,
}

/// What two people compare.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Number {
    /// Who: 60 digits.
    pub digits: String,
    /// With which devices: 20 digits; `None` while nothing is known of the other's.
    pub heads: Option<String>,
    /// For the other's camera.
    pub code: String,
}

/// The safety number that we and an account have.
pub(crate) fn number(
    view: &View<'_>,
    me: &AccountId,
    account: &AccountId,
) -> Result<Number, EngineError> {
    let head = head(view, me)?.ok_or(EngineError::NoAccount)?;
    let peer_head = self::head(view, account)?;
    let code = SafetyCode {
        account: *me,
        head,
        peer: *account,
        peer_head,
    };
    Ok(Number {
        digits: safety::digits(me, account),
        heads: peer_head.map(|peer_head| safety::heads((me, &head), (account, &peer_head))),
        code: code.to_text(),
    })
}

/// Compares what the screen of an account's owner shows with what is known here.
pub(crate) fn compare(
    view: &View<'_>,
    me: &AccountId,
    account: &AccountId,
    code: &str,
) -> Result<Comparison, EngineError> {
    let code = SafetyCode::parse(code)?;
    if (code.account, code.peer) == (*me, *account) {
        return Ok(Comparison::Own);
    }
    if code.account != *account {
        return Ok(Comparison::Different);
    }
    if code.peer != *me {
        return Ok(Comparison::NotYou);
    }
    let theirs = against(chains::load(view, account)?.as_ref(), Some(&code.head));
    let ours = against(chains::load(view, me)?.as_ref(), code.peer_head.as_ref());
    Ok(match (theirs, ours) {
        (HeadComparison::Equal, HeadComparison::Equal) => Comparison::Same,
        _ => Comparison::SameAccounts { theirs, ours },
    })
}

fn against(chain: Option<&Chain>, said: Option<&Head>) -> HeadComparison {
    let (Some(chain), Some(said)) = (chain, said) else {
        return match said {
            Some(_) => HeadComparison::New,
            None => HeadComparison::Known,
        };
    };
    let known = chain.head();
    if *said == known {
        HeadComparison::Equal
    } else if chain.knows(said) || said.epoch < known.epoch {
        // What an earlier epoch held beyond the line, a recovery has made void.
        HeadComparison::Known
    } else if said.position() > known.position() {
        HeadComparison::New
    } else {
        HeadComparison::Contradicts
    }
}

/// Writes down what the person found, or that they take it back.
pub(crate) fn set_verified(
    tx: &mut Tx<'_>,
    cx: &mut Context,
    account: &AccountId,
    how: Option<&HowVerified>,
) -> Result<(), EngineError> {
    if cx.is_own(account) || contact_rows::get(tx, account)?.is_none() {
        return Err(EngineError::NoSuchContact);
    }
    let me = cx.me.account;
    let found = match how {
        // What is lost is not taken back: what waits would leave by that.
        None if is_held(tx, account)? => return Ok(()),
        None => WireHow::Unspecified,
        Some(HowVerified::Compared { heads }) => {
            let now = number(tx, &me, account)?.heads;
            let shown = heads.as_ref().map(|shown| only_digits(shown));
            if shown.is_some() && shown != now {
                return Err(EngineError::NotSame);
            }
            WireHow::Compared
        }
        Some(HowVerified::Scanned { code }) => match compare(tx, &me, account, code)? {
            Comparison::Same => WireHow::Scanned,
            Comparison::SameAccounts { theirs, ours }
                if ![theirs, ours].contains(&HeadComparison::Contradicts) =>
            {
                WireHow::Compared
            }
            _ => return Err(EngineError::NotSame),
        },
    };
    let head = head(tx, account)?.ok_or(EngineError::ChainUnknown)?;
    let own_head = self::head(tx, &me)?;
    let value = Wire {
        how: found.into(),
        head: Some(head.into()),
        own_head: own_head.map(Into::into),
        at: cx.now.ms(),
        continued_epoch: 0,
    };
    write(tx, cx, account, &value)
}

/// The person knows that the account was recovered, and writes on.
pub(crate) fn continue_with(
    tx: &mut Tx<'_>,
    cx: &mut Context,
    account: &AccountId,
) -> Result<(), EngineError> {
    if contact_rows::get(tx, account)?.is_none() {
        return Err(EngineError::NoSuchContact);
    }
    let (Some(said), Some(head)) = (said(tx, account)?, head(tx, account)?) else {
        return Ok(());
    };
    if !said.holds_back(&head) {
        return Ok(());
    }
    let value = Wire {
        continued_epoch: head.epoch,
        ..said.value
    };
    write(tx, cx, account, &value)
}

fn write(
    tx: &mut Tx<'_>,
    cx: &mut Context,
    account: &AccountId,
    value: &Wire,
) -> Result<(), EngineError> {
    registers::write(
        tx,
        cx,
        RegisterKind::Verified,
        account.as_bytes(),
        value.encode_to_vec(),
    )
}

/// Makes visible what the person said, here or on an own other device.
pub(super) fn project(
    tx: &mut Tx<'_>,
    cx: &Context,
    register: &Register,
) -> Result<(), EngineError> {
    let Ok(account) = AccountId::try_from(register.key.as_slice()) else {
        return Ok(());
    };
    let said = said(tx, &account)?;
    if let Some(said) = &said
        && said.head.seq < MAX_STATEMENTS
        && !cx.is_own(&account)
    {
        // What the other device has seen of this account, this one waits for.
        chains::announce(tx, &account, &said.head)?;
    }
    let known = head(tx, &account)?;
    let (mut holds, mut lost) = (false, false);
    if let Some(said) = &said {
        holds = known.is_none_or(|known| !said.is_void(&known));
        lost = known.is_some_and(|known| said.holds_back(&known));
    }
    let told = notices::last_of(
        tx,
        &account,
        &[
            NoticeKind::Verified,
            NoticeKind::Unverified,
            NoticeKind::VerificationLost,
        ],
    )?;
    let news = match (holds, told) {
        (true, told) if told != Some(NoticeKind::Verified) => Some(NoticeKind::Verified),
        (false, told) if lost && told != Some(NoticeKind::VerificationLost) => {
            Some(NoticeKind::VerificationLost)
        }
        (false, Some(NoticeKind::Verified)) => Some(NoticeKind::Unverified),
        _ => None,
    };
    if let Some(kind) = news {
        notices::add(tx, Some(&account), kind, cx.now.ms())?;
    }
    tx.changed(Change::ContactChanged {
        account: *account.as_bytes(),
    });
    Ok(())
}

/// A chain has gone on: tells what that does to what the person found. `devices` says whether they
/// are told of that as a change of devices.
pub(super) fn moved_on(
    tx: &mut Tx<'_>,
    cx: &Context,
    before: Option<&Chain>,
    chain: &Chain,
    devices: bool,
) -> Result<(), EngineError> {
    let account = chain.account();
    let Some(said) = said(tx, &account)? else {
        return Ok(());
    };
    let (head, before) = (chain.head(), before.map(Chain::head));
    let was_void = before.is_some_and(|before| said.is_void(&before));
    let news = match before {
        Some(_) if said.is_void(&head) && !was_void => NoticeKind::VerificationLost,
        Some(_) if !said.is_void(&head) && !devices => NoticeKind::SafetyNumberChanged,
        // An own other device saw the account before it was recovered; this one sees it now.
        None if said.holds_back(&head) => NoticeKind::VerificationLost,
        _ => return Ok(()),
    };
    Ok(notices::add(tx, Some(&account), news, cx.now.ms())?)
}

/// What the person's word about an account is worth now.
pub(crate) fn verified(
    view: &View<'_>,
    me: &AccountId,
    account: &AccountId,
) -> Result<Verified, EngineError> {
    let Some(said) = said(view, account)? else {
        return Ok(Verified::default());
    };
    let known = head(view, account)?.unwrap_or(said.head);
    let state = match said.value.how() {
        _ if said.is_void(&known) => Verification::Lost,
        WireHow::Scanned => Verification::Scanned,
        _ => Verification::SameAccounts,
    };
    let own = head(view, me)?.map(Into::into);
    Ok(Verified {
        state,
        since: said.value.at,
        changed: said.head != known || said.value.own_head != own,
        held: said.holds_back(&known),
    })
}

/// Whether what waits for an account does so until the person has looked.
pub(crate) fn is_held(view: &View<'_>, account: &AccountId) -> Result<bool, EngineError> {
    let (Some(said), Some(known)) = (said(view, account)?, head(view, account)?) else {
        return Ok(false);
    };
    Ok(said.holds_back(&known))
}

/// That an account was verified once, and at which head.
struct Said {
    value: Wire,
    head: Head,
}

impl Said {
    /// A recovery has put the account into other hands, or the same.
    fn is_void(&self, known: &Head) -> bool {
        self.head.epoch < known.epoch
    }

    fn holds_back(&self, known: &Head) -> bool {
        self.is_void(known) && self.value.continued_epoch < known.epoch
    }
}

fn said(view: &View<'_>, account: &AccountId) -> Result<Option<Said>, EngineError> {
    let register = table::get(view, RegisterKind::Verified as i32, account.as_bytes())?;
    Ok(register.and_then(|register| {
        let value = Wire::decode(register.value.as_slice()).ok()?;
        let head = Head::try_from(value.head.as_ref()?).ok()?;
        (value.how() != WireHow::Unspecified).then_some(Said { value, head })
    }))
}

fn head(view: &View<'_>, account: &AccountId) -> Result<Option<Head>, EngineError> {
    Ok(chain_rows::head(view, account)?.map(|(head, _)| head))
}

/// As people read digits to each other, they come with spaces.
fn only_digits(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
}
