//! One connection: a task that carries its session's effects out.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::ws::{CloseFrame, Message, WebSocket};

use sotto_wire::ids::MailboxId;

use super::inbox::{Inbox, Order};
use super::{BIG_FRAME, Shared};
use crate::meters::Peer;
use crate::session::{CloseCode, Effect, Input, Kind, Session};

/// How long a peer has to answer a close. Without the wait, what it still sends would have the
/// kernel throw our close frame away.
const CLOSING: Duration = Duration::from_secs(1);

/// The connection is over, for whatever reason.
struct Over;

/// A place at the hub, given back however the task ends.
struct Seat {
    shared: Arc<Shared>,
    id: u64,
    inbox: Arc<Inbox>,
    session: Session,
    claimed: Option<MailboxId>,
}

impl Drop for Seat {
    fn drop(&mut self) {
        let now = self.shared.clock.now();
        self.session.handle(&self.shared.relay, Input::Closed, now);
        self.shared.hub.leave(self.id, self.claimed.as_ref());
    }
}

/// Serves one connection until it is over.
pub(super) async fn run(shared: Arc<Shared>, kind: Kind, peer: Peer, mut socket: WebSocket) {
    let Some((id, inbox)) = shared.hub.join() else {
        return close(&mut socket, CloseCode::Restart).await;
    };
    let session = Session::new(&shared.relay, kind, peer);
    let mut seat = Seat {
        shared,
        id,
        inbox,
        session,
        claimed: None,
    };
    seat.inbox.heard(seat.shared.clock.now().monotonic_ms);
    if seat.feed(&mut socket, Input::Opened).await.is_err() {
        return;
    }
    while seat.turn(&mut socket).await.is_ok() {}
}

impl Seat {
    /// Waits for the next thing and deals with it.
    async fn turn(&mut self, socket: &mut WebSocket) -> Result<(), Over> {
        let inbox = Arc::clone(&self.inbox);
        let takes_frames = self.session.takes_frames();
        tokio::select! {
            () = inbox.dead() => Err(Over),
            () = inbox.filled() => self.emptied_inbox(socket).await,
            message = socket.recv(), if takes_frames => {
                let message = message.ok_or(Over)?.map_err(|_| Over)?;
                self.received(socket, message).await
            }
        }
    }

    async fn received(&mut self, socket: &mut WebSocket, message: Message) -> Result<(), Over> {
        self.inbox.heard(self.shared.clock.now().monotonic_ms);
        match message {
            Message::Binary(bytes) => {
                let effects = self.frame(bytes.into()).await;
                self.carry_out(socket, effects).await
            }
            Message::Ping(_) | Message::Pong(_) => Ok(()),
            Message::Text(_) => {
                close(socket, CloseCode::BadFrame).await;
                Err(Over)
            }
            Message::Close(_) => Err(Over),
        }
    }

    async fn emptied_inbox(&mut self, socket: &mut WebSocket) -> Result<(), Over> {
        let (inputs, order) = self.inbox.take();
        for input in inputs {
            self.feed(socket, input).await?;
        }
        match order {
            None => Ok(()),
            Some(Order::Ping) => {
                self.transmit(socket, Message::Ping(Vec::new().into()))
                    .await
            }
            Some(Order::Restart) => self.restart(socket).await,
        }
    }

    /// Answers what is still being stored, then says that the relay will be back.
    async fn restart(&mut self, socket: &mut WebSocket) -> Result<(), Over> {
        while !self.session.is_settled() {
            let inbox = Arc::clone(&self.inbox);
            inbox.filled().await;
            let (inputs, _) = self.inbox.take();
            for input in inputs {
                self.feed(socket, input).await?;
            }
        }
        close(socket, CloseCode::Restart).await;
        Err(Over)
    }

    async fn frame(&mut self, bytes: Vec<u8>) -> Vec<Effect> {
        let shared = Arc::clone(&self.shared);
        let _leave = if bytes.len() >= BIG_FRAME {
            shared.big_frames.acquire().await.ok()
        } else {
            None
        };
        self.handle(Input::Frame(bytes))
    }

    fn handle(&mut self, input: Input) -> Vec<Effect> {
        let now = self.shared.clock.now();
        self.session.handle(&self.shared.relay, input, now)
    }

    async fn feed(&mut self, socket: &mut WebSocket, input: Input) -> Result<(), Over> {
        let effects = self.handle(input);
        self.carry_out(socket, effects).await
    }

    async fn carry_out(
        &mut self,
        socket: &mut WebSocket,
        effects: Vec<Effect>,
    ) -> Result<(), Over> {
        let mut effects = VecDeque::from(effects);
        while let Some(effect) = effects.pop_front() {
            match effect {
                Effect::Send(frame) => {
                    self.transmit(socket, Message::Binary(frame.into())).await?;
                }
                Effect::Store(job) => self.shared.writer.submit(job, &self.inbox),
                Effect::Notify(notice) => self.shared.hub.notify(notice),
                Effect::Claim { mailbox, boot } => {
                    self.claimed = Some(mailbox);
                    let claimed = self.shared.hub.claim(mailbox, boot, &self.inbox);
                    let input = if claimed {
                        Input::Claimed
                    } else {
                        Input::Replaced
                    };
                    effects.extend(self.handle(input));
                }
                Effect::Close(code) => {
                    close(socket, code).await;
                    return Err(Over);
                }
            }
        }
        Ok(())
    }

    /// Sends, for as long as the peer is alive. While this waits nothing is read: that is the
    /// back-pressure.
    async fn transmit(&self, socket: &mut WebSocket, message: Message) -> Result<(), Over> {
        tokio::select! {
            sent = socket.send(message) => sent.map_err(|_| Over),
            () = self.inbox.dead() => Err(Over),
        }
    }
}

async fn close(socket: &mut WebSocket, code: CloseCode) {
    let frame = CloseFrame {
        code: code.number(),
        reason: "".into(),
    };
    let closing = async {
        if socket.send(Message::Close(Some(frame))).await.is_ok() {
            while let Some(Ok(_)) = socket.recv().await {}
        }
    };
    let _ = tokio::time::timeout(CLOSING, closing).await;
}
