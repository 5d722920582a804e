//! Searches: by words from the most common to none at all, by everybody who has a different share of all contacts, with
//! conditions, in other orders, on later pages; and by what is no word.

use super::facts::Facts;
use super::{Scene, SceneAct, accounts};
use crate::bench::data::address::RARE;
use crate::bench::data::vocabulary::VOCABULARY;
use crate::bench::data::{BIGGEST, CDSP, SMALL};

/// In an eighth of all contacts.
const COMMON: &str = "road";

pub fn scenes(facts: &Facts, connections: usize) -> Vec<Scene> {
    let street = |share: f64| VOCABULARY.streets.of_share(share).to_lowercase();
    let town = |share: f64| VOCABULARY.towns.of_share(share).to_lowercase();
    let (two, half, tenth) = (street(0.02), street(0.005), street(0.001));
    let words = [
        ("12 %", COMMON.to_owned()),
        ("2 %", two.clone()),
        ("0.5 %", half),
        ("0.1 %", tenth.clone()),
        ("rare word", RARE.to_lowercase()),
        ("no such word", "qqqqq".to_owned()),
        ("12 % and 2 %", format!("{COMMON}+{two}")),
        ("2 % and 2 %", format!("{two}+{}", town(0.02))),
        ("0.1 % and 0.1 %", format!("{tenth}+{}", town(0.001))),
        ("three letters", two[..3].to_owned()),
        ("one letter", "r".to_owned()),
    ];
    let viewers = [("CDSP", CDSP), ("biggest Shipper", BIGGEST), ("small Shipper", SMALL), ("network", 2)];
    let mut scenes = Vec::new();
    let mut add = |name: &str, organisation: i64, path: String| {
        let scene = Scene::page(&format!("search: {name}"), &accounts(organisation, connections), connections, path);
        scenes.push(scene);
    };
    for (title, q) in &words {
        for (viewer, organisation) in viewers {
            add(&format!("{title}, {viewer}"), organisation, format!("/search?q={q}"));
        }
    }
    for (title, q) in [&words[0], &words[1], &words[4]] {
        for (viewer, organisation) in [viewers[0], viewers[3]] {
            let path = format!("/queues/organisation?q={q}");
            add(&format!("{title}, in the queue, {viewer}"), organisation, path);
        }
        add(&format!("{title}, raised by us"), BIGGEST, format!("/queues/raised?q={q}"));
    }
    for query in
        ["ldz=NE", "status=CCIV", "by=A21", "by=C50", "due=overdue", "sort=received", "sort=-with", "sort=site"]
    {
        add(&format!("12 %, {query}"), CDSP, format!("/queues/all?q={COMMON}&{query}"));
    }
    add("12 %, open, raised by us", BIGGEST, format!("/queues/raised?q={COMMON}&open=yes"));
    add("own reference of a tenth", BIGGEST, "/search?q=phase".to_owned());
    add("own reference, CDSP", CDSP, "/search?q=phase+7".to_owned());
    add("postcode", CDSP, format!("/queues/all?q={}", facts.postcode.replace(' ', "+")));
    add("outcode, network", 2, "/search?q=LS1".to_owned());
    add("CRN", CDSP, format!("/queues/all?q={}", facts.usual));
    let next = Scene::page("search: 12 %, second page", &accounts(CDSP, connections), connections, "");
    scenes.push(Scene { act: SceneAct::NextPage(format!("/search?q={COMMON}")), ..next });
    scenes
}
