use axum::http::{HeaderName, HeaderValue};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures_util::stream::{self, StreamExt};
use std::convert::Infallible;
use std::time::Duration;

/// How often a sign of life is sent, so that nothing on the way closes a silent connection.
const HEART_BEAT: Duration = Duration::from_secs(15);

/// Tells proxies to pass events on at once.
const UNBUFFERED: (HeaderName, HeaderValue) =
    (HeaderName::from_static("x-accel-buffering"), HeaderValue::from_static("no"));

/// Events about the session that asks: `ready` at once, `signed-out` within a second when it is closed, wherever that is done.
/// A page that listens leaves at once; the stream ends with that event.
#[utoipa::path(get, path = "/api/auth/session/stream", tag = "session", responses(
    (status = 200, content_type = "text/event-stream", body = String, example = "event: ready\ndata: {}\n\n"),
))]
pub(crate) async fn stream() -> Response {
    // The end is not written here: the chassis watches the session behind every stream.
    let ready = Event::default().event("ready").data("{}");
    let events = stream::once(async { Ok::<_, Infallible>(ready) }).chain(stream::pending());
    ([UNBUFFERED], Sse::new(events).keep_alive(KeepAlive::new().interval(HEART_BEAT))).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;
    use http_body_util::BodyExt;
    use tokio::time::Instant;

    #[tokio::test(start_paused = true)]
    async fn a_silent_stream_gives_signs_of_life() {
        let response = stream().await;
        assert_eq!(response.headers()["x-accel-buffering"], "no");
        let mut body = response.into_body();
        let mut next = async || {
            let frame = body.frame().await.unwrap().unwrap().into_data().unwrap();
            String::from_utf8(frame.to_vec()).unwrap()
        };
        let start = Instant::now();
        assert_eq!(next().await, "event: ready\ndata: {}\n\n");
        assert_eq!(start.elapsed(), Duration::ZERO);
        assert!(next().await.starts_with(':'));
        assert_eq!(start.elapsed(), HEART_BEAT);
        assert!(next().await.starts_with(':'));
        assert_eq!(start.elapsed(), HEART_BEAT * 2);
    }
}
