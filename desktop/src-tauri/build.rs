//! Bakes the configuration, the pages and the list of commands into the program.

fn main() {
    tauri_build::build();
}
