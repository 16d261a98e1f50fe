//! What axe finds on a page.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use crate::window::Window;

/// The script, which the pages are only ever tested with.
const AXE: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../../desktop/ui/node_modules/axe-core/axe.min.js"
);

/// What is serious or critical: the rule, and the elements that break it.
#[must_use]
pub fn findings(window: &Window) -> Vec<String> {
    if window.js("return typeof window.axe", &json!([])) != json!("object") {
        let axe = fs::read_to_string(Path::new(AXE)).unwrap();
        window.js(&axe, &json!([]));
    }
    // What is being faded in has no contrast yet.
    window.settle();
    let script = "\
        const { violations } = await window.axe.run(document, { resultTypes: ['violations'] });\n\
        return violations.filter(({ impact }) => impact === 'serious' || impact === 'critical')\n\
          .map(({ id, help, nodes }) => `${id}: ${help}: ${nodes.map(({ html, failureSummary }) => html.slice(0, 200) + ' ' + failureSummary).join(' | ')}`);";
    let answer = window.promise(script, &json!([]));
    let found = answer["ok"]
        .as_array()
        .unwrap_or_else(|| panic!("axe: {answer}"));
    found
        .iter()
        .map(|one: &Value| one.as_str().unwrap_or_default().to_owned())
        .collect()
}
