//! What rows Postgres itself shows to each.

use cms::contacts::lifecycle::Status;
use sqlx::{AssertSqlSafe, Row};

use super::{NOTES, OTHER_LOOK, READING, VIEWERS, sees, with_canaries};
use crate::world::World;

#[tokio::test]
async fn row_level_security_alone_keeps_every_secret() {
    let world = World::new().await;
    let mut crns = Vec::new();
    for status in Status::ALL {
        crns.push((status, with_canaries(&world, status).await));
    }
    for account in VIEWERS {
        let viewer = world.viewer(account).await;
        let mut tx = world.app.db.as_viewer(viewer.id).await.unwrap();
        let count = |sql: &str| sqlx::query(AssertSqlSafe(sql.to_owned()));
        let seen: Vec<String> = sqlx::query_scalar("select crn from contact").fetch_all(&mut *tx).await.unwrap();
        for (status, crn) in &crns {
            assert_eq!(seen.contains(crn), sees(account, *status), "{account} {status:?}");
        }
        let n = |row: sqlx::postgres::PgRow| row.get::<i64, _>(0);
        // a body and its MPRNs are seen with their contact; what the register remembers by the CDSP and facilitators
        let bodies = n(count(&format!("select count(*) from mnc where reading = '{READING}'"))
            .fetch_one(&mut *tx)
            .await
            .unwrap());
        let next_door =
            n(count("select count(*) from contact_mprn where role = 'neighbour'").fetch_one(&mut *tx).await.unwrap());
        let created =
            n(count("select count(*) from contact_mprn where role = 'created'").fetch_one(&mut *tx).await.unwrap());
        let theirs = i64::try_from(seen.len()).unwrap();
        assert_eq!((bodies, next_door, created), (theirs, theirs, i64::from(sees(account, Status::Ccva))), "{account}");
        let remembered = n(count("select count(*) from meter_point_event").fetch_one(&mut *tx).await.unwrap());
        assert_eq!(remembered, i64::from(matches!(account, "cdsp.agent" | "facilitator")), "{account} register");
        let sees_all = !matches!(account, "ngn.agent" | "birch.supervisor" | "sgn.supervisor" | "dale.agent");
        let notes = n(count("select count(*) from raiser_note").fetch_one(&mut *tx).await.unwrap());
        assert_eq!(notes, if sees_all { 8 } else { 0 }, "{account} notes");
        let colleagues: Vec<String> =
            sqlx::query_scalar("select body from contact_note").fetch_all(&mut *tx).await.unwrap();
        let (own, times) = match account.split('.').next().unwrap() {
            "alder" => (NOTES[0].1, 8),
            "cdsp" => (NOTES[1].1, 8),
            "ngn" => (NOTES[2].1, 4),
            _ => ("", 0),
        };
        assert_eq!(colleagues, vec![own; times], "{account} notes of colleagues");
        let people = n(count("select count(*) from site_contact").fetch_one(&mut *tx).await.unwrap());
        let ringable = if account.starts_with("alder") {
            8
        } else if account == "cdsp.agent" {
            1
        } else if account == "ngn.agent" {
            2
        } else {
            0
        };
        assert_eq!(people, ringable, "{account} site contacts");
        let changes = n(count("select count(*) from site_contact_change").fetch_one(&mut *tx).await.unwrap());
        assert_eq!(
            changes,
            if account.starts_with("alder") { 5 } else { ringable },
            "{account} changes of site contacts"
        );
        let clarifications =
            n(count("select count(*) from referral where kind = 'DC'").fetch_one(&mut *tx).await.unwrap());
        assert_eq!(clarifications, if sees_all { 7 } else { 0 }, "{account} clarifications");
        let visits: Vec<String> =
            sqlx::query_scalar("select question from referral where kind = 'SV'").fetch_all(&mut *tx).await.unwrap();
        assert_eq!(visits.contains(&OTHER_LOOK.to_owned()), sees_all, "{account} another network's visits");
        let events = n(count("select count(*) from contact_event where action like '%clarification'")
            .fetch_one(&mut *tx)
            .await
            .unwrap());
        assert_eq!(events > 0, sees_all, "{account} events");
        let strangers =
            n(count("select count(*) from person where organisation_id is distinct from viewer_organisation()")
                .fetch_one(&mut *tx)
                .await
                .unwrap());
        assert_eq!(strangers, 0, "{account} sees people elsewhere");
        let told = n(count("select count(*) from notification where person_id <> viewer()")
            .fetch_one(&mut *tx)
            .await
            .unwrap());
        assert_eq!(told, 0, "{account} notifications");
    }
    // with no viewer there is nothing at all
    let mut tx = world.app.db.web.begin().await.unwrap();
    for table in [
        "contact",
        "contact_event",
        "person",
        "raiser_note",
        "site_contact",
        "site_contact_change",
        "mnc",
        "contact_mprn",
        "referral",
        "notification",
        "contact_note",
        "meter_point",
        "meter_point_event",
        "draft",
        "evidence",
        "evidence_chunk",
    ] {
        let rows: i64 = sqlx::query_scalar(AssertSqlSafe(format!("select count(*) from {table}")))
            .fetch_one(&mut *tx)
            .await
            .unwrap();
        assert_eq!(rows, 0, "{table}");
    }
}
