//! Queues: what they hold, how they are narrowed, ordered and paged, and what is done to the rows one ticks.

use std::collections::HashSet;

use cms::contacts::journal::Input;
use cms::contacts::lifecycle::Status;
use cms::queues::{Filter, Queue, rows};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;

use crate::world::{Page, Person, World, lives};

pub fn crns(page: &Page) -> Vec<String> {
    page.all("table.app-queue tbody th")
}

/// CRN and version of a row as its box sends it.
async fn tick(world: &World, crn: &str) -> String {
    format!("{crn}.{}", world.version(crn).await)
}

async fn act(world: &World, by: &mut Person, act: &str, colleague: &str, rows: &[&str]) -> Page {
    let mut fields = vec![
        ("act", act.to_owned()),
        ("colleague", colleague.to_owned()),
        ("back", "/queues/organisation?with=nobody".to_owned()),
    ];
    for crn in rows {
        fields.push(("tick", tick(world, crn).await));
    }
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    by.post("/queues/organisation/act", &fields).await
}

#[tokio::test]
async fn each_queue_holds_what_is_to_be_done_there() {
    use Status::*;
    let world = World::new().await;
    let mut at = Vec::new();
    for status in Status::ALL {
        at.push((status, world.contact_at(status).await));
    }
    let of = |wanted: &[Status]| -> HashSet<String> {
        at.iter().filter(|(status, _)| wanted.contains(status)).map(|(_, crn)| crn.clone()).collect()
    };
    for (account, path, wanted) in [
        ("cdsp.agent2", "/queues/organisation", &[Aaca, Atca][..]),
        ("cdsp.agent", "/queues/mine", &[Atca]),
        ("cdsp.agent2", "/queues/mine", &[]),
        ("ngn.agent2", "/queues/organisation", &[Svdn, Svda]),
        ("ngn.agent", "/queues/mine", &[Svda]),
        ("sgn.agent", "/queues/organisation", &[]),
        ("alder.agent2", "/queues/organisation", &[Dcrs, Dcaa]),
        ("alder.agent", "/queues/mine", &[Dcaa]),
        ("birch.agent", "/queues/raised", &[]),
        ("alder.agent2", "/queues/raised", &Status::ALL),
        ("alder.agent2", "/queues/raised?open=yes", &[Aaca, Atca, Svdn, Svda, Dcrs, Dcaa]),
        ("cdsp.agent", "/queues/all", &Status::ALL),
        ("facilitator", "/queues/all?status=CCIV", &[Cciv]),
        ("cdsp.agent", "/queues/organisation?with=nobody", &[Aaca]),
        ("cdsp.agent", "/queues/organisation?with=me", &[Atca]),
        ("cdsp.agent", "/queues/organisation?status=AACA", &[Aaca]),
        ("cdsp.agent", "/queues/all?q=moss+lan", &Status::ALL),
        ("cdsp.agent", "/queues/all?q=LS1+4DY", &Status::ALL),
        ("cdsp.agent", "/queues/all?q=elsewhere", &[]),
        ("cdsp.agent", "/queues/organisation?due=overdue", &[]),
    ] {
        let page = world.sign_in(account).await.get(path).await;
        assert_eq!(crns(&page).into_iter().collect::<HashSet<_>>(), of(wanted), "{account} {path}");
        assert!(page.all("h1")[0].contains(&format!("({})", wanted.len())), "{account} {path}: {:?}", page.all("h1"));
    }
    for (account, path) in [
        ("alder.agent", "/queues/all"),
        ("cdsp.agent", "/queues/raised"),
        ("facilitator", "/queues/mine"),
        ("cdsp.agent", "/queues/other"),
    ] {
        assert_eq!(world.sign_in(account).await.get(path).await.status, 404, "{account} {path}");
    }
    assert!(world.stranger().get("/queues/mine").await.location().starts_with("/sign-in"));
}

