//! A window of the app: what is seen in it, and what a person does in it.

use std::fs;
use std::path::Path;

use base64ct::{Base64, Encoding as _};
use serde_json::{Value, json};

use crate::driver::Driver;
use crate::find::Find;
use crate::keys;
use crate::until::{Deadline, until};

/// How the driver calls an element in JSON.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

/// What stands before every script.
const HELPERS: &str = include_str!("find.js");

/// An open window. It closes with this value.
pub struct Window {
    driver: Driver,
    session: String,
    evidence: std::path::PathBuf,
}

impl Window {
    /// Starts a program and takes hold of its first window. What is left of a failure goes into
    /// `evidence`.
    #[must_use]
    pub fn open(driver: Driver, program: &Path, arguments: &[&str], evidence: &Path) -> Self {
        let wanted = json!({ "capabilities": { "alwaysMatch": {
            "tauri:options": { "application": program, "args": arguments },
        } } });
        let answer = driver.ask("POST", "/session", Some(&wanted)).unwrap();
        let session = format!("/session/{}", answer["sessionId"].as_str().unwrap());
        let window = Self {
            driver,
            session,
            evidence: evidence.to_owned(),
        };
        window.size(1120, 760);
        window
    }

    /// Asks the driver about this window.
    ///
    /// # Errors
    /// What it says went wrong.
    pub fn ask(&self, method: &str, path: &str, body: Option<&Value>) -> Result<Value, String> {
        let path = format!("{}{path}", self.session);
        self.driver.ask(method, &path, body)
    }

    fn post(&self, path: &str, body: &Value) -> Result<Value, String> {
        self.ask("POST", path, Some(body))
    }

    /// Runs a script on the page, which finds its arguments in `arguments`, and may use what finds
    /// things by name. Returns what it returns.
    ///
    /// # Errors
    /// What it threw.
    pub fn try_js(&self, script: &str, arguments: &Value) -> Result<Value, String> {
        let script = format!("{HELPERS}\n{script}");
        self.post(
            "/execute/sync",
            &json!({ "script": script, "args": arguments }),
        )
    }

    /// The same for a script that must not fail.
    pub fn js(&self, script: &str, arguments: &Value) -> Value {
        self.try_js(script, arguments).unwrap()
    }

    /// Runs a script that answers with a promise, and returns what that comes to: `{ok}` or `{error}`.
    pub fn promise(&self, script: &str, arguments: &Value) -> Value {
        let script = format!(
            "const done = arguments[arguments.length - 1];\n\
             Promise.resolve((async function () {{ {script} }})(...arguments))\n\
             .then((ok) => done({{ ok: ok ?? null }}), (error) => done({{ error: error?.message ?? error }}));"
        );
        self.post(
            "/execute/async",
            &json!({ "script": script, "args": arguments }),
        )
        .unwrap()
    }

    /// How many there are of it that can be seen.
    pub fn count(&self, find: &Find) -> u64 {
        let found = self.js(
            "return findAll(arguments[0]).length",
            &json!([find.value()]),
        );
        found.as_u64().unwrap()
    }

    /// Whether it is there.
    pub fn has(&self, find: &Find) -> bool {
        self.count(find) > 0
    }

    /// Waits until it is there.
    pub fn see(&self, find: &Find) {
        self.element(find);
    }

    /// Waits until it is not there.
    pub fn gone(&self, find: &Find) {
        until(&format!("the end of {find}"), || {
            (!self.has(find)).then_some(())
        });
    }

    /// Waits until this is so on the page.
    pub fn wait(&self, wanted: &str, so: impl Fn(&Self) -> bool) {
        until(wanted, || so(self).then_some(()));
    }

    /// The text that it shows.
    pub fn text_of(&self, find: &Find) -> String {
        self.property(find, "textContent")
    }

    /// What is written in it.
    pub fn value_of(&self, find: &Find) -> String {
        self.property(find, "value")
    }

    /// An attribute of it, empty if there is none.
    pub fn attribute(&self, find: &Find, name: &str) -> String {
        let script = "return findAll(arguments[0])[0]?.getAttribute(arguments[1])?.replace(/[\\u2068\\u2069]/g, '') ?? ''";
        self.see(find);
        let value = self.js(script, &json!([find.value(), name]));
        value.as_str().unwrap_or_default().trim().to_owned()
    }

    fn property(&self, find: &Find, name: &str) -> String {
        let script = "const found = findAll(arguments[0])[0];\n\
             return found ? words(found[arguments[1]] ?? found.textContent) : null";
        until(&find.to_string(), || {
            let value = self.js(script, &json!([find.value(), name]));
            value.as_str().map(str::to_owned)
        })
    }

