//! People compare safety numbers, and what becomes of it when accounts change.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use ed25519_dalek::SigningKey;
use sotto_content::link::LinkError;
use sotto_content::safety::SafetyCode;
use sotto_core::testing::{
    self, Comparison, ConnKind, EngineError, HeadComparison, HowVerified, NoticeKind, Verification,
};
use sotto_tests::world::{DeviceId, RelayId, World};
use sotto_wire::chain::build::{self, Signer};
use sotto_wire::chain::{Chain, Listed, Payload};
use sotto_wire::ids::{AccountId, StatementHash};
use sotto_wire::proto::{AppendChain, client_frame::Verb, relay_frame::Answer};

const MINUTE: u64 = 60_000;

/// Ada and Ben know each other.
struct Pair {
    world: World,
    relay: RelayId,
    ada: DeviceId,
    ben: DeviceId,
    a: AccountId,
    b: AccountId,
}

impl Pair {
    fn new(seed: u64) -> Self {
        let mut world = World::new(seed);
        let relay = world.relay();
        let (ada, ben) = (world.person("ada", relay), world.person("ben", relay));
        world.befriend(ada, ben);
        world.befriend(ben, ada);
        let (a, b) = (world.account(ada), world.account(ben));
        world.send(ada, b, "hello");
        world.send(ben, a, "hello yourself");
        world.settle();
        Self {
            world,
            relay,
            ada,
            ben,
            a,
            b,
        }
    }

    /// Digits, line of the heads (empty where there is none), code.
    fn number(&self, on: DeviceId, with: &AccountId) -> (String, String, String) {
        let number = testing::safety_number(self.world.device(on).store(), with).unwrap();
        (number.0, number.1.unwrap_or_default(), number.2)
    }

    fn compare(&self, on: DeviceId, with: &AccountId, code: &str) -> Comparison {
        testing::compare_code(self.world.device(on).store(), with, code).unwrap()
    }

    /// State, whether a chain has gone on, whether mail is held back.
    fn verified(&self, on: DeviceId, with: &AccountId) -> (Verification, bool, bool) {
        testing::verified(self.world.device(on).store(), with).unwrap()
    }

    fn set_verified(&mut self, how: Option<HowVerified>) -> Result<(), EngineError> {
        let b = self.b;
        self.world.command(self.ada, move |machine, now| {
            machine.set_verified(&b, how, now)
        })
    }

    fn told(&self, on: DeviceId, kind: NoticeKind) -> usize {
        let all = testing::notices(self.world.device(on).store());
        all.into_iter().filter(|told| *told == kind).count()
    }

    /// Ben's recovery key makes a statement that his relay takes, and his device finds it there.
    fn recover_ben(&mut self) {
        let store = self.world.device(self.ben).store();
        let chain = Chain::verify(&testing::statements(store, &self.b)).unwrap();
        let key = SigningKey::from_bytes(&testing::recovery_secret(store).unwrap());
        let devices = chain.devices().iter();
        let recover = Payload::Recover {
            parent: chain.head().hash,
            devices: devices
                .map(|device| Listed::Known(device.mailbox))
                .collect(),
            recovery_key: key.verifying_key().to_bytes(),
        };
        let signers = [Signer::Recovery(&key)];
        let statement = build::next(&chain, &recover, &[9; 16], &signers).unwrap();
        let append = AppendChain {
            account: self.b.to_vec(),
            expected: Some(chain.head().into()),
            statements: vec![statement],
        };
        let mut line = self.world.dial(self.relay, ConnKind::Anonymous);
        let answers = self.world.say(&mut line, Verb::AppendChain(append));
        assert!(matches!(answers[..], [Answer::Chain(_)]), "{answers:?}");
        self.world.set_offline(self.ben, true);
        self.world.set_offline(self.ben, false);
        self.world.run_for(MINUTE);
    }

    fn says(&mut self, from: DeviceId, text: &str) {
        let to = if from == self.ben { self.a } else { self.b };
        self.world.send(from, to, text);
    }
}

#[test]
fn both_see_one_number_and_a_new_device_changes_its_second_line_only() {
    let mut pair = Pair::new(70);
    let (digits, heads, _) = pair.number(pair.ada, &pair.b);
    let (same_digits, same_heads, code) = pair.number(pair.ben, &pair.a);
    assert_eq!((digits.len(), heads.len()), (60, 20));
    assert_eq!((&digits, &heads), (&same_digits, &same_heads));
    assert_eq!(pair.compare(pair.ada, &pair.b, &code), Comparison::Same);

    assert_eq!(
        pair.verified(pair.ada, &pair.b),
        (Verification::No, false, false)
    );
    pair.set_verified(Some(HowVerified::Scanned { code }))
        .unwrap();
    assert_eq!(
        pair.verified(pair.ada, &pair.b),
        (Verification::Scanned, false, false)
    );
    assert_eq!(pair.told(pair.ada, NoticeKind::Verified), 1);

    pair.world.second_device(pair.ben, "ben's other");
    pair.world.run_for(2 * MINUTE);
    pair.world.settle();
    let (digits_after, heads_after, _) = pair.number(pair.ada, &pair.b);
    assert_eq!(digits_after, digits);
    assert_ne!(heads_after, heads);
    assert_eq!(heads_after, pair.number(pair.ben, &pair.a).1);
    assert_eq!(
        pair.verified(pair.ada, &pair.b),
        (Verification::Scanned, true, false)
    );
    assert_eq!(pair.told(pair.ada, NoticeKind::DeviceAdded), 1);
    assert_eq!(pair.told(pair.ada, NoticeKind::SafetyNumberChanged), 0);

    let intent = pair
        .world
        .command(pair.ben, |machine, now| machine.set_recovery(now))
        .unwrap();
    pair.world.await_outcome(pair.ben);
    pair.world.run_for(2 * MINUTE);
    let told = pair.told(pair.ada, NoticeKind::SafetyNumberChanged);
    assert_eq!(told, 1, "a change that is none of devices: {intent:?}");
}

