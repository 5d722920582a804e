//! From a file to contacts: what is read, what comes of each row, and what goes back.

use calamine::{Data, Reader, Xlsx};
use cms::contacts::fields::Field;
use cms::contacts::types::ContactType;

use super::{KINDS, added, contacts, figure, file, many, row, send, taken, work};
use crate::world::World;

#[tokio::test]
async fn a_file_of_each_kind_is_checked_added_and_answered() {
    for kind in KINDS {
        let world = World::new().await;
        let mut amy = world.sign_in("alder.agent").await;
        let mut rows = many(5);
        rows.push(row(&[(Field::Street, ""), (Field::Aq, "-1"), (Field::ContactPhone, "call me")]));
        rows.push(rows[1].clone());
        rows.push(row(&[(Field::Aq, "90,000"), (Field::PlotNumber, "77")]));
        let path = taken(&mut amy, "plots.csv", &file(kind, &rows)).await;
        assert!(amy.get(&path).await.text().contains("0 of 8 rows checked"), "{kind}");
        let progress = amy.get(&format!("{path}/progress")).await.body;
        assert!(progress.contains("\"state\":\"checking\""), "{progress}");
        assert_eq!(contacts(&world).await, 0);
        work(&world).await;
        let page = amy.get(&path).await;
        let text = page.text();
        assert!(text.contains("Your rows were checked") && text.contains("plots.csv"), "{text}");
        for (name, number) in [("Can be added", "6"), ("Already there", "1"), ("Have errors", "1")] {
            assert_eq!(figure(&mut amy, &path, name).await, number, "{kind} {name}");
        }
        let lines = page.all("table tbody tr");
        assert!(lines.iter().any(|line| line.contains("106Enter the streetHas errors")), "{lines:?}");
        assert!(lines.iter().any(|line| line.contains("Estimated AQ (kWh)-1208")), "{lines:?}");
        assert!(lines.iter().any(|line| line.contains("The same as row 3Already there")), "{lines:?}");
        assert!(lines.iter().any(|line| line.contains("90,000209") && line.contains("with a warning")), "{lines:?}");
        assert_eq!(contacts(&world).await, 0, "nothing before it is said");
        amy.post(&path, &[("choice", "add")]).await;
        work(&world).await;
        assert_eq!(contacts(&world).await, 6);
        assert!(amy.get(&path).await.text().contains("6 contacts were added"));
        let crns: Vec<String> =
            sqlx::query_scalar("select crn from contact order by crn").fetch_all(world.owner()).await.unwrap();
        let accepted = amy.get(&format!("{path}/accepted.csv")).await;
        assert!(accepted.headers["content-disposition"].to_str().unwrap().contains("sites-accepted-"));
        assert!(crns.iter().all(|crn| accepted.body.contains(crn.as_str())));
        let rejected = amy.get(&format!("{path}/rejected.csv")).await.body;
        assert_eq!(rejected.lines().count(), 3, "{rejected}");
        assert!(rejected.contains("Rule 106, Street: Enter the street"), "{rejected}");
        assert_eq!(amy.get(&format!("{path}/all.csv")).await.body.lines().count(), 9);
        let answer = amy.get(&format!("{path}/answer.uklink")).await;
        if kind == "uklink" {
            let records: Vec<&str> = answer.body.lines().collect();
            assert!(records[0].starts_with("\"A00\",\"CMS\",\"MNR\","), "{records:?}");
            assert_eq!(records.iter().filter(|record| record.starts_with("\"AC\"")).count(), 6);
            assert!(records.iter().any(|record| record.contains(",106,\"street\",\"Enter the street\"")));
            assert_eq!(*records.last().unwrap(), format!("\"Z99\",{}", records.len() - 2));
        } else {
            assert_eq!(answer.status, 404);
        }
        // the first event of each is by Amy, as if she had logged it by hand
        let by_amy: i64 = sqlx::query_scalar(
            "select count(*) from contact_event e join person p on p.id = e.actor
             join raiser_note n on n.contact_id = e.contact_id join site_contact s on s.contact_id = e.contact_id
             where p.account = 'alder.agent' and e.action = 'log' and s.phone = '01632 960001' and n.why <> ''",
        )
        .fetch_one(world.owner())
        .await
        .unwrap();
        assert_eq!(by_amy, 6);
    }
}

