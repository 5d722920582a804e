//! Lists, contacts, home pages and workload.

use super::facts::Facts;
use super::{Scene, SceneAct, account, accounts};
use crate::bench::data::{BIGGEST, BUILDER, CDSP, people_of};
use crate::queues::Sort;

const QUEUE: &str = "/queues/organisation?view=all";

pub fn scenes(facts: &Facts, connections: usize) -> Vec<Scene> {
    let cdsp = accounts(CDSP, connections);
    let biggest = accounts(BIGGEST, connections);
    let page = |name: &str, path: String| Scene::page(name, &cdsp, connections, path);
    let of = |name: &str, accounts: &[String], path: &str| Scene::page(name, accounts, connections, path);
    let organisation = |query: &str| format!("/queues/organisation?{query}");
    let supervisor = [account(people_of(CDSP).start)];
    let (tenth, last) = (&facts.tenth, &facts.last);
    let mut scenes = vec![
        page("queue, first page", QUEUE.to_owned()),
        page("queue, first page", QUEUE.to_owned()).brotli(),
        // as the links of the pages before write it
        page("queue, tenth page", format!("{QUEUE}&after={tenth}&place=451")),
        page("queue, last page", format!("{QUEUE}&after={last}&place={}", facts.last_place)),
        of("my queue", &[account(facts.busiest)], "/queues/mine?view=all"),
        of("my queue, biggest Shipper", &[account(facts.busiest_of_biggest)], "/queues/mine?view=all"),
        page("filtered: unassigned", organisation("with=nobody")),
        page("filtered: with one person", organisation(&format!("with={}", account(facts.busiest)))),
        page("filtered: LDZ, status, overdue", organisation("ldz=NT&status=AACA&due=overdue")),
        page("filtered: raised by the biggest", organisation("by=A21")),
        page("filtered: raised by a small one", organisation("by=C50")),
    ];
    for sort in Sort::ALL.into_iter().filter(|sort| *sort != Sort::Due) {
        let name = format!("sorted by {}", sort.slug());
        scenes.push(page(&name, organisation(&format!("sort={}", sort.slug()))));
    }
    let (usual, long) = (format!("/contacts/{}", facts.usual), format!("/contacts/{}", facts.long));
    let opened = format!(
        "/contacts/{}?list=%2Fqueues%2Forganisation%3Fview%3Dall&at={}",
        facts.in_tenth,
        tenth.split('~').next().unwrap_or_default()
    );
    let export = of("export of a list", &cdsp[..1], "/queues/organisation/export.csv?ldz=NT");
    let network = accounts(2, connections);
    scenes.extend([
        page("sorted by with, backwards", organisation("sort=-with")),
        page("all contacts", "/queues/all?view=all".to_owned()),
        page("contact, 5 events", usual.clone()),
        page("contact, 5 events", usual).brotli(),
        page("contact, 500 events", long),
        Scene { act: SceneAct::LeadsOn(opened), ..page("contact, opened from a list", String::new()) },
        of("home, supervisor", &supervisor, "/"),
        page("home, agent", "/".to_owned()),
        of("home, biggest Shipper", &biggest, "/"),
        of("raised by us", &biggest, "/queues/raised?view=all"),
        of("raised by us, open, by status", &biggest, "/queues/raised?open=yes&sort=status"),
        of("raised by a builder", &accounts(BUILDER, connections), "/queues/raised?view=all"),
        of("queue of a network", &network, QUEUE),
        of("home of a network", &network, "/"),
        of("workload", &supervisor, "/workload"),
        of("workload, one person", &supervisor, &format!("/workload/{}", account(facts.busiest))),
        of("notifications", &cdsp, "/notifications"),
        export.alone(),
    ]);
    scenes
}
