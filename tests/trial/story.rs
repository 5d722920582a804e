//! The sample story: enough of everything, the same from the same seed, lawful and free of real people.

use cms::addresses::facts::facts;
use cms::clock::Clock;
use cms::contacts::Contact;
use cms::contacts::fields::Field;
use cms::contacts::fields::rule::{Facts, Severity, broken};
use cms::trade::working_time::london_date;
use cms::trade::{Ldz, Mprn, Postcode};
use time::macros::datetime;

use super::{one, story, tell, told};
use crate::world::World;

#[tokio::test]
async fn every_status_and_every_queue_has_enough() {
    let world = told().await;
    let all: i64 = one(&world, "select count(*) from contact").await;
    assert!(all >= 60, "{all}");
    let statuses: Vec<(String, i64)> =
        sqlx::query_as("select status, count(*) from contact group by status").fetch_all(world.owner()).await.unwrap();
    assert!(statuses.len() == 8 && statuses.iter().all(|(_, count)| *count >= 3), "{statuses:?}");
    for (codes, statuses) in [
        (["CAD", "NGN", "SGN", "WWU", "DAL"].as_slice(), ["SVDN", "SVDA"]),
        (["ALD", "BIR", "CED", "DAL"].as_slice(), ["DCRS", "DCAA"]),
        (["CDS"].as_slice(), ["AACA", "ATCA"]),
    ] {
        for code in codes {
            for status in statuses {
                let waiting: i64 = sqlx::query_scalar(
                    "select count(*) from contact c join organisation o on o.id = c.with_org where o.code = $1 and c.status = $2",
                )
                .bind(code)
                .bind(status)
                .fetch_one(world.owner())
                .await
                .unwrap();
                assert!(waiting >= if status == "DCAA" { 1 } else { 2 }, "{code} {status}: {waiting}");
            }
        }
    }
    for (what, least, sql) in [
        ("overdue", 10, "select count(*) from contact where due < now()"),
        ("not overdue", 30, "select count(*) from contact where due > now()"),
        ("second visits", 3, "select count(*) from referral where kind = 'SV' and number = 2"),
        (
            "corrections",
            4,
            "select count(*) from contact_event where action = 'answer-clarification' and changes is not null",
        ),
        (
            "reminded",
            4,
            "select count(*) from referral where kind = 'DC' and answered is null and closed_unanswered is null and reminded is not null",
        ),
        ("reminders told", 4, "select count(*) from notification where about = 'reminder'"),
        ("reasons", 7, "select count(distinct closed_reason) from contact"),
        ("closed without a reply", 1, "select count(*) from contact where closed_reason = 'no-reply'"),
        (
            "chains",
            1,
            "select count(*) from contact a join contact b on b.psc_of = a.id join contact c on c.psc_of = b.id
                       where a.status = 'CCIV' and b.status = 'CCIV' and c.closed is null",
        ),
        ("created", 10, "select count(*) from contact_mprn join meter_point using (mprn) where role = 'created'"),
        ("meter points", 2000, "select count(*) from meter_point"),
        ("notifications", 60, "select count(*) from notification"),
        ("unread", 10, "select count(*) from notification where read is null"),
        ("withdrawn", 1, "select count(*) from contact where closed_reason = 'withdrawn'"),
        ("remarks added", 3, "select count(*) from contact_event where action = 'add' and remark is not null"),
        ("notes", 4, "select count(*) from contact_note"),
        ("organisations that note", 3, "select count(distinct organisation_id) from contact_note"),
        (
            "told of a note that names them",
            1,
            "select count(*) from notification n join person p on p.id = n.person_id
             join contact_note x on x.contact_id = n.contact_id
             where n.about = 'note' and x.body like '@' || p.name || ':%'",
        ),
        ("organisations with saved texts", 9, "select count(distinct organisation_id) from saved_text"),
        (
            "questions, visits and remarks to insert",
            3,
            "select count(distinct used_for) from saved_text where organisation_id = (select id from organisation where kind = 'CDSP')",
        ),
    ] {
        let count: i64 = one(&world, sql).await;
        assert!(count >= least, "{what}: {count}");
    }
    let future: i64 = one(&world, "select count(*) from contact_event where at > now()").await;
    assert_eq!(future, 0);
    let ordered: bool =
        one(&world, "select bool_and(n.at <= m.at) from notification n join notification m on m.id = n.id + 1").await;
    assert!(ordered, "notifications were made in the order of time");
}

#[tokio::test]
async fn the_same_seed_on_the_same_day_tells_the_same_story() {
    let (morning, evening, other) =
        tokio::join!(World::new(), World::new(), World::with(|config| config.trial_seed = 2, Clock::System));
    tell(&morning, Clock::At(datetime!(2026-07-01 05:00 UTC))).await;
    tell(&evening, Clock::At(datetime!(2026-07-01 22:30 UTC))).await;
    tell(&other, Clock::At(datetime!(2026-07-01 05:00 UTC))).await;
    let first = story(&morning).await;
    assert_eq!(first, story(&evening).await);
    let crns = "select string_agg(crn, ',' order by crn) from contact";
    assert_ne!(one::<String>(&morning, crns).await, one::<String>(&other, crns).await);
    assert_ne!(first, story(&other).await);
}

