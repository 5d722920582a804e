//! Who gets what answer: `table.txt` says it for every address, everybody and every contact; here it is held against the
//! router, the lifecycle and the answers of the site.
//!
//! A sample is walked in every run. All cells: `CMS_MATRIX=all cargo test --test cms -- matrix --nocapture`.

mod ask;
mod canary;
mod columns;
mod forms;
mod kept;
mod readers;
mod rows;
mod scene;
mod table;
mod walk;
mod walls;

use std::collections::BTreeSet;

use cms::contacts::lifecycle::{Action, Actor, Position, Refusal, Status, decide};

use self::scene::Scene;
use self::table::{Table, Target, facts, organisation_of, shown};
use self::walk::{At, Cell};
use self::walls::{Look, TAKEN_FOR};
use crate::world::World;

/// So many cells of the many are walked in every run, and so many behind the queries alone.
const SAMPLE: usize = 1_600;
const ALONE: usize = 400;
/// So many pages of what people keep and find are looked at behind each wall, and so many of contacts.
const DOORS: usize = 140;
const PAGES: usize = 60;

/// Methods and paths as the router itself knows them.
fn routes(router: &str) -> BTreeSet<String> {
    let (endpoints, paths) = router.split_once("node: Node").unwrap();
    let mut all = BTreeSet::new();
    let known: Vec<(&str, &str)> = paths
        .split("RouteId(")
        .skip(1)
        .filter_map(|entry| {
            let (id, rest) = entry.split_once(')')?;
            Some((id, rest.split('"').nth(1)?))
        })
        .collect();
    for (id, path) in known {
        let marks = [format!("RouteId({id}): MethodRouter("), format!("RouteId({id}): MethodRouter")];
        let one = marks.iter().find_map(|mark| endpoints.split_once(mark.as_str())).map(|(_, rest)| rest);
        let one = one.unwrap_or_else(|| panic!("{path} in {}", &endpoints[..800.min(endpoints.len())]));
        let one = one.split("allow_header").next().unwrap();
        for (field, method) in
            [("get: ", "GET"), ("post: ", "POST"), ("put: ", "PUT"), ("delete: ", "DELETE"), ("patch: ", "PATCH")]
        {
            let is_there = one.split_once(field).is_some_and(|(_, rest)| !rest.starts_with("None"));
            if is_there && !path.contains("__private") {
                all.insert(format!("{method} {path}"));
            }
        }
    }
    all
}

#[tokio::test]
async fn the_table_and_the_router_have_the_same_routes() {
    let world = World::new().await;
    let mut known = routes(&format!("{:?}", cms::routes::pages(&world.app)));
    known.extend(routes(&format!("{:?}", cms::routes::outside())));
    let said: BTreeSet<String> = Table::read().rows.iter().map(|row| format!("{} {}", row.method, row.path)).collect();
    let missing: Vec<&String> = known.difference(&said).collect();
    let gone: Vec<&String> = said.difference(&known).collect();
    assert!(missing.is_empty() && gone.is_empty(), "the table lacks {missing:?}, and has {gone:?} that is no route");
    assert!(known.len() > 120, "{}", known.len());
}

/// What the lifecycle says of an act, as a status.
#[test]
fn the_table_and_the_lifecycle_say_the_same_of_acts() {
    let table = Table::read();
    // any numbers that tell organisations and people apart
    let number = |name: &str| name.bytes().fold(7_i64, |sum, byte| sum * 31 % 1_000_003 + i64::from(byte));
    let mut cells = 0;
    for row in table.rows.iter().filter(|row| row.method == "POST" && row.is_of_contact()) {
        let Some(action) = Action::parse(row.path.rsplit('/').next().unwrap()) else { continue };
        for of in &table.ownerships {
            for status in Status::ALL {
                let (with, holder) = of.with(status);
                let stands = |viewpoint| Position {
                    status: Some(shown(viewpoint, of, status)),
                    raised_by: number(organisation_of(of.raiser)),
                    originator: number(of.raiser),
                    with_org: with.map(number),
                    holder: holder.map(number),
                    has_psc: false,
                    withdrawn: false,
                    latest: None,
                };
                for viewpoint in table.viewpoints.iter().filter(|viewpoint| !viewpoint.words.contains(&"out")) {
                    let facts = facts(viewpoint, Target::Contact(of, status));
                    let is_anybodys = viewpoint.organisation.is_empty();
                    let actor = Actor::Person {
                        id: number(viewpoint.account),
                        organisation: (!is_anybodys).then(|| number(viewpoint.organisation)),
                        raises: facts.contains("raises"),
                        supervisor: facts.contains("supervisor"),
                    };
                    let says = if facts.contains("knows") {
                        match decide(action, &stands(viewpoint), actor) {
                            Ok(_) => "303",
                            Err(Refusal::NotYours) => "403",
                            Err(Refusal::NotFromHere) => "409",
                        }
                    } else {
                        "404"
                    };
                    assert_eq!(
                        row.answer(&facts),
                        says,
                        "{} {} {} {}",
                        viewpoint.name,
                        row.path,
                        of.name,
                        status.code()
                    );
                    cells += 1;
                }
            }
        }
    }
    assert!(cells > 5_000, "{cells}");
}

fn tell(wrong: &[String], cells: usize) {
    for line in wrong.iter().take(400) {
        println!("{line}");
    }
    assert!(wrong.is_empty(), "{} wrong of {cells}, the first: {}", wrong.len(), wrong[0]);
}

/// The same at every run, unless another is asked for.
fn seed() -> fastrand::Rng {
    let seed = std::env::var("CMS_MATRIX_SEED").ok().and_then(|seed| seed.parse().ok());
    fastrand::Rng::with_seed(seed.unwrap_or(12))
}

