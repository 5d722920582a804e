//! What is done to the rows that one ticks, and taking the next one.

use cms::contacts::journal::Input;
use cms::contacts::lifecycle::Status;

use crate::world::{Page, Person, World, lives};

/// CRN and version of a row as its box sends it.
async fn tick(world: &World, crn: &str) -> String {
    world.tick(crn).await
}

async fn act(world: &World, by: &mut Person, act: &str, colleague: &str, rows: &[&str]) -> Page {
    let mut fields = vec![
        ("act", act.to_owned()),
        ("colleague", colleague.to_owned()),
        ("back", "/queues/organisation?with=nobody".to_owned()),
    ];
    for crn in rows {
        fields.push(("tick", tick(world, crn).await));
    }
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    by.post("/queues/organisation/act", &fields).await
}

#[tokio::test]
async fn ticked_rows_are_assigned_and_each_has_its_outcome() {
    let world = World::new().await;
    let (one, two, three) = (
        world.contact_at(Status::Aaca).await,
        world.contact_at(Status::Aaca).await,
        world.contact_at(Status::Aaca).await,
    );
    let mut agent = world.sign_in("cdsp.agent").await;
    let stale = tick(&world, &three).await;
    let other = world.person_id("cdsp.agent2").await;
    world.record("cdsp.agent2", &three, Input::Assign(other)).await.unwrap();

    let nothing = act(&world, &mut agent, "mine", "", &[]).await;
    assert_eq!((nothing.status.as_u16(), nothing.error("results")), (422, "Select at least one contact".to_owned()));
    let nobody = act(&world, &mut agent, "assign", "", &[&one]).await;
    assert_eq!(nobody.status, 422);
    let says = nobody.error("colleague");
    assert!(says.starts_with("Choose a colleague: ") && says.contains("Ruth Pellew"), "{says}");
    assert_eq!(nobody.attributes("input[data-queue-row][checked]", "aria-label"), [format!("Select {one}")]);

    // the same where others have taken all that the list had
    let fields = [("act", "assign"), ("colleague", ""), ("back", "/queues/organisation?q=nowhere"), ("tick", &stale)];
    let emptied = agent.post("/queues/organisation/act", &fields).await;
    assert_eq!(emptied.status, 422);
    assert!(emptied.error("results").starts_with("Choose a colleague: "), "{:?}", emptied.errors());

    let ticks = [tick(&world, &one).await, tick(&world, &two).await, stale];
    let done = agent
        .post(
            "/queues/organisation/act",
            &[
                ("act", "mine"),
                ("back", "/queues/organisation?with=nobody"),
                ("tick", &ticks[0]),
                ("tick", &ticks[1]),
                ("tick", &ticks[2]),
            ],
        )
        .await;
    assert_eq!(done.location(), "/queues/organisation?with=nobody");
    let page = agent.get(&done.location()).await;
    assert_eq!(page.all(".govuk-notification-banner__heading"), ["2 contacts assigned to you. 1 was not"]);
    let says = &page.all(".govuk-notification-banner__content .govuk-body")[0];
    assert!(says.starts_with("Not done: taken by Owen Tasker at "), "{says}");
    assert_eq!(page.attributes(".govuk-notification-banner__link", "href"), [format!("/contacts/{three}")]);
    assert!(agent.get("/queues/organisation").await.all(".govuk-notification-banner").is_empty(), "it is said once");

    let id = world.colleague("cdsp.agent2").await;
    act(&world, &mut agent, "assign", &id, &[&one]).await;
    act(&world, &mut agent, "return", "", &[&two, &three]).await;
    let page = agent.get("/queues/organisation").await;
    assert_eq!(
        page.all(".govuk-notification-banner__heading"),
        ["1 contact returned to the organisation queue. 1 was not"]
    );
    assert_eq!(
        (world.status(&one).await, world.status(&two).await, world.status(&three).await),
        ("ATCA".into(), "AACA".into(), "ATCA".into())
    );
    let rival = world
        .sign_in("alder.agent")
        .await
        .post("/queues/organisation/act", &[("act", "mine"), ("back", ""), ("tick", &ticks[0])])
        .await;
    assert_eq!(rival.status, 303);
    assert_eq!(world.status(&one).await, "ATCA");
    assert_eq!(agent.post("/queues/all/act", &[("act", "mine"), ("tick", &ticks[0])]).await.status, 404);
}

#[tokio::test]
async fn take_next_says_why_and_prefers_an_answer_that_is_back() {
    let world = World::new().await;
    let mut agent = world.sign_in("cdsp.agent").await;
    let empty = agent.post("/queues/next", &[]).await;
    assert_eq!(
        agent.get(&empty.location()).await.all(".govuk-notification-banner__heading"),
        ["Nothing in the organisation queue waits to be taken"]
    );
    let older = world.contact_at(Status::Aaca).await;
    let asked = world.contact_at(Status::Dcaa).await;
    world.record("alder.agent", &asked, lives::answered("Plot 4")).await.unwrap();
    for (crn, why) in [(&asked, "the answer is back"), (&older, "It is due first")] {
        let taken = agent.post("/queues/next", &[]).await;
        assert_eq!(taken.location(), format!("/contacts/{crn}"));
        let page = agent.get(&taken.location()).await;
        assert!(page.all(".govuk-notification-banner__content")[0].contains(why), "{}", page.text());
    }
    assert_eq!(world.sign_in("facilitator").await.post("/queues/next", &[]).await.status, 403);
}

