//! One connection as a task: it carries frames until one side ends it.

use std::sync::Arc;
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::sync::mpsc::{Sender, UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::task::AbortHandle;
use tokio::time::{MissedTickBehavior, interval, timeout};

use crate::engine::machine::{ConnId, ConnKind, Input};
use crate::net::{Connector, NetError, PING_EVERY, Pipe, Reader, Writer};

/// How long an ending connection may take to say so.
pub(super) const GOODBYE: Duration = Duration::from_secs(2);

/// The engine's end of a connection. Dropping it closes the connection, after what was sent; one
/// that has not come about yet is given up at once.
pub(super) struct Link {
    // The engine bounds what it has under way, so this queue needs no bound of its own; it must
    // never make the engine wait for a socket.
    frames: UnboundedSender<Vec<u8>>,
    task: AbortHandle,
    is_open: bool,
}

/// What a link tells besides inputs: why it did not come about, or that it did.
pub(super) type Report = Arc<dyn Fn(Option<NetError>) + Send + Sync>;

impl Link {
    /// Starts to connect. `inputs` gets [`Input::Opened`], the frames, and [`Input::Closed`] last.
    pub fn start(
        tokio: &Handle,
        connector: Arc<dyn Connector>,
        url: String,
        (conn, kind): (ConnId, ConnKind),
        inputs: Sender<Input>,
        report: Report,
    ) -> Self {
        let (frames, queue) = unbounded_channel();
        let task = tokio.spawn(async move {
            let code = match connector.connect(&url, kind.path()).await {
                Ok(pipe) => {
                    report(None);
                    carry(pipe, conn, queue, &inputs).await
                }
                Err(error) => {
                    tracing::debug!(code = error.code(), "no connection");
                    report(Some(error));
                    None
                }
            };
            // Nobody to tell where the engine has ended.
            let _ = inputs.send(Input::Closed(conn, code)).await;
        });
        Self {
            frames,
            task: task.abort_handle(),
            is_open: false,
        }
    }

    /// The engine has heard that the connection is there.
    pub fn set_open(&mut self) {
        self.is_open = true;
    }

    /// Hands a frame to the task. One that has ended has told the engine, or is about to.
    pub fn send(&self, frame: Vec<u8>) {
        let _ = self.frames.send(frame);
    }

    /// The task, to see whether it has ended.
    pub fn task(&self) -> AbortHandle {
        self.task.clone()
    }
}

impl Drop for Link {
    fn drop(&mut self) {
        if !self.is_open {
            self.task.abort();
        }
    }
}

/// Carries frames both ways; returns the close code that the other side gave.
async fn carry(
    pipe: Pipe,
    conn: ConnId,
    queue: UnboundedReceiver<Vec<u8>>,
    inputs: &Sender<Input>,
) -> Option<u16> {
    if inputs.send(Input::Opened(conn)).await.is_err() {
        return None;
    }
    let Pipe { reader, writer } = pipe;
    let reading = read_all(reader, conn, inputs);
    tokio::pin!(reading);
    tokio::select! {
        code = &mut reading => code,
        end = write_all(writer, queue) => match end {
            End::Wanted => None,
            // The reason, if there is one, is what the reader finds.
            End::Broken => timeout(GOODBYE, reading).await.unwrap_or(None),
        },
    }
}

async fn read_all(
    mut reader: Box<dyn Reader>,
    conn: ConnId,
    inputs: &Sender<Input>,
) -> Option<u16> {
    loop {
        match reader.read().await {
            // Waits for room: while the engine is behind, nothing more is read.
            Ok(frame) => inputs.send(Input::Frame(conn, frame)).await.ok()?,
            Err(error) => return error.close_code(),
        }
    }
}

/// Who ended the writing.
enum End {
    /// The engine has let go of the link.
    Wanted,
    /// The line.
    Broken,
}

async fn write_all(mut writer: Box<dyn Writer>, mut queue: UnboundedReceiver<Vec<u8>>) -> End {
    let mut pings = interval(PING_EVERY);
    pings.set_missed_tick_behavior(MissedTickBehavior::Delay);
    pings.reset();
    loop {
        let written = tokio::select! {
            frame = queue.recv() => match frame {
                Some(frame) => writer.write(frame).await,
                None => {
                    let _ = timeout(GOODBYE, writer.close()).await;
                    return End::Wanted;
                }
            },
            _ = pings.tick() => writer.ping().await,
        };
        if written.is_err() {
            return End::Broken;
        }
    }
}
