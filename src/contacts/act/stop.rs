//! Why a handler goes no further: it has its answer, or it failed. Either way `?` is enough.

use axum::response::{IntoResponse, Response};

use crate::error::AppError;

pub enum Stop {
    Answer(Box<Response>),
    Failed(AppError),
}

impl From<Response> for Stop {
    fn from(answer: Response) -> Self {
        Stop::Answer(Box::new(answer))
    }
}

impl From<AppError> for Stop {
    fn from(error: AppError) -> Self {
        Stop::Failed(error)
    }
}

impl From<sqlx::Error> for Stop {
    fn from(error: sqlx::Error) -> Self {
        Stop::Failed(error.into())
    }
}

impl IntoResponse for Stop {
    fn into_response(self) -> Response {
        match self {
            Stop::Answer(answer) => *answer,
            Stop::Failed(error) => error.into_response(),
        }
    }
}
