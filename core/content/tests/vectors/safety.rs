//! Safety numbers, and the code that is scanned.

use prost::Message;
use sotto_content::safety::{self, SafetyCode};
use sotto_content::{link, proto};
use sotto_wire::ids::{AccountId, Head};

use crate::load::{Case, File};
use crate::seals::head;

fn account(case: Case<'_>, field: &str) -> AccountId {
    case.array(field).into()
}

fn head_of(case: Case<'_>, field: &str) -> Head {
    case.part(field, head)
        .and_then(|head| Head::try_from(head).ok())
        .expect(field)
}

#[test]
fn numbers() {
    for case in File::read("safety.json").cases("number") {
        let (one, other) = (account(case, "account"), account(case, "peer"));
        assert_eq!(safety::digits(&one, &other), case.text("digits"));
    }
}

#[test]
fn lines_of_heads() {
    for case in File::read("safety.json").cases("heads") {
        let one = (&account(case, "account"), &head_of(case, "head"));
        let other = (&account(case, "peer"), &head_of(case, "peer_head"));
        assert_eq!(safety::heads(one, other), case.text("digits"));
    }
}

#[test]
fn codes() {
    for case in File::read("safety.json").cases("code") {
        let message = case.part("fields", |fields| proto::SafetyCode {
            version: fields.small("version"),
            account: fields.bytes("account"),
            head: fields.part("head", head),
            peer: fields.bytes("peer"),
            peer_head: fields.part("peer_head", head),
        });
        assert_eq!(link::encode('s', &message.unwrap()), case.text("text"));
        let code = SafetyCode::parse(case.text("text")).unwrap();
        assert_eq!(code.to_text(), case.text("text"));
    }
}

#[test]
fn what_a_person_found() {
    for case in File::read("safety.json").cases("verified") {
        let message = case.part("fields", |fields| proto::Verified {
            how: fields.small("how").try_into().unwrap(),
            head: fields.part("head", head),
            own_head: fields.part("own_head", head),
            at: fields.number("at"),
            continued_epoch: fields.small("continued_epoch"),
        });
        let message = message.unwrap();
        assert_eq!(message.encode_to_vec(), case.bytes("bytes"));
        let read = proto::Verified::decode(case.bytes("bytes").as_slice());
        assert_eq!(read, Ok(message));
    }
}
