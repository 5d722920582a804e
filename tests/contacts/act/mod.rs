//! The rooms of all actions, against one checklist: it works and leaves its event; the form comes back with its
//! typing; no right is 403; wrong status and a second time are 409 and keep the typing; signed out goes to sign-in.

mod answer_clarification;
mod answer_visit;
mod changed;
mod offered;
mod reassign;
mod resolve_valid;
mod return_to_queue;
mod send_clarification;
mod send_visit;

use cms::contacts::lifecycle::Status::{self, *};

use crate::world::{World, visit};

/// An action, where it can be done, who may and who sees but may not; a right form, and a wrong one with its field.
struct Act {
    action: &'static str,
    at: Status,
    by: &'static str,
    not_by: &'static str,
    right: Vec<(&'static str, String)>,
    wrong: Vec<(&'static str, String)>,
    field: &'static str,
    then: &'static str,
}

async fn acts(world: &World) -> Vec<Act> {
    let text = |name: &'static str, value: &str| vec![(name, value.to_owned())];
    let id = |account: &'static str| world.colleague(account);
    let ngn = "NGN".to_owned();
    let act =
        |action, at, by, not_by, right, wrong, field, then| Act { action, at, by, not_by, right, wrong, field, then };
    vec![
        act(
            "assign",
            Aaca,
            "cdsp.agent",
            "alder.agent",
            text("colleague", &id("cdsp.agent2").await),
            text("colleague", ""),
            "colleague",
            "ATCA",
        ),
        act(
            "assign",
            Svdn,
            "ngn.agent",
            "cdsp.agent",
            text("colleague", &id("ngn.agent").await),
            text("colleague", "1000000"),
            "colleague",
            "SVDA",
        ),
        act(
            "assign",
            Dcrs,
            "alder.agent2",
            "cdsp.agent",
            text("colleague", &id("alder.agent").await),
            text("colleague", "x"),
            "colleague",
            "DCAA",
        ),
        act(
            "reassign",
            Atca,
            "cdsp.supervisor",
            "cdsp.agent2",
            text("colleague", &id("cdsp.supervisor").await),
            text("colleague", &id("alder.agent").await),
            "colleague",
            "ATCA",
        ),
        act(
            "send-clarification",
            Atca,
            "cdsp.agent",
            "cdsp.supervisor",
            text("question", "Which plot is it?"),
            text("question", "  "),
            "question",
            "DCAA",
        ),
        act(
            "answer-clarification",
            Dcaa,
            "alder.agent",
            "alder.supervisor",
            text("answer", "Plot 14"),
            text("answer", ""),
            "answer",
            "AACA",
        ),
        act(
            "send-visit",
            Atca,
            "cdsp.agent",
            "cdsp.agent2",
            vec![("network", ngn), ("look_at", "Is there a meter?".to_owned())],
            vec![("network", String::new()), ("look_at", "Is there a meter?".to_owned())],
            "network",
            "SVDN",
        ),
        act(
            "answer-visit",
            Svda,
            "ngn.agent",
            "ngn.supervisor",
            visit(),
            vec![("visited", "31/02/2026".to_owned()), ("access", "yes".to_owned())],
            "visited",
            "AACA",
        ),
        act(
            "resolve-valid",
            Atca,
            "cdsp.agent",
            "cdsp.supervisor",
            vec![("mprn", "9012345607".to_owned()), ("sure", "yes".to_owned())],
            text("mprn", "7512345605"),
            "mprn",
            "CCVA",
        ),
        act(
            "resolve-invalid",
            Atca,
            "cdsp.agent",
            "cdsp.supervisor",
            vec![("reason", "exists".to_owned()), ("remarks", "See 9012345607".to_owned())],
            vec![("reason", "nonsense".to_owned()), ("remarks", "See 9012345607".to_owned())],
            "reason",
            "CCIV",
        ),
        act(
            "withdraw",
            Aaca,
            "alder.agent",
            "alder.supervisor",
            text("remarks", "The meter was found after all"),
            text("remarks", &"x".repeat(2_001)),
            "remarks",
            "CCIV",
        ),
        act(
            "add",
            Svda,
            "alder.agent2",
            "ngn.agent",
            text("remark", "The gate code is 1234"),
            text("remark", "  "),
            "remark",
            "SVDA",
        ),
        act(
            "add",
            Dcrs,
            "alder.agent",
            "cdsp.agent",
            text("remark", "The gate code is 1234"),
            text("remark", &"x".repeat(2_001)),
            "remark",
            "DCRS",
        ),
    ]
}

fn borrowed<'a>(fields: &'a [(&'static str, String)]) -> Vec<(&'static str, &'a str)> {
    fields.iter().map(|(name, value)| (*name, value.as_str())).collect()
}

#[tokio::test]
async fn each_action_keeps_the_checklist() {
    let world = World::new().await;
    for act in acts(&world).await {
        let crn = world.contact_at(act.at).await;
        let path = format!("/contacts/{crn}/{}", act.action);
        let name = format!("{} from {:?}", act.action, act.at);
        let mut by = world.sign_in(act.by).await;
        let mut not_by = world.sign_in(act.not_by).await;

        // its form opens for who may, and only for them
        let form = by.get(&path).await;
        assert_eq!(form.status, 200, "{name}");
        assert_eq!(form.input("version"), world.shown_version(&crn).await, "{name}");
        assert_eq!(not_by.get(&path).await.status, 403, "{name}");
        assert!(world.stranger().get(&path).await.location().starts_with("/sign-in"), "{name}");

        // no right, wrong form: nothing happens
        let before = world.digest().await;
        let refused = world.act(&mut not_by, &crn, act.action, &borrowed(&act.right)).await;
        assert_eq!(refused.status, 403, "{name}: {}", refused.text());
        let again = world.act(&mut by, &crn, act.action, &borrowed(&act.wrong)).await;
        assert_eq!(again.status, 422, "{name}: {}", again.text());
        assert!(!again.error(act.field).is_empty(), "{name}: {:?}", again.errors());
        for (field, value) in act.wrong.iter().filter(|(field, value)| *field != "colleague" && value.len() > 8) {
            assert!(again.body.contains(value.as_str()), "{name} lost {field}");
        }
        let version = world.shown_version(&crn).await;
        // every contact was at version 0 before it was there
        let stale = by.post(&path, &[&[("version", "0")], &borrowed(&act.right)[..]].concat()).await;
        assert_eq!(stale.status, 409, "{name}: {}", stale.text());
        assert!(!stale.all(".app-timeline__title").is_empty(), "{name} says what was done since");
        assert_eq!(world.digest().await, before, "{name}");
        // it works, once, and leaves its event
        let done = by.post(&path, &[&[("version", version.as_str())], &borrowed(&act.right)[..]].concat()).await;
        assert_eq!(
            (done.status.as_u16(), done.location()),
            (303, format!("/contacts/{crn}")),
            "{name}: {}",
            done.text()
        );
        assert_eq!(world.status(&crn).await, act.then, "{name}");
        let event: String = sqlx::query_scalar(
            "select action from contact_event e join contact c on c.id = e.contact_id where crn = $1 and action <> 'allocate' order by e.version desc limit 1",
        )
        .bind(&crn)
        .fetch_one(world.owner())
        .await
        .unwrap();
        assert_eq!(event, act.action, "{name}");
        let after = world.digest().await;
        let twice = by.post(&path, &[&[("version", version.as_str())], &borrowed(&act.right)[..]].concat()).await;
        assert_eq!((twice.status, twice.location()), (done.status, done.location()), "{name}: the same form again");
        // another form of the page as it was then
        let fields = [&[("version", version.as_str()), ("then", "")], &borrowed(&act.right)[..]].concat();
        let twice = by.post(&path, &fields).await;
        assert_eq!(twice.status, 409, "{name}");
        assert_eq!(world.digest().await, after, "{name}");
        for (field, value) in act.right.iter().filter(|(field, value)| *field != "colleague" && value.len() > 8) {
            assert!(twice.body.contains(&crate::world::in_words(value)), "{name} lost {field} at the second time");
        }
        assert_eq!(by.get(&format!("/contacts/{crn}/return")).await.status, 405, "{name}");
    }
}

#[tokio::test]
async fn a_contact_offers_exactly_what_its_viewer_may_do() {
    let world = World::new().await;
    let offered = |account: &'static str, at: Status| {
        let world = &world;
        async move {
            let crn = world.contact_at(at).await;
            let page = world.sign_in(account).await.get(&format!("/contacts/{crn}")).await;
            page.all(".app-actions :is(a, button)")
        }
    };
    assert_eq!(offered("cdsp.agent", Aaca).await, ["Assign to me", "Assign"]);
    assert_eq!(
        offered("cdsp.agent", Atca).await,
        [
            "Resolve as valid",
            "Send data clarification",
            "Send site visit",
            "Resolve as invalid",
            "Reassign",
            "Return to organisation queue"
        ]
    );
    assert_eq!(offered("cdsp.supervisor", Atca).await, ["Assign to me", "Reassign", "Return to organisation queue"]);
    assert!(offered("cdsp.agent2", Atca).await.is_empty());
    assert_eq!(offered("alder.agent", Aaca).await, ["Add to contact", "Withdraw"]);
    assert_eq!(offered("alder.agent2", Aaca).await, ["Add to contact"]);
    assert_eq!(offered("alder.agent", Atca).await, ["Add to contact"]);
    assert_eq!(offered("ngn.agent2", Svdn).await, ["Assign to me", "Assign"]);
    assert_eq!(offered("ngn.agent", Svda).await, ["Answer site visit", "Reassign", "Return to organisation queue"]);
    assert_eq!(
        offered("alder.agent", Dcaa).await,
        ["Answer data clarification", "Add to contact", "Reassign", "Return to organisation queue"]
    );
    assert_eq!(offered("alder.agent2", Dcrs).await, ["Assign to me", "Assign", "Add to contact"]);
    assert_eq!(offered("alder.agent", Cciv).await, ["Log PSC"]);
    assert!(offered("alder.agent", Ccva).await.is_empty());
    assert!(offered("facilitator", Aaca).await.is_empty());
}

#[tokio::test]
async fn who_may_take_next_goes_on_with_the_next_best_contact() {
    let world = World::new().await;
    let crn = world.contact_at(Atca).await;
    let waiting = world.logged_by("birch.agent").await;
    let mut cdsp = world.sign_in("cdsp.agent").await;
    let question = [("question", "Which plot is it?"), ("then", "next")];
    let done = world.act(&mut cdsp, &crn, "send-clarification", &question).await;
    assert_eq!((done.status.as_u16(), done.location()), (303, format!("/contacts/{waiting}")));
    let page = cdsp.get(&done.location()).await;
    let said = page.all(".govuk-notification-banner__content").concat();
    assert!(said.contains(&format!("Data clarification sent for contact {crn}.")), "{said}");
    assert!(said.contains("This contact is now yours") && said.contains("It is due first"), "{said}");
    // the last one: nothing waits
    let reason = [("reason", "other"), ("remarks", "See the plan"), ("then", "next")];
    let done = world.act(&mut cdsp, &waiting, "resolve-invalid", &reason).await;
    let list = cdsp.get(&done.location()).await;
    let said = list.all(".govuk-notification-banner__content").concat();
    assert!(said.contains(&format!("Contact {waiting} resolved as invalid")), "{said}");
    assert!(said.contains("Nothing in the organisation queue waits to be taken"), "{said}");
    // the banner of a plain act leads on too, and a list is walked with the act
    let (first, second) = (world.contact_at(Atca).await, world.contact_at(Atca).await);
    world.must(&mut cdsp, &first, "send-clarification", &[("question", "Which plot is it?")]).await;
    let page = cdsp.get(&format!("/contacts/{first}")).await;
    assert_eq!(page.all(".govuk-notification-banner form[action='/queues/next'] button"), ["Take next"]);
    let listed = [("question", "Which plot is it?"), ("then", first.as_str())];
    let done = world.act(&mut cdsp, &second, "send-clarification", &listed).await;
    assert_eq!(done.location(), format!("/contacts/{first}"));
}
