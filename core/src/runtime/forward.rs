//! One database, one process: the socket by which others reach the process that has the profile.
//!
//! The process that holds the store serves `control.sock` in the profile folder, mode 0600. A
//! connection carries one exchange: a greeting, a line there, then lines back until it is closed.
//! This file knows lines only; what they say is the client floor's.

use std::any::Any;
use std::fs;
use std::io::{self, BufRead as _, BufReader, Write as _};
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::net::UnixStream as BlockingStream;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt};
use tokio::net::{UnixListener, UnixStream};
use tokio::runtime::Handle;
use tokio::sync::mpsc::{Sender, channel};
use tokio::task::{AbortHandle, spawn_blocking};

/// The socket's name in the profile folder.
pub(crate) const SOCKET: &str = "control.sock";
/// The first line to everybody who connects: this process runs.
const GREETING: &str = "sotto";
/// A process that takes longer to greet is stopped, or too busy to ask.
const PATIENCE: Duration = Duration::from_secs(5);
/// A line may be so long, in bytes: a text of the largest size, however it is escaped.
const LONGEST_LINE: u64 = 1 << 20;
/// Lines back that may wait for a slow reader; one that is slower is cut off and asks again.
const WAITING_LINES: usize = 1024;
/// The longest path that the system takes for a socket's name is 107 bytes.
const LONGEST_NAME: usize = 100;

/// Kept as long as a connection wants to hear more; dropped when it has gone.
pub(crate) type Guard = Option<Box<dyn Any + Send>>;

/// What answers.
pub(crate) trait Service: Send + Sync + 'static {
    /// Takes the line of one connection and answers through `lines`; may block. The connection is
    /// closed when every clone of `lines` is dropped, or the other side goes.
    fn serve(&self, line: &str, lines: Lines) -> Guard;
}

/// Lines back to one connection.
#[derive(Clone)]
pub(crate) struct Lines(Sender<String>);

impl Lines {
    /// Sends one line (without its end); false if nobody reads, or too slowly.
    pub fn send(&self, line: String) -> bool {
        self.0.try_send(line).is_ok()
    }
}

/// The serving side. Dropping it closes the socket and every connection.
#[derive(Debug)]
pub(crate) struct Server {
    path: PathBuf,
    task: AbortHandle,
}

impl Server {
    /// Serves the profile's socket. The caller holds the store, so a socket that is there already
    /// belongs to a process that has ended.
    ///
    /// # Errors
    /// Those of the system.
    pub fn start(tokio: &Handle, dir: &Path, service: Arc<dyn Service>) -> io::Result<Self> {
        let path = dir.join(SOCKET);
        match fs::remove_file(&path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        let listener = {
            let _tokio = tokio.enter();
            with_short_name(dir, |name| UnixListener::bind(name))?
        };
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600))?;
        let task = tokio.spawn(accept(listener, service)).abort_handle();
        Ok(Self { path, task })
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
        if let Err(error) = fs::remove_file(&self.path) {
            tracing::debug!(kind = %error.kind(), "the control socket was gone already");
        }
    }
}

async fn accept(listener: UnixListener, service: Arc<dyn Service>) {
    // Ends the connections with it.
    let mut connections = tokio::task::JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => {
                    connections.spawn(exchange(stream, Arc::clone(&service)));
                }
                Err(error) => {
                    tracing::warn!(kind = %error.kind(), "the control socket has failed");
                    return;
                }
            },
            Some(_) = connections.join_next() => {}
        }
    }
}

async fn exchange(mut stream: UnixStream, service: Arc<dyn Service>) {
    let (read, mut write) = stream.split();
    if write_line(&mut write, GREETING.to_owned()).await.is_err() {
        return;
    }
    let mut read = tokio::io::BufReader::new(read);
    let mut line = String::new();
    match (&mut read).take(LONGEST_LINE).read_line(&mut line).await {
        Ok(_) if line.ends_with('\n') => {}
        _ => return,
    }
    let (lines, mut answers) = channel(WAITING_LINES);
    let mut serving = spawn_blocking(move || service.serve(line.trim_end(), Lines(lines)));
    let mut guard: Guard = None;
    let mut served = false;
    let mut rest = [0; 64];
    loop {
        tokio::select! {
            answer = answers.recv() => match answer {
                Some(answer) => if write_line(&mut write, answer).await.is_err() { return },
                None => return,
            },
            done = &mut serving, if !served => {
                served = true;
                guard = done.unwrap_or(None);
            }
            // Nothing more is expected from there but its end.
            said = read.read(&mut rest) => if matches!(said, Ok(0) | Err(_)) { break },
        }
    }
    drop(guard);
}

async fn write_line(write: &mut (impl AsyncWriteExt + Unpin), mut line: String) -> io::Result<()> {
    line.push('\n');
    write.write_all(line.as_bytes()).await
}

/// Asks the process that has the profile; lines come back until it closes.
#[derive(Debug)]
pub(crate) struct Exchange {
    reader: BufReader<BlockingStream>,
}

impl Exchange {
    /// Connects, and waits for the greeting: the system accepts for a process that is stopped, too.
    ///
    /// # Errors
    /// Those of the system; each says that nobody serves the profile at this moment, and that
    /// nothing was said.
    pub fn connect(dir: &Path) -> io::Result<Self> {
        let stream = with_short_name(dir, |name| BlockingStream::connect(name))?;
        stream.set_read_timeout(Some(PATIENCE))?;
        let mut exchange = Self {
            reader: BufReader::new(stream),
        };
        if exchange.hear()?.as_deref() != Some(GREETING) {
            return Err(io::ErrorKind::ConnectionRefused.into());
        }
        exchange.reader.get_ref().set_read_timeout(None)?;
        Ok(exchange)
    }

