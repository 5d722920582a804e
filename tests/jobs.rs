//! The background job: it reminds once and closes once, however many instances run it.

use cms::clock::Clock;
use cms::config::ServiceTerms;
use cms::contacts::lifecycle::Status;
use cms::jobs::{Round, round};
use cms::trade::working_time::add_working_days;
use time::macros::datetime;
use time::{Duration, OffsetDateTime};

use crate::world::{World, lives};

const ASKED: OffsetDateTime = datetime!(2026-07-01 10:00 UTC);

/// A world whose clock stands at [`ASKED`].
async fn world() -> World {
    World::with(|_| {}, Clock::At(ASKED)).await
}

/// The first second after so many working days.
fn after(days: u32) -> OffsetDateTime {
    add_working_days(ASKED, days) + Duration::SECOND
}

async fn told(world: &World, account: &str) -> Vec<String> {
    sqlx::query_scalar(
        "select n.about from notification n join person p on p.id = n.person_id where p.account = $1 order by n.id",
    )
    .bind(account)
    .fetch_all(world.owner())
    .await
    .unwrap()
}

#[tokio::test]
async fn an_unanswered_clarification_is_reminded_once_and_closed_once() {
    let world = world().await;
    let ServiceTerms { days_clarification, days_no_reply, .. } = world.app.config.terms;
    assert_eq!((days_clarification, days_no_reply), (5, 20));
    let crn = world.contact_at(Status::Dcaa).await;
    for (now, expected) in [
        (after(5) - Duration::SECOND, Round { reminded: 0, closed: 0 }),
        (after(5), Round { reminded: 1, closed: 0 }),
        (after(5), Round { reminded: 0, closed: 0 }),
        (after(20) - Duration::SECOND, Round { reminded: 0, closed: 0 }),
        (after(20), Round { reminded: 0, closed: 1 }),
        (after(40), Round { reminded: 0, closed: 0 }),
    ] {
        assert_eq!(round(&world.app, now).await.unwrap(), expected, "{now}");
    }
    assert_eq!(world.status(&crn).await, "CCIV");
    // originator and holder in one: told of the closing once
    assert_eq!(told(&world, "alder.agent").await, ["send-clarification", "reminder", "close-no-reply"]);
    let mut amy = world.sign_in("alder.agent").await;
    let page = amy.get(&format!("/contacts/{crn}")).await;
    assert!(page.text().contains("No reply to a data clarification"));
    assert_eq!(page.all(".app-timeline__title").remove(0), "Closed as invalid: data clarification DC1 had no reply");
    assert!(page.all(".app-timeline__by").iter().any(|by| by.starts_with("The system")));
}

#[tokio::test]
async fn an_answer_in_time_stops_both() {
    let world = world().await;
    let crn = world.contact_at(Status::Dcaa).await;
    world.record("alder.agent", &crn, lives::answered("It is plot 9.")).await.unwrap();
    assert_eq!(round(&world.app, after(60)).await.unwrap(), Round::default());
    assert_eq!(world.status(&crn).await, "AACA");
}

#[tokio::test]
async fn two_instances_do_it_once() {
    let here = world().await;
    let there = World::on(here.url.clone(), |_| {}, Clock::At(ASKED)).await;
    let mut open = Vec::new();
    for status in [Status::Dcaa, Status::Dcrs, Status::Dcaa, Status::Dcrs] {
        open.push(here.contact_at(status).await);
    }
    let now = after(20);
    let (a, b) = tokio::join!(round(&here.app, now), round(&there.app, now));
    let (a, b) = (a.unwrap(), b.unwrap());
    assert_eq!((a.reminded + b.reminded, a.closed + b.closed), (4, 4));
    for crn in &open {
        assert_eq!(here.status(crn).await, "CCIV");
        let closings: i64 = sqlx::query_scalar(
            "select count(*) from contact_event e join contact c on c.id = e.contact_id where c.crn = $1 and e.action = 'close-no-reply'",
        )
        .bind(crn)
        .fetch_one(here.owner())
        .await
        .unwrap();
        assert_eq!(closings, 1);
    }
    assert_eq!(told(&here, "alder.agent").await.iter().filter(|about| *about == "close-no-reply").count(), 4);
}
