//! What a client still sends when its answer is there: some of it is read and dropped. A connection that is closed with bytes
//! unread is reset, and the answer with it: a proxy that was still sending would say 502 in place of our refusal.

use std::error::Error;
use std::mem::replace;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::{Body, Bytes, HttpBody};
use http_body_util::BodyExt;
use hyper::body::{Frame, SizeHint};
use tokio::runtime::Handle;
use tokio::time::timeout;

/// The most bytes of it.
const MOST: usize = 16 * 1024 * 1024;
/// How long it may take in all,
const LONGEST: Duration = Duration::from_secs(5);
/// and until more of it comes.
const LONGEST_PAUSE: Duration = Duration::from_secs(1);

/// A body whose rest is dropped by reading it.
#[derive(Debug)]
pub struct ReadToEnd(Body);

impl ReadToEnd {
    pub fn body(body: impl HttpBody<Data = Bytes, Error = hyper::Error> + Send + 'static) -> Body {
        if body.is_end_stream() { Body::empty() } else { Body::new(ReadToEnd(Body::new(body))) }
    }
}

impl Drop for ReadToEnd {
    fn drop(&mut self) {
        if let (false, Ok(handle)) = (self.0.is_end_stream(), Handle::try_current()) {
            let rest = replace(&mut self.0, Body::empty());
            handle.spawn(timeout(LONGEST, drop_rest(rest)));
        }
    }
}

async fn drop_rest(mut rest: Body) {
    let mut dropped = 0;
    while dropped < MOST {
        let Ok(Some(Ok(frame))) = timeout(LONGEST_PAUSE, rest.frame()).await else { return };
        dropped += frame.data_ref().map_or(0, Bytes::len);
    }
}

impl HttpBody for ReadToEnd {
    type Data = Bytes;
    type Error = Box<dyn Error + Send + Sync>;

    fn poll_frame(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        Pin::new(&mut self.get_mut().0).poll_frame(context).map_err(Into::into)
    }

    fn is_end_stream(&self) -> bool {
        self.0.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.0.size_hint()
    }
}
