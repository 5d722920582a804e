//! The answer to a data clarification, and the details it corrects.

use cms::contacts::lifecycle::Status::Dcaa;

use crate::world::World;

#[tokio::test]
async fn an_answer_may_correct_details_and_history_keeps_before_and_after() {
    let world = World::new().await;
    let crn = world.contact_at(Dcaa).await;
    // its zone was known otherwise when it was logged
    sqlx::query("update contact set ldz = 'SC' where crn = $1").bind(&crn).execute(world.owner()).await.unwrap();
    let mut amy = world.sign_in("alder.agent").await;
    let form = amy.get(&format!("/contacts/{crn}/answer-clarification")).await;
    assert_eq!(form.input("street"), "Moss Lane");
    let corrected: Vec<(&str, &str)> = crate::world::MNC
        .iter()
        .map(|(name, value)| (*name, if *name == "street" { "Mill Lane" } else { value }))
        .collect();
    let mut wrong = corrected.clone();
    wrong.push(("answer", "It is Mill Lane"));
    let at = wrong.iter().position(|(name, _)| *name == "postcode").unwrap();
    wrong[at].1 = "LS1";
    let page = world.act(&mut amy, &crn, "answer-clarification", &wrong).await;
    assert_eq!(page.status, 422);
    assert!(!page.attributes("details", "open").is_empty(), "the wrong field is in view");
    assert!(page.body.contains("It is Mill Lane"));
    let mut right = corrected;
    right.push(("answer", "It is Mill Lane"));
    world.must(&mut amy, &crn, "answer-clarification", &right).await;
    let shown = amy.get(&format!("/contacts/{crn}")).await;
    assert!(shown.text().contains("Street: “Moss Lane” became “Mill Lane”"));
    // who may not ring the site reads it too
    let shown = world.sign_in("cdsp.agent2").await.get(&format!("/contacts/{crn}")).await;
    assert!(shown.text().contains("Street: “Moss Lane” became “Mill Lane”"), "{}", shown.text());
    let ldz = sqlx::query_scalar("select ldz from contact where crn = $1").bind(&crn);
    let ldz: String = ldz.fetch_one(world.owner()).await.unwrap();
    assert_eq!(ldz, "SC", "the same postcode lies where it lay");
    // and searching follows
    let found = amy.get("/queues/raised?q=mill+lane").await;
    assert!(found.body.contains(&crn));
}

#[tokio::test]
async fn an_answer_is_never_refused_for_what_nobody_touched() {
    let world = World::new().await;
    crate::addresses::some(&world).await;
    let mut amy = world.sign_in("alder.agent").await;
    for (field, value) in [("", ""), ("msn", "G4A00000000001")] {
        // kept before there were addresses to find: nobody said why it was entered by hand
        let crn = world.contact_at(Dcaa).await;
        let address = format!("/contacts/{crn}/answer-clarification");
        let page = amy.get(&address).await;
        let mut sent: Vec<(String, String)> = crate::drafts::shown(&page.body, &address).into_iter().collect();
        for (name, text) in &mut sent {
            if name == "answer" {
                "Plot 14".clone_into(text);
            } else if name == field {
                value.clone_into(text);
            }
        }
        let answered = crate::drafts::send(&mut amy, &address, &sent).await;
        assert_eq!(answered.status, 303, "{field}: {:?}", answered.errors());
    }
}
