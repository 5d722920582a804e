//! Many at work in one queue at the same time: nothing is given twice, nothing is lost, and whatever two people do to
//! one contact in the same moment ends as if one had come after the other.

use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use cms::contacts::fields::outcome::Outcome;
use cms::contacts::journal::{Input, Refused};
use cms::contacts::lifecycle::Status;
use cms::trade::Mprn;

use super::paging::walk;
use crate::world::{Person, World};

/// So many people press "Take next" at once for a few contacts, so many times.
async fn takers(people: usize, contacts: usize, rounds: usize) {
    let world = Arc::new(World::new().await);
    for _ in 0..contacts {
        world.logged_by("alder.agent").await;
    }
    let mut persons: Vec<Person> = Vec::new();
    for n in 0..people {
        persons.push(world.sign_in(["cdsp.agent", "cdsp.agent2", "cdsp.supervisor"][n % 3]).await);
    }
    let mut supervisor = world.sign_in("cdsp.supervisor").await;
    for round in 0..rounds {
        let taking: Vec<_> = persons
            .iter()
            .cloned()
            .map(|mut person| tokio::spawn(async move { person.post("/queues/next", &[]).await }))
            .collect();
        let mut taken = Vec::new();
        for taker in taking {
            let page = taker.await.unwrap();
            assert_eq!(page.status, 303, "{}", page.text());
            if page.location().starts_with("/contacts/") {
                taken.push(page.location());
            }
        }
        let different: HashSet<&String> = taken.iter().collect();
        assert_eq!((taken.len(), different.len()), (contacts, contacts), "round {round}");
        let list = supervisor.get("/queues/organisation?view=all&size=100").await;
        let mut fields = vec![("act", "return"), ("back", "/queues/organisation?view=all")];
        let ticks = list.attributes("input[data-queue-row]", "value");
        fields.extend(ticks.iter().map(|tick| ("tick", tick.as_str())));
        supervisor.post("/queues/organisation/act", &fields).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sixty_four_takers_get_each_contact_once() {
    takers(64, 12, 12).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "minutes: run it when taking changes"]
async fn sixty_four_takers_get_each_contact_once_in_two_hundred_rounds() {
    takers(64, 12, 200).await;
}

/// What somebody may do to a contact that cdsp.agent holds, which was assigned to them a moment ago.
#[derive(Debug, Clone, Copy)]
enum Deed {
    Reassign(&'static str, &'static str),
    Return(&'static str),
    Undo,
    Ask(&'static str),
    Visit(&'static str),
    Valid(u64),
    Invalid(&'static str),
}

const DEEDS: [Deed; 15] = [
    Deed::Reassign("cdsp.agent", "cdsp.agent2"),
    Deed::Reassign("cdsp.agent", "cdsp.supervisor"),
    Deed::Reassign("cdsp.supervisor", "cdsp.agent2"),
    Deed::Reassign("cdsp.supervisor", "cdsp.supervisor"),
    Deed::Return("cdsp.agent"),
    Deed::Return("cdsp.supervisor"),
    Deed::Undo,
    Deed::Ask("Which plot is it?"),
    Deed::Ask("Whose meter is it?"),
    Deed::Visit("NGN"),
    Deed::Visit("SGN"),
    Deed::Valid(0),
    Deed::Valid(1),
    Deed::Invalid("address"),
    Deed::Invalid("duplicate"),
];

async fn does(world: Arc<World>, crn: String, deed: Deed, seed: u64) -> Result<(), Refused> {
    match deed {
        Deed::Reassign(by, whom) => {
            let whom = world.person_id(whom).await;
            world.record(by, &crn, Input::Reassign(whom)).await
        }
        Deed::Return(by) => world.record(by, &crn, Input::Return).await,
        Deed::Undo => world.record("cdsp.agent", &crn, Input::Undo).await,
        Deed::Ask(question) => world.record("cdsp.agent", &crn, Input::SendClarification(question)).await,
        Deed::Visit(network) => {
            let network = world.organisation_id(network).await;
            world.record("cdsp.agent", &crn, Input::SendVisit { network, look_at: "Is there a meter?" }).await
        }
        Deed::Valid(n) => {
            let mprn = Mprn::from_body(91_000_000 + seed * 2 + n);
            world.record("cdsp.agent", &crn, Input::ResolveValid(Outcome::Created(mprn))).await
        }
        Deed::Invalid(reason) => {
            world.record("cdsp.agent", &crn, Input::ResolveInvalid { reason, remarks: "No." }).await
        }
    }
}

/// Every pair of deeds, each with itself too, at the same moment.
async fn pairs(rounds: u64) {
    let world = Arc::new(World::new().await);
    let (mut seed, mut both) = (0, 0);
    for round in 0..rounds {
        for (at, one) in DEEDS.into_iter().enumerate() {
            for two in &DEEDS[at..] {
                seed += 1;
                let crn = world.contact_at(Status::Atca).await;
                let first = tokio::spawn(does(Arc::clone(&world), crn.clone(), one, seed));
                let second = tokio::spawn(does(Arc::clone(&world), crn.clone(), *two, seed + 1_000_000));
                let ended = [first.await.unwrap(), second.await.unwrap()];
                let what = format!("round {round}: {one:?} and {two:?} ended as {ended:?}");
                let done = ended.iter().filter(|ended| ended.is_ok()).count();
                assert!(done >= 1, "{what}");
                for refused in ended.iter().filter_map(|ended| ended.as_ref().err()) {
                    // overtaken, or read after the other had done it and no longer lawful
                    let is_calm = matches!(refused, Refused::Overtaken | Refused::Law(_) | Refused::NoSuchColleague);
                    assert!(is_calm, "{what}");
                }
                both += usize::from(done == 2);
                // one step for each that was done, and what follows from it by itself, in one unbroken line
                let actions: Vec<String> = sqlx::query_scalar(
                    "select e.action from contact_event e join contact c on c.id = e.contact_id
                     where c.crn = $1 order by e.version",
                )
                .bind(&crn)
                .fetch_all(world.owner())
                .await
                .unwrap();
                let by_hand = actions.iter().filter(|action| *action != "allocate").count();
                assert_eq!(by_hand, 2 + done, "{what}: {actions:?}");
                assert_eq!(usize::try_from(world.version(&crn).await).unwrap(), actions.len(), "{what}");
            }
        }
    }
    println!("{seed} pairs, of which {both} came one after the other and were both lawful");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_at_once_end_as_one_after_the_other() {
    pairs(1).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "minutes: run it when the journal changes"]
async fn two_at_once_end_as_one_after_the_other_in_fifty_rounds() {
    pairs(50).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn lists_are_walked_without_repeat_or_gap_while_others_work() {
    let world = Arc::new(World::new().await);
    let mut all = Vec::new();
    for n in 0..80 {
        all.push(world.logged_by(["alder.agent", "birch.agent"][n % 2]).await);
    }
    sqlx::query("update contact set due = date_trunc('hour', due)").execute(world.owner()).await.unwrap();
    // every other one is touched by others all the time, the rest stays
    let (moving, staying): (Vec<_>, Vec<_>) = all.iter().cloned().enumerate().partition(|(n, _)| n % 2 == 0);
    let staying: HashSet<String> = staying.into_iter().map(|(_, crn)| crn).collect();
    let stop = Arc::new(AtomicBool::new(false));
    let (working, until) = (Arc::clone(&world), Arc::clone(&stop));
    let worker = tokio::spawn(async move {
        let to = working.person_id("cdsp.agent2").await;
        let mut done = 0;
        for (_, crn) in moving.iter().cycle() {
            if until.load(Ordering::Relaxed) {
                break;
            }
            if working.record("cdsp.agent2", crn, Input::Assign(to)).await.is_err() {
                working.record("cdsp.agent2", crn, Input::Return).await.unwrap();
            }
            done += 1;
        }
        done
    });
    let mut agent = world.sign_in("cdsp.agent").await;
    for query in
        ["view=all", "with=nobody", "status=AACA", "sort=-received", "sort=status", "sort=with", "by=ALD", "q=moss"]
    {
        let (there, back) = walk(&mut agent, &format!("/queues/organisation?{query}&size=25")).await;
        for (walked, way) in [(there, "there"), (back, "back")] {
            let stayed: Vec<&String> = walked.iter().filter(|crn| staying.contains(*crn)).collect();
            let different: HashSet<&&String> = stayed.iter().collect();
            assert_eq!(stayed.len(), different.len(), "{query}: a row that stayed came twice on the way {way}");
            assert_eq!(stayed.len(), if query == "by=ALD" { 0 } else { 40 }, "{query}: missed on the way {way}");
            if !query.starts_with("sort=status") && !query.starts_with("sort=with") {
                let all: HashSet<&String> = walked.iter().collect();
                assert_eq!(all.len(), walked.len(), "{query}: a row came twice on the way {way}");
            }
        }
    }
    stop.store(true, Ordering::Relaxed);
    assert!(worker.await.unwrap() > 20, "others did work meanwhile");
    let (_, wrong) = cms::queues::check::compare(&world.app.db, world.app.clock.now()).await.unwrap();
    assert!(wrong.is_empty(), "{wrong:?}");
}
