//! What pages show to each, behind both walls and behind the queries alone.

use axum::http::StatusCode;
use cms::contacts::lifecycle::Status;

use super::{
    LOOK, NEIGHBOUR, NOTES, OTHER_LOOK, PERSON, PHONE, QUESTION, READING, REFERENCE, REMARK, REMARKS, VIEWERS, WHY,
    ngn_was_sent, sees, with_canaries,
};
use crate::world::{Page, World};

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

/// The body without what differs between any two answers: the request's own id, the address
/// that was asked for, and the time at which the session ends.
fn plain(page: &Page, crn: &str) -> String {
    let id = page.headers.get("x-request-id").map(|id| id.to_str().unwrap().to_owned()).unwrap_or_default();
    let mut body = page.body.replace(&id, "ID").replace(crn, "CRN");
    // the minute may pass between two requests
    for (words, end) in [("as it stood on ", ".\n"), ("Your session ends at ", " unless"), ("data-left=\"", "\"")] {
        let Some((before, after)) = body.split_once(words) else { continue };
        body = format!("{before}{}", after.split_once(end).unwrap().1);
    }
    body
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
            assert_eq!(has(REMARKS), reads_notes && *status == Status::Cciv, "{account} {status:?}");
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
