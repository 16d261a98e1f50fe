//! What an operator can decide. Every field has a default that just works.

use serde::Deserialize;
use sotto_wire::login::Binding;
use sotto_wire::proto::{ChannelBinding, RegistrationPolicy};

use crate::rate::Rate;
use crate::store::Quotas;

/// A relay's policy.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// Who may register.
    pub registration: Registration,
    /// Any of these lets somebody register under [`Registration::Token`].
    pub tokens: Vec<String>,
    /// The host name under which a TLS proxy makes this relay public; logins bind to it. `None`:
    /// loopback only.
    pub public_host: Option<String>,
    /// Shown to people.
    pub notice: String,
    /// How to reach whoever runs this.
    pub contact: String,
    /// How often and how much.
    pub limits: Limits,
}

/// Who may register.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Registration {
    /// Everybody.
    #[default]
    Open,
    /// Who has a token.
    Token,
    /// Nobody new.
    Closed,
}

/// Rates and quotas. Connections from loopback are exempt from the rates, not from the quotas.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Limits {
    /// Connections, per address prefix.
    pub connect: Rate,
    /// Registrations, per address prefix.
    pub register: Rate,
    /// Puts on anonymous connections, per address prefix.
    pub anonymous_put: Rate,
    /// Chain appends on anonymous connections, per address prefix.
    pub anonymous_append: Rate,
    /// Envelopes from siblings, contacts and links, per mailbox and lane; a retiring slot has a
    /// twentieth.
    pub mailbox_put: Rate,
    /// Puts to strangers, per sending account.
    pub stranger_put: Rate,
    /// Pre-key fetches, per asking account or slot, and asked account.
    pub bundles: Rate,
    /// Chain reads, per asking account or slot, and asked account.
    pub chain_read: Rate,
    /// Changes of a chain, per account.
    pub chain_append: Rate,
    /// Publications of keys and of slots, per device.
    pub publish: Rate,
    /// How long an envelope waits, in days.
    pub retention_days: u32,
    /// One-time keys of a kind that are kept per device.
    pub one_time_keys: u32,
    /// What may wait per mailbox.
    pub quotas: Quotas,
}

impl Default for Limits {
    fn default() -> Self {
        const MINUTE: u64 = 60;
        const HOUR: u64 = 60 * MINUTE;
        const DAY: u64 = 24 * HOUR;
        Self {
            connect: Rate::new(60, 60, MINUTE),
            register: Rate::new(10, 10, HOUR),
            anonymous_put: Rate::new(120, 4, 1),
            anonymous_append: Rate::new(20, 20, HOUR),
            mailbox_put: Rate::new(600, 50, 1),
            stranger_put: Rate::new(10, 10, DAY),
            bundles: Rate::new(6, 6, 10 * MINUTE),
            chain_read: Rate::new(60, 60, HOUR),
            chain_append: Rate::new(20, 20, DAY),
            publish: Rate::new(30, 30, HOUR),
            retention_days: 30,
            one_time_keys: 200,
            quotas: Quotas::default(),
        }
    }
}

impl Config {
    /// What a login on this relay is bound to.
    #[must_use]
    pub fn binding(&self) -> Binding {
        self.public_host
            .as_deref()
            .map_or(Binding::Loopback, Binding::host)
    }

    pub(crate) const fn channel_binding(&self) -> ChannelBinding {
        match self.public_host {
            Some(_) => ChannelBinding::Host,
            None => ChannelBinding::None,
        }
    }

    pub(crate) const fn registration_policy(&self) -> RegistrationPolicy {
        match self.registration {
            Registration::Open => RegistrationPolicy::Open,
            Registration::Token => RegistrationPolicy::Token,
            Registration::Closed => RegistrationPolicy::Closed,
        }
    }
}
