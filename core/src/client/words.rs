//! Notices in words. The text is English; whoever shows another language takes the code, which never
//! changes, and puts the arguments in.

use std::collections::HashMap;

use super::notices::NoticeKind;

/// A sentence for a person.
pub(super) struct Sentence {
    pub code: String,
    pub args: HashMap<String, String>,
    pub text: String,
}

/// What a notice says: about somebody who is called so here, or about the own account.
pub(super) fn say(kind: NoticeKind, name: Option<&str>) -> Sentence {
    let (code, template) = match name {
        Some(_) => of_others(kind),
        None => of_own(kind),
    };
    let args: HashMap<String, String> = name
        .map(|name| ("name".to_owned(), name.to_owned()))
        .into_iter()
        .collect();
    Sentence {
        code: code.to_owned(),
        text: template.replace("{name}", name.unwrap_or_default()),
        args,
    }
}

/// Code and sentence of a notice about another person.
fn of_others(kind: NoticeKind) -> (&'static str, &'static str) {
    match kind {
        NoticeKind::DeviceAdded => ("device_added", "{name} has a new device."),
        NoticeKind::DeviceRemoved => ("device_removed", "{name} has removed a device."),
        NoticeKind::Recovered => (
            "recovered",
            "{name} has recovered their account with its recovery words. Make sure that it is still \
             the same person.",
        ),
        NoticeKind::Fork => (
            "fork",
            "{name} has two contradicting lists of devices, so nothing is sent there. Ask them on \
             another way.",
        ),
        NoticeKind::RelayContradicts => (
            "relay_contradicts",
            "A relay has contradicted itself about the devices of {name}. Both of its words are kept.",
        ),
        NoticeKind::Forged => (
            "forged",
            "A message that claimed to be from {name} was forged, and was dropped.",
        ),
        NoticeKind::UpdateNeeded => (
            "update_needed",
            "A newer version of Sotto is needed to write to {name}.",
        ),
        NoticeKind::Verified => ("verified", "You have verified {name}."),
        NoticeKind::Unverified => ("unverified", "{name} is no longer marked as verified."),
        NoticeKind::VerificationLost => (
            "verification_lost",
            "{name} is no longer verified, because their account was recovered. What you write to \
             them waits until you have compared safety numbers again, or go on without.",
        ),
        NoticeKind::SafetyNumberChanged => (
            "safety_number_changed",
            "The second line of your safety number with {name} has changed: something about their \
             account is new, but not their devices. They are still verified.",
        ),
        NoticeKind::SessionReset => (
            "session_reset",
            "The encryption with {name} was set up anew, because one of their devices could not read \
             a message. It is sent again.",
        ),
        NoticeKind::AccountClosed => (
            "account_closed",
            "{name} has closed their account. Nothing can be sent there any more.",
        ),
        NoticeKind::RestoredCopy | NoticeKind::Cloned | NoticeKind::Removed | NoticeKind::Other => {
            of_own(kind)
        }
    }
}

/// The same about the own account and this device.
fn of_own(kind: NoticeKind) -> (&'static str, &'static str) {
    match kind {
        NoticeKind::DeviceAdded => (
            "own_device_added",
            "Your account has a new device. If you did not add it, somebody else has access to your \
             account.",
        ),
        NoticeKind::DeviceRemoved => (
            "own_device_removed",
            "A device was removed from your account.",
        ),
        NoticeKind::Recovered => (
            "own_recovered",
            "Your account was recovered with its recovery words.",
        ),
        NoticeKind::Fork => (
            "own_fork",
            "Your account has two contradicting lists of devices. Recover it with its recovery words.",
        ),
        NoticeKind::RelayContradicts => (
            "own_relay_contradicts",
            "A relay has contradicted itself about your devices. Both of its words are kept.",
        ),
        NoticeKind::Forged => (
            "own_forged",
            "A message that claimed to be from one of your devices was forged, and was dropped.",
        ),
        NoticeKind::RestoredCopy => (
            "restored_copy",
            "This profile was an older copy of itself. It has healed, and nothing was sent twice.",
        ),
        NoticeKind::Cloned => (
            "cloned",
            "Another copy of this profile is in use, so this one has stopped. Make it a device of its \
             own.",
        ),
        NoticeKind::Removed => ("removed", "This device was removed from its account."),
        NoticeKind::UpdateNeeded => (
            "own_update_needed",
            "A newer version of Sotto is needed to read the list of your own devices.",
        ),
        NoticeKind::SessionReset => (
            "own_session_reset",
            "The encryption with one of your devices was set up anew, because it could not read a \
             message. It is sent again.",
        ),
        NoticeKind::AccountClosed => (
            "own_account_closed",
            "Your account is closed. What is on this device stays until you delete it.",
        ),
        NoticeKind::Verified
        | NoticeKind::Unverified
        | NoticeKind::VerificationLost
        | NoticeKind::SafetyNumberChanged
        | NoticeKind::Other => ("other", "Something that a newer version of Sotto can tell."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_stands_in_the_text_as_it_is() {
        let said = say(NoticeKind::DeviceAdded, Some("{name}"));
        assert_eq!(said.text, "{name} has a new device.");
        assert_eq!(said.code, "device_added");
        assert_eq!(said.args.get("name").map(String::as_str), Some("{name}"));
        let own = say(NoticeKind::DeviceAdded, None);
        assert_eq!(own.code, "own_device_added");
        assert!(own.args.is_empty());
    }
}
