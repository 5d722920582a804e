//! The reset: exactly the story again, whatever people did; feedback and the security log stay.

use cms::clock::Clock;
use cms::contacts::journal::Input;
use cms::contacts::lifecycle::Status;

use super::{one, story, tell, told};
use crate::world::World;

/// Somebody of every kind makes a mess.
async fn mess(world: &World) {
    world.contact_at(Status::Ccva).await;
    let crn = world.contact_at(Status::Svda).await;
    world.record("ngn.agent", &crn, Input::Return).await.unwrap();
    for sql in [
        "insert into person (organisation_id, account, name) select id, 'new.person', 'Nova Penn' from organisation where code = 'ALD'",
        "insert into session (id_hash, person_id, ends) select 'x', id, now() + interval '1 hour' from person where account = 'new.person'",
        "insert into draft (form, title, person_id, fields) select '/contacts/C123456782/resolve-valid', 'Resolve as valid', id, '[]' from person where account = 'alder.agent'",
        "update person set disabled = now(), name = 'Changed', supervisor = true where account = 'birch.agent'",
        "update person set password_hash = 'nothing fits' where account = 'cedar.agent'",
        "insert into feedback (account, organisation, role, page, about, says) values ('new.person', 'Alder Energy', 'Agent', '/', 'idea', 'Keep me')",
        "insert into security_event (event) values ('kept')",
        "insert into saved_text select md5(title || 'new'), organisation_id, used_for, title || ' again', body from saved_text where title = 'Which plot'",
        "delete from saved_text where title = 'Serial number'",
        "update saved_text set body = 'Changed' where used_for = 'answer'",
        "delete from contact_note where id in (select id from contact_note limit 1)",
        "delete from meter_point where mprn in (select mprn from meter_point limit 5)",
    ] {
        sqlx::query(sql).execute(world.owner()).await.unwrap();
    }
}

#[tokio::test]
async fn everything_is_as_at_first() {
    let world = told().await;
    let first = story(&world).await;
    mess(&world).await;
    let mut faye = world.sign_in("facilitator").await;
    let mut amy = world.sign_in("alder.agent").await;
    let page = faye.get("/trial/reset").await;
    let goes = page.all("#goes li");
    assert_eq!(goes[0], "92 contacts, with history, referrals, evidence, notes and site contacts");
    assert_eq!(
        goes[2..],
        [
            "2,007 meter points of the sample register and what was added to it",
            "21 saved texts",
            "1 draft about a contact",
            "1 account added during the trial; who uses one is signed out",
        ]
    );
    assert!(page.all("#back").remove(0).contains("1 disabled shared account will be enabled"));
    assert!(page.all("#stays").remove(0).contains("All feedback (1 message) and the security log"));
    assert_eq!(page.all("label[for=confirm]"), ["Type RESET to confirm"]);
    let epoch = page.input("epoch");
    let done = faye.post("/trial/reset", &[("confirm", " RESET "), ("epoch", &epoch)]).await;
    assert_eq!(done.location(), "/trial", "{}", done.text());
    assert_eq!(story(&world).await, first);
    let page = faye.get("/trial").await;
    assert_eq!(page.all(".govuk-notification-banner__heading"), ["The trial was reset"]);
    assert!(page.all(".app-figures dd")[2].ends_with("by Faye Ormond"));
    assert!(page.input("epoch").starts_with("2.facilitator."));
    assert_eq!(amy.get("/queues/organisation").await.status, 200, "sessions of the cast go on");
    world.sign_in("cedar.agent").await;
    world.sign_in("birch.agent").await;
    for (left, sql) in [
        (1, "select count(*) from feedback where says = 'Keep me'"),
        (1, "select count(*) from security_event where event = 'kept'"),
        (
            1,
            "select count(*) from security_event where event = 'trial_reset' and account = 'facilitator' and address = '127.0.0.1'",
        ),
        (0, "select count(*) from person where account = 'new.person'"),
        (0, "select count(*) from draft"),
    ] {
        assert_eq!(one::<i64>(&world, sql).await, left, "{sql}");
    }
    let forged = sqlx::query("delete from contact_event").execute(world.owner()).await;
    assert!(forged.is_err(), "history is guarded again");
}

