//! The profile, held by this process: what answers every request, whoever asks.

use std::sync::Arc;
use std::time::Duration;

use sotto_wire::ids::AccountId;

use super::contacts;
use super::conversation;
use super::devices;
use super::diagnostics;
use super::error::Error;
use super::events::ConnectionState;
use super::export;
use super::hub::Hub;
use super::id;
use super::import;
use super::list;
use super::message;
use super::notices;
use super::outbox;
use super::privacy::{self, Privacy};
use super::profile;
use super::relays;
use super::request::{Deed, Reply, Request};
use super::safety::{self, HowVerified};
use super::search;
use super::shown;
use super::storage;
use super::timeline;
use super::wait;
use crate::clock::Now;
use crate::engine::EngineError;
use crate::engine::enqueue::Writing;
use crate::engine::machine::Machine;
use crate::engine::settings::Setting;
use crate::net::Connector;
use crate::random::Random;
use crate::runtime::{Board, Indexing, Runtime};
use crate::store::tables::messages;
use crate::store::{Store, StoreError, View};

/// An open profile.
pub(super) struct Local {
    // Before the store: it ends with the work that it has begun.
    _indexing: Indexing,
    store: Arc<Store>,
    runtime: Runtime,
    hub: Hub,
}

impl Local {
    /// Starts everything over an open store. It stays off the network until it is told.
    pub fn start(store: Arc<Store>, connector: Arc<dyn Connector>) -> Result<Self, Error> {
        let hub = Hub::start(Arc::clone(&store))?;
        let phases = hub.phases();
        let runtime = Runtime::start(
            Arc::clone(&store),
            connector,
            Random::system(),
            Box::new(move |phase| phases.tell(phase)),
        )?;
        Ok(Self {
            _indexing: Indexing::start(&store)?,
            store,
            runtime,
            hub,
        })
    }

    pub fn hub(&self) -> &Hub {
        &self.hub
    }

    pub fn board(&self) -> &Arc<Board> {
        self.runtime.board()
    }

    pub fn runtime(&self) -> &Runtime {
        &self.runtime
    }

    #[cfg(test)]
    pub fn store(&self) -> Arc<Store> {
        Arc::clone(&self.store)
    }

    /// Reads one snapshot.
    pub fn read<T, E: From<StoreError>>(
        &self,
        f: impl FnOnce(&View<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        self.store.read(f)
    }

    /// Bytes of the database and of its log.
    pub fn sizes(&self) -> Result<(u64, u64), StoreError> {
        self.store.sizes()
    }

    /// Runs a command of the engine.
    pub fn engine<T: Send + 'static>(
        &self,
        command: impl FnOnce(&mut Machine, Now) -> Result<T, EngineError> + Send + 'static,
    ) -> Result<T, Error> {
        Ok(self.runtime.call(command)??)
    }

