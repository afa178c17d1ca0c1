//! `nexus serve` as a process of its own, spoken to over TCP.

use crate::app::KEY;
use crate::postgres::TestDatabase;
use crate::program::Run;
use crate::reply::Reply;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use serde_json::Value;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, ExitStatus};
use std::sync::{Arc, Mutex, mpsc};
use std::thread;
use std::time::{Duration, Instant};

/// Longest time that any proof waits for a state.
pub const PATIENCE: Duration = Duration::from_mins(1);

/// A running server; killed when dropped.
#[derive(Debug)]
pub struct Server {
    child: Child,
    address: String,
    log: Arc<Mutex<String>>,
    printed: Arc<Mutex<String>>,
}

impl Server {
    /// A server on a data folder, on a free port, with the usual key.
    pub fn start(data: &Path) -> Self {
        Self::start_run(&serve(data))
    }

    /// A server from a prepared run.
    pub fn start_run(run: &Run) -> Self {
        let mut child = run.command().spawn().unwrap();
        let log = Arc::new(Mutex::new(String::new()));
        let (sender, receiver) = mpsc::channel();
        let lines = BufReader::new(child.stderr.take().unwrap()).lines();
        let copy = Arc::clone(&log);
        thread::spawn(move || {
            for line in lines.map_while(Result::ok) {
                if let Some((_, rest)) = line.split_once("http://") {
                    let _ = sender.send(rest.split_whitespace().next().unwrap().to_owned());
                }
                let mut log = copy.lock().unwrap();
                log.push_str(&line);
                log.push('\n');
            }
        });
        let printed = Arc::new(Mutex::new(String::new()));
        let mut output = child.stdout.take().unwrap();
        let copy = Arc::clone(&printed);
        thread::spawn(move || {
            let mut buffer = [0; 4096];
            while let Ok(length @ 1..) = output.read(&mut buffer) {
                copy.lock().unwrap().push_str(&String::from_utf8_lossy(&buffer[..length]));
            }
        });
        let Ok(address) = receiver.recv_timeout(PATIENCE) else {
            let _ = child.kill();
            panic!("the server does not listen: {}", log.lock().unwrap());
        };
        Self { child, address, log, printed }
    }

    /// Where it listens.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// What it wrote to its log so far.
    pub fn log(&self) -> String {
        self.log.lock().unwrap().clone()
    }

    /// Its log, once it holds these words: the answer to a request may arrive before its line is read.
    #[track_caller]
    pub fn log_with(&self, words: &str) -> String {
        once(words, || self.log())
    }

    /// What it printed for people, once it holds these words: that it listens is told by another way, and may arrive first.
    #[track_caller]
    pub fn printed_with(&self, words: &str) -> String {
        once(words, || self.printed.lock().unwrap().clone())
    }

    /// Its process.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Ends it at once, as a power cut does for a process.
    pub fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// How it ended, when it did.
    pub fn ended(&mut self) -> Option<ExitStatus> {
        self.child.try_wait().unwrap()
    }

    /// Ends it at once while somebody still talks to it.
    pub fn stop_at_once(&self) {
        // The standard library wants the child for itself; the request of another thread borrows it.
        let killed = Command::new("kill").args(["-9", &self.child.id().to_string()]).status().unwrap();
        assert!(killed.success());
    }

    /// Sends a request with the key; an error when the server does not answer in full.
    pub fn try_call(&self, method: &str, path: &str, body: Option<&Value>) -> io::Result<Reply> {
        let body = body.map(Value::to_string).unwrap_or_default();
        let key = format!("Bearer {KEY}");
        let mut headers = vec![("Authorization", key.as_str())];
        if !body.is_empty() {
            headers.push(("Content-Type", "application/json"));
        }
        self.try_send(method, path, &headers, &body)
    }

    /// Sends JSON with cookies, as a page of the site does, under an idempotency key; an error when the server does not answer in full.
    pub fn try_with_key(&self, path: &str, cookies: &str, key: &str, body: &Value) -> io::Result<Reply> {
        let headers = [
            ("Cookie", cookies),
            ("Idempotency-Key", key),
            ("Content-Type", "application/json"),
            // As a page of the site does.
            ("Sec-Fetch-Site", "same-origin"),
        ];
        self.try_send("POST", path, &headers, &body.to_string())
    }

