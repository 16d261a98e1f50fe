//! How the program was started.

use std::ffi::OsString;
use std::path::PathBuf;

/// What the command line says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Options {
    /// Where profiles are.
    pub data: PathBuf,
    /// The relay that a new account is offered.
    pub relay: String,
    /// A window for each of these profiles; one window that shows the first without any.
    pub windows: Vec<String>,
    /// Begins in the conversation in which something was said last.
    pub newest: bool,
    /// Tells on the standard output how long it took until somebody can use it.
    pub measure: bool,
    /// There is a camera that films a test picture.
    pub test_camera: bool,
}

/// The relay on this machine, as `sotto-relay` starts by itself.
const LOCAL_RELAY: &str = "http://127.0.0.1:8420";

const USAGE: &str = "\
Usage: sotto-desktop [--data DIR] [--relay URL] [--window PROFILE]... [--newest] [--measure]
                     [--test-camera]

  --data DIR        where the profiles are [default: sotto in the data folder of the system]
  --relay URL       the relay that a new account is offered [default: SOTTO_RELAY, or the one on
                    this machine]
  --window PROFILE  opens a window for this profile; may be given again
  --newest          begins in the conversation in which something was said last
  --measure         prints when the list of conversations could be used, and what frames took
  --test-camera     has a camera that films a test picture";

impl Options {
    /// Reads the arguments.
    ///
    /// # Errors
    /// What to tell whoever gave others.
    pub fn read(arguments: impl IntoIterator<Item = OsString>) -> Result<Self, String> {
        let mut options = Self {
            data: PathBuf::new(),
            relay: std::env::var("SOTTO_RELAY").unwrap_or_default(),
            windows: Vec::new(),
            newest: false,
            measure: false,
            test_camera: false,
        };
        let mut arguments = arguments.into_iter();
        while let Some(argument) = arguments.next() {
            let mut value = || arguments.next().ok_or_else(|| USAGE.to_owned());
            match argument.to_str() {
                Some("--data") => options.data = PathBuf::from(value()?),
                Some("--relay") => options.relay = text(value()?)?,
                Some("--window") => options.windows.push(text(value()?)?),
                Some("--newest") => options.newest = true,
                Some("--measure") => options.measure = true,
                Some("--test-camera") => options.test_camera = true,
                _ => return Err(USAGE.to_owned()),
            }
        }
        if options.relay.is_empty() {
            LOCAL_RELAY.clone_into(&mut options.relay);
        }
        if options.data.as_os_str().is_empty() {
            options.data = default_data()
                .ok_or_else(|| format!("say with --data where the profiles are\n\n{USAGE}"))?;
        }
        Ok(options)
    }
}

fn text(argument: OsString) -> Result<String, String> {
    argument.into_string().map_err(|_| USAGE.to_owned())
}

/// The same folder as the terminal client's.
fn default_data() -> Option<PathBuf> {
    std::env::var_os("XDG_DATA_HOME")
        .map(PathBuf::from)
        .filter(|dir| dir.is_absolute())
        .or_else(|| std::env::var_os("HOME").map(|home| PathBuf::from(home).join(".local/share")))
        .map(|dir| dir.join("sotto"))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn read(words: &[&str]) -> Result<Options, String> {
        Options::read(words.iter().map(OsString::from))
    }

    #[test]
    fn the_command_line_says_where_and_what() {
        let options = read(&[
            "--data", "/d", "--relay", "http://r", "--window", "a", "--window", "b",
        ]);
        let options = options.unwrap();
        assert_eq!(options.data, PathBuf::from("/d"));
        assert_eq!(options.relay, "http://r");
        assert_eq!(options.windows, ["a", "b"]);
        assert!(!options.newest && !options.measure && !options.test_camera);
        assert!(read(&["--data", "/d", "--newest"]).unwrap().newest);
        assert!(
            read(&["--data", "/d", "--test-camera"])
                .unwrap()
                .test_camera
        );
    }

    #[test]
    fn anything_else_is_answered_with_how_it_is_used() {
        for wrong in [&["--data"][..], &["--loud"], &["profile"], &["--window"]] {
            assert!(read(wrong).unwrap_err().contains("Usage"), "{wrong:?}");
        }
    }
}
