//! A form that is sent twice, one after the other or both at once, is done once, and the second is answered as the first.

use cms::contacts::lifecycle::Status::{self, *};

use super::{send, shown};
use crate::bulk;
use crate::world::{Page, Person, World, visit};

/// A form: its page, where it is sent, by whom, the status of its contact, and what is filled in.
type Form = (&'static str, &'static str, &'static str, Option<Status>, &'static [(&'static str, &'static str)]);

/// `{crn}`, `{tick}` and `{mprn}` are of the contact, `{account}` is the id of that person.
#[rustfmt::skip]
const FORMS: &[Form] = &[
    ("/contacts/{crn}/assign", "/contacts/{crn}/assign", "cdsp.supervisor", Some(Aaca), &[("colleague", "{cdsp.agent2}")]),
    ("/contacts/{crn}/reassign", "/contacts/{crn}/reassign", "cdsp.agent", Some(Atca), &[("colleague", "{cdsp.agent2}")]),
    ("/contacts/{crn}", "/contacts/{crn}/return", "cdsp.agent", Some(Atca), &[]),
    ("/contacts/{crn}/send-clarification", "/contacts/{crn}/send-clarification", "cdsp.agent", Some(Atca), &[("question", "Which meter?")]),
    ("/contacts/{crn}/answer-clarification", "/contacts/{crn}/answer-clarification", "alder.agent", Some(Dcaa), &[("answer", "The left one")]),
    ("/contacts/{crn}/send-visit", "/contacts/{crn}/send-visit", "cdsp.agent", Some(Atca), &[("network", "NGN"), ("look_at", "The box")]),
    ("/contacts/{crn}/answer-visit", "/contacts/{crn}/answer-visit", "ngn.agent", Some(Svda), &[]),
    ("/contacts/{crn}/resolve-valid", "/contacts/{crn}/resolve-valid", "cdsp.agent", Some(Atca), &[("mprn", "9012345607"), ("sure", "yes")]),
    ("/contacts/{crn}/resolve-invalid", "/contacts/{crn}/resolve-invalid", "cdsp.agent", Some(Atca), &[("reason", "exists"), ("remarks", "Found it")]),
    ("/contacts/{crn}/withdraw", "/contacts/{crn}/withdraw", "alder.agent", Some(Aaca), &[("remarks", "Found after all")]),
    ("/contacts/{crn}/add", "/contacts/{crn}/add", "alder.agent", Some(Atca), &[("remark", "The gate is green")]),
    ("/contacts/{crn}/note", "/contacts/{crn}/note", "cdsp.agent", Some(Atca), &[("note", "Rang them")]),
    ("/contacts/{crn}", "/contacts/{crn}/note", "cdsp.agent", Some(Atca), &[("note", "Rang them")]),
    ("/queues/organisation", "/queues/next", "cdsp.agent", Some(Aaca), &[]),
    ("/", "/queues/next", "cdsp.agent", Some(Aaca), &[]),
    ("/queues/organisation", "/queues/organisation/assign-next", "cdsp.supervisor", Some(Aaca), &[("how_many", "1"), ("next_to", "{cdsp.agent2}")]),
    ("/queues/organisation", "/queues/organisation/act", "cdsp.agent", Some(Aaca), &[("act", "mine"), ("tick", "{tick}")]),
    ("/queues/organisation?due=later", "/queues/organisation/filters", "cdsp.supervisor", Some(Aaca), &[("filter_name", "Later")]),
    ("/workload/cdsp.agent", "/workload/cdsp.agent/move", "cdsp.supervisor", Some(Atca), &[("how_many", "1"), ("move_to", "{cdsp.agent2}")]),
    ("/workload/cdsp.agent", "/workload/cdsp.agent/hand-over", "cdsp.supervisor", Some(Atca), &[("hand_to", "{cdsp.agent2}"), ("note", "All yours")]),
    ("/texts/new", "/texts/new", "cdsp.supervisor", None, &[("used_for", "question"), ("title", "Gate"), ("body", "Which gate?")]),
    ("/feedback", "/feedback", "alder.agent", None, &[("about", "idea"), ("says", "A calmer blue")]),
    ("/trial", "/trial/top-up", "facilitator", None, &[("queue", "CDS-AACA"), ("how_many", "2")]),
    ("/trial", "/trial/announcements", "facilitator", None, &[("says", "Down at noon"), ("from", "today 00:00"), ("until", "tomorrow 12:00")]),
];