    /// Says the line.
    ///
    /// # Errors
    /// Those of the system.
    pub fn say(&mut self, line: &str) -> io::Result<()> {
        let stream = self.reader.get_mut();
        stream.write_all(line.as_bytes())?;
        stream.write_all(b"\n")
    }

    /// The next line back, or `None` when the other side has closed.
    ///
    /// # Errors
    /// Those of the system.
    pub fn hear(&mut self) -> io::Result<Option<String>> {
        let mut line = String::new();
        self.reader.read_line(&mut line)?;
        // A line without its end was cut off by the other side's.
        Ok(line.strip_suffix('\n').map(str::to_owned))
    }

    /// A handle to end the exchange from another thread.
    ///
    /// # Errors
    /// Those of the system.
    pub fn hang_up(&self) -> io::Result<HangUp> {
        Ok(HangUp(self.reader.get_ref().try_clone()?))
    }
}

/// Ends an [`Exchange`] from another thread; whoever hears then hears the end.
#[derive(Debug)]
pub(crate) struct HangUp(BlockingStream);

impl HangUp {
    /// Ends it.
    pub fn now(&self) {
        // It may have ended by itself.
        let _ = self.0.shutdown(std::net::Shutdown::Both);
    }
}

/// Calls `f` with a name for the socket that the system takes, however deep the profile lies.
fn with_short_name<T>(dir: &Path, f: impl FnOnce(&Path) -> io::Result<T>) -> io::Result<T> {
    let path = dir.join(SOCKET);
    if path.as_os_str().len() <= LONGEST_NAME {
        return f(&path);
    }
    if cfg!(target_os = "linux") {
        use std::os::fd::AsRawFd as _;
        let folder = fs::File::open(dir)?;
        return f(&PathBuf::from(format!(
            "/proc/self/fd/{}/{SOCKET}",
            folder.as_raw_fd()
        )));
    }
    Err(io::Error::new(
        io::ErrorKind::InvalidInput,
        "the path of the profile is too long for a socket",
    ))
}

#[cfg(test)]
#[allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]
mod tests {
    use std::sync::Mutex;
    use std::sync::mpsc;

    use super::*;

    /// Answers a line with itself, and "more" with lines until the other side goes.
    struct Echo(Mutex<Option<mpsc::Sender<()>>>);

    struct Told(mpsc::Sender<()>);

    impl Drop for Told {
        fn drop(&mut self) {
            let _ = self.0.send(());
        }
    }

    impl Service for Echo {
        fn serve(&self, line: &str, lines: Lines) -> Guard {
            lines.send(line.to_owned());
            if line != "more" {
                return None;
            }
            let gone = self.0.lock().unwrap().take().unwrap();
            Some(Box::new((lines, Told(gone))))
        }
    }

    fn tokio() -> tokio::runtime::Runtime {
        tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .unwrap()
    }

    fn ask(dir: &Path, line: &str) -> Option<String> {
        let mut exchange = Exchange::connect(dir).unwrap();
        exchange.say(line).unwrap();
        let answer = exchange.hear().unwrap();
        assert_eq!(exchange.hear().unwrap(), None);
        answer
    }

    #[test]
    fn a_line_is_answered_however_deep_the_profile_lies() {
        let tokio = tokio();
        let root = tempfile::tempdir().unwrap();
        for dir in [root.path().join("short"), root.path().join("d".repeat(200))] {
            fs::create_dir(&dir).unwrap();
            let echo = Arc::new(Echo(Mutex::new(None)));
            let server = Server::start(tokio.handle(), &dir, echo).unwrap();
            let mode = fs::metadata(dir.join(SOCKET)).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
            assert_eq!(ask(&dir, "hello").as_deref(), Some("hello"));
            drop(server);
            assert!(!dir.join(SOCKET).exists());
        }
    }

    #[test]
    fn a_dead_socket_is_in_nobodys_way() {
        let tokio = tokio();
        let dir = tempfile::tempdir().unwrap();
        drop(std::os::unix::net::UnixListener::bind(dir.path().join(SOCKET)).unwrap());
        assert_eq!(
            Exchange::connect(dir.path()).unwrap_err().kind(),
            io::ErrorKind::ConnectionRefused
        );
        let echo = Arc::new(Echo(Mutex::new(None)));
        let _server = Server::start(tokio.handle(), dir.path(), echo).unwrap();
        assert_eq!(ask(dir.path(), "hello").as_deref(), Some("hello"));
    }

    #[test]
    fn the_service_hears_when_a_listener_has_gone() {
        let tokio = tokio();
        let dir = tempfile::tempdir().unwrap();
        let (gone, heard) = mpsc::channel();
        let echo = Arc::new(Echo(Mutex::new(Some(gone))));
        let _server = Server::start(tokio.handle(), dir.path(), echo).unwrap();
        let mut exchange = Exchange::connect(dir.path()).unwrap();
        exchange.say("more").unwrap();
        assert_eq!(exchange.hear().unwrap().as_deref(), Some("more"));
        let hang_up = exchange.hang_up().unwrap();
        hang_up.now();
        assert_eq!(exchange.hear().unwrap(), None);
        heard.recv().unwrap();
    }
}
