//! No session bus is started for the sake of a window.

/// Where the desktop has no session bus, the libraries of the window would start one, and a second one
/// for screen readers: that takes up to seconds, nobody answers there, and both stay when the program has
/// gone. So they are told that there is none, in the environment with which this program is started
/// again: only so has every library the same, and this one no thread yet that reads it.
#[cfg(target_os = "linux")]
pub fn start_none() {
    use sotto_keystore::bus;
    use std::env;
    use std::os::unix::process::CommandExt as _;
    use std::process::Command;

    // Whoever has an address has been told.
    if env::var_os(bus::ADDRESS).is_some() || bus::is_there() {
        return;
    }
    let Ok(program) = env::current_exe() else {
        return;
    };
    let mut words = env::args_os();
    let mut again = Command::new(&program);
    again.arg0(words.next().unwrap_or_else(|| program.into_os_string()));
    again.args(words).env(bus::ADDRESS, bus::NONE);
    // It returns only if that is not possible. Then it takes longer.
    let _ = again.exec();
}

#[cfg(not(target_os = "linux"))]
pub fn start_none() {}
