//! Bakes the configuration, the pages and the list of commands into the program.

const PAGES: &str = "../ui/dist";

fn main() {
    // Checks do not need the pages, and a release is built after them; the folder has to be there.
    if let Err(error) = std::fs::create_dir_all(PAGES) {
        println!("cargo::error={PAGES}: {error}");
    }
    if std::env::var("PROFILE").is_ok_and(|profile| profile == "release") {
        println!("cargo::rerun-if-changed={PAGES}");
    } else {
        // It reads them from the disk. With other ones inside it would be built anew after each of
        // their builds.
        println!(r#"cargo::rustc-env=TAURI_CONFIG={{"build":{{"frontendDist":null}}}}"#);
    }
    tauri_build::build();
}
