//! Statements on the own chain: signed on the present head, posted, and signed anew where another
//! device was faster.

use sotto_content::proto::{ChainPush, Content, content::Kind};
use sotto_wire::chain::Chain;
use sotto_wire::proto::{
    AppendChain, CloseAccount, Error, ErrorCode, SignedCheckpoint, client_frame::Verb,
};

use super::link::Pending;
use super::{ConnId, Effect, Machine, Outcome};
use crate::clock::{MINUTE, Now, SECOND};
use crate::crash;
use crate::engine::{Context, EngineError, account, chains, enqueue, homes};
use crate::model::{ContactStanding, Purpose, Standing};
use crate::store::Tx;
use crate::store::tables::{contacts, intents};

/// What an intent has come to.
enum Turn {
    /// This statement is to be posted.
    Post(Box<AppendChain>, [u8; 16]),
    /// It is on the chain, or cannot be any more.
    Settled([u8; 16], bool),
}

impl Machine {
    /// Posts the oldest open intent, one at a time, at the relay that puts our statements in their
    /// order. It must know what we know: else it is given that first.
    pub(super) fn post_intent(&mut self, now: Now) {
        if self.intent_under_way || now.ms() < self.intent_after {
            return;
        }
        let Some(sequencer) = &self.house.sequencer else {
            return;
        };
        let Some((conn, link)) = self.device_link(&sequencer.url) else {
            return;
        };
        if !link.is_ready() || link.head != self.house.head || link.is_on_chain() {
            return;
        }
        while let Some(Some(turn)) = self.attempt(now, turn) {
            match turn {
                Turn::Settled(intent, done) => self.intent_settled(intent, done, now),
                Turn::Post(append, intent) => {
                    self.intent_under_way = true;
                    let pending = Pending::Append {
                        intent: Some(intent),
                    };
                    self.ask(conn, Verb::AppendChain(*append), pending, now);
                    return crash::point_once_sent("statement.posted");
                }
            }
        }
    }

    /// Ends the intents that the chain has answered.
    pub(super) fn settle_intents(&mut self, now: Now) {
        while let Some(Some(Turn::Settled(intent, done))) = self.attempt(now, turn) {
            self.intent_settled(intent, done, now);
        }
    }

    fn intent_settled(&mut self, intent: [u8; 16], done: bool, now: Now) {
        self.effects
            .push(Effect::Settled(Outcome::Statement { intent, done }));
        self.home_stated(&intent, done);
        self.sync_slots_if_changed(now);
    }

    /// The relay has a statement of ours. That it is on our chain too is made sure of by fetching.
    pub(super) fn appended(
        &mut self,
        conn: ConnId,
        intent: Option<[u8; 16]>,
        checkpoint: Option<&SignedCheckpoint>,
        now: Now,
    ) {
        self.note_head(conn, None, checkpoint, now);
        if intent.is_some() {
            self.intent_under_way = false;
            // What was posted is not kept: the chain as the relay has it tells what became of it.
            self.fetch_own_chain(conn, now);
            self.intent_after = now.ms() + 5 * SECOND;
        } else if self.standing() == Some(Standing::Closed) {
            // It has erased everything with the last statement.
            let key = self.links.get(&conn).and_then(|link| link.key());
            self.leave_relay(key, now);
            self.drop_link(conn, now);
        }
    }

