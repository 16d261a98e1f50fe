//! Delivery keys and tags.

use sotto_wire::delivery::{PutFlags, ReadVerb, mailbox_key, put_tag, read_key, read_tag};

use crate::load::File;

#[test]
fn delivery_keys() {
    let file = File::read("keys.json");
    for case in file.cases("mailbox_key") {
        let mailbox = case.array::<16>("mailbox").into();
        let key = mailbox_key(&case.array("secret"), &mailbox, case.number("version"));
        assert_eq!(key.as_slice(), case.bytes("key"));
    }
    for case in file.cases("read_key") {
        let account = case.array::<32>("account").into();
        let key = read_key(&case.array("secret"), &account, case.number("version"));
        assert_eq!(key.as_slice(), case.bytes("key"));
    }
}

#[test]
fn tags() {
    let file = File::read("keys.json");
    for case in file.cases("put_tag") {
        let tag = put_tag(
            &case.array("key"),
            &case.array::<32>("relay_key").into(),
            &case.array::<16>("mailbox").into(),
            &case.array::<16>("envelope_id").into(),
            PutFlags {
                ephemeral: case.flag("ephemeral"),
                urgent: case.flag("urgent"),
            },
            &case.bytes("header"),
            &case.bytes("body"),
        );
        assert_eq!(tag.as_slice(), case.bytes("tag"), "{}", case.text("name"));
    }
    for case in file.cases("read_tag") {
        let verb = match case.text("verb") {
            "GetChain" => ReadVerb::Chain,
            "GetBundles" => ReadVerb::Bundles,
            verb => panic!("{verb}"),
        };
        let tag = read_tag(
            &case.array("key"),
            &case.array::<32>("relay_key").into(),
            &case.bytes("nonce"),
            verb,
            &case.array::<32>("account").into(),
        );
        assert_eq!(tag.as_slice(), case.bytes("tag"), "{}", case.text("name"));
    }
}
