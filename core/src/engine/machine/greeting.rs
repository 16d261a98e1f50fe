//! The beginning of a connection: whose relay it is, and who we are.

use ed25519_dalek::SigningKey;
use prost::Message;
use sotto_wire::ids::RelayKey;
use sotto_wire::login::{self, Binding};
use sotto_wire::proto::{
    ChannelBinding, Hello, Login, Register, ServerInfo, client_frame::Verb, register::Proof,
};
use sotto_wire::sign;

use super::link::{Pending, Stage};
use super::{ConnId, ConnKind, Machine, Outcome};
use crate::clock::Now;
use crate::crash;
use crate::engine::{EngineError, account, chains, content, routes};
use crate::model::Standing;
use crate::store::tables::{profile, relays};

impl Machine {
    pub(super) fn greeted(&mut self, conn: ConnId, hello: &Hello, now: Now) {
        let Some(link) = self.links.get_mut(&conn) else {
            return;
        };
        if !matches!(link.stage, Stage::Opening | Stage::Greeting) {
            return;
        }
        let Some((info, key)) = check(hello, link.relay.key.as_ref()) else {
            tracing::warn!("a relay is not the one it should be");
            self.refuse_founding(
                "relay_key",
                "this relay does not hold the key that it should",
            );
            let url = self.url(conn);
            self.refuse_adding(&url, "relay_key", "this relay cannot prove who it is");
            return self.drop_link(conn, now);
        };
        let Ok(nonce) = hello.nonce.as_slice().try_into() else {
            return self.drop_link(conn, now);
        };
        if info.protocol_min > content::PROTOCOL || info.protocol_max < content::PROTOCOL {
            self.refuse_founding(
                "upgrade_required",
                "this relay speaks another version of the protocol",
            );
            let (url, text) = (
                self.url(conn),
                "this relay speaks another version of the protocol",
            );
            self.refuse_adding(&url, "upgrade_required", text);
            return self.drop_link(conn, now);
        }
        link.nonce = nonce;
        link.relay.key = Some(key);
        match link.kind {
            ConnKind::Device => self.log_in(conn, &info, now),
            ConnKind::Anonymous => {
                link.stage = Stage::Ready;
                self.backoffs.remove(&(self.url(conn), ConnKind::Anonymous));
                self.found_here(conn, &key, now);
            }
        }
    }

    pub(super) fn url(&self, conn: ConnId) -> String {
        self.links
            .get(&conn)
            .map(|link| link.relay.url.clone())
            .unwrap_or_default()
    }

    /// Commits a higher boot counter and signs it: an old copy of this database cannot do that.
    fn log_in(&mut self, conn: ConnId, info: &ServerInfo, now: Now) {
        let (url, Some(key)) = (
            self.url(conn),
            self.links.get(&conn).and_then(|link| link.key()),
        ) else {
            return;
        };
        let Some(binding) = binding(&url, info) else {
            tracing::warn!("a relay asks for a login that is bound to nothing");
            return self.drop_link(conn, now);
        };
        let client_nonce: [u8; 32] = self.random.bytes();
        let nonce = self.links.get(&conn).map_or([0; 32], |link| link.nonce);
        let login = self.attempt(now, move |tx, cx| {
            let boot = profile::next_boot(tx)?;
            let relay = relays::ensure(tx, &key, &url)?;
            let transcript =
                login::challenge(&key, &nonce, &client_nonce, &binding, boot, &cx.me.mailbox);
            Ok(Login {
                mailbox: cx.me.mailbox.to_vec(),
                client_nonce: client_nonce.to_vec(),
                mode: binding.parts().0.into(),
                boot,
                signature: sign::sign(cx.me.keys.signer(), login::LOGIN_LABEL, &[&transcript])
                    .to_vec(),
                ticket: Vec::new(),
                cursor: relay
                    .incarnation
                    .map(|incarnation| sotto_wire::proto::Cursor {
                        incarnation: incarnation.to_vec(),
                        seq: relay.acked,
                    }),
                head: account::own_head(tx, &cx.me.account)?.map(Into::into),
                protocol: content::PROTOCOL,
            })
        });
        let Some(login) = login else {
            return self.drop_link(conn, now);
        };
        crash::point("boot.after_commit");
        if let Some(link) = self.links.get_mut(&conn) {
            link.stage = Stage::LoggingIn {
                client_nonce,
                boot: login.boot,
            };
        }
        self.ask(conn, Verb::Login(login), Pending::Login, now);
    }

