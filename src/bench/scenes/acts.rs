//! What people do.

use super::{Scene, SceneAct, accounts};
use crate::bench::data::{BIGGEST, CDSP};

pub fn scenes(connections: usize) -> Vec<Scene> {
    let cdsp = accounts(CDSP, connections);
    let biggest = accounts(BIGGEST, connections);
    let act = |name: &str, accounts: &[String], connections: usize, act: SceneAct| Scene {
        act,
        ..Scene::page(name, accounts, connections, "")
    };
    vec![
        act("assign", &cdsp, connections, SceneAct::Assign),
        act("assign 100 ticked", &cdsp, 1, SceneAct::AssignHundred),
        act("log, form", &biggest, connections, SceneAct::LogForm),
        act("log, submit", &biggest, connections, SceneAct::LogSubmit),
        act("take next, 64 takers", &accounts(CDSP, 64), 64, SceneAct::TakeNext),
    ]
}
