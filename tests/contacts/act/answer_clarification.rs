//! The answer to a data clarification, and the details it corrects.

use cms::contacts::lifecycle::Status::Dcaa;

use crate::world::World;

#[tokio::test]
async fn an_answer_may_correct_details_and_history_keeps_before_and_after() {
    let world = World::new().await;
    let crn = world.contact_at(Dcaa).await;
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
    // and searching follows
    let found = amy.get("/queues/raised?q=mill+lane").await;
    assert!(found.body.contains(&crn));
}