    /// An account that is to live at this relay is founded and made known there.
    fn found_here(&mut self, conn: ConnId, key: &RelayKey, now: Now) {
        if let Some(founding) = &self.founding
            && founding.url == self.url(conn)
            && self.me.is_none()
        {
            let (name, url, key) = (founding.name.clone(), founding.url.clone(), *key);
            let random = self.random.fork();
            match self
                .store
                .write(move |tx| account::birth(tx, random, now, &name, (&key, &url)))
            {
                Ok(me) => {
                    crash::point("account.born");
                    self.me = Some(me);
                }
                Err(error) => {
                    let text = error.to_string();
                    return self.refuse_founding(error.code(), &text);
                }
            }
        }
        self.look_at_house(now);
        let is_home = self
            .house
            .homes
            .first()
            .is_some_and(|home| home.url == self.url(conn));
        if self.standing() == Some(Standing::Unregistered) && is_home {
            let token = self
                .founding
                .as_ref()
                .and_then(|founding| founding.token.clone());
            self.register(conn, token, now);
        }
    }

    /// Makes the account known to a relay.
    pub(super) fn register(&mut self, conn: ConnId, token: Option<String>, now: Now) {
        let Some((key, nonce)) = self
            .links
            .get(&conn)
            .filter(|link| !link.is_registering())
            .and_then(|link| Some((link.key()?, link.nonce)))
        else {
            return;
        };
        let register = self.attempt(now, move |tx, cx| {
            let chain = chains::load(tx, &cx.me.account)?.ok_or(EngineError::NoAccount)?;
            let signer: &SigningKey = cx.me.keys.signer();
            let transcript = login::registration(&key, &nonce, &cx.me.account, &chain.head().hash);
            Ok(Register {
                account: cx.me.account.to_vec(),
                statements: chain
                    .statements()
                    .iter()
                    .map(|statement| statement.bytes().to_vec())
                    .collect(),
                mailbox: cx.me.mailbox.to_vec(),
                signature: sign::sign(signer, login::REGISTER_LABEL, &[&transcript]).to_vec(),
                proof: token.map(Proof::Token),
            })
        });
        if let Some(register) = register {
            self.ask(conn, Verb::Register(register), Pending::Register, now);
            crash::point_once_sent("registration.sent");
        }
    }

    /// Founding has failed for good; whoever waits is told.
    pub(super) fn refuse_founding(&mut self, code: &str, text: &str) {
        if self.founding.take().is_some() {
            let outcome = Outcome::RegistrationFailed {
                code: code.to_owned(),
                text: text.to_owned(),
            };
            self.effects.push(super::Effect::Settled(outcome));
        }
    }
}

/// The relay's signed word on itself, if it is the relay that was meant.
fn check(hello: &Hello, expected: Option<&RelayKey>) -> Option<(ServerInfo, RelayKey)> {
    let info = ServerInfo::decode(hello.info.as_slice()).ok()?;
    let key = RelayKey::try_from(info.relay_key.as_slice()).ok()?;
    if expected.is_some_and(|expected| *expected != key) {
        return None;
    }
    sign::verify(
        key.as_bytes(),
        login::SERVER_INFO_LABEL,
        &[&hello.info],
        &hello.info_signature,
    )
    .ok()?;
    Some((info, key))
}

/// What a login at this relay is bound to; `None` where it would be bound to nothing.
fn binding(url: &str, info: &ServerInfo) -> Option<Binding> {
    let url = url::Url::parse(url).ok()?;
    let host = url.host_str()?;
    match info.binding() {
        ChannelBinding::None => routes::is_loopback(host).then_some(Binding::Loopback),
        ChannelBinding::Host => (info.host == host).then(|| Binding::host(host)),
        // The relay's own TLS: a proxy in front speaks for it until the exporter is wired through.
        ChannelBinding::Exporter => None,
    }
}
