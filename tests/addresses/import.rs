//! Files of addresses and postcodes taken in: what their lines come to, a run that is killed and gone on with, and what
//! others see meanwhile. Every row is made up here.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use cms::addresses::finder::{AddressQuery, find};
use cms::addresses::import::{ImportKind, run};

use super::some;
use crate::world::World;

/// A file of this test.
fn file(name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
    let folder = std::env::temp_dir().join(format!("cms-import-{}-{name}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let path = folder.join(name);
    std::fs::write(&path, bytes).unwrap();
    path
}

async fn take(world: &World, what: ImportKind, path: &Path) -> Result<String, String> {
    let said = run(world.owner(), what, path).await.map_err(|sorry| sorry.to_string());
    let _ = std::fs::remove_dir_all(path.parent().unwrap());
    said
}

async fn lines(world: &World, postcode: &str, words: &str) -> Vec<String> {
    let mut tx = world.app.db.as_viewer(world.person_id("alder.agent").await).await.unwrap();
    let found = find(&mut tx, &AddressQuery::parse(postcode, words).unwrap()).await.unwrap();
    found.addresses.iter().map(cms::addresses::Address::line).collect()
}

async fn count(world: &World) -> i64 {
    sqlx::query_scalar("select count(*) from address").fetch_one(world.owner()).await.unwrap()
}

/// A PAF file of so many houses, in its published order.
fn paf(houses: usize) -> String {
    let mut text = String::new();
    for n in 0..houses {
        let (street, number) = (n / 30, n % 30 + 1);
        let letters: Vec<char> = "ABDEFGHJLNPQRSTUWXYZ".chars().collect();
        let (one, two) = (letters[street / 20 % 20], letters[street % 20]);
        writeln!(
            text,
            "LS{} {}{one}{two},LEEDS,,,Street {street} Lane,,{number},,,,,,{n:08},S,,1A",
            street / 3_600 + 1,
            street / 400 % 9 + 1
        )
        .unwrap();
    }
    text
}

#[tokio::test]
async fn a_paf_file_replaces_the_samples_and_says_what_it_left_out() {
    let world = World::new().await;
    some(&world).await;
    let mut text = b"LS11 4DY,LEEDS,Kiln Green,Old Row,Alderbeck Lane,,7,,,,,,00000001,S,,1A\r\n".to_vec();
    text.extend_from_slice(b"LS114DY,LEEDS,,,Alderbeck Lane,Kiln Mews,,\"Weir House, The\",Flat 2,,Accounts,Dale Traders,00000002,S,,1B\r\n");
    // Latin-1, a PO box, another market, and three that are wrong
    text.extend_from_slice(b"LL30 1AB,LLANDUDNO,,,Ffordd y T\xf4n,,3,,,,,,00000003,S,,1A\r\n");
    text.extend_from_slice(b"LS11 4DY,LEEDS,,,,,,,,PO BOX 7,,Dale Traders,00000004,L,,1A\r\n");
    text.extend_from_slice(b"BT1 5GS,BELFAST,,,Dovewell Road,,1,,,,,,00000005,S,,1A\r\n");
    text.extend_from_slice(b"LS11,LEEDS,,,Dovewell Road,,1,,,,,,00000006,S,,1A\r\n");
    text.extend_from_slice(b"LS11 4DY,,,,Dovewell Road,,1,,,,,,00000007,S,,1A\r\n");
    text.extend_from_slice(b"LS11 4DY,LEEDS,,,Dovewell Road,,,,,,,,00000008,S,,1A\r\n");
    let said = take(&world, ImportKind::Addresses, &file("paf.csv", text)).await.unwrap();
    assert_eq!(said, "3 addresses imported from paf.csv. Left out: 2. Bad lines: 3.");
    let found = lines(&world, "LS11 4DY", "").await;
    assert_eq!(
        found,
        [
            "7 Alderbeck Lane, Old Row, Kiln Green, LEEDS, LS11 4DY",
            "Dale Traders, Flat 2, Weir House, The, Kiln Mews, Alderbeck Lane, LEEDS, LS11 4DY"
        ]
    );
    assert_eq!(lines(&world, "LL30", "3 ffordd y ton").await[0], "3 Ffordd y Tôn, LLANDUDNO, LL30 1AB");
    let form = world.sign_in("alder.agent").await.get("/contacts/new/mnc").await;
    assert!(!form.text().contains("Sample addresses") && form.text().contains("Find by postcode"));
    let left: i64 = sqlx::query_scalar("select count(*) from import_job").fetch_one(world.owner()).await.unwrap();
    assert_eq!(left, 0);
}

#[tokio::test]
async fn an_addressbase_file_is_read_by_its_header_in_any_order() {
    let world = World::new().await;
    let text = "\u{feff}UPRN,POSTCODE,POST_TOWN,STREET_NAME,BUILDING_NUMBER,BUILDING_NAME,SUB_BUILDING,LOCALITY,ORGANISATION,PO_BOX\n\
        999000000007,LS11 4DY,LEEDS,Alderbeck Lane,,12A,,Kiln Green,,\n";
    let said = take(&world, ImportKind::Addresses, &file("core.csv", text)).await.unwrap();
    assert!(said.starts_with("1 addresses imported") || said.starts_with("1 address imported"), "{said}");
    let source: String = sqlx::query_scalar("select source from address_set").fetch_one(world.owner()).await.unwrap();
    assert_eq!(source, "AddressBase");
    assert_eq!(lines(&world, "LS11 4DY", "12a").await, ["12A, Alderbeck Lane, Kiln Green, LEEDS, LS11 4DY"]);
}

#[tokio::test]
async fn a_file_that_is_something_else_changes_nothing() {
    let world = World::new().await;
    some(&world).await;
    for (name, text) in [("names.csv", "name,age\nx,1\n"), ("empty.csv", ""), ("bad.csv", "POSTCODE,POST_TOWN\nx,y\n")]
    {
        let sorry = take(&world, ImportKind::Addresses, &file(name, text)).await.unwrap_err();
        assert!(sorry.contains("othing has been changed"), "{sorry}");
    }
    let sorry = take(&world, ImportKind::Postcodes, &file("p.csv", "LS11,4DY,NE\n")).await.unwrap_err();
    assert!(sorry.contains("must name the columns"), "{sorry}");
    assert!(run(world.owner(), ImportKind::Addresses, Path::new("/nowhere")).await.is_err());
    assert_eq!(count(&world).await, 27);
}

#[tokio::test]
async fn the_list_of_postcodes_is_replaced_whole_and_outcodes_follow() {
    let world = World::new().await;
    let first = "Exit Zone,LDZ,Incode,Outcode\nNE1,NE,8AA,LS29\nNW2,NW,8AB,LS29\nXX,ZZ,8AC,LS29\n,SC,1AA,BT1\n";
    let said = take(&world, ImportKind::Postcodes, &file("list.csv", first)).await.unwrap();
    assert_eq!(said, "2 postcodes imported from list.csv. Left out: 1. Bad lines: 1.");
    let straddling = async || -> Vec<String> {
        sqlx::query_scalar("select ldzs from outcode_ldz where outcode = 'LS29'")
            .fetch_one(world.owner())
            .await
            .unwrap()
    };
    assert_eq!(straddling().await, ["NE", "NW"]);
    let second = "postcode,ldz,exit_zone\nLS29 8AA,NW,\nLS29 8AA,NE,NE3\n";
    take(&world, ImportKind::Postcodes, &file("list.csv", second)).await.unwrap();
    assert_eq!(straddling().await, ["NE"]);
    let rows: Vec<(String, String)> =
        sqlx::query_as("select ldz, exit_zone from postcode_ldz").fetch_all(world.owner()).await.unwrap();
    assert_eq!(rows, [("NE".to_owned(), "NE3".to_owned())], "of two lines the later stays");
    // and pages may read what was put in the old table's place
    let mut amy = world.sign_in("alder.agent").await;
    world.log(&mut amy).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_import_that_is_killed_is_gone_on_with_and_nothing_is_lost_or_doubled() {
    let world = World::new().await;
    some(&world).await;
    let path = file("killed.csv", paf(60_000));
    let import = || {
        let mut command = Command::new(env!("CARGO_BIN_EXE_cms"));
        command.arg("import-addresses").arg(&path).env("DATABASE_URL", &world.url).stdout(Stdio::piped());
        command.stderr(Stdio::piped());
        command
    };
    let mut child = import().spawn().unwrap();
    let began = Instant::now();
    let done = async || -> i64 {
        let done: Option<i64> =
            sqlx::query_scalar("select lines from import_job").fetch_optional(world.owner()).await.unwrap();
        done.unwrap_or_default()
    };
    while done().await == 0 {
        assert!(began.elapsed() < Duration::from_mins(1), "the import does not get on");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    child.kill().unwrap();
    child.wait().unwrap();
    let lines = done().await;
    assert!((1..60_000).contains(&lines), "killed too late: {lines}");
    assert_eq!(count(&world).await, 27, "what was in use still is");
    let mut again = import();
    let output = tokio::task::spawn_blocking(move || again.output().unwrap()).await.unwrap();
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && error.contains("Going on after line"), "{error}");
    assert!(String::from_utf8_lossy(&output.stdout).contains("60,000 addresses imported from killed.csv"));
    let (all, different): (i64, i64) =
        sqlx::query_as("select count(*), count(distinct udprn) from address").fetch_one(world.owner()).await.unwrap();
    assert_eq!((all, different), (60_000, 60_000));
    let _ = std::fs::remove_dir_all(path.parent().unwrap());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn readers_see_all_of_the_old_or_all_of_the_new() {
    let world = World::new().await;
    some(&world).await;
    let person = world.person_id("alder.agent").await;
    let db = world.app.db.clone();
    let stop = std::sync::Arc::new(std::sync::atomic::AtomicBool::new(false));
    let stopped = stop.clone();
    let reading = tokio::spawn(async move {
        let mut seen = Vec::new();
        while !stopped.load(std::sync::atomic::Ordering::Relaxed) {
            let mut tx = db.as_viewer(person).await.unwrap();
            let asked = AddressQuery::parse("LS11", "alderbeck lane street").unwrap();
            find(&mut tx, &asked).await.unwrap();
            let pair: (i64, i64) =
                sqlx::query_as("select (select addresses from address_set), (select count(*) from address)")
                    .fetch_one(&mut *tx)
                    .await
                    .unwrap();
            assert_eq!(pair.0, pair.1);
            seen.push(pair.0);
        }
        seen.dedup();
        seen
    });
    for houses in [3_000, 2_000, 4_000] {
        take(&world, ImportKind::Addresses, &file("swap.csv", paf(houses))).await.unwrap();
    }
    stop.store(true, std::sync::atomic::Ordering::Relaxed);
    let seen = reading.await.unwrap();
    assert!(seen.first() == Some(&27) && seen.len() >= 3, "{seen:?}");
}
