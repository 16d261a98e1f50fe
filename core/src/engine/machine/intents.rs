//! Statements on the own chain: signed on the present head, posted, and signed anew where another
//! device was faster.

use sotto_content::proto::{ChainPush, Content, content::Kind};
use sotto_wire::chain::Chain;
use sotto_wire::proto::{AppendChain, Error, ErrorCode, SignedCheckpoint, client_frame::Verb};

use super::link::Pending;
use super::{ConnId, Effect, Machine, Outcome};
use crate::clock::{MINUTE, Now, SECOND};
use crate::crash;
use crate::engine::{Context, EngineError, account, chains, enqueue};
use crate::model::{ContactStanding, Purpose};
use crate::store::Tx;
use crate::store::tables::intents::Intent;
use crate::store::tables::{contacts, intents};

/// What an intent has come to.
enum Turn {
    /// This statement is to be posted.
    Post(Box<AppendChain>, [u8; 16]),
    /// It is on the chain, or cannot be any more.
    Settled([u8; 16], bool),
}

impl Machine {
    /// Posts the oldest open intent, one at a time.
    pub(super) fn post_intent(&mut self, conn: ConnId, now: Now) {
        if self.intent_under_way || now.ms() < self.intent_after {
            return;
        }
        while let Some(Some(turn)) = self.attempt(now, turn) {
            match turn {
                Turn::Settled(intent, done) => {
                    self.effects
                        .push(Effect::Settled(Outcome::Statement { intent, done }));
                    self.sync_slots_if_changed(now);
                }
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

    /// The relay has a statement of ours. That it is on our chain too is made sure of by fetching.
    pub(super) fn appended(
        &mut self,
        conn: ConnId,
        intent: Option<[u8; 16]>,
        checkpoint: Option<&SignedCheckpoint>,
        now: Now,
    ) {
        if intent.is_some() {
            self.intent_under_way = false;
            // What was posted is not kept: the chain as the relay has it tells what became of it.
            self.fetch_own_chain(conn, now);
            self.intent_after = now.ms() + 5 * SECOND;
        }
        self.take_checkpoint(conn, None, checkpoint, now);
    }

    pub(super) fn append_refused(&mut self, intent: Option<[u8; 16]>, error: &Error, now: Now) {
        self.intent_under_way = false;
        let code = error.code();
        if let Some(chain) = error.chain.clone().filter(|_| code == ErrorCode::Conflict) {
            // Another device was faster: the intent is signed anew on what it made.
            self.attempt(now, move |tx, cx| {
                let account = cx.me.account;
                chains::learn(tx, cx, &account, &chain.statements).map(drop)
            });
            return self.sync_slots_if_changed(now);
        }
        if let (ErrorCode::InvalidChain | ErrorCode::BadRequest, Some(id)) = (code, intent) {
            self.attempt(now, move |tx, _| {
                account::settle_intent(
                    tx,
                    &Intent {
                        id,
                        kind: 0,
                        payload: Vec::new(),
                    },
                    false,
                )
            });
            self.effects.push(Effect::Settled(Outcome::Statement {
                intent: id,
                done: false,
            }));
        }
        self.intent_after = now.ms() + MINUTE.max(error.retry_after_ms.into());
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
        account::settle_intent(tx, &intent, true)?;
        push(tx, cx, &statement)?;
        return Ok(Some(Turn::Settled(intent.id, true)));
    }
    let payload = chains::payload(intent.kind, &intent.payload)?;
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
            account::settle_intent(tx, &intent, false)?;
            Ok(Some(Turn::Settled(intent.id, false)))
        }
        Err(error) => Err(error),
    }
}

fn allowed(chain: &Chain, statement: &[u8]) -> bool {
    chain.extend(&[statement]).is_ok()
}

/// Tells own devices at once and contacts within a minute, end to end: a relay that hides the
/// statement from them hides it from nobody.
fn push(tx: &mut Tx<'_>, cx: &mut Context, statement: &[u8]) -> Result<(), EngineError> {
    let me = cx.me.account;
    let content = Content {
        kind: Some(Kind::ChainPush(ChainPush {
            account: me.to_vec(),
            from_genesis: false,
            statements: vec![statement.to_vec()],
        })),
        ..Content::default()
    };
    enqueue::control(tx, cx, &me, Purpose::ChainPush, &content, None, 0)?;
    for contact in contacts::all(tx)? {
        // Who has never heard of us has nothing to update.
        if contact.standing == ContactStanding::Accepted && contact.card_sent > 0 {
            let jitter = 1 + cx.random.below(MINUTE);
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
