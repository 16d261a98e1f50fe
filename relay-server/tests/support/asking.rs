//! Requests that need more than a line to make.

use sotto_wire::delivery::{self, ReadVerb};
use sotto_wire::ids::RelayKey;
use sotto_wire::proto;
use sotto_wire::proto::client_frame::Verb;

use super::Person;

pub fn append(person: &Person, expected: proto::Head, statements: Vec<Vec<u8>>) -> Verb {
    let account = person.account().to_vec();
    Verb::AppendChain(proto::AppendChain {
        account,
        expected: Some(expected),
        statements,
    })
}

pub fn credential(
    person: &Person,
    relay: &RelayKey,
    nonce: &[u8; 32],
    verb: ReadVerb,
) -> proto::Credential {
    let key = delivery::read_key(&person.secret, &person.account(), 1);
    let tag = delivery::read_tag(&key, relay, nonce, verb, &person.account());
    proto::Credential {
        slot: vec![1; 8],
        tag: tag.to_vec(),
    }
}

pub fn get_chain(person: &Person, credential: Option<proto::Credential>) -> Verb {
    Verb::GetChain(proto::GetChain {
        account: person.account().to_vec(),
        since: None,
        credential,
    })
}

pub fn get_bundles(person: &Person, credential: Option<proto::Credential>) -> Verb {
    Verb::GetBundles(proto::GetBundles {
        account: person.account().to_vec(),
        mailboxes: person
            .devices
            .iter()
            .map(|device| device.mailbox.to_vec())
            .collect(),
        credential,
    })
}