    pub(super) fn append_refused(
        &mut self,
        conn: ConnId,
        intent: Option<[u8; 16]>,
        error: &Error,
        now: Now,
    ) {
        if intent.is_some() {
            self.intent_under_way = false;
        }
        let code = error.code();
        if intent.is_none() && self.standing() == Some(Standing::Closed) {
            // It holds another line than we do. It can still erase what it has.
            return self.ask(
                conn,
                Verb::CloseAccount(CloseAccount {}),
                Pending::Close,
                now,
            );
        }
        let signed = error
            .chain
            .as_ref()
            .and_then(|chain| chain.checkpoint.as_ref());
        self.note_head(conn, None, signed, now);
        if let Some(chain) = error.chain.clone().filter(|_| code == ErrorCode::Conflict) {
            // Another device was faster: the intent is signed anew on what it made.
            self.attempt(now, move |tx, cx| {
                let account = cx.me.account;
                chains::learn(tx, cx, &account, &chain.statements).map(drop)
            });
            return self.sync_slots_if_changed(now);
        }
        if let (ErrorCode::InvalidChain | ErrorCode::BadRequest, Some(id)) = (code, intent) {
            self.attempt(now, move |tx, _| account::settle_intent(tx, &id, 0, false));
            self.intent_settled(id, false, now);
        }
        let again = now.ms() + MINUTE.max(error.retry_after_ms.into());
        match (intent, self.links.get_mut(&conn)) {
            (None, Some(link)) => link.chain_after = again,
            _ => self.intent_after = again,
        }
    }
}

/// Looks at the oldest open intent.
fn turn(tx: &mut Tx<'_>, cx: &mut Context) -> Result<Option<Turn>, EngineError> {
    let Some(intent) = intents::next(tx)? else {
        return Ok(None);
    };
    let chain = chains::load(tx, &cx.me.account)?.ok_or(EngineError::NoAccount)?;
    if let Some(statement) = chain.with_intent(&intent.id) {
        let statement = statement.bytes().to_vec();
        account::settle_intent(tx, &intent.id, intent.kind, true)?;
        push(tx, cx, &statement, chain.is_closed())?;
        return Ok(Some(Turn::Settled(intent.id, true)));
    }
    let Some(payload) = homes::on_chain(&chain, &intent)? else {
        // Another device has said the same.
        account::settle_intent(tx, &intent.id, intent.kind, true)?;
        return Ok(Some(Turn::Settled(intent.id, true)));
    };
    let signed = account::sign(tx, cx, &chain, &payload, &intent.id);
    match signed {
        Ok(statement) if allowed(&chain, &statement) => {
            let append = AppendChain {
                account: cx.me.account.to_vec(),
                expected: Some(chain.head().into()),
                statements: vec![statement],
            };
            Ok(Some(Turn::Post(Box::new(append), intent.id)))
        }
        Ok(_) | Err(EngineError::Chain(_) | EngineError::NotAllowed) => {
            account::settle_intent(tx, &intent.id, intent.kind, false)?;
            Ok(Some(Turn::Settled(intent.id, false)))
        }
        Err(error) => Err(error),
    }
}

fn allowed(chain: &Chain, statement: &[u8]) -> bool {
    chain.extend(&[statement]).is_ok()
}

/// Tells own devices at once and contacts within a minute, end to end: a relay that hides the
/// statement from them hides it from nobody. The last statement of all goes to contacts at once, and
/// to own devices not at all: their mailboxes are gone, and their next login tells them.
fn push(
    tx: &mut Tx<'_>,
    cx: &mut Context,
    statement: &[u8],
    last: bool,
) -> Result<(), EngineError> {
    let me = cx.me.account;
    let content = Content {
        kind: Some(Kind::ChainPush(ChainPush {
            account: me.to_vec(),
            from_genesis: false,
            statements: vec![statement.to_vec()],
        })),
        ..Content::default()
    };
    if !last {
        enqueue::control(tx, cx, &me, Purpose::ChainPush, &content, None, 0)?;
    }
    for contact in contacts::all(tx)? {
        // Who has never heard of us has nothing to update.
        if contact.standing == ContactStanding::Accepted && contact.card_sent > 0 {
            let jitter = if last { 0 } else { 1 + cx.random.below(MINUTE) };
            enqueue::control(
                tx,
                cx,
                &contact.account,
                Purpose::ChainPush,
                &content,
                None,
                jitter,
            )?;
        }
    }
    Ok(())
}
