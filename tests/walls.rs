//! The walls between organisations. Two stand, each alone must keep every secret: what the queries say, and what
//! row-level security says.

use axum::http::StatusCode;
use cms::contacts::fields::Details;
use cms::contacts::fields::Field;
use cms::contacts::fields::outcome::Outcome;
use cms::contacts::journal::{By, Input, Logged, log};
use cms::contacts::lifecycle::Status;
use sqlx::{AssertSqlSafe, Row};

use crate::world::{Page, World, lives};

/// Who looks: the raiser, a rival, a network that was sent there and one that was not, an IGT, the CDSP.
const VIEWERS: [&str; 8] = [
    "alder.agent",
    "alder.supervisor",
    "birch.supervisor",
    "ngn.agent",
    "sgn.supervisor",
    "dale.agent",
    "cdsp.agent",
    "facilitator",
];
const ACTIONS: [&str; 11] = [
    "withdraw",
    "add",
    "note",
    "assign",
    "reassign",
    "send-clarification",
    "answer-clarification",
    "send-visit",
    "answer-visit",
    "resolve-valid",
    "resolve-invalid",
];

/// Words that appear in one place each.
const WHY: &str = "canarywhy";
const REFERENCE: &str = "canaryref";
const PERSON: &str = "canaryperson";
const PHONE: &str = "01632 960777";
const STREET: &str = "Canary Street";
const READING: &str = "48151623";
const NEIGHBOUR: &str = "9012345607";
const QUESTION: &str = "canaryquestion";
const LOOK: &str = "canarylook";
const OTHER_LOOK: &str = "canaryother";
const REMARK: &str = "canaryremark";
/// What each of three organisations notes, if it sees the contact.
const NOTES: [(&str, &str); 3] = [("alder", "canarynotea"), ("cdsp", "canarynotec"), ("ngn", "canarynoten")];

/// A contact full of canaries, at a status, after a clarification was asked and answered and a visit by SGN's rival.
async fn with_canaries(world: &World, status: Status) -> String {
    let crn = up_to(world, status).await;
    for (of, text) in NOTES {
        if sees(&format!("{of}.agent"), status) {
            let sent = world
                .sign_in(&format!("{of}.agent2"))
                .await
                .post(&format!("/contacts/{crn}/note"), &[("note", text)])
                .await;
            assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.text());
        }
    }
    crn
}

async fn up_to(world: &World, status: Status) -> String {
    let viewer = world.viewer("alder.agent").await;
    let mut details: Details = lives::details();
    for (field, word) in [
        (Field::Why, WHY),
        (Field::OwnReference, REFERENCE),
        (Field::ContactName, PERSON),
        (Field::Street, STREET),
        (Field::Reading, READING),
        (Field::Neighbours, NEIGHBOUR),
    ] {
        details.set(field, word);
    }
    let mut tx = world.app.db.as_viewer(viewer.id).await.unwrap();
    let given = Logged { details: &details, ldz: "NE", form_key: &cms::secret::token(), psc_of: None };
    let by = By { viewer: Some(&viewer), at: world.app.clock.now(), terms: &world.app.config.terms };
    let crn = log(&mut tx, by, &given).await.unwrap();
    tx.commit().await.unwrap();
    world.record("alder.supervisor", &crn, Input::Add(REMARK)).await.unwrap();
    let cdsp = world.person_id("cdsp.agent").await;
    if status == Status::Aaca {
        return crn;
    }
    world.record("cdsp.agent", &crn, Input::Assign(cdsp)).await.unwrap();
    world.record("cdsp.agent", &crn, Input::SendClarification(QUESTION)).await.unwrap();
    if status == Status::Dcaa {
        return crn;
    }
    if status == Status::Dcrs {
        world.record("alder.agent", &crn, Input::Return).await.unwrap();
        return crn;
    }
    let mut corrected = details.clone();
    corrected.set(Field::ContactPhone, PHONE);
    corrected.set(Field::Locality, "Lower Moss");
    let answer = Input::AnswerClarification { answer: "Plot 4", corrected: Some(Box::new(corrected)) };
    world.record("alder.agent", &crn, answer).await.unwrap();
    world.record("cdsp.agent", &crn, Input::Assign(cdsp)).await.unwrap();
    if status == Status::Atca {
        return crn;
    }
    // a visit by another network first, whose words are not NGN's to read
    for (code, agent, words) in [("CAD", "cadent.agent", OTHER_LOOK), ("NGN", "ngn.agent", LOOK)] {
        let network = world.organisation_id(code).await;
        world.record("cdsp.agent", &crn, Input::SendVisit { network, look_at: words }).await.unwrap();
        if code == "NGN" && status == Status::Svdn {
            return crn;
        }
        let to = world.person_id(agent).await;
        world.record(agent, &crn, Input::Assign(to)).await.unwrap();
        if code == "NGN" && status == Status::Svda {
            return crn;
        }
        world.record(agent, &crn, lives::visited()).await.unwrap();
        world.record("cdsp.agent", &crn, Input::Assign(cdsp)).await.unwrap();
    }
    let mprn = cms::trade::Mprn::from_body(90_500_001);
    let input = match status {
        Status::Ccva => Input::ResolveValid(Outcome::Created(mprn)),
        _ => Input::ResolveInvalid { reason: "address", remarks: "No such street" },
    };
    world.record("cdsp.agent", &crn, input).await.unwrap();
    crn
}

