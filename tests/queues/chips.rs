//! What narrows a list with one click, what its address says, and where in it a page stands.

use cms::contacts::journal::Input;
use cms::contacts::lifecycle::Status;

use super::list::crns;
use crate::world::{Page, World, lives};

/// Text and address of each chip.
fn chips(page: &Page) -> Vec<(String, String)> {
    let chips = ".app-chips li:not(.app-chips__filters) .app-chip";
    page.all(chips).into_iter().zip(page.attributes(chips, "href")).collect()
}

fn chip(page: &Page, text: &str) -> String {
    let found = chips(page).into_iter().find(|(known, _)| known == text);
    found.unwrap_or_else(|| panic!("no chip “{text}” in {:?}", chips(page))).1
}

#[tokio::test]
async fn each_queue_has_the_chips_that_fit_it() {
    let world = World::new().await;
    for (account, queue, wanted) in [
        ("cdsp.agent", "organisation", &["Unassigned", "Mine", "Overdue", "Answer back"][..]),
        ("cdsp.agent", "mine", &["Overdue", "Due today", "Answer back"]),
        ("cdsp.agent", "all", &["Open", "Unassigned", "Overdue", "Answer back"]),
        ("ngn.agent", "organisation", &["Unassigned", "Mine", "Overdue", "Raised by me"]),
        ("alder.agent", "raised", &["Raised by me", "Open", "Overdue", "Closed as invalid"]),
        ("facilitator", "all", &["Open", "Unassigned", "Overdue"]),
    ] {
        let mut person = world.sign_in(account).await;
        let page = person.get(&format!("/queues/{queue}")).await;
        let found = chips(&page);
        assert_eq!(found.iter().map(|(text, _)| text.as_str()).collect::<Vec<_>>(), wanted, "{account} {queue}");
        for (text, href) in found {
            // a chip is its filter, and pressed once more it is none
            let on = person.get(&href).await;
            assert_eq!(on.status, 200, "{href}");
            let off = chip(&on, &format!("{text}: remove filter ×"));
            assert_eq!(off, format!("/queues/{queue}?view=all"), "{text}");
            assert!(on.all(".app-chosen li").is_empty(), "{text} is said twice");
        }
    }
}

#[tokio::test]
async fn what_came_back_with_an_answer_is_marked_and_found() {
    let world = World::new().await;
    let waits = world.contact_at(Status::Aaca).await;
    let back = world.contact_at(Status::Dcaa).await;
    world.record("alder.agent", &back, lives::answered("Plot 4")).await.unwrap();
    let mut agent = world.sign_in("cdsp.agent2").await;
    let page = agent.get("/queues/organisation").await;
    assert_eq!(page.all(".app-status__back"), ["Answer back"]);
    assert_eq!(crns(&agent.get(&chip(&page, "Answer back")).await), [&*back]);
    assert_eq!(crns(&agent.get("/queues/organisation?with=nobody&answered=yes").await), [&*back]);
    // taken, it is still the one that came back; asked about again it is not
    let me = world.person_id("cdsp.agent2").await;
    world.record("cdsp.agent2", &back, Input::Assign(me)).await.unwrap();
    assert_eq!(crns(&agent.get("/queues/mine?answered=yes").await), [&*back]);
    world.record("cdsp.agent2", &back, Input::SendClarification("Which plot is it?")).await.unwrap();
    assert!(crns(&agent.get("/queues/all?answered=yes").await).is_empty());
    assert_eq!(crns(&agent.get("/queues/organisation").await), [waits]);
}

#[tokio::test]
async fn what_one_has_raised_oneself_is_a_list() {
    let world = World::new().await;
    let mine = world.logged_by("alder.agent").await;
    let theirs = world.logged_by("alder.agent2").await;
    let mut agent = world.sign_in("alder.agent").await;
    let page = agent.get("/queues/raised").await;
    assert_eq!(crns(&page).len(), 2);
    let list = agent.get(&chip(&page, "Raised by me")).await;
    assert_eq!((crns(&list), list.all("h1")[0].clone()), (vec![mine], "Raised by us (1)".to_owned()));
    assert_eq!(crns(&world.sign_in("alder.agent2").await.get("/queues/raised?logged=me").await), [theirs]);
    assert!(crns(&world.sign_in("birch.agent").await.get("/queues/raised?logged=me").await).is_empty());
    assert!(agent.get("/").await.attributes("a", "href").contains(&"/queues/raised?logged=me&open=yes".to_owned()));
}

