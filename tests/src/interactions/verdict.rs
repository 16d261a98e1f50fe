//! What must hold when everything has come to rest: nothing was lost, doubled, put out of order or
//! left over, and all devices of a person hold the same.

use std::collections::{BTreeMap, BTreeSet};

use sotto_core::testing::{
    self, ContactStanding, MessageKind, NoticeKind, OutgoingState, Shared, TableRow,
};

use super::canonical::{compare, rows};
use super::schedule::Schedule;
use super::village::{PEOPLE, hex};
use crate::world::DeviceId;

/// The kind of the registers that hold reactions.
const REACTION: &str = "64";
/// The same for edits.
const EDIT: &str = "65";
/// The register of a deletion by the author.
const DELETED: &str = "66";
/// The register of a conversation's timer.
const TIMER: &str = "67";
/// The columns of a message that both ends see alike.
const SEEN: [&str; 9] = [
    "author",
    "body",
    "device",
    "edited",
    "expires_in",
    "id",
    "kind",
    "order_key",
    "sent_at",
];

/// Checks everything that must hold.
pub(super) fn check(schedule: &mut Schedule) {
    for devices in schedule.places.people {
        check_own_devices(schedule, devices);
    }
    for (one, other) in [(0, 1), (0, 2), (1, 2)] {
        check_pair(schedule, one, other);
    }
    check_said(schedule);
    for device in schedule.places.devices() {
        check_leftovers(schedule, device);
    }
    schedule.world.check_secrecy();
    schedule.world.check_message_keys();
}

/// One state on both devices of a person.
fn check_own_devices(schedule: &Schedule, [one, other]: [DeviceId; 2]) {
    // A device that was put back to an old copy has lost what it had said itself.
    if [one, other].contains(&schedule.trouble.restored.unwrap_or(DeviceId(usize::MAX))) {
        return;
    }
    for part in Shared::ALL {
        let held = |device| {
            let shown = shown(schedule, device);
            let rows = rows(&schedule.world, device, part).into_iter();
            // What is said of a message that is deleted, or gone, is seen by nobody.
            let loose = |row: &TableRow| {
                part == Shared::Registers
                    && [REACTION, EDIT, DELETED].contains(&row["kind"].as_str())
                    && !shown.contains(&row["key"][..96])
            };
            let idle =
                |row: &TableRow| part == Shared::Conversations && is_idle(schedule, device, row);
            let rows = rows.filter(|row| !loose(row) && !idle(row) && !is_tombstone(part, row));
            rows.filter_map(|row| settled_part(schedule, device, part, row))
                .collect::<Vec<_>>()
        };
        let names = (schedule.name(one), schedule.name(other));
        let what = format!("{part:?} of {} and {}", names.0, names.1);
        compare(&schedule.places, &what, &held(one), &held(other));
    }
}

/// Whether nothing is said or set in a conversation: it is shown nowhere, for example after the only
/// message in it was deleted before it left.
fn is_idle(schedule: &Schedule, device: DeviceId, row: &TableRow) -> bool {
    let unset = [
        "timer",
        "muted_until",
        "archived_at",
        "pinned_at",
        "marked_unread",
        "notify",
    ]
    .iter()
    .all(|column| row[*column] == "0");
    unset
        && row["draft"].is_empty()
        && !rows(&schedule.world, device, Shared::Messages)
            .iter()
            .any(|message| message["conversation"] == row["id"])
}

/// Whether a row says only that something was deleted. Who hears of that before the message itself
/// shows nothing at all.
fn is_tombstone(part: Shared, row: &TableRow) -> bool {
    part == Shared::Messages && row["kind"] == MessageKind::Deleted.to_stored().to_string()
}

/// Author and id of every message that a device shows, as registers name it.
fn shown(schedule: &Schedule, device: DeviceId) -> BTreeSet<String> {
    rows(&schedule.world, device, Shared::Messages)
        .iter()
        .filter(|row| !is_tombstone(Shared::Messages, row))
        .map(|row| format!("{}{}", row["author"], row["id"]))
        .collect()
}

