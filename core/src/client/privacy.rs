//! What is said automatically.

use serde::{Deserialize, Serialize};

use super::error::Error;
use super::handle::Client;
use super::request::{Reply, Request};
use crate::engine::{EngineError, settings};
use crate::store::View;

/// What is said automatically, on all own devices. Only accepted contacts are ever told anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Privacy {
    /// Tells who wrote that their message has come.
    pub delivered_receipts: bool,
    /// Tells who wrote that their message was read; and shows when others have read.
    pub read_receipts: bool,
    /// Tells that the person types; and shows when others do.
    pub typing: bool,
    /// What is automatic waits longer, so that its time tells less.
    pub strict: bool,
}

impl Privacy {
    pub(super) fn switches(self) -> [(&'static str, bool); 4] {
        [
            (settings::DELIVERED_RECEIPTS, self.delivered_receipts),
            (settings::READ_RECEIPTS, self.read_receipts),
            (settings::TYPING, self.typing),
            (settings::STRICT_PRIVACY, self.strict),
        ]
    }
}

impl Client {
    /// What is said automatically.
    ///
    /// # Errors
    /// [`Error::NoAccount`].
    pub fn privacy(&self) -> Result<Privacy, Error> {
        let Reply::Privacy(privacy) = self.ask(&Request::Privacy)? else {
            return Err(Error::bug("another reply was expected"));
        };
        Ok(privacy)
    }

    /// Changes it, on all own devices.
    ///
    /// # Errors
    /// [`Error::NoAccount`].
    pub fn set_privacy(&self, privacy: Privacy) -> Result<(), Error> {
        self.ask(&Request::SetPrivacy { privacy }).map(drop)
    }
}

pub(super) fn get(view: &View<'_>) -> Result<Privacy, EngineError> {
    Ok(Privacy {
        delivered_receipts: settings::is_on(view, settings::DELIVERED_RECEIPTS)?,
        read_receipts: settings::is_on(view, settings::READ_RECEIPTS)?,
        typing: settings::is_on(view, settings::TYPING)?,
        strict: settings::is_on(view, settings::STRICT_PRIVACY)?,
    })
}
