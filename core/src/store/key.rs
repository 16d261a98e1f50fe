//! The key of the database file.

use std::fmt::{self, Write as _};

use zeroize::Zeroizing;

/// The random 32-byte key that SQLCipher encrypts pages with. It is wiped from memory when it
/// goes, and no formatting shows it.
pub struct DatabaseKey(Zeroizing<[u8; 32]>);

impl DatabaseKey {
    /// A new key; `random` fills a buffer with unpredictable bytes.
    pub fn generate(random: &mut dyn FnMut(&mut [u8])) -> Self {
        let mut bytes = Zeroizing::new([0; 32]);
        random(bytes.as_mut_slice());
        Self(bytes)
    }

    /// A key that is known already.
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(Zeroizing::new(bytes))
    }

    /// The key itself, for wrapping it and for checking it.
    pub(super) fn expose(&self) -> &[u8; 32] {
        &self.0
    }

    /// The statement that hands the key to SQLCipher: raw, so that no password function runs.
    pub(super) fn pragma(&self) -> Zeroizing<String> {
        // Sized in advance: a string that grows leaves copies behind that nobody wipes.
        let mut sql = Zeroizing::new(String::with_capacity(96));
        sql.push_str("PRAGMA key = \"x'");
        for byte in self.0.iter() {
            // Writing to a String cannot fail.
            let _ = write!(sql, "{byte:02x}");
        }
        sql.push_str("'\";");
        sql
    }
}

impl fmt::Debug for DatabaseKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DatabaseKey(..)")
    }
}
