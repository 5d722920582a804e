//! What somebody sends by hand: CRNs of others, ticks of others, keys of others' texts. It is answered as if there were no
//! such thing, behind each wall alone, and nothing changes.

use cms::contacts::journal::Input;
use cms::contacts::lifecycle::Status;

use super::{LOOK, with_canaries};
use crate::world::{Page, Person, World, lives};

/// A rival, and a network that was not sent there.
const STRANGERS: [&str; 3] = ["birch.supervisor", "sgn.supervisor", "dale.agent"];

/// The answer without what differs between two requests.
fn plain(page: &Page, crn: &str) -> (u16, String, String) {
    let id = page.headers.get("x-request-id").map(|id| id.to_str().unwrap().to_owned()).unwrap_or_default();
    // the minute may turn between the two
    let body: Vec<&str> = page
        .body
        .lines()
        .filter(|line| !line.contains("session ends at") && !line.contains("as it stood on"))
        .collect();
    (page.status.as_u16(), page.location(), body.join("\n").replace(&id, "ID").replace(crn, "CRN"))
}

/// The banner of the page that one is led to.
async fn said(person: &mut Person, sent: &Page) -> Vec<String> {
    person.get(&sent.location()).await.all(".govuk-notification-banner__content")
}

async fn forge(world: &World) {
    let crn = with_canaries(world, Status::Svda).await;
    let nobodys = cms::trade::Crn::from_digits(12_345_678).as_str().to_owned();
    let version = world.shown_version(&crn).await;
    let before = world.digest().await;
    for account in STRANGERS {
        let mut stranger = world.sign_in(account).await;
        for (act, more) in [("mine", ""), ("return", ""), ("assign", "1")] {
            let mut answers = Vec::new();
            for one in [&crn, &nobodys] {
                let tick = format!("{one}.{version}");
                let fields = [("act", act), ("colleague", more), ("back", "/queues/organisation"), ("tick", &tick)];
                let sent = stranger.post("/queues/organisation/act", &fields).await;
                let banner = if sent.status == 303 { said(&mut stranger, &sent).await } else { sent.all("main") };
                answers.push(banner.join(" ").replace(one.as_str(), "CRN"));
            }
            assert_eq!(answers[0], answers[1], "{account} {act}");
        }
        let tick = format!("{crn}.{version}");
        for queue in ["organisation", "mine"] {
            let list = format!("/queues/{queue}?view=all");
            stranger.post(&format!("/queues/{queue}/ticks"), &[("back", &list), ("tick", &tick)]).await;
        }
        let kept: i64 = sqlx::query_scalar("select count(*) from selection where ticks <> '{}'")
            .fetch_one(world.owner())
            .await
            .unwrap();
        assert_eq!(kept, 0, "{account}: a tick that is kept tells that there is such a contact");
        for action in ["send-clarification", "resolve-valid", "resolve-invalid"] {
            let path = format!("/queues/organisation/ticked/{action}");
            let mut answers = Vec::new();
            for one in [&crn, &nobodys] {
                let (tick, mprn) = (format!("{one}.{version}"), format!("{one}.mprn"));
                let fields = [
                    ("back", "/queues/organisation"),
                    ("tick", &tick),
                    ("question", "Which plot?"),
                    ("reason", "address"),
                    ("remarks", "No such street"),
                    (&mprn, "9050000101"),
                ];
                let sent = stranger.post(&path, &fields).await;
                let banner = if sent.status == 303 { said(&mut stranger, &sent).await } else { sent.all("main") };
                answers.push(banner.join(" ").replace(one.as_str(), "CRN"));
            }
            assert_eq!(answers[0], answers[1], "{account} {action}");
        }
        for (path, field, value) in
            [("presence", "action", "send-visit"), ("note", "note", "Hello"), ("add", "remark", "x")]
        {
            let theirs = stranger.post(&format!("/contacts/{crn}/{path}"), &[(field, value), ("version", "1")]).await;
            let missing =
                stranger.post(&format!("/contacts/{nobodys}/{path}"), &[(field, value), ("version", "1")]).await;
            assert_eq!(plain(&theirs, &crn), plain(&missing, &nobodys), "{account} {path}");
            assert_eq!(theirs.status, 404, "{account} {path}");
        }
        let undone = stranger.post("/queues/undo", &[("tick", &tick)]).await;
        assert!(said(&mut stranger, &undone).await[0].contains("no such contact"), "{account}");
        for path in [
            format!("/contacts/{crn}/evidence/1"),
            format!("/notifications/{crn}.1.assign"),
            format!("/contacts/{crn}/logged"),
            format!("/contacts/{crn}?list=%2Fqueues%2Forganisation&at=1"),
        ] {
            assert_eq!(stranger.get(&path).await.status, 404, "{account} {path}");
        }
        for q in [&crn, "canaryref", "canaryremark", "canarynotec", LOOK] {
            let page = stranger.get(&format!("/search?q={q}")).await;
            assert!(page.all("tbody tr").is_empty() && page.status == 200, "{account} {q}");
        }
    }
    assert_eq!(world.digest().await, before, "nothing has changed");
}

