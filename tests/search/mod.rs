//! Searching: by number, postcode and words, the way back, and nothing of anybody else's.

mod lines;
mod words;

use cms::contacts::fields::outcome::Outcome;
use cms::contacts::journal::Input;
use cms::contacts::lifecycle::Status;

use crate::world::{Page, World};

fn found(page: &Page) -> Vec<String> {
    page.all("table tbody th")
}

#[tokio::test]
async fn a_contact_is_found_by_whatever_one_has_of_it() {
    let world = World::new().await;
    let crn = world.contact_at(Status::Atca).await;
    let mprn = cms::trade::Mprn::from_body(90_123_456);
    world.record("cdsp.agent", &crn, Input::ResolveValid(Outcome::Created(mprn.clone()))).await.unwrap();
    sqlx::query(
        "insert into contact_mprn (contact_id, role, place, mprn)
         select id, 'neighbour', 1, '9012345607' from contact where crn = $1",
    )
    .bind(&crn)
    .execute(world.owner())
    .await
    .unwrap();
    let mut amy = world.sign_in("alder.agent2").await;
    let (small, digits) = (crn.to_lowercase(), crn.trim_start_matches('C').to_owned());
    for q in [crn.as_str(), &small, &format!("{}+{}", &small[..4], &small[4..]), &digits] {
        assert_eq!(amy.get(&format!("/search?q={q}")).await.location(), format!("/contacts/{crn}"), "{q}");
    }
    for q in [
        mprn.as_str(),
        "9012345607",
        "LS1+4DY",
        "ls14dy",
        "ls1",
        "G4A0123456",
        "g4a+0123456",
        "moss",
        "MOSS+lane",
        "móss+lan",
        "leeds+moss",
        "7+moss+lane",
        "upper",
    ] {
        assert_eq!(found(&amy.get(&format!("/search?q={q}")).await), vec![crn.clone()], "{q}");
    }
    for q in ["mill", "moss+mill", "LS2", "oss", "7512345605"] {
        let page = amy.get(&format!("/search?q={q}")).await;
        assert_eq!((page.status.as_u16(), found(&page)), (200, vec![]), "{q}");
        assert_eq!(page.all(".app-empty").len(), 1);
    }
    assert_eq!(amy.get("/search").await.all("table").len(), 0);
}

#[tokio::test]
async fn a_number_is_looked_for_as_everything_it_can_be() {
    let world = World::new().await;
    let crn = world.contact_at(Status::Aaca).await;
    // nine digits that are a CRN without its C and an MPRN as well
    let both = (1_000_000..9_999_999)
        .map(|body| cms::trade::Mprn::from_body(body).as_str().to_owned())
        .find(|mprn| mprn.len() == 9 && cms::trade::Crn::parse(mprn).is_ok())
        .unwrap();
    let mut amy = world.sign_in("alder.agent").await;
    for update in [
        "with c as (update contact_words w set site = '' from contact c where c.id = w.contact_id and c.crn = $2 returning c.id)
         insert into contact_mprn (contact_id, role, place, mprn) select id, 'neighbour', 1, $1 from c",
        "with gone as (delete from contact_mprn)
         update contact_words w set site = array_to_tsvector(array[$1]) from contact c where c.id = w.contact_id and c.crn = $2",
    ] {
        sqlx::query(update).bind(&both).bind(&crn).execute(world.owner()).await.unwrap();
        assert_eq!(found(&amy.get(&format!("/search?q={both}")).await), vec![crn.clone()], "{update}");
    }
}

#[tokio::test]
async fn a_search_has_pages_and_its_contacts_lead_back_to_it() {
    let world = World::new().await;
    for _ in 0..51 {
        world.logged_by("alder.agent").await;
    }
    let mut amy = world.sign_in("alder.agent").await;
    let page = amy.get("/search?q=moss").await;
    assert_eq!(found(&page).len(), 50);
    assert_eq!(page.all("h1"), ["51 contacts found for “moss”"]);
    assert!(page.all("title")[0].contains("51 contacts found for “moss”"));
    assert_eq!(page.attributes("#search-box", "value"), ["moss"]);
    let last = found(&page).pop().unwrap();
    let second = amy.get(&page.attributes("a[rel='next']", "href")[0]).await;
    assert_eq!(found(&second).len(), 1);
    let first = amy.get(&second.attributes("a[rel='prev']", "href")[0]).await;
    assert_eq!(found(&first).pop(), Some(last.clone()));

    let opens = page.attributes("[data-queue-open]", "href").pop().unwrap();
    let contact = amy.get(&opens).await.location();
    assert_eq!(contact, format!("/contacts/{last}"));
    let contact = amy.get_from("/search?q=moss", &contact).await;
    assert_eq!(contact.attributes(".app-walk .govuk-back-link", "href"), ["/search?q=moss"]);
    assert_eq!(contact.all(".app-walk .govuk-back-link"), ["Search: “moss”"]);
    let next = contact.attributes(".app-walk a[rel='next']", "href");
    assert_eq!(next, [format!("/contacts/{}", found(&second)[0])]);
}

