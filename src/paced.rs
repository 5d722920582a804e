//! A body that keeps to its deadline: a form arrives within half a minute, files at a rate. Only what we wait for the client
//! counts, not what the client waits for us.

use std::error::Error;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::{Duration, Instant};

use axum::body::{Body, HttpBody};
use axum::extract::{Request, State};
use axum::http::Method;
use axum::middleware::Next;
use axum::response::Response;
use hyper::body::{Bytes, Frame, SizeHint};
use tokio::time::Sleep;

use crate::app::App;
use crate::deadlines::{Deadlines, TooSlow};

/// Gives what a request brings its deadline.
pub async fn pace(State(app): State<App>, request: Request, next: Next) -> Response {
    if request.body().is_end_stream() {
        return next.run(request).await;
    }
    let has_files = request.method() == Method::POST && matches!(request.uri().path(), "/evidence" | "/bulk");
    let deadlines = app.config.deadlines.clone();
    next.run(request.map(|body| Body::new(Paced::new(body, deadlines, has_files)))).await
}

/// A body that breaks off with [`TooSlow`].
struct Paced {
    body: Body,
    deadlines: Deadlines,
    has_files: bool,
    arrived: u64,
    /// for the client, until the last bytes came
    waited: Duration,
    waiting_since: Option<Instant>,
    timer: Pin<Box<Sleep>>,
}

impl Paced {
    fn new(body: Body, deadlines: Deadlines, has_files: bool) -> Paced {
        let timer = Box::pin(tokio::time::sleep(deadlines.body));
        Paced { body, deadlines, has_files, arrived: 0, waited: Duration::ZERO, waiting_since: None, timer }
    }

    /// How long the next bytes may take.
    fn allowed(&self) -> Duration {
        let Deadlines { body, upload, upload_rate, .. } = self.deadlines;
        if !self.has_files {
            return body.saturating_sub(self.waited);
        }
        let by_rate = body + Duration::from_millis(self.arrived.saturating_mul(1_000) / u64::from(upload_rate.max(1)));
        by_rate.min(upload).saturating_sub(self.waited).min(body)
    }
}

impl HttpBody for Paced {
    type Data = Bytes;
    type Error = Box<dyn Error + Send + Sync>;

    fn poll_frame(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        let this = self.get_mut();
        if let Poll::Ready(frame) = Pin::new(&mut this.body).poll_frame(context) {
            this.waited += this.waiting_since.take().map_or(Duration::ZERO, |since| since.elapsed());
            if let Some(Ok(frame)) = &frame {
                this.arrived += frame.data_ref().map_or(0, |data| data.len() as u64);
            }
            return Poll::Ready(frame.map(|frame| frame.map_err(Into::into)));
        }
        if this.waiting_since.is_none() {
            this.waiting_since = Some(Instant::now());
            let until = tokio::time::Instant::now() + this.allowed();
            this.timer.as_mut().reset(until);
        }
        ready!(this.timer.as_mut().poll(context));
        Poll::Ready(Some(Err(TooSlow.into())))
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn files_earn_time_by_arriving() {
        let deadlines = Deadlines::default();
        let mut paced = Paced::new(Body::empty(), deadlines, true);
        let seconds = Duration::from_secs;
        assert_eq!(paced.allowed(), seconds(30));
        paced.waited = seconds(25);
        assert_eq!(paced.allowed(), seconds(5));
        paced.arrived = 8 * 1024 * 10;
        assert_eq!(paced.allowed(), seconds(15));
        paced.arrived = 80 * 1024 * 1024;
        assert_eq!(paced.allowed(), seconds(30), "nothing stands still for longer");
        paced.waited = seconds(595);
        assert_eq!(paced.allowed(), seconds(5), "it has an end");
        paced.has_files = false;
        assert_eq!(paced.allowed(), Duration::ZERO, "a form earns none");
    }
}
