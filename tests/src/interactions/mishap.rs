//! What goes wrong.

use std::path::PathBuf;

use rand_chacha::ChaCha20Rng;
use rand09::Rng;
use sotto_core::crash;

use super::schedule::Schedule;
use crate::world::{DeviceId, RelayId, Weather};

/// What may go wrong in a schedule. Rare kinds are kept apart, because less holds after them.
pub(super) struct Trouble {
    /// Somebody blocks somebody.
    pub sever: bool,
    /// Somebody lets messages disappear.
    pub timers: bool,
    /// Clocks are off by days.
    pub far_clocks: bool,
    /// A device is put back to an old copy, once.
    pub restore: bool,
    /// The copy, once it is made.
    pub copy: Option<(DeviceId, PathBuf)>,
    /// The device that was put back.
    pub restored: Option<DeviceId>,
}

impl Trouble {
    /// Which of the rare kinds there are.
    pub fn of(random: &mut ChaCha20Rng) -> Self {
        Self {
            sever: random.random_range(0..4) == 0,
            timers: random.random_range(0..4) == 0,
            far_clocks: random.random_range(0..10) == 0,
            restore: random.random_range(0..12) == 0,
            copy: None,
            restored: None,
        }
    }
}

/// Something that goes wrong.
#[derive(Clone, Copy, Debug)]
pub(super) enum Mishap {
    /// A device loses its network for a while.
    Offline(DeviceId),
    /// A device has its network back.
    Online(DeviceId),
    /// All connections of a device end.
    Cut(DeviceId),
    /// A device is killed and started again.
    Crash(DeviceId),
    /// A device is going to be killed at a point of its engine.
    Doom(DeviceId, &'static str, u32),
    /// A relay stops.
    RelayDown(RelayId),
    /// Relays are started.
    RelaysUp,
    /// A relay is killed and started again.
    RelayCrash(RelayId),
    /// A device's clock is set.
    Clock(DeviceId, i64),
    /// The network changes.
    Weather(Weather),
    /// Somebody keeps a copy of a device's files.
    Copy(DeviceId),
    /// The copy is put back.
    Restore,
}

impl Mishap {
    /// Something that might go wrong now.
    pub fn draw(schedule: &mut Schedule) -> Self {
        let device = schedule.any_device();
        let relay = schedule.one_of(&schedule.places.relays.clone());
        match schedule.below(22) {
            0..3 => Self::Offline(device),
            3..6 => Self::Online(device),
            6 => Self::Cut(device),
            7 | 8 => Self::Crash(device),
            9..13 => {
                let point = schedule.one_of(crash::POINTS);
                let passings = 1 + schedule.below(3);
                Self::Doom(device, point, passings as u32)
            }
            13 => Self::RelayDown(relay),
            14 | 15 => Self::RelaysUp,
            16 => Self::RelayCrash(relay),
            17 => {
                let minutes = if schedule.trouble.far_clocks {
                    4 * 24 * 60
                } else {
                    10
                };
                let skew = schedule.below(2 * minutes * 60_000) as i64 - (minutes * 60_000) as i64;
                Self::Clock(device, skew)
            }
            18 | 19 => Self::Weather(Weather::FOUL),
            20 => Self::Weather(Weather::FAIR),
            _ if !schedule.trouble.restore => Self::Crash(device),
            _ if schedule.trouble.copy.is_none() => Self::Copy(device),
            _ => Self::Restore,
        }
    }

    /// Lets it happen.
    pub fn befall(self, schedule: &mut Schedule) {
        let what = match self {
            Self::Offline(device) => format!("{} goes offline", schedule.name(device)),
            Self::Online(device) => format!("{} comes online", schedule.name(device)),
            Self::Cut(device) => format!("{} is cut off", schedule.name(device)),
            Self::Crash(device) => format!("{} is killed", schedule.name(device)),
            Self::Doom(device, point, passings) => {
                format!(
                    "{} is to die at {point} no. {passings}",
                    schedule.name(device)
                )
            }
            Self::Clock(device, skew) => {
                format!("{}'s clock is off by {skew} ms", schedule.name(device))
            }
            Self::Copy(device) => format!("{} is copied", schedule.name(device)),
            other => format!("{other:?}"),
        };
        schedule.note(&what);
        let world = &mut schedule.world;
        match self {
            Self::Offline(device) => world.set_offline(device, true),
            Self::Online(device) => world.set_offline(device, false),
            Self::Cut(device) => {
                world.set_offline(device, true);
                world.set_offline(device, false);
            }
            Self::Crash(device) => world.crash(device),
            Self::Doom(device, point, passings) => world.doom(device, point, passings),
            Self::RelayDown(relay) => world.set_relay_down(relay, true),
            Self::RelaysUp => {
                for relay in schedule.places.relays {
                    world.set_relay_down(relay, false);
                }
            }
            Self::RelayCrash(relay) => {
                world.set_relay_down(relay, false);
                world.crash_relay(relay);
            }
            Self::Clock(device, skew) => world.set_clock(device, skew),
            Self::Weather(weather) => world.weather(weather),
            Self::Copy(device) => {
                let copy = world.snapshot(device);
                schedule.trouble.copy = Some((device, copy));
            }
            Self::Restore => {
                // Once: a second old copy within a day is a clone, which stops by itself.
                if schedule.trouble.restored.is_none()
                    && let Some((device, copy)) = schedule.trouble.copy.clone()
                {
                    world.pardon();
                    world.restore(device, &copy);
                    schedule.trouble.restored = Some(device);
                }
            }
        }
    }
}