#[tokio::test]
async fn a_form_from_before_is_turned_away() {
    let world = told().await;
    let (mut faye, mut amy) = (world.sign_in("facilitator").await, world.sign_in("alder.agent").await);
    let form = amy.get("/contacts/new/mnc").await;
    let (key, epoch) = (form.input("key"), form.input("epoch"));
    let own = faye.get("/trial/reset").await.input("epoch");
    assert_eq!(faye.post("/trial/reset", &[("confirm", "RESET"), ("epoch", &own)]).await.status, 303);
    let before = world.digest().await;
    let mut fields = crate::world::MNC.to_vec();
    fields.extend([("key", key.as_str()), ("epoch", epoch.as_str())]);
    let page = amy.post("/contacts/new/mnc", &fields).await;
    assert_eq!(page.status, 409);
    assert!(page.text().contains("The trial’s data was reset"), "{}", page.text());
    // and a second press of the facilitator's own button
    assert_eq!(faye.post("/trial/reset", &[("confirm", "RESET"), ("epoch", &own)]).await.status, 409);
    assert_eq!(world.digest().await, before);
}

#[tokio::test]
async fn without_the_word_nothing_happens() {
    let world = told().await;
    let mut faye = world.sign_in("facilitator").await;
    let before = world.digest().await;
    for word in ["", "reset", "RESET!", "yes"] {
        let page = faye.post("/trial/reset", &[("confirm", word)]).await;
        assert_eq!((page.status.as_u16(), page.error("confirm").as_str()), (422, "Type RESET in capitals to confirm"));
        assert_eq!(page.input("confirm"), word);
    }
    assert_eq!(world.digest().await, before);
}

#[tokio::test]
async fn of_two_at_once_one_is_done() {
    let here = told().await;
    let there = World::on(here.url.clone(), |_| {}, Clock::System).await;
    let (mut one_of, mut other) = (here.sign_in("facilitator").await, there.sign_in("facilitator").await);
    let fields = [("confirm", "RESET")];
    let (a, b) = tokio::join!(one_of.post("/trial/reset", &fields), other.post("/trial/reset", &fields));
    let mut statuses = [a.status.as_u16(), b.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [303, 409]);
    assert_eq!(one::<i64>(&here, "select epoch from installation").await, 2);
    assert_eq!(one::<i64>(&here, "select count(*) from contact").await, 90);
}

#[tokio::test]
async fn who_reads_meanwhile_sees_all_of_it_or_none() {
    let world = told().await;
    let mut faye = world.sign_in("facilitator").await;
    let mut reader = world.sign_in("cdsp.supervisor").await;
    let resetting = async {
        for epoch in 1..3 {
            let stamp = world.stamp(epoch, "facilitator");
            let done = faye.post("/trial/reset", &[("confirm", "RESET"), ("epoch", &stamp)]).await;
            assert_eq!(done.status, 303, "{}", done.text());
        }
    };
    let mut seen = 0;
    let reading = async {
        loop {
            let page = reader.get("/queues/all").await;
            assert_eq!(page.status, 200, "{}", page.text());
            assert_eq!(page.all("tbody tr").len(), 50);
            seen += 1;
            // a test runs on one thread: let the reset have its share of it
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
    };
    tokio::select! { () = resetting => {}, () = reading => {} }
    assert!(seen > 3, "{seen} pages were read");
}

#[tokio::test]
async fn a_reset_follows_the_seed_of_its_settings() {
    let world = told().await;
    let other = World::on(world.url.clone(), |config| config.trial_seed = 9, Clock::System).await;
    let mut faye = other.sign_in("facilitator").await;
    assert_eq!(faye.post("/trial/reset", &[("confirm", "RESET")]).await.status, 303);
    let fresh = World::with(|config| config.trial_seed = 9, Clock::System).await;
    tell(&fresh, Clock::System).await;
    let crns = "select string_agg(crn, ',' order by crn) from contact";
    assert_eq!(one::<String>(&other, crns).await, one::<String>(&fresh, crns).await);
}
