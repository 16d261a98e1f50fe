//! What a page must not be able to do.

use serde_json::{Value, json};
use sotto_desktop_tests::{Stage, Window};

/// Asks the core as a page does.
fn invoke(window: &Window, command: &str, arguments: &Value) -> Value {
    window.promise(
        "return window.__TAURI_INTERNALS__.invoke(arguments[0], arguments[1])",
        &json!([command, arguments]),
    )
}

pub fn the_page_is_shut_in(stage: &Stage<'_>) {
    let (app, _) = stage.app_of("Alice");
    let window = app.open();
    window.wait("a page", |window| {
        window.js("return document.readyState", &json!([])) == "complete"
    });

    // What somebody could have smuggled in does not run, and nothing is fetched from elsewhere.
    let blocked = window.promise(
        "const blocked = [];\n\
         document.addEventListener('securitypolicyviolation', (event) => blocked.push(event.effectiveDirective));\n\
         const script = document.createElement('script');\n\
         try { script.textContent = 'window.smuggled = true'; document.body.append(script); } catch { blocked.push('trusted-types'); }\n\
         const image = new Image();\n\
         const loaded = new Promise((resolve) => { image.onload = () => resolve('loaded'); image.onerror = () => resolve('refused'); });\n\
         image.src = 'http://127.0.0.1:9/pixel.png';\n\
         const fetched = await fetch('http://127.0.0.1:9/').then(() => 'fetched', () => 'refused');\n\
         let evaluated; try { evaluated = new Function('return 1')(); } catch { evaluated = 'refused'; }\n\
         return { image: await loaded, fetched, evaluated, smuggled: window.smuggled ?? false, blocked };",
        &json!([]),
    );
    let said = &blocked["ok"];
    assert_eq!(said["smuggled"], false, "{blocked}");
    assert_eq!(said["image"], "refused", "{blocked}");
    assert_eq!(said["fetched"], "refused", "{blocked}");
    assert_eq!(said["evaluated"], "refused", "{blocked}");
    let directives: Vec<_> = said["blocked"].as_array().unwrap().iter().collect();
    for wanted in ["img-src", "connect-src"] {
        assert!(
            directives.iter().any(|one| **one == wanted),
            "{wanted} refuses: {blocked}"
        );
    }

    // Bad questions get an error that can be told apart, and the program goes on.
    for (command, arguments) in [
        ("no_such_command", json!({})),
        ("plugin:shell|open", json!({ "path": "/etc/passwd" })),
        ("plugin:fs|read_file", json!({ "path": "/etc/passwd" })),
        ("me", json!({})),
        ("me", json!({ "on": 7 })),
        ("me", json!({ "on": "../../etc" })),
        ("me", json!({ "on": "Alice/../.." })),
        ("me", json!({ "on": "a".repeat(100_000) })),
        ("delete_profile", json!({ "id": "../.." })),
        ("unlock_profile", json!({ "id": "/etc", "passphrase": "x" })),
        ("page_back", json!({ "stream": 999, "count": 10 })),
        ("page_back", json!({ "stream": -1, "count": 10 })),
        (
            "jump_to_message",
            json!({ "stream": 4_294_967_296_u64, "row": 1 }),
        ),
        (
            "message",
            json!({ "on": "main", "row": 9_007_199_254_740_991_i64 }),
        ),
        (
            "send",
            json!({ "on": "main", "account": "zz", "text": "x" }),
        ),
        ("open_link", json!({ "url": "file:///etc/passwd" })),
        ("open_link", json!({ "url": "javascript:alert(1)" })),
    ] {
        let answer = invoke(&window, command, &arguments);
        assert!(
            !answer["error"].is_null(),
            "{command} {arguments:.200}: {answer:.300}"
        );
    }
    let me = invoke(&window, "me", &json!({ "on": "main" }));
    assert_eq!(me["ok"]["name"], "Alice", "{me}");
    assert!(
        !std::fs::read_to_string(app.log())
            .unwrap()
            .contains("panicked")
    );
}
