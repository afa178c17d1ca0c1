//! Routes inside the chassis, as one service.
//!
//! The chassis stands around the router as a whole, not around each of its routes: no layer is boxed, and what a request
//! passes through is one future.

use super::frame::{Frame, FrameFuture};
use super::gate::Gate;
use super::{Parts, constant, cross_origin};
use axum::Router;
use axum::body::Body;
use axum::http::{Request, Response};
use pin_project_lite::pin_project;
use std::convert::Infallible;
use std::net::IpAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use tower::util::{Either, option_layer};
use tower::{Layer, Service};
use tower_http::cors::Cors;

type Inside = Either<Cors<Gate>, Gate>;

pin_project! {
    /// The answer to a request, on its way.
    pub struct EnclosedFuture {
        #[pin]
        answer: Answer,
    }
}

pin_project! {
    #[project = AnswerStep]
    enum Answer {
        /// Through everything.
        Framed { #[pin] answer: FrameFuture<<Inside as Service<Request<Body>>>::Future> },
        /// It was there at once.
        Constant { answer: Option<Response<Body>> },
    }
}

impl Future for EnclosedFuture {
    type Output = Result<Response<Body>, Infallible>;

    fn poll(self: Pin<&mut Self>, task: &mut Context<'_>) -> Poll<Self::Output> {
        match self.project().answer.project() {
            AnswerStep::Framed { answer } => answer.poll(task),
            AnswerStep::Constant { answer } => {
                answer.take().map_or(Poll::Pending, |answer| Poll::Ready(Ok(answer)))
            }
        }
    }
}

/// Routes inside the chassis. A clone costs a few counted references.
#[derive(Clone)]
pub struct Enclosed {
    parts: Arc<Parts>,
    frame: Frame<Inside>,
}

impl std::fmt::Debug for Enclosed {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_tuple("Enclosed").finish_non_exhaustive()
    }
}

impl Enclosed {
    pub(super) fn new(parts: &Arc<Parts>, router: Router) -> Self {
        let gate = Gate::new(Arc::clone(parts), router);
        let shared = option_layer(cross_origin::layer(&parts.settings)).layer(gate);
        Self { parts: Arc::clone(parts), frame: Frame::new(Arc::clone(parts), shared) }
    }

    /// Answers a request that came by a connection from this address.
    pub(crate) fn answer(&self, request: Request<Body>, peer: IpAddr) -> EnclosedFuture {
        let answer = match constant::answer(&self.parts, &request) {
            Some(answer) => Answer::Constant { answer: Some(answer) },
            None => Answer::Framed { answer: self.frame.clone().answer(request, Some(peer)) },
        };
        EnclosedFuture { answer }
    }
}

impl Service<Request<Body>> for Enclosed {
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = EnclosedFuture;

    fn poll_ready(&mut self, task: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.frame.poll_ready(task)
    }

    fn call(&mut self, request: Request<Body>) -> EnclosedFuture {
        let answer = match constant::answer(&self.parts, &request) {
            Some(answer) => Answer::Constant { answer: Some(answer) },
            None => Answer::Framed { answer: self.frame.call(request) },
        };
        EnclosedFuture { answer }
    }
}
