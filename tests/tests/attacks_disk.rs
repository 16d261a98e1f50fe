//! A full disk: nothing is acknowledged, nothing is lost, and no message is blamed for it.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use sotto_core::testing;
use sotto_tests::world::World;
use sotto_wire::proto::PutItem;

const MINUTE: u64 = 60_000;

#[test]
fn a_full_disk_acknowledges_nothing_and_loses_nothing() {
    let mut world = World::new(1);
    let relay = world.relay();
    let (ada, ben) = (world.person("ada", relay), world.person("ben", relay));
    world.befriend(ada, ben);
    world.befriend(ben, ada);
    let (a, b) = (world.account(ada), world.account(ben));
    world.send(ada, b, "while there is room");
    world.settle_and_check();

    for pages in [0, 8] {
        testing::limit_disk(world.device(ben).store(), Some(pages)).expect("a limit");
        let sent = world
            .sent()
            .iter()
            .filter(|sent| sent.device == ben)
            .count();
        let before = world.texts(ben, a).len();
        for number in 0..20 {
            let text = format!(
                "with {pages} pages left, number {number}, {}",
                "x".repeat(3000)
            );
            world.send(ada, b, &text);
        }
        world.run_for(2 * MINUTE);
        let store = world.device(ben).store();
        let taken = world.texts(ben, a).len() - before;
        assert!(taken < 20, "the disk is full");
        assert_eq!(
            world.waiting_at(relay, ben),
            20 - taken as u64,
            "what is not stored is not acknowledged"
        );
        assert_eq!(testing::open_ends(store), (0, 0), "no message is blamed");
        let blamed: Vec<PutItem> = world
            .sent()
            .iter()
            .filter(|sent| sent.device == ben)
            .skip(sent)
            .flat_map(|sent| sent.put.items.clone())
            .filter(|item| {
                world
                    .look_inside(item)
                    .is_some_and(|inside| inside.kind == testing::InsideKind::Other)
            })
            .collect();
        assert!(
            blamed.is_empty(),
            "nobody is asked for what is merely not stored"
        );

        testing::limit_disk(world.device(ben).store(), None).expect("room");
        world.settle_and_check();
        assert_eq!(
            world.texts(ben, a).len(),
            before + 20,
            "with room again, everything arrives"
        );
    }
}
