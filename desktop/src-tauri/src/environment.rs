//! What the libraries of a window have to know before they begin.

/// Completes the environment, in which they look, and their processes with them. Must come before
/// everything else: as soon as there are threads, they may read it.
///
/// - Where the desktop has no session bus, they would start one, and another for screen readers: that
///   takes up to seconds, nobody answers there, and both stay when the program has gone.
/// - Where there is no graphics processor, the webview would pretend that there is, and pay for it: a
///   compiler for shaders, and each frame drawn twice. Told later, once it has a page, it draws as it
///   should, but no wheel scrolls any more.
#[cfg(target_os = "linux")]
pub fn complete() {
    use sotto_keystore::bus;
    use std::env;

    /// With this the webview draws by itself.
    const NO_GRAPHICS: &str = "WEBKIT_DISABLE_COMPOSITING_MODE";

    // Whoever has given one has decided.
    let lacks = |name| env::var_os(name).is_none();
    // Where one cannot be set, all of it works, only slower.
    if lacks(bus::ADDRESS) && !bus::is_there() {
        gtk::glib::setenv(bus::ADDRESS, bus::NONE, false).ok();
    }
    if lacks(NO_GRAPHICS) && !has_graphics() {
        gtk::glib::setenv(NO_GRAPHICS, "1", false).ok();
    }
}

/// Whether there is a graphics processor. Who wants one that is pretended says so as to every program;
/// the driver of the webview needs it for its pictures.
#[cfg(target_os = "linux")]
fn has_graphics() -> bool {
    if std::env::var_os("LIBGL_ALWAYS_SOFTWARE").is_some() {
        return true;
    }
    std::fs::read_dir("/dev/dri").is_ok_and(|devices| {
        devices.flatten().any(|device| {
            let name = device.file_name();
            name.to_string_lossy().starts_with("renderD")
        })
    })
}

#[cfg(not(target_os = "linux"))]
pub fn complete() {}
