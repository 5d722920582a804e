//! One form for what is ticked: a question, a reason or what came of each, with an outcome for each contact.

use cms::contacts::lifecycle::Status;
use cms::trade::Mprn;

use crate::world::{Page, Person, World};

/// Ticks these in one's own queue and opens the form of the action.
async fn open(world: &World, agent: &mut Person, crns: &[String], action: &str) -> (String, Page) {
    let mut ticks = Vec::new();
    for crn in crns {
        ticks.push(world.tick(crn).await);
    }
    let mut fields = vec![("act", action), ("back", "/queues/mine?view=all")];
    fields.extend(ticks.iter().map(|tick| ("tick", tick.as_str())));
    let address = agent.post("/queues/mine/act", &fields).await.location();
    assert!(address.starts_with(&format!("/queues/mine/ticked/{action}?back=")), "{address}");
    let page = agent.get(&address).await;
    assert_eq!(page.status, 200);
    (address, page)
}

/// Sends the form with what the page stamped it with.
async fn send(agent: &mut Person, page: &Page, action: &str, fields: &[(&str, &str)]) -> Page {
    let (back, ticks) = (page.input("back"), page.attributes("input[name=tick]", "value"));
    let mut all = vec![("back", back.as_str())];
    all.extend(ticks.iter().map(|tick| ("tick", tick.as_str())));
    all.extend_from_slice(fields);
    agent.post(&format!("/queues/mine/ticked/{action}"), &all).await
}

async fn held(world: &World, number: usize) -> Vec<String> {
    let mut crns = Vec::new();
    for _ in 0..number {
        crns.push(world.contact_at(Status::Atca).await);
    }
    crns
}

#[tokio::test]
async fn one_question_goes_to_each_raiser_with_its_own_site() {
    let world = World::new().await;
    let crns = held(&world, 3).await;
    let mut agent = world.sign_in("cdsp.agent").await;
    let (address, page) = open(&world, &mut agent, &crns, "send-clarification").await;
    assert_eq!(page.all("h1"), ["Send a data clarification for 3 contacts"]);
    assert!(page.text().contains("can’t be undone"));
    let wrong = send(&mut agent, &page, "send-clarification", &[("question", "Is {serial} right?")]).await;
    assert_eq!((wrong.status.as_u16(), wrong.error("question").as_str()), (422, "{serial} is no placeholder"));
    assert!(agent.get(&address).await.text().contains("Is {serial} right?"), "what was typed is kept");
    let sent = send(&mut agent, &wrong, "send-clarification", &[("question", "Is {msn} right for {crn}?")]).await;
    assert_eq!(sent.location(), "/queues/mine?view=all");
    let list = agent.get(&sent.location()).await;
    assert_eq!(list.all(".govuk-notification-banner__heading"), ["3 contacts sent to the raiser with the question"]);
    assert!(list.attributes("form.app-undo", "action").is_empty(), "nothing takes it back");
    for crn in &crns {
        let question: String = sqlx::query_scalar(
            "select question from referral where contact_id = (select id from contact where crn = $1)",
        )
        .bind(crn)
        .fetch_one(world.owner())
        .await
        .unwrap();
        assert_eq!(question, format!("Is G4A0123456 right for {crn}?"));
    }
    assert!(!agent.get(&address).await.text().contains("Is {msn} right"), "nothing is kept of what was sent");
}

