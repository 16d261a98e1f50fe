//! Where the relay listens, where it keeps its data, and its policy: from flags, the environment,
//! a TOML file and defaults, in this order of precedence.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Parser, ValueEnum};

use crate::config::{Config, Registration};

const DEFAULT_LISTEN: &str = "127.0.0.1:8420";

/// Store and forward of ciphertext: the relay of Sotto.
///
/// With no arguments it listens on 127.0.0.1:8420, keeps its data in $XDG_DATA_HOME/sotto-relay or
/// ~/.local/share/sotto-relay, and lets everybody register. To be reachable from elsewhere, put a
/// TLS proxy in front and say the host's name with --public-host.
#[derive(Debug, Parser)]
#[command(name = "sotto-relay", version, max_term_width = 100)]
pub struct Arguments {
    /// Address to listen on; port 0 takes any that is free [default: 127.0.0.1:8420]
    #[arg(long, env = "SOTTO_RELAY_LISTEN", value_name = "ADDRESS:PORT")]
    listen: Option<SocketAddr>,
    /// Directory for everything it keeps
    #[arg(long, env = "SOTTO_RELAY_DATA", value_name = "DIR")]
    data: Option<PathBuf>,
    /// TOML file with any of these settings, and the limits
    #[arg(long, env = "SOTTO_RELAY_CONFIG", value_name = "FILE")]
    config: Option<PathBuf>,
    /// Who may register [default: open, or token if a token is given]
    #[arg(long, env = "SOTTO_RELAY_REGISTRATION", value_enum)]
    registration: Option<Policy>,
    /// A token with which one may register; may be given several times
    #[arg(
        long = "token",
        env = "SOTTO_RELAY_TOKENS",
        value_name = "TOKEN",
        value_delimiter = ',',
        hide_env_values = true
    )]
    tokens: Vec<String>,
    /// Host name under which a TLS proxy makes this relay public
    #[arg(long, env = "SOTTO_RELAY_PUBLIC_HOST", value_name = "NAME")]
    public_host: Option<String>,
    /// The data comes from a backup: have clients not trust sequence numbers from before
    #[arg(long)]
    restored: bool,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Policy {
    Open,
    Token,
    Closed,
}

/// Everything that was decided.
#[derive(Debug)]
pub struct Settings {
    /// Where to listen.
    pub listen: SocketAddr,
    /// Where the data is.
    pub data: PathBuf,
    /// Whether it was restored from a backup.
    pub restored: bool,
    /// The policy.
    pub config: Config,
}

/// Settings that make no sense.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    /// The file cannot be read.
    #[error("{path}: {source}")]
    Read {
        /// Which.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The file is not what it should be.
    #[error("{path}: {source}")]
    Parse {
        /// Which.
        path: PathBuf,
        /// Why.
        source: Box<toml::de::Error>,
    },
    /// There is no home directory to keep data in.
    #[error("no home directory is known; say where to keep data with --data DIR")]
    NoHome,
    /// Logins on a public address must be bound to a name.
    #[error(
        "{0} can be reached from elsewhere. Put a proxy that does TLS in front and name its host \
         with --public-host NAME, or listen on 127.0.0.1"
    )]
    NoPublicHost(SocketAddr),
    /// Nobody could ever register.
    #[error("registration by token needs at least one --token")]
    NoToken,
}

impl Arguments {
    /// Puts flags, environment, file and defaults together.
    ///
    /// # Errors
    /// [`SettingsError`], with what to do about it.
    pub fn settle(self) -> Result<Settings, SettingsError> {
        let File {
            listen,
            data,
            mut config,
        } = match self.config {
            Some(path) => File::read(path)?,
            None => File::default(),
        };
        if !self.tokens.is_empty() {
            config.tokens = self.tokens;
            config.registration = Registration::Token;
        }
        match self.registration {
            Some(Policy::Open) => config.registration = Registration::Open,
            Some(Policy::Token) => config.registration = Registration::Token,
            Some(Policy::Closed) => config.registration = Registration::Closed,
            None => {}
        }
        config.public_host = self.public_host.or(config.public_host);
        if config.registration == Registration::Token && config.tokens.is_empty() {
            return Err(SettingsError::NoToken);
        }
        let default = || DEFAULT_LISTEN.parse().ok();
        let listen = self.listen.or(listen).or_else(default);
        let listen = listen.unwrap_or(SocketAddr::from(([127, 0, 0, 1], 8420)));
        if !listen.ip().is_loopback() && config.public_host.is_none() {
            return Err(SettingsError::NoPublicHost(listen));
        }
        let data = match self.data.or(data) {
            Some(data) => data,
            None => default_data()?,
        };
        Ok(Settings {
            listen,
            data,
            restored: self.restored,
            config,
        })
    }
}

