//! Safety numbers: making sure that somebody is who they say.

use serde::{Deserialize, Serialize};
use sotto_content::safety::GROUP;
use sotto_wire::ids::AccountId;

use super::contacts::{self, Contact};
use super::error::Error;
use super::handle::Client;
use super::local::Local;
use super::request::{Reply, Request};
use crate::engine::safety;
use crate::model;
use crate::store::View;

/// What two people compare: both see the same, or somebody is in between.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SafetyNumber {
    /// The contact's account, in hexadecimal.
    pub account: String,
    /// What they are called here.
    pub name: String,
    /// Sixty digits: who both are. They stay as long as both accounts do.
    pub digits: String,
    /// The same in twelve groups of five, to show and to read aloud.
    pub groups: Vec<String>,
    /// Twenty digits: which devices both have. They change with every change of either account;
    /// `None` while nothing is known of the contact's devices.
    pub heads: Option<String>,
    /// The same in four groups of five; none where there are no digits.
    pub heads_groups: Vec<String>,
    /// What to show as a QR code, for the contact to scan. Holds no secret.
    pub code: String,
    /// What the person found so far.
    pub verified: Verified,
    /// See [`Contact::held`].
    pub held: bool,
}

/// What the person found about a contact, and whether it still holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verified {
    /// How sure that makes.
    pub state: VerifiedState,
    /// When the person said so, in milliseconds since 1970; `None` if they never did.
    pub since: Option<u64>,
    /// Whether either account has changed since, by a new device for example.
    pub changed: bool,
}

/// How sure the person is that a contact is who they say.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum VerifiedState {
    /// Nothing was compared.
    No,
    /// Both hold the same two accounts. Whether both know the same devices was not seen.
    SameAccounts,
    /// A code was scanned: the same accounts and the same devices.
    Scanned,
    /// It was one of these until their account was recovered; compare again.
    Lost,
}

/// How the person made sure.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HowVerified {
    /// Both read the digits to each other.
    Compared {
        /// The twenty digits that were on the screen, if any; refused where they have changed.
        heads: Option<String>,
    },
    /// The contact's code was scanned. What it says is looked at once more.
    Scanned {
        /// The code.
        code: String,
    },
}

/// What came of a code that was scanned.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Comparison {
    /// The verdict.
    pub outcome: ComparisonOutcome,
    /// The contact's devices, in the code and as known here; `None` unless the accounts are the
    /// same.
    pub theirs: Option<HeadComparison>,
    /// The own devices, as the contact knows them and as they are; `None` unless the accounts are
    /// the same.
    pub ours: Option<HeadComparison>,
    /// A sentence for the person.
    pub text: String,
}

/// The verdict on a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ComparisonOutcome {
    /// The same accounts with the same devices: nobody is in between.
    Same,
    /// The same accounts, but one side has not seen the newest change of the other, or (see
    /// [`HeadComparison::Contradicts`]) each was shown something else.
    SameAccounts,
    /// Another account than this contact's: somebody is in between, or it is somebody else's code.
    Different,
    /// The contact's code, but for another account than this one: somebody is in between, or it was
    /// meant for somebody else.
    NotYou,
    /// The code that this side shows.
    Own,
}

/// How far the devices of one account are known to both.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HeadComparison {
    /// Equally far.
    Equal,
    /// The other side lacks the newest change.
    TheyLack,
    /// This side lacks it.
    YouLack,
    /// Both were shown something else. Nothing is verified by such a code.
    Contradicts,
}

impl Client {
    /// The safety number with a contact. Where nothing is known of their devices yet, they are looked
    /// up: ask again after [`Event::ContactChanged`](super::Event::ContactChanged).
    ///
    /// # Errors
    /// [`Error::NoSuchContact`].
    pub fn safety_number(&self, account: String) -> Result<SafetyNumber, Error> {
        let Reply::SafetyNumber(number) = self.ask(&Request::SafetyNumber { account })? else {
            return Err(Error::bug("another reply was expected"));
        };
        Ok(*number)
    }

    /// Compares the code on a contact's screen with what is known here, and looks up what this side
    /// lacks. Verifies nothing: see [`Client::set_verified`].
    ///
    /// # Errors
    /// [`Error::NoSuchContact`]; [`Error::BadLink`] if it is no code, or damaged.
    pub fn compare_code(&self, account: String, code: String) -> Result<Comparison, Error> {
        let Reply::Comparison(comparison) = self.ask(&Request::CompareCode { account, code })?
        else {
            return Err(Error::bug("another reply was expected"));
        };
        Ok(comparison)
    }

    /// Writes down that the person has made sure of a contact, here and on the own other devices;
    /// `None` takes it back. A code that shows no more than the same accounts counts as compared.
    ///
    /// # Errors
    /// [`Error::NoSuchContact`], [`Error::BadLink`]; others by their code: `not_same` for another
    /// number than the one here, `chain_unknown` while nothing is known of the contact's devices.
    pub fn set_verified(
        &self,
        account: String,
        how: Option<HowVerified>,
    ) -> Result<Contact, Error> {
        self.contact(&Request::SetVerified { account, how })
    }

    /// Sends what waits for a contact that was verified before their account was recovered, and
    /// what is written from now on, although nobody has compared again. See [`Contact::held`].
    ///
    /// # Errors
    /// [`Error::NoSuchContact`].
    pub fn continue_with(&self, account: String) -> Result<Contact, Error> {
        self.contact(&Request::ContinueWith { account })
    }
}

