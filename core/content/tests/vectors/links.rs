//! Links as text.

use prost::Message;
use sotto_content::link::{self, ContactLink};
use sotto_content::proto;

use crate::load::{Case, File};
use crate::seals::head;

fn contact(case: Case<'_>) -> proto::ContactLink {
    proto::ContactLink {
        version: case.small("version"),
        relay: case.text("relay").into(),
        relay_key: case.bytes("relay_key"),
        account: case.bytes("account"),
        head: case.part("head", head),
        name: case.text("name").into(),
        slot: case.bytes("slot"),
        token: case.bytes("token"),
    }
}

fn invitation(case: Case<'_>) -> proto::DeviceInvitation {
    proto::DeviceInvitation {
        version: case.small("version"),
        account: case.bytes("account"),
        relay: case.text("relay").into(),
        relay_key: case.bytes("relay_key"),
        head: case.part("head", head),
        slot: case.bytes("slot"),
        token: case.bytes("token"),
    }
}

fn request(case: Case<'_>) -> proto::DeviceRequest {
    proto::DeviceRequest {
        version: case.small("version"),
        account: case.bytes("account"),
        device: case.part("device", |device| sotto_wire::proto::ProvenDevice {
            entry: device.bytes("entry"),
            signing_proof: device.bytes("signing_proof"),
            identity_proof: device.bytes("identity_proof"),
        }),
    }
}

/// Written as recorded, and read back.
fn same<M: Message + Default + PartialEq + std::fmt::Debug>(
    case: &Case<'_>,
    make: impl Fn(Case<'_>) -> M,
) {
    let kind = case.text("kind").chars().next().unwrap();
    let message = case.part("fields", make).unwrap();
    assert_eq!(message.encode_to_vec(), case.bytes("bytes"));
    assert_eq!(link::encode(kind, &message), case.text("text"));
    assert_eq!(link::decode(kind, case.text("text")), Ok(message));
}

#[test]
fn links() {
    for case in File::read("links.json").cases("link") {
        match case.text("kind") {
            "c" => {
                same(&case, contact);
                let link = ContactLink::parse(case.text("text")).unwrap();
                assert_eq!(link.to_text(), case.text("text"));
            }
            "i" => same(&case, invitation),
            "d" => same(&case, request),
            kind => panic!("no kind {kind}"),
        }
    }
}
