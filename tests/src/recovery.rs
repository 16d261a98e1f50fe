//! An account that is recovered by whoever has its recovery key, past the program that made it.

use std::net::TcpStream;

use ed25519_dalek::SigningKey;
use prost::Message as _;
use sotto_core::testing;
use sotto_wire::chain::build::{self, Signer};
use sotto_wire::chain::{Chain, Listed, Payload};
use sotto_wire::ids::AccountId;
use sotto_wire::proto::{
    AppendChain, ClientFrame, RelayFrame, client_frame::Verb, relay_frame::Answer,
};
use tokio_tungstenite::tungstenite::{self, Message};

use crate::processes::{Profile, database};

/// Recovers the account of a profile that no process uses, with the same devices and the same key, and
/// has a relay take it. The profile itself is not told.
pub fn recover(profile: &Profile, account: AccountId, relay: &str) {
    let store = testing::store(profile.dir(), database::key(profile.dir())).unwrap();
    let chain = Chain::verify(&testing::statements(&store, &account)).unwrap();
    let key = SigningKey::from_bytes(&testing::recovery_secret(&store).unwrap());
    drop(store);
    let known = chain.devices().iter().map(|device| device.mailbox);
    let recover = Payload::Recover {
        parent: chain.head().hash,
        devices: known.map(Listed::Known).collect(),
        recovery_key: key.verifying_key().to_bytes(),
    };
    let signers = [Signer::Recovery(&key)];
    let statement = build::next(&chain, &recover, &[9; 16], &signers).unwrap();
    let append = AppendChain {
        account: account.to_vec(),
        expected: Some(chain.head().into()),
        statements: vec![statement],
    };
    let answer = ask(relay, Verb::AppendChain(append));
    assert!(matches!(answer, Answer::Chain(_)), "{answer:?}");
}

/// Asks a relay one thing, as nobody in particular.
fn ask(relay: &str, verb: Verb) -> Answer {
    let host = relay.trim_start_matches("http://");
    let line = TcpStream::connect(host).unwrap();
    let (mut line, _) = tungstenite::client(format!("ws://{host}/v1/anonymous"), line).unwrap();
    let frame = ClientFrame {
        request: 1,
        verb: Some(verb),
    };
    let frame = Message::Binary(frame.encode_to_vec().into());
    line.send(frame).unwrap();
    loop {
        if let Message::Binary(bytes) = line.read().unwrap() {
            let frame = RelayFrame::decode(bytes.as_ref()).unwrap();
            if frame.request == 1 {
                return frame.answer.unwrap();
            }
        }
    }
}
