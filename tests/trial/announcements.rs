//! Announcements: on every page while their time lasts, and not before or after.

use cms::clock::Clock;
use cms::trade::dates::show_typed;
use cms::trade::working_time::{london_date, show_clock};
use time::Duration;

use crate::world::World;

/// A moment from now, as the form wants it.
fn typed(hours: i64) -> String {
    let at = Clock::System.now() + Duration::hours(hours);
    format!("{} {}", show_typed(london_date(at)), show_clock(at))
}

#[tokio::test]
async fn an_announcement_stands_on_every_page_while_it_lasts() {
    let world = World::new().await;
    let (mut faye, mut amy) = (world.sign_in("facilitator").await, world.sign_in("alder.agent").await);
    let says = "Downtime on Friday from 16:00 to 16:30";
    let (from, until) = (typed(-1), typed(2));
    let done = faye.post("/trial/announcements", &[("says", says), ("from", &from), ("until", &until)]).await;
    assert_eq!(done.location(), "/trial", "{}", done.text());
    let (soon, later) = (typed(3), typed(4));
    faye.post("/trial/announcements", &[("says", "Tomorrow"), ("from", &soon), ("until", &later)]).await;
    sqlx::query("insert into announcement (says, starts, ends) values ('Yesterday', now() - interval '1 day', now() - interval '1 hour')")
        .execute(world.owner())
        .await
        .unwrap();
    let standing = [format!("Announcement: {says}")];
    assert_eq!(amy.get("/queues/organisation").await.all(".app-announcement p"), standing);
    assert_eq!(world.stranger().get("/sign-in").await.all(".app-announcement p"), standing);
    let page = faye.get("/trial").await;
    let listed = page.all(".govuk-summary-list__value strong");
    assert_eq!(listed, [says, "Tomorrow"]);
    let id = page.attributes("form[action='/trial/announcements/remove'] input[name=id]", "value").remove(0);
    for _ in 0..2 {
        assert_eq!(faye.post("/trial/announcements/remove", &[("id", &id)]).await.location(), "/trial");
    }
    assert!(amy.get("/queues/organisation").await.all(".app-announcement p").is_empty());
}

#[tokio::test]
async fn a_mistake_is_said_at_its_field_and_the_typing_kept() {
    let world = World::new().await;
    let mut faye = world.sign_in("facilitator").await;
    let long = "a".repeat(301);
    let (past, from, until) = (typed(-2), typed(2), typed(1));
    for (fields, wrong) in [
        (
            [("says", ""), ("from", ""), ("until", "soon")],
            vec![
                ("says", "Enter the announcement"),
                ("from", "Enter a date and time such as 24/11/2026 17:30"),
                ("until", "Enter a date and time such as 24/11/2026 17:30"),
            ],
        ),
        (
            [("says", &long), ("from", &from), ("until", &until)],
            vec![
                ("says", "The announcement must have at most 300 characters; this has 301"),
                ("until", "Enter a time after the one it stands from"),
            ],
        ),
        (
            [("says", "x"), ("from", "1/1/2026 9:00"), ("until", &past)],
            vec![("until", "Enter a time that has not passed yet")],
        ),
        (
            [("says", "x"), ("from", "31/11/2026 9:00"), ("until", "1/12/2026 24:00")],
            vec![("from", "There is no 31 November 2026"), ("until", "Enter a time between 00:00 and 23:59")],
        ),
    ] {
        let page = faye.post("/trial/announcements", &fields).await;
        assert_eq!(page.status, 422);
        let errors = page.errors();
        let errors: Vec<(&str, &str)> = errors.iter().map(|(field, says)| (field.as_str(), says.as_str())).collect();
        assert_eq!(errors, wrong);
        assert_eq!(page.input("until"), fields[2].1);
        assert_eq!(page.all("#says").remove(0), fields[0].1);
    }
    assert_eq!(super::one::<i64>(&world, "select count(*) from announcement").await, 0);
}

#[tokio::test]
async fn whoever_has_read_one_puts_it_away_for_their_session() {
    let world = World::new().await;
    let (mut amy, mut bob) = (world.sign_in("alder.agent").await, world.sign_in("alder.agent2").await);
    for says in ["Downtime on Friday", "A new queue"] {
        sqlx::query("insert into announcement (says, starts, ends) values ($1, now() - interval '1 hour', now() + interval '1 hour')")
            .bind(says)
            .execute(world.owner())
            .await
            .unwrap();
    }
    let page = amy.get("/help").await;
    assert_eq!(page.all(".app-announcement p").len(), 2);
    let done = amy.post("/announcements/put-away", &[("says", "Downtime on Friday")]).await;
    assert_eq!(done.location(), "/");
    assert_eq!(amy.get("/help").await.all(".app-announcement p"), ["Announcement: A new queue"]);
    amy.post("/announcements/put-away", &[("says", "A new queue")]).await;
    assert!(amy.get("/help").await.all(".app-announcement").is_empty());
    assert_eq!(bob.get("/help").await.all(".app-announcement p").len(), 2, "others still read them");
}
