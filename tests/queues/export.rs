//! A list as a file: the same rows in the same order, nothing that its reader may not see, and nothing to compute.

use axum::body::Body;
use axum::http::Request;
use cms::contacts::lifecycle::Status;

use crate::world::World;

fn lines(body: &str) -> Vec<String> {
    body.trim_start_matches('\u{feff}').lines().map(str::to_owned).collect()
}

#[tokio::test]
async fn a_file_has_the_rows_of_its_list() {
    let world = World::new().await;
    for status in Status::ALL {
        world.contact_at(status).await;
    }
    sqlx::query("update contact set street = '=HYPERLINK(\"x\")', post_town = '+LEEDS'")
        .execute(world.owner())
        .await
        .unwrap();
    let mut agent = world.sign_in("cdsp.agent").await;
    for query in ["view=all", "open=yes&sort=status", "status=CCIV", "q=zzz"] {
        let page = agent.get(&format!("/queues/all?{query}")).await;
        let crns = page.all("table.app-queue tbody th");
        let file = agent.get(&format!("/queues/all/export.csv?{query}")).await;
        assert_eq!(file.status, 200);
        assert_eq!(file.headers["content-type"], "text/csv; charset=utf-8");
        assert!(
            file.headers["content-disposition"].to_str().unwrap().starts_with("attachment; filename=\"contacts-all-")
        );
        let written: Vec<String> =
            lines(&file.body).iter().skip(1).map(|line| line.split(',').next().unwrap().to_owned()).collect();
        assert_eq!(written, crns, "{query}");
        for line in lines(&file.body).iter().skip(1) {
            assert!(line.contains("\"'=HYPERLINK(\"\"x\"\")\"") && line.contains("'+LEEDS"), "{line}");
        }
        let book = agent.get(&format!("/queues/all/export.xlsx?{query}")).await;
        assert_eq!(book.status, 200);
        assert!(book.body.starts_with("PK"), "a workbook is a zip");
    }
    assert_eq!(agent.get("/queues/raised/export.csv").await.status, 404);
    assert_eq!(agent.get("/queues/all/export.csv?size=7").await.status, 400);
}

#[tokio::test]
async fn a_file_tells_nobody_more_than_the_pages() {
    let world = World::new().await;
    let visited = world.contact_at(Status::Svda).await;
    let closed = world.contact_at(Status::Cciv).await;
    let mut network = world.sign_in("ngn.agent").await;
    let file = network.get("/queues/organisation/export.csv?view=all").await.body;
    assert!(file.contains(&visited) && !file.contains(&closed));
    assert!(
        !file.contains("REF-1") && !file.contains("the service was laid"),
        "the raiser's notes are not the network's"
    );
    let mut raiser = world.sign_in("alder.agent").await;
    let file = raiser.get("/queues/raised/export.csv?view=all").await.body;
    assert!(file.contains(&visited) && file.contains(&closed) && file.contains("REF-1"));
    for private in ["Site office", "01632 960001", "site@example.com"] {
        assert!(!file.contains(private), "site contacts stay where they are");
    }
    let mut rival = world.sign_in("birch.agent").await;
    assert_eq!(lines(&rival.get("/queues/raised/export.csv?view=all").await.body).len(), 1);
    assert!(world.stranger().get("/queues/raised/export.csv").await.location().starts_with("/sign-in"));
}

#[tokio::test]
async fn a_file_is_whole_when_it_is_compressed() {
    let world = World::new().await;
    world.contact_at(Status::Aaca).await;
    let mut agent = world.sign_in("cdsp.agent").await;
    for encoding in ["br", "gzip"] {
        let request = Request::get("/queues/organisation/export.csv?view=all").header("accept-encoding", encoding);
        let file = agent.send(request, Body::empty()).await;
        assert_eq!((file.status.as_u16(), file.headers["content-encoding"].to_str().unwrap()), (200, encoding));
        assert!(!file.body.is_empty());
    }
}

#[tokio::test]
async fn a_long_file_is_whole() {
    let world = World::new().await;
    for _ in 0..3 {
        world.contact_at(Status::Aaca).await;
    }
    // more than two portions, with equal times
    sqlx::raw_sql(
        "alter table contact disable trigger user; alter table contact drop constraint status_is_what_history_says;
         alter table contact drop constraint an_mnc_has_its_body;
         insert into contact (crn, contact_type, raised_by, originator, received, status, version, with_org, since, due, moved,
             form_key, street, post_town, postcode)
         select 'C' || lpad((100000000 + n)::text, 9, '0'), contact_type, raised_by, originator, received, status, version,
             with_org, since, due, moved, 'copy' || n, street, post_town, postcode
         from contact, generate_series(1, 2500) n where contact.id = (select min(id) from contact)",
    )
    .execute(world.owner())
    .await
    .unwrap();
    let mut agent = world.sign_in("cdsp.agent").await;
    let file = agent.get("/queues/organisation/export.csv?view=all").await;
    let crns: std::collections::HashSet<String> =
        lines(&file.body).iter().skip(1).map(|line| line[..10].to_owned()).collect();
    assert_eq!((lines(&file.body).len() - 1, crns.len()), (2503, 2503));
}

/// The type that a list is narrowed to stands in its form, its address, its summary and its file.
#[tokio::test]
async fn a_list_is_narrowed_to_a_contact_type() {
    let world = World::new().await;
    world.contact_at(Status::Aaca).await;
    // a contact of a type that is yet to come
    sqlx::raw_sql(
        "insert into contact_type (code, name) values ('TST', 'Test');
         with made as (
             insert into contact (crn, contact_type, raised_by, originator, received, status, version, with_org, since,
                 due, moved, form_key, street, post_town, postcode)
             select 'C000000000', 'TST', raised_by, originator, received, status, version, with_org, since, due, moved,
                 'other', street, post_town, postcode from contact
             returning id, received, originator, raised_by)
         insert into contact_event (contact_id, version, action, from_status, to_status, at, actor, actor_org)
         select id, 1, 'log', 'NEW', 'AACA', received, originator, raised_by from made",
    )
    .execute(world.owner())
    .await
    .unwrap();
    let mut agent = world.sign_in("cdsp.agent").await;
    assert_eq!(agent.get("/queues/all?view=all").await.all("table.app-queue tbody th").len(), 2);
    let page = agent.get("/queues/all?type=MNC").await;
    assert_eq!(page.all("#type option[selected]"), ["MNC MNumber creation"]);
    assert!(page.all(".app-chosen__tag").iter().any(|chosen| chosen.contains("MNC, MNumber creation")));
    assert!(page.body.contains("/queues/all/export.csv?type=MNC"), "the file is of the same list");
    assert_eq!(page.all("table.app-queue tbody th").len(), 1);
    let file = agent.get("/queues/all/export.csv?type=MNC").await;
    assert_eq!((lines(&file.body).len(), file.status.as_u16()), (2, 200));
    assert_eq!(agent.get("/queues/all?type=TST").await.status, 400, "not a type that the program knows");
}