/// Whether NGN was ever sent to a contact at this status, in [`with_canaries`].
fn ngn_was_sent(status: Status) -> bool {
    matches!(status, Status::Svdn | Status::Svda | Status::Ccva | Status::Cciv)
}

fn sees(viewer: &str, status: Status) -> bool {
    match viewer {
        "ngn.agent" => ngn_was_sent(status),
        "birch.supervisor" | "sgn.supervisor" | "dale.agent" => false,
        _ => true,
    }
}

/// The body without what differs between any two answers: the request's own id, the address
/// that was asked for, and the time at which the session ends.
fn plain(page: &Page, crn: &str) -> String {
    let id = page.headers.get("x-request-id").map(|id| id.to_str().unwrap().to_owned()).unwrap_or_default();
    let body = page.body.replace(&id, "ID").replace(crn, "CRN");
    // the minute may pass between two requests
    match body.split_once("Your session ends at ") {
        Some((before, after)) => format!("{before}{}", &after[5..]),
        None => body,
    }
}

async fn matrix(world: &World) {
    let mut crns = Vec::new();
    for status in Status::ALL {
        crns.push((status, with_canaries(world, status).await));
    }
    let nobodys = cms::trade::Crn::from_digits(12_345_678).as_str().to_owned();
    for account in VIEWERS {
        let mut person = world.sign_in(account).await;
        for (status, crn) in &crns {
            let page = person.get(&format!("/contacts/{crn}")).await;
            let missing = person.get(&format!("/contacts/{nobodys}")).await;
            assert_eq!(missing.status, StatusCode::NOT_FOUND);
            if !sees(account, *status) {
                assert_eq!(
                    (page.status, plain(&page, crn)),
                    (missing.status, plain(&missing, &nobodys)),
                    "{account} {status:?}"
                );
                unseen(&mut person, account, crn, &nobodys).await;
                continue;
            }
            assert_eq!(page.status, StatusCode::OK, "{account} {status:?}");
            // but for who prints it
            let (before, printed) = page.body.split_once("<p class=\"app-print\">").unwrap();
            let shown = format!("{before}{}", printed.split_once("</p>").unwrap().1);
            let has = |word: &str| shown.contains(word);
            assert!(has(READING) && has(NEIGHBOUR), "{account} {status:?}");
            for (of, text) in NOTES {
                assert_eq!(has(text), account.starts_with(of), "{account} {status:?} {text}");
            }
            assert!(has(REMARK), "{account} {status:?}");
            let reads_notes = !account.starts_with("ngn");
            assert_eq!((has(WHY), has(REFERENCE)), (reads_notes, reads_notes), "{account} {status:?}");
            assert_eq!(has(QUESTION), reads_notes && *status != Status::Aaca, "{account} {status:?}");
            assert_eq!(has(LOOK), ngn_was_sent(*status), "{account} {status:?}");
            assert_eq!(has(OTHER_LOOK), reads_notes && ngn_was_sent(*status), "{account} {status:?}");
            let may_ring = account.starts_with("alder")
                || (account == "cdsp.agent" && *status == Status::Atca)
                || (account == "ngn.agent" && matches!(status, Status::Svdn | Status::Svda));
            assert_eq!(has(PERSON), may_ring, "{account} {status:?}");
            let corrected = !matches!(status, Status::Aaca | Status::Dcrs | Status::Dcaa);
            assert_eq!(has(PHONE), may_ring && corrected, "{account} {status:?}");
            // people elsewhere appear as their organisation
            assert_eq!(has("Nadia Farrow"), account == "cdsp.agent" && *status != Status::Aaca, "{account} {status:?}");
            assert_eq!(has("Amy Calder"), account.starts_with("alder"), "{account} {status:?}");
        }
        lists(&mut person, account, &crns).await;
    }
}

