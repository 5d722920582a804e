//! Searching: by number, postcode and words, mistyped numbers, and nothing of anybody else's.

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
        "with c as (update contact set words = '' where crn = $2 returning id)
         insert into contact_mprn (contact_id, role, place, mprn) select id, 'neighbour', 1, $1 from c",
        "with gone as (delete from contact_mprn)
         update contact set words = array_to_tsvector(array[$1]) where crn = $2",
    ] {
        sqlx::query(update).bind(&both).bind(&crn).execute(world.owner()).await.unwrap();
        assert_eq!(found(&amy.get(&format!("/search?q={both}")).await), vec![crn.clone()], "{update}");
    }
}

#[tokio::test]
async fn more_than_a_page_is_said_to_be_more() {
    let world = World::new().await;
    for _ in 0..51 {
        world.logged_by("alder.agent").await;
    }
    let page = world.sign_in("alder.agent").await.get("/search?q=moss").await;
    assert_eq!(found(&page).len(), 50);
    assert!(page.text().contains("51 found") && page.text().contains("Add a word"));
}

#[tokio::test]
async fn mistyped_numbers_are_said_to_be_so() {
    let world = World::new().await;
    let crn = world.contact_at(Status::Aaca).await;
    let last = crn.chars().last().unwrap().to_digit(10).unwrap();
    let wrong = format!("{}{}", &crn[..9], (last + 1) % 10);
    let mut amy = world.sign_in("alder.agent").await;
    assert!(
        amy.get(&format!("/search?q={wrong}")).await.all(".govuk-inset-text")[0].contains("one of its digits is wrong")
    );
    assert!(amy.get("/search?q=7512345605").await.all(".govuk-inset-text")[0].contains("check digits"));
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
    assert_eq!(amy.get(&format!("/search?q={long}")).await.status, 400);
}
