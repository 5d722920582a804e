//! A list as a file: the same rows in the same order, nothing that its reader may not see, and nothing to compute.

use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::http::{Request, header};
use calamine::Data;
use cms::contacts::lifecycle::Status;
use cms::csv::records::{Quotes, records};
use http_body_util::BodyExt;
use tower::ServiceExt;

use crate::workbooks::{download, formats, values};
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

/// So many copies of the first contact.
async fn copied(world: &World, many: u32) {
    sqlx::raw_sql(sqlx::AssertSqlSafe(format!(
        "alter table contact disable trigger user; alter table contact drop constraint status_is_what_history_says;
         alter table contact drop constraint an_mnc_has_its_body;
         insert into contact (crn, contact_type, raised_by, originator, received, status, version, with_org, since, due, moved,
             form_key, street, post_town, postcode)
         select 'C' || lpad((100000000 + n)::text, 9, '0'), contact_type, raised_by, originator, received, status, version,
             with_org, since, due, moved, 'copy' || n, street, post_town, postcode
         from contact, generate_series(1, {many}) n where contact.id = (select min(id) from contact)"
    )))
    .execute(world.owner())
    .await
    .unwrap();
}

#[tokio::test]
async fn a_long_file_is_whole() {
    let world = World::new().await;
    for _ in 0..3 {
        world.contact_at(Status::Aaca).await;
    }
    // more than two portions, with equal times
    copied(&world, 2_500).await;
    let mut agent = world.sign_in("cdsp.agent").await;
    let file = agent.get("/queues/organisation/export.csv?view=all").await;
    let crns: std::collections::HashSet<String> =
        lines(&file.body).iter().skip(1).map(|line| line[..10].to_owned()).collect();
    assert_eq!((lines(&file.body).len() - 1, crns.len()), (2503, 2503));
}

/// A file ends with the session that asked for it, visibly: whoever reads it slowly gets no more of it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_breaks_off_when_its_session_ends() {
    let world = World::new().await;
    tokio::spawn(world.app.presence.clone().listen(world.owner().clone()));
    world.contact_at(Status::Aaca).await;
    copied(&world, 12_000).await;
    tokio::time::sleep(Duration::from_millis(300)).await;
    for end in [
        "delete from session where person_id = $1",
        "update session set ends = now() where person_id = $1",
        "update person set disabled = now() where id = $1",
    ] {
        let agent = world.sign_in("cdsp.agent").await;
        let request = Request::get("/queues/organisation/export.csv?view=all")
            .header(header::HOST, "127.0.0.1:8080")
            .header(header::COOKIE, agent.cookie().unwrap())
            .body(Body::empty())
            .unwrap();
        let response = world.site.clone().oneshot(request).await.unwrap();
        assert_eq!(response.status(), 200);
        let mut body = response.into_body();
        let mut lines = 0;
        let mut read = |frame: Bytes| lines += String::from_utf8_lossy(&frame).matches('\n').count();
        read(body.frame().await.unwrap().unwrap().into_data().unwrap());
        sqlx::query(sqlx::AssertSqlSafe(end))
            .bind(world.person_id("cdsp.agent").await)
            .execute(world.owner())
            .await
            .unwrap();
        tokio::time::sleep(Duration::from_secs(2)).await;
        let broke_off = loop {
            match body.frame().await {
                Some(Ok(frame)) => read(frame.into_data().unwrap()),
                Some(Err(_)) => break true,
                None => break false,
            }
        };
        assert!(broke_off && lines < 12_001, "{end}: {lines} lines");
        sqlx::query("update person set disabled = null").execute(world.owner()).await.unwrap();
    }
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

/// Days and numbers sort and count in a spreadsheet; what only looks like a number stays as it is.
#[tokio::test]
async fn days_and_numbers_are_such_in_a_file() {
    let world = World::new().await;
    world.contact_at(Status::Ccva).await;
    world.contact_at(Status::Aaca).await;
    sqlx::raw_sql(
        "alter table contact disable trigger user;
         update contact set msn = '00123456', received = '2026-07-01 05:44:10+00';
         update contact set due = '2026-12-01 23:59:59+00' where due is not null",
    )
    .execute(world.owner())
    .await
    .unwrap();
    let mut agent = world.sign_in("cdsp.agent").await;
    let file = agent.get("/queues/all/export.csv?view=all").await.body;
    let rows = records(file.trim_start_matches('\u{feff}'), ',', Quotes::Strict).unwrap();
    let place = |title: &str| rows[0].cells.iter().position(|known| known == title).unwrap();
    let written = |status: &str, title: &str| {
        let row = rows.iter().find(|row| row.cells[2] == status).unwrap();
        row.cells[place(title)].clone()
    };
    assert_eq!(written("AACA", "Received"), "2026-07-01 06:44", "in London");
    assert_eq!(written("AACA", "Due"), "2026-12-01 23:59");
    assert!(written("AACA", "Age in days").parse::<u32>().is_ok());
    let closed = written("CCVA", "Closed");
    assert!(closed.len() == 16 && closed.starts_with("20"), "{closed}");
    let bytes = download(&world, &agent, "/queues/all/export.xlsx?view=all").await;
    let table = values(&bytes, "Contacts");
    let cell = |status: &str, title: &str| {
        let row = table.iter().find(|row| row[2] == Data::String(status.to_owned())).unwrap();
        row[place(title)].clone()
    };
    for (status, title) in [("AACA", "Received"), ("AACA", "Due"), ("CCVA", "Closed")] {
        let cell = cell(status, title);
        assert!(matches!(&cell, Data::DateTime(at) if at.as_f64() > 46_000.0), "{title}: {cell:?}");
    }
    let Data::DateTime(received) = cell("AACA", "Received") else { unreachable!() };
    assert_eq!(received.to_ymd_hms_milli(), (2026, 7, 1, 6, 44, 10, 0));
    for title in ["Age in days", "AQ (kWh)"] {
        assert!(matches!(cell("AACA", title), Data::Float(_) | Data::Int(_)), "{title}: {:?}", cell("AACA", title));
    }
    assert_eq!(cell("AACA", "Meter serial number"), Data::String("00123456".to_owned()));
    assert!(matches!(cell("AACA", "CRN"), Data::String(_)));
    assert!(matches!(cell("CCVA", "MPRN created"), Data::String(mprn) if mprn.len() == 10));
    let formats = formats(&bytes, "Contacts").cells;
    let format = |title: &str| &formats.iter().find(|(at, _)| *at == (1, place(title))).unwrap().1;
    assert_eq!((format("Received").as_str(), format("Meter serial number").as_str()), ("dd/mm/yyyy hh:mm", "@"));
}