    /// Answers a request. Blocks.
    pub fn answer(&self, request: Request) -> Result<Reply, Error> {
        match request {
            Request::GoOnline => {
                self.runtime.go_online();
                Ok(Reply::Nothing)
            }
            Request::NetworkChanged => {
                self.runtime.network_changed();
                Ok(Reply::Nothing)
            }
            Request::Connection => Ok(Reply::Connection(self.connection())),
            Request::WaitDrained { timeout } => wait::drained(self, timeout).map(Reply::Yes),
            Request::Register {
                relay,
                name,
                token,
                timeout,
            } => profile::register(self, relay, name, token, timeout).map(Reply::Me),
            Request::Me => profile::me(self).map(Reply::Me),
            Request::SetName { name } => self.done(move |engine, now| engine.set_name(&name, now)),
            Request::Link => self
                .engine(|engine, now| engine.contact_link(now))
                .map(Reply::Text),
            Request::RevokeLink => self.done(|engine, now| engine.revoke_link(now)),
            Request::Contacts => self.read(contacts::list).map(Reply::Contacts),
            Request::FindContact { who } => self
                .read(|view| contacts::find(view, &who))
                .map(Reply::Contact),
            Request::AddContact { link } => {
                let account = self.engine(move |engine, now| engine.add_contact(&link, now))?;
                contacts::expect(self, &account).map(Reply::Contact)
            }
            Request::SetStanding { account, standing } => {
                let account = contacts::known_account(self, &account)?;
                self.engine(move |engine, now| {
                    engine.set_standing(&account, standing.to_model(), now)
                })?;
                contacts::expect(self, &account).map(Reply::Contact)
            }
            Request::RenameContact { account, name } => {
                let account = contacts::known_account(self, &account)?;
                self.engine(move |engine, now| engine.rename_contact(&account, &name, now))?;
                contacts::expect(self, &account).map(Reply::Contact)
            }
            Request::SafetyNumber { account } => safety::number(self, &account)
                .map(Box::new)
                .map(Reply::SafetyNumber),
            Request::CompareCode { account, code } => {
                safety::compare(self, &account, &code).map(Reply::Comparison)
            }
            Request::SetVerified { account, how } => {
                let account = contacts::known_account(self, &account)?;
                let how = how.map(HowVerified::into_model);
                self.engine(move |engine, now| engine.set_verified(&account, how, now))?;
                contacts::expect(self, &account).map(Reply::Contact)
            }
            Request::ContinueWith { account } => {
                let account = contacts::known_account(self, &account)?;
                self.engine(move |engine, now| engine.continue_with(&account, now))?;
                contacts::expect(self, &account).map(Reply::Contact)
            }
            Request::Myself => self.read(contacts::myself).map(Reply::Contact),
            Request::SetAbout { about } => {
                self.done(move |engine, now| engine.set_about(&about, now))
            }
            Request::Privacy => Ok(Reply::Privacy(self.read(privacy::get)?)),
            Request::SetPrivacy { privacy } => self.set_privacy(privacy),
            Request::Send { account, draft } => {
                let account = contacts::known_account(self, &account)?;
                let writing = Writing {
                    text: draft.to_wire()?,
                    answers: draft.answers,
                };
                let row = self.engine(move |engine, now| engine.write(&account, writing, now))?;
                self.message(row).map(Reply::Message)
            }
            Request::Forward { account, row } => {
                let account = contacts::known_account(self, &account)?;
                let row = self.engine(move |engine, now| engine.forward(row, &account, now))?;
                self.message(row).map(Reply::Message)
            }
            Request::React { row, emoji } => {
                self.engine(move |engine, now| engine.react(row, &emoji, now))?;
                self.message(row).map(Reply::Message)
            }
            Request::Edit { row, draft } => {
                let text = draft.to_wire()?;
                self.engine(move |engine, now| engine.edit(row, text, now))?;
                self.message(row).map(Reply::Message)
            }
            Request::DeleteMessage { row, everyone } => {
                self.done(move |engine, now| engine.delete_message(row, everyone, now))
            }
            Request::Draft { account } => {
                let account = id::account(&account)?;
                self.read(|view| conversation::draft_of(view, &account))
                    .map(Reply::Draft)
            }
            Request::ConversationSettings { account } => {
                let account = id::account(&account)?;
                self.read(|view| conversation::settings_of(view, &account))
                    .map(Reply::ConversationSettings)
            }
            Request::Set { account, deed } => {
                let account = contacts::known_account(self, &account)?;
                self.set(account, deed)
            }
            Request::Message { row } => self.message(row).map(Reply::Message),
            Request::History {
                account,
                limit,
                before,
            } => {
                let account = id::account(&account)?;
                self.read(|view| conversation::history(view, &account, limit, before))
                    .map(Reply::Messages)
            }
            Request::Window { account, query } => {
                let account = id::account(&account)?;
                self.read(|view| timeline::read(view, &account, &query))
                    .map(|window| Reply::Window(Box::new(window)))
            }
            Request::Summaries { only } => self
                .read(|view| list::read(view, only.as_deref()))
                .map(Reply::Summaries),
            Request::MessagesAfter { row, limit } => self
                .read(|view| shown::after(view, row, limit.min(conversation::MOST).into()))
                .map(Reply::Messages),
            Request::MessagesAround { row, before, after } => self
                .read(|view| search::around(view, row, before, after))
                .map(Reply::Messages),
            Request::Search { query } => self
                .read(|view| search::find(view, &query))
                .map(Reply::Found),
            Request::HighestRow => Ok(Reply::Number(self.read(messages::highest_row)?)),
            Request::WaitSent { row, timeout } => {
                wait::sent(self, row, timeout).map(Reply::Message)
            }
            Request::Outbox => self.read(outbox::list).map(Reply::Outbox),
            Request::Retry { id } => self.done(move |engine, now| engine.retry(id, now)),
            Request::Notices { after } => self
                .read(|view| notices::after(view, after))
                .map(Reply::Notices),
            Request::Devices => self.read(devices::list).map(Reply::Devices),
            Request::InviteDevice => self
                .engine(|engine, now| engine.invite_device(now))
                .map(Reply::Text),
            Request::JoinAccount { invitation, name } => self
                .engine(move |engine, now| engine.prepare_device(&invitation, &name, now))
                .map(Reply::Text),
            Request::WaitJoined { timeout } => wait::joined(self, timeout).map(Reply::Yes),
            Request::AddDevice { request, timeout } => self
                .statement(timeout, move |engine, now| engine.add_device(&request, now))
                .map(Reply::Yes),
            Request::SetRecovery { timeout } => self
                .statement(timeout, |engine, now| engine.set_recovery(now))
                .map(Reply::Yes),
            Request::SetHomes { relays, timeout } => {
                let relays = devices::homes(relays)?;
                self.statement(timeout, move |engine, now| engine.set_homes(relays, now))
                    .map(Reply::Yes)
            }
            Request::StorageUse => storage::measure(self).map(Reply::StorageUse),
            Request::Export { options } => {
                export::run(self, options, Now::read()).map(Reply::Exported)
            }
            Request::Import { options } => import::run(self, &options).map(Reply::Imported),
            Request::Diagnostics => diagnostics::tell(self, self.connection()).map(Reply::Text),
            Request::Relays => {
                let all = self.engine(|engine, now| Ok(engine.relays(now)))?;
                Ok(Reply::Relays(all.into_iter().map(relays::relay).collect()))
            }
            Request::AddRelay {
                url,
                token,
                timeout,
            } => relays::add(self, url, token, timeout).map(Reply::Yes),
            Request::RemoveRelay { url, timeout } => self
                .statement(timeout, move |engine, now| engine.remove_home(&url, now))
                .map(Reply::Yes),
            Request::AbandonRelay { url, timeout } => self
                .statement(timeout, move |engine, now| engine.abandon_home(&url, now))
                .map(Reply::Yes),
            Request::FollowAccount { link } => {
                self.done(move |engine, _| engine.follow_link(&link))
            }
            Request::CloseAccount { timeout } => relays::close(self, timeout).map(Reply::Yes),
        }
    }

