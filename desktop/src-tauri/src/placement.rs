//! Where windows open.

use tauri::{AppHandle, Monitor};

/// What a window wants to be, in logical pixels.
const WIDTH: f64 = 1120.0;
const HEIGHT: f64 = 760.0;
/// The least that a window can be.
pub const LEAST: (f64, f64) = (360.0, 480.0);
/// The title that the desktop may put above a window.
const TITLE: f64 = 40.0;

/// A window's size, and its place if that matters; in logical pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Placement {
    /// The left upper corner.
    pub corner: Option<(f64, f64)>,
    /// Width and height.
    pub size: (f64, f64),
}

/// A rectangle of the screen, in logical pixels.
#[derive(Clone, Copy)]
struct Area {
    x: f64,
    y: f64,
    width: f64,
    height: f64,
}

/// Places that many windows: one where the desktop wants it, several side by side.
pub fn place(app: &AppHandle, count: usize) -> Vec<Placement> {
    let monitor = app.primary_monitor().ok().flatten();
    arrange(monitor.as_ref().map(area), count)
}

fn area(monitor: &Monitor) -> Area {
    let (scale, free) = (monitor.scale_factor(), monitor.work_area());
    let (corner, size) = (
        free.position.to_logical::<f64>(scale),
        free.size.to_logical::<f64>(scale),
    );
    Area {
        x: corner.x,
        y: corner.y,
        width: size.width,
        height: size.height,
    }
}

fn arrange(area: Option<Area>, count: usize) -> Vec<Placement> {
    let anywhere = Placement {
        corner: None,
        size: (WIDTH, HEIGHT),
    };
    let windows = f64::from(u16::try_from(count).unwrap_or(u16::MAX));
    let share = |area: &Area| (area.width / windows).floor();
    match area.filter(|area| count > 1 && share(area) >= LEAST.0) {
        None => vec![anywhere; count],
        Some(area) => {
            let width = share(&area).min(WIDTH);
            let height = (area.height - TITLE).clamp(LEAST.1, HEIGHT);
            // Together they stand in the middle.
            let x = area.x + (area.width - width * windows) / 2.0;
            let y = area.y + ((area.height - TITLE - height) / 2.0).max(0.0);
            (0..count)
                .map(|number| {
                    let before = f64::from(u16::try_from(number).unwrap_or(u16::MAX));
                    Placement {
                        corner: Some((x + width * before, y)),
                        size: (width, height),
                    }
                })
                .collect()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn screen(width: f64, height: f64) -> Option<Area> {
        let (x, y) = (10.0, 20.0);
        Some(Area {
            x,
            y,
            width,
            height,
        })
    }

    #[test]
    fn a_single_window_goes_where_the_desktop_wants_it() {
        let one = Placement {
            corner: None,
            size: (WIDTH, HEIGHT),
        };
        assert_eq!(arrange(screen(1600.0, 1000.0), 1), [one]);
        assert_eq!(arrange(None, 2), [one, one]);
    }

    #[test]
    fn two_share_the_screen_and_hide_nothing_of_each_other() {
        let placed = |width, height| arrange(screen(width, height), 2);
        let two = |corner: (f64, f64), size: (f64, f64)| {
            [corner, (corner.0 + size.0, corner.1)].map(|corner| Placement {
                corner: Some(corner),
                size,
            })
        };
        assert_eq!(placed(1600.0, 1000.0), two((10.0, 120.0), (800.0, HEIGHT)));
        // Room enough: they are as large as they want to be.
        assert_eq!(placed(2540.0, 800.0), two((160.0, 20.0), (WIDTH, HEIGHT)));
        assert_eq!(placed(1366.0, 600.0), two((10.0, 20.0), (683.0, 560.0)));
    }

    #[test]
    fn where_there_is_no_room_side_by_side_they_lie_over_each_other() {
        let placed = arrange(screen(640.0, 480.0), 2);
        assert!(placed.iter().all(|window| window.corner.is_none()));
    }
}
