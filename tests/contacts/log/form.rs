//! Logging a contact: form, check page, CRN; and one form makes one contact.

use cms::contacts::lifecycle::Status;
use cms::trade::Crn;

use crate::world::{MNC, World};

#[tokio::test]
async fn a_contact_is_logged_checked_and_shown_its_crn() {
    let world = World::new().await;
    let mut amy = world.sign_in("alder.agent").await;
    assert_eq!(amy.get("/contacts/new").await.location(), "/contacts/new/mnc");
    let form = amy.get("/contacts/new/mnc").await;
    let key = form.input("key");
    let mut fields = MNC.to_vec();
    fields.push(("key", &key));
    let check = amy.post("/contacts/new/mnc", &fields).await;
    let check = amy.get(&check.location()).await;
    assert_eq!(check.all(".app-check__address span"), ["7 Moss Lane", "Upper Moss", "LEEDS", "LS1 4DY"]);
    assert_eq!(
        check.all(".govuk-summary-list__value"),
        [
            "G4A0123456",
            "Domestic",
            "12,000",
            "New house; the service was laid in May.",
            "REF-1",
            "Site office",
            "01632 960001",
            "site@example.com"
        ]
    );
    assert_eq!(
        check.all(".app-check__missing"),
        ["Not given: UPRN, meter reading, reading date, neighbouring MPRNs, photos and documents."]
    );
    // one for each group of answers
    let change = check.attributes(".app-check a", "href");
    let at: Vec<&str> = change.iter().filter_map(|link| link.split_once('#')).map(|(_, field)| field).collect();
    assert_eq!(at, ["building_number", "msn", "why", "own_reference"]);
    assert_eq!(amy.get(change[0].split('#').next().unwrap()).await.input("street"), "Moss Lane");

    let done = amy.post("/contacts/new/mnc/check", &[("key", &key)]).await;
    let logged = amy.get(&done.location()).await;
    let crn = logged.all(".app-crn").pop().unwrap();
    assert!(Crn::parse(&crn).is_ok());
    assert_eq!(amy.get(&done.location()).await.all(".app-crn").join(" "), crn, "the page can be opened again");
    assert_eq!(world.status(&crn).await, "AACA");
    let history = amy.get(&format!("/contacts/{crn}")).await.all(".app-timeline__title");
    assert_eq!(history, ["Contact logged"]);
    let with: String =
        sqlx::query_scalar("select o.kind from contact c join organisation o on o.id = c.with_org where crn = $1")
            .bind(&crn)
            .fetch_one(world.owner())
            .await
            .unwrap();
    assert_eq!(with, "CDSP");
}

#[tokio::test]
async fn five_submits_make_one_contact_and_show_one_crn() {
    let world = World::new().await;
    let mut amy = world.sign_in("alder.agent").await;
    let key = amy.get("/contacts/new/mnc").await.input("key");
    let mut fields = MNC.to_vec();
    fields.push(("key", &key));
    amy.post("/contacts/new/mnc", &fields).await;
    let mut submits = Vec::new();
    for _ in 0..5 {
        let (mut amy, key) = (amy.clone(), key.clone());
        submits.push(tokio::spawn(async move { amy.post("/contacts/new/mnc/check", &[("key", &key)]).await }));
    }
    let mut shown = Vec::new();
    for submit in submits {
        let page = submit.await.unwrap();
        assert_eq!(page.status, 303, "{}", page.text());
        shown.push(page.location());
    }
    shown.dedup();
    assert_eq!(shown.len(), 1, "{shown:?}");
    // and once more, much later; Back to the check page and to the form lead there too
    assert_eq!(amy.post("/contacts/new/mnc/check", &[("key", &key)]).await.location(), shown[0]);
    assert_eq!(amy.get(&format!("/contacts/new/mnc/check?key={key}")).await.location(), shown[0]);
    assert_eq!(amy.get(&format!("/contacts/new/mnc?key={key}")).await.location(), shown[0]);
    assert_eq!(amy.post("/contacts/new/mnc", &fields).await.status, 409);
    let count: i64 = sqlx::query_scalar("select count(*) from contact").fetch_one(world.owner()).await.unwrap();
    assert_eq!(count, 1);
}