/// The settings file: a policy, and the two settings that are none.
#[derive(Default)]
struct File {
    listen: Option<SocketAddr>,
    data: Option<PathBuf>,
    config: Config,
}

impl File {
    fn read(path: PathBuf) -> Result<Self, SettingsError> {
        match std::fs::read_to_string(&path) {
            Ok(text) => Self::parse(&text).map_err(|source| SettingsError::Parse {
                path,
                source: Box::new(source),
            }),
            Err(source) => Err(SettingsError::Read { path, source }),
        }
    }

    fn parse(text: &str) -> Result<Self, toml::de::Error> {
        let mut table: toml::Table = toml::from_str(text)?;
        let listen = table
            .remove("listen")
            .map(toml::Value::try_into)
            .transpose()?;
        let data = table
            .remove("data")
            .map(toml::Value::try_into)
            .transpose()?;
        Ok(Self {
            listen,
            data,
            config: table.try_into()?,
        })
    }
}

fn default_data() -> Result<PathBuf, SettingsError> {
    let set = |name| {
        std::env::var_os(name)
            .filter(|value| !value.is_empty())
            .map(PathBuf::from)
    };
    set("XDG_DATA_HOME")
        .or_else(|| set("HOME").map(|home| home.join(".local/share")))
        .map(|base| base.join("sotto-relay"))
        .ok_or(SettingsError::NoHome)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::rate::Rate;

    fn settle(arguments: &[&str]) -> Result<Settings, SettingsError> {
        Arguments::try_parse_from([&["sotto-relay", "--data", "/d"], arguments].concat())
            .unwrap()
            .settle()
    }

    #[test]
    fn flags_are_stronger_than_the_file() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("relay.toml");
        let text = "listen = '127.0.0.1:1'\nnotice = 'hello'\nregistration = 'closed'\n\
                    [limits]\nbundles = { burst = 2, every_us = 5 }\n";
        std::fs::write(&path, text).unwrap();
        let path = path.to_str().unwrap();
        let settings = settle(&["--config", path, "--listen", "127.0.0.1:2"]).unwrap();
        assert_eq!(settings.listen, "127.0.0.1:2".parse().unwrap());
        assert_eq!(settings.config.notice, "hello");
        assert_eq!(settings.config.registration, Registration::Closed);
        assert_eq!(
            settings.config.limits.bundles,
            Rate {
                burst: 2,
                every_us: 5
            }
        );
        assert_eq!(settings.config.limits.connect, Rate::new(60, 60, 60));
    }

    #[test]
    fn the_example_says_the_defaults() {
        let example = File::parse(include_str!("../../relay.example.toml")).unwrap();
        assert_eq!(example.config, Config::default());
        assert_eq!(example.listen, DEFAULT_LISTEN.parse().ok());
    }

    #[test]
    fn a_spelling_mistake_is_an_error() {
        assert!(File::parse("registraton = 'open'").is_err());
        assert!(File::parse("[limits]\nbundle = { burst = 1, every_us = 1 }").is_err());
        assert!(File::parse("listen = 'here'").is_err());
    }

    #[test]
    fn what_cannot_work_is_refused() {
        assert!(matches!(
            settle(&["--listen", "0.0.0.0:1"]),
            Err(SettingsError::NoPublicHost(_))
        ));
        assert!(settle(&["--listen", "0.0.0.0:1", "--public-host", "relay.example"]).is_ok());
        assert!(matches!(
            settle(&["--registration", "token"]),
            Err(SettingsError::NoToken)
        ));
        let settings = settle(&["--token", "a,b"]).unwrap();
        assert_eq!(settings.config.registration, Registration::Token);
        assert_eq!(settings.config.tokens, ["a", "b"]);
    }
}
