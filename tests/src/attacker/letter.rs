//! The attacker's letters: each layer of an envelope can be what it likes.

use std::future::Future;
use std::pin::pin;
use std::task::{Context, Poll, Waker};
use std::time::{Duration, UNIX_EPOCH};

use libsignal_protocol::{
    CiphertextMessage, CiphertextMessageType, ContentHint, DeviceId as SignalDevice,
    ProtocolAddress, SenderCertificate, SessionStore, UnidentifiedSenderMessageContent,
    message_decrypt, message_encrypt, sealed_sender_decrypt_to_usmc,
    sealed_sender_encrypt_from_usmc,
};
use prost::Message;
use rand09::RngCore;
use sotto_content::header;
use sotto_content::proto::{
    Binding, Content, Order, Plaintext, RetryRequest, SealedHeader, Text, content::Kind,
};
use sotto_wire::ids::MailboxId;
use sotto_wire::size;

use super::{Attacker, Target, identity_key};
use crate::world::World;

/// Everything that is in an envelope, before it is sealed. A test changes what it wants to lie about.
pub struct Letter {
    /// Under the seal, outside of the ratchet.
    pub header: SealedHeader,
    /// Under the ratchet.
    pub plaintext: Plaintext,
    /// The mailbox that the certificate names.
    pub sender: MailboxId,
    /// The identity key that the certificate names.
    pub identity_key: Vec<u8>,
}

impl Letter {
    /// What it says of itself.
    pub fn binding(&mut self) -> &mut Binding {
        self.plaintext.binding.as_mut().expect("a binding")
    }

    /// Changes the content.
    pub fn change(&mut self, change: impl FnOnce(&mut Content)) {
        let mut content = Content::decode(self.plaintext.content.as_slice()).expect("a content");
        change(&mut content);
        self.plaintext.content = content.encode_to_vec();
    }

    /// Changes the place of the message.
    pub fn place(&mut self, change: impl FnOnce(&mut Order)) {
        self.change(|content| change(content.order.as_mut().expect("a place")));
    }
}

impl Attacker {
    /// An honest letter with a text.
    pub fn text(&mut self, world: &World, target: &Target, body: &str) -> Letter {
        let counter = self.counters.entry(target.account()).or_default();
        *counter += 1;
        let counter = *counter;
        let content = Content {
            order: Some(Order {
                hlc: world.now() << 16,
                sent_at: world.now(),
                counter,
                prev: Vec::new(),
                conversation: sotto_content::direct::conversation_id(
                    &self.account(),
                    &target.account(),
                )
                .to_vec(),
                incarnation: self.incarnation.to_vec(),
            }),
            kind: Some(Kind::Text(Text {
                body: body.to_owned(),
                ..Text::default()
            })),
            ..Content::default()
        };
        self.letter(target, &content)
    }

    /// An honest letter with any content.
    pub fn letter(&mut self, target: &Target, content: &Content) -> Letter {
        let binding = self.binding(target);
        Letter {
            header: self.header(target),
            plaintext: Plaintext {
                binding: Some(binding),
                content: content.encode_to_vec(),
            },
            sender: self.keys.mailbox,
            identity_key: identity_key(&self.keys.identity).to_vec(),
        }
    }

    /// An honest binding.
    pub fn binding(&mut self, target: &Target) -> Binding {
        let mut message_id = [0; 16];
        self.random.fill_bytes(&mut message_id);
        Binding {
            sender_account: self.account().to_vec(),
            sender_mailbox: self.keys.mailbox.to_vec(),
            recipient_account: target.account().to_vec(),
            recipient_mailbox: target.mailbox().to_vec(),
            group: None,
            incarnation: self.incarnation.to_vec(),
            message_id: message_id.to_vec(),
        }
    }

    /// An honest header, with the whole chain.
    #[must_use]
    pub fn header(&self, target: &Target) -> SealedHeader {
        SealedHeader {
            version: header::VERSION,
            account: self.account().to_vec(),
            head: Some(self.chain.head().into()),
            peer_head: Some(target.chain.head().into()),
            suffix: self.statements(),
        }
    }

