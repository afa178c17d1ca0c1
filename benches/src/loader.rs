//! A loader: some connections that each ask again as soon as they are answered.

use crate::Failure;
use std::net::SocketAddr;
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinSet;

/// What a loader saw.
#[derive(Debug, Clone, Copy, Default)]
pub struct Load {
    /// Answers, all of them 200.
    pub answers: u64,
    /// Time that it took.
    pub time: Duration,
}

impl Load {
    /// Answers per second.
    pub fn per_second(&self) -> f64 {
        self.answers as f64 / self.time.as_secs_f64()
    }
}

/// Asks for `duration` on so many connections.
///
/// # Errors
/// A connection broke, or something else than 200 was answered.
pub fn load(
    address: SocketAddr,
    request: &str,
    connections: usize,
    duration: Duration,
) -> Result<Load, Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let mut lines = JoinSet::new();
        for _ in 0..connections {
            let stream = TcpStream::connect(address).await?;
            stream.set_nodelay(true)?;
            lines.spawn(line(stream, request.as_bytes().to_vec(), duration));
        }
        let start = Instant::now();
        let mut answers = 0;
        while let Some(ended) = lines.join_next().await {
            answers += ended?.map_err(|error| -> Failure { error.into() })?;
        }
        Ok(Load { answers, time: start.elapsed() })
    })
}

async fn line(mut stream: TcpStream, request: Vec<u8>, duration: Duration) -> Result<u64, String> {
    let (start, mut answers) = (Instant::now(), 0);
    let mut read = Vec::with_capacity(4096);
    while start.elapsed() < duration {
        stream.write_all(&request).await.map_err(|error| error.to_string())?;
        loop {
            if stream.read_buf(&mut read).await.map_err(|error| error.to_string())? == 0 {
                return Err("the connection ended".to_owned());
            }
            if let Some(length) = whole(&read)? {
                read.drain(..length);
                break;
            }
        }
        answers += 1;
    }
    Ok(answers)
}

/// The length of the answer at the start of what was read; `None` while it is not whole.
fn whole(read: &[u8]) -> Result<Option<usize>, String> {
    let Some(head) = read.windows(4).position(|window| window == b"\r\n\r\n") else { return Ok(None) };
    if !read.starts_with(b"HTTP/1.1 200") {
        return Err(String::from_utf8_lossy(read).into_owned());
    }
    let head_text = read.get(..head).unwrap_or_default();
    let name = b"content-length: ";
    let place = head_text.windows(name.len()).position(|window| window.eq_ignore_ascii_case(name));
    let digits = place.and_then(|place| head_text.get(place + name.len()..)).unwrap_or_default();
    let body = digits
        .iter()
        .take_while(|byte| byte.is_ascii_digit())
        .fold(0, |length, digit| length * 10 + usize::from(digit - b'0'));
    let length = head + 4 + body;
    Ok((read.len() >= length).then_some(length))
}
