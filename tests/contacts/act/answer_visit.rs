//! The answer of a network that was not let in.

use cms::contacts::lifecycle::Status::Svda;

use crate::world::{World, today};

#[tokio::test]
async fn without_access_only_its_reason_is_asked() {
    let world = World::new().await;
    let crn = world.contact_at(Svda).await;
    let mut agent = world.sign_in("ngn.agent").await;
    let page = agent.get(&format!("/contacts/{crn}/answer-visit")).await;
    // without script every question stands there; with it, only what is asked
    for (name, condition) in [("no_access", "access=no"), ("service", "access!=no"), ("meter", "access!=no")] {
        let asked = page.attributes(&format!("[data-asked]:has([name={name}])"), "data-asked");
        assert_eq!(asked, [condition], "{name}");
    }
    let label = page.all("label[for=no_access]");
    assert_eq!(label, ["Why access was not gained"], "what is asked for is not called optional");
    let day = today();
    let refused = world.act(&mut agent, &crn, "answer-visit", &[("visited", &day), ("access", "no")]).await;
    assert_eq!(refused.status, 422);
    assert_eq!(refused.error("no_access"), "Say why access was not gained");
    assert_eq!(refused.errors().len(), 1, "{:?}", refused.errors());
    // with access the reason is not asked, and the rest is
    let refused = world.act(&mut agent, &crn, "answer-visit", &[("visited", &day), ("access", "yes")]).await;
    assert_eq!((refused.error("no_access").as_str(), refused.errors().len()), ("", 2), "{:?}", refused.errors());
    let answer = [("visited", day.as_str()), ("access", "no"), ("no_access", "Nobody at home")];
    let foreign = [&answer[..], &[("reason", "exists")]].concat();
    assert_eq!(world.act(&mut agent, &crn, "answer-visit", &foreign).await.status, 400, "a field of another form");
    world.must(&mut agent, &crn, "answer-visit", &answer).await;
    assert_eq!(world.status(&crn).await, "AACA");
}