    /// Encrypts a letter in the session with the target's device and seals it.
    pub fn seal(&mut self, world: &World, target: &Target, letter: &Letter) -> Vec<u8> {
        let message = self.encrypt(world, target, letter);
        self.wrap(target, letter, message.message_type(), message.serialize())
    }

    /// One step of the ratchet.
    pub fn encrypt(
        &mut self,
        world: &World,
        target: &Target,
        letter: &Letter,
    ) -> CiphertextMessage {
        let now = UNIX_EPOCH + Duration::from_millis(world.now());
        finish(message_encrypt(
            &letter.plaintext.encode_to_vec(),
            &address(&target.mailbox()),
            &mut self.store.session_store,
            &mut self.store.identity_store,
            now,
            &mut self.random,
        ))
        .expect("a message")
    }

    /// Seals a retry request, which is under no ratchet.
    pub fn seal_request(&mut self, target: &Target, request: &RetryRequest) -> Vec<u8> {
        let letter = self.letter(target, &Content::default());
        let contents = [&[0xC0][..], &request.encode_to_vec(), &[0x80]].concat();
        self.wrap(target, &letter, CiphertextMessageType::Plaintext, &contents)
    }

    /// Puts any contents under a seal of exactly a size class.
    pub fn wrap(
        &mut self,
        target: &Target,
        letter: &Letter,
        kind: CiphertextMessageType,
        contents: &[u8],
    ) -> Vec<u8> {
        let bare = self.sealed(target, letter, kind, contents, 0);
        let class = size::class_for(bare.len()).expect("an envelope that fits");
        let missing = class - bare.len();
        // The lengths of protobuf fields grow with what they count.
        (missing.saturating_sub(8)..=missing)
            .rev()
            .map(|padding| self.sealed(target, letter, kind, contents, padding))
            .find(|sealed| sealed.len() == class)
            .expect("a size class")
    }

    fn sealed(
        &mut self,
        target: &Target,
        letter: &Letter,
        kind: CiphertextMessageType,
        contents: &[u8],
        padding: usize,
    ) -> Vec<u8> {
        let content = UnidentifiedSenderMessageContent::new(
            kind,
            certificate(&letter.sender, &letter.identity_key),
            contents.to_vec(),
            ContentHint::Default,
            Some(header::encode(&letter.header, padding)),
        )
        .expect("a sealed content");
        finish(sealed_sender_encrypt_from_usmc(
            &address(&target.mailbox()),
            &content,
            &self.store.identity_store,
            &mut self.random,
        ))
        .expect("a sealed envelope")
    }

    /// Takes an envelope's seal off: who sent it, and the message under it.
    #[must_use]
    pub fn unseal(&self, sealed: &[u8]) -> (MailboxId, CiphertextMessageType, Vec<u8>) {
        let content = finish(sealed_sender_decrypt_to_usmc(
            sealed,
            &self.store.identity_store,
        ))
        .expect("an envelope for us");
        let sender = content
            .sender()
            .expect("a sender")
            .sender_uuid()
            .expect("a uuid")
            .to_owned();
        (
            MailboxId::from_uuid_string(&sender).expect("a mailbox"),
            content.msg_type().expect("a kind"),
            content.contents().expect("contents").to_vec(),
        )
    }

    /// The retry request in an envelope, if it is one.
    #[must_use]
    pub fn request(&self, sealed: &[u8]) -> Option<RetryRequest> {
        let (_, kind, contents) = self.unseal(sealed);
        if kind != CiphertextMessageType::Plaintext {
            return None;
        }
        let body = contents.strip_prefix(&[0xC0])?.strip_suffix(&[0x80])?;
        Some(RetryRequest::decode(body).expect("a retry request"))
    }