#[tokio::test]
async fn a_rejected_file_is_mended_and_sent_again_and_nothing_is_doubled() {
    let world = World::new().await;
    let mut amy = world.sign_in("alder.agent").await;
    let mut rows = many(4);
    rows.push(row(&[(Field::Postcode, "LS1"), (Field::ContactPhone, "+44 1632 960001"), (Field::PlotNumber, "9")]));
    let path = added(&world, &mut amy, "csv", &rows).await;
    assert_eq!(contacts(&world).await, 4);
    // the whole file once more: nothing new
    let again = added(&world, &mut amy, "csv", &rows).await;
    assert_eq!(contacts(&world).await, 4);
    assert_eq!(figure(&mut amy, &again, "Already there").await, "4");
    // the rejected rows as they came back, mended
    let rejected = amy.get(&format!("{path}/rejected.csv")).await.body;
    assert!(rejected.contains("'+44 1632 960001"), "{rejected}");
    let mended = rejected.replace(",LS1,", ",LS1 4DY,");
    let path = taken(&mut amy, "mended.csv", mended.as_bytes()).await;
    work(&world).await;
    assert_eq!(figure(&mut amy, &path, "Can be added").await, "1");
    amy.post(&path, &[("choice", "add")]).await;
    work(&world).await;
    assert_eq!(contacts(&world).await, 5);
    let phone: String = sqlx::query_scalar(
        "select s.phone from site_contact s join contact c on c.id = s.contact_id where c.plot_number = '9'",
    )
    .fetch_one(world.owner())
    .await
    .unwrap();
    assert_eq!(phone, "+44 1632 960001", "the apostrophe is gone again");
    // and as a workbook
    let workbook = amy.get(&format!("{path}/all.xlsx")).await;
    assert_eq!(workbook.status, 200);
}

#[tokio::test]
async fn what_was_logged_by_hand_is_already_there_and_a_closed_one_is_not() {
    let world = World::new().await;
    let mut amy = world.sign_in("alder.agent").await;
    let crn = world.log(&mut amy).await;
    let same = row(&[(Field::Street, "MOSS LN"), (Field::Why, "Another reason.")]);
    let path = taken(&mut amy, "one.csv", &file("csv", std::slice::from_ref(&same))).await;
    work(&world).await;
    let page = amy.get(&path).await;
    assert!(page.attributes("table a", "href").contains(&format!("/contacts/{crn}")), "{}", page.text());
    // another organisation's equal site says nothing
    let mut ben = world.sign_in("birch.agent").await;
    let path = taken(&mut ben, "one.csv", &file("csv", std::slice::from_ref(&same))).await;
    work(&world).await;
    assert_eq!(figure(&mut ben, &path, "Can be added").await, "1");
    assert!(!ben.get(&path).await.body.contains(&crn));
}

#[tokio::test]
async fn who_sees_it_and_who_decides() {
    let world = World::new().await;
    let mut amy = world.sign_in("alder.agent").await;
    let path = taken(&mut amy, "a.csv", &file("csv", &many(2))).await;
    work(&world).await;
    for (account, sees) in
        [("alder.agent", true), ("alder.supervisor", true), ("alder.agent2", false), ("birch.supervisor", false)]
    {
        let mut person = world.sign_in(account).await;
        for page in [path.clone(), format!("{path}/progress"), format!("{path}/all.csv"), format!("{path}/all.xlsx")] {
            assert_eq!(person.get(&page).await.status == 200, sees, "{account} {page}");
        }
        assert_eq!(person.get("/bulk").await.body.contains(&path), sees, "{account}");
        let decided = person.post(&path, &[("choice", "sideways")]).await;
        assert_eq!(decided.status, 400);
        if account != "alder.agent" {
            let decided = person.post(&path, &[("choice", "add")]).await;
            assert_eq!(decided.status, if sees { 403 } else { 404 }, "{account}");
        }
    }
    for account in ["cdsp.agent", "facilitator"] {
        let mut person = world.sign_in(account).await;
        assert_eq!(person.get("/bulk").await.status, 403, "{account}");
        assert_eq!(person.get(&path).await.status, 403, "{account}");
        assert_eq!(send(&mut person, "a.csv", b"x").await.status, 403, "{account}");
    }
    assert_eq!(amy.post(&path, &[("choice", "nothing")]).await.status, 303);
    assert_eq!(amy.post(&path, &[("choice", "add")]).await.status, 409);
    assert!(amy.get(&path).await.text().contains("Nothing was added"));
    work(&world).await;
    assert_eq!(contacts(&world).await, 0);
    // row-level security says the same
    for (account, seen) in
        [("alder.agent", 1), ("alder.supervisor", 1), ("alder.agent2", 0), ("birch.supervisor", 0), ("cdsp.agent", 0)]
    {
        let viewer = world.viewer(account).await;
        let mut tx = world.app.db.as_viewer(viewer.id).await.unwrap();
        let bulks: i64 = sqlx::query_scalar("select count(*) from bulk").fetch_one(&mut *tx).await.unwrap();
        let rows: i64 = sqlx::query_scalar("select count(*) from bulk_row").fetch_one(&mut *tx).await.unwrap();
        assert_eq!((bulks, rows), (seen, 2 * seen), "{account}");
    }
}

