//! Many contacts in one act: each with its own outcome, whatever others do to them in the same moment, and the database
//! asked no more often for a hundred than for two.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use cms::clock::Clock;
use cms::contacts::Contact;
use cms::contacts::journal::{By, Input, record};
use sqlx::{Connection, PgConnection};
use tracing::subscriber::set_default;
use tracing_subscriber::layer::{Context, Layer, SubscriberExt};

use crate::world::{Page, Person, World, database};

const BACK: &str = "/queues/organisation?view=all";

async fn logged(world: &World, number: usize) -> Vec<String> {
    let mut crns = Vec::new();
    for _ in 0..number {
        crns.push(world.logged_by("alder.agent").await);
    }
    crns
}

async fn ticks(world: &World, crns: &[String]) -> Vec<String> {
    let sql = "select crn, version from contact where crn = any($1) order by array_position($1, crn)";
    let rows: Vec<(String, i32)> = sqlx::query_as(sql).bind(crns).fetch_all(world.owner()).await.unwrap();
    let seal = world.app.seal();
    rows.iter().map(|(crn, version)| seal.tick(crn, *version)).collect()
}

async fn act(by: &mut Person, act: &str, colleague: &str, ticks: &[String]) -> Page {
    let mut fields = vec![("act", act), ("colleague", colleague), ("back", BACK)];
    fields.extend(ticks.iter().map(|tick| ("tick", tick.as_str())));
    let done = by.post("/queues/organisation/act", &fields).await;
    assert_eq!(done.status, 303, "{}", done.text());
    by.get(&done.location()).await
}

fn heading(page: &Page) -> String {
    page.all(".govuk-notification-banner__heading").join("; ")
}

/// How many events of this action the contacts have.
async fn events(world: &World, action: &str) -> Vec<i64> {
    sqlx::query_scalar("select count(*) from contact_event where action = $1 group by contact_id order by contact_id")
        .bind(action)
        .fetch_all(world.owner())
        .await
        .unwrap()
}

async fn count(world: &World, sql: &'static str) -> i64 {
    sqlx::query_scalar(sql).fetch_one(world.owner()).await.unwrap()
}

#[tokio::test]
async fn a_hundred_in_one_act_have_each_their_outcome_and_go_back_together() {
    let world = World::new().await;
    let crns = logged(&world, 100).await;
    let (agent2, supervisor) = (world.person_id("cdsp.agent2").await, world.person_id("cdsp.supervisor").await);
    let me = world.person_id("cdsp.agent").await;
    // three are mine, two are somebody else's, and one is held by the very person
    for crn in &crns[..3] {
        world.record("cdsp.agent", crn, Input::Assign(me)).await.unwrap();
    }
    for crn in &crns[3..5] {
        world.record("cdsp.supervisor", crn, Input::Assign(supervisor)).await.unwrap();
    }
    world.record("cdsp.agent2", &crns[5], Input::Assign(agent2)).await.unwrap();
    let mut ticked = ticks(&world, &crns).await;
    // four move after they were ticked, of which two are closed
    for crn in &crns[6..10] {
        world.record("cdsp.agent2", crn, Input::Assign(agent2)).await.unwrap();
    }
    for crn in &crns[8..10] {
        let input = Input::ResolveInvalid { reason: "address", remarks: "There is no such street." };
        world.record("cdsp.agent2", crn, input).await.unwrap();
    }
    ticked.push(format!("{}.1", cms::trade::Crn::from_digits(99_999_999).as_str()));
    // who is meant is away
    sqlx::query("insert into cover values ($1, $2, $3, now() + interval '1 day', $1)")
        .bind(agent2)
        .bind(supervisor)
        .bind(world.organisation_id("CDS").await)
        .execute(world.owner())
        .await
        .unwrap();
    let before = count(&world, "select count(*) from notification").await;
    let mut agent = world.sign_in("cdsp.agent").await;
    let page = act(&mut agent, "assign", &world.colleague("cdsp.agent2").await, &ticked).await;
    assert_eq!(heading(&page), format!("93 contacts assigned to {}. 8 were not", name(&world, agent2).await));
    let says = page.all(".govuk-notification-banner__content .govuk-body");
    let of = |words: &str| says.iter().filter(|line| line.contains(words)).count();
    assert_eq!(of("only they or a supervisor may move it"), 3, "{says:?}");
    assert_eq!(of("taken by"), 2, "{says:?}");
    assert_eq!(of("closed at"), 2, "{says:?}");
    assert_eq!(of("there is no such contact"), 1, "{says:?}");
    assert_eq!(of("93 went to their cover"), 1, "{says:?}");
    let with_cover = count(&world, "select count(*) from contact c join cover on c.holder = covered_by").await;
    assert_eq!(with_cover, 93 + 2);
    // told once for each contact, and as of one act
    let told = count(&world, "select count(*) from notification n join cover on n.person_id = covered_by").await;
    assert_eq!(told, 93);
    assert_eq!(count(&world, "select count(*) from notification").await, before + 93);
    assert_eq!(
        count(&world, "select count(distinct act) from notification n join cover on n.person_id = covered_by").await,
        1
    );

    // the first is acted on before all go back
    world.record("cdsp.supervisor", &crns[10], Input::Return).await.unwrap();
    let offered = page.attributes(".app-undo input[name='tick']", "value");
    assert_eq!(offered.len(), 93);
    let mut fields = vec![("back", BACK)];
    fields.extend(offered.iter().map(|tick| ("tick", tick.as_str())));
    let done = agent.post("/queues/undo", &fields).await;
    let page = agent.get(&done.location()).await;
    assert_eq!(heading(&page), "92 contacts put back as before. 1 was not");
    assert_eq!(events(&world, "undo").await, vec![1; 92]);
    for crn in &crns[..3] {
        assert_eq!(world.holder(crn).await, Some(me));
    }
    assert_eq!(world.status(&crns[50]).await, "AACA");
    let (_, wrong) = cms::queues::check::compare(&world.app.db, world.app.clock.now()).await.unwrap();
    assert!(wrong.is_empty(), "{wrong:?}");
}