#[test]
fn a_code_says_which_side_has_not_seen_the_newest_change() {
    let mut pair = Pair::new(71);
    let (_, old_heads, old_code) = pair.number(pair.ben, &pair.a);
    pair.world.set_offline(pair.ada, true);
    pair.world.second_device(pair.ben, "ben's other");
    let (_, _, new_code) = pair.number(pair.ben, &pair.a);
    let (_, _, adas_code) = pair.number(pair.ada, &pair.b);
    use HeadComparison::{Equal, Known, New};
    let same_accounts = |theirs, ours| Comparison::SameAccounts { theirs, ours };
    assert_eq!(
        pair.compare(pair.ada, &pair.b, &new_code),
        same_accounts(New, Equal)
    );
    assert_eq!(
        pair.compare(pair.ben, &pair.a, &adas_code),
        same_accounts(Equal, Known)
    );
    // It shows that the accounts are the same, and is taken for no more.
    pair.set_verified(Some(HowVerified::Scanned { code: new_code }))
        .unwrap();
    assert_eq!(
        pair.verified(pair.ada, &pair.b),
        (Verification::SameAccounts, false, false)
    );
    pair.world.set_offline(pair.ada, false);
    pair.world.run_for(2 * MINUTE);
    pair.world.settle();
    assert_eq!(
        pair.compare(pair.ada, &pair.b, &old_code),
        same_accounts(Known, Equal)
    );
    // Digits that were on the screen before do not count for what is known now.
    let heads = Some(old_heads);
    assert_eq!(
        pair.set_verified(Some(HowVerified::Compared { heads })),
        Err(EngineError::NotSame)
    );
    let (_, heads, _) = pair.number(pair.ben, &pair.a);
    let heads = Some(format!("{} {}", &heads[..5], &heads[5..]));
    pair.set_verified(Some(HowVerified::Compared { heads }))
        .unwrap();
    assert_eq!(
        pair.verified(pair.ada, &pair.b),
        (Verification::SameAccounts, false, false)
    );
    pair.set_verified(None).unwrap();
    assert_eq!(
        pair.verified(pair.ada, &pair.b),
        (Verification::No, false, false)
    );
    assert_eq!(pair.told(pair.ada, NoticeKind::Unverified), 1);
}

#[test]
fn somebody_who_was_just_added_can_be_verified_before_anything_is_said() {
    let mut world = World::new(76);
    let relay = world.relay();
    let (ada, ben) = (world.person("ada", relay), world.person("ben", relay));
    world.befriend(ada, ben);
    world.run_for(MINUTE);
    let b = world.account(ben);
    let number = testing::safety_number(world.device(ada).store(), &b).unwrap();
    assert_eq!((number.0.len(), number.1), (60, None));
    let how = Some(HowVerified::Compared { heads: None });
    let verify = |machine: &mut testing::Machine, now| machine.set_verified(&b, how, now);
    assert_eq!(
        world.command(ada, verify.clone()),
        Err(EngineError::ChainUnknown)
    );
    world.command(ada, |machine, _| machine.look_up(&b));
    world.run_for(MINUTE);
    let number = testing::safety_number(world.device(ada).store(), &b).unwrap();
    assert_eq!(number.1.map(|heads| heads.len()), Some(20));
    world.command(ada, verify).unwrap();
    assert_eq!(
        testing::verified(world.device(ada).store(), &b).unwrap().0,
        Verification::SameAccounts
    );
}