#[tokio::test]
async fn what_is_sent_by_hand_finds_nothing_of_others() {
    forge(&World::new().await).await;
}

#[tokio::test]
async fn the_queries_alone_find_nothing_of_others() {
    let world = World::new().await;
    forge(&world.behind_queries_only()).await;
}

#[tokio::test]
async fn a_text_is_its_organisations_own() {
    let world = World::new().await;
    let mut cdsp = world.sign_in("cdsp.supervisor").await;
    let text = [("used_for", "question"), ("title", "Plot"), ("body", "canarytext")];
    assert_eq!(cdsp.post("/texts/new", &text).await.status, 303);
    let key: String = sqlx::query_scalar("select key from saved_text").fetch_one(world.owner()).await.unwrap();
    let crn = world.contact_at(Status::Dcaa).await;
    for site in [&world, &world.behind_queries_only()] {
        for account in ["birch.supervisor", "ngn.supervisor", "alder.supervisor"] {
            let mut stranger = site.sign_in(account).await;
            assert_eq!(stranger.get(&format!("/texts/{key}")).await.status, 404, "{account}");
            for (path, fields) in [(format!("/texts/{key}"), &text[..]), (format!("/texts/{key}/remove"), &[])] {
                assert_eq!(stranger.post(&path, fields).await.status, 404, "{account} {path}");
            }
            assert!(!stranger.get("/texts").await.body.contains("canarytext"), "{account}");
        }
        let mut amy = site.sign_in("alder.agent").await;
        let form = amy.get(&format!("/contacts/{crn}/answer-clarification?text={key}")).await;
        assert!(form.status == 200 && !form.body.contains("canarytext"));
    }
    let left: i64 = sqlx::query_scalar("select count(*) from saved_text where body = 'canarytext'")
        .fetch_one(world.owner())
        .await
        .unwrap();
    assert_eq!(left, 1);
}

#[tokio::test]
async fn a_network_is_not_told_with_whom_it_is_after_its_part() {
    let world = World::new().await;
    let crn = world.contact_at(Status::Svda).await;
    world.record("ngn.agent", &crn, lives::visited()).await.unwrap();
    let answered = world.shown_version(&crn).await;
    let cdsp = world.person_id("cdsp.agent").await;
    world.record("cdsp.agent", &crn, Input::Assign(cdsp)).await.unwrap();
    let network = world.organisation_id("CAD").await;
    world.record("cdsp.agent", &crn, Input::SendVisit { network, look_at: "Look again" }).await.unwrap();
    for site in [&world, &world.behind_queries_only()] {
        let mut ngn = site.sign_in("ngn.agent").await;
        let page = ngn.get(&format!("/contacts/{crn}")).await;
        assert!(page.status == 200 && !page.body.contains("Cadent"), "{}", page.text());
        assert!(page.text().contains("it is with the CDSP"), "{}", page.text());
        let found = ngn.get("/search?q=moss&sort=with").await;
        assert!(found.body.contains(&crn) && !found.body.contains("Cadent"), "{}", found.text());
        for tick in [format!("{crn}.{answered}"), world.tick(&crn).await] {
            let sent = ngn.post("/queues/organisation/act", &[("act", "mine"), ("back", ""), ("tick", &tick)]).await;
            let banner = said(&mut ngn, &sent).await;
            assert!(!banner[0].contains("Cadent") && banner[0].contains("the CDSP"), "{banner:?}");
        }
        let late = world.act(&mut ngn, &crn, "answer-visit", &[("access", "yes")]).await;
        assert!(late.status == 409 && !late.body.contains("Cadent"), "{}", late.text());
    }
    for (account, knows) in [("cdsp.agent2", true), ("alder.agent", true), ("cadent.agent", true)] {
        let page = world.sign_in(account).await.get(&format!("/contacts/{crn}")).await;
        assert_eq!(page.text().contains("Cadent"), knows, "{account}");
    }
}
