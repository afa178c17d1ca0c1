//! A connection's bytes: whether any move, and how their flow ends.

use pin_project_lite::pin_project;
use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::task::{Context, Poll, ready};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::{Instant, Sleep, sleep, sleep_until};

/// What happens on a connection.
#[derive(Debug, Default)]
pub(super) struct Traffic {
    /// Whether a byte moved since it was last looked.
    moved: AtomicBool,
    /// Whether a request has arrived whole.
    asked: AtomicBool,
    /// Handlers that work for it.
    working: AtomicUsize,
}

impl Traffic {
    /// Resolves when no first request came within `first`, or no byte moved for `silence` while no handler worked.
    pub(super) async fn silence(&self, first: Duration, silence: Duration) {
        sleep(first).await;
        if !self.asked.load(Ordering::Relaxed) {
            return;
        }
        loop {
            sleep(silence).await;
            let moved = self.moved.swap(false, Ordering::Relaxed);
            if !moved && self.working.load(Ordering::Relaxed) == 0 {
                return;
            }
        }
    }

    /// Notes that a handler works, for as long as it does.
    pub(super) fn working<F>(self: &Arc<Self>, answer: F) -> Working<F> {
        self.asked.store(true, Ordering::Relaxed);
        self.working.fetch_add(1, Ordering::Relaxed);
        Working { answer, work: Work(Arc::clone(self)) }
    }
}

struct Work(Arc<Traffic>);

impl Drop for Work {
    fn drop(&mut self) {
        self.0.working.fetch_sub(1, Ordering::Relaxed);
    }
}

pin_project! {
    /// The work of a handler.
    pub(super) struct Working<F> {
        #[pin]
        answer: F,
        work: Work,
    }
}

impl<F: Future> Future for Working<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, task: &mut Context<'_>) -> Poll<F::Output> {
        self.project().answer.poll(task)
    }
}

/// A connection that notes its traffic, and that ends without losing its last answer.
#[derive(Debug)]
pub(super) struct Wire {
    stream: TcpStream,
    traffic: Arc<Traffic>,
    ending: Ending,
}

/// How far the end is. Closing a connection while its peer still sends makes the system throw away what the peer has not
/// read yet: the refusal of a body that is too large would get lost. So the server says that it has finished, then reads on
/// for a moment and throws it away.
#[derive(Debug, Default)]
enum Ending {
    #[default]
    Open,
    Lingering(Pin<Box<Sleep>>),
    Over,
}

/// Longest time that is read on.
const LINGER: Duration = Duration::from_secs(2);

impl Wire {
    pub(super) const fn new(stream: TcpStream, traffic: Arc<Traffic>) -> Self {
        Self { stream, traffic, ending: Ending::Open }
    }

    fn note<T>(&self, moved: Poll<io::Result<T>>) -> Poll<io::Result<T>> {
        if matches!(moved, Poll::Ready(Ok(_))) && !self.traffic.moved.load(Ordering::Relaxed) {
            self.traffic.moved.store(true, Ordering::Relaxed);
        }
        moved
    }

    /// Reads until there is nothing left: ready when the peer has finished too, or broke off.
    fn poll_discard(&mut self, task: &mut Context<'_>, found: &mut bool) -> Poll<()> {
        let mut place = [0; 8 << 10];
        loop {
            let mut buffer = ReadBuf::new(&mut place);
            match ready!(Pin::new(&mut self.stream).poll_read(task, &mut buffer)) {
                Ok(()) if !buffer.filled().is_empty() => *found = true,
                _ => return Poll::Ready(()),
            }
        }
    }
}

impl AsyncRead for Wire {
    fn poll_read(
        mut self: Pin<&mut Self>,
        task: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let read = Pin::new(&mut self.stream).poll_read(task, buffer);
        self.note(read)
    }
}

impl AsyncWrite for Wire {
    fn poll_write(mut self: Pin<&mut Self>, task: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(task, bytes);
        self.note(written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        task: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write_vectored(task, slices);
        self.note(written)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, task: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(task)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, task: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = &mut *self;
        if matches!(this.ending, Ending::Open) {
            ready!(Pin::new(&mut this.stream).poll_shutdown(task))?;
            let mut found = false;
            let finished = this.poll_discard(task, &mut found).is_ready();
            // Where nothing was on its way, there is nothing to wait for.
            this.ending = if finished || !found {
                Ending::Over
            } else {
                Ending::Lingering(Box::pin(sleep_until(Instant::now() + LINGER)))
            };
        }
        if let Ending::Lingering(timer) = &mut this.ending {
            let late = timer.as_mut().poll(task).is_ready();
            if !late && this.poll_discard(task, &mut false).is_pending() {
                return Poll::Pending;
            }
            this.ending = Ending::Over;
        }
        Poll::Ready(Ok(()))
    }
}
