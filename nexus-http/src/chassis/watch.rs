//! Streams end with the session that opened them.

use super::authentication::{Authentication, Identity};
use axum::body::{Body, Bytes, HttpBody};
use axum::http::header::CONTENT_TYPE;
use axum::response::Response;
use futures_util::future::BoxFuture;
use http_body::Frame;
use pin_project_lite::pin_project;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;
use tokio::time::{Interval, MissedTickBehavior, interval};

/// How often the session behind an open stream is looked at.
const LOOK_AGAIN: Duration = Duration::from_millis(250);

/// Looks in a row that may fail before the stream ends: one query that is lost does not send everybody away.
const MOST_FAILURES: u32 = 4;

/// The last event of a stream of events whose session was closed.
const SIGNED_OUT: Bytes = Bytes::from_static(b"event: signed-out\ndata: {}\n\n");

/// Lets a streaming answer end within a second when the session that asked for it is closed. A stream of events says so with a
/// last event, `signed-out`.
pub(super) fn end_with(
    authentication: Option<&Arc<dyn Authentication>>,
    identity: Option<Identity>,
    response: Response,
) -> Response {
    let (Some(authentication), Some(identity)) = (authentication, identity) else { return response };
    let streams = response.body().size_hint().exact().is_none();
    if identity.session_version.is_none() || !streams {
        return response;
    }
    let kind = response.headers().get(CONTENT_TYPE);
    let farewell = kind.filter(|kind| kind.as_bytes().starts_with(b"text/event-stream")).map(|_| SIGNED_OUT);
    let mut look_again = interval(LOOK_AGAIN);
    look_again.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let watch = Watch {
        authentication: Arc::clone(authentication),
        identity: Arc::new(identity),
        look_again,
        looking: None,
        failures: 0,
    };
    response.map(|body| Body::new(UntilSignedOut { body, watch, farewell, ended: false }))
}

/// Looks at a session again and again.
struct Watch {
    authentication: Arc<dyn Authentication>,
    identity: Arc<Identity>,
    look_again: Interval,
    looking: Option<BoxFuture<'static, Option<bool>>>,
    failures: u32,
}

impl Watch {
    /// Ready once the session no longer counts.
    fn poll_closed(&mut self, task: &mut Context<'_>) -> Poll<()> {
        loop {
            if let Some(looking) = &mut self.looking {
                let seen = ready!(looking.as_mut().poll(task));
                self.looking = None;
                match seen {
                    Some(true) => self.failures = 0,
                    Some(false) => return Poll::Ready(()),
                    None => self.failures += 1,
                }
                if self.failures >= MOST_FAILURES {
                    return Poll::Ready(());
                }
            }
            ready!(self.look_again.poll_tick(task));
            let (authentication, identity) = (Arc::clone(&self.authentication), Arc::clone(&self.identity));
            self.looking = Some(Box::pin(async move { authentication.still_holds(&identity).await.ok() }));
        }
    }
}

pin_project! {
    struct UntilSignedOut {
        #[pin]
        body: Body,
        watch: Watch,
        farewell: Option<Bytes>,
        ended: bool,
    }
}

