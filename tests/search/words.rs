//! Searching by words that many contacts have: the newest first, page by page, narrowed, and of nobody else's; and times that
//! tell nothing of what others have.

use std::collections::HashSet;
use std::time::Instant;

use cms::contacts::fields::Field;
use cms::contacts::journal::{By, Input, Logged, log_many};
use cms::contacts::lifecycle::Status;

use crate::world::{Person, World, lives};

/// More than are collected and put in order.
const MANY: usize = 620;

/// Logs so many contacts in this street, oldest first.
async fn in_street(world: &World, account: &str, street: &str, many: usize) -> Vec<String> {
    let viewer = world.viewer(account).await;
    let details: Vec<_> = (0..many)
        .map(|n| {
            let mut one = lives::details();
            one.set(Field::Street, street);
            one.set(Field::BuildingNumber, &(n + 1).to_string());
            one.set(Field::Msn, "");
            one.set(Field::OwnReference, "");
            one
        })
        .collect();
    let keys: Vec<String> = (0..many).map(|_| cms::secret::token()).collect();
    let given: Vec<Logged<'_>> = details
        .iter()
        .zip(&keys)
        .map(|(details, form_key)| Logged { details, ldz: "NE", form_key, psc_of: None })
        .collect();
    let mut tx = world.app.db.as_viewer(viewer.id).await.unwrap();
    let by = By { viewer: Some(&viewer), at: world.app.clock.now(), terms: &world.app.config.terms };
    let crns = log_many(&mut tx, by, &given).await.unwrap();
    tx.commit().await.unwrap();
    crns
}

/// The CRNs of a list and of all its pages after it, and the first page's heading.
async fn walked(person: &mut Person, path: &str) -> (Vec<String>, String) {
    let mut page = person.get(path).await;
    assert_eq!(page.status.as_u16(), 200, "{path}");
    let (mut crns, heading) = (page.all("table tbody th"), page.all("h1").join(" "));
    while let Some(next) = page.other_page("next") {
        page = person.get(&next).await;
        crns.extend(page.all("table tbody th"));
    }
    (crns, heading)
}

#[tokio::test]
async fn of_words_that_many_have_every_contact_comes_once_the_newest_first() {
    let world = World::new().await;
    let mut made = in_street(&world, "alder.agent", "Harbour Road", MANY).await;
    in_street(&world, "birch.agent", "Harbour Road", 30).await;
    made.reverse();
    let mut amy = world.sign_in("alder.agent").await;
    for path in ["/search?q=harbour", "/queues/raised?q=harb+road", "/queues/raised?q=harbour&size=100"] {
        let (crns, heading) = walked(&mut amy, path).await;
        assert_eq!(crns, made, "{path}");
        assert!(heading.contains("200+"), "{heading}");
    }
    let (oldest_first, _) = walked(&mut amy, "/queues/raised?q=harbour&sort=received&size=100").await;
    assert!(oldest_first.iter().rev().eq(&made));
    // back from a later page
    let first = amy.get("/search?q=harbour").await;
    let second = amy.get(&first.other_page("next").unwrap()).await;
    let again = amy.get(&second.other_page("prev").unwrap()).await;
    assert_eq!(again.all("table tbody th"), first.all("table tbody th"));
    // opened from it, the contact is walked in the same order
    let opens = second.attributes("table tbody th a", "href")[3].clone();
    let opened = amy.get(&opens).await.location();
    let opened = amy.get_from(&first.other_page("next").unwrap(), &opened).await;
    for (which, crn) in [("prev", &made[52]), ("next", &made[54])] {
        let step = opened.attributes(&format!(".app-walk a[rel='{which}']"), "href");
        assert_eq!(step, [format!("/contacts/{crn}")], "{which}");
    }
    // the CDSP finds all of both
    let mut cdsp = world.sign_in("cdsp.agent").await;
    assert_eq!(walked(&mut cdsp, "/queues/all?q=harbour&size=100").await.0.len(), MANY + 30);
}

#[tokio::test]
async fn too_many_to_sort_come_by_their_time_and_narrowed_ones_are_all_found() {
    let world = World::new().await;
    let made = in_street(&world, "alder.agent", "Harbour Road", MANY).await;
    let cdsp = world.person_id("cdsp.agent").await;
    for crn in [&made[3], &made[400]] {
        world.record("cdsp.agent", crn, Input::Assign(cdsp)).await.unwrap();
    }
    let mut amy = world.sign_in("alder.agent").await;
    let page = amy.get("/queues/raised?q=harbour&sort=site").await;
    assert!(page.all(".govuk-hint").iter().any(|hint| hint.contains("too many to sort")));
    assert_eq!(walked(&mut amy, "/queues/raised?q=harbour&sort=site").await.0.len(), MANY);
    let (narrowed, heading) = walked(&mut amy, "/queues/raised?q=harbour&status=ATCA").await;
    assert_eq!(narrowed, [made[400].clone(), made[3].clone()]);
    assert!(heading.contains("(2)"), "{heading}");
    let csv = amy.get("/queues/raised/export.csv?q=harbour").await.body;
    let crns: HashSet<&str> = csv.lines().skip(1).filter_map(|line| line.split(',').next()).collect();
    assert_eq!(crns.len(), MANY);
    let mut agent = world.sign_in("cdsp.agent").await;
    let (work, heading) = walked(&mut agent, "/queues/organisation?q=harbour&size=100").await;
    assert_eq!((work.len(), work.iter().collect::<HashSet<_>>().len()), (MANY, MANY));
    assert!(heading.contains("(620)"), "{heading}");
    assert_eq!(walked(&mut agent, "/queues/organisation?q=harbour&with=nobody").await.0.len(), MANY - 2);
    assert_eq!(walked(&mut agent, "/queues/mine?q=harbour").await.0.len(), 2);
}

