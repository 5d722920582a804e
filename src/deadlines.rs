//! How long a client may take, and how many connections stand; and the error of a body that did not arrive in time.

use std::error::Error;
use std::fmt;
use std::time::Duration;

/// What a server allows its clients; a test may allow less.
#[derive(Debug, Clone)]
pub struct Deadlines {
    /// for the request line and headers
    pub headers: Duration,
    /// for a form, and for the first bytes of a file
    pub body: Duration,
    /// bytes a second at which files arrive once that is over
    pub upload_rate: u32,
    /// for files, whatever their rate
    pub upload: Duration,
    /// until a client takes the next bytes of an answer
    pub reading: Duration,
    /// connections in all; as far as the machine has handles for them
    pub connections: usize,
    /// connections of one client, but for trusted proxies
    pub of_one_client: usize,
}

impl Default for Deadlines {
    fn default() -> Deadlines {
        Deadlines {
            headers: Duration::from_secs(5),
            body: Duration::from_secs(30),
            upload_rate: 8 * 1024,
            upload: Duration::from_mins(10),
            reading: Duration::from_secs(30),
            connections: 4096,
            of_one_client: 512,
        }
    }
}

/// Why a body broke off: it did not arrive in time.
#[derive(Debug)]
pub struct TooSlow;

impl fmt::Display for TooSlow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the body did not arrive in time")
    }
}

impl Error for TooSlow {}

/// Whether this error, or what caused it, is a body that did not arrive in time.
pub fn is_too_slow(error: &(dyn Error + 'static)) -> bool {
    has_cause::<TooSlow>(error)
}

/// Whether this error is of this kind, or was caused by one.
pub fn has_cause<E: Error + 'static>(error: &(dyn Error + 'static)) -> bool {
    let mut cause = Some(error);
    while let Some(error) = cause {
        if error.is::<E>() {
            return true;
        }
        cause = error.source();
    }
    false
}
