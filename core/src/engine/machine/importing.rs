//! History that a person brings back.

use super::Machine;
use crate::clock::Now;
use crate::engine::EngineError;
use crate::engine::import::{self, Item, Tally};

impl Machine {
    /// Takes over some things of an export of this account, in one transaction.
    ///
    /// # Errors
    /// [`EngineError::NoAccount`], [`EngineError::Store`].
    pub(crate) fn import(&mut self, items: Vec<Item>, now: Now) -> Result<Tally, EngineError> {
        self.run(now, move |tx, cx| import::items(tx, cx, &items))
    }
}