#[tokio::test]
async fn an_address_that_means_nothing_is_refused_with_a_sentence() {
    let world = World::new().await;
    let mut agent = world.sign_in("cdsp.agent").await;
    for query in [
        "page=18446744073709551615",
        "after=99999999999999999999~1",
        "after=9223372036854775807~1",
        "after=x~y",
        "sort=crn;drop+table+contact",
        "size=1000",
        "with=-",
        "by=99999999999999999999",
        "status=%00",
        "q=a&q=b",
    ] {
        let page = agent.get(&format!("/queues/organisation?{query}")).await;
        assert_eq!(page.status, 400, "{query}");
        assert!(page.text().contains("can’t be read"), "{query}");
    }
    for q in ["%25", "_", "%5C", "'", "%27%3A*", "%26", "%7C", "!", "(", "%22", "%01"] {
        let page = agent.get(&format!("/queues/organisation?q={q}")).await;
        assert!(matches!(page.status.as_u16(), 200 | 400), "{q}: {}", page.status);
        assert!(crns(&page).is_empty());
    }
}

#[tokio::test]
async fn ticked_rows_are_assigned_and_each_has_its_outcome() {
    let world = World::new().await;
    let (one, two, three) = (
        world.contact_at(Status::Aaca).await,
        world.contact_at(Status::Aaca).await,
        world.contact_at(Status::Aaca).await,
    );
    let mut agent = world.sign_in("cdsp.agent").await;
    let stale = tick(&world, &three).await;
    let other = world.person_id("cdsp.agent2").await;
    world.record("cdsp.agent2", &three, Input::Assign(other)).await.unwrap();

    let nothing = act(&world, &mut agent, "mine", "", &[]).await;
    assert_eq!((nothing.status.as_u16(), nothing.error("results")), (422, "Select at least one contact".to_owned()));
    let nobody = act(&world, &mut agent, "assign", "", &[&one]).await;
    assert_eq!((nobody.status.as_u16(), nobody.error("colleague")), (422, "Choose a colleague".to_owned()));
    assert_eq!(nobody.attributes("input[data-queue-row][checked]", "aria-label"), [format!("Select {one}")]);

    let ticks = [tick(&world, &one).await, tick(&world, &two).await, stale];
    let done = agent
        .post(
            "/queues/organisation/act",
            &[
                ("act", "mine"),
                ("back", "/queues/organisation?with=nobody"),
                ("tick", &ticks[0]),
                ("tick", &ticks[1]),
                ("tick", &ticks[2]),
            ],
        )
        .await;
    assert_eq!(done.location(), "/queues/organisation?with=nobody");
    let page = agent.get(&done.location()).await;
    assert_eq!(page.all(".govuk-notification-banner__heading"), ["2 contacts assigned to you. 1 was not"]);
    let says = &page.all(".govuk-notification-banner__content .govuk-body")[0];
    assert!(says.starts_with("Not done: taken by Owen Tasker at "), "{says}");
    assert_eq!(page.attributes(".govuk-notification-banner__link", "href"), [format!("/contacts/{three}")]);
    assert!(agent.get("/queues/organisation").await.all(".govuk-notification-banner").is_empty(), "it is said once");

    let id = world.person_id("cdsp.agent2").await.to_string();
    act(&world, &mut agent, "assign", &id, &[&one]).await;
    act(&world, &mut agent, "return", "", &[&two, &three]).await;
    let page = agent.get("/queues/organisation").await;
    assert_eq!(
        page.all(".govuk-notification-banner__heading"),
        ["1 contact returned to the organisation queue. 1 was not"]
    );
    assert_eq!(
        (world.status(&one).await, world.status(&two).await, world.status(&three).await),
        ("ATCA".into(), "AACA".into(), "ATCA".into())
    );
    let rival = world
        .sign_in("alder.agent")
        .await
        .post("/queues/organisation/act", &[("act", "mine"), ("back", ""), ("tick", &ticks[0])])
        .await;
    assert_eq!(rival.status, 303);
    assert_eq!(world.status(&one).await, "ATCA");
    assert_eq!(agent.post("/queues/all/act", &[("act", "mine"), ("tick", &ticks[0])]).await.status, 404);
}

