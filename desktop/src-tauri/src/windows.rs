//! The windows.

#[cfg(target_os = "linux")]
use std::io;

use tauri::webview::{PageLoadEvent, PageLoadPayload, PermissionKind, PermissionResponse};
use tauri::{
    AppHandle, Manager as _, RunEvent, Webview, WebviewUrl, WebviewWindow, WebviewWindowBuilder,
    Window, WindowEvent,
};

use crate::options::Options;
use crate::profiles::Profiles;
use crate::streams::Streams;

/// Looks for the display. Belongs on the first thread.
///
/// # Errors
/// That there is none.
pub fn can_open() -> tauri::Result<()> {
    #[cfg(target_os = "linux")]
    gtk::init()
        .map_err(|_| io::Error::other("there is no display on which a window could open"))?;
    Ok(())
}

/// Opens the windows that the command line asks for, or one.
///
/// # Errors
/// Those of the system.
pub fn open_all(app: &AppHandle) -> tauri::Result<()> {
    let options = app.state::<Options>().inner().clone();
    if options.windows.is_empty() {
        return open(app, "window-1", None);
    }
    for (number, profile) in options.windows.iter().enumerate() {
        open(app, &format!("window-{}", number + 1), Some(profile))?;
    }
    Ok(())
}

fn open(app: &AppHandle, label: &str, profile: Option<&str>) -> tauri::Result<()> {
    let page = match profile {
        // What is not a letter, a digit or a hyphen is in no id.
        Some(id) => {
            let id: String = id
                .chars()
                .filter(|c| c.is_ascii_alphanumeric() || *c == '-')
                .collect();
            format!("index.html?profile={id}")
        }
        None => "index.html".to_owned(),
    };
    let options = app.state::<Options>().inner().clone();
    let window = WebviewWindowBuilder::new(app, label, WebviewUrl::App(page.into()))
        .title("Sotto")
        .inner_size(1120.0, 760.0)
        .min_inner_size(360.0, 480.0)
        .data_directory(options.data.join("webview"))
        // Pages come from the program alone; links are shown by the browser of the system.
        .on_navigation(|url| url.scheme() == "tauri")
        // A code is read from the camera; nothing else that a page could ask for is wanted.
        .on_permission_request(|_, kind| match kind {
            PermissionKind::Camera => PermissionResponse::Allow,
            _ => PermissionResponse::Deny,
        })
        .build()?;
    set_up(&window, options.test_camera)
}

/// The webview of Linux has no cameras unless it is told so; `pretend` gives it one that films a
/// moving test picture. And nothing blinks: where the processor draws, a caret that does costs a tenth
/// of its time.
#[cfg(target_os = "linux")]
fn set_up(window: &WebviewWindow, pretend: bool) -> tauri::Result<()> {
    use gtk::prelude::GtkSettingsExt as _;
    use webkit2gtk::{HardwareAccelerationPolicy, SettingsExt as _, WebViewExt as _};

    window.with_webview(move |webview| {
        if let Some(settings) = gtk::Settings::default() {
            settings.set_gtk_cursor_blink(false);
        }
        if let Some(settings) = webview.inner().settings() {
            if !has_graphics() {
                settings.set_hardware_acceleration_policy(HardwareAccelerationPolicy::Never);
            }
            settings.set_enable_media_stream(true);
            settings.set_enable_mock_capture_devices(pretend);
        }
    })
}

/// Whether there is a graphics processor. Without one the webview would pretend that there is, and pay
/// for it: a compiler for shaders, and each frame drawn twice. Who wants that says so as to every
/// program; the driver of the webview needs it for its pictures.
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
fn set_up(_: &WebviewWindow, _: bool) -> tauri::Result<()> {
    Ok(())
}

/// A page that is loaded anew knows nothing of the streams that it had.
pub fn forget_streams(webview: &Webview, payload: &PageLoadPayload<'_>) {
    if payload.event() == PageLoadEvent::Started {
        webview.state::<Streams>().close_all(webview.label());
    }
}

/// Ends what a window listened to when it goes.
pub fn on_event(window: &Window, event: &WindowEvent) {
    if matches!(event, WindowEvent::Destroyed) {
        window.state::<Streams>().close_all(window.label());
    }
}

/// Ends the clients before the process ends: its libraries are taken down under running threads.
pub fn on_run(app: &AppHandle, event: RunEvent) {
    if matches!(event, RunEvent::Exit) {
        app.state::<Profiles>().close();
    }
}