/// What of a row has to be the same on all own devices, if anything has to be.
///
/// What somebody says who is blocked is dropped; where one own device gets it just before it learns
/// of the block and the other just after, one has it and the other has not.
fn settled_part(
    schedule: &Schedule,
    device: DeviceId,
    part: Shared,
    mut row: TableRow,
) -> Option<TableRow> {
    let owner = schedule.places.owner(device);
    let unwanted = |account: &str| {
        let mut known = schedule.places.accounts.iter();
        let person = known.position(|known| hex(known.as_bytes()) == account);
        person.is_some_and(|person| schedule.severed(owner, person))
    };
    match part {
        Shared::Messages if unwanted(&row["author"]) => None,
        Shared::Receipts if unwanted(&row["account"]) => None,
        Shared::Registers if is_of_unwanted(schedule, owner, &row, unwanted) => None,
        Shared::Conversations if unwanted(&row["peer"]) => {
            row.remove("timer");
            Some(row)
        }
        Shared::Contacts if unwanted(&row["account"]) => {
            row.retain(|column, _| matches!(column.as_str(), "account" | "standing"));
            // So does a message that makes a request of somebody who was taken off the list.
            let number = |standing: ContactStanding| standing.to_stored().to_string();
            if row["standing"] == number(ContactStanding::Request) {
                row.insert("standing".to_owned(), number(ContactStanding::Deleted));
            }
            Some(row)
        }
        _ => Some(row),
    }
}

/// Whether a register holds what was done in a conversation with somebody who was blocked for a while.
fn is_of_unwanted(
    schedule: &Schedule,
    owner: usize,
    row: &TableRow,
    unwanted: impl Fn(&str) -> bool,
) -> bool {
    let key = row["key"].as_str();
    match row["kind"].as_str() {
        REACTION => unwanted(&key[..64]) || unwanted(&key[96..]),
        EDIT | DELETED => unwanted(&key[..64]),
        TIMER => (0..PEOPLE.len()).any(|other| {
            other != owner
                && schedule.severed(owner, other)
                && key == conversation(schedule, owner, other)
        }),
        _ => false,
    }
}

/// What both ends of a conversation see alike, by author and id.
fn seen(schedule: &Schedule, device: DeviceId, with: usize) -> Vec<TableRow> {
    let conversation = conversation(schedule, schedule.places.owner(device), with);
    let registers = rows(&schedule.world, device, Shared::Registers);
    let reactions: Vec<&TableRow> = registers
        .iter()
        .filter(|register| register["kind"] == REACTION)
        .collect();
    rows(&schedule.world, device, Shared::Messages)
        .into_iter()
        .filter(|row| row["conversation"] == conversation)
        .filter(|row| !is_tombstone(Shared::Messages, row))
        .map(|mut row| {
            let message = format!("{}{}", row["author"], row["id"]);
            let of_it: Vec<_> = reactions
                .iter()
                .filter(|reaction| reaction["key"].starts_with(&message))
                .collect();
            let of_it = format!("{of_it:?}");
            row.retain(|name, _| SEEN.contains(&name.as_str()));
            if schedule.trouble.far_clocks {
                // What is too far ahead is held to a day after it came, which is not the same for all.
                row.remove("order_key");
            }
            row.insert("reactions".to_owned(), of_it);
            row
        })
        .collect()
}

fn conversation(schedule: &Schedule, one: usize, other: usize) -> String {
    let accounts = (schedule.account(one), schedule.account(other));
    hex(&sotto_content::direct::conversation_id(
        &accounts.0,
        &accounts.1,
    ))
}

/// Two people see one conversation, but for what one of them has deleted for themselves.
fn check_pair(schedule: &Schedule, one: usize, other: usize) {
    let (here, there) = (
        schedule.places.people[one][0],
        schedule.places.people[other][0],
    );
    if schedule.trouble.restored.is_some() {
        return;
    }
    let (mut left, mut right) = (seen(schedule, here, other), seen(schedule, there, one));
    let record = &schedule.record;
    let deleted = |row: &TableRow| {
        record.has_deleted(one, &row["id"]) || record.has_deleted(other, &row["id"])
    };
    left.retain(|row| !deleted(row));
    right.retain(|row| !deleted(row));
    if record.severed(one, other) {
        // Some of it was refused or dropped, deletions, too; but nobody sees what the other has not said.
        left.retain(|row| !record.was_taken_back(&row["id"]));
        right.retain(|row| !record.was_taken_back(&row["id"]));
        let cleared = record.has_cleared(one, other) || record.has_cleared(other, one);
        if !cleared && !record.has_timer(one, other) {
            check_part_of(schedule, &left, &right, other);
            check_part_of(schedule, &right, &left, one);
        }
        return;
    }
    if record.has_timer(one, other)
        || record.has_cleared(one, other)
        || record.has_cleared(other, one)
    {
        let alike = |row: &TableRow| (row["author"].clone(), row["id"].clone());
        let both: BTreeSet<_> = left.iter().map(alike).collect();
        right.retain(|row| both.contains(&alike(row)));
        let both: BTreeSet<_> = right.iter().map(alike).collect();
        left.retain(|row| both.contains(&alike(row)));
    }
    if schedule.trouble.far_clocks {
        left.sort();
        right.sort();
    }
    let what = format!("what {} and {} see", PEOPLE[one], PEOPLE[other]);
    compare(&schedule.places, &what, &left, &right);
}

