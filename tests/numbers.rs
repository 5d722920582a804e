//! No address, form, attribute or header holds a number that counts what others do: every page that each viewpoint reaches
//! is looked through for numbers of rows, and for numbers that rise while only others act.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use cms::contacts::journal::Input;
use cms::contacts::lifecycle::Status;
use scraper::{Html, Selector};

use crate::world::{Page, Person, World, lives};

/// Who looks, and at most so many pages of theirs.
const VIEWERS: [&str; 9] = [
    "alder.agent",
    "alder.supervisor",
    "alder.lso",
    "ngn.agent",
    "ngn.supervisor",
    "dale.agent",
    "cdsp.agent",
    "cdsp.supervisor",
    "facilitator",
];
const PAGES: usize = 90;

/// Where a person begins.
const BEGINNINGS: [&str; 16] = [
    "/",
    "/queues/organisation?view=all&size=25",
    "/queues/mine?view=all",
    "/queues/raised?view=all&size=25",
    "/queues/all?view=all&size=25",
    "/search?q=moss&size=25",
    "/search?q=moss&sort=with",
    "/notifications",
    "/account",
    "/people",
    "/workload",
    "/texts",
    "/bulk",
    "/contacts/new/mnc",
    "/trial",
    "/trial/feedback",
];

/// Every sequence goes on where no other number on a page is.
async fn far_apart(world: &World) {
    sqlx::raw_sql(
        "do $$
         declare one record;
         begin
             for one in select table_name, column_name from information_schema.columns
                        where table_schema = 'public' and is_identity = 'YES' order by table_name loop
                 execute format('alter table %I alter column %I restart with %s', one.table_name, one.column_name,
                                case one.table_name when 'contact' then 71000000 else 830000000000 end);
             end loop;
         end $$",
    )
    .execute(world.owner())
    .await
    .unwrap();
}

/// All that a page has beside its text: attributes, by where they stand, and headers.
fn told(page: &Page) -> Vec<(String, String)> {
    let mut told: Vec<(String, String)> = page
        .headers
        .iter()
        .filter(|(name, _)| !["x-request-id", "content-length"].contains(&name.as_str()))
        .map(|(name, value)| (name.to_string(), value.to_str().unwrap_or_default().to_owned()))
        .collect();
    if page.headers.get("content-type").is_some_and(|kind| kind.to_str().unwrap().starts_with("text/html")) {
        let html = Html::parse_document(&page.body);
        for element in html.select(&Selector::parse("*").unwrap()) {
            let named = element.value().attr("name").unwrap_or_default();
            for (name, value) in element.value().attrs() {
                told.push((format!("{} {named} {name}", element.value().name()), value.to_owned()));
            }
        }
    } else {
        told.push(("body".to_owned(), page.body.clone()));
    }
    told
}

fn numbers(text: &str) -> Vec<u64> {
    text.split(|c: char| !c.is_ascii_digit()).filter_map(|digits| digits.parse().ok()).collect()
}

/// Every page that is reached from the beginnings by links.
async fn crawl(person: &mut Person) -> BTreeMap<String, Vec<(String, String)>> {
    let mut waiting: VecDeque<String> = BEGINNINGS.iter().map(|path| (*path).to_owned()).collect();
    let (mut seen, mut pages): (BTreeSet<String>, BTreeMap<_, _>) = (BTreeSet::new(), BTreeMap::new());
    while let Some(path) = waiting.pop_front() {
        if pages.len() >= PAGES || !seen.insert(path.clone()) {
            continue;
        }
        let page = person.get(&path).await;
        let mut links = page.attributes("a[href]", "href");
        links.extend(page.attributes("[data-new]", "data-new"));
        links.extend((!page.location().is_empty()).then(|| page.location()));
        let ours =
            |link: &String| link.starts_with('/') && !link.starts_with("/help") && !link.starts_with("/bulk/template");
        let plain = |link: String| link.split('#').next().unwrap_or_default().to_owned();
        waiting.extend(links.into_iter().filter(ours).map(plain).filter(|link| !link.contains("/export.")));
        pages.insert(path, told(&page));
    }
    pages
}

/// Another Shipper logs, asks and closes; the CDSP, a network and the facilitator do their part of it.
async fn others_act(world: &World) {
    for _ in 0..3 {
        let crn = world.logged_by("birch.agent").await;
        let cdsp = world.person_id("cdsp.agent2").await;
        world.record("cdsp.agent2", &crn, Input::Assign(cdsp)).await.unwrap();
        world.record("cdsp.agent2", &crn, Input::SendClarification("Which?")).await.unwrap();
    }
    let mut bella = world.sign_in("birch.agent").await;
    bella.post("/feedback", &[("about", "idea"), ("says", "More rows")]).await;
    let back = "/queues/raised?status=AACA";
    bella.post("/queues/raised/filters", &[("filter_name", "Theirs"), ("back", back)]).await;
}

