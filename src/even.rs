//! Answers that find nothing leave after a whole multiple of [`STEP`] since they were asked for: what is somebody else's takes
//! a little longer to find out than what is not there, by less than a tenth of a millisecond, and no step shows that but where
//! one of many lies just below it. What is found leaves at once.

use std::time::{Duration, Instant};

use axum::extract::Request;
use axum::http::StatusCode;
use axum::middleware::Next;
use axum::response::Response;

/// Several times what such an answer takes, so that they come to the same step whatever little they differ by.
pub const STEP: Duration = Duration::from_millis(25);

/// On the page of a list or search in which nothing was found.
#[derive(Debug, Clone, Copy)]
pub struct FoundNothing;

pub async fn leave_in_step(request: Request, next: Next) -> Response {
    let asked = Instant::now();
    let is_contacts = request.uri().path().starts_with("/contacts/");
    let response = next.run(request).await;
    let is_nowhere = is_contacts && response.status() == StatusCode::NOT_FOUND;
    if is_nowhere || response.extensions().get::<FoundNothing>().is_some() {
        tokio::time::sleep(until_step(asked.elapsed())).await;
    }
    response
}

/// How long it is from here to the next step.
fn until_step(taken: Duration) -> Duration {
    let step = STEP.as_micros();
    let left = step - taken.as_micros() % step;
    Duration::from_micros(u64::try_from(left).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_leave_at_whole_steps() {
        for (taken, leaves) in [(0, 25_000), (1, 25_000), (3_400, 25_000), (24_999, 25_000), (25_001, 50_000)] {
            assert_eq!(
                Duration::from_micros(taken) + until_step(Duration::from_micros(taken)),
                Duration::from_micros(leaves)
            );
        }
    }
}
