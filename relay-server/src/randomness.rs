//! The one door to randomness, given to a relay when it is opened, so that a seed can replay it.

/// Fills buffers with bytes that nobody can guess, or, in a test, with a seed's bytes.
pub trait Randomness: Send {
    /// Fills the whole buffer.
    fn fill(&mut self, buffer: &mut [u8]);
}

/// The operating system's randomness.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemRandomness;

impl Randomness for SystemRandomness {
    #[allow(clippy::disallowed_methods)] // this is the door
    fn fill(&mut self, buffer: &mut [u8]) {
        if getrandom::fill(buffer).is_err() {
            // Going on would mean nonces that repeat and keys that can be guessed.
            tracing::error!("the operating system gives no randomness; stopping");
            std::process::abort();
        }
    }
}

impl<F: FnMut(&mut [u8]) + Send> Randomness for F {
    fn fill(&mut self, buffer: &mut [u8]) {
        self(buffer);
    }
}