#[tokio::test]
async fn the_queries_alone_keep_a_bulk_from_others() {
    let world = World::new().await;
    let mut amy = world.sign_in("alder.agent").await;
    let path = taken(&mut amy, "a.csv", &file("csv", &many(2))).await;
    let open = world.behind_queries_only();
    for account in ["alder.agent2", "birch.supervisor"] {
        let mut person = open.sign_in(account).await;
        assert_eq!(person.get(&path).await.status, 404, "{account}");
        assert_eq!(person.get(&format!("{path}/all.csv")).await.status, 404, "{account}");
        assert!(!person.get("/bulk").await.body.contains(&path), "{account}");
    }
}

#[tokio::test]
async fn templates_are_taken_as_they_are_and_explain_each_column() {
    let world = World::new().await;
    let mut amy = world.sign_in("alder.agent").await;
    let csv = amy.get("/bulk/template.csv").await.body;
    assert!(Field::ALL.iter().all(|field| csv.contains(ContactType::Mnc.spec().label(field))));
    let says = send(&mut amy, "t.csv", csv.as_bytes()).await;
    assert!(says.error("file").contains("headings but no rows"), "{}", says.text());
    let uklink = amy.get("/bulk/template.uklink").await.body;
    let path = taken(&mut amy, "t.txt", uklink.as_bytes()).await;
    work(&world).await;
    assert_eq!(figure(&mut amy, &path, "Can be added").await, "1", "{uklink}");
    let layout = amy.get("/bulk/layout").await.text();
    for rule in ContactType::Mnc.spec().rules() {
        assert!(layout.contains(&format!("{} {}", rule.number, rule.rule)), "{}", rule.number);
    }
    let response = tower::ServiceExt::oneshot(
        world.site.clone(),
        axum::http::Request::get("/bulk/template.xlsx")
            .header("host", "127.0.0.1:8080")
            .header("cookie", amy.cookie().unwrap())
            .body(axum::body::Body::empty())
            .unwrap(),
    )
    .await
    .unwrap();
    let bytes = http_body_util::BodyExt::collect(response.into_body()).await.unwrap().to_bytes().to_vec();
    let mut book = Xlsx::new(std::io::Cursor::new(bytes.clone())).unwrap();
    let explained = book.worksheet_range("Columns").unwrap();
    assert_eq!(explained.height(), Field::ALL.len() + 1);
    let cell = |row, column| explained.get_value((row, column)).map(ToString::to_string).unwrap_or_default();
    assert!((1..=23).any(|row| cell(row, 0) == "Postcode" && cell(row, 3).contains("113 Postcode is needed")));
    let first = book.worksheet_range("Sites").unwrap();
    assert_eq!(first.get_value((0, 4)), Some(&Data::String("Street".to_owned())));
    let says = send(&mut amy, "t.xlsx", &bytes).await;
    assert!(says.error("file").contains("headings but no rows"), "{}", says.text());
}

