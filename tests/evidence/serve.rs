//! Who may look at a file, and with what headers it goes out.

use axum::body::Body;
use axum::http::Request;
use sqlx::AssertSqlSafe;

use super::corpus::{pdf, photo};
use super::{count, log_form, must_add, with_all_kinds};
use crate::world::World;

/// Who sees the file of logging, of the clarification's answer, of NGN's visit.
const MATRIX: [(&str, [bool; 3]); 9] = [
    ("alder.agent", [true, true, true]),
    ("alder.agent2", [true, true, true]),
    ("birch.supervisor", [false, false, false]),
    ("ngn.agent", [true, false, true]),
    ("cadent.agent", [true, false, false]),
    ("sgn.supervisor", [false, false, false]),
    ("dale.agent", [false, false, false]),
    ("cdsp.agent2", [true, true, true]),
    ("facilitator", [false, false, false]),
];

/// A contact with all kinds, at which Cadent has been too.
async fn seen_by_two_networks(world: &World) -> (String, [String; 3]) {
    let (crn, ids) = with_all_kinds(world).await;
    sqlx::query(
        "insert into contact_network select c.id, o.id from contact c, organisation o where c.crn = $1 and o.code = 'CAD'",
    )
    .bind(&crn)
    .execute(world.owner())
    .await
    .unwrap();
    (crn, ids)
}

async fn matrix(world: &World, crn: &str, ids: &[String; 3]) {
    let missing = "0".repeat(32);
    for (account, sees) in MATRIX {
        let mut person = world.sign_in(account).await;
        for (id, seen) in ids.iter().zip(sees) {
            for ending in ["", "/thumbnail"] {
                let page = person.get(&format!("/contacts/{crn}/evidence/{id}{ending}")).await;
                let none = person.get(&format!("/contacts/{crn}/evidence/{missing}{ending}")).await;
                assert_eq!(page.status, if seen { 200 } else { 404 }, "{account} {id}{ending}");
                assert_eq!(none.status, 404);
                if !seen {
                    assert_eq!(page.all("main p")[0], none.all("main p")[0], "{account}");
                }
            }
            // no longer a file that waits
            assert_eq!(person.get(&format!("/evidence/{id}")).await.status, 404, "{account}");
        }
        let page = person.get(&format!("/contacts/{crn}")).await;
        let listed = page.all(".app-evidence__file").len();
        assert_eq!(listed, sees.iter().filter(|seen| **seen).count(), "{account}");
        let told = page.all(".app-timeline__text").iter().filter(|text| text.contains("photo or document")).count();
        assert_eq!(told, listed, "{account}: the history tells of what is seen");
    }
}

#[tokio::test]
async fn each_sees_what_their_side_of_the_contact_has() {
    let world = World::new().await;
    let (crn, ids) = seen_by_two_networks(&world).await;
    matrix(&world, &crn, &ids).await;
    matrix(&world.behind_queries_only(), &crn, &ids).await;
    // Postgres alone
    for (account, sees) in MATRIX {
        let viewer = world.viewer(account).await;
        let mut tx = world.app.db.as_viewer(viewer.id).await.unwrap();
        for (table, column) in [("evidence", "id"), ("evidence_chunk", "evidence_id")] {
            let sql = format!("select {column} from {table}");
            let found: Vec<String> = sqlx::query_scalar(AssertSqlSafe(sql)).fetch_all(&mut *tx).await.unwrap();
            let wanted: Vec<&String> = ids.iter().zip(sees).filter(|(_, seen)| *seen).map(|(id, _)| id).collect();
            assert_eq!(found.len(), wanted.len(), "{account} {table}");
            assert!(wanted.iter().all(|id| found.contains(id)), "{account} {table}");
        }
    }
    let mut tx = world.app.db.web.begin().await.unwrap();
    let rows: i64 =
        sqlx::query_scalar("select (select count(*) from evidence) + (select count(*) from evidence_chunk)")
            .fetch_one(&mut *tx)
            .await
            .unwrap();
    assert_eq!(rows, 0, "with no viewer there is nothing");
}

#[tokio::test]
async fn what_waits_is_seen_by_who_added_it_alone() {
    let world = World::new().await;
    let mut amy = world.sign_in("alder.agent").await;
    let form = log_form();
    must_add(&mut amy, &form, &[("a.jpg", &photo(40, 30))]).await;
    let id: String = sqlx::query_scalar("select id from evidence").fetch_one(world.owner()).await.unwrap();
    for world in [&world, &world.behind_queries_only()] {
        for (account, wanted) in
            [("alder.agent", 200), ("alder.supervisor", 404), ("cdsp.agent", 404), ("facilitator", 404)]
        {
            let mut person = world.sign_in(account).await;
            for path in [format!("/evidence/{id}"), format!("/evidence/{id}/thumbnail")] {
                assert_eq!(person.get(&path).await.status, wanted, "{account}");
            }
        }
    }
    for account in ["alder.supervisor", "cdsp.agent", "facilitator"] {
        let viewer = world.viewer(account).await;
        let mut tx = world.app.db.as_viewer(viewer.id).await.unwrap();
        let rows: i64 = sqlx::query_scalar("select count(*) from evidence").fetch_one(&mut *tx).await.unwrap();
        assert_eq!(rows, 0, "{account}");
    }
}

