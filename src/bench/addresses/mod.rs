//! `cms bench --addresses N`: the address finder among N addresses, which `cms import-addresses` takes in from a
//! file made up here: outcodes of ten thousand addresses, as dense as a town; a fifth flats, some with a name only.
//!
//! Each kind of question is asked with ever other addresses: its statements alone as the web role, and as the whole form
//! over one connection, each several hundred times.

mod file;

use std::time::{Duration, Instant};

use fastrand::Rng;
use sqlx::{Connection, PgConnection};

use self::file::{Sample, write};
use super::Bench;
use super::data::{self, BIGGEST, people_of};
use super::load::client::KeptAlive;
use super::load::times::Times;
use super::server::ServerProcess;
use crate::addresses::finder::{AddressQuery, find};
use crate::addresses::import::{self, ImportKind};
use crate::clock::Clock;
use crate::cluster::Cluster;
use crate::contacts::types::ContactType;
use crate::db::Db;
use crate::error::CommandError;
use crate::trade::words::thousands;

/// Questions of each kind.
const TIMES: usize = 400;

pub async fn run(bench: &Bench, count: usize) -> Result<(), CommandError> {
    let cluster = Cluster::start(&bench.folder, true).await?;
    let done = measured(bench, &cluster, count).await;
    cluster.stop().await?;
    done
}

async fn measured(bench: &Bench, cluster: &Cluster, count: usize) -> Result<(), CommandError> {
    let name = format!("bench_addresses_{count}");
    cluster.ensure_database(&name).await?;
    let url = cluster.url(&name);
    let db = Db::open(&url, 4).await?;
    let mut owner = PgConnection::connect(&url).await?;
    if sqlx::query_scalar::<_, i64>("select count(*) from contact").fetch_one(&mut owner).await? == 0 {
        data::load(&mut owner, 1_000, Clock::System.now()).await?;
    }
    let file = bench.folder.join("addresses.csv");
    let known = write(&file, count)?;
    if sqlx::query_scalar::<_, i64>("select count(*) from address").fetch_one(&mut owner).await? == 0 {
        let began = Instant::now();
        println!("{}", import::run(&db.owner, ImportKind::Addresses, &file).await?);
        let took = began.elapsed();
        let speed = count as f64 / took.as_secs_f64();
        println!(
            "Imported in {:.1} s, indexes included: {} lines a second.",
            took.as_secs_f64(),
            thousands(speed as u64)
        );
    }
    let server = ServerProcess::serve(&url).await?;
    let account = people_of(BIGGEST).skip(1).take(1).map(|id| format!("person{id}")).collect::<Vec<_>>();
    let person: i64 =
        sqlx::query_scalar("select id from person where account = $1").bind(&account[0]).fetch_one(&mut owner).await?;
    let cookies = server.cookies(&account, 1).await?;
    let mut line = KeptAlive::open(&server.host, &cookies[0], "identity").await?;
    line.read_stamp().await?;
    println!("| Asked by | statements p50 ms | p99 | page p50 ms | p99 |\n| --- | --- | --- | --- | --- |");
    for (title, question) in QUESTIONS {
        let mut rng = Rng::with_seed(7);
        let (mut statements, mut pages) = (Times::default(), Times::default());
        for turn in 0..TIMES + 20 {
            let (postcode, words) = question(&known[rng.usize(..known.len())], &mut rng);
            let asked = AddressQuery::parse(&postcode, &words).map_err(|(_, says)| CommandError(says))?;
            let began = Instant::now();
            let mut tx = db.as_viewer(person).await?;
            let found = find(&mut tx, &asked).await?;
            drop(tx);
            let alone = began.elapsed();
            if found.addresses.is_empty() {
                return Err(CommandError(format!("{postcode} {words} found nothing")));
            }
            let whole = page(&mut line, &postcode, &words).await?;
            // the first ones find plans and caches
            if turn >= 20 {
                statements.each.push(alone);
                pages.each.push(whole);
            }
        }
        println!(
            "| {title} | {:.1} | {:.1} | {:.1} | {:.1} |",
            statements.within(0.5),
            statements.within(0.99),
            pages.within(0.5),
            pages.within(0.99)
        );
    }
    server.stop().await?;
    db.close().await;
    Ok(())
}

async fn page(line: &mut KeptAlive, postcode: &str, words: &str) -> Result<Duration, CommandError> {
    let key = crate::secret::token();
    let form = [("key", &*key), ("find", "list"), ("find_postcode", postcode), ("find_words", words)];
    let began = Instant::now();
    // the finder is that of every type
    let answer = line.post(&format!("{}/find", ContactType::ALL[0].path()), &form).await?;
    if !answer.status.is_success() {
        return Err(CommandError(format!("the finder answered {}", answer.status)));
    }
    Ok(began.elapsed())
}

type Question = fn(&Sample, &mut Rng) -> (String, String);

const QUESTIONS: [(&str, Question); 5] = [
    ("postcode", |known, _| (known.postcode.clone(), String::new())),
    ("postcode and number", |known, _| (known.postcode.clone(), known.number.clone())),
    ("postcode, number and street with a slip", |known, rng| {
        (known.postcode.clone(), format!("{} {}", known.number, slip(&known.street, rng)))
    }),
    ("wrong postcode, number and street with a slip", |known, rng| {
        (
            format!("{}0AA", &known.postcode[..known.postcode.len() - 3]),
            format!("{} {}", known.number, slip(&known.street, rng)),
        )
    }),
    ("outcode, number and street with a slip", |known, rng| {
        let outcode = known.postcode.split(' ').next().unwrap_or_default();
        (outcode.to_owned(), format!("{} {}", known.number, slip(&known.street, rng)))
    }),
];

/// A letter left out.
fn slip(street: &str, rng: &mut Rng) -> String {
    let mut letters: Vec<char> = street.chars().collect();
    letters.remove(1 + rng.usize(..4));
    letters.into_iter().collect()
}
