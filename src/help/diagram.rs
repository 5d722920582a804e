//! The lifecycle as a drawing. Where things stand on the sheet is chosen here by hand; which arrows there are, and
//! what they are called, comes from the law: an arrow that has no place yet is drawn straight, and a test says so.

use crate::contacts::lifecycle::{Action, LIFECYCLE, Status};

/// Width and height of a status on the sheet.
pub const WIDE: i32 = 190;
pub const HIGH: i32 = 64;

/// The whole sheet.
#[derive(Debug)]
pub struct Diagram {
    pub nodes: Vec<Node>,
    pub arrows: Vec<Arrow>,
}

#[derive(Debug)]
pub struct Node {
    pub status: Status,
    pub left: i32,
    pub top: i32,
    pub colour: &'static str,
    /// the official name, broken into lines
    pub lines: Vec<String>,
}

/// From one status to another; actions that go the same way share it.
#[derive(Debug)]
pub struct Arrow {
    pub from: Option<Status>,
    pub to: Status,
    pub actions: Vec<Action>,
    /// an SVG path
    pub path: String,
    pub label: Label,
}

#[derive(Debug, Clone, Copy)]
pub struct Label {
    pub x: i32,
    /// of the first line; the others follow below
    pub y: i32,
    /// start, middle or end
    pub anchor: &'static str,
}

impl Node {
    pub fn middle(&self) -> i32 {
        self.left + WIDE / 2
    }
}

/// Middle of a status on the sheet.
fn place(status: Status) -> (i32, i32) {
    match status {
        Status::Aaca => (150, 330),
        Status::Atca => (480, 330),
        Status::Ccva => (850, 275),
        Status::Cciv => (850, 385),
        Status::Svdn => (850, 120),
        Status::Svda => (1150, 120),
        Status::Dcrs => (850, 540),
        Status::Dcaa => (1150, 540),
    }
}

fn colour(status: Status) -> &'static str {
    match status {
        Status::Aaca => "grey",
        Status::Atca | Status::Svda | Status::Dcaa => "blue",
        Status::Svdn => "yellow",
        Status::Dcrs => "orange",
        Status::Ccva => "green",
        Status::Cciv => "red",
    }
}

/// The path of an arrow and where its words stand.
pub fn route(from: Option<Status>, to: Status) -> Option<(&'static str, Label)> {
    use Status::{Aaca, Atca, Cciv, Ccva, Dcaa, Dcrs, Svda, Svdn};
    let at = |x, y| Label { x, y, anchor: "middle" };
    let before = |x, y| Label { x, y, anchor: "end" };
    let after = |x, y| Label { x, y, anchor: "start" };
    Some(match (from, to) {
        (None, Aaca) => ("M14 330 H51", after(4, 288)),
        (Some(Aaca), Atca) => ("M245 315 H381", at(313, 306)),
        (Some(Atca), Aaca) => ("M385 348 H249", at(313, 384)),
        (Some(Atca), Atca) => ("M450 298 C440 246 520 246 511 294", at(480, 250)),
        (Some(Atca), Svdn) => ("M530 298 L751 138", before(622, 208)),
        (Some(Atca), Ccva) => ("M575 318 L751 285", at(660, 290)),
        (Some(Atca), Cciv) => ("M575 342 L751 375", at(642, 386)),
        (Some(Atca), Dcrs) => ("M530 362 L751 524", before(622, 462)),
        (Some(Aaca), Cciv) => ("M180 362 V440 H700 V405 H751", at(400, 434)),
        (Some(Svdn), Svda) => ("M945 106 H1051", at(998, 98)),
        (Some(Svda), Svdn) => ("M1055 136 H949", at(1000, 170)),
        (Some(Svda), Svda) => ("M1245 106 C1292 96 1292 144 1249 134", at(1275, 84)),
        (Some(Svda), Aaca) => ("M1150 88 V40 H150 V294", at(480, 32)),
        (Some(Dcrs), Dcaa) => ("M945 526 H1051", at(998, 486)),
        (Some(Dcaa), Dcrs) => ("M1055 556 H949", at(1000, 590)),
        (Some(Dcaa), Dcaa) => ("M1245 526 C1292 516 1292 564 1249 554", at(1275, 504)),
        (Some(Dcaa), Aaca) => ("M1150 572 V640 H150 V366", at(480, 632)),
        (Some(Dcrs), Cciv) => ("M850 508 V421", after(860, 468)),
        (Some(Dcaa), Cciv) => ("M1150 508 V385 H949", at(1050, 377)),
        (Some(Cciv), Cciv) => ("M778 417 C768 462 816 462 807 421", before(772, 450)),
        _ => return None,
    })
}

/// The law, drawn: the actions that move a contact.
pub fn diagram() -> Diagram {
    let nodes = Status::ALL
        .into_iter()
        .map(|status| {
            let (x, y) = place(status);
            Node { status, left: x - WIDE / 2, top: y - HIGH / 2, colour: colour(status), lines: broken(status.name()) }
        })
        .collect();
    let mut arrows: Vec<Arrow> = Vec::new();
    for rule in LIFECYCLE.iter().filter(|rule| rule.action.moves()) {
        for (from, to) in rule.paths {
            if let Some(arrow) = arrows.iter_mut().find(|arrow| arrow.from == *from && arrow.to == *to) {
                arrow.actions.push(rule.action);
                continue;
            }
            let (path, label) =
                route(*from, *to).map_or_else(|| straight(*from, *to), |(path, label)| (path.to_owned(), label));
            arrows.push(Arrow { from: *from, to: *to, actions: vec![rule.action], path, label });
        }
    }
    Diagram { nodes, arrows }
}

fn straight(from: Option<Status>, to: Status) -> (String, Label) {
    let (x1, y1) = from.map_or((14, 330), place);
    let (x2, y2) = place(to);
    let label = Label { x: i32::midpoint(x1, x2), y: i32::midpoint(y1, y2), anchor: "middle" };
    (format!("M{x1} {y1} L{x2} {y2}"), label)
}

/// Words in lines of at most 27 letters.
fn broken(name: &str) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in name.split(' ') {
        match lines.last_mut() {
            Some(line) if line.len() + word.len() < 27 => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}