async fn name(world: &World, person: i64) -> String {
    sqlx::query_scalar("select name from person where id = $1").bind(person).fetch_one(world.owner()).await.unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_who_act_on_the_same_contacts_do_each_once() {
    let world = Arc::new(World::new().await);
    let crns = logged(&world, 60).await;
    let (agent, supervisor) = (world.sign_in("cdsp.agent").await, world.sign_in("cdsp.supervisor").await);
    for round in 1..=6 {
        let all = ticks(&world, &crns).await;
        // the second has them the other way round
        let (first, mut second) = (all[..40].to_vec(), all[20..].to_vec());
        second.reverse();
        let (mut one, mut two) = (agent.clone(), supervisor.clone());
        let acts = [
            tokio::spawn(async move { heading(&act(&mut one, "mine", "", &first).await) }),
            tokio::spawn(async move { heading(&act(&mut two, "mine", "", &second).await) }),
        ];
        let mut done = 0;
        for act in acts {
            let said = act.await.unwrap();
            done +=
                said.split_once(" contacts assigned to you").map_or(0, |(number, _)| number.parse::<u32>().unwrap());
        }
        assert_eq!(done, 60, "round {round}");
        assert_eq!(events(&world, "assign").await, vec![round; 60]);
        let held = ticks(&world, &crns).await;
        assert_eq!(
            heading(&act(&mut supervisor.clone(), "return", "", &held).await),
            "60 contacts returned to the organisation queue"
        );
    }
}

#[tokio::test]
async fn a_contact_that_somebody_holds_on_to_is_left_and_the_others_are_done() {
    let world = World::new().await;
    let crns = logged(&world, 5).await;
    let mut other = PgConnection::connect(&world.url).await.unwrap();
    let mut held = other.begin().await.unwrap();
    sqlx::query("select from contact where crn = $1 for no key update")
        .bind(&crns[2])
        .execute(&mut *held)
        .await
        .unwrap();
    let mut agent = world.sign_in("cdsp.agent").await;
    let page = act(&mut agent, "mine", "", &ticks(&world, &crns).await).await;
    assert_eq!(heading(&page), "4 contacts assigned to you. 1 was not");
    let says = page.all(".govuk-notification-banner__content .govuk-body").join(" ");
    assert!(says.contains("somebody else acted on it in the same moment"), "{says}");
    held.rollback().await.unwrap();
    assert_eq!(world.status(&crns[2]).await, "AACA");
}

/// Until a statement waits for what somebody else holds.
async fn waiting(world: &World) {
    let sql = "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'";
    for _ in 0..500 {
        if count(world, sql).await > 0 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    panic!("nobody waits");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_waits_for_a_contact_holds_none_that_comes_after_it() {
    let url = database().await;
    // as among many contacts: each is looked up in the order in which they are given
    sqlx::raw_sql(
        "do $$ begin execute format('alter database %I set enable_hashjoin = off', current_database());
                     execute format('alter database %I set enable_mergejoin = off', current_database()); end $$",
    )
    .execute(&mut PgConnection::connect(&url).await.unwrap())
    .await
    .unwrap();
    let world = World::on(url, |_| {}, Clock::System).await;
    let crns = logged(&world, 3).await;
    let mut ticked = ticks(&world, &crns).await;
    ticked.reverse();
    let nowait = "select from contact where crn = $1 for no key update nowait";
    let mut held = world.owner().begin().await.unwrap();
    sqlx::query(nowait).bind(&crns[1]).execute(&mut *held).await.unwrap();
    let mut agent = world.sign_in("cdsp.agent").await;
    let acting = tokio::spawn(async move { heading(&act(&mut agent, "mine", "", &ticked).await) });
    waiting(&world).await;
    // so that two who act on the same contacts never wait for each other
    sqlx::query(nowait).bind(&crns[2]).execute(&mut *held).await.expect("the last of them is free");
    held.rollback().await.unwrap();
    assert_eq!(acting.await.unwrap(), "3 contacts assigned to you");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn why_something_was_not_done_is_true_at_the_moment_when_it_is_said() {
    let world = World::new().await;
    let crns = logged(&world, 2).await;
    let owen = world.viewer("cdsp.agent2").await;
    world.record("cdsp.agent2", &crns[0], Input::Assign(owen.id)).await.unwrap();
    let ticked = ticks(&world, &crns).await;
    // the second is just being taken, and meanwhile the first is closed
    let mut taking = world.app.db.as_viewer(owen.id).await.unwrap();
    let contact = Contact::seen_by(&mut taking, &owen, &crns[1]).await.unwrap();
    let by = By { viewer: Some(&owen), at: world.app.clock.now(), terms: &world.app.config.terms };
    record(&mut taking, by, &contact, Input::Assign(owen.id)).await.unwrap();
    let mut agent = world.sign_in("cdsp.agent").await;
    let acting = tokio::spawn(async move { act(&mut agent, "mine", "", &ticked).await });
    waiting(&world).await;
    let invalid = Input::ResolveInvalid { reason: "address", remarks: "There is no such street." };
    world.record("cdsp.agent2", &crns[0], invalid).await.unwrap();
    taking.commit().await.unwrap();
    let page = acting.await.unwrap();
    assert_eq!(heading(&page), "Nothing was assigned to you");
    let says = page.all(".govuk-notification-banner__content .govuk-body");
    assert_eq!(says[0], format!("Not done: it is closed. {}", crns[0]));
    assert!(says[1].starts_with("Not done: taken by Owen Tasker at "), "{says:?}");
}

/// Counts the statements that the program sends.
struct Counter(Arc<AtomicU64>);

impl<S: tracing::Subscriber> Layer<S> for Counter {
    fn on_event(&self, event: &tracing::Event<'_>, _: Context<'_, S>) {
        if event.metadata().target() == "sqlx::query" {
            self.0.fetch_add(1, Ordering::Relaxed);
        }
    }
}

#[tokio::test]
async fn a_hundred_cost_as_many_statements_as_two() {
    let world = World::new().await;
    let mut agent = world.sign_in("cdsp.agent").await;
    let to = world.colleague("cdsp.agent2").await;
    let crns = logged(&world, 102).await;
    let ticked = ticks(&world, &crns).await;
    let counted = Arc::new(AtomicU64::new(0));
    let _watched = set_default(tracing_subscriber::registry().with(Counter(Arc::clone(&counted))));
    // whether anybody listens is remembered where a statement is logged, and other tests may have been the first there
    agent.get("/queues/organisation").await;
    tracing::callsite::rebuild_interest_cache();
    let mut costs = Vec::new();
    for some in [&ticked[..2], &ticked[2..]] {
        let mut fields = vec![("act", "assign"), ("colleague", to.as_str()), ("back", BACK)];
        fields.extend(some.iter().map(|tick| ("tick", tick.as_str())));
        let before = counted.load(Ordering::Relaxed);
        let done = agent.post("/queues/organisation/act", &fields).await;
        // what follows a request in the background
        tokio::time::sleep(Duration::from_millis(50)).await;
        costs.push(counted.load(Ordering::Relaxed) - before);
        assert_eq!(done.status, 303);
    }
    assert_eq!(events(&world, "assign").await, vec![1; 102]);
    assert_eq!(costs[0], costs[1], "statements of two, and of a hundred");
    assert_eq!(costs[0], 10, "no statement more than it takes");
}
