//! The one place where TLS gets its cryptography.

use std::sync::Once;

static PROVIDER: Once = Once::new();

/// Makes `ring` the cryptography of every TLS connection of this process, unless the application
/// has chosen one already. Without a provider the first `wss://` would panic.
pub(super) fn install_provider() {
    PROVIDER.call_once(|| {
        if rustls::crypto::ring::default_provider()
            .install_default()
            .is_err()
        {
            tracing::debug!("the application has brought its own TLS provider");
        }
    });
}
