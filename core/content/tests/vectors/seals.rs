//! The header under the seal, and the id of a conversation.

use sotto_content::direct::conversation_id;
use sotto_content::header;
use sotto_content::proto::SealedHeader;
use sotto_wire::proto::Head;

use crate::load::{Case, File};

pub fn head(case: Case<'_>) -> Head {
    Head {
        epoch: case.small("epoch"),
        seq: case.small("seq"),
        hash: case.bytes("hash"),
    }
}

#[test]
fn headers_and_their_padding() {
    for case in File::read("seals.json").cases("header") {
        let given = case
            .part("sealed_header", |part| SealedHeader {
                version: part.small("version"),
                account: part.bytes("account"),
                head: part.part("head", head),
                peer_head: part.part("peer_head", head),
                suffix: part.many("suffix"),
            })
            .unwrap();
        let framed = header::encode(&given, case.length("zeros"));
        assert_eq!(framed, case.bytes("group_id"), "{}", case.text("name"));
        assert_eq!(header::decode(&framed), Ok(given));
    }
}

#[test]
fn conversations() {
    for case in File::read("names.json").cases("conversation") {
        let id = conversation_id(
            &case.array::<32>("account").into(),
            &case.array::<32>("peer").into(),
        );
        assert_eq!(id.as_slice(), case.bytes("conversation"));
    }
}
