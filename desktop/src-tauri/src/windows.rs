//! The windows.

#[cfg(target_os = "linux")]
use std::io;

use tauri::webview::{PageLoadEvent, PageLoadPayload, PermissionKind, PermissionResponse};
use tauri::{
    AppHandle, Manager as _, RunEvent, Webview, WebviewUrl, WebviewWindow, WebviewWindowBuilder,
    Window, WindowEvent,
};

use crate::options::Options;
use crate::placement::{self, Placement};
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
    let pages = if options.windows.is_empty() {
        vec![page(None, options.newest)]
    } else {
        let profiles = options.windows.iter();
        profiles
            .map(|profile| page(Some(profile), options.newest))
            .collect()
    };
    let placements = placement::place(app, pages.len());
    for (number, (page, placement)) in pages.into_iter().zip(placements).enumerate() {
        open(app, &format!("window-{}", number + 1), page, placement)?;
    }
    Ok(())
}

/// The page of a window, with what it begins with.
fn page(profile: Option<&str>, newest: bool) -> String {
    let mut page = "index.html".to_owned();
    if let Some(profile) = profile {
        // What is not a letter, a digit or a hyphen is in no id.
        let id = profile
            .chars()
            .filter(|c| c.is_ascii_alphanumeric() || *c == '-');
        page.push_str("?profile=");
        page.extend(id);
    }
    if newest {
        page.push(if profile.is_some() { '&' } else { '?' });
        page.push_str("newest");
    }
    page
}

fn open(app: &AppHandle, label: &str, page: String, placement: Placement) -> tauri::Result<()> {
    let options = app.state::<Options>().inner().clone();
    let mut window = WebviewWindowBuilder::new(app, label, WebviewUrl::App(page.into()))
        .title("Sotto")
        .inner_size(placement.size.0, placement.size.1)
        .min_inner_size(placement::LEAST.0, placement::LEAST.1)
        .data_directory(options.data.join("webview"))
        // Pages come from the program alone; links are shown by the browser of the system.
        .on_navigation(|url| url.scheme() == "tauri")
        // A code is read from the camera; nothing else that a page could ask for is wanted.
        .on_permission_request(|_, kind| match kind {
            PermissionKind::Camera => PermissionResponse::Allow,
            _ => PermissionResponse::Deny,
        });
    if let Some((x, y)) = placement.corner {
        window = window.position(x, y);
    }
    set_up(&window.build()?, options.test_camera)
}

/// The webview of Linux has no cameras unless it is told so; `pretend` gives it one that films a
/// moving test picture. And nothing blinks: where the processor draws, a caret that does costs a tenth
/// of its time.
#[cfg(target_os = "linux")]
fn set_up(window: &WebviewWindow, pretend: bool) -> tauri::Result<()> {
    use gtk::prelude::GtkSettingsExt as _;
    use webkit2gtk::{SettingsExt as _, WebViewExt as _};

    window.with_webview(move |webview| {
        if let Some(settings) = gtk::Settings::default() {
            settings.set_gtk_cursor_blink(false);
        }
        if let Some(settings) = webview.inner().settings() {
            settings.set_enable_media_stream(true);
            settings.set_enable_mock_capture_devices(pretend);
        }
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
