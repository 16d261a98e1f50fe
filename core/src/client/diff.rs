//! What differs between two states of a list, as the fewest splices.

use std::collections::HashMap;
use std::collections::hash_map::RandomState;
use std::hash::BuildHasher as _;

use serde::Serialize;

/// What the numbers of JavaScript hold exactly.
const REVISION_BITS: u32 = 53;

/// Something in a list.
pub(super) trait Entry: Clone {
    /// Its id, which is in the list once.
    fn id(&self) -> &str;
    /// Differs whenever anything that is shown of it does.
    fn revision(&self) -> u64;
}

/// A number that differs whenever anything of a value differs. The key of the hash is nobody's, so
/// that nobody can write two texts that look the same to it.
pub(super) fn revision(key: &RandomState, value: &impl Serialize) -> u64 {
    // These types have no map keys that JSON could not have.
    let shown = serde_json::to_vec(value).unwrap_or_default();
    key.hash_one(shown) >> (u64::BITS - REVISION_BITS)
}

/// Takes `removed` entries out at `index` and puts others there. The index is one of the list as
/// the splices before have left it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Splice<T> {
    pub index: u32,
    pub removed: u32,
    pub inserted: Vec<T>,
}

/// What makes `new` of `old`. Entries that stay are the longest run that both have in one order.
pub(super) fn splices<T: Entry>(old: &[T], new: &[T]) -> Vec<Splice<T>> {
    let places: HashMap<(&str, u64), usize> = old
        .iter()
        .enumerate()
        .map(|(place, entry)| ((entry.id(), entry.revision()), place))
        .collect();
    // Where each entry of the new list stood, for those that were there.
    let met: Vec<(usize, usize)> = new
        .iter()
        .enumerate()
        .filter_map(|(place, entry)| Some((place, *places.get(&(entry.id(), entry.revision()))?)))
        .collect();
    let mut splices = Vec::new();
    let (mut from_old, mut from_new) = (0, 0);
    let end = (new.len(), old.len());
    for (in_new, in_old) in longest_rise(&met).into_iter().chain([end]) {
        let inserted: Vec<T> = new.iter().take(in_new).skip(from_new).cloned().collect();
        let removed = in_old.saturating_sub(from_old);
        if removed > 0 || !inserted.is_empty() {
            // Everything before is as in the new list already.
            splices.push(Splice {
                index: count(from_new),
                removed: count(removed),
                inserted,
            });
        }
        (from_new, from_old) = (in_new + 1, in_old + 1);
    }
    splices
}

fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

/// The longest part of the pairs, whose first halves rise, in which the second halves rise too.
fn longest_rise(pairs: &[(usize, usize)]) -> Vec<(usize, usize)> {
    // For each length, the pair that ends the best run of that length; for each pair, its forerunner.
    let mut ends: Vec<usize> = Vec::new();
    let mut before: Vec<Option<usize>> = Vec::with_capacity(pairs.len());
    let second = |pair: usize| pairs.get(pair).map_or(usize::MAX, |pair| pair.1);
    for (index, pair) in pairs.iter().enumerate() {
        let length = ends.partition_point(|end| second(*end) < pair.1);
        before.push(
            length
                .checked_sub(1)
                .and_then(|last| ends.get(last).copied()),
        );
        match ends.get_mut(length) {
            Some(end) => *end = index,
            None => ends.push(index),
        }
    }
    let mut run = Vec::with_capacity(ends.len());
    let mut next = ends.last().copied();
    while let Some(index) = next {
        run.extend(pairs.get(index));
        next = before.get(index).copied().flatten();
    }
    run.reverse();
    run
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::indexing_slicing)]
mod tests {
    use rand_chacha::ChaCha20Rng;
    use rand09::{Rng as _, SeedableRng as _, seq::SliceRandom as _};

    use super::*;

    #[derive(Clone, Debug, PartialEq, Eq)]
    struct Item(String, u64);

    impl Entry for Item {
        fn id(&self) -> &str {
            &self.0
        }

        fn revision(&self) -> u64 {
            self.1
        }
    }

    fn list(ids: &[u64]) -> Vec<Item> {
        ids.iter().map(|id| Item(id.to_string(), 0)).collect()
    }

    fn apply(list: &mut Vec<Item>, splices: Vec<Splice<Item>>) {
        for splice in splices {
            let from = splice.index as usize;
            list.splice(from..from + splice.removed as usize, splice.inserted);
        }
    }

    fn cost(splices: &[Splice<Item>]) -> usize {
        let each = |splice: &Splice<Item>| splice.removed as usize + splice.inserted.len();
        splices.iter().map(each).sum()
    }

    #[test]
    fn splices_make_the_new_list_of_the_old_one() {
        for seed in 0..2_000 {
            let mut random = ChaCha20Rng::seed_from_u64(seed);
            let most = random.random_range(1..60);
            let mut draw = || {
                let mut ids: Vec<u64> = (0..most).filter(|_| random.random_bool(0.7)).collect();
                if random.random_bool(0.5) {
                    ids.shuffle(&mut random);
                }
                ids.into_iter()
                    .map(|id| Item(id.to_string(), u64::from(random.random_bool(0.2))))
                    .collect::<Vec<_>>()
            };
            let (mut old, new) = (draw(), draw());
            let splices = splices(&old, &new);
            apply(&mut old, splices);
            assert_eq!(old, new, "seed {seed}");
        }
    }

    /// The fewest entries that anybody can take out and put in, by trying everything.
    fn fewest(old: &[Item], new: &[Item]) -> usize {
        match (old.split_first(), new.split_first()) {
            (Some((first, old)), Some((other, new))) if first == other => fewest(old, new),
            (Some((_, rest)), Some((_, others))) => 1 + fewest(rest, new).min(fewest(old, others)),
            _ => old.len() + new.len(),
        }
    }

    #[test]
    fn no_splices_do_less() {
        for seed in 0..300 {
            let mut random = ChaCha20Rng::seed_from_u64(seed);
            let mut draw = || {
                let mut ids: Vec<u64> = (0..8).filter(|_| random.random_bool(0.7)).collect();
                ids.shuffle(&mut random);
                list(&ids)
            };
            let (old, new) = (draw(), draw());
            assert_eq!(
                cost(&splices(&old, &new)),
                fewest(&old, &new),
                "seed {seed}"
            );
        }
    }

    #[test]
    fn one_change_is_one_splice() {
        let old = list(&[1, 2, 3, 4]);
        assert_eq!(splices(&old, &old), []);
        let one = |index, removed, inserted: &[Item]| {
            vec![Splice {
                index,
                removed,
                inserted: inserted.to_vec(),
            }]
        };
        let appended = list(&[1, 2, 3, 4, 5]);
        assert_eq!(splices(&old, &appended), one(4, 0, &list(&[5])));
        assert_eq!(splices(&appended, &old), one(4, 1, &[]));
        let between = list(&[1, 2, 9, 3, 4]);
        assert_eq!(splices(&old, &between), one(2, 0, &list(&[9])));
        let mut edited = old.clone();
        edited[1].1 = 7;
        assert_eq!(splices(&old, &edited), one(1, 1, &edited[1..2]));
        let moved = splices(&old, &list(&[4, 1, 2, 3]));
        assert_eq!((moved.len(), cost(&moved)), (2, 2));
    }
}