/// Work is walked in its own order where so much of it has the words.
#[tokio::test]
async fn much_work_with_a_word_comes_in_its_own_order() {
    const MUCH: usize = 2_050;
    let world = World::new().await;
    in_street(&world, "alder.agent", "Harbour Road", MUCH).await;
    let mut agent = world.sign_in("cdsp.agent").await;
    let (work, heading) = walked(&mut agent, "/queues/organisation?q=harbour&size=100").await;
    assert_eq!((work.len(), work.iter().collect::<HashSet<_>>().len()), (MUCH, MUCH));
    assert!(heading.contains("(2,000+)"), "{heading}");
    let (all, _) = walked(&mut agent, "/queues/organisation?view=all&size=100").await;
    assert_eq!(work, all);
    // narrowed, they are counted wherever among the many they are
    let cdsp = world.person_id("cdsp.agent").await;
    for place in [3, 900, 2_000] {
        world.record("cdsp.agent", &work[place], Input::Assign(cdsp)).await.unwrap();
    }
    let (assigned, heading) = walked(&mut agent, "/queues/organisation?q=harbour&status=ATCA").await;
    assert_eq!(assigned, [work[3].clone(), work[900].clone(), work[2_000].clone()]);
    assert!(heading.contains("(3)"), "{heading}");
}

#[tokio::test]
async fn a_file_of_some_hits_has_them_all() {
    let world = World::new().await;
    let mut made = in_street(&world, "alder.agent", "Harbour Road", 120).await;
    made.reverse();
    let mut amy = world.sign_in("alder.agent").await;
    let csv = amy.get("/queues/raised/export.csv?q=harbour").await.body;
    let crns: Vec<&str> = csv.lines().skip(1).filter_map(|line| line.split(',').next()).collect();
    assert_eq!(crns, made);
}

#[tokio::test]
async fn an_outcode_that_is_a_word_elsewhere_is_not_counted() {
    let world = World::new().await;
    let made = in_street(&world, "alder.agent", "LS9 Lane", 2).await;
    let mut agent = world.sign_in("cdsp.agent").await;
    let page = agent.get("/queues/organisation?q=LS9").await;
    assert_eq!(page.all("table tbody th"), Vec::<String>::new());
    assert!(!page.all("h1").join(" ").contains("(2)"), "{:?}", page.all("h1"));
    assert_eq!(walked(&mut agent, "/queues/organisation?q=LS9+Lane").await.0.len(), made.len());
}

/// Two words are looked for no further than the page needs, once many ids were looked through; the rest comes page by page.
#[tokio::test]
async fn two_words_are_all_found_however_far_apart_the_contacts_are() {
    let world = World::new().await;
    let mut made = in_street(&world, "alder.agent", "Harbour Road", 60).await;
    sqlx::query("select setval(pg_get_serial_sequence('contact', 'id'), 300000)").execute(world.owner()).await.unwrap();
    made.extend(in_street(&world, "alder.agent", "Harbour Road", 60).await);
    made.reverse();
    for (account, path) in [
        ("alder.agent", "/search?q=harbour+road"),
        ("alder.agent", "/queues/raised?q=harbour+road"),
        ("alder.agent", "/queues/raised?q=harbour+road&ldz=NE"),
        ("cdsp.agent", "/queues/all?q=harbour+road"),
    ] {
        let mut person = world.sign_in(account).await;
        let (crns, heading) = walked(&mut person, path).await;
        assert_eq!(crns, made, "{path}");
        if account == "cdsp.agent" {
            assert!(heading.contains("(50+)"), "{heading}");
            let second = person.get(path).await.other_page("next").unwrap();
            let second = person.get(&second).await;
            assert!(second.text().contains("51 to 100 of 100+"), "{}", second.text());
        }
    }
    let mut amy = world.sign_in("alder.agent").await;
    let (oldest_first, _) = walked(&mut amy, "/queues/raised?q=harbour+road&sort=received").await;
    assert!(oldest_first.iter().rev().eq(&made));
    let csv = amy.get("/queues/raised/export.csv?q=harbour+road").await.body;
    assert_eq!(csv.lines().count(), 121);
}

