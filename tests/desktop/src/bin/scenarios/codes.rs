//! Codes that are read off somebody's screen.

use std::fs;
use std::path::{Path, PathBuf};

use base64ct::{Base64, Encoding as _};
use serde_json::json;
use sotto_desktop_tests::{Find, Stage, Window, button, css, role, text};

use crate::{desk, trust};

/// A picture with nothing to read.
const ICON: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../../desktop/src-tauri/icons/icon.png"
);

/// Photos of somebody's screen, chosen as files: first who they are, then that nobody stands in between.
pub fn photos(stage: &Stage<'_>) {
    let (alices, alice) = stage.app_of("Alice");
    let (bobs, bob) = stage.app_of("Bob");
    bob.does(&["contacts", "add", &alice.link()]);
    bob.says("Alice", "Here is my screen");
    let window = bobs.open();
    let link = photo_of_link(stage, &window);
    window.key("Escape");
    desk::open(&window, "Alice");
    trust::open_number(&window, "Alice");
    let shown = role("img", "Your code for Alice to scan");
    let code = photo(stage, &window, &shown, "code.png");
    drop(window);

    let window = alices.open();
    window.press(&button("New conversation"));
    window.press(&button("Scan a code"));
    window.choose_file(Path::new(ICON));
    window.see(&text("There is no code in this picture."));
    window.choose_file(&alices.log());
    window.see(&text("This is not a picture that can be read."));
    window.choose_file(&link);
    window.see(&desk::composer("Bob"));
    desk::say(&window, "Bob", "Found you by your picture");
    bob.hears("Alice", "Found you by your picture");

    trust::open_number(&window, "Bob");
    window.press(&button("Scan their code"));
    window.choose_file(&link);
    window.see(&text("This is not the code of a safety number."));
    window.choose_file(&code);
    window.see(&text("The same."));
    window.press(&button("Mark as verified"));
    window.see(&text("You have verified Bob."));
    assert_eq!(trust::found(&alice, "Bob"), "scanned");
}

/// Somebody's screen before the camera.
pub fn camera(stage: &Stage<'_>) {
    let (alices, _) = stage.app_of("Alice");
    let (bobs, bob) = stage.app_of("Bob");
    let window = bobs.open();
    let link = photo_of_link(stage, &window);
    drop(window);

    let window = alices.open_with(&["--test-camera"]);
    window.press(&button("New conversation"));
    window.press(&button("Scan a code"));
    window.see(&css("video"));
    window.see(&text("Hold the code before the camera."));
    window.press(&button("Back to the list of people"));
    window.gone(&css("video"));

    // The camera for tests films nothing of ours, so the screen is put where its film would be.
    hold_before_the_camera(&window, &link);
    window.press(&button("Scan a code"));
    window.see(&desk::composer("Bob"));
    desk::say(&window, "Bob", "I saw your code");
    desk::wait_for_state(&window, "I saw your code", "Sent");
    bob.hears("Alice", "I saw your code");
}

/// A photo of what a window shows, as soon as this is to be seen.
fn photo(stage: &Stage<'_>, window: &Window, of: &Find, name: &str) -> PathBuf {
    window.see(of);
    window.settle();
    let path = stage.path(name);
    fs::write(&path, window.picture().unwrap()).unwrap();
    path
}

fn photo_of_link(stage: &Stage<'_>, window: &Window) -> PathBuf {
    window.press(&button("Bob: your link and accounts"));
    window.press(&role("menuitem", "My link…"));
    photo(
        stage,
        window,
        &role("img", "QR code of your link"),
        "link.png",
    )
}

/// From now on the camera films this picture.
fn hold_before_the_camera(window: &Window, picture: &Path) {
    let picture = Base64::encode_string(&fs::read(picture).unwrap());
    let script = "const bytes = Uint8Array.from(atob(arguments[0]), (one) => one.charCodeAt(0));\n\
         const picture = await createImageBitmap(new Blob([bytes], { type: 'image/png' }));\n\
         const canvas = document.createElement('canvas');\n\
         [canvas.width, canvas.height] = [picture.width, picture.height];\n\
         const film = () => { canvas.getContext('2d').drawImage(picture, 0, 0); requestAnimationFrame(film); };\n\
         film();\n\
         navigator.mediaDevices.getUserMedia = async () => canvas.captureStream(10);";
    let held = window.promise(script, &json!([picture]));
    assert!(held["error"].is_null(), "{held}");
}
