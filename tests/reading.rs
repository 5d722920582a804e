//! Looking at a page changes nothing: every GET and HEAD leaves all tables as they were, but for when a session was last
//! used, how much was used of what is limited, and a notification that is read by opening its contact.

use axum::body::Body;
use axum::http::Request;
use cms::contacts::lifecycle::Status;
use sqlx::AssertSqlSafe;

use crate::world::World;

/// All rows of all tables.
async fn digest(world: &World) -> Vec<(String, String)> {
    let tables: Vec<String> = sqlx::query_scalar(
        "select tablename::text from pg_tables where schemaname = 'public' and tablename not in ('session', 'spent') order by 1",
    )
    .fetch_all(world.owner())
    .await
    .unwrap();
    let mut all = Vec::new();
    for table in tables {
        let sql = format!("select coalesce(md5(string_agg(t::text, '|' order by t::text)), '') from {table} t");
        all.push((table, sqlx::query_scalar(AssertSqlSafe(sql)).fetch_one(world.owner()).await.unwrap()));
    }
    all
}

#[tokio::test]
async fn looking_changes_nothing() {
    let world = World::new().await;
    let mut crns = Vec::new();
    for status in Status::ALL {
        crns.push(world.contact_at(status).await);
    }
    for account in
        ["alder.agent", "alder.supervisor", "alder.lso", "ngn.agent", "cdsp.agent", "cdsp.supervisor", "facilitator"]
    {
        let mut person = world.sign_in(account).await;
        let before = digest(&world).await;
        let mut paths: Vec<String> = [
            "/",
            "/queues/organisation?view=all",
            "/queues/mine?view=all",
            "/queues/raised?view=all",
            "/queues/all?view=all",
            "/queues/organisation/new-count?since=1&view=all",
            "/queues/organisation/export.csv?view=all",
            "/search?q=moss",
            "/notifications",
            "/account",
            "/people",
            "/people/new",
            "/workload",
            "/texts",
            "/contacts/new",
            "/contacts/new/mnc",
            "/contacts/new/mnc/alike.json?building_number=7&street=moss+ln&postcode=ls14dy&msn=",
            "/bulk",
            "/bulk/form",
            "/bulk/layout",
            "/feedback",
            "/help",
            "/trial",
            "/trial/feedback",
            "/nowhere",
        ]
        .map(str::to_owned)
        .to_vec();
        for crn in &crns {
            for action in
                ["", "/assign", "/send-visit", "/answer-visit", "/answer-clarification", "/note", "/add", "/log-psc"]
            {
                paths.push(format!("/contacts/{crn}{action}"));
            }
        }
        for list in ["/queues/organisation?view=all", "/search?q=moss"] {
            let mut opens = person.get(list).await.attributes("[data-queue-open]", "href");
            opens.truncate(3);
            paths.extend(opens);
        }
        for path in paths {
            person.get(&path).await;
            person.send(Request::head(&path), Body::empty()).await;
            let after = digest(&world).await;
            let changed: Vec<_> =
                before.iter().zip(&after).filter(|(old, new)| old != new).map(|(old, _)| &old.0).collect();
            assert!(changed.is_empty(), "{account} {path} changed {changed:?}");
        }
    }
}