#[tokio::test]
async fn take_next_says_why_and_prefers_an_answer_that_is_back() {
    let world = World::new().await;
    let mut agent = world.sign_in("cdsp.agent").await;
    let empty = agent.post("/queues/next", &[]).await;
    assert_eq!(
        agent.get(&empty.location()).await.all(".govuk-notification-banner__heading"),
        ["Nothing in the organisation queue waits to be taken"]
    );
    let older = world.contact_at(Status::Aaca).await;
    let asked = world.contact_at(Status::Dcaa).await;
    world.record("alder.agent", &asked, lives::answered("Plot 4")).await.unwrap();
    for (crn, why) in [(&asked, "the answer is back"), (&older, "It is due first")] {
        let taken = agent.post("/queues/next", &[]).await;
        assert_eq!(taken.location(), format!("/contacts/{crn}"));
        let page = agent.get(&taken.location()).await;
        assert!(page.all(".govuk-notification-banner__content")[0].contains(why), "{}", page.text());
    }
    assert_eq!(world.sign_in("facilitator").await.post("/queues/next", &[]).await.status, 403);
}

/// Walks a list from its first page to its last by its own links; then back.
pub async fn walk(person: &mut Person, path: &str) -> (Vec<String>, Vec<String>) {
    let (mut there, mut back) = (Vec::new(), Vec::new());
    let mut page = person.get(path).await;
    loop {
        assert_eq!(page.status, 200, "{path}: {}", page.text());
        there.extend(crns(&page));
        let Some(next) = page.other_page("next") else { break };
        page = person.get(&next).await;
    }
    loop {
        back.splice(0..0, crns(&page));
        let Some(previous) = page.other_page("prev") else { break };
        page = person.get(&previous).await;
    }
    (there, back)
}

#[tokio::test]
async fn random_filters_count_what_they_list_and_page_without_repeat_or_gap() {
    let world = World::new().await;
    for n in 0..60 {
        world.logged_by(["alder.agent", "birch.agent", "dale.agent"][n % 3]).await;
    }
    // equal times are the hard case of paging by key
    sqlx::query("update contact set due = date_trunc('hour', due), received = date_trunc('hour', received)")
        .execute(world.owner())
        .await
        .unwrap();
    for status in [Status::Atca, Status::Svdn, Status::Dcaa, Status::Ccva, Status::Cciv] {
        for _ in 0..3 {
            world.contact_at(status).await;
        }
    }
    let mut agent = world.sign_in("cdsp.agent").await;
    let viewer = world.viewer("cdsp.agent").await;
    let mut runner = TestRunner::deterministic();
    let filters = (
        prop_oneof![Just("organisation"), Just("all")],
        prop_oneof![Just(""), Just("status=AACA"), Just("status=ATCA"), Just("status=CCIV")],
        prop_oneof![Just(""), Just("with=nobody"), Just("with=me"), Just("by=BIR"), Just("ldz=NE"), Just("ldz=NT")],
        prop_oneof![
            Just(""),
            Just("q=moss"),
            Just("q=LS1"),
            Just("due=overdue"),
            Just("due=soon"),
            Just("age=0-1"),
            Just("age=2-5"),
            Just("from=2020-01-01&to=2090-01-01"),
            Just("to=2020-01-01")
        ],
        prop_oneof![
            Just("due"),
            Just("-due"),
            Just("received"),
            Just("-received"),
            Just("age"),
            Just("-age"),
            Just("status"),
            Just("-raised"),
            Just("raised"),
            Just("with"),
            Just("-with")
        ],
    );
    for _ in 0..40 {
        let (queue, status, with, more, sort) = filters.new_tree(&mut runner).unwrap().current();
        if queue == "organisation" && status.ends_with("CCIV") {
            continue;
        }
        let query: Vec<&str> = [status, with, more].into_iter().filter(|part| !part.is_empty()).collect();
        let query = format!("{}&sort={sort}&size=25", query.join("&"));
        let path = format!("/queues/{queue}?{}", query.trim_start_matches('&'));
        let (there, back) = walk(&mut agent, &path).await;
        let different: HashSet<&String> = there.iter().collect();
        assert_eq!(different.len(), there.len(), "{path} repeats");
        assert_eq!(there, back, "{path} differs on the way back");
        let filter = Filter::parse(Queue::parse(queue).unwrap(), path.split_once('?').unwrap().1).unwrap();
        let mut tx = world.app.db.as_viewer(viewer.id).await.unwrap();
        let now = world.app.clock.now();
        let full = rows::full_count(&mut tx, &viewer, &filter, now).await.unwrap();
        let count = rows::counts(&mut tx, &viewer, &[filter], now).await.unwrap()[0];
        assert_eq!((usize::try_from(count).unwrap(), count), (there.len(), full), "{path}");
    }
}