#[tokio::test]
async fn a_file_goes_out_with_headers_under_which_it_can_do_nothing() {
    let world = World::new().await;
    let mut amy = world.sign_in("alder.agent").await;
    let form = log_form();
    let large = super::corpus::noisy(900, 900, 90);
    must_add(&mut amy, &form, &[("\"a\"; x=\"\r\nset-cookie: x=y; .jpg", &large), ("ä\u{202e}gpj.pdf", &pdf(""))])
        .await;
    let crn = super::acts::log(&mut amy, &form).await;
    let ids: Vec<(String, i32)> =
        sqlx::query_as("select id, size from evidence order by version, place").fetch_all(world.owner()).await.unwrap();
    assert!(ids[0].1 > 300_000, "more than one chunk");
    for (path, dest, kind, disposition) in [
        (ids[0].0.clone(), None, "image/jpeg", format!("inline; filename=\"{crn}-1.jpg\"")),
        (ids[0].0.clone(), Some("image"), "image/jpeg", format!("inline; filename=\"{crn}-1.jpg\"")),
        (ids[0].0.clone(), Some("document"), "image/jpeg", format!("attachment; filename=\"{crn}-1.jpg\"")),
        (ids[0].0.clone(), Some("iframe"), "image/jpeg", format!("attachment; filename=\"{crn}-1.jpg\"")),
        (format!("{}/thumbnail", ids[0].0), None, "image/jpeg", "inline; filename=\"thumbnail.jpg\"".to_owned()),
        (ids[1].0.clone(), None, "application/pdf", format!("attachment; filename=\"{crn}-2.pdf\"")),
        (ids[1].0.clone(), Some("image"), "application/pdf", format!("attachment; filename=\"{crn}-2.pdf\"")),
    ] {
        let mut request =
            Request::get(format!("/contacts/{crn}/evidence/{path}")).header("accept-encoding", "br, gzip");
        if let Some(dest) = dest {
            request = request.header("sec-fetch-dest", dest);
        }
        let page = amy.send(request, Body::empty()).await;
        assert_eq!(page.status, 200, "{path}");
        for (name, value) in [
            ("content-type", kind),
            ("content-disposition", &disposition),
            ("content-security-policy", "default-src 'none'; base-uri 'none'; frame-ancestors 'none'; sandbox"),
            ("x-content-type-options", "nosniff"),
            ("cross-origin-resource-policy", "same-origin"),
            ("cache-control", "no-store"),
        ] {
            assert_eq!(page.headers[name], value, "{path} {dest:?}");
        }
        assert!(!page.headers.contains_key("content-encoding") && !page.headers.contains_key("set-cookie"));
        assert!(page.headers.contains_key("content-length"));
    }
}

#[tokio::test]
async fn a_file_that_a_scanner_has_yet_to_see_is_not_served() {
    let world = World::new().await;
    sqlx::raw_sql("alter table evidence alter verdict set default 'quarantined'").execute(world.owner()).await.unwrap();
    let mut amy = world.sign_in("alder.agent").await;
    let form = log_form();
    must_add(&mut amy, &form, &[("a.jpg", &photo(40, 30))]).await;
    let id: String = sqlx::query_scalar("select id from evidence").fetch_one(world.owner()).await.unwrap();
    assert_eq!(amy.get(&format!("/evidence/{id}")).await.status, 404);
    let crn = super::acts::log(&mut amy, &form).await;
    let page = amy.get(&format!("/contacts/{crn}")).await;
    assert!(page.text().contains("being checked for viruses"));
    assert!(page.attributes(".app-evidence__file img", "src").is_empty());
    for path in ["", "/thumbnail"] {
        assert_eq!(amy.get(&format!("/contacts/{crn}/evidence/{id}{path}")).await.status, 404);
    }
    sqlx::query("update evidence set verdict = 'clean'").execute(world.owner()).await.unwrap();
    assert_eq!(amy.get(&format!("/contacts/{crn}/evidence/{id}")).await.status, 200);
}

#[tokio::test]
async fn a_reset_takes_the_evidence_along() {
    let world = World::new().await;
    with_all_kinds(&world).await;
    let mut amy = world.sign_in("alder.agent").await;
    must_add(&mut amy, &log_form(), &[("a.jpg", &photo(40, 30))]).await;
    let mut facilitator = world.sign_in("facilitator").await;
    assert_eq!(facilitator.post("/trial/reset", &[("confirm", "RESET")]).await.status, 303);
    assert_eq!(count(&world, "contact_id is not null").await, 0);
    assert_eq!(count(&world, "true").await, 1, "what waits for a form that outlives the reset stays with it");
}

#[tokio::test]
async fn what_cannot_be_an_id_is_at_no_address() {
    let world = World::new().await;
    let mut amy = world.sign_in("alder.agent").await;
    let crn = world.log(&mut amy).await;
    let form = super::log_form();
    for id in ["%00", "a%00b", "%FF%FE", "'", "0123456789abcdef0123456789abcde%00"] {
        for path in [
            format!("/evidence/{id}"),
            format!("/contacts/{crn}/evidence/{id}"),
            format!("/contacts/%00/evidence/{id}"),
        ] {
            for path in [format!("{path}/thumbnail"), path] {
                let status = amy.get(&path).await.status.as_u16();
                assert!(matches!(status, 400 | 404), "{path}: {status}");
            }
        }
        let status = amy.post(&format!("/evidence/{id}/remove"), &[("form", form.as_str())]).await.status.as_u16();
        assert!(matches!(status, 400 | 404), "{id}: {status}");
    }
}