#[tokio::test]
async fn a_reset_clears_what_was_sent_and_a_disabled_sender_stops_it() {
    let world = World::new().await;
    let mut amy = world.sign_in("alder.agent").await;
    let path = taken(&mut amy, "a.csv", &file("csv", &many(120))).await;
    work(&world).await;
    amy.post(&path, &[("choice", "add")]).await;
    assert!(cms::bulk::worker::round(&world.app).await.unwrap());
    let before = contacts(&world).await;
    assert!(before > 0 && before < 120, "{before}");
    sqlx::query("update person set disabled = now() where account = 'alder.agent'")
        .execute(world.owner())
        .await
        .unwrap();
    work(&world).await;
    assert_eq!(contacts(&world).await, before, "a disabled person logs nothing");
    let mut supervisor = world.sign_in("alder.supervisor").await;
    let text = supervisor.get(&path).await.text();
    assert!(text.contains(&format!("Stopped after {before} of 120 rows")), "{text}");
    let mut facilitator = world.sign_in("facilitator").await;
    let done = facilitator.post("/trial/reset", &[("confirm", "RESET")]).await;
    assert_eq!(done.status, 303, "{}", done.text());
    let left: i64 = sqlx::query_scalar(
        "select (select count(*) from bulk) + (select count(*) from bulk_row) + (select count(*) from bulk_made)",
    )
    .fetch_one(world.owner())
    .await
    .unwrap();
    assert_eq!(left, 0);
}

#[tokio::test]
async fn workbooks_are_read_exactly() {
    let world = World::new().await;
    let mut amy = world.sign_in("alder.agent").await;
    let mut book = rust_xlsxwriter::Workbook::new();
    let date = rust_xlsxwriter::Format::new().set_num_format("dd/mm/yyyy");
    let sheet = book.add_worksheet();
    for (column, heading) in (0_u16..).zip([
        "street",
        "Post town",
        "POSTCODE",
        "Market sector",
        "why",
        "Building number",
        "UPRN",
        "Reading",
        "Reading date",
        "Estimated AQ kWh",
        "neighbours",
        "County",
    ]) {
        sheet.write_string(0, column, heading).unwrap();
    }
    // row 2 is empty, row 3 holds numbers, a date and a formula
    for (column, text) in (0_u16..).zip(["Moss Lane", "LEEDS", "LS1 4DY", "Domestic", "New."]) {
        sheet.write_string(2, column, text).unwrap();
    }
    sheet.write_number(2, 5, 7.0).unwrap();
    sheet.write_number(2, 6, 100_012_345_678_f64).unwrap();
    sheet.write_number(2, 7, 1234.0).unwrap();
    sheet.write_number_with_format(2, 8, 46_054.0, &date).unwrap();
    sheet.write_formula(2, 9, rust_xlsxwriter::Formula::new("=6000*2").set_result("12000")).unwrap();
    sheet.write_number(2, 10, 9_012_345_607_f64).unwrap();
    sheet
        .write_formula(2, 11, rust_xlsxwriter::Formula::new("=\"West \"&\"Yorkshire\"").set_result("West Yorkshire"))
        .unwrap();
    let path = taken(&mut amy, "n.xlsx", &book.save_to_buffer().unwrap()).await;
    work(&world).await;
    amy.post(&path, &[("choice", "add")]).await;
    work(&world).await;
    let row: (String, String, String, String, i64, Vec<String>, String) = sqlx::query_as(
        "select uprn, reading, reading_date::text, building_number, aq_kwh,
                array(select mprn from contact_mprn m where m.contact_id = c.id and role = 'neighbour'), county
         from contact c join mnc on mnc.contact_id = c.id",
    )
    .fetch_one(world.owner())
    .await
    .unwrap();
    let expected = ("100012345678", "1234", "2026-02-01", "7", 12_000, vec!["9012345607".to_owned()], "West Yorkshire");
    assert_eq!(
        (row.0.as_str(), row.1.as_str(), row.2.as_str(), row.3.as_str(), row.4, row.5, row.6.as_str()),
        expected
    );
    assert!(amy.get(&format!("{path}/all.csv")).await.body.contains(",3,C"), "row 3 as the sheet counts");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn however_often_it_is_pressed_at_once_each_press_leads_to_the_file() {
    let world = World::new().await;
    let mut amy = world.sign_in("alder.agent").await;
    amy.get("/account").await;
    let path = taken(&mut amy, "plots.csv", &file("csv", &many(5))).await;
    work(&world).await;
    let presses: Vec<_> = (0..18)
        .map(|_| {
            let (mut amy, path) = (amy.clone(), path.clone());
            tokio::spawn(async move { amy.post(&path, &[("choice", "add")]).await })
        })
        .collect();
    for press in presses {
        let page = press.await.unwrap();
        assert_eq!((page.status.as_u16(), page.location()), (303, path.clone()), "{}", page.text());
    }
    work(&world).await;
    assert_eq!(contacts(&world).await, 5);
    assert_eq!(amy.post(&path, &[("choice", "nothing")]).await.status, 409, "what is done stays done");
}
