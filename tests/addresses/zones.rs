//! Which zone a postcode lies in, wherever a page or an act needs to know.

use cms::contacts::lifecycle::Status::{Atca, Dcaa};

use crate::world::{MNC, Page, Person, World};

/// Puts postcodes with their zones on the list.
async fn list(world: &World, rows: &[(&str, &str, &str)]) {
    for (outcode, incode, ldz) in rows {
        sqlx::query("insert into postcode_ldz (outcode, incode, ldz) values ($1, $2, $3)")
            .bind(outcode)
            .bind(incode)
            .bind(ldz)
            .execute(world.owner())
            .await
            .unwrap();
    }
    sqlx::raw_sql(
        "delete from outcode_ldz;
         insert into outcode_ldz select outcode, array_agg(distinct ldz order by ldz) from postcode_ldz group by outcode",
    )
    .execute(world.owner())
    .await
    .unwrap();
}

/// The MNC of everybody, with another postcode.
fn mnc<'a>(postcode: &'a str, more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let mut fields: Vec<(&str, &str)> =
        MNC.iter().map(|(name, value)| (*name, if *name == "postcode" { postcode } else { *value })).collect();
    fields.extend_from_slice(more);
    fields
}

async fn ldz(world: &World, crn: &str) -> String {
    sqlx::query_scalar("select ldz from contact where crn = $1").bind(crn).fetch_one(world.owner()).await.unwrap()
}

/// Check answers of a form with this postcode, and the form's key.
async fn check(by: &mut Person, postcode: &str) -> (Page, String) {
    let key = by.get("/contacts/new/mnc").await.input("key");
    let sent = by.post("/contacts/new/mnc", &mnc(postcode, &[("key", &key)])).await;
    (by.get(&sent.location()).await, key)
}

#[tokio::test]
async fn a_corrected_postcode_moves_the_contact_to_its_zone() {
    let world = World::new().await;
    let crn = world.contact_at(Dcaa).await;
    assert_eq!(ldz(&world, &crn).await, "NE");
    let mut amy = world.sign_in("alder.agent").await;
    world.must(&mut amy, &crn, "answer-clarification", &mnc("SW1A 1AA", &[("answer", "It is in London")])).await;
    assert_eq!(ldz(&world, &crn).await, "SE");
}

#[tokio::test]
async fn the_list_goes_first_then_the_outcode_then_the_area_and_pages_say_which() {
    let world = World::new().await;
    let mut amy = world.sign_in("alder.agent").await;
    let (proposed, _) = check(&mut amy, "LS29 8AA").await;
    let text = proposed.text();
    assert!(text.contains("NE North East, Northern Gas Networks") && text.contains("Proposed from the postcode area"));

    list(&world, &[("LS29", "8AA", "NW")]).await;
    let (listed, key) = check(&mut amy, "LS29 8AA").await;
    assert!(listed.text().contains("NW North West, Cadent") && listed.text().contains("From the official list"));
    let done = amy.post("/contacts/new/mnc/check", &[("key", &key)]).await;
    let crn = done.location().split('/').nth(2).unwrap().to_owned();
    assert_eq!(ldz(&world, &crn).await, "NW");
    let shown = amy.get(&format!("/contacts/{crn}")).await.text();
    assert!(shown.contains("NW North West, Cadent") && shown.contains("From the official list"));

    let (neighbour, _) = check(&mut amy, "LS29 8AB").await;
    assert!(neighbour.text().contains("All listed postcodes of LS29 lie in this zone"));
}

#[tokio::test]
async fn an_outcode_that_straddles_says_so_and_decides_nothing() {
    let world = World::new().await;
    list(&world, &[("LS1", "8AA", "NE"), ("LS1", "8AB", "NW")]).await;
    let mut amy = world.sign_in("alder.agent").await;
    let (page, key) = check(&mut amy, "LS1 4DY").await;
    assert!(page.text().contains("LS1 lies in two zones: NE and NW"));
    let done = amy.post("/contacts/new/mnc/check", &[("key", &key)]).await;
    let crn = done.location().split('/').nth(2).unwrap().to_owned();
    assert_eq!(ldz(&world, &crn).await, "");
    let mut agent = world.sign_in("cdsp.agent").await;
    world.take(&mut agent, &crn, "cdsp.agent").await;
    let visit = agent.get(&format!("/contacts/{crn}/send-visit")).await;
    assert!(visit.text().contains("LS1 lies in two zones: NE and NW; choose a network."));
    assert!(visit.attributes("#network option[selected]", "value").iter().all(String::is_empty));
}

#[tokio::test]
async fn a_visit_goes_to_the_network_of_the_zone_unless_told_otherwise() {
    let world = World::new().await;
    let crn = world.contact_at(Atca).await;
    let mut agent = world.sign_in("cdsp.agent").await;
    let visit = agent.get(&format!("/contacts/{crn}/send-visit")).await;
    assert!(visit.text().contains("Proposed from the postcode area"), "{}", visit.text());
    let ngn = "NGN".to_owned();
    assert_eq!(visit.attributes("#network option[selected]", "value"), [ngn]);
}

#[tokio::test]
async fn an_isolated_network_is_said_before_submitting_and_beside_the_contact() {
    let world = World::new().await;
    list(&world, &[("LS1", "4DY", "LW")]).await;
    let mut amy = world.sign_in("alder.agent").await;
    let (page, key) = check(&mut amy, "LS1 4DY").await;
    assert_eq!(page.all(".govuk-warning-text").len(), 1);
    let sentence = "This postcode is on an isolated network";
    assert!(page.all(".govuk-warning-text")[0].contains(sentence));
    let done = amy.post("/contacts/new/mnc/check", &[("key", &key)]).await;
    let crn = done.location().split('/').nth(2).unwrap().to_owned();
    let mut agent = world.sign_in("cdsp.agent").await;
    let shown = agent.get(&format!("/contacts/{crn}")).await;
    assert!(shown.all(".govuk-warning-text")[0].contains(sentence));
}