/// Everything of an author that is seen at one end is at the author's own.
fn check_part_of(schedule: &Schedule, seen: &[TableRow], said: &[TableRow], author: usize) {
    let author = hex(schedule.account(author).as_bytes());
    for row in seen.iter().filter(|row| row["author"] == author) {
        assert!(
            said.iter().any(|own| own["id"] == row["id"]),
            "nobody said {}",
            schedule.places.readable(&format!("{row:?}"))
        );
    }
}

/// Everything that was said is on every device of both ends, once, in the order in which its device
/// said it, and its author knows that it was delivered.
fn check_said(schedule: &Schedule) {
    if schedule.trouble.restored.is_some() {
        return;
    }
    let record = &schedule.record;
    let mut last: BTreeMap<(DeviceId, DeviceId, usize), usize> = BTreeMap::new();
    for (place, said) in record.said.iter().enumerate() {
        let from = schedule.places.owner(said.device);
        if record.severed(from, said.to) || record.has_timer(from, said.to) {
            continue;
        }
        let both = BTreeSet::from([(from, said.to), (said.to, from)]);
        for (holder, with) in both {
            // What its author deletes before it has left does not leave any more.
            if record.may_be_gone(holder, with, place) || record.may_be_gone(from, said.to, place) {
                continue;
            }
            for device in schedule.places.people[holder] {
                let history = schedule
                    .world
                    .device(device)
                    .history(&schedule.account(with));
                let found: Vec<usize> = (0..history.len())
                    .filter(|at| history[*at].id == said.id)
                    .collect();
                let what = format!("what was said in step {}", said.step);
                let name = schedule.name(device);
                assert_eq!(found.len(), 1, "{name} holds {what} {} times", found.len());
                let before = last.insert((device, said.device, with), found[0]);
                assert!(
                    before.is_none_or(|before| before < found[0]),
                    "{name} has {what} before what its device said earlier"
                );
                let told = holder == from && from != said.to && !record.switched;
                assert!(
                    !told || history[found[0]].receipt >= 1,
                    "{name} does not know that {what} was delivered"
                );
            }
        }
    }
}

/// Nothing waits, nothing has failed that should not have, and nobody was told of an attack.
fn check_leftovers(schedule: &Schedule, device: DeviceId) {
    let store = schedule.world.device(device).store();
    let name = schedule.name(device);
    let owner = schedule.places.owner(device);
    for (account, purpose, state, reason) in testing::outbox(store) {
        let to = schedule.places.person(&account);
        assert!(
            schedule.severed(owner, to) && state == OutgoingState::Failed && reason.is_some(),
            "{name} has {purpose:?} to {} left: {state:?} {reason:?}",
            PEOPLE[to]
        );
    }
    let mut expected = vec![
        NoticeKind::DeviceAdded,
        NoticeKind::Verified,
        NoticeKind::Unverified,
        NoticeKind::SafetyNumberChanged,
    ];
    if schedule.trouble.restored.is_some() {
        // Everybody's sessions with an old copy begin anew.
        expected.extend([NoticeKind::RestoredCopy, NoticeKind::SessionReset]);
    }
    for notice in testing::notices(store) {
        assert!(expected.contains(&notice), "{name} was told of {notice:?}");
    }
    let home = schedule.places.relays[usize::from(PEOPLE[owner] == "cho")];
    let waiting = schedule.world.waiting_at(home, device);
    assert_eq!(waiting, 0, "mail waits for {name}");
    for (other, called) in PEOPLE.into_iter().enumerate() {
        let standing = testing::standing(store, &schedule.account(other));
        let apart = other == owner || schedule.severed(owner, other);
        assert!(
            apart || standing == Some(ContactStanding::Accepted),
            "{called} stands as {standing:?} with {name}"
        );
    }
}
