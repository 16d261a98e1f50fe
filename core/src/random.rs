//! The one door for randomness. Everything that is random in the core comes through here, so that a
//! test can replay it from a seed.

use rand_chacha::ChaCha20Rng;
use rand09::{CryptoRng, RngCore, SeedableRng};

/// A source of random bytes: the operating system's, or a seeded stream for tests.
pub struct Random(Source);

enum Source {
    System,
    Seeded(Box<ChaCha20Rng>),
}

impl Random {
    /// The operating system's generator, asked anew each time: a cloned process repeats nothing.
    #[must_use]
    pub fn system() -> Self {
        Self(Source::System)
    }

    /// A reproducible stream. For tests only: whoever knows the seed knows the keys.
    #[must_use]
    pub fn seeded(seed: u64) -> Self {
        Self(Source::Seeded(Box::new(ChaCha20Rng::seed_from_u64(seed))))
    }

    /// Another source: the system's again, or a stream that this one seeds.
    #[must_use]
    pub fn fork(&mut self) -> Self {
        match &self.0 {
            Source::System => Self(Source::System),
            Source::Seeded(_) => Self(Source::Seeded(Box::new(ChaCha20Rng::from_seed(
                self.bytes(),
            )))),
        }
    }

    /// Fresh random bytes.
    pub fn bytes<const N: usize>(&mut self) -> [u8; N] {
        let mut bytes = [0; N];
        self.fill_bytes(&mut bytes);
        bytes
    }

    /// A number below `bound`, for jitter; 0 if `bound` is 0. The bias is below 2⁻³².
    pub fn below(&mut self, bound: u64) -> u64 {
        self.next_u64().checked_rem(bound).unwrap_or(0)
    }
}

impl RngCore for Random {
    fn next_u32(&mut self) -> u32 {
        u32::from_le_bytes(self.bytes())
    }

    fn next_u64(&mut self) -> u64 {
        u64::from_le_bytes(self.bytes())
    }

    // Without randomness nothing may go on: every key would be guessable.
    #[allow(clippy::panic, clippy::disallowed_methods)]
    fn fill_bytes(&mut self, bytes: &mut [u8]) {
        match &mut self.0 {
            Source::Seeded(stream) => stream.fill_bytes(bytes),
            Source::System => {
                if let Err(error) = getrandom::fill(bytes) {
                    panic!("the operating system gives no randomness: {error}");
                }
            }
        }
    }
}

// Both sources are cryptographic generators.
impl CryptoRng for Random {}
