//! Logging in: a signature over this connection, and a boot counter that only rises.

use sotto_wire::ids::{Head, MailboxId, RelayKey};
use sotto_wire::proto::relay_frame::Answer;
use sotto_wire::proto::{self, ErrorCode};
use sotto_wire::{login as transcripts, sign};

use super::answer::{Refusal, send};
use super::delivery::Mail;
use super::{CloseCode, Device, Effect, Kind, Next, Session, State};
use crate::accounts::Account;
use crate::job::{LoginAttempt, Work};
use crate::now::Now;
use crate::relay::{PROTOCOL, Relay};
use crate::store::{Boot, Position, StoreError};

/// Checks a login. The counter is made durable before it is answered.
pub(super) fn login(
    session: &mut Session,
    relay: &Relay,
    attempt: proto::Login,
    now: Now,
) -> Result<Next, Refusal> {
    if session.kind != Kind::Device {
        return Err(Refusal::denied());
    }
    if !matches!(session.state, State::Fresh) {
        return Err(Refusal::bad_request("a connection logs in once"));
    }
    if attempt.protocol < PROTOCOL.0 || attempt.protocol > PROTOCOL.1 {
        let refusal = Refusal::new(
            ErrorCode::UpgradeRequired,
            "that protocol is not spoken here",
        );
        return Err(refusal.closing(CloseCode::Upgrade));
    }
    let mailbox = MailboxId::try_from(attempt.mailbox.as_slice())?;
    let client_nonce: [u8; 32] = (attempt.client_nonce.as_slice().try_into())
        .map_err(|_| Refusal::bad_request("the client's nonce has 32 bytes"))?;
    if i64::try_from(attempt.boot).is_err() {
        return Err(Refusal::bad_request("the boot counter is out of range"));
    }
    let Some(account) = relay.store.account_of(&mailbox)? else {
        return Err(refused());
    };
    let view = relay.account(&account)?.ok_or_else(refused)?;
    let transcript = Transcript {
        relay: relay.key(),
        nonce: &session.nonce,
        client_nonce: &client_nonce,
        binding: relay.config.binding(),
    };
    if !transcript.is_signed(&view, &mailbox, &attempt) {
        return Err(refused());
    }
    if view.closed || view.chain.device(&mailbox).is_none() {
        let head = attempt
            .head
            .as_ref()
            .and_then(|head| Head::try_from(head).ok());
        return Err(Refusal::closed(relay.chain_after(
            &view,
            head.as_ref(),
            now,
        )));
    }
    session.state = State::LoggingIn;
    let proto::Login { boot, cursor, .. } = attempt;
    Ok(Next::Store(Work::Boot(Box::new(LoginAttempt {
        mailbox,
        account,
        boot,
        client_nonce,
        cursor,
    }))))
}

fn refused() -> Refusal {
    Refusal::new(ErrorCode::LoginRefused, "login refused").closing(CloseCode::LoginRefused)
}

struct Transcript<'a> {
    relay: RelayKey,
    nonce: &'a [u8; 32],
    client_nonce: &'a [u8; 32],
    binding: transcripts::Binding,
}

impl Transcript<'_> {
    /// Whether the device, active or not, has signed this very login.
    fn is_signed(&self, account: &Account, mailbox: &MailboxId, attempt: &proto::Login) -> bool {
        let (mode, _) = self.binding.parts();
        let Some(device) = account.chain.device_ever(mailbox) else {
            return false;
        };
        let challenge = transcripts::challenge(
            &self.relay,
            self.nonce,
            self.client_nonce,
            &self.binding,
            attempt.boot,
            mailbox,
        );
        let label = transcripts::LOGIN_LABEL;
        attempt.mode == u32::from(mode)
            && sign::verify(
                &device.signing_key,
                label,
                &[&challenge],
                &attempt.signature,
            )
            .is_ok()
    }
}

/// Goes on after the counter was stored, or was found to be too low.
pub(super) fn booted(
    session: &mut Session,
    relay: &Relay,
    request: u64,
    attempt: LoginAttempt,
    boot: Boot,
    now: Now,
    effects: &mut Vec<Effect>,
) {
    session.state = State::Fresh;
    let refusal = match boot {
        Boot::Stale(stored) => Refusal::stale_state(stored),
        Boot::Gone => {
            Refusal::new(ErrorCode::Closed, "the device was removed").closing(CloseCode::Removed)
        }
        Boot::Raised => match welcome(session, relay, request, &attempt, now, effects) {
            Ok(()) => return,
            Err(error) => Refusal::from(error),
        },
    };
    session.refuse(relay, request, refusal, effects);
}

fn welcome(
    session: &mut Session,
    relay: &Relay,
    request: u64,
    attempt: &LoginAttempt,
    now: Now,
    effects: &mut Vec<Effect>,
) -> Result<(), StoreError> {
    let LoginAttempt {
        mailbox,
        account,
        boot,
        client_nonce,
        cursor,
    } = attempt;
    let gone = || StoreError::Damaged("a device without an account");
    let view = relay.account(account)?.ok_or_else(gone)?;
    let position = relay.store.position(mailbox)?.ok_or_else(gone)?;
    let stock = relay.store.key_stock(mailbox)?;
    let committed = committed(relay, cursor.as_ref(), position);
    let answer = transcripts::answer(&session.nonce, client_nonce, *boot, mailbox);
    let logged_in = proto::LoggedIn {
        signature: relay.sign(transcripts::ANSWER_LABEL, &answer),
        cursor: Some(proto::Cursor {
            incarnation: relay.incarnation().to_vec(),
            seq: committed,
        }),
        checkpoint: Some(relay.checkpoint(*account, view.chain.head(), now)),
        one_time_keys: stock.one_time,
        one_time_kem_keys: stock.one_time_kem,
        generation: stock.generation,
        slots_digest: view.slots_digest.clone(),
        ticket: Vec::new(),
    };
    relay.metrics.logins.one();
    effects.push(send(request, Answer::LoggedIn(logged_in)));
    let (mailbox, account) = (*mailbox, *account);
    if committed > position.acked {
        session.store(
            0,
            Work::Ack {
                mailbox,
                upto: committed,
            },
            effects,
        );
    }
    let mail = Mail::new(committed);
    session.state = State::LoggedIn(Box::new(Device {
        mailbox,
        account,
        mail,
    }));
    effects.push(Effect::Claim {
        mailbox,
        boot: *boot,
    });
    Ok(())
}

/// How far the device has come: as far as it says, if it speaks of this data set.
fn committed(relay: &Relay, cursor: Option<&proto::Cursor>, position: Position) -> u64 {
    let incarnation = relay.incarnation();
    cursor
        .filter(|cursor| cursor.incarnation == incarnation.as_bytes())
        .map_or(position.acked, |cursor| {
            cursor.seq.min(position.last).max(position.acked)
        })
}
