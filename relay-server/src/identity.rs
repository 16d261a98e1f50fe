//! The relay's own key: its id, made once, kept in `relay.key`.

use std::fs::{self, File};
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use ed25519_dalek::SigningKey;
use sotto_wire::ids::RelayKey;
use zeroize::Zeroizing;

use crate::randomness::Randomness;
use crate::store::StoreError;

/// Reads the key of a data directory, or makes it.
pub(crate) fn load(dir: &Path, randomness: &mut dyn Randomness) -> Result<SigningKey, StoreError> {
    let path = dir.join("relay.key");
    let in_file = |source| StoreError::File {
        path: path.clone(),
        source,
    };
    match fs::read_to_string(&path).map(Zeroizing::new) {
        Ok(text) => decode(text.trim()).ok_or(StoreError::Damaged("relay.key is not a key")),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            let mut secret = Zeroizing::new([0; 32]);
            randomness.fill(secret.as_mut());
            write(dir, &path, &secret).map_err(in_file)?;
            Ok(SigningKey::from_bytes(&secret))
        }
        Err(error) => Err(in_file(error)),
    }
}

/// The public half: how clients name this relay.
pub(crate) fn public(key: &SigningKey) -> RelayKey {
    RelayKey::new(key.verifying_key().to_bytes())
}

// Under another name first, so that no crash leaves half a key.
fn write(dir: &Path, path: &Path, secret: &[u8; 32]) -> std::io::Result<()> {
    let draft = dir.join("relay.key.new");
    let mut file = File::options()
        .create(true)
        .truncate(true)
        .write(true)
        .mode(0o600)
        .open(&draft)?;
    let mut text = Zeroizing::new(String::new());
    for byte in secret {
        text.push_str(&format!("{byte:02x}"));
    }
    text.push('\n');
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    fs::rename(&draft, path)?;
    File::open(dir)?.sync_all()
}

fn decode(text: &str) -> Option<SigningKey> {
    let mut secret = Zeroizing::new([0; 32]);
    if text.len() != 64 {
        return None;
    }
    for (to, pair) in secret.iter_mut().zip(text.as_bytes().chunks(2)) {
        *to = u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()?;
    }
    Some(SigningKey::from_bytes(&secret))
}