#[tokio::test]
async fn rows_that_stay_are_neither_missed_nor_repeated_while_others_leave() {
    let world = World::new().await;
    let mut all = Vec::new();
    for _ in 0..60 {
        all.push(world.logged_by("alder.agent").await);
    }
    let mut agent = world.sign_in("cdsp.agent").await;
    let first = agent.get("/queues/organisation?with=nobody&size=25").await;
    let mut seen = crns(&first);
    // others take rows of the page in view and of the next one
    let me = world.person_id("cdsp.agent2").await;
    for crn in all.iter().step_by(4) {
        world.record("cdsp.agent2", crn, Input::Assign(me)).await.unwrap();
    }
    let mut page = first;
    while let Some(next) = page.other_page("next") {
        page = agent.get(&next).await;
        seen.extend(crns(&page));
    }
    let different: HashSet<&String> = seen.iter().collect();
    assert_eq!(different.len(), seen.len(), "a row was shown twice");
    for (n, crn) in all.iter().enumerate() {
        assert!(n % 4 == 0 || different.contains(crn), "{crn} stayed and was missed");
    }
}

#[tokio::test]
async fn a_page_that_others_emptied_leads_back_to_every_row_that_stayed() {
    let world = World::new().await;
    let me = world.person_id("cdsp.agent2").await;
    let mut agent = world.sign_in("cdsp.agent").await;
    let mut all = Vec::new();
    for _ in 0..26 {
        all.push(world.contact_at(Status::Aaca).await);
    }
    for sort in ["due", "-due", "received", "age"] {
        let first = agent.get(&format!("/queues/organisation?with=nobody&size=25&sort={sort}")).await;
        let stayed = crns(&first);
        let next = first.other_page("next").unwrap();
        let last = crns(&agent.get(&next).await).pop().unwrap();
        world.record("cdsp.agent2", &last, Input::Assign(me)).await.unwrap();
        let emptied = agent.get(&next).await;
        assert!(emptied.text().contains("Nothing is left on this page"), "{sort}");
        assert!(emptied.other_page("next").is_none(), "{sort}");
        let back = agent.get(&emptied.other_page("prev").expect("a way back")).await;
        assert_eq!(crns(&back), stayed, "{sort}");
        // and the other way: nothing is left before a row
        for crn in &stayed {
            world.record("cdsp.agent2", crn, Input::Assign(me)).await.unwrap();
        }
        world.record("cdsp.agent2", &last, Input::Return).await.unwrap();
        let emptied = agent.get(&next.replace("after=", "before=")).await;
        assert!(emptied.text().contains("Nothing is left on this page"), "{sort}");
        assert!(emptied.other_page("prev").is_none(), "{sort}");
        let on = agent.get(&emptied.other_page("next").expect("a way on")).await;
        assert_eq!(crns(&on), [last], "{sort}");
        for crn in &stayed {
            world.record("cdsp.agent2", crn, Input::Return).await.unwrap();
        }
    }
    // where the whole list is empty there is no other page
    for crn in &all {
        world.record("cdsp.agent2", crn, Input::Assign(me)).await.unwrap();
    }
    let empty = agent.get("/queues/organisation?with=nobody&size=25&after=1~1").await;
    assert!(empty.other_page("prev").is_none() && empty.text().contains("No contacts match"), "{}", empty.text());
}