/// Everything that a form makes or moves.
async fn all(world: &World) -> String {
    let more: String = sqlx::query_scalar(
        "select concat_ws(' ', (select count(*) from saved_filter), (select count(*) from saved_text),
             (select count(*) from feedback), (select count(*) from announcement), (select count(*) from bulk))",
    )
    .fetch_one(world.owner())
    .await
    .unwrap();
    format!("{} {more}", world.digest().await)
}

/// The form as its page drew it, filled in.
async fn filled(world: &World, form: &Form) -> (Person, String, Vec<(String, String)>) {
    let (page, to, account, status, fields) = *form;
    let mut crn = String::new();
    if let Some(status) = status {
        crn = world.contact_at(status).await;
        // one more, which a second time would take
        world.contact_at(status).await;
    }
    let mut person = world.sign_in(account).await;
    let opened = person.get(&page.replace("{crn}", &crn)).await;
    assert_eq!(opened.status, 200, "{form:?}");
    let to = to.replace("{crn}", &crn);
    let mut all = shown(&opened.body, &to);
    all.remove("tick");
    let colleague = world.colleague("cdsp.agent2").await;
    let tick = if crn.is_empty() { String::new() } else { world.tick(&crn).await };
    for (name, value) in fields {
        all.insert((*name).to_owned(), value.replace("{cdsp.agent2}", &colleague).replace("{tick}", &tick));
    }
    if to.ends_with("answer-visit") {
        all.extend(visit().into_iter().map(|(name, value)| (name.to_owned(), value)));
    }
    (person, to, all.into_iter().collect())
}

fn is_same(first: &Page, second: &Page, form: &Form) {
    assert_eq!(first.status, 303, "{form:?}: {:?} {}", first.errors(), first.text());
    assert_eq!((second.status, second.location()), (first.status, first.location()), "{form:?}: {}", second.text());
}

#[tokio::test]
async fn one_after_the_other() {
    for form in FORMS {
        let world = World::new().await;
        let (mut person, to, fields) = filled(&world, form).await;
        let first = send(&mut person, &to, &fields).await;
        let after = all(&world).await;
        let second = send(&mut person, &to, &fields).await;
        is_same(&first, &second, form);
        assert_eq!(all(&world).await, after, "{form:?} is done twice");
    }
}

#[tokio::test]
async fn both_at_once() {
    for form in FORMS {
        let world = World::new().await;
        let (mut person, to, fields) = filled(&world, form).await;
        let mut twin = person.clone();
        let (first, second) = tokio::join!(send(&mut person, &to, &fields), send(&mut twin, &to, &fields));
        is_same(&first, &second, form);
        let after = all(&world).await;
        send(&mut person, &to, &fields).await;
        assert_eq!(all(&world).await, after, "{form:?}");
    }
}

#[tokio::test]
async fn what_was_refused_is_looked_at_again_and_nobody_gets_an_answer_of_another() {
    let world = World::new().await;
    let crn = world.contact_at(Aaca).await;
    let mut cdsp = world.sign_in("cdsp.agent").await;
    let once = "0123456789abcdef0123456789abcdef";
    let colleague = world.colleague("cdsp.agent2").await;
    let fields = |how_many: &'static str| [("how_many", how_many.to_owned()), ("next_to", colleague.clone())];
    let mut sent = async |how_many: &'static str| {
        let fields = fields(how_many);
        let pairs: Vec<(&str, &str)> =
            fields.iter().map(|(name, value)| (*name, value.as_str())).chain([("once", once)]).collect();
        cdsp.post("/queues/organisation/assign-next", &pairs).await.status.as_u16()
    };
    // mended, the form of the same page is done
    assert_eq!((sent("0").await, sent("0").await, sent("1").await), (422, 422, 303));
    assert_eq!(world.status(&crn).await, "ATCA");
    // a colleague at the same form of a copied page
    let mut other = world.sign_in("cdsp.agent2").await;
    let pairs = [("how_many", "1"), ("next_to", colleague.as_str()), ("once", once)];
    assert_eq!(other.post("/queues/organisation/assign-next", &pairs).await.status, 303);
    let twice = [("how_many", "1"), ("next_to", colleague.as_str()), ("once", once), ("once", once)];
    assert_eq!(other.post("/queues/organisation/assign-next", &twice).await.status, 400);
}

#[tokio::test]
async fn the_same_file_adds_its_rows_once() {
    let world = World::new().await;
    let mut amy = world.sign_in("alder.agent").await;
    let rows = bulk::many(2);
    bulk::added(&world, &mut amy, "csv", &rows).await;
    let path = bulk::taken(&mut amy, "sites.csv", &bulk::file("csv", &rows)).await;
    bulk::work(&world).await;
    assert_eq!(bulk::figure(&mut amy, &path, "Already there").await, "2");
    assert_eq!(bulk::contacts(&world).await, 2);
}
