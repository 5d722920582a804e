//! Evidence goes with the act that it was added to: both are there, or neither.

use cms::contacts::lifecycle::Status;

use super::corpus::photo;
use super::{answer_form, count, log_form, must_add};
use crate::world::{MNC, Person, World, visit};

/// Fills in and submits the form at this address; answers the CRN.
pub async fn log(person: &mut Person, form: &str) -> String {
    let key = form.rsplit('=').next().unwrap();
    let mut fields = vec![("key", key)];
    fields.extend_from_slice(MNC);
    let page = person.post("/contacts/new/mnc", &fields).await;
    assert_eq!(page.status, 303, "{}", page.text());
    let page = person.post("/contacts/new/mnc/check", &[("key", key)]).await;
    assert_eq!(page.status, 303, "{}", page.text());
    page.location().trim_start_matches("/contacts/").trim_end_matches("/logged").to_owned()
}

#[tokio::test]
async fn what_was_added_is_logged_with_the_contact_once() {
    let world = World::new().await;
    let mut amy = world.sign_in("alder.agent").await;
    let (form, other, small) = (log_form(), log_form(), photo(40, 30));
    must_add(&mut amy, &form, &[("one.jpg", &small), ("two.jpg", &small), ("three.jpg", &small)]).await;
    must_add(&mut amy, &other, &[("four.jpg", &small)]).await;
    let key = form.rsplit('=').next().unwrap();
    let mut fields = vec![("key", key)];
    fields.extend_from_slice(MNC);
    // a form that comes back, and the check page, show what waits
    let mut wrong = fields.clone();
    wrong.retain(|(name, _)| *name != "postcode");
    let back = amy.post("/contacts/new/mnc", &wrong).await;
    assert_eq!((back.status.as_u16(), back.all(".app-evidence__name").len()), (422, 3));
    assert_eq!(amy.post("/contacts/new/mnc", &fields).await.status, 303);
    let check = amy.get(&format!("/contacts/new/mnc/check?key={key}")).await;
    assert!(check.text().contains("two.jpg"));
    // sent five times at once
    let sends = (0..5).map(|_| {
        let (mut amy, key) = (amy.clone(), key.to_owned());
        tokio::spawn(async move { amy.post("/contacts/new/mnc/check", &[("key", &key)]).await.location() })
    });
    let mut made = Vec::new();
    for send in sends.collect::<Vec<_>>() {
        made.push(send.await.unwrap());
    }
    made.dedup();
    assert_eq!(made.len(), 1, "{made:?}");
    assert_eq!(count(&world, "contact_id is not null and version = 1 and action = 'log'").await, 3);
    let places: Vec<(i32, String)> =
        sqlx::query_as("select place, name from evidence where contact_id is not null order by version, place")
            .fetch_all(world.owner())
            .await
            .unwrap();
    assert_eq!(
        places.iter().map(|(place, name)| (*place, &**name)).collect::<Vec<_>>(),
        [(1, "one.jpg"), (2, "two.jpg"), (3, "three.jpg")]
    );
    assert_eq!(count(&world, "contact_id is null").await, 1, "another form's file waits on");
    let page = amy.get(made[0].trim_end_matches("/logged")).await;
    assert_eq!(page.all(".app-timeline__text"), ["3 photos or documents added"]);
    assert_eq!(page.all(".app-evidence__file").len(), 3);
    assert!(
        page.all(".app-evidence__file")[0].contains("Alder Energy, on logging"),
        "{:?}",
        page.all(".app-evidence__file")
    );
    // nothing can be added to it any more
    assert_eq!(super::add(&mut amy, &form, &[("late.jpg", &small)]).await.status, 409);
}

