//! What columns Postgres itself shows to each: nothing that was written for others stands in any that can be read.

use cms::contacts::Contact;
use cms::contacts::journal::{By, Input, Logged, log};
use cms::contacts::lifecycle::Status;
use sqlx::AssertSqlSafe;

use super::{LOOK, OTHER_LOOK, PERSON, QUESTION, REFERENCE, REMARKS, WHY, with_canaries};
use crate::world::{World, lives};

/// Every column of every table that the pages' role may read, as a look for these words.
async fn looks(world: &World, words: &[&str]) -> Vec<String> {
    let columns: Vec<(String, String)> = sqlx::query_as(
        "select c.relname::text, quote_ident(a.attname) from pg_class c join pg_attribute a on a.attrelid = c.oid
         where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p', 'v', 'm') and a.attnum > 0
           and not a.attisdropped and has_column_privilege('cms_web', c.oid, a.attnum, 'select') order by 1, 2",
    )
    .fetch_all(world.owner())
    .await
    .unwrap();
    assert!(columns.len() > 200, "{columns:?}");
    let words = words.join("|");
    let look = |(table, column): &(String, String)| {
        format!("select '{table} {column}' from {table} where {column}::text ~ '{words}' limit 1")
    };
    columns.iter().map(look).collect()
}

/// Contacts that were closed in each way that says something, after networks had been there.
async fn closed(world: &World) -> Vec<String> {
    let invalid = with_canaries(world, Status::Cciv).await;
    let withdrawn = world.contact_at(Status::Svda).await;
    world.record("ngn.agent", &withdrawn, lives::visited()).await.unwrap();
    world.record("alder.agent", &withdrawn, Input::Withdraw(REMARKS)).await.unwrap();
    vec![invalid, withdrawn]
}

#[tokio::test]
async fn a_network_reads_in_no_column_what_was_written_for_others() {
    let world = World::new().await;
    let crns = closed(&world).await;
    for (account, anothers) in [("ngn.agent", OTHER_LOOK), ("ngn.supervisor", OTHER_LOOK), ("cadent.agent", LOOK)] {
        let viewer = world.viewer(account).await;
        let mut tx = world.app.db.as_viewer(viewer.id).await.unwrap();
        let seen: bool = sqlx::query_scalar("select exists (select from contact where crn = $1)")
            .bind(&crns[0])
            .fetch_one(&mut *tx)
            .await
            .unwrap();
        assert!(seen, "{account} was sent there");
        for look in looks(&world, &[REMARKS, WHY, REFERENCE, QUESTION, PERSON, "canarynotea", anothers]).await {
            let found: Option<String> = sqlx::query_scalar(AssertSqlSafe(look)).fetch_optional(&mut *tx).await.unwrap();
            assert_eq!(found, None, "{account}");
        }
    }
}

#[tokio::test]
async fn what_was_written_on_closing_is_for_the_raiser_and_who_sees_all() {
    let world = World::new().await;
    let crns = closed(&world).await;
    for (account, reads) in [
        ("alder.agent", true),
        ("alder.supervisor", true),
        ("cdsp.agent", true),
        ("facilitator", true),
        ("ngn.agent", false),
        ("cadent.agent", false),
        ("birch.agent", false),
        ("dale.agent", false),
    ] {
        let viewer = world.viewer(account).await;
        let mut tx = world.app.db.as_viewer(viewer.id).await.unwrap();
        for crn in &crns {
            let id: i64 = sqlx::query_scalar("select id from contact where crn = $1")
                .bind(crn)
                .fetch_one(world.owner())
                .await
                .unwrap();
            let remarks: String =
                sqlx::query_scalar("select closed_remarks($1)").bind(id).fetch_one(&mut *tx).await.unwrap();
            assert_eq!(remarks, if reads { REMARKS } else { "" }, "{account}");
        }
    }
}

#[tokio::test]
async fn what_was_written_on_closing_stays_when_a_psc_follows() {
    let world = World::new().await;
    let crn = with_canaries(&world, Status::Cciv).await;
    let mut amy = world.sign_in("alder.agent").await;
    assert!(amy.get(&format!("/contacts/{crn}")).await.text().contains(REMARKS));
    let viewer = world.viewer("alder.agent").await;
    let mut tx = world.app.db.as_viewer(viewer.id).await.unwrap();
    let old = Contact::seen_by(&mut tx, &viewer, &crn).await.unwrap();
    let details = lives::details();
    let given = Logged { details: &details, ldz: "NE", form_key: &cms::secret::token(), psc_of: Some(&old) };
    let by = By { viewer: Some(&viewer), at: world.app.clock.now(), terms: &world.app.config.terms };
    let psc = log(&mut tx, by, &given).await.unwrap();
    tx.commit().await.unwrap();
    assert!(amy.get(&format!("/contacts/{crn}")).await.text().contains(&psc));
    let mut cdsp = world.sign_in("cdsp.agent2").await;
    for person in [&mut amy, &mut cdsp] {
        assert!(person.get(&format!("/contacts/{crn}")).await.text().contains(REMARKS));
    }
}

#[tokio::test]
async fn every_other_column_of_a_contact_is_read() {
    let world = World::new().await;
    let unread: Vec<String> = sqlx::query_scalar(
        "select attname::text from pg_attribute where attrelid = 'contact'::regclass and attnum > 0 and not attisdropped
           and not has_column_privilege('cms_web', attrelid, attnum, 'select')",
    )
    .fetch_all(world.owner())
    .await
    .unwrap();
    assert_eq!(unread, ["closed_remarks"]);
}