/// Every record route answers for what is not seen as for what is not there, and nothing changes.
async fn unseen(person: &mut crate::world::Person, account: &str, crn: &str, nobodys: &str) {
    for action in ACTIONS.iter().chain(&["log-psc", "logged"]) {
        let theirs = person.get(&format!("/contacts/{crn}/{action}")).await;
        let missing = person.get(&format!("/contacts/{nobodys}/{action}")).await;
        assert_eq!(theirs.status, StatusCode::NOT_FOUND, "{account} GET {action}");
        assert_eq!(plain(&theirs, crn), plain(&missing, nobodys), "{account} GET {action}");
    }
    for action in
        ["assign", "return", "send-clarification", "resolve-valid", "resolve-invalid", "withdraw", "add", "note"]
    {
        let theirs = person.post(&format!("/contacts/{crn}/{action}"), &[("version", "1")]).await;
        let missing = person.post(&format!("/contacts/{nobodys}/{action}"), &[("version", "1")]).await;
        assert_eq!(theirs.status, StatusCode::NOT_FOUND, "{account} POST {action}");
        assert_eq!(plain(&theirs, crn), plain(&missing, nobodys), "{account} POST {action}");
    }
}

/// Lists and search show what is seen and nothing else.
async fn lists(person: &mut crate::world::Person, account: &str, crns: &[(Status, String)]) {
    for path in [
        "/queues/organisation",
        "/queues/mine",
        "/queues/raised",
        "/queues/all",
        "/search?q=canary",
        "/search?q=LS1",
        "/search?q=canarynote",
        "/queues/all/export.csv",
        "/notifications",
        "/",
    ] {
        let page = person.get(path).await;
        assert!(matches!(page.status, StatusCode::OK | StatusCode::NOT_FOUND), "{account} {path} {}", page.status);
        for (status, crn) in crns {
            assert!(NOTES.iter().all(|(_, text)| !page.body.contains(text)), "{account} {path} shows a note");
            assert!(
                !page.body.contains(crn.as_str()) || sees(account, *status),
                "{account} {path} shows {crn} at {status:?}"
            );
        }
        if !account.starts_with("cdsp") {
            assert!(!page.body.contains("Nadia Farrow"), "{account} {path}");
        }
    }
    let found = person.get("/search?q=canary+street").await;
    let expected = crns.iter().filter(|(status, _)| sees(account, *status)).count();
    assert_eq!(crns.iter().filter(|(_, crn)| found.body.contains(crn.as_str())).count(), expected, "{account} search");
}

#[tokio::test]
async fn both_walls_show_each_what_is_theirs() {
    matrix(&World::new().await).await;
}

#[tokio::test]
async fn the_queries_alone_keep_every_secret() {
    let world = World::new().await;
    matrix(&world.behind_queries_only()).await;
}

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

/// Tables without a wall round their rows: what everybody may know, and what the web role may not touch at all. A new
/// table has a wall, or stands here.
#[rustfmt::skip]
const OPEN: [&str; 13] = [
    "_sqlx_migrations", "address", "address_place", "address_set", "contact_status", "contact_transition",
    "contact_type", "crn_key", "organisation", "outcode_ldz", "person_link", "postcode_ldz", "sign_in_failure",
];

#[tokio::test]
async fn every_table_has_its_walls() {
    let world = World::new().await;
    let open: Vec<String> = sqlx::query_scalar(
        "select relname::text from pg_class
         where relnamespace = 'public'::regnamespace and relkind in ('r', 'p')
           and not (relrowsecurity and relforcerowsecurity) order by 1",
    )
    .fetch_all(world.owner())
    .await
    .unwrap();
    assert_eq!(open, OPEN);
}
