//! What a page can ask for: one call of the core each.
//!
//! A page is not trusted more than a file: what it sends is checked by its type, ids are looked up,
//! and texts go to the core, which judges them. Nothing here returns a key.

mod account;
mod contacts;
mod conversations;
mod machine;
mod messages;
mod profiles;
mod safety;
mod streams;

use tauri::ipc::Invoke;

/// Every command.
pub fn handler() -> impl Fn(Invoke) -> bool + Send + Sync + 'static {
    tauri::generate_handler![
        account::me,
        account::set_name,
        account::set_about,
        account::link,
        account::revoke_link,
        account::privacy,
        account::set_privacy,
        account::devices,
        account::invite_device,
        account::add_device,
        account::relays,
        account::add_relay,
        account::remove_relay,
        account::close_account,
        account::storage_use,
        account::diagnostics,
        account::network_changed,
        contacts::contacts,
        contacts::contact,
        contacts::add_contact,
        contacts::accept_contact,
        contacts::block_contact,
        contacts::unblock_contact,
        contacts::delete_contact,
        contacts::rename_contact,
        conversations::draft,
        conversations::set_draft,
        conversations::mark_read,
        conversations::mark_unread,
        conversations::set_timer,
        conversations::mute,
        conversations::set_notify,
        conversations::archive,
        conversations::pin,
        conversations::clear,
        conversations::set_typing,
        conversations::conversation_settings,
        conversations::export_history,
        messages::send,
        messages::forward,
        messages::react,
        messages::edit,
        messages::delete_message,
        messages::message,
        messages::search,
        messages::outbox,
        messages::retry,
        machine::options,
        machine::qr_code,
        machine::read_qr_code,
        machine::open_link,
        machine::usable,
        profiles::profiles,
        profiles::unlock_profile,
        profiles::create_account,
        profiles::join_account,
        profiles::wait_joined,
        profiles::delete_profile,
        safety::safety_number,
        safety::compare_code,
        safety::set_verified,
        safety::continue_with,
        streams::subscribe,
        streams::open_list,
        streams::filter_list,
        streams::open_timeline,
        streams::page_back,
        streams::page_forward,
        streams::jump_to_message,
        streams::jump_to_date,
        streams::jump_to_newest,
        streams::close_stream,
    ]
}
