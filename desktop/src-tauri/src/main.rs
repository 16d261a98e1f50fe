//! Sotto for the desktop: windows around the core.
//!
//! Everything that a messenger knows is known by `sotto_core::client`; a command here is one call of
//! it. What this crate owns is what only a desktop has: which profiles are open, which window
//! listens to what, and the few things that a web page must not do itself.

#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

mod commands;
mod environment;
mod open;
mod options;
#[cfg(debug_assertions)]
mod pages;
mod placement;
mod profiles;
mod streams;
mod windows;

use std::process::ExitCode;

use options::Options;
use profiles::Profiles;
use streams::Streams;

fn main() -> ExitCode {
    environment::complete();
    let options = match Options::read(std::env::args_os().skip(1)) {
        Ok(options) => options,
        Err(usage) => {
            eprintln!("{usage}");
            return ExitCode::from(2);
        }
    };
    match run(options) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("sotto-desktop: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(options: Options) -> tauri::Result<()> {
    let profiles = Profiles::of(&options);
    // They are open by the time the first page asks for them.
    let early = profiles.clone();
    std::thread::spawn(move || early.list());
    windows::can_open()?;
    #[cfg_attr(
        not(debug_assertions),
        expect(unused_mut, reason = "a release has its pages")
    )]
    let mut context = tauri::generate_context!();
    #[cfg(debug_assertions)]
    context.set_assets(Box::new(pages::Pages::of_checkout()));
    tauri::Builder::default()
        .manage(profiles)
        .manage(Streams::default())
        .manage(options)
        .on_page_load(windows::forget_streams)
        .on_window_event(windows::on_event)
        .setup(|app| Ok(windows::open_all(app.handle())?))
        .invoke_handler(commands::handler())
        .build(context)?
        .run(windows::on_run);
    Ok(())
}