#[tokio::test]
async fn an_act_that_fails_leaves_its_evidence_waiting() {
    let world = World::new().await;
    let crn = world.contact_at(Status::Svda).await;
    let mut ngn = world.sign_in("ngn.agent").await;
    let form = answer_form(&crn, "answer-visit");
    must_add(&mut ngn, &form, &[("meter.jpg", &photo(40, 30))]).await;
    let visit = visit();
    let fields: Vec<(&str, &str)> = visit.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let waits = || async { (count(&world, "contact_id is null").await, count(&world, "contact_id is not null").await) };

    let back = world.act(&mut ngn, &crn, "answer-visit", &fields[1..]).await;
    assert_eq!((back.status.as_u16(), back.all(".app-evidence__name").len()), (422, 1));
    let stale =
        ngn.post(&format!("/contacts/{crn}/answer-visit"), &[fields.as_slice(), &[("version", "1")]].concat()).await;
    assert_eq!((stale.status.as_u16(), waits().await), (409, (1, 0)));
    // the last statement of the act fails
    sqlx::raw_sql(
        "create function fails() returns trigger language plpgsql as $$ begin raise exception 'no'; end $$;
         create trigger fails before insert on notification for each row execute function fails()",
    )
    .execute(world.owner())
    .await
    .unwrap();
    let broken = world.act(&mut ngn, &crn, "answer-visit", &fields).await;
    assert_eq!((broken.status.as_u16(), waits().await), (500, (1, 0)));
    assert_eq!(world.status(&crn).await, "SVDA");
    sqlx::raw_sql("drop trigger fails on notification").execute(world.owner()).await.unwrap();
    world.must(&mut ngn, &crn, "answer-visit", &fields).await;
    assert_eq!(waits().await, (0, 1));
    let page = ngn.get(&format!("/contacts/{crn}")).await;
    assert!(page.text().contains("1 photo or document added") && page.text().contains("with a site visit"));
}

#[tokio::test]
async fn the_database_gives_nothing_to_an_event_of_somebody_else() {
    let world = World::new().await;
    let mut amy = world.sign_in("alder.agent").await;
    let form = log_form();
    must_add(&mut amy, &form, &[("a.jpg", &photo(40, 30))]).await;
    let theirs = world.logged_by("birch.agent").await;
    let ours = world.logged_by("alder.agent2").await;
    for crn in [theirs, ours] {
        let viewer = world.viewer("alder.agent").await;
        let mut tx = world.app.db.as_viewer(viewer.id).await.unwrap();
        let id: i64 = sqlx::query_scalar("select id from contact where crn = $1")
            .bind(&crn)
            .fetch_one(world.owner())
            .await
            .unwrap();
        assert_eq!(cms::evidence::claim(&mut tx, id, 1, &form).await.unwrap(), 0);
        tx.commit().await.unwrap();
        // and a page can't write it by itself
        let mut tx = world.app.db.as_viewer(viewer.id).await.unwrap();
        let forged =
            sqlx::query("update evidence set contact_id = $1, version = 1, place = 1, action = 'log'").bind(id);
        assert!(forged.execute(&mut *tx).await.is_err());
    }
    assert_eq!(count(&world, "contact_id is null").await, 1);
}

#[tokio::test]
async fn what_nobody_claims_goes_with_its_draft() {
    let world = World::new().await;
    let mut amy = world.sign_in("alder.agent").await;
    let small = photo(40, 30);
    let forms = [log_form(), log_form(), log_form()];
    for form in &forms {
        must_add(&mut amy, form, &[("a.jpg", &small)]).await;
    }
    let mut fields = vec![("key", forms[0].rsplit('=').next().unwrap())];
    fields.extend_from_slice(MNC);
    assert_eq!(amy.post("/contacts/new/mnc", &fields).await.status, 303);
    sqlx::query("update evidence set created = now() - interval '25 hours' where form <> $1")
        .bind(&forms[2])
        .execute(world.owner())
        .await
        .unwrap();
    cms::evidence::strays::sweep(&world.app).await.unwrap();
    let left: Vec<String> = sqlx::query_scalar("select form from evidence").fetch_all(world.owner()).await.unwrap();
    assert_eq!(left.len(), 2);
    assert!(left.contains(&forms[0]) && left.contains(&forms[2]), "its draft is there, or it is of today");
    sqlx::query("update evidence set created = now() - interval '31 days'").execute(world.owner()).await.unwrap();
    cms::evidence::strays::sweep(&world.app).await.unwrap();
    assert_eq!(count(&world, "true").await, 0);
    let chunks: i64 = sqlx::query_scalar("select count(*) from evidence_chunk").fetch_one(world.owner()).await.unwrap();
    assert_eq!(chunks, 0);

    // a discarded draft takes them at once, a submitted contact's stay
    let (crn, _) = super::with_all_kinds(&world).await;
    must_add(&mut amy, &forms[0], &[("a.jpg", &small)]).await;
    let viewer = world.viewer("alder.agent").await;
    let mut tx = world.app.db.as_viewer(viewer.id).await.unwrap();
    assert_eq!(cms::evidence::discard(&mut tx, &viewer, &forms[0]).await.unwrap(), 1);
    tx.commit().await.unwrap();
    assert_eq!(count(&world, "contact_id is not null").await, 3, "{crn}");
}