pub(super) fn number(local: &Local, account: &str) -> Result<SafetyNumber, Error> {
    let account = contacts::known_account(local, account)?;
    let (contact, number) = local.read(|view| {
        let me = contacts::own_account(view)?;
        let number = safety::number(view, &me, &account)?;
        Ok::<_, Error>((contacts::get(view, &account)?, number))
    })?;
    let contact = contact.ok_or_else(|| Error::NoSuchContact {
        who: account.to_string(),
    })?;
    if number.heads.is_none() {
        look_up(local, account)?;
    }
    Ok(SafetyNumber {
        account: contact.account,
        name: contact.name,
        groups: groups(&number.digits),
        digits: number.digits,
        heads_groups: number.heads.as_deref().map(groups).unwrap_or_default(),
        heads: number.heads,
        code: number.code,
        verified: contact.verified,
        held: contact.held,
    })
}

pub(super) fn compare(local: &Local, account: &str, code: &str) -> Result<Comparison, Error> {
    let account = contacts::known_account(local, account)?;
    let (me, found, name) = local.read(|view| {
        let me = contacts::own_account(view)?;
        let name = contacts::name_of(view, &account)?;
        let found = safety::compare(view, &me, &account, code)?;
        Ok::<_, Error>((me, found, name))
    })?;
    let comparison = Comparison::new(found, &name);
    if comparison.theirs == Some(HeadComparison::YouLack) {
        look_up(local, account)?;
    }
    if comparison.ours == Some(HeadComparison::YouLack) {
        look_up(local, me)?;
    }
    Ok(comparison)
}

fn look_up(local: &Local, account: AccountId) -> Result<(), Error> {
    local.engine(move |engine, _| {
        engine.look_up(&account);
        Ok(())
    })
}

/// What a contact shows of it: what the person found, and whether anything is held back.
pub(super) fn of(
    view: &View<'_>,
    me: &AccountId,
    account: &AccountId,
) -> Result<(Verified, bool), Error> {
    let found = safety::verified(view, me, account)?;
    let verified = Verified {
        state: match found.state {
            model::Verification::No => VerifiedState::No,
            model::Verification::SameAccounts => VerifiedState::SameAccounts,
            model::Verification::Scanned => VerifiedState::Scanned,
            model::Verification::Lost => VerifiedState::Lost,
        },
        since: (found.since > 0).then_some(found.since),
        changed: found.changed,
    };
    Ok((verified, found.held))
}

fn groups(digits: &str) -> Vec<String> {
    let digits: Vec<char> = digits.chars().collect();
    digits.chunks(GROUP).map(String::from_iter).collect()
}

impl HowVerified {
    pub(super) fn into_model(self) -> model::HowVerified {
        match self {
            Self::Compared { heads } => model::HowVerified::Compared { heads },
            Self::Scanned { code } => model::HowVerified::Scanned { code },
        }
    }
}

impl From<model::HeadComparison> for HeadComparison {
    fn from(found: model::HeadComparison) -> Self {
        match found {
            model::HeadComparison::Equal => Self::Equal,
            model::HeadComparison::Known => Self::TheyLack,
            model::HeadComparison::New => Self::YouLack,
            model::HeadComparison::Contradicts => Self::Contradicts,
        }
    }
}

impl Comparison {
    fn new(found: model::Comparison, name: &str) -> Self {
        let (outcome, heads) = match found {
            model::Comparison::Same => (
                ComparisonOutcome::Same,
                Some((HeadComparison::Equal, HeadComparison::Equal)),
            ),
            model::Comparison::SameAccounts { theirs, ours } => (
                ComparisonOutcome::SameAccounts,
                Some((theirs.into(), ours.into())),
            ),
            model::Comparison::Different => (ComparisonOutcome::Different, None),
            model::Comparison::NotYou => (ComparisonOutcome::NotYou, None),
            model::Comparison::Own => (ComparisonOutcome::Own, None),
        };
        Self {
            outcome,
            theirs: heads.map(|(theirs, _)| theirs),
            ours: heads.map(|(_, ours)| ours),
            text: sentence(outcome, heads, name),
        }
    }
}

fn sentence(
    outcome: ComparisonOutcome,
    heads: Option<(HeadComparison, HeadComparison)>,
    name: &str,
) -> String {
    use HeadComparison::{Contradicts, Equal, TheyLack, YouLack};
    match outcome {
        ComparisonOutcome::Same => {
            format!("The same: nobody stands between you and {name}, on any device.")
        }
        ComparisonOutcome::Different => format!(
            "Different: this is not the account that {name} is here. Somebody stands in between, \
             or it is another person's code."
        ),
        ComparisonOutcome::NotYou => format!(
            "Not for you: {name} shows this to another account than yours. Somebody stands in \
             between, or it is meant for another person."
        ),
        ComparisonOutcome::Own => {
            format!("This is your own code; scan the one on {name}'s screen.")
        }
        ComparisonOutcome::SameAccounts => {
            let why = match heads.unwrap_or((Equal, Equal)) {
                (Contradicts, _) | (_, Contradicts) => format!(
                    "but you and {name} were shown different devices. Send nothing that matters, \
                     and ask on another way"
                ),
                (YouLack, _) => format!(
                    "but you have not seen the newest change of {name}'s devices yet; compare \
                     again when you have"
                ),
                (_, TheyLack) => format!(
                    "but {name} has not seen the newest change of your devices yet; compare again \
                     later"
                ),
                (TheyLack, _) => format!(
                    "but {name}'s device has not seen the newest change of its own account yet; \
                     compare again when it has been online"
                ),
                (_, YouLack) => format!(
                    "but {name} knows of a change of your own account that this device has not \
                     seen yet; look at your devices"
                ),
                (Equal, Equal) => "and the same devices".to_owned(),
            };
            format!("The same accounts, {why}.")
        }
    }
}