impl HttpBody for UntilSignedOut {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        task: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let this = self.project();
        if *this.ended {
            return Poll::Ready(None);
        }
        // First, so that a stream that never pauses ends too.
        if this.watch.poll_closed(task).is_ready() {
            *this.ended = true;
            return Poll::Ready(this.farewell.take().map(|event| Ok(Frame::data(event))));
        }
        this.body.poll_frame(task)
    }

    fn is_end_stream(&self) -> bool {
        self.ended && self.farewell.is_none() || self.body.is_end_stream()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::problem::Problem;
    use async_trait::async_trait;
    use axum::http::request::Parts;
    use futures_util::stream;
    use http_body_util::BodyExt;
    use nexus_core::{Actor, ErrorCode, Role, UserId};
    use std::convert::Infallible;
    use std::sync::Mutex;
    use tokio::time::Instant;

    /// Answers in turn, the last one for ever.
    struct Script(Mutex<Vec<Result<bool, ErrorCode>>>);

    #[async_trait]
    impl Authentication for Script {
        async fn identify(&self, _: &Parts) -> Result<Option<Identity>, Problem> {
            Ok(None)
        }

        async fn still_holds(&self, _: &Identity) -> Result<bool, Problem> {
            let mut answers = self.0.lock().unwrap();
            let answer = if answers.len() > 1 { answers.remove(0) } else { answers[0] };
            answer.map_err(Problem::new)
        }
    }

    const YES: Result<bool, ErrorCode> = Ok(true);
    const NO: Result<bool, ErrorCode> = Ok(false);
    const UNKNOWN: Result<bool, ErrorCode> = Err(ErrorCode::StorageUnavailable);

    fn somebody() -> Actor {
        Actor::without_profile(UserId::parse("u1").unwrap(), Role::Parent)
    }

    fn watched(answers: &[Result<bool, ErrorCode>], identity: Identity, response: Response) -> Response {
        let script: Arc<dyn Authentication> = Arc::new(Script(Mutex::new(answers.to_vec())));
        end_with(Some(&script), Some(identity), response)
    }

    /// Everything that a silent stream gives until it ends, and when.
    async fn read(answers: &[Result<bool, ErrorCode>], kind: &'static str) -> (String, Duration) {
        let body = Body::from_stream(stream::pending::<Result<Bytes, Infallible>>());
        let response = Response::builder().header(CONTENT_TYPE, kind).body(body).unwrap();
        let response = watched(answers, Identity::of_session(somebody(), 0), response);
        let start = Instant::now();
        let bytes = response.into_body().collect().await.unwrap().to_bytes();
        (String::from_utf8(bytes.to_vec()).unwrap(), start.elapsed())
    }

    #[tokio::test(start_paused = true)]
    async fn a_stream_of_events_ends_with_a_last_word() {
        let (text, after) = read(&[YES, YES, NO], "text/event-stream").await;
        assert_eq!(text, "event: signed-out\ndata: {}\n\n");
        assert_eq!(after, LOOK_AGAIN * 2);
    }

    #[tokio::test(start_paused = true)]
    async fn another_stream_just_ends() {
        let (text, after) = read(&[YES, NO], "application/octet-stream").await;
        assert_eq!((text.as_str(), after), ("", LOOK_AGAIN));
    }

    #[tokio::test(start_paused = true)]
    async fn what_cannot_be_known_for_a_moment_is_believed_and_not_for_long() {
        let (_, after) = read(&[UNKNOWN, UNKNOWN, UNKNOWN, YES, UNKNOWN, NO], "text/event-stream").await;
        assert_eq!(after, LOOK_AGAIN * 5);
        let (_, after) = read(&[YES, UNKNOWN], "text/event-stream").await;
        assert_eq!(after, LOOK_AGAIN * MOST_FAILURES);
    }

    #[tokio::test(start_paused = true)]
    async fn a_stream_that_never_pauses_ends_too() {
        let body = Body::from_stream(stream::repeat(Ok::<_, Infallible>(Bytes::from_static(b"x"))));
        let identity = Identity::of_session(somebody(), 0);
        let mut body = watched(&[YES, NO], identity, Response::new(body)).into_body();
        let mut frames = 0;
        while body.frame().await.is_some() {
            frames += 1;
            tokio::time::advance(Duration::from_millis(50)).await;
        }
        assert!((2..=6).contains(&frames), "{frames}");
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_no_session_or_no_stream_is_left_alone() {
        let whole = watched(&[NO], Identity::of_session(somebody(), 0), Response::new(Body::from("whole")));
        assert_eq!(whole.into_body().collect().await.unwrap().to_bytes(), "whole");
        let body = Body::from_stream(stream::iter([Ok::<_, Infallible>("of a key")]));
        let lasting = watched(&[NO], Identity::lasting(somebody()), Response::new(body));
        assert_eq!(lasting.into_body().collect().await.unwrap().to_bytes(), "of a key");
    }
}
