//! One request, one answer, one connection.

use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, TcpStream};
use std::time::Duration;

use serde_json::Value;

/// Longer than any command of a driver takes.
const LONGEST: Duration = Duration::from_secs(90);

/// Asks a server on this machine; returns the status and the body.
///
/// # Errors
/// Where it does not answer.
pub fn ask(
    port: u16,
    method: &str,
    path: &str,
    body: Option<&Value>,
) -> std::io::Result<(u16, Value)> {
    let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port))?;
    stream.set_read_timeout(Some(LONGEST))?;
    let body = body.map(Value::to_string).unwrap_or_default();
    // Without a word on closing: Tauri's driver passes it on, and then trips over its own connection.
    write!(
        stream,
        "{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\
         Content-Type: application/json; charset=utf-8\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    )?;
    let mut answer = Vec::new();
    let mut part = [0; 65536];
    loop {
        match stream.read(&mut part)? {
            0 => return Err(std::io::ErrorKind::UnexpectedEof.into()),
            count => answer.extend_from_slice(&part[..count]),
        }
        if let Some(whole) = read(&answer) {
            return Ok(whole);
        }
    }
}

/// The status and the body, once all of it has come.
fn read(answer: &[u8]) -> Option<(u16, Value)> {
    let end = answer.windows(4).position(|four| four == b"\r\n\r\n")?;
    let head = String::from_utf8_lossy(&answer[..end]).to_lowercase();
    let rest = &answer[end + 4..];
    let status = head.split_whitespace().nth(1)?.parse().ok()?;
    let length = head
        .lines()
        .find_map(|line| line.strip_prefix("content-length:")?.trim().parse().ok());
    let body = match length {
        Some(length) => rest.get(..length)?.to_vec(),
        None => joined(rest)?,
    };
    let value = serde_json::from_slice(&body).unwrap_or(Value::Null);
    Some((status, value))
}

/// A body that comes in chunks, once the last one has come.
fn joined(mut rest: &[u8]) -> Option<Vec<u8>> {
    let mut body = Vec::new();
    loop {
        let line = rest.windows(2).position(|two| two == b"\r\n")?;
        let size = std::str::from_utf8(&rest[..line]).ok()?.trim();
        let size = usize::from_str_radix(size, 16).ok()?;
        if size == 0 {
            return Some(body);
        }
        body.extend_from_slice(rest.get(line + 2..line + 2 + size)?);
        rest = rest.get(line + 4 + size..)?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_body_is_read_whole_or_in_chunks_and_not_before_it_is_there() {
        let whole = b"HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\n{\"value\":1}";
        assert_eq!(read(whole), Some((200, json!({ "value": 1 }))));
        let chunks =
            b"HTTP/1.1 404 X\r\nTransfer-Encoding: chunked\r\n\r\n4\r\n{\"va\r\n7\r\nlue\":1}\r\n0\r\n\r\n";
        assert_eq!(read(chunks), Some((404, json!({ "value": 1 }))));
        assert_eq!(read(&whole[..whole.len() - 1]), None);
        assert_eq!(read(&chunks[..chunks.len() - 6]), None);
    }
}