    fn try_send(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> io::Result<Reply> {
        let headers =
            headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect::<Vec<_>>().concat();
        let head = format!(
            "{method} {path} HTTP/1.1\r\nHost: nexus\r\nConnection: close\r\n{headers}Content-Length: {}\r\n\r\n",
            body.len()
        );
        let mut stream = TcpStream::connect(&self.address)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        stream.write_all(head.as_bytes())?;
        stream.write_all(body.as_bytes())?;
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes)?;
        parse(&bytes).ok_or_else(|| io::ErrorKind::UnexpectedEof.into())
    }

    /// Signs in as the pages do; gives the answer and the cookies of the session.
    pub fn sign_in(&self, email: &str, password: &str) -> (Reply, String) {
        let cookies = |reply: &Reply| {
            let pairs: Vec<_> =
                reply.cookies().iter().map(|cookie| cookie.split(';').next().unwrap().to_owned()).collect();
            pairs.join("; ")
        };
        let token = self.get("/api/auth/csrf");
        let before = cookies(&token);
        let token = token.expect(200)["csrfToken"].as_str().unwrap().to_owned();
        let mut form = form_urlencoded::Serializer::new(String::new());
        form.extend_pairs([
            ("csrfToken", token.as_str()),
            ("email", email),
            ("password", password),
            ("json", "true"),
        ]);
        let headers = [("Content-Type", "application/x-www-form-urlencoded"), ("Cookie", before.as_str())];
        let reply =
            self.try_send("POST", "/api/auth/callback/credentials", &headers, &form.finish()).unwrap();
        let session = cookies(&reply);
        (reply, session)
    }

    /// `GET` with cookies.
    pub fn get_with(&self, path: &str, cookies: &str) -> Reply {
        self.try_send("GET", path, &[("Cookie", cookies)], "").unwrap()
    }

    /// Sends a request with the key.
    pub fn call(&self, method: &str, path: &str, body: Option<&Value>) -> Reply {
        self.try_call(method, path, body).unwrap_or_else(|error| panic!("{error}: {}", self.log()))
    }

    /// `GET` with the key.
    pub fn get(&self, path: &str) -> Reply {
        self.call("GET", path, None)
    }

    /// `POST` of JSON with the key.
    pub fn post(&self, path: &str, body: &Value) -> Reply {
        self.call("POST", path, Some(body))
    }

    /// Asks for the state of a bilan until `found` likes it.
    pub fn wait_for(&self, id: &str, found: impl Fn(&Value) -> bool) -> Value {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let body = self.get(&format!("/api/bilans/{id}")).expect(200);
            if found(&body) {
                return body;
            }
            assert!(Instant::now() < deadline, "still {body}: {}", self.log());
            // Short, so that a state that lasts a few milliseconds is seen too.
            thread::sleep(Duration::from_millis(2));
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The run of a server on a free port, with the usual key.
pub fn serve(data: &Path) -> Run {
    Run::new(
        ["serve", "--listen", "127.0.0.1:0", "--data"]
            .map(Into::into)
            .iter()
            .chain([&data.as_os_str().to_owned()]),
    )
    .with("NEXUS_ACCESS_KEYS", KEY)
    // A proof looks hundreds of times a second.
    .with("NEXUS_RATE_LIMIT_MAX", "1000000")
}

/// As [`serve`], on a PostgreSQL database.
pub fn serve_on(data: &Path, database: &TestDatabase) -> Run {
    serve(data).with("DATABASE_URL", database.url())
}

/// Reads a whole answer; `None` when it was cut.
fn parse(bytes: &[u8]) -> Option<Reply> {
    let split = bytes.windows(4).position(|window| window == b"\r\n\r\n")?;
    let head = std::str::from_utf8(bytes.get(..split)?).ok()?;
    let body = bytes.get(split + 4..)?.to_vec();
    let mut lines = head.split("\r\n");
    let status = StatusCode::from_bytes(lines.next()?.split(' ').nth(1)?.as_bytes()).ok()?;
    let mut headers = HeaderMap::new();
    for line in lines {
        let (name, value) = line.split_once(':')?;
        headers
            .append(HeaderName::from_bytes(name.as_bytes()).ok()?, HeaderValue::from_str(value.trim()).ok()?);
    }
    let announced: usize = headers.get("content-length")?.to_str().ok()?.parse().ok()?;
    (body.len() == announced).then_some(Reply { status, headers, body })
}

/// A text that grows, once it holds these words.
#[track_caller]
fn once(words: &str, text: impl Fn() -> String) -> String {
    let deadline = Instant::now() + PATIENCE;
    loop {
        let text = text();
        if text.contains(words) {
            return text;
        }
        assert!(Instant::now() < deadline, "no « {words} » in {text}");
        thread::sleep(Duration::from_millis(2));
    }
}