/// So many cells: half of them of what is no contact, half of contacts.
fn sample(scene: &Scene, count: usize) -> Vec<Cell> {
    let mut cells = scene.cells();
    assert!(cells.len() >= 20_000, "{}", cells.len());
    seed().shuffle(&mut cells);
    let (plain, contacts): (Vec<Cell>, Vec<Cell>) =
        cells.into_iter().partition(|cell| matches!(cell.at, At::Known | At::Nothing));
    let most = plain.len().min(count / 2);
    plain.into_iter().take(most).chain(contacts.into_iter().take(count - most)).collect()
}

/// Some pages before somebody's eyes, others at each turn.
fn some_looks(scene: &Scene, turn: usize) -> Vec<Look> {
    let (mut doors, mut pages) = scene.looks();
    seed().shuffle(&mut doors);
    seed().shuffle(&mut pages);
    let doors = doors.into_iter().skip(turn * DOORS).take(DOORS);
    doors.chain(pages.into_iter().skip(turn * PAGES).take(PAGES)).collect()
}

#[tokio::test]
async fn a_sample_of_all_cells_is_answered_as_the_table_says() {
    let mut scene = Box::pin(Scene::new()).await;
    let cells = sample(&scene, SAMPLE);
    let mut wrong = Box::pin(scene.walk(&cells)).await;
    let looks = some_looks(&scene, 0);
    wrong.extend(Box::pin(scene.look(&looks, "both walls")).await);
    wrong.extend(scene.logged());
    println!("{} cells, {} looks, {} words", cells.len(), looks.len(), scene.words.count());
    tell(&wrong, cells.len() + looks.len());
}

#[tokio::test]
async fn each_wall_alone_keeps_every_word() {
    let mut scene = Box::pin(Scene::new()).await;
    let mut wrong = scene.rows().await;
    let untold = scene.untold_when_opened().await;
    assert!(untold.is_empty(), "opened, and nobody was told of rows that are not theirs: {untold:?}");
    for (turn, (name, whom)) in TAKEN_FOR.into_iter().enumerate() {
        scene.take_for(Some(whom)).await;
        let place = format!("row-level security alone, taken for {name}");
        let looks = some_looks(&scene, turn);
        wrong.extend(Box::pin(scene.look(&looks, &place)).await);
    }
    scene.take_for(None).await;
    let behind = scene.world.behind_queries_only();
    scene.site = behind.site.clone();
    let looks = some_looks(&scene, TAKEN_FOR.len());
    wrong.extend(Box::pin(scene.look(&looks, "the queries alone")).await);
    let cells = sample(&scene, ALONE);
    wrong.extend(Box::pin(scene.walk(&cells)).await);
    wrong.extend(columns::uncovered(&scene).await);
    wrong.extend(scene.logged());
    tell(&wrong, 5 * looks.len() + cells.len());
}

/// Where a page that has a connection waits for a second one, a few of them keep everybody waiting.
#[tokio::test]
async fn no_page_takes_a_second_connection_while_it_has_one() {
    let mut scene = Box::pin(Scene::new()).await;
    scene.site = scene.world.on_one_connection().await.site;
    let is_plain = |cell: &Cell| matches!(cell.at, At::Known) && scene.table.rows[cell.row].path != "/sign-in";
    let mut cells: Vec<Cell> = scene.cells().into_iter().filter(is_plain).collect();
    cells.extend(sample(&scene, ALONE).into_iter().filter(|cell| matches!(cell.at, At::Contact(..))));
    let wrong = Box::pin(scene.walk(&cells)).await;
    tell(&wrong, cells.len());
}

/// In so many worlds at once.
const WORLDS: usize = 4;

#[test]
fn all_cells_are_answered_as_the_table_says() {
    if std::env::var_os("CMS_MATRIX").is_none() {
        return;
    }
    let started = std::time::Instant::now();
    let walked = std::thread::scope(|scope| {
        let of_a_world = |which: usize| {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async {
                let mut scene = Box::pin(Scene::new()).await;
                let cells: Vec<Cell> = scene.cells().into_iter().skip(which).step_by(WORLDS).collect();
                let (doors, pages) = scene.looks();
                let looks: Vec<_> = doors.into_iter().chain(pages).skip(which).step_by(WORLDS).collect();
                let mut wrong = Box::pin(scene.look(&looks, "both walls")).await;
                // every world takes everybody for somebody else
                let (name, whom) = TAKEN_FOR[which];
                scene.take_for(Some(whom)).await;
                let place = format!("row-level security alone, taken for {name}");
                wrong.extend(Box::pin(scene.look(&looks, &place)).await);
                scene.take_for(None).await;
                wrong.extend(Box::pin(scene.walk(&cells)).await);
                let behind = scene.world.behind_queries_only();
                scene.site = behind.site.clone();
                wrong.extend(Box::pin(scene.look(&looks, "the queries alone")).await);
                wrong.extend(Box::pin(scene.walk(&cells)).await);
                wrong.extend(scene.logged());
                (2 * cells.len() + 3 * looks.len(), wrong)
            })
        };
        let worlds: Vec<_> = (0..WORLDS).map(|which| scope.spawn(move || of_a_world(which))).collect();
        worlds.into_iter().map(|world| world.join().unwrap()).collect::<Vec<_>>()
    });
    let cells = walked.iter().map(|(cells, _)| cells).sum();
    let wrong: Vec<String> = walked.into_iter().flat_map(|(_, wrong)| wrong).collect();
    println!("{cells} answers in {:?}", started.elapsed());
    tell(&wrong, cells);
}
