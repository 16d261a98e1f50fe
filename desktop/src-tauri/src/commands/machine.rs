//! What a page must not or cannot do itself.

use std::io::{self, Write as _};

use base64ct::{Base64, Encoding as _};
use qrcode::{Color, EcLevel, QrCode};
use serde::{Deserialize, Serialize};
use sotto_core::client::{Error, ErrorClass};
use tauri::State;

use crate::open::aside;
use crate::options::Options;

/// The longest side of a picture that is searched for a code, in pixels.
const LARGEST: usize = 4096;
/// The longest address that is opened.
const LONGEST_LINK: usize = 8192;

/// How the program was started.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Start {
    /// The relay that a new account is offered.
    pub relay: String,
    /// Times are measured.
    pub measure: bool,
    /// The version of the program.
    pub version: String,
}

/// A QR code.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Code {
    /// Modules on each side, without the white around it.
    pub side: u32,
    /// The dark modules, as the path of an SVG picture in which a module is one unit.
    pub path: String,
}

/// How the program was started.
#[tauri::command]
pub async fn options(options: State<'_, Options>) -> Result<Start, Error> {
    Ok(Start {
        relay: options.relay.clone(),
        measure: options.measure,
        version: env!("CARGO_PKG_VERSION").to_owned(),
    })
}

/// Draws a text as a QR code.
#[tauri::command]
pub async fn qr_code(text: String) -> Result<Code, Error> {
    let code = QrCode::with_error_correction_level(text, EcLevel::L)
        .map_err(|error| other("code_too_long", error.to_string()))?;
    let side = code.width();
    let mut path = String::new();
    for (place, module) in code.to_colors().into_iter().enumerate() {
        if module == Color::Dark {
            let (x, y) = (place % side, place / side);
            path.push_str(&format!("M{x} {y}h1v1h-1z"));
        }
    }
    let side = u32::try_from(side).map_err(|error| other("code_too_long", error.to_string()))?;
    Ok(Code { side, path })
}

/// Reads the QR code in a picture: `luma` is the brightness of its pixels, row by row, one byte each,
/// in Base64. Nothing where no code is to be seen.
#[tauri::command]
pub async fn read_qr_code(width: u32, height: u32, luma: String) -> Result<Option<String>, Error> {
    aside(move || {
        let pixels =
            Base64::decode_vec(&luma).map_err(|error| other("bad_picture", error.to_string()))?;
        let sides = (usize::try_from(width), usize::try_from(height));
        let (Ok(width), Ok(height)) = sides else {
            return Err(other("bad_picture", "too large".to_owned()));
        };
        if width > LARGEST || height > LARGEST || pixels.len() != width * height {
            return Err(other("bad_picture", "its size is another".to_owned()));
        }
        let mut picture = rqrr::PreparedImage::prepare_from_greyscale(width, height, |x, y| {
            pixels.get(y * width + x).copied().unwrap_or(u8::MAX)
        });
        let found = picture.detect_grids();
        Ok(found
            .into_iter()
            .find_map(|grid| grid.decode().ok())
            .map(|(_, text)| text))
    })
    .await
}

/// Opens an address with the program that the system has for it: of the web, or of a mailbox.
#[tauri::command]
pub async fn open_link(url: String) -> Result<(), Error> {
    if !may_open(&url) {
        return Err(Error::BadLink {
            reason: "only addresses of the web and of mailboxes are opened".to_owned(),
        });
    }
    aside(move || open::that_detached(url).map_err(|error| other("not_opened", error.to_string())))
        .await
}

/// Somebody can use the window: how long that took is told where it is measured. `what` names it.
#[tauri::command]
pub async fn usable(options: State<'_, Options>, what: String, ms: f64) -> Result<(), Error> {
    if options.measure && what.len() <= 64 {
        // Whoever measures may have gone.
        let _ = writeln!(io::stdout(), "{what} {ms:.1}");
    }
    Ok(())
}

fn may_open(url: &str) -> bool {
    let scheme = url
        .split_once(':')
        .map(|(scheme, _)| scheme.to_ascii_lowercase());
    let known = matches!(scheme.as_deref(), Some("http" | "https" | "mailto"));
    known && url.len() <= LONGEST_LINK && !url.chars().any(|c| c.is_control() || c.is_whitespace())
}

fn other(code: &str, reason: String) -> Error {
    Error::Other {
        code: code.to_owned(),
        class: ErrorClass::Permanent,
        reason,
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn only_the_web_and_mailboxes_are_opened() {
        for good in [
            "https://example.org/a?b#c",
            "HTTP://example.org",
            "mailto:a@example.org",
        ] {
            assert!(may_open(good), "{good}");
        }
        for bad in [
            "file:///etc/passwd",
            "javascript:alert(1)",
            "example.org",
            "",
            "https://example.org/\n",
            "https://a b",
            "sotto:x",
        ] {
            assert!(!may_open(bad), "{bad}");
        }
    }

    #[tokio::test]
    async fn a_code_that_was_drawn_is_read_again() {
        let text = "sotto:v/0123456789abcdef";
        let code = qr_code(text.to_owned()).await.unwrap();
        let (scale, quiet) = (6, 4);
        let side = (usize::try_from(code.side).unwrap() + 2 * quiet) * scale;
        let mut pixels = vec![255_u8; side * side];
        for module in code.path.split('M').skip(1) {
            let mut numbers = module.split(['h', ' ']).map(|n| n.parse::<usize>());
            let (x, y) = (
                numbers.next().unwrap().unwrap(),
                numbers.next().unwrap().unwrap(),
            );
            for row in 0..scale {
                let start = ((y + quiet) * scale + row) * side + (x + quiet) * scale;
                pixels.get_mut(start..start + scale).unwrap().fill(0);
            }
        }
        let luma = Base64::encode_string(&pixels);
        let side = u32::try_from(side).unwrap();
        let read = read_qr_code(side, side, luma.clone()).await.unwrap();
        assert_eq!(read.as_deref(), Some(text));
        assert!(read_qr_code(side, side + 1, luma).await.is_err());
    }
}