#[tokio::test]
async fn no_page_holds_a_number_that_counts_what_others_do() {
    let world = World::new().await;
    far_apart(&world).await;
    let mut lso = world.sign_in("alder.lso").await;
    let added = [("account", "alder.new"), ("name", "Ada New"), ("email", "ada@alder.example")];
    assert_eq!(lso.post("/people/new", &added).await.status, 200);
    for _ in 0..26 {
        world.logged_by("alder.agent").await;
    }
    for status in Status::ALL {
        world.contact_at(status).await;
    }
    let visited = world.contact_at(Status::Svda).await;
    world.record("ngn.agent", &visited, lives::visited()).await.unwrap();
    let mut faye = world.sign_in("facilitator").await;
    let announced = [("says", "Tea at four"), ("from", "1 January 2026 09:00"), ("until", "1 January 2099 10:00")];
    faye.post("/trial/announcements", &announced).await;
    for account in ["alder.agent", "cdsp.agent", "ngn.agent"] {
        let mut person = world.sign_in(account).await;
        person.post("/feedback", &[("about", "idea"), ("says", "More tea")]).await;
        let filter = [("filter_name", "Open"), ("back", "/queues/organisation?sort=-received"), ("opens", "")];
        person.post("/queues/organisation/filters", &filter).await;
    }
    let mut first = Vec::new();
    for account in VIEWERS {
        let mut person = world.sign_in(account).await;
        let pages = crawl(&mut person).await;
        assert!(pages.len() > 12, "{account} {}", pages.len());
        for (path, told) in &pages {
            for text in told.iter().map(|(_, value)| value).chain([path]) {
                let counts = numbers(text)
                    .into_iter()
                    .find(|n| (71_000_000..71_100_000).contains(n) || (830_000_000_000..830_000_100_000).contains(n));
                assert_eq!(counts, None, "{account} {path}: {text}");
            }
        }
        first.push((person, pages));
    }
    others_act(&world).await;
    for (account, (mut person, before)) in VIEWERS.into_iter().zip(first) {
        // who sees all sees these too
        if account.starts_with("cdsp") || account == "facilitator" {
            continue;
        }
        for (path, told_before) in before {
            let after = told(&person.get(&path).await);
            if after.len() != told_before.len() {
                continue;
            }
            for ((place, then), (_, now)) in told_before.iter().zip(&after) {
                let rises = numbers(then).into_iter().zip(numbers(now)).find(|(then, now)| now > then);
                // what is drawn says when, and forms of a new page have a new key
                let is_time = rises.is_some_and(|(then, _)| then > 1_000_000_000_000);
                let is_drawing = place.starts_with("rect");
                let is_key = place.contains(" key ")
                    || place.contains(" once ")
                    || then.contains("key=")
                    || then.contains("key%3D")
                    || place == "set-cookie";
                assert!(rises.is_none() || is_time || is_key || is_drawing, "{account} {path} {place}: {then} → {now}");
            }
        }
    }
}

#[tokio::test]
async fn a_version_says_nothing_of_how_much_happened() {
    let world = World::new().await;
    let crn = world.contact_at(Status::Svda).await;
    let mut ngn = world.sign_in("ngn.agent").await;
    let shown = async |ngn: &mut Person| ngn.get(&format!("/contacts/{crn}")).await.input("version");
    let before = shown(&mut ngn).await;
    assert_eq!(before, world.shown_version(&crn).await);
    assert_eq!(shown(&mut ngn).await, before, "the same while nothing happens");
    world.record("alder.agent", &crn, Input::Add("By the gate")).await.unwrap();
    let after = shown(&mut ngn).await;
    assert!(
        before != after
            && before.len() == after.len()
            && before.parse::<u32>().is_err() | after.parse::<u32>().is_err()
    );
    // a number that somebody tries is a version of nothing
    for version in ["1", "2", "3", "4", "5"] {
        let late = ngn.post(&format!("/contacts/{crn}/return"), &[("version", version)]).await;
        assert_eq!(late.status, 409, "{version}");
    }
    assert_eq!(ngn.post(&format!("/contacts/{crn}/return"), &[("version", &after)]).await.status, 303);
}

#[tokio::test]
async fn addresses_with_numbers_of_old_are_answered_with_a_sentence() {
    let world = World::new().await;
    let crn = world.contact_at(Status::Aaca).await;
    let mut agent = world.sign_in("cdsp.agent").await;
    for (path, status) in [
        ("/queues/organisation?after=1700000000000000~12".to_owned(), 400),
        ("/queues/organisation?before=1700000000000000~12".to_owned(), 400),
        ("/search?q=moss&after=1700000000000000~12".to_owned(), 400),
        (format!("/contacts/{crn}?list=%2Fqueues%2Forganisation%3Fview%3Dall&at=1700000000000000~12"), 400),
        (format!("/notifications/{crn}.2.assign"), 404),
        ("/trial/feedback?before=7".to_owned(), 403),
        ("/queues/organisation?with=12".to_owned(), 200),
    ] {
        let page = agent.get(&path).await;
        assert_eq!(page.status, status, "{path}: {}", page.text());
    }
    for (path, field) in
        [("/queues/organisation/filters/1", ("what", "remove")), ("/queues/organisation/filters/x", ("what", "remove"))]
    {
        assert_eq!(agent.post(path, &[field, ("back", "/queues/organisation?view=all")]).await.status, 404, "{path}");
    }
}
