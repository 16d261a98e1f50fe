//! Clocks that are wrong, by accident or on purpose: one order everywhere, and nobody's time is taken over.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use sotto_core::testing::Line;
use sotto_tests::stage::Stage;
use sotto_tests::world::World;

const MINUTE: u64 = 60_000;
const DAY: u64 = 24 * 60 * MINUTE;
const YEAR: i64 = 365 * 24 * 60 * 60 * 1000;

fn lines(stage: &Stage) -> Vec<Line> {
    stage.world.device(stage.bob).history(&stage.account())
}

#[test]
fn both_ends_agree_though_a_clock_is_a_year_off() {
    for (seed, skew) in [
        (1, YEAR),
        (2, -YEAR),
        (3, 2 * 60 * 60 * 1000),
        (4, -2 * 60 * 60 * 1000),
    ] {
        let mut world = World::new(seed);
        let relay = world.relay();
        let (ada, ben) = (world.person("ada", relay), world.person("ben", relay));
        let other = world.second_device(ada, "ada's other");
        world.befriend(ada, ben);
        world.befriend(ben, ada);
        world.settle();
        let (a, b) = (world.account(ada), world.account(ben));
        world.set_clock(ada, skew);
        for round in 0..4 {
            world.send(ada, b, &format!("ada, round {round}"));
            world.send(ben, a, &format!("ben, round {round}"));
            world.run_for(10 * MINUTE);
            world.send(other, b, &format!("ada's other, round {round}"));
            world.run_for(10 * MINUTE);
        }
        world.settle();
        let texts = world.texts(ben, a);
        assert_eq!(texts.len(), 12);
        assert_eq!(world.texts(ada, b), texts, "both ends agree, {skew} ms off");
        assert_eq!(world.texts(other, b), texts, "and so do own devices");
        for who in ["ada, ", "ben, ", "ada's other, "] {
            let said: Vec<&String> = texts.iter().filter(|text| text.starts_with(who)).collect();
            assert!(
                said.is_sorted(),
                "{who}each device's messages keep their order: {texts:?}"
            );
        }
    }
}

#[test]
fn a_clock_of_the_future_pulls_ours_by_five_minutes_at_most() {
    let mut stage = Stage::of_friends(5);
    for _ in 0..10 {
        let mut letter = stage.text("from next year");
        letter.place(|place| place.hlc = (place.hlc >> 16).saturating_add(365 * DAY) << 16);
        stage.deliver(&letter);
    }
    let now = stage.world.now();
    stage.answer("from today");
    let own = lines(&stage)
        .into_iter()
        .find(|line| line.body == "from today")
        .expect("shown");
    let ahead = (own.order_key >> 16).saturating_sub(now);
    assert!(ahead <= 5 * MINUTE + 1, "ahead by {ahead} ms");
    for line in lines(&stage)
        .iter()
        .filter(|line| line.body == "from next year")
    {
        assert!(
            line.order_key >> 16 <= stage.world.now() + DAY + 1,
            "held to a day"
        );
    }
}

#[test]
fn a_message_never_stands_before_the_one_its_device_sent_before_it() {
    let mut stage = Stage::of_friends(6);
    for (number, hlc) in [u64::MAX, 0, 1 << 16, u64::MAX, 5, u64::MAX >> 16]
        .into_iter()
        .enumerate()
    {
        let mut letter = stage.text(&format!("number {number}"));
        letter.place(|place| place.hlc = hlc);
        stage.deliver(&letter);
    }
    let shown = stage.shown();
    let expected: Vec<String> = (0..6).map(|number| format!("number {number}")).collect();
    assert_eq!(shown[1..], expected);
    let keys: Vec<u64> = lines(&stage).iter().map(|line| line.order_key).collect();
    assert!(keys.is_sorted_by(|left, right| left < right), "{keys:?}");
}
