//! The load: a few connections, each signed in, each sending its next request when the last is answered.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::client::{HttpAnswer, KeptAlive};
use super::times::Times;
use crate::error::CommandError;

/// Forms that wait to be sent, each once: address and fields.
pub type Forms = VecDeque<(String, Vec<(String, String)>)>;

/// What a connection asks: the same page again and again, or the next of many forms.
#[derive(Debug, Clone)]
pub enum Asks {
    Page(String),
    Forms(Arc<Mutex<Forms>>),
}

impl Asks {
    /// Asks once; nothing when the forms have run out.
    pub async fn once(&self, line: &mut KeptAlive) -> Result<Option<HttpAnswer>, CommandError> {
        match self {
            Asks::Page(path) => line.get(path).await.map(Some),
            Asks::Forms(forms) => {
                let next = forms.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
                let Some((path, form)) = next else { return Ok(None) };
                let form: Vec<(&str, &str)> = form.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
                line.post(&path, &form).await.map(Some)
            }
        }
    }

    /// A page is answered by a page, a form also by the way to one.
    pub fn is_answered_by(&self, answer: &HttpAnswer) -> bool {
        answer.status.is_success() || (matches!(self, Asks::Forms(_)) && answer.status.is_redirection())
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
    let lines: Vec<_> = opened.into_iter().map(|line| tokio::spawn(send(line, asks.clone(), started, lasts))).collect();
    let mut all = Times::default();
    for line in lines {
        all.join(line.await?);
    }
    all.took = started.elapsed();
    Ok(all)
}

async fn send(mut line: KeptAlive, asks: Asks, started: Instant, lasts: Duration) -> Times {
    let mut times = Times::default();
    while started.elapsed() < lasts {
        let before = Instant::now();
        match asks.once(&mut line).await {
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
