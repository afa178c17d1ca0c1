//! The smallest HTTP/1.1 client that keeps its connection: one request at a time, bodies with a length.

use crate::Failure;
use serde_json::Value;
use std::fmt::Write as _;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

/// A connection to a server.
#[derive(Debug)]
pub struct Client {
    stream: BufReader<TcpStream>,
    /// Those of every request, each line ended.
    headers: String,
}

/// What a server answered.
#[derive(Debug)]
pub struct Answer {
    /// Status, as a number.
    pub status: u16,
    /// Body.
    pub body: Vec<u8>,
}

impl Answer {
    /// The body as JSON, of a successful answer.
    ///
    /// # Errors
    /// The status is not 2xx, or the body is no JSON.
    pub fn json(&self) -> Result<Value, Failure> {
        if (200..300).contains(&self.status) {
            return Ok(serde_json::from_slice(&self.body)?);
        }
        Err(format!("status {}: {}", self.status, String::from_utf8_lossy(&self.body)).into())
    }
}

impl Client {
    /// Connects, once.
    ///
    /// # Errors
    /// Nobody listens there.
    pub fn connect(address: SocketAddr, key: &str) -> Result<Self, Failure> {
        Self::connect_with(address, &[("Authorization", &format!("Bearer {key}"))])
    }

    /// Connects, once, and sends these headers with every request.
    ///
    /// # Errors
    /// Nobody listens there.
    pub fn connect_with(address: SocketAddr, headers: &[(&str, &str)]) -> Result<Self, Failure> {
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(Duration::from_secs(30)))?;
        let headers = headers.iter().flat_map(|(name, value)| [name, ": ", value, "\r\n"]).collect();
        Ok(Self { stream: BufReader::new(stream), headers })
    }

    /// Sends a request and reads its whole answer.
    ///
    /// # Errors
    /// The connection broke, or the answer has no length.
    pub fn ask(&mut self, method: &str, path: &str, body: Option<&Value>) -> Result<Answer, Failure> {
        self.send(method, path, &body.map(serde_json::to_vec).transpose()?.unwrap_or_default())
    }

    /// As [`Self::ask`], of a body that is written already.
    ///
    /// # Errors
    /// The same.
    pub fn send(&mut self, method: &str, path: &str, body: &[u8]) -> Result<Answer, Failure> {
        let mut request = format!("{method} {path} HTTP/1.1\r\nHost: nexus\r\n{}", self.headers);
        if !body.is_empty() {
            // Writing to a String cannot fail.
            let _ = write!(request, "Content-Type: application/json\r\nContent-Length: {}\r\n", body.len());
        }
        request.push_str("\r\n");
        let mut bytes = request.into_bytes();
        bytes.extend_from_slice(body);
        self.stream.get_mut().write_all(&bytes)?;
        self.read()
    }

    fn read(&mut self) -> Result<Answer, Failure> {
        let mut line = String::new();
        self.stream.read_line(&mut line)?;
        let status = line.split(' ').nth(1).and_then(|status| status.parse().ok()).ok_or("no status line")?;
        let mut length = None;
        loop {
            line.clear();
            self.stream.read_line(&mut line)?;
            let Some((name, value)) = line.split_once(':') else { break };
            if name.eq_ignore_ascii_case("content-length") {
                length = value.trim().parse::<usize>().ok();
            }
        }
        let mut body = vec![0; length.ok_or("the answer has no length")?];
        self.stream.read_exact(&mut body)?;
        Ok(Answer { status, body })
    }
}