#[tokio::test]
async fn each_contact_gets_its_own_mprn() {
    let world = World::new().await;
    let crns = held(&world, 4).await;
    let mut agent = world.sign_in("cdsp.agent").await;
    let (_, page) = open(&world, &mut agent, &crns, "resolve-valid").await;
    let names: Vec<String> = crns.iter().map(|crn| format!("{crn}.mprn")).collect();
    let nothing = send(&mut agent, &page, "resolve-valid", &[]).await;
    assert_eq!(nothing.error("contacts"), "Fill in at least one line");
    let [one, two, three] = [90_000_101, 90_000_102, 90_000_103].map(|body| Mprn::from_body(body).to_string());
    let broken = format!("{}{}", &two[..9], (two.as_bytes()[9] - b'0' + 1) % 10);
    let given = [(one.as_str(), one.as_str()), (&one, &broken)];
    for (first, second) in given {
        let wrong = send(&mut agent, &page, "resolve-valid", &[(&names[0], first), (&names[1], second)]).await;
        assert_eq!(wrong.status, 422, "{first} {second}");
        assert!(!wrong.error(&names[1]).is_empty() || !wrong.error(&names[0]).is_empty());
        assert!(wrong.body.contains(&format!("value=\"{second}\"")), "what was typed is kept");
    }
    for crn in &crns {
        assert_eq!(world.status(crn).await, "ATCA", "nothing was done");
    }
    // somebody moves one of them meanwhile, and one line is left empty
    world.must(&mut agent, &crns[2], "return", &[]).await;
    let fields = [(names[0].as_str(), one.as_str()), (&names[1], &two), (&names[2], &three)];
    let done = send(&mut agent, &page, "resolve-valid", &fields).await;
    let list = agent.get(&done.location()).await;
    let statuses: Vec<String> = {
        let mut found = Vec::new();
        for crn in &crns {
            found.push(world.status(crn).await);
        }
        found
    };
    assert_eq!(statuses, ["CCVA", "CCVA", "AACA", "ATCA"], "{}", list.text());
    assert!(list.all(".govuk-notification-banner__heading")[0].starts_with("2 contacts resolved as valid"));
}

#[tokio::test]
async fn what_is_not_ones_own_is_named_and_left() {
    let world = World::new().await;
    let mine = held(&world, 2).await;
    let waiting = world.contact_at(Status::Aaca).await;
    let mut agent = world.sign_in("cdsp.agent").await;
    let all = [mine[0].clone(), mine[1].clone(), waiting.clone()];
    let (_, page) = open(&world, &mut agent, &all, "resolve-invalid").await;
    assert_eq!(page.all("h1"), ["Resolve 2 contacts as invalid"]);
    assert!(page.text().contains(&format!("{waiting}, ")), "it is named");
    let empty = send(&mut agent, &page, "resolve-invalid", &[]).await;
    assert!(empty.error("reason").starts_with("Choose a reason: "), "{}", empty.error("reason"));
    assert_eq!(empty.error("remarks"), "Enter remarks that help the raiser understand");
    let reason = page.attributes("#reason option", "value")[1].clone();
    let many: Vec<String> = (0..200).map(|n| format!("{}.1", cms::trade::Crn::from_digits(n + 1).as_str())).collect();
    let mut fields = vec![("reason", reason.as_str()), ("remarks", "See {address}.")];
    fields.extend(many.iter().map(|tick| ("tick", tick.as_str())));
    let many = send(&mut agent, &page, "resolve-invalid", &fields).await;
    assert_eq!(many.error("contacts"), "Select at most 200 contacts: 202 are ticked");
    let fields = [("reason", reason.as_str()), ("remarks", "See {address}."), ("tick", &format!("{waiting}.1"))];
    send(&mut agent, &page, "resolve-invalid", &fields).await;
    assert_eq!(world.status(&waiting).await, "AACA", "a tick that the page did not draw closes nothing");
    for crn in &mine {
        assert_eq!(world.status(crn).await, "CCIV");
    }
    // raisers and networks have no such form
    let mut alder = world.sign_in("alder.agent").await;
    let page = alder.get("/queues/mine/ticked/resolve-invalid?back=%2Fqueues%2Fmine").await;
    assert!(page.text().contains("Nothing is ticked that this can be done with"));
    assert_eq!(alder.get("/queues/mine/ticked/assign?back=%2Fqueues%2Fmine").await.status, 404);
}