#[tokio::test]
async fn only_statuses_that_the_queue_can_hold_are_offered() {
    use Status::*;
    let world = World::new().await;
    for (account, queue, wanted) in [
        ("cdsp.agent", "organisation", &[Aaca, Atca][..]),
        ("cdsp.agent", "mine", &[Atca]),
        ("alder.agent", "organisation", &[Dcrs, Dcaa]),
        ("ngn.agent", "organisation", &[Svdn, Svda, Dcrs, Dcaa]),
        ("ngn.agent", "mine", &[Svda, Dcaa]),
        ("alder.agent", "raised", &Status::ALL),
    ] {
        let page = world.sign_in(account).await.get(&format!("/queues/{queue}")).await;
        let offered: Vec<String> = page.attributes("#status option", "value").into_iter().skip(1).collect();
        assert_eq!(offered, wanted.iter().map(|status| status.code()).collect::<Vec<_>>(), "{account} {queue}");
    }
    let mut words: Vec<&str> = Status::ALL.into_iter().map(Status::short).collect();
    words.sort_unstable();
    words.dedup();
    assert_eq!(words.len(), Status::ALL.len(), "two statuses have the same words");
}

#[tokio::test]
async fn an_address_has_no_empty_parts() {
    let world = World::new().await;
    let mut agent = world.sign_in("cdsp.agent").await;
    let sent = "view=all&q=&status=ATCA&with=&by=&ldz=&due=&age=&from=&to=";
    let page = agent.get(&format!("/queues/organisation?{sent}")).await;
    assert_eq!(page.location(), "/queues/organisation?status=ATCA");
    assert_eq!(agent.get("/queues/organisation?q=&status=").await.location(), "/queues/organisation?view=all");
    assert_eq!(agent.get("/queues/organisation?q=&status=XXXX").await.status, 400);
}

#[tokio::test]
async fn a_page_says_where_in_the_list_it_stands() {
    let world = World::new().await;
    let mut all = Vec::new();
    for _ in 0..60 {
        all.push(world.contact_at(Status::Aaca).await);
    }
    let mut agent = world.sign_in("cdsp.agent").await;
    let position = |page: &Page| page.all(".app-pager p strong")[0].clone();
    let mut page = agent.get("/queues/organisation?size=25").await;
    let mut there = vec![(position(&page), page.all("title")[0].clone())];
    let mut addresses = vec!["/queues/organisation?size=25".to_owned()];
    while let Some(next) = page.other_page("next") {
        page = agent.get(&next).await;
        there.push((position(&page), page.all("title")[0].clone()));
        addresses.push(next);
    }
    for (at, wanted) in ["1 to 25", "26 to 50", "51 to 60"].into_iter().enumerate() {
        assert_eq!(there[at].0, format!("{wanted} of 60"));
        assert_eq!(there[at].1, format!("Organisation queue (60), {wanted} - CMS"));
        // an address without the place, as of old: it is counted
        let bare = addresses[at].split("&place=").next().unwrap();
        assert_eq!(position(&agent.get(bare).await), format!("{wanted} of 60"));
    }
    let back = page.other_page("prev").unwrap();
    assert_eq!(position(&agent.get(&back).await), "26 to 50 of 60");
    let bare = back.split("&place=").next().unwrap();
    assert_eq!(position(&agent.get(bare).await), "26 to 50 of 60");
    // others take the first ten: the ends of the list are right, whatever the address says
    let me = world.person_id("cdsp.agent2").await;
    let unassigned = agent.get("/queues/organisation?with=nobody&size=25").await;
    let second = agent.get(&unassigned.other_page("next").unwrap()).await;
    let third = second.other_page("next").unwrap();
    for crn in crns(&unassigned).iter().take(10) {
        world.record("cdsp.agent2", crn, Input::Assign(me)).await.unwrap();
    }
    assert_eq!(position(&agent.get(&third).await), "41 to 50 of 50");
    assert_eq!(agent.get("/queues/organisation?with=me").await.all("title"), ["Organisation queue: With me (0) - CMS"]);
}

#[tokio::test]
async fn an_act_is_offered_only_where_it_can_be_done() {
    let world = World::new().await;
    world.contact_at(Status::Aaca).await;
    world.contact_at(Status::Atca).await;
    let mut agent = world.sign_in("cdsp.agent").await;
    for (path, first, to_me) in [
        ("/queues/organisation", true, true),
        ("/queues/organisation?with=nobody", true, true),
        ("/queues/organisation?with=me", false, false),
        ("/queues/organisation?q=nowhere", false, false),
        ("/queues/mine", false, false),
    ] {
        let page = agent.get(path).await;
        assert_eq!(!page.all("#how_many, .app-first").is_empty(), first, "{path}");
        assert_eq!(!page.all("button[value=mine]").is_empty(), to_me, "{path}");
    }
    let mine = agent.get("/queues/mine").await;
    let acts = ["Assign", "Return to organisation queue"];
    let many = ["Send data clarification", "Resolve as valid", "Resolve as invalid"];
    assert_eq!(mine.all("button[name=act]"), [&acts[..], &many].concat());
    let visits = world.sign_in("ngn.agent").await.get("/queues/mine").await;
    assert!(visits.all("button[name=act]").is_empty(), "nothing is there to act on");
    let offered = mine.all("#colleague option");
    assert!(!offered.iter().any(|name| name.ends_with("(you)")), "{offered:?}");
    let with = agent.get("/queues/organisation?with=me").await.all("tr[data-crn] td:last-child");
    assert_eq!(with, ["you"]);
}