#[tokio::test]
async fn words_follow_the_contact_to_whoever_has_it_and_find_nothing_of_others() {
    let world = World::new().await;
    let crn = world.contact_at(Status::Svda).await;
    let work = async |account: &str| {
        let mut person = world.sign_in(account).await;
        person.get("/queues/organisation?q=moss+lane").await.all("table tbody th").len()
    };
    let seen = async |account: &str| {
        let mut person = world.sign_in(account).await;
        person.get("/search?q=moss+lane").await.all("table tbody th").len()
    };
    assert_eq!((work("ngn.agent").await, work("cdsp.agent").await, work("alder.agent").await), (1, 0, 0));
    assert_eq!((seen("ngn.agent").await, seen("cdsp.agent").await, seen("alder.agent").await), (1, 1, 1));
    assert_eq!((seen("birch.agent").await, seen("sgn.agent").await), (0, 0));
    world.record("ngn.agent", &crn, lives::visited()).await.unwrap();
    assert_eq!((work("ngn.agent").await, work("cdsp.agent").await), (0, 1));
    let cdsp = world.person_id("cdsp.agent").await;
    world.record("cdsp.agent", &crn, Input::Assign(cdsp)).await.unwrap();
    let invalid = Input::ResolveInvalid { reason: "address", remarks: "There is no such street." };
    world.record("cdsp.agent", &crn, invalid).await.unwrap();
    assert_eq!((work("cdsp.agent").await, seen("ngn.agent").await), (0, 1));
    // by hand, as the web role: nobody's words are read, and nobody else's contact is found
    let viewer = world.viewer("birch.agent").await;
    let mut tx = world.app.db.as_viewer(viewer.id).await.unwrap();
    for sql in [
        "select count(*) from contacts_with_words(array['moss:*'], false, null, false, 10, 10)",
        "select count(*) from contacts_with_words(array['!nothing'], false, null, false, 10, 10)",
        "select count(*) from contacts_with_words(array['moss:* | !nothing', 'lane'], true, 5, true, 10, 10)",
        "select count(*) from open_with_words(array['!nothing'], 10)",
        "select count(*) from work_words",
        "select count(contact_id) from contact_words",
    ] {
        let count: i64 = sqlx::query_scalar(sql).fetch_one(&mut *tx).await.unwrap();
        assert_eq!(count, 0, "{sql}");
    }
    assert!(sqlx::query("select site from contact_words").execute(&mut *tx).await.is_err());
}

/// Of two samples, how far the rank sum of the first is from what chance makes of it, in standard deviations.
fn rank_distance(first: &[f64], second: &[f64]) -> f64 {
    let mut all: Vec<(f64, bool)> =
        first.iter().map(|time| (*time, true)).chain(second.iter().map(|time| (*time, false))).collect();
    all.sort_by(|a, b| a.0.total_cmp(&b.0));
    let ranks: f64 =
        all.iter().zip(1_u32..).filter(|((_, is_first), _)| *is_first).map(|(_, rank)| f64::from(rank)).sum();
    let count = |sample: &[f64]| f64::from(u32::try_from(sample.len()).unwrap());
    let (n, m) = (count(first), count(second));
    (ranks - n * (n + m + 1.0) / 2.0) / (n * m * (n + m + 1.0) / 12.0).sqrt()
}

#[tokio::test]
async fn times_tell_nothing_of_what_others_have() {
    // in each of two worlds a rival has a thousand contacts with one of two words: what a word or a world costs of itself
    // weighs on both sides
    let streets = ["harbour", "haddock"];
    let mut worlds = Vec::new();
    for street in streets {
        let world = World::new().await;
        in_street(&world, "birch.agent", &format!("{street} Road"), 1_000).await;
        in_street(&world, "alder.agent", "Mill Road", 20).await;
        let viewer = world.viewer("alder.agent").await;
        worlds.push((world, viewer.id));
    }
    let time = async |(world, viewer): &(World, i64), asked: &[String]| {
        let mut tx = world.app.db.as_viewer(*viewer).await.unwrap();
        let began = Instant::now();
        let found: i64 =
            sqlx::query_scalar("select count(*) from contacts_with_words($1, false, null, false, 501, 501)")
                .bind(asked)
                .fetch_one(&mut *tx)
                .await
                .unwrap();
        assert_eq!(found, 0, "{asked:?}");
        began.elapsed().as_secs_f64()
    };
    for with in [&[][..], &["'mill':*", "('road':* | ('rd'))"]] {
        let (mut rivals, mut nobodys) = (Vec::new(), Vec::new());
        for round in 0..300 {
            for turn in 0..4 {
                // which comes first changes, so that what goes on beside weighs on all
                let (world, street) = ((round + turn) % 2, (round / 2 + turn / 2) % 2);
                let mut asked: Vec<String> = with.iter().map(|part| (*part).to_owned()).collect();
                asked.push(format!("'{}':*", streets[street]));
                let took = time(&worlds[world], &asked).await;
                if round >= 20 {
                    if world == street { rivals.push(took) } else { nobodys.push(took) }
                }
            }
        }
        let distance = rank_distance(&rivals, &nobodys);
        assert!(distance.abs() < 5.0, "{with:?}: the times differ by {distance:.1} standard deviations");
    }
}
