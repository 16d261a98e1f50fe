//! A code as a picture of half blocks.

use qrcode::{Color, EcLevel, QrCode};

use crate::failure::Failure;

/// White around the code, in modules, without which no camera finds it.
const QUIET: usize = 3;

/// The picture, two modules in one character. On a terminal it is black on white whatever the
/// terminal's colours are.
pub fn picture(text: &str, colours: bool) -> Result<String, Failure> {
    let code = QrCode::with_error_correction_level(text, EcLevel::L)
        .map_err(|_| Failure::Refused("this code is too long for a picture".to_owned()))?;
    let side = code.width();
    let modules = code.to_colors();
    let dark = |x: usize, y: usize| -> bool {
        let (Some(x), Some(y)) = (x.checked_sub(QUIET), y.checked_sub(QUIET)) else {
            return false;
        };
        x < side && y < side && modules.get(y * side + x) == Some(&Color::Dark)
    };
    let whole = side + 2 * QUIET;
    let rows = (0..whole).step_by(2).map(|y| {
        let row: String = (0..whole)
            .map(|x| match (dark(x, y), dark(x, y + 1)) {
                (true, true) => '█',
                (true, false) => '▀',
                (false, true) => '▄',
                (false, false) => ' ',
            })
            .collect();
        if colours {
            format!("\x1b[30;107m{row}\x1b[0m")
        } else {
            row
        }
    });
    Ok(rows.collect::<Vec<_>>().join("\n"))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_a_square_with_white_around_it() {
        let picture = picture("sotto:v/0123", false).unwrap();
        let rows: Vec<_> = picture.lines().collect();
        let width = rows.first().unwrap().chars().count();
        assert!(rows.iter().all(|row| row.chars().count() == width));
        assert_eq!(rows.len(), width.div_ceil(2));
        assert!(rows.first().unwrap().chars().all(|module| module == ' '));
        // The corner that cameras look for: seven dark modules.
        assert!(
            rows.get(1).unwrap().contains("▄▄▄▄▄▄▄") || rows.get(1).unwrap().contains("█▀▀▀▀▀█")
        );
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        assert!(picture(&"x".repeat(4000), false).is_err());
    }
}
