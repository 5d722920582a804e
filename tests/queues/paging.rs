//! The order of lists, and the pages of one.

use std::collections::HashSet;

use cms::contacts::journal::Input;
use cms::contacts::lifecycle::Status;
use cms::queues::{Filter, Queue, rows};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;

use super::list::crns;
use crate::world::{Person, World};

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
            Just("-with"),
            Just("crn"),
            Just("-crn"),
            Just("site"),
            Just("-site")
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
    for sort in ["due", "-due", "received", "age", "crn", "-site"] {
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
    let row = world.app.seal().show(cms::seal::Kind::Contact, 1);
    let empty = agent.get(&format!("/queues/organisation?with=nobody&size=25&after=1~{row}")).await;
    assert!(empty.other_page("prev").is_none() && empty.text().contains("No contacts match"), "{}", empty.text());
}

#[tokio::test]
async fn sites_are_in_the_order_of_streets_and_of_their_numbers() {
    let world = World::new().await;
    let places = [
        ("Abbey Road", "YORK", "2", "", ""),
        ("Abbey Road", "YORK", "10", "", "Flat 2"),
        ("abbey road", "YORK", "10", "", "Flat 11"),
        ("Abbey Road", "YORK", "10A", "", ""),
        ("Heron Rise", "LEEDS", "", "3", ""),
        ("Heron Rise", "LEEDS", "", "12", ""),
        ("Heron Rise", "YORK", "1", "", ""),
    ];
    let mut wanted = Vec::new();
    for (street, town, number, plot, sub) in places {
        let crn = world.logged_by("alder.agent").await;
        sqlx::query(
            "update contact set street = $2, post_town = $3, building_number = $4, plot_number = $5,
             sub_building_name = $6 where crn = $1",
        )
        .bind(&crn)
        .bind(street)
        .bind(town)
        .bind(number)
        .bind(plot)
        .bind(sub)
        .execute(world.owner())
        .await
        .unwrap();
        wanted.push(crn);
    }
    let mut agent = world.sign_in("cdsp.agent").await;
    for queue in ["organisation", "all"] {
        let page = agent.get(&format!("/queues/{queue}?sort=site")).await;
        assert_eq!(crns(&page), wanted, "{queue}");
        assert_eq!(page.all("th[aria-sort=ascending]"), ["Site"]);
        wanted.reverse();
        let page = agent.get(&page.attributes("th[aria-sort] a", "href")[0]).await;
        assert_eq!(crns(&page), wanted, "{queue}");
        wanted.reverse();
    }
    wanted.sort_unstable();
    let page = agent.get("/queues/organisation").await;
    let by_crn =
        page.attributes("th[scope=col]:has(+ th) a", "href").into_iter().find(|href| href.contains("sort=crn"));
    assert_eq!(crns(&agent.get(&by_crn.unwrap()).await), wanted);
}