#[tokio::test]
async fn a_network_is_told_that_a_contact_has_moved_and_not_when() {
    let world = World::new().await;
    let crn = world.contact_at(Status::Svda).await;
    let mut ngn = world.sign_in("ngn.agent").await;
    let stale = tick(&world, &crn).await;
    world.record("ngn.agent", &crn, lives::visited()).await.unwrap();
    let fields = [("act", "return"), ("colleague", ""), ("back", "/queues/organisation"), ("tick", stale.as_str())];
    let done = ngn.post("/queues/organisation/act", &fields).await;
    let says = ngn.get(&done.location()).await.all(".govuk-notification-banner__content .govuk-body").join(" ");
    assert!(says.contains("it has moved and is with the CDSP now"), "{says}");
    // who sees all of it is told
    let stale = tick(&world, &crn).await;
    let me = world.person_id("cdsp.agent").await;
    world.record("cdsp.agent", &crn, Input::Assign(me)).await.unwrap();
    let visit = Input::SendVisit { network: world.organisation_id("NGN").await, look_at: "The box" };
    world.record("cdsp.agent", &crn, visit).await.unwrap();
    let fields = [("act", "mine"), ("colleague", ""), ("back", "/queues/organisation"), ("tick", stale.as_str())];
    let mut cdsp = world.sign_in("cdsp.agent").await;
    let done = cdsp.post("/queues/organisation/act", &fields).await;
    let says = cdsp.get(&done.location()).await.all(".govuk-notification-banner__content .govuk-body").join(" ");
    assert!(says.contains("it has moved at ") && says.contains(" and is with "), "{says}");
}

#[tokio::test]
async fn what_is_in_the_queue_is_not_returned_to_it_and_what_is_elsewhere_is_said_to_be_there() {
    let world = World::new().await;
    let (queued, asked) = (world.contact_at(Status::Aaca).await, world.contact_at(Status::Dcrs).await);
    let mut cdsp = world.sign_in("cdsp.supervisor").await;
    let done = act(&world, &mut cdsp, "return", "", &[&queued, &asked]).await;
    let says = cdsp.get(&done.location()).await.all(".govuk-notification-banner__content .govuk-body");
    let of = |crn: &str| says.iter().find(|line| line.contains(crn)).unwrap().clone();
    assert!(of(&queued).contains("it is in the organisation queue already"), "{says:?}");
    assert!(of(&asked).contains("it is with Alder Energy"), "{says:?}");
}

/// What the banner says: whether it is good news, its heading and its lines; and whether it leads to the next contact.
fn banner(page: &Page) -> (bool, String, Vec<String>, bool) {
    let has = |what: &str| !page.all(&format!(".govuk-notification-banner{what}")).is_empty();
    let heading = page.all(".govuk-notification-banner__heading").concat();
    let lines = page.all(".govuk-notification-banner__content .govuk-body");
    (has("--success"), heading, lines, has(" form[action='/queues/next']"))
}

#[tokio::test]
async fn a_deed_is_said_as_it_went_and_leads_on_whoever_gave_something_away() {
    let world = World::new().await;
    let crn = world.contact_at(Status::Aaca).await;
    let mut ruth = world.sign_in("cdsp.supervisor").await;
    let owen = world.colleague("cdsp.agent2").await;
    let went = |heading: &str, leads_on| (true, heading.to_owned(), Vec::new(), leads_on);
    let returned = went("1 contact returned to the organisation queue", true);
    let why = format!("Not done: it is with Owen Tasker already. {crn}");
    for (what, colleague, said) in [
        ("mine", "", went("1 contact assigned to you", false)),
        ("return", "", returned.clone()),
        ("assign", owen.as_str(), went("1 contact assigned to Owen Tasker", true)),
        ("assign", &owen, (false, "Nothing was assigned to Owen Tasker".to_owned(), vec![why], false)),
        ("return", "", returned),
    ] {
        let tick = tick(&world, &crn).await;
        let fields = [("act", what), ("colleague", colleague), ("back", "/queues/organisation"), ("tick", &tick)];
        let sent = ruth.post("/queues/organisation/act", &fields).await;
        assert_eq!(banner(&ruth.get(&sent.location()).await), said, "{what}");
    }
    let back =
        ruth.post("/queues/undo", &[("back", "/queues/organisation"), ("tick", &tick(&world, &crn).await)]).await;
    assert_eq!(banner(&ruth.get(&back.location()).await), went("1 contact put back as before", false));
}
