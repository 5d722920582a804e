//! The load: a few connections, each signed in, each sending its next request when the last is answered.

pub mod client;
pub mod times;

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use self::client::{HttpAnswer, KeptAlive};
use self::times::Times;
use crate::error::CommandError;

/// Forms that wait to be sent, each once: address and fields.
pub type Forms = VecDeque<(String, Vec<(String, String)>)>;

/// What the connections ask.
#[derive(Debug, Clone)]
pub enum Asks {
    /// the same page again and again
    Page(String),
    /// the same address, which leads on to a page
    LeadsOn(String),
    /// the next of many forms: one heap for all connections, or one for each
    Forms(Arc<Vec<Mutex<Forms>>>),
}

impl Asks {
    /// One heap of forms for all connections.
    pub fn of_forms(forms: Forms) -> Asks {
        Asks::Forms(Arc::new(vec![Mutex::new(forms)]))
    }

    /// Asks once; nothing when the forms have run out.
    pub async fn once(&self, line: &mut KeptAlive, connection: usize) -> Result<Option<HttpAnswer>, CommandError> {
        match self {
            Asks::Page(path) | Asks::LeadsOn(path) => line.get(path).await.map(Some),
            Asks::Forms(heaps) => {
                let heap = &heaps[connection % heaps.len()];
                let next = heap.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
                let Some((path, form)) = next else { return Ok(None) };
                let form: Vec<(&str, &str)> = form.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
                line.post(&path, &form).await.map(Some)
            }
        }
    }

    /// A page is answered by a page, a form also by the way to one.
    pub fn is_answered_by(&self, answer: &HttpAnswer) -> bool {
        match self {
            Asks::Page(_) => answer.status.is_success(),
            Asks::LeadsOn(_) => answer.status.is_redirection(),
            Asks::Forms(_) => answer.status.is_success() || answer.status.is_redirection(),
        }
    }
}

/// Sends until the time is over or the forms have run out. Whatever goes wrong is counted, and the load goes on.
pub async fn measure(
    host: &str,
    cookies: &[String],
    encoding: &'static str,
    asks: Asks,
    lasts: Duration,
) -> Result<Times, CommandError> {
    let mut opened = Vec::new();
    for cookie in cookies {
        let mut line = KeptAlive::open(host, cookie, encoding).await?;
        if matches!(asks, Asks::Forms(_)) {
            line.read_stamp().await?;
        }
        opened.push(line);
    }
    let started = Instant::now();
    let sending = |(at, line)| tokio::spawn(send(line, at, asks.clone(), started, lasts));
    let lines: Vec<_> = opened.into_iter().enumerate().map(sending).collect();
    let mut all = Times::default();
    for line in lines {
        all.join(line.await?);
    }
    all.took = started.elapsed();
    Ok(all)
}

async fn send(mut line: KeptAlive, connection: usize, asks: Asks, started: Instant, lasts: Duration) -> Times {
    let mut times = Times::default();
    while started.elapsed() < lasts {
        let before = Instant::now();
        match asks.once(&mut line, connection).await {
            Ok(None) => break,
            Ok(Some(answer)) if asks.is_answered_by(&answer) => {
                times.each.push(before.elapsed());
                times.bytes = answer.body.len();
            }
            Ok(Some(answer)) => {
                times.failures.add(&answer.status.to_string(), &String::from_utf8_lossy(&answer.body));
            }
            Err(CommandError(why)) => {
                times.failures.add("no answer", &why);
                tokio::time::sleep(Duration::from_millis(100)).await;
                if let Err(CommandError(why)) = line.open_again().await {
                    times.failures.add("no connection", &why);
                }
            }
        }
    }
    times
}