#[tokio::test]
async fn it_can_be_told_on_any_day() {
    // the day the clocks go forward, a new year, the day after Boxing Day, a midsummer night
    for (seed, moment) in [
        (3, datetime!(2026-03-29 00:30 UTC)),
        (4, datetime!(2027-01-01 12:00 UTC)),
        (5, datetime!(2026-12-28 12:00 UTC)),
        (6, datetime!(2026-06-20 23:30 UTC)),
    ] {
        let world = World::with(|config| config.trial_seed = seed, Clock::System).await;
        tell(&world, Clock::At(moment)).await;
        let late: i64 = sqlx::query_scalar(
            "select count(*) from contact_event where (at at time zone 'Europe/London')::date >= $1",
        )
        .bind(london_date(moment))
        .fetch_one(world.owner())
        .await
        .unwrap();
        assert_eq!((late, one::<i64>(&world, "select count(*) from contact").await), (0, 90), "{moment}");
    }
}

#[tokio::test]
async fn what_it_holds_is_as_people_may_enter_it() {
    is_as_people_may_enter_it(&told().await).await;
}

/// Every contact passes the rules of its own form, as they stand in this trial.
pub async fn is_as_people_may_enter_it(world: &World) {
    let rows: Vec<(String, String)> =
        sqlx::query_as("select c.crn, p.account from contact c join person p on p.id = c.originator")
            .fetch_all(world.owner())
            .await
            .unwrap();
    let mut tx = world.owner().begin().await.unwrap();
    for (crn, account) in rows {
        let viewer = world.viewer(&account).await;
        let contact = Contact::seen_by(&mut tx, &viewer, &crn).await.unwrap();
        let known = facts(&world.app, &mut tx, &contact.details).await.unwrap();
        assert!(known.trial && known.in_finder.is_some(), "{crn}");
        let facts = Facts { today: london_date(contact.received), ..known };
        for force in [Severity::Stop, Severity::Warn, Severity::Ask] {
            let broken = broken(&contact.details, &facts, force);
            assert!(broken.is_empty(), "{crn}: {broken:?}");
        }
        let phone = contact.details.get(Field::ContactPhone);
        let is_drama = ["01632 960", "07700 900"].iter().any(|range| phone.starts_with(range)) && phone.len() == 12;
        assert!(phone.is_empty() || is_drama, "{phone}");
        let email = contact.details.get(Field::ContactEmail);
        assert!(email.is_empty() || email.ends_with("@example.com") || email.ends_with("@example.org"), "{email}");
        for mprn in contact.details.neighbours() {
            assert!(Mprn::parse(&mprn).unwrap().is_synthetic());
        }
        let texts: Vec<(String, String)> =
            sqlx::query_as("select question, answer from referral where contact_id = $1")
                .bind(contact.id)
                .fetch_all(world.owner())
                .await
                .unwrap();
        let why = contact.details.get(Field::Why);
        assert!(!why.is_empty() && !why.contains('{') && !contact.closed_remarks.contains('{'));
        assert!(
            texts
                .iter()
                .all(|(question, answer)| !question.is_empty() && !question.contains('{') && !answer.contains('{'))
        );
    }
    let points: Vec<(String, String, String, String)> =
        sqlx::query_as("select mprn, postcode, ldz, network from meter_point").fetch_all(world.owner()).await.unwrap();
    for (mprn, postcode, ldz, network) in points {
        assert!(Mprn::parse(&mprn).unwrap().is_synthetic());
        let zone = Ldz::from_area(&Postcode::parse(&postcode).unwrap()).unwrap();
        assert_eq!(zone.code(), ldz);
        assert!(network == "Dale Networks" || Some(network.as_str()) == zone.network().map(cms::trade::Network::name));
    }
}

#[tokio::test]
async fn two_instances_that_start_at_once_tell_it_once() {
    let here = World::new().await;
    let there = World::on(here.url.clone(), |_| {}, Clock::System).await;
    tokio::join!(tell(&here, Clock::System), tell(&there, Clock::System));
    assert_eq!(one::<i64>(&here, "select count(*) from contact").await, 90);
    assert_eq!(one::<i64>(&here, "select count(distinct originator || form_key) from contact").await, 90);
}

#[tokio::test]
async fn starting_again_changes_nothing_but_the_password() {
    let world = told().await;
    sqlx::query("update person set disabled = now() where account = 'cedar.agent'")
        .execute(world.owner())
        .await
        .unwrap();
    let before = world.digest().await;
    tell(&world, Clock::System).await;
    assert_eq!(world.digest().await, before);
    let next = World::on(
        world.url.clone(),
        |config| "three quiet governors".clone_into(&mut config.trial_password),
        Clock::System,
    )
    .await;
    tell(&next, Clock::System).await;
    let mut amy = next.stranger();
    let page = amy.post("/sign-in", &[("account", "alder.agent"), ("password", "three quiet governors")]).await;
    assert_eq!(page.status, 303, "{}", page.text());
    assert!(one::<bool>(&next, "select disabled is not null from person where account = 'cedar.agent'").await);
}
