//! A data clarification, asked by many at once.

use cms::contacts::lifecycle::Status::Atca;

use crate::world::World;

#[tokio::test]
async fn of_many_at_once_one_has_it_and_the_others_keep_what_they_typed() {
    let world = World::new().await;
    let crn = world.contact_at(Atca).await;
    let path = format!("/contacts/{crn}/send-clarification");
    let agent = world.sign_in("cdsp.agent").await;
    let version = world.shown_version(&crn).await;
    let mut askers = Vec::new();
    for n in 0..64 {
        let (mut agent, path, version) = (agent.clone(), path.clone(), version.clone());
        askers.push(tokio::spawn(async move {
            let question = format!("Question number {n}?");
            let page = agent.post(&path, &[("version", &version), ("question", &question)]).await;
            (page, question)
        }));
    }
    let mut sent = 0;
    for asker in askers {
        let (page, question) = asker.await.unwrap();
        match page.status.as_u16() {
            303 => sent += 1,
            409 => assert!(page.body.contains(&question), "{question} is lost"),
            other => panic!("{other}: {}", page.text()),
        }
    }
    assert_eq!(sent, 1);
}
