//! A random walk over everything that is allowed.

use super::*;

struct Walk {
    random: ChaCha20Rng,
    chain: Chain,
    phones: Vec<Phone>,
    /// The recovery key after each statement of the line.
    keys: Vec<u8>,
    /// What was accepted, void statements included.
    history: Vec<Vec<u8>>,
}

impl Walk {
    fn below(&mut self, limit: usize) -> usize {
        self.random.next_u32() as usize % limit
    }

    fn active(&self) -> Vec<Phone> {
        mailboxes(&self.chain)
            .iter()
            .map(|mailbox| {
                let found = self.phones.iter().find(|phone| phone.mailbox == *mailbox);
                found.unwrap().clone()
            })
            .collect()
    }

    fn new_phone(&mut self) -> Phone {
        let phone = Phone::new(1 + self.phones.len() as u64);
        self.phones.push(phone.clone());
        phone
    }

    fn new_key(&mut self) -> u8 {
        u8::try_from(1 + self.below(100)).unwrap()
    }

    /// One legal statement, and the recovery key after it.
    fn step(&mut self) -> (Vec<u8>, u8) {
        let account = self.chain.account();
        let active = self.active();
        let signer = active[self.below(active.len())].clone();
        let key = *self.keys.last().unwrap();
        let by = [signer.signs()];
        loop {
            let payload = match self.below(7) {
                _ if self.chain.is_closed() => return self.recovery(),
                0 | 1 if active.len() < 10 => Payload::Add(self.new_phone().prove(Some(&account))),
                2 if active.len() > 1 => Payload::Remove(active[self.below(active.len())].mailbox),
                3 => Payload::Replace {
                    old: active[self.below(active.len())].mailbox,
                    new: self.new_phone().prove(Some(&account)),
                },
                4 => match self.below(4) {
                    0 => Payload::Close,
                    1 => Payload::Other {
                        kind: 77,
                        critical: false,
                        payload: vec![1],
                    },
                    n => Payload::Home(vec![relay("https://relay.example"); n]),
                },
                5 => {
                    let new = self.new_key();
                    let statement = made(
                        &self.chain,
                        &Payload::SetRecovery(public(&words(new))),
                        &[by[0], Signer::Recovery(&words(key))],
                    );
                    return (statement, new);
                }
                6 if self.below(3) == 0 => return self.recovery(),
                _ => continue,
            };
            return (made(&self.chain, &payload, &by), key);
        }
    }

    fn recovery(&mut self) -> (Vec<u8>, u8) {
        let epoch = self.chain.head().epoch;
        let parents: Vec<u32> = (0..=self.chain.head().seq)
            .filter(|seq| self.chain.head_at(*seq).unwrap().epoch == epoch)
            .collect();
        let parent = parents[self.below(parents.len())];
        let old_key = self.keys[parent as usize];
        let there = Chain::verify(&self.chain.statements()[..=parent as usize]).unwrap();
        let mut devices: Vec<Listed> = Vec::new();
        for phone in self.phones.clone() {
            if there.was_ever(&phone.mailbox) && devices.len() < 5 && self.below(2) == 0 {
                devices.push(known(&phone));
            }
        }
        if devices.is_empty() || self.below(2) == 0 {
            devices.push(fresh(&self.new_phone(), &self.chain));
        }
        let new_key = self.new_key();
        let statement = recover(
            &self.chain,
            parent,
            devices,
            &words(old_key),
            &words(new_key),
        );
        (statement, new_key)
    }
}

#[test]
fn random_legal_statements_always_verify_and_all_ways_agree() {
    for seed in 0..12 {
        println!("seed {seed}");
        let (one, chain) = founded();
        let genesis = chain.clone();
        let mut walk = Walk {
            random: ChaCha20Rng::seed_from_u64(seed),
            history: bytes(&chain),
            chain,
            phones: vec![one],
            keys: vec![1],
        };
        let mut seen = vec![genesis];
        for _ in 0..40 {
            let (statement, key) = walk.step();
            let next = walk.chain.extend(&[&statement]).unwrap();
            assert!(next.head() > walk.chain.head());
            walk.keys.truncate(next.head().seq as usize);
            walk.keys.push(key);
            assert_eq!(next.recovery_key(), &public(&words(key)));
            walk.history.push(statement);
            walk.chain = next;
            seen.push(walk.chain.clone());
        }
        let end = &walk.chain;
        assert_eq!(Chain::verify(end.statements()).as_ref(), Ok(end));
        assert_eq!(Chain::trusted(&walk.history).as_ref(), Ok(end));
        assert_eq!(Chain::trusted(end.statements()).as_ref(), Ok(end));
        for earlier in &seen {
            assert_eq!(earlier.extend(end.statements()).as_ref(), Ok(end));
            // And nobody who has come so far goes back.
            if end.knows(&earlier.head()) {
                assert_eq!(end.extend(earlier.statements()).as_ref(), Ok(end));
            } else {
                assert_eq!(end.extend(earlier.statements()), Err(ChainError::Rollback));
            }
        }
    }
}