#[tokio::test]
async fn what_is_not_yours_is_answered_like_what_is_not_there() {
    let world = World::new().await;
    let crn = world.contact_at(Status::Svdn).await;
    let missing = cms::trade::Crn::from_digits(12_345_678).as_str().to_owned();
    for (account, sees) in
        [("birch.agent", false), ("sgn.agent", false), ("ngn.agent", true), ("cdsp.agent", true), ("facilitator", true)]
    {
        let mut person = world.sign_in(account).await;
        assert_eq!(found(&person.get("/search?q=moss").await).len(), usize::from(sees), "{account}");
        let by_crn = person.get(&format!("/search?q={crn}")).await;
        let nothing = person.get(&format!("/search?q={missing}")).await;
        if sees {
            assert_eq!(by_crn.location(), format!("/contacts/{crn}"));
        } else {
            let plain = |page: &Page, q: &str| page.body.replace(q, "Q");
            assert_eq!(plain(&by_crn, &crn), plain(&nothing, &missing), "{account}");
        }
    }
}

#[tokio::test]
async fn nothing_typed_is_special() {
    let world = World::new().await;
    world.contact_at(Status::Aaca).await;
    let mut amy = world.sign_in("alder.agent").await;
    for q in [
        "%25",
        "_",
        "%5C",
        "'",
        "%22",
        "%26",
        "%7C",
        "!",
        "%3A*",
        "(",
        ")",
        "moss'%3B--",
        "moss+%26+lane",
        "%F0%9F%94%A5",
    ] {
        let page = amy.get(&format!("/search?q={q}")).await;
        assert_eq!(page.status, 200, "{q}");
    }
    assert_eq!(found(&amy.get("/search?q=%25").await), Vec::<String>::new());
    assert_eq!(amy.get("/search?q=a%00b").await.status, 200);
    // each of these becomes four letters when folded
    let wide = "%E3%8C%80".repeat(200);
    assert_eq!(amy.get(&format!("/search?q={wide}")).await.status, 200);
    let long = "x".repeat(300);
    let page = amy.get(&format!("/search?q={long}")).await;
    assert_eq!((page.status.as_u16(), page.attributes("#search-box", "value")), (422, vec![long]));
    assert!(page.all(".govuk-error-summary a")[0].contains("too long"));
}

#[tokio::test]
async fn a_search_leads_back_to_where_one_searched_from() {
    let world = World::new().await;
    let mut all = Vec::new();
    for _ in 0..51 {
        all.push(world.logged_by("alder.agent").await);
    }
    let other = world.contact_at(Status::Atca).await;
    sqlx::query("update contact_words w set site = '' from contact c where c.id = w.contact_id and c.crn = $1")
        .bind(&other)
        .execute(world.owner())
        .await
        .unwrap();
    let mut amy = world.sign_in("alder.agent").await;
    let back = |page: &Page| (page.all(".govuk-back-link"), page.attributes(".govuk-back-link", "href"));
    let to = |name: &str, href: &str| (vec![name.to_owned()], vec![href.to_owned()]);
    let contact = format!("/contacts/{other}");
    for (before, wanted) in [
        ("/", to("Back to Home", "/")),
        ("/notifications?show=outcome", to("Back to Notifications", "/notifications")),
        ("/queues/raised?status=ATCA&sort=due", to("Back to Raised by us", "/queues/raised?status=ATCA&sort=due")),
        (&format!("{contact}/send-visit"), to(&format!("Back to contact {other}"), &contact)),
        // stands among what was found, or is no page one searches from
        (&format!("/contacts/{}", all[50]), (vec![], vec![])),
        ("/people/alder.agent", (vec![], vec![])),
        ("//elsewhere.example/queues/mine", (vec![], vec![])),
    ] {
        let page = amy.get_from(before, "/search?q=moss").await;
        assert_eq!(back(&page), wanted, "{before}");
        let Some(href) = wanted.1.first() else { continue };
        // its next page and a search from it know it still
        let next = page.other_page("next").unwrap();
        let second = amy.get_from("/search?q=moss", &next).await;
        assert_eq!(back(&second), wanted, "{before}");
        assert_eq!(second.attributes(".app-find input[name=back]", "value"), vec![href.clone()]);
        assert_eq!(found(&second).len(), 1);
    }
    let page = amy.get_from("/", "/search?q=moss").await;
    assert_eq!(page.all("h1"), ["51 contacts found for “moss”"]);
    assert_eq!(page.all("title"), ["51 contacts found for “moss” - CMS"]);
    assert_eq!(amy.get("/search?q=nowhere").await.all("h1"), ["Nothing found for “nowhere”"]);
    for forged in ["https://elsewhere.example/", "//elsewhere.example", "/sign-out", "javascript:alert(1)"] {
        let page = amy.get(&format!("/search?q=moss&back={forged}")).await;
        assert_eq!((page.status.as_u16(), back(&page)), (200, (vec![], vec![])), "{forged}");
    }
}