    /// Waits until it is there and returns the driver's name for it.
    fn element(&self, find: &Find) -> String {
        let script = "return findAll(arguments[0])[0] ?? null";
        until(&find.to_string(), || {
            // A page that is being loaded knows nothing yet.
            let found = self.try_js(script, &json!([find.value()])).ok()?;
            found[ELEMENT].as_str().map(str::to_owned)
        })
    }

    /// Presses it with the mouse, as soon as nothing is in front of it.
    pub fn press(&self, find: &Find) {
        self.rest(find);
        self.try_until(find, |element| {
            self.post(&format!("/element/{element}/click"), &json!({}))
        });
    }

    /// Presses the other button of the mouse on it.
    pub fn press_right(&self, find: &Find) {
        self.pointer(find, 2);
    }

    /// Puts the mouse on it.
    pub fn hover(&self, find: &Find) {
        self.try_until(find, |element| {
            self.actions(&json!([pointer(&json!([move_to(element)]))]))
        });
    }

    fn pointer(&self, find: &Find, which: u8) {
        self.rest(find);
        self.try_until(find, |element| {
            self.actions(&json!([pointer(&json!([
                move_to(element),
                { "type": "pointerDown", "button": which },
                { "type": "pointerUp", "button": which },
            ]))]))
        });
    }

    /// Waits until it stays where it is: it is pressed by its place.
    fn rest(&self, find: &Find) {
        let script = format!(
            "{HELPERS}\nconst place = () => JSON.stringify(findAll(arguments[0])[0]?.getBoundingClientRect() ?? null);\n\
             let before;\n\
             for (let same = 0, frames = 0; same < 4 && frames < 300; frames += 1) {{\n\
               const here = place();\n\
               same = here === before && here !== 'null' ? same + 1 : 0;\n\
               before = here;\n\
               await new Promise((resolve) => requestAnimationFrame(resolve));\n\
             }}"
        );
        self.see(find);
        let rested = self.promise(&script, &json!([find.value()]));
        assert!(rested["error"].is_null(), "{find}: {rested}");
    }

    /// Does something with an element; it may just be moving, or be replaced meanwhile.
    fn try_until(&self, find: &Find, act: impl Fn(&str) -> Result<Value, String>) {
        let deadline = Deadline::new();
        loop {
            match act(&self.element(find)) {
                Ok(_) => return,
                Err(error) => assert!(!deadline.is_over(), "{find}: {error}"),
            }
            deadline.tick();
        }
    }

    /// Turns the wheel over something; `down` is in pixels, and negative upwards.
    pub fn wheel(&self, find: &Find, down: i32) {
        self.rest(find);
        self.try_until(find, |element| {
            let mut turn = move_to(element);
            turn["type"] = json!("scroll");
            turn["deltaX"] = json!(0);
            turn["deltaY"] = json!(down);
            self.actions(&json!([{ "type": "wheel", "id": "wheel", "actions": [turn] }]))
        });
    }

    fn actions(&self, actions: &Value) -> Result<Value, String> {
        self.post("/actions", &json!({ "actions": actions }))
    }

    /// Writes into it, after what is there. The page gets the text as from a keyboard of any script;
    /// [`keys`](Self::keys) presses the keys of this one.
    pub fn write(&self, find: &Find, text: &str) {
        self.press(find);
        let script = "const at = document.activeElement;\n\
             at.setSelectionRange?.(at.value.length, at.value.length);\n\
             return document.execCommand('insertText', false, arguments[0])";
        assert_eq!(self.js(script, &json!([text])), json!(true), "{find}");
    }

    /// Writes into it in place of what is there.
    pub fn rewrite(&self, find: &Find, text: &str) {
        self.press(find);
        self.js("document.activeElement.select()", &json!([]));
        let script = "return document.execCommand('insertText', false, arguments[0])";
        assert_eq!(self.js(script, &json!([text])), json!(true), "{find}");
    }

    /// Chooses a file where the page asks for one, as in the window that the system shows for it.
    pub fn choose_file(&self, path: &Path) {
        let script = "return document.querySelector('input[type=file]')";
        let element = until("a field for a file", || {
            let found = self.js(script, &json!([]));
            found[ELEMENT].as_str().map(str::to_owned)
        });
        let path = json!({ "text": path.to_str().unwrap() });
        self.post(&format!("/element/{element}/value"), &path)
            .unwrap();
    }

