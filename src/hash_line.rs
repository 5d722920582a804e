//! The line of those whose passwords are to be hashed: fair by where they come from, so that nobody fills it for others.
//!
//! One thread makes all hashes, one after the other, in the same 19 MiB, and gives way to the pages: sign-ins never take more
//! than one core from them, nor more memory the more there are. Browsers that are known come first; then whoever's network, and in it
//! whoever's address, was served longest ago; of one address the names that have not failed there.

use std::collections::HashMap;
use std::sync::{Arc, Condvar, LazyLock, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use argon2::{Algorithm, Argon2, Block, Params, Version};
use tokio::sync::oneshot;

/// The most that wait at once.
pub const MOST_WAITING: usize = 500;
/// Nobody waits longer for a hash.
pub const LONGEST_WAIT: Duration = Duration::from_secs(8);
/// An address from which many passwords were wrong is served as often as this.
pub const PACE: Duration = Duration::from_millis(500);

/// How far hashing gives way to pages, of 19.
const GIVES_WAY: i32 = 5;

/// How hashes are made now; those that were made otherwise are made anew when their person signs in.
pub fn hasher() -> Argon2<'static> {
    // m=19456 KiB, t=2, p=1: the floor that OWASP gives for argon2id
    Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::new(19_456, 2, 1, None).unwrap_or_default())
}

type Work = Box<dyn FnOnce(&mut [Block]) + Send>;

/// Whose turn it is to be.
#[derive(Debug, Clone, Default)]
pub struct Turn {
    pub is_known: bool,
    pub network: String,
    pub source: String,
    /// many passwords from this address were wrong just now
    pub is_paced: bool,
    /// this name has failed from this address before
    pub failed_here: bool,
}

impl Turn {
    /// Of somebody whom we know: a password that is being set.
    pub fn known() -> Turn {
        Turn { is_known: true, ..Turn::default() }
    }
}

struct Waiting {
    turn: Turn,
    number: u64,
    since: Instant,
    work: Work,
}

#[derive(Default)]
struct Line {
    waiting: Vec<Waiting>,
    /// when a network, and an address, was last served, and as which number
    served: HashMap<String, (u64, Instant)>,
    number: u64,
}

/// Where each stands: the least comes first.
type Place = (bool, u64, u64, bool, u64);

impl Line {
    fn place(&self, one: &Waiting, now: Instant) -> Place {
        // who was served before all that wait now came is no worse off than who never was: else a stranger with ever new
        // networks would always come before an office that signs in every day
        let late = |(number, at): &(u64, Instant)| (now.duration_since(*at) < LONGEST_WAIT).then_some(*number);
        let last = |whence: &str| self.served.get(whence).and_then(late).unwrap_or_default();
        let Turn { is_known, network, source, failed_here, .. } = &one.turn;
        (!is_known, last(network), last(source), *failed_here, one.number)
    }

    fn join(&mut self, turn: Turn, work: Work) {
        self.number += 1;
        self.waiting.push(Waiting { turn, number: self.number, since: Instant::now(), work });
        if self.waiting.len() > MOST_WAITING {
            // who would come last gives way; dropping the work says so
            let now = Instant::now();
            let last = (0..self.waiting.len()).max_by_key(|at| self.place(&self.waiting[*at], now));
            last.map(|at| self.waiting.swap_remove(at));
        }
    }

    fn next(&mut self, now: Instant) -> Option<Work> {
        self.waiting.retain(|one| now.duration_since(one.since) < LONGEST_WAIT);
        let may = |one: &Waiting| {
            let last = self.served.get(&one.turn.source).map(|(_, at)| now.duration_since(*at));
            !one.turn.is_paced || last.is_none_or(|ago| ago >= PACE)
        };
        let next = (0..self.waiting.len())
            .filter(|at| may(&self.waiting[*at]))
            .min_by_key(|at| self.place(&self.waiting[*at], now))?;
        let one = self.waiting.swap_remove(next);
        self.number += 1;
        if self.served.len() > 10_000 {
            self.served.retain(|_, (_, at)| now.duration_since(*at) < LONGEST_WAIT);
        }
        for whence in [one.turn.network, one.turn.source] {
            self.served.insert(whence, (self.number, now));
        }
        Some(one.work)
    }
}

#[derive(Default)]
struct Shared {
    line: Mutex<Line>,
    news: Condvar,
}