#[test]
fn a_code_that_does_not_fit_verifies_nothing() {
    let mut pair = Pair::new(72);
    let cho = pair.world.person("cho", pair.relay);
    let c = pair.world.account(cho);
    for (one, other) in [
        (cho, pair.ada),
        (pair.ada, cho),
        (cho, pair.ben),
        (pair.ben, cho),
    ] {
        pair.world.befriend(one, other);
    }
    pair.world.settle();
    let (_, _, of_ben) = pair.number(pair.ben, &pair.a);
    let mut forked = SafetyCode::parse(&of_ben).unwrap();
    forked.head.hash = StatementHash::new([1; 32]);
    let refused = [
        (pair.number(pair.ada, &pair.b).2, Comparison::Own),
        (pair.number(cho, &pair.a).2, Comparison::Different),
        (pair.number(pair.ben, &c).2, Comparison::NotYou),
        (
            forked.to_text(),
            Comparison::SameAccounts {
                theirs: HeadComparison::Contradicts,
                ours: HeadComparison::Equal,
            },
        ),
    ];
    for (code, comparison) in refused {
        assert_eq!(pair.compare(pair.ada, &pair.b, &code), comparison);
        let how = Some(HowVerified::Scanned { code });
        assert_eq!(pair.set_verified(how), Err(EngineError::NotSame));
    }
    let how = Some(HowVerified::Scanned {
        code: of_ben[..60].to_owned(),
    });
    assert_eq!(
        pair.set_verified(how),
        Err(EngineError::Link(LinkError::Damaged))
    );
    assert_eq!(
        pair.verified(pair.ada, &pair.b),
        (Verification::No, false, false)
    );
}

#[test]
fn own_devices_share_what_one_of_them_verified() {
    let mut pair = Pair::new(73);
    let (_, _, code) = pair.number(pair.ben, &pair.a);
    pair.set_verified(Some(HowVerified::Scanned { code }))
        .unwrap();
    let other = pair.world.second_device(pair.ada, "ada's other");
    pair.world.run_for(2 * MINUTE);
    pair.world.settle();
    // It was told by its sibling before it had seen anything of Ben itself.
    let (state, _, held) = pair.verified(other, &pair.b);
    assert_eq!((state, held), (Verification::Scanned, false));
    assert_eq!(pair.told(other, NoticeKind::Verified), 1);
    pair.set_verified(None).unwrap();
    pair.world.settle();
    assert_eq!(pair.verified(other, &pair.b).0, Verification::No);
    assert_eq!(pair.told(other, NoticeKind::Unverified), 1);
}

#[test]
fn a_recovery_ends_verified_and_what_waits_waits_for_the_person() {
    let mut pair = Pair::new(74);
    let other = pair.world.second_device(pair.ada, "ada's other");
    pair.world.run_for(2 * MINUTE);
    let (_, _, code) = pair.number(pair.ben, &pair.a);
    pair.set_verified(Some(HowVerified::Scanned { code }))
        .unwrap();
    pair.world.settle();
    pair.world.set_offline(pair.ada, true);
    pair.says(pair.ada, "before I know");
    pair.recover_ben();
    pair.world.set_offline(pair.ada, false);
    pair.world.run_for(MINUTE);
    pair.says(pair.ben, "it is me");
    pair.world.run_for(10 * MINUTE);

    for device in [pair.ada, other] {
        assert_eq!(
            pair.verified(device, &pair.b),
            (Verification::Lost, true, true)
        );
        assert_eq!(pair.told(device, NoticeKind::VerificationLost), 1);
    }
    assert_eq!(pair.told(pair.ada, NoticeKind::Recovered), 1);
    assert_eq!(
        pair.world.texts(pair.ada, pair.b).last().unwrap(),
        "it is me"
    );
    pair.says(other, "are you sure?");
    // To take back what is lost already lets nothing go.
    pair.set_verified(None).unwrap();
    pair.world.run_for(60 * MINUTE);
    let read = pair.world.texts(pair.ben, pair.a);
    assert!(
        !read.contains(&"before I know".to_owned()) && !read.contains(&"are you sure?".to_owned()),
        "{read:?}"
    );

    let connections = pair.world.connections(pair.ada);
    assert_eq!(connections, 1, "nobody connects for what is held back");

    let b = pair.b;
    pair.world
        .command(other, move |machine, now| machine.continue_with(&b, now))
        .unwrap();
    pair.world.settle();
    for device in [pair.ada, other] {
        assert_eq!(
            pair.verified(device, &pair.b),
            (Verification::Lost, true, false)
        );
    }
    let read = pair.world.texts(pair.ben, pair.a);
    for waited in ["before I know", "are you sure?"] {
        assert_eq!(read.iter().filter(|text| *text == waited).count(), 1);
    }
    let (_, _, code) = pair.number(pair.ben, &pair.a);
    pair.set_verified(Some(HowVerified::Scanned { code }))
        .unwrap();
    pair.world.settle();
    assert_eq!(pair.verified(other, &pair.b).0, Verification::Scanned);
    assert_eq!(pair.told(other, NoticeKind::Verified), 2);
}

#[test]
fn a_recovery_of_somebody_who_was_not_verified_holds_back_nothing() {
    let mut pair = Pair::new(75);
    pair.recover_ben();
    pair.says(pair.ben, "it is me");
    pair.world.run_for(MINUTE);
    pair.says(pair.ada, "welcome back");
    pair.world.settle_and_check();
    assert_eq!(pair.told(pair.ada, NoticeKind::Recovered), 1);
    assert_eq!(pair.told(pair.ada, NoticeKind::VerificationLost), 0);
    assert_eq!(
        pair.world.texts(pair.ben, pair.a).last().unwrap(),
        "welcome back"
    );
}
