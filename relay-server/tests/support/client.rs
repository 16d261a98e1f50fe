//! A client on a real socket, and the relay's own program.

use std::future::Future;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};

use futures_util::{SinkExt, StreamExt};
use prost::Message as _;
use rustix::process::{Pid, Signal, kill_process};
use sotto_wire::ids::RelayKey;
use sotto_wire::proto;
use sotto_wire::proto::client_frame::Verb;
use sotto_wire::proto::relay_frame::Answer;
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

use super::{Device, Person};

/// The program, running; killed when dropped.
pub struct Running {
    child: Child,
    pub address: String,
    pub key: RelayKey,
}

impl Running {
    pub fn start(data: &Path) -> Self {
        Self::start_with(data, &[], &[])
    }

    pub fn start_with(data: &Path, arguments: &[&str], environment: &[(&str, &str)]) -> Self {
        let mut child = command(data, arguments, environment)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let first = lines.next().unwrap().unwrap();
        let second = lines.next().unwrap().unwrap();
        let address = first
            .strip_prefix("listening on http://")
            .unwrap()
            .to_owned();
        let key = from_hex(second.strip_prefix("relay key ").unwrap());
        Self {
            child,
            address,
            key: RelayKey::new(key.try_into().unwrap()),
        }
    }

    /// SIGKILL: no handler runs, nothing is flushed that was not.
    pub fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    pub fn terminate(&self) {
        let pid = Pid::from_raw(i32::try_from(self.child.id()).unwrap()).unwrap();
        kill_process(pid, Signal::TERM).unwrap();
    }

    pub fn wait(mut self) -> ExitStatus {
        self.child.wait().unwrap()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

pub fn command(data: &Path, arguments: &[&str], environment: &[(&str, &str)]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sotto-relay"));
    command
        .args(["--listen", "127.0.0.1:0", "--data"])
        .arg(data)
        .args(arguments)
        .envs(environment.iter().copied())
        .stderr(Stdio::null());
    command
}

fn from_hex(text: &str) -> Vec<u8> {
    (0..text.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap())
        .collect()
}

/// Why a client hears no more.
#[derive(Debug, PartialEq, Eq)]
pub enum End {
    Closed(u16),
    Lost,
}

pub struct Client {
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
    pub nonce: [u8; 32],
    pub key: RelayKey,
    request: u64,
}

impl Client {
    pub async fn connect(relay: &Running, endpoint: &str) -> Self {
        let url = format!("ws://{}/v1/{endpoint}", relay.address);
        let (socket, _) = connect_async(url).await.unwrap();
        let mut client = Self {
            socket,
            nonce: [0; 32],
            key: relay.key,
            request: 0,
        };
        let (0, Answer::Hello(hello)) = client.hear().await.unwrap() else {
            panic!("the first frame is the greeting")
        };
        client.nonce = hello.nonce.try_into().unwrap();
        client
    }

    pub async fn send(&mut self, verb: Verb) -> Result<u64, End> {
        self.request += 1;
        let frame = proto::ClientFrame {
            request: self.request,
            verb: Some(verb),
        };
        let message = Message::Binary(frame.encode_to_vec().into());
        self.socket.send(message).await.map_err(|_| End::Lost)?;
        Ok(self.request)
    }

    pub async fn hear(&mut self) -> Result<(u64, Answer), End> {
        loop {
            match self.socket.next().await {
                Some(Ok(Message::Binary(bytes))) => {
                    let frame = proto::RelayFrame::decode(bytes.as_ref()).unwrap();
                    return Ok((frame.request, frame.answer.unwrap()));
                }
                Some(Ok(Message::Close(Some(frame)))) => {
                    return Err(End::Closed(frame.code.into()));
                }
                Some(Ok(_)) => {}
                Some(Err(_)) | None => return Err(End::Lost),
            }
        }
    }

    pub async fn ask(&mut self, verb: Verb) -> Result<Answer, End> {
        let request = self.send(verb).await?;
        loop {
            let (of, answer) = self.hear().await?;
            if of == request {
                return Ok(answer);
            }
        }
    }

    pub async fn login(relay: &Running, device: &mut Device) -> Result<Self, End> {
        let mut client = Self::connect(relay, "device").await;
        let login = device.login(&client.key, &client.nonce, None);
        match client.ask(Verb::Login(login)).await? {
            Answer::LoggedIn(_) => Ok(client),
            other => panic!("{other:?}"),
        }
    }

    /// Everything that waits, until the relay says that there is no more.
    pub async fn drain(&mut self) -> Result<Vec<proto::Envelope>, End> {
        let mut envelopes: Vec<proto::Envelope> = Vec::new();
        loop {
            match self.hear().await?.1 {
                Answer::Delivery(delivery) => envelopes.extend(delivery.envelopes),
                Answer::QueueEmpty(_) => return Ok(envelopes),
                other => panic!("{other:?}"),
            }
            if let Some(last) = envelopes.last() {
                self.send(Verb::Ack(proto::Ack { seq: last.seq })).await?;
            }
        }
    }
}

/// Registers and publishes slot 1.
pub async fn settle(relay: &Running, person: &mut Person) {
    let mut anonymous = Client::connect(relay, "anonymous").await;
    let register = person.register(&relay.key, &anonymous.nonce);
    let answer = anonymous.ask(Verb::Register(register)).await.unwrap();
    assert!(matches!(answer, Answer::Registered(_)), "{answer:?}");
    let slots = person.slots(1);
    let mut device = Client::login(relay, &mut person.devices[0]).await.unwrap();
    let answer = device.ask(Verb::SetSlots(slots)).await.unwrap();
    assert!(matches!(answer, Answer::Done(_)), "{answer:?}");
}

/// Runs a test's sockets on its own thread.
pub fn run<T>(test: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap()
        .block_on(test)
}