#[tokio::test]
async fn only_raising_organisations_log() {
    let world = World::new().await;
    for account in ["cdsp.agent", "facilitator"] {
        let mut person = world.sign_in(account).await;
        for path in ["/contacts/new", "/contacts/new/mnc"] {
            assert_eq!(person.get(path).await.status, 403, "{account} {path}");
        }
        let mut fields = MNC.to_vec();
        fields.push(("key", "00000000000000000000000000000000"));
        assert_eq!(person.post("/contacts/new/mnc", &fields).await.status, 403);
        assert_eq!(person.post("/contacts/new/mnc/check", &[("key", "0")]).await.status, 403);
    }
    for account in ["ngn.agent", "dale.agent"] {
        let mut person = world.sign_in(account).await;
        world.log(&mut person).await;
    }
    let signed_out = world.stranger().get("/contacts/new/mnc").await;
    assert!(signed_out.location().starts_with("/sign-in"));
}

#[tokio::test]
async fn somebody_elses_form_key_leads_nowhere() {
    let world = World::new().await;
    let mut amy = world.sign_in("alder.agent").await;
    let key = amy.get("/contacts/new/mnc").await.input("key");
    let mut fields = MNC.to_vec();
    fields.push(("key", &key));
    amy.post("/contacts/new/mnc", &fields).await;
    let mut rival = world.sign_in("birch.agent").await;
    assert_eq!(rival.get(&format!("/contacts/new/mnc/check?key={key}")).await.status, 404);
    assert_eq!(rival.get(&format!("/contacts/new/mnc?key={key}")).await.input("street"), "", "a form of their own");
    assert_eq!(rival.post("/contacts/new/mnc/check", &[("key", &key)]).await.status, 404);
}

#[tokio::test]
async fn a_psc_comes_filled_in_and_is_logged_once() {
    let world = World::new().await;
    let old = world.contact_at(Status::Cciv).await;
    let mut amy = world.sign_in("alder.agent2").await;
    let page = amy.get(&format!("/contacts/{old}")).await;
    assert!(page.all(".app-actions a").contains(&"Log PSC".to_owned()));
    let form = amy.get(&format!("/contacts/{old}/log-psc")).await;
    assert_eq!((form.input("street"), form.input("psc_of")), ("Moss Lane".to_owned(), old.clone()));
    assert!(form.all(".govuk-inset-text")[0].contains("The address is not clear enough"));
    let key = form.input("key");
    let mut fields: Vec<(&str, &str)> =
        MNC.iter().map(|(name, value)| (*name, if *name == "street" { "Mill Lane" } else { value })).collect();
    fields.extend([("key", key.as_str()), ("psc_of", old.as_str())]);
    let check = amy.post("/contacts/new/mnc", &fields).await;
    assert_eq!(check.status, 303, "{}", check.text());
    let done = amy.post("/contacts/new/mnc/check", &[("key", &key)]).await;
    let new = done.location().split('/').nth(2).unwrap().to_owned();
    assert!(amy.get(&done.location()).await.text().contains(&format!("PSC of {old}")));
    assert!(amy.get(&format!("/contacts/{old}")).await.text().contains(&format!("Logged again as {new}")));
    assert_eq!(
        amy.get(&format!("/contacts/{new}")).await.all(".app-timeline__title"),
        [format!("Contact logged as PSC of {old}")]
    );
    assert_eq!(world.status(&old).await, "CCIV");
    // a second one meets the first
    let again = [&fields[..MNC.len()], &[("key", "00000000000000000000000000000000"), ("psc_of", &old)]].concat();
    let late = amy.post("/contacts/new/mnc", &again).await;
    for page in [&amy.get(&format!("/contacts/{old}/log-psc")).await, &late] {
        assert_eq!(page.status, 409);
        assert!(page.attributes("main a", "href").contains(&format!("/contacts/{new}")));
    }
    // what was typed is shown, and none of what the form carries beside it
    let shown = late.all(".govuk-summary-list__key");
    assert!(shown.contains(&"Street".to_owned()), "{shown:?}");
    assert!(!shown.iter().any(|label| label == "Key" || label == "Psc of"), "{shown:?}");
    let originator: String =
        sqlx::query_scalar("select p.account from contact c join person p on p.id = c.originator where crn = $1")
            .bind(&new)
            .fetch_one(world.owner())
            .await
            .unwrap();
    assert_eq!(originator, "alder.agent2");
}