    /// Does something to a conversation as a whole.
    fn set(&self, with: AccountId, deed: Deed) -> Result<Reply, Error> {
        let set = |setting: Setting| {
            self.done(move |engine, now| engine.set_for_conversation(&with, setting, now))
        };
        match deed {
            Deed::Read { up_to } => {
                self.done(move |engine, now| engine.mark_read(&with, up_to, now))
            }
            Deed::MarkUnread => set(Setting::MarkedUnread(true)),
            Deed::Draft { draft } => {
                let draft = self.read(|view| message::kept_draft(view, &draft))?;
                self.done(move |engine, now| engine.set_draft(&with, draft, now))
            }
            Deed::Timer { seconds } => {
                self.done(move |engine, now| engine.set_timer(&with, seconds, now).map(drop))
            }
            Deed::Mute { until } => set(Setting::MutedUntil(until)),
            Deed::Notify { notify } => set(Setting::Notify(notify.to_model())),
            Deed::Archive { on } => set(Setting::Archived(on)),
            Deed::Pin { on } => set(Setting::Pinned(on)),
            Deed::Clear => self.done(move |engine, now| engine.clear_conversation(&with, now)),
            Deed::Typing { active } => {
                self.done(move |engine, now| engine.set_typing(&with, active, now))
            }
        }
    }

    fn set_privacy(&self, privacy: Privacy) -> Result<Reply, Error> {
        let before = self.read(privacy::get)?;
        for ((name, on), (_, was)) in privacy.switches().into_iter().zip(before.switches()) {
            if on != was {
                self.done(move |engine, now| engine.switch(name, on, now))?;
            }
        }
        Ok(Reply::Nothing)
    }

    /// One message.
    pub fn message(&self, row: i64) -> Result<message::Message, Error> {
        self.read(|view| shown::get(view, row))?
            .ok_or(Error::NoSuchMessage)
    }

    fn connection(&self) -> ConnectionState {
        self.board().look().phase.into()
    }

    fn done(
        &self,
        command: impl FnOnce(&mut Machine, Now) -> Result<(), EngineError> + Send + 'static,
    ) -> Result<Reply, Error> {
        self.engine(command).map(|()| Reply::Nothing)
    }

    fn statement(
        &self,
        timeout: Duration,
        command: impl FnOnce(&mut Machine, Now) -> Result<[u8; 16], EngineError> + Send + 'static,
    ) -> Result<bool, Error> {
        let mark = self.board().mark();
        let intent = self.engine(command)?;
        devices::wait_statement(self, mark, intent, timeout)
    }
}