impl Shared {
    fn line(&self) -> MutexGuard<'_, Line> {
        self.line.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wait(&self) -> Work {
        let mut line = self.line();
        loop {
            if let Some(work) = line.next(Instant::now()) {
                return work;
            }
            // while somebody is paced the time alone makes news
            let most = if line.waiting.is_empty() { Duration::from_mins(10) } else { Duration::from_millis(20) };
            line = self.news.wait_timeout(line, most).unwrap_or_else(PoisonError::into_inner).0;
        }
    }
}

static SHARED: LazyLock<Arc<Shared>> = LazyLock::new(|| {
    let shared = Arc::new(Shared::default());
    let thread = shared.clone();
    std::thread::spawn(move || {
        give_way();
        let mut memory = vec![Block::default(); hasher().params().block_count()];
        loop {
            (thread.wait())(&mut memory);
        }
    });
    shared
});

/// This thread gives way to the others; elsewhere than on Linux all of the program would.
fn give_way() {
    if cfg!(target_os = "linux")
        && let Err(error) = rustix::process::nice(GIVES_WAY)
    {
        tracing::debug!(%error, "the thread that makes hashes gives no way");
    }
}

/// Does this when its turn comes; nothing if it would wait too long.
pub async fn in_turn<T: Send + 'static>(
    turn: Turn,
    work: impl FnOnce(&mut [Block]) -> T + Send + 'static,
) -> Option<T> {
    let (done, answer) = oneshot::channel();
    let work = Box::new(move |memory: &mut [Block]| {
        // whoever asked may have gone
        let _ = done.send(work(memory));
    });
    SHARED.line().join(turn, work);
    SHARED.news.notify_one();
    answer.await.ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn from(network: &str, source: &str) -> Turn {
        Turn { network: network.to_owned(), source: source.to_owned(), ..Turn::default() }
    }

    /// The names of those who wait, in the order in which they are served.
    fn served(turns: Vec<(&'static str, Turn)>, of: usize) -> Vec<&'static str> {
        let mut line = Line::default();
        let (says, hears) = std::sync::mpsc::channel();
        for (name, turn) in turns {
            let says = says.clone();
            line.join(turn, Box::new(move |_| says.send(name).unwrap()));
        }
        for _ in 0..of {
            line.next(Instant::now()).unwrap()(&mut []);
        }
        hears.try_iter().collect()
    }

    #[test]
    fn one_address_does_not_keep_others_waiting() {
        let mut turns: Vec<_> = (0..100).map(|_| ("guess", from("a", "a1"))).collect();
        turns.extend([("honest", from("b", "b1")), ("neighbour", from("a", "a2"))]);
        turns.push(("known", Turn { is_known: true, ..from("a", "a1") }));
        assert_eq!(served(turns, 4), ["known", "honest", "neighbour", "guess"]);
        let failed = Turn { failed_here: true, ..from("a", "a1") };
        assert_eq!(served(vec![("guess", failed), ("honest", from("a", "a1"))], 2), ["honest", "guess"]);
    }

    #[test]
    fn a_full_line_sends_away_who_would_come_last() {
        let mut line = Line::default();
        line.served.insert("a".to_owned(), (1, Instant::now()));
        for n in 0..=MOST_WAITING {
            line.join(from("a", "a1"), Box::new(|_| {}));
            assert_eq!(line.waiting.len(), (n + 1).min(MOST_WAITING));
        }
        line.join(from("b", "b1"), Box::new(|_| {}));
        assert!(line.waiting.iter().any(|one| one.turn.network == "b"));
    }

    #[test]
    fn an_office_that_signed_in_before_does_not_stand_behind_ever_new_networks() {
        let mut line = Line::default();
        let long_ago = Instant::now().checked_sub(LONGEST_WAIT).unwrap();
        line.served.insert("office".to_owned(), (1, long_ago));
        let (says, hears) = std::sync::mpsc::channel();
        let mut join = |name: &'static str| {
            let says = says.clone();
            line.join(from(name, name), Box::new(move |_| says.send(name).unwrap()));
        };
        ["new 1", "office", "new 2", "new 3"].into_iter().for_each(&mut join);
        for _ in 0..4 {
            line.next(Instant::now()).unwrap()(&mut []);
        }
        assert_eq!(hears.try_iter().collect::<Vec<_>>(), ["new 1", "office", "new 2", "new 3"]);
    }

    #[test]
    fn a_paced_address_is_served_now_and_then() {
        let mut line = Line::default();
        let paced = Turn { is_paced: true, ..from("a", "a1") };
        let now = Instant::now();
        line.join(paced.clone(), Box::new(|_| {}));
        line.join(paced, Box::new(|_| {}));
        assert!(line.next(now).is_some() && line.next(now).is_none());
        assert!(line.next(now + PACE).is_some());
    }
}
