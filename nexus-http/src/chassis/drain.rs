//! The end of a server, in order: it says that it is leaving, then accepts nothing new, then finishes what it has.

use axum::body::{Body, Bytes, HttpBody};
use axum::http::header::CONTENT_TYPE;
use axum::response::Response;
use http_body::{Frame, SizeHint};
use pin_project_lite::pin_project;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use tokio::sync::watch;
use tokio_util::sync::{CancellationToken, WaitForCancellationFutureOwned};
use tokio_util::task::TaskTracker;

/// How far the end of the server is; shared by whoever has to know.
#[derive(Debug, Clone)]
pub struct Drain {
    leaving: Arc<watch::Sender<bool>>,
    closing: CancellationToken,
    tasks: TaskTracker,
}

impl Default for Drain {
    fn default() -> Self {
        Self {
            leaving: Arc::new(watch::Sender::new(false)),
            closing: CancellationToken::new(),
            tasks: TaskTracker::new(),
        }
    }
}

impl Drain {
    /// Whether the service should no longer be given anything new: what readiness tells.
    pub fn is_leaving(&self) -> bool {
        *self.leaving.borrow()
    }

    /// Says that the service is leaving; it still answers.
    pub fn leave(&self) {
        self.leaving.send_replace(true);
    }

    /// Stops accepting, and ends what would never end by itself.
    pub fn close(&self) {
        self.leave();
        self.closing.cancel();
    }

    /// Resolves when nothing new is accepted any more: what lasts by itself should end.
    pub fn closing(&self) -> WaitForCancellationFutureOwned {
        self.closing.clone().cancelled_owned()
    }

    /// Runs something that must be finished even when nobody waits for it any more; [`Self::finished`] waits for it.
    pub(crate) fn finish<F>(&self, work: F) -> tokio::task::JoinHandle<F::Output>
    where
        F: Future + Send + 'static,
        F::Output: Send + 'static,
    {
        self.tasks.spawn(work)
    }

    /// Resolves when everything that had to be finished is.
    pub(crate) async fn finished(&self) {
        self.tasks.close();
        self.tasks.wait().await;
    }
}

/// Lets a stream of events end when the server does: its reader then connects again, to another one.
pub(super) fn end_with(drain: &Drain, response: Response) -> Response {
    let is_stream = response
        .headers()
        .get(CONTENT_TYPE)
        .is_some_and(|kind| kind.as_bytes().starts_with(b"text/event-stream"));
    if !is_stream {
        return response;
    }
    let closing = drain.closing();
    response.map(|body| Body::new(UntilClosing { body, closing }))
}

pin_project! {
    struct UntilClosing {
        #[pin]
        body: Body,
        #[pin]
        closing: WaitForCancellationFutureOwned,
    }
}

impl HttpBody for UntilClosing {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        task: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let this = self.project();
        // What is there already still leaves, so that no event is cut.
        if let Poll::Ready(frame) = this.body.poll_frame(task) {
            return Poll::Ready(frame);
        }
        this.closing.poll(task).map(|()| None)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
