//! A file of five thousand rows, sent and checked.

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use fastrand::Rng;

use crate::bench::data::address::{MadeAddress, estate_postcode};
use crate::bench::load::client::KeptAlive;
use crate::error::CommandError;

const ROWS: i64 = 5_000;
/// It is given up after this.
const LONGEST: Duration = Duration::from_mins(3);

fn file(rows: impl Iterator<Item = (String, MadeAddress)>) -> String {
    let mut text = "building_number,street,post_town,postcode,market_sector,why\n".to_owned();
    for (number, MadeAddress { street, town, postcode, .. }) in rows {
        let _ = writeln!(text, "{number},{street},{town},{postcode},D,New house.");
    }
    text
}

/// All over the country.
pub fn rows() -> String {
    let mut rng = Rng::new();
    file((0..ROWS).map(|n| {
        let address = MadeAddress::draw(&mut rng, 0);
        ((i64::from(address.number) + n).to_string(), address)
    }))
}

/// The houses beside those of the estate, in its postcodes.
pub fn rows_of_the_estate() -> String {
    let mut rng = Rng::with_seed(5);
    file((0..ROWS).map(|n| {
        let address = MadeAddress { postcode: estate_postcode(n / 50), ..MadeAddress::of_the_estate(&mut rng, n) };
        ((n % 50 + 101).to_string(), address)
    }))
}

/// Sends a file; answers how long it took until its rows were checked.
pub async fn check(host: &str, cookie: &str, rows: &str) -> Result<Duration, CommandError> {
    let mut line = KeptAlive::open(host, cookie, "identity").await?;
    line.read_stamp().await?;
    let began = Instant::now();
    let answer = line.post_file("/bulk", "file", "rows.csv", "text/csv", rows.as_bytes()).await?;
    let Some(path) = answer.location.clone().filter(|_| answer.status.is_redirection()) else {
        return Err(CommandError(format!("a file was answered {}: {}", answer.status, answer.says())));
    };
    while began.elapsed() < LONGEST {
        let progress = line.get(&format!("{path}/progress")).await?;
        let progress: serde_json::Value = serde_json::from_slice(&progress.body)?;
        if progress["state"] == "checked" {
            return Ok(began.elapsed());
        }
        if progress["state"] != "checking" {
            return Err(CommandError(format!("the rows were not checked: {progress}")));
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    Err(CommandError("the rows were not checked in time".to_owned()))
}
