//! Limits of a request's body: its size, and the pace at which it comes.

use super::context::RequestContext;
use super::settings::BodyLimits;
use crate::problem::Problem;
use axum::body::{Body, Bytes, HttpBody};
use axum::extract::DefaultBodyLimit;
use axum::http::Request;
use axum::http::header::CONTENT_LENGTH;
use http_body::{Frame, SizeHint};
use http_body_util::{LengthLimitError, Limited};
use nexus_core::ErrorCode;
use pin_project_lite::pin_project;
use std::error::Error;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::time::{Instant, Sleep, sleep_until};

/// The body stopped coming.
#[derive(Debug, thiserror::Error)]
#[error("the body came too slowly")]
struct TooSlow;

/// What went wrong while a body was read.
pub(crate) fn body_fault(error: &(dyn Error + 'static)) -> ErrorCode {
    let mut cause = Some(error);
    while let Some(error) = cause {
        if error.is::<LengthLimitError>() {
            return ErrorCode::TooLarge;
        }
        if error.is::<TooSlow>() {
            return ErrorCode::TooSlow;
        }
        cause = error.source();
    }
    // The connection broke, or the chunks were malformed.
    ErrorCode::MalformedBody
}

/// Refuses a body that says itself that it is too large, and watches over one that does not.
pub(super) fn guard(
    context: &Arc<RequestContext>,
    request: Request<Body>,
    largest: u64,
    limits: &BodyLimits,
) -> Result<Request<Body>, Problem> {
    if request.body().is_end_stream() {
        return Ok(request);
    }
    let announced =
        request.headers().get(CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse().ok());
    if announced.or_else(|| request.body().size_hint().exact()).is_some_and(|length: u64| length > largest) {
        return Err(Problem::new(ErrorCode::TooLarge));
    }
    let limit = usize::try_from(largest).unwrap_or(usize::MAX);
    let (pace, limits) = (Pace::default(), *limits);
    let mut request = request.map(|body| {
        Body::new(PacedBody {
            body: Limited::new(body, limit),
            context: Arc::clone(context),
            pace,
            limits,
            timer: None,
        })
    });
    // axum's own readers have a limit of their own, which is not this route's.
    DefaultBodyLimit::max(limit).apply(&mut request);
    Ok(request)
}

/// How long a body may still be silent. Only the time that is spent waiting for the sender counts: a handler that does
/// something else meanwhile makes nobody slow.
#[derive(Debug, Clone, Copy, Default)]
struct Pace {
    waiting_since: Option<Instant>,
    waited: Duration,
    received: u64,
}

impl Pace {
    fn receive(&mut self, bytes: usize) {
        if let Some(since) = self.waiting_since.take() {
            self.waited += since.elapsed();
        }
        self.received = self.received.saturating_add(bytes as u64);
    }

    /// Each silence is granted a while, and all of them together that while and what the bytes took at the slowest pace.
    fn wait(&mut self, limits: &BodyLimits) -> Instant {
        let since = *self.waiting_since.get_or_insert_with(Instant::now);
        let earned = Duration::from_secs(self.received / limits.slowest.max(1));
        since + limits.patience.min((limits.patience + earned).saturating_sub(self.waited))
    }
}

pin_project! {
    struct PacedBody {
        #[pin]
        body: Limited<Body>,
        context: Arc<RequestContext>,
        pace: Pace,
        limits: BodyLimits,
        timer: Option<Pin<Box<Sleep>>>,
    }
}

impl HttpBody for PacedBody {
    type Data = Bytes;
    type Error = Box<dyn Error + Send + Sync>;

    fn poll_frame(
        self: Pin<&mut Self>,
        task: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        let this = self.project();
        if let Poll::Ready(frame) = this.body.poll_frame(task) {
            if let Some(Ok(frame)) = &frame {
                this.pace.receive(frame.data_ref().map_or(0, Bytes::len));
            }
            return Poll::Ready(frame);
        }
        let deadline = this.pace.wait(this.limits);
        let timer = this.timer.get_or_insert_with(|| Box::pin(sleep_until(deadline)));
        if timer.deadline() != deadline {
            timer.as_mut().reset(deadline);
        }
        match timer.as_mut().poll(task) {
            Poll::Ready(()) => {
                this.context.stalled.store(true, Ordering::Relaxed);
                Poll::Ready(Some(Err(TooSlow.into())))
            }
            Poll::Pending => Poll::Pending,
        }
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