    /// Presses keys together, on whatever has the focus: `Control+Shift+f`.
    pub fn key(&self, chord: &str) {
        let names: Vec<&str> = chord.split('+').map(keys::code).collect();
        let down = names
            .iter()
            .map(|name| json!({ "type": "keyDown", "value": name }));
        let up = names
            .iter()
            .rev()
            .map(|name| json!({ "type": "keyUp", "value": name }));
        let actions: Vec<Value> = down.chain(up).collect();
        self.actions(&json!([{ "type": "key", "id": "keys", "actions": actions }]))
            .unwrap();
    }

    /// Types a text, on whatever has the focus.
    pub fn keys(&self, text: &str) {
        let actions: Vec<Value> = text
            .chars()
            .flat_map(|one| {
                ["keyDown", "keyUp"].map(|what| json!({ "type": what, "value": one.to_string() }))
            })
            .collect();
        self.actions(&json!([{ "type": "key", "id": "keys", "actions": actions }]))
            .unwrap();
    }

    /// What has the focus: its role and name, as the outline of the page says it.
    pub fn focused(&self) -> String {
        let script = "const at = document.activeElement;\n\
             return `${at?.getAttribute('role') ?? at?.tagName.toLowerCase()} ${at ? nameOf(at) : ''}`";
        self.js(script, &json!([]))
            .as_str()
            .unwrap_or_default()
            .to_owned()
    }

    /// Presses a key until what is wanted has the focus.
    pub fn key_until_focused(&self, chord: &str, find: &Find) {
        let script = "return findAll(arguments[0]).includes(document.activeElement)";
        for _ in 0..60 {
            if self.js(script, &json!([find.value()])) == json!(true) {
                return;
            }
            self.key(chord);
        }
        panic!("{chord} never comes to {find}");
    }

    /// Makes the window so large.
    pub fn size(&self, width: u32, height: u32) {
        let wanted = json!({ "x": 0, "y": 0, "width": width, "height": height });
        self.post("/window/rect", &wanted).unwrap();
        until("the size of the window", || {
            let page = self
                .try_js("return [innerWidth, innerHeight]", &json!([]))
                .ok()?;
            (page == json!([width, height])).then_some(())
        });
    }

    /// Loads the page anew.
    pub fn reload(&self) {
        self.post("/refresh", &json!({})).unwrap();
    }

    /// Sets what the person prefers, as the settings would, and loads the page anew.
    pub fn prefer(&self, preferences: &Value) {
        let script = "const there = JSON.parse(localStorage.getItem('preferences') ?? '{}');\n\
             localStorage.setItem('preferences', JSON.stringify({ ...there, ...arguments[0] }));";
        self.js(script, &json!([preferences]));
        self.reload();
    }

    /// Waits until nothing is on its way on the page: faces are there, what moves has come to rest, and
    /// it was painted.
    pub fn settle(&self) {
        let script = "await document.fonts.ready;\n\
             const moving = () => document.getAnimations().filter((one) => one.playState === 'running' && one.effect?.getTiming().iterations !== Infinity);\n\
             while (moving().length > 0) await Promise.allSettled(moving().map((one) => one.finished));\n\
             await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));";
        let settled = self.promise(script, &json!([]));
        assert!(settled["error"].is_null(), "{settled}");
    }

    /// What can be seen, as a PNG.
    ///
    /// # Errors
    /// What the driver says went wrong.
    pub fn picture(&self) -> Result<Vec<u8>, String> {
        let text = self.ask("GET", "/screenshot", None)?;
        Base64::decode_vec(text.as_str().unwrap_or_default()).map_err(|error| error.to_string())
    }

    /// What is on the page, in words.
    pub fn outline(&self) -> String {
        match self.try_js("return outline()", &json!([])) {
            Ok(said) => said.as_str().unwrap_or_default().to_owned(),
            Err(error) => error,
        }
    }
}

impl Drop for Window {
    fn drop(&mut self) {
        if std::thread::panicking() {
            fs::create_dir_all(&self.evidence).ok();
            fs::write(self.evidence.join("page.txt"), self.outline()).ok();
            if let Ok(picture) = self.picture() {
                fs::write(self.evidence.join("page.png"), picture).ok();
            }
        }
        self.ask("DELETE", "", None).ok();
    }
}

fn pointer(actions: &Value) -> Value {
    json!({
        "type": "pointer",
        "id": "mouse",
        "parameters": { "pointerType": "mouse" },
        "actions": actions,
    })
}

fn move_to(element: &str) -> Value {
    json!({ "type": "pointerMove", "duration": 0, "x": 0, "y": 0, "origin": { ELEMENT: element } })
}
