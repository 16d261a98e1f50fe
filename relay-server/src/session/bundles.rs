//! Handing out pre-keys.

use sotto_wire::delivery::ReadVerb;
use sotto_wire::ids::{AccountId, MailboxId};
use sotto_wire::proto::relay_frame::Answer;
use sotto_wire::proto::{self, DeviceBundle};

use super::answer::Refusal;
use super::reading::{Leave, leave};
use super::{Next, Session};
use crate::job::Work;
use crate::meters::{Reader, Use};
use crate::now::Now;
use crate::relay::Relay;

/// An account has no more devices than this.
const MOST_MAILBOXES: usize = 16;

/// Answers with bundles. One-time keys are for siblings and for holders of a slot; who has only
/// logged in gets the signed and last-resort keys, or anybody could use the others up.
pub(super) fn get(
    session: &Session,
    relay: &Relay,
    get: &proto::GetBundles,
    now: Now,
) -> Result<Next, Refusal> {
    let account = AccountId::try_from(get.account.as_slice())?;
    if get.mailboxes.len() > MOST_MAILBOXES {
        return Err(Refusal::bad_request("too many mailboxes"));
    }
    let credential = get.credential.as_ref();
    let (view, why) = leave(session, relay, &account, credential, ReadVerb::Bundles, now)?;
    if let Leave::Other(reader) = why {
        relay.take(session.peer, Use::Bundles(reader, account), now)?;
    }
    let mut wanted = Vec::with_capacity(get.mailboxes.len());
    for bytes in &get.mailboxes {
        let mailbox = MailboxId::try_from(bytes.as_slice())?;
        if view.chain.device(&mailbox).is_some() && !wanted.contains(&mailbox) {
            wanted.push(mailbox);
        }
    }
    if let Leave::Other(Reader::Account(_)) = why {
        return Ok(Next::Answer(answer(relay, relay.store.bundles(&wanted)?)));
    }
    Ok(Next::Store(Work::TakeKeys(wanted)))
}

pub(super) fn answer(relay: &Relay, bundles: Vec<DeviceBundle>) -> Answer {
    relay.metrics.bundles.add(bundles.len() as u64);
    Answer::Bundles(proto::Bundles { bundles })
}
