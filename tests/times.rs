//! What is somebody else's is told from what is not there by no answer's time. The rank test takes a minute, so it runs when it
//! is asked for: `CMS_RANK_TEST=1 cargo test --test cms -- times --nocapture`.

use std::cmp::Ordering;
use std::time::{Duration, Instant};

use cms::contacts::lifecycle::Status;

use crate::world::{Person, World};

/// Answers of each of two kinds. With so many, a test at 1 % (two-sided) sees P ≥ 0.558 with a power of 99 %:
/// (2.576 + 2.326) × √((2n + 1) / (12 n²)) = 0.058.
const EACH: usize = 1_200;

/// Mann and Whitney: the probability that one of the first is less than one of the second (ties count half), and how many
/// standard deviations that is from a half.
fn ranked(first: &[f64], second: &[f64]) -> (f64, f64) {
    let count = |all: &[f64]| f64::from(u32::try_from(all.len()).unwrap());
    let (n, m) = (count(first), count(second));
    let mut less = 0.0;
    for one in first {
        less += second
            .iter()
            .map(|other| match one.total_cmp(other) {
                Ordering::Less => 1.0,
                Ordering::Equal => 0.5,
                Ordering::Greater => 0.0,
            })
            .sum::<f64>();
    }
    let p = less / (n * m);
    (p, (p - 0.5) / ((n + m + 1.0) / (12.0 * n * m)).sqrt())
}

/// Times of answers to two addresses, asked for in random order.
async fn times(person: &mut Person, paths: [&str; 2], each: usize) -> [Vec<f64>; 2] {
    let mut order: Vec<usize> = (0..2 * each).map(|n| n % 2).collect();
    fastrand::shuffle(&mut order);
    for path in paths {
        person.get(path).await;
    }
    let mut times = [Vec::new(), Vec::new()];
    for which in order {
        let asked = Instant::now();
        person.get(paths[which]).await;
        times[which].push(asked.elapsed().as_secs_f64() * 1_000.0);
    }
    times
}

#[test]
fn the_rank_test_sees_what_it_says() {
    let mut rng = fastrand::Rng::with_seed(7);
    let mut drawn = |shift: f64| (0..EACH).map(|_| rng.f64() + rng.f64() + shift).collect::<Vec<f64>>();
    let (same, later) = (ranked(&drawn(0.0), &drawn(0.0)), ranked(&drawn(0.0), &drawn(0.1)));
    assert!(same.1.abs() < 3.3, "{same:?}");
    assert!(later.0 > 0.55 && later.1 > 2.576, "{later:?}");
    assert!((ranked(&[1.0, 2.0], &[1.0, 2.0]).0 - 0.5).abs() < 1e-9);
}

#[tokio::test]
async fn what_is_found_leaves_at_once_and_what_is_not_in_step() {
    let world = World::new().await;
    let (theirs, ours) = (world.logged_by("birch.agent").await, world.logged_by("alder.agent").await);
    let nobodys = cms::trade::Crn::from_digits(12_345_678).as_str().to_owned();
    let mut amy = world.sign_in("alder.agent").await;
    for path in [
        format!("/contacts/{theirs}"),
        format!("/contacts/{nobodys}"),
        format!("/contacts/{theirs}/assign"),
        format!("/search?q={theirs}"),
        format!("/search?q={nobodys}"),
        format!("/queues/raised?q={theirs}"),
        "/search?q=nowhere".to_owned(),
    ] {
        let asked = Instant::now();
        amy.get(&path).await;
        assert!(asked.elapsed() >= Duration::from_millis(25), "{path} {:?}", asked.elapsed());
    }
    // the quickest of many, since the machine has other things to do
    for path in [format!("/contacts/{ours}"), "/search?q=moss".to_owned(), format!("/search?q={ours}")] {
        let mut quickest = Duration::MAX;
        for _ in 0..20 {
            let asked = Instant::now();
            amy.get(&path).await;
            quickest = quickest.min(asked.elapsed());
        }
        assert!(quickest < Duration::from_millis(25), "{path} {quickest:?}");
    }
}

#[tokio::test]
async fn the_rank_of_times_tells_nothing_of_others() {
    if std::env::var_os("CMS_RANK_TEST").is_none() {
        return;
    }
    let world = World::new().await;
    let theirs = world.contact_at(Status::Atca).await;
    for _ in 0..40 {
        world.logged_by("alder.agent").await;
    }
    let nobodys = cms::trade::Crn::from_digits(12_345_678).as_str().to_owned();
    let mut birch = world.sign_in("birch.agent").await;
    for (what, one, other) in [
        ("CRN", format!("/contacts/{theirs}"), format!("/contacts/{nobodys}")),
        ("CRN, form", format!("/contacts/{theirs}/assign"), format!("/contacts/{nobodys}/assign")),
        ("CRN, searched", format!("/search?q={theirs}"), format!("/search?q={nobodys}")),
        ("word, searched", "/search?q=moss".to_owned(), "/search?q=heron".to_owned()),
        ("none against none", format!("/contacts/{nobodys}"), format!("/contacts/{nobodys}")),
    ] {
        let [first, second] = times(&mut birch, [&one, &other], EACH).await;
        let (p, z) = ranked(&first, &second);
        println!("{what}: P = {p:.3}, z = {z:.2}, n = {EACH} each");
        assert!((p - 0.5).abs() < 0.058, "{what}: P = {p:.3}, z = {z:.2}");
    }
}
