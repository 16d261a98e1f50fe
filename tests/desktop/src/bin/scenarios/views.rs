//! Every view, for those who cannot see it well or at all: axe looks at each, light and dark.

use serde_json::json;
use sotto_desktop_tests::audit::findings;
use sotto_desktop_tests::cast::{gather, trouble};
use sotto_desktop_tests::views::{BEGINNING, TROUBLE, VIEWS, View};
use sotto_desktop_tests::{Stage, Window};

pub fn every_view_can_be_used_by_everybody(stage: &Stage<'_>) {
    let mut found = Vec::new();
    let beginner = stage.app("Nobody");
    let window = beginner.open();
    for view in BEGINNING {
        look_at(&window, view, &mut found);
    }
    drop(window);
    let cast = gather(stage);
    let window = cast.app.open();
    for view in VIEWS {
        window.reload();
        look_at(&window, view, &mut found);
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

pub fn nor_is_anybody_when_something_is_wrong(stage: &Stage<'_>) {
    let mut found = Vec::new();
    let app = trouble(stage);
    let window = app.open();
    for view in TROUBLE {
        window.reload();
        look_at(&window, view, &mut found);
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

/// Both themes of a view; the page takes the theme from this attribute alone.
fn look_at(window: &Window, view: &View, found: &mut Vec<String>) {
    (view.reach)(window);
    for theme in ["light", "dark"] {
        let script = "document.documentElement.dataset.theme = arguments[0]";
        window.js(script, &json!([theme]));
        let here = findings(window).into_iter();
        found.extend(here.map(|one| format!("{}, {theme}: {one}", view.name)));
    }
    window.js(
        "document.documentElement.dataset.theme = 'light'",
        &json!([]),
    );
}
