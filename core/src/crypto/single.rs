//! A session store with one state in it.

use async_trait::async_trait;
use libsignal_protocol::{ProtocolAddress, SessionRecord, SessionStore, SignalProtocolError};

/// What libsignal is given to open a message with: one state that the border has chosen, or none
/// for a first message. Given the whole record, libsignal would walk the chains of *all* states,
/// also of those that have nothing to do with the message.
///
/// It lives for one call; what comes out is put into the row in the same transaction.
pub(super) struct SingleState {
    before: Option<SessionRecord>,
    after: Option<SessionRecord>,
}

impl SingleState {
    pub(super) fn new(before: Option<SessionRecord>) -> Self {
        Self {
            before,
            after: None,
        }
    }

    /// What libsignal stored: `None` if it did not.
    pub(super) fn after(self) -> Option<SessionRecord> {
        self.after
    }
}

#[async_trait(?Send)]
impl SessionStore for SingleState {
    async fn load_session(
        &self,
        _: &ProtocolAddress,
    ) -> Result<Option<SessionRecord>, SignalProtocolError> {
        Ok(self.before.clone())
    }

    async fn store_session(
        &mut self,
        _: &ProtocolAddress,
        record: &SessionRecord,
    ) -> Result<(), SignalProtocolError> {
        self.after = Some(record.clone());
        Ok(())
    }
}