    /// The message under an envelope's seal.
    fn message(&self, sealed: &[u8]) -> (MailboxId, CiphertextMessage) {
        let (sender, kind, contents) = self.unseal(sealed);
        let bytes = contents.as_slice();
        let message = match kind {
            CiphertextMessageType::Whisper => {
                CiphertextMessage::SignalMessage(bytes.try_into().expect("a message"))
            }
            CiphertextMessageType::PreKey => {
                CiphertextMessage::PreKeySignalMessage(bytes.try_into().expect("a message"))
            }
            other => panic!("a message of kind {other:?}"),
        };
        (sender, message)
    }

    /// The ratchet key of the message in an envelope.
    #[must_use]
    pub fn ratchet_key_of(&self, sealed: &[u8]) -> Vec<u8> {
        ratchet_key(&self.message(sealed).1)
    }

    /// Opens an envelope all the way.
    pub fn open(&mut self, sealed: &[u8]) -> Plaintext {
        let (sender, message) = self.message(sealed);
        let opened = finish(message_decrypt(
            &message,
            &address(&sender),
            &mut self.store.session_store,
            &mut self.store.identity_store,
            &mut self.store.pre_key_store,
            &self.store.signed_pre_key_store,
            &mut self.store.kyber_pre_key_store,
            &mut self.random,
        ));
        Plaintext::decode(opened.expect("a message for us").as_slice()).expect("a plaintext")
    }

    /// Whether it has a session with somebody.
    #[must_use]
    pub fn has_session(&self, with: &Target) -> bool {
        finish(
            self.store
                .session_store
                .load_session(&address(&with.mailbox())),
        )
        .expect("loaded")
        .is_some()
    }
}

pub(super) fn address(mailbox: &MailboxId) -> ProtocolAddress {
    ProtocolAddress::new(
        mailbox.to_uuid_string(),
        SignalDevice::new(1).expect("device 1"),
    )
}

/// libsignal's functions never wait over a store in memory.
pub(super) fn finish<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(done) => done,
        Poll::Pending => panic!("libsignal waited"),
    }
}

/// Mirror of libsignal's `SenderCertificate`.
#[derive(Clone, PartialEq, Message)]
struct Outer {
    #[prost(bytes = "vec", optional, tag = "1")]
    certificate: Option<Vec<u8>>,
    #[prost(bytes = "vec", optional, tag = "2")]
    signature: Option<Vec<u8>>,
}

/// Mirror of libsignal's `SenderCertificate.Certificate`.
#[derive(Clone, PartialEq, Message)]
struct Inner {
    #[prost(uint32, optional, tag = "2")]
    device: Option<u32>,
    #[prost(fixed64, optional, tag = "3")]
    expires: Option<u64>,
    #[prost(bytes = "vec", optional, tag = "4")]
    identity_key: Option<Vec<u8>>,
    #[prost(bytes = "vec", optional, tag = "7")]
    uuid: Option<Vec<u8>>,
    #[prost(uint32, optional, tag = "8")]
    signer: Option<u32>,
}

fn certificate(sender: &MailboxId, identity_key: &[u8]) -> SenderCertificate {
    let inner = Inner {
        device: Some(1),
        expires: Some(0),
        identity_key: Some(identity_key.to_vec()),
        uuid: Some(sender.to_vec()),
        signer: Some(0),
    };
    let outer = Outer {
        certificate: Some(inner.encode_to_vec()),
        signature: Some(Vec::new()),
    };
    SenderCertificate::deserialize(&outer.encode_to_vec()).expect("a certificate")
}

/// The ratchet key of a message.
#[must_use]
pub fn ratchet_key(message: &CiphertextMessage) -> Vec<u8> {
    let key = match message {
        CiphertextMessage::SignalMessage(message) => message.sender_ratchet_key(),
        CiphertextMessage::PreKeySignalMessage(first) => first.message().sender_ratchet_key(),
        _ => panic!("a message under no ratchet"),
    };
    key.serialize().into_vec()
}
