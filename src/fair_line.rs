//! Places that several organisations want at once. Who waits is served by organisation: first the one that has fewest places, of
//! these the one that was served longest ago, so that nobody fills the line for others.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::oneshot;

#[derive(Debug)]
pub struct FairLine(Mutex<Line>);

#[derive(Debug)]
struct Line {
    free: usize,
    /// places that an organisation has
    held: HashMap<i64, usize>,
    /// when an organisation was last given one, as a number
    served: HashMap<i64, u64>,
    waiting: Vec<Waiting>,
    number: u64,
    /// since when each place is kept that is not free
    kept: Vec<Instant>,
    /// how long a place was kept of late
    usual: Duration,
}

#[derive(Debug)]
struct Waiting {
    whom: i64,
    number: u64,
    gives: oneshot::Sender<Place>,
}

/// A place, until it is dropped.
#[derive(Debug)]
pub struct Place {
    line: Arc<FairLine>,
    whom: i64,
    since: Instant,
}

impl FairLine {
    pub fn new(places: usize) -> Arc<FairLine> {
        let line = Line {
            free: places,
            held: HashMap::new(),
            served: HashMap::new(),
            waiting: Vec::new(),
            number: 0,
            kept: Vec::new(),
            usual: Duration::from_secs(1),
        };
        Arc::new(FairLine(Mutex::new(line)))
    }

    /// A place for this organisation once it is its turn; if that takes longer, the seconds after which those of it that wait
    /// now will have been served.
    pub async fn take(self: &Arc<Self>, whom: i64, longest: Duration) -> Result<Place, u64> {
        let coming = {
            let mut line = self.line();
            if line.free > 0 {
                let since = line.give(whom);
                return Ok(self.place(whom, since));
            }
            let (gives, coming) = oneshot::channel();
            line.number += 1;
            let number = line.number;
            line.waiting.push(Waiting { whom, number, gives });
            coming
        };
        match tokio::time::timeout(longest, coming).await {
            Ok(Ok(place)) => Ok(place),
            Ok(Err(_)) | Err(_) => Err(self.line().seconds(whom)),
        }
    }

    fn place(self: &Arc<Self>, whom: i64, since: Instant) -> Place {
        Place { line: Arc::clone(self), whom, since }
    }

    fn line(&self) -> MutexGuard<'_, Line> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Line {
    /// Answers since when it is kept.
    fn give(&mut self, whom: i64) -> Instant {
        let since = Instant::now();
        self.kept.push(since);
        self.free -= 1;
        self.number += 1;
        *self.held.entry(whom).or_default() += 1;
        self.served.insert(whom, self.number);
        since
    }

    fn take_back(&mut self, whom: i64, since: Instant) {
        if let Some(at) = self.kept.iter().position(|one| *one == since) {
            self.kept.swap_remove(at);
        }
        self.usual = (self.usual * 3 + since.elapsed()) / 4;
        self.free += 1;
        if let Some(held) = self.held.get_mut(&whom) {
            *held -= 1;
            if *held == 0 {
                self.held.remove(&whom);
            }
        }
    }

    /// Whose turn it is, of those who still wait.
    fn next(&mut self) -> Option<(Waiting, Instant)> {
        self.waiting.retain(|one| !one.gives.is_closed());
        let place = |one: &Waiting| {
            let count = |of: &HashMap<i64, usize>| of.get(&one.whom).copied().unwrap_or_default();
            (count(&self.held), self.served.get(&one.whom).copied().unwrap_or_default(), one.number)
        };
        let at = (0..self.waiting.len()).min_by_key(|at| place(&self.waiting[*at]))?;
        let next = self.waiting.swap_remove(at);
        let since = self.give(next.whom);
        Some((next, since))
    }

    /// A place is free again after the usual time; one that is kept longer, after as long again.
    fn seconds(&self, whom: i64) -> u64 {
        let before = self.waiting.iter().filter(|one| one.whom == whom && !one.gives.is_closed()).count();
        let left = |since: &Instant| self.usual.checked_sub(since.elapsed()).unwrap_or_else(|| since.elapsed());
        let next = self.kept.iter().map(left).min().unwrap_or_default();
        let wait = next + self.usual * u32::try_from(before).unwrap_or(u32::MAX);
        wait.as_secs() + 1
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut line = self.line.line();
        line.take_back(self.whom, self.since);
        let next = line.next();
        drop(line);
        if let Some((next, since)) = next {
            // where it has gone meanwhile, its place comes back at once
            let _ = next.gives.send(self.line.place(next.whom, since));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LONG: Duration = Duration::from_secs(5);

    #[tokio::test]
    async fn one_organisation_does_not_fill_the_line() {
        let line = FairLine::new(1);
        let held = line.take(1, LONG).await.unwrap();
        let (says, mut hears) = tokio::sync::mpsc::unbounded_channel();
        for whom in [1, 1, 1, 1, 2, 3, 2] {
            let (line, says) = (Arc::clone(&line), says.clone());
            tokio::spawn(async move {
                let place = line.take(whom, LONG).await.unwrap();
                says.send(whom).unwrap();
                drop(place);
            });
            tokio::task::yield_now().await;
        }
        drop(held);
        let mut order = Vec::new();
        for _ in 0..7 {
            order.push(hears.recv().await.unwrap());
        }
        assert_eq!(order, [2, 3, 1, 2, 1, 1, 1]);
    }

    #[tokio::test]
    async fn who_has_fewer_places_is_served_first() {
        let line = FairLine::new(2);
        let (first, second) = (line.take(1, LONG).await.unwrap(), line.take(1, LONG).await.unwrap());
        let again = tokio::spawn({
            let line = Arc::clone(&line);
            async move { line.take(1, Duration::from_millis(300)).await }
        });
        tokio::task::yield_now().await;
        let other = tokio::spawn({
            let line = Arc::clone(&line);
            async move { line.take(2, LONG).await }
        });
        tokio::task::yield_now().await;
        drop(first);
        assert!(other.await.unwrap().is_ok(), "organisation 1 has a place already, and waited longer");
        drop(second);
        assert!(again.await.unwrap().is_ok());
    }

    #[tokio::test]
    async fn the_wait_is_as_long_as_places_are_kept() {
        let line = FairLine::new(2);
        let places = [line.take(1, LONG).await.unwrap(), line.take(1, LONG).await.unwrap()];
        let seconds = |ages: [u64; 2]| {
            let now = Instant::now();
            let mut line = line.line();
            line.usual = Duration::from_secs(20);
            line.kept = ages.map(|age| now.checked_sub(Duration::from_secs(age)).unwrap()).to_vec();
            line.seconds(1)
        };
        assert_eq!(seconds([5, 12]), 8);
        assert_eq!(seconds([30, 45]), 31, "longer than usual");
        let waits = tokio::spawn({
            let line = Arc::clone(&line);
            async move { line.take(1, LONG).await.map(drop) }
        });
        tokio::task::yield_now().await;
        assert_eq!(seconds([5, 12]), 28, "another one is before");
        drop(places);
        waits.await.unwrap().unwrap();
        assert!(line.line().kept.len() <= 2);
    }

    #[tokio::test]
    async fn who_waited_too_long_leaves_no_place_behind() {
        let line = FairLine::new(1);
        let held = line.take(1, LONG).await.unwrap();
        for _ in 0..3 {
            assert!(line.take(2, Duration::from_millis(5)).await.is_err_and(|seconds| (1..=3).contains(&seconds)));
        }
        drop(held);
        assert!(line.take(3, LONG).await.is_ok());
        assert!(line.line().waiting.is_empty() && line.line().held.is_empty());
    }
}
