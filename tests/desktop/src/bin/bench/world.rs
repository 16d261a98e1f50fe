//! Whose past it is, and the relay that they live at.

use std::fs::{self, File};
use std::io::{self, BufRead as _, BufReader, Lines, Write as _};
use std::net::{Ipv4Addr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::Mutex;
use std::time::Instant;

use serde_json::json;
use sotto_desktop_tests::driver::Driver;
use sotto_desktop_tests::group::Group;
use sotto_desktop_tests::{Display, Person, Window, until};
use sotto_tests::past::{DAYS, END};
use sotto_tests::processes::binaries;

/// The relay is always here: the profile that is kept between runs knows its address.
const PORT: u16 = 18_421;
/// What the one is called whose past it is.
const ALICE: &str = "Alice";
/// What the other one is called.
const BEN: &str = "Ben";
/// In milliseconds.
const DAY: u64 = 24 * 3600 * 1000;

/// A profile with a long past, its relay, and somebody who writes to it.
pub struct World {
    dir: PathBuf,
    alice: Person,
    ben: Person,
    relay: Mutex<Option<Group>>,
    accounts: Vec<String>,
    longest: String,
    in_longest: u64,
}

impl World {
    /// Takes what an earlier run has left, or makes it.
    pub fn make(messages: u64) -> Self {
        let output = std::env::var_os("SOTTO_OUTPUT").unwrap_or_else(|| "target/bench".into());
        let dir = PathBuf::from(output).join(messages.to_string());
        fs::create_dir_all(&dir).unwrap();
        let mut world = Self {
            alice: Person::at(&dir, "app"),
            ben: Person::at(&dir, "ben"),
            dir,
            relay: Mutex::new(None),
            accounts: Vec::new(),
            longest: String::new(),
            in_longest: 0,
        };
        world.come_back();
        if !world.dir.join("made").exists() {
            let url = format!("http://127.0.0.1:{PORT}");
            for (person, name) in [(&world.alice, ALICE), (&world.ben, BEN)] {
                person.does(&["register", "--relay", &url, "--name", name]);
            }
            let past = Command::new(binaries::path("past"))
                .arg(world.alice.profile().dir())
                .args([
                    "--messages",
                    &messages.to_string(),
                    "--conversations",
                    "500",
                ])
                .status();
            assert!(past.unwrap().success(), "the past was not made");
            world.alice.befriend(&world.ben);
            fs::write(world.dir.join("made"), "").unwrap();
        }
        let used = &world.alice.does(&["storage"])[0];
        let talks = used["conversations"].as_array().unwrap();
        let mut accounts = talks
            .iter()
            .map(|talk| talk["account"].as_str().unwrap().to_owned());
        world.longest = accounts.next().unwrap();
        world.in_longest = talks[0]["messages"].as_u64().unwrap();
        world.accounts = accounts.collect();
        world
    }

    /// Whom the conversations are with; not the longest.
    pub fn accounts(&self) -> &[String] {
        &self.accounts
    }

    /// Whom the longest is with.
    pub fn longest(&self) -> &str {
        &self.longest
    }

    /// How many messages the longest has.
    pub fn in_longest(&self) -> u64 {
        self.in_longest
    }

    /// Reads the database once, so that the disk's cache is warm: what a disk takes is not the app's,
    /// and a machine with room for other things forgets what was idle for a while.
    pub fn warm(&self) {
        let path = self.alice.profile().dir().join("sotto.db");
        io::copy(&mut File::open(path).unwrap(), &mut io::sink()).unwrap();
    }

    /// The first moment and the last, in milliseconds since 1970.
    pub fn days(&self) -> (u64, u64) {
        (END - DAYS * DAY, END)
    }

    /// Starts the app by itself: how long until somebody could use it, and the program.
    pub fn start(&self, display: &Display) -> (f64, App) {
        let mut command = Command::new(binaries::path("sotto-desktop"));
        command
            .arg("--data")
            .arg(self.alice.profile().dir())
            .arg("--measure");
        display.give(&mut command, &self.dir);
        let begin = Instant::now();
        let mut app = Group::start_heard(command);
        let mut lines = BufReader::new(app.child.stdout.take().unwrap()).lines();
        let usable = lines.find(|line| line.as_ref().unwrap().starts_with("list "));
        assert!(usable.is_some(), "the app ended");
        let took = begin.elapsed().as_secs_f64() * 1000.0;
        (took, App { app, _lines: lines })
    }

    /// The same once more, for what changes it: this one stays as it was made, for the next run. Its
    /// relay is gone, because the other's has its address.
    pub fn once_more(&self) -> Self {
        self.relay.lock().unwrap().take();
        let dir = self.dir.join("once");
        fs::remove_dir_all(&dir).ok();
        for folder in ["app", "ben", "relay"] {
            copy(&self.dir.join(folder), &dir.join(folder));
        }
        let world = Self {
            alice: Person::at(&dir, "app"),
            ben: Person::at(&dir, "ben"),
            dir,
            relay: Mutex::new(None),
            accounts: self.accounts.clone(),
            longest: self.longest.clone(),
            in_longest: self.in_longest,
        };
        world.come_back();
        world
    }

    /// Starts the app under a driver.
    pub fn window(&self, display: &Display, arguments: &[&str]) -> Window {
        let driver = Driver::start_plain(display, &self.dir, &self.dir.join("app.log"));
        let data = self.alice.profile().dir();
        let mut all = vec!["--data", data.to_str().unwrap()];
        all.extend(arguments);
        let program = binaries::path("sotto-desktop");
        let window = Window::open(driver, &program, &all, &self.dir);
        let longer = json!({ "script": 85_000 });
        window.ask("POST", "/timeouts", Some(&longer)).unwrap();
        window
    }

    /// The relay goes, and has so many messages for the app when it comes back.
    pub fn leave(&self, messages: usize) {
        let mut talk = self.ben.profile().command(&["chat", ALICE]);
        let mut talk = talk
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::inherit())
            .spawn()
            .unwrap();
        let mut lines = talk.stdin.take().unwrap();
        for number in 0..messages {
            writeln!(
                lines,
                "{number}: the ferry leaves at seven, and the fog is still here"
            )
            .unwrap();
        }
        drop(lines);
        assert!(ended(&mut talk), "the messages did not leave");
        self.ben.says(ALICE, "the last one");
        self.relay.lock().unwrap().take();
    }

    /// The relay is there.
    pub fn come_back(&self) {
        let mut command = Command::new(binaries::path("sotto-relay"));
        command
            .args(["--listen", &format!("127.0.0.1:{PORT}"), "--data"])
            .arg(self.dir.join("relay"));
        let relay = Group::start(command, &self.dir.join("relay.log"));
        until("a relay that answers", || {
            TcpStream::connect((Ipv4Addr::LOCALHOST, PORT)).ok()
        });
        *self.relay.lock().unwrap() = Some(relay);
    }
}

/// The app, started by itself; it ends with this value.
pub struct App {
    app: Group,
    _lines: Lines<BufReader<ChildStdout>>,
}

impl App {
    /// Its first process.
    pub fn id(&self) -> u32 {
        self.app.child.id()
    }
}

/// Copies the files of a folder and of those in it.
fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap().flatten() {
        let (kind, to) = (entry.file_type().unwrap(), to.join(entry.file_name()));
        if kind.is_dir() {
            copy(&entry.path(), &to);
        } else if kind.is_file() {
            fs::copy(entry.path(), to).unwrap();
        }
    }
}

fn ended(child: &mut Child) -> bool {
    child.wait().unwrap().success()
}
