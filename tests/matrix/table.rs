//! The table of who gets what answer, read from `table.txt`: its viewpoints, its contacts and its rows.

use std::collections::BTreeSet;

use cms::contacts::lifecycle::Status;

const TEXT: &str = include_str!("table.txt");

/// Who looks.
#[derive(Debug, Clone)]
pub struct Viewpoint {
    pub name: &'static str,
    /// nothing for who has no account
    pub account: &'static str,
    /// "ALD"; nothing for who belongs nowhere
    pub organisation: &'static str,
    pub words: Vec<&'static str>,
}

/// Whose a contact is: who logged it, who has it where somebody has it, and which network was sent there before.
#[derive(Debug, Clone)]
pub struct Ownership {
    pub name: &'static str,
    pub raiser: &'static str,
    pub cdsp: &'static str,
    pub network: &'static str,
    pub before: Option<&'static str>,
}

#[derive(Debug)]
pub struct Row {
    pub method: &'static str,
    pub path: &'static str,
    clauses: Vec<(Vec<&'static str>, &'static str)>,
}

#[derive(Debug)]
pub struct Table {
    pub viewpoints: Vec<Viewpoint>,
    pub ownerships: Vec<Ownership>,
    pub rows: Vec<Row>,
}

/// What is looked at: a contact that stands somewhere, or what no contact is.
#[derive(Debug, Clone, Copy)]
pub enum Target<'a> {
    Contact(&'a Ownership, Status),
    /// what belongs to alder.agent, where an address names something else than a contact
    Known,
    /// nothing has this name
    Nothing,
}

fn cells(line: &'static str) -> Vec<&'static str> {
    line.split('|').map(str::trim).collect()
}

impl Table {
    pub fn read() -> Table {
        let mut table = Table { viewpoints: Vec::new(), ownerships: Vec::new(), rows: Vec::new() };
        let mut section = "";
        for line in TEXT.lines().map(|line| line.split('#').next().unwrap_or_default().trim_end()) {
            match line {
                "" => {}
                "viewpoints" | "contacts" | "routes" => section = line,
                _ if section == "viewpoints" => table.viewpoints.push(viewpoint(line)),
                _ if section == "contacts" => table.ownerships.push(ownership(line)),
                _ => table.rows.push(row(line)),
            }
        }
        table
    }
}

fn viewpoint(line: &'static str) -> Viewpoint {
    let [name, account, organisation, words] = cells(line)[..] else { panic!("{line}") };
    Viewpoint { name, account, organisation, words: words.split_whitespace().collect() }
}

fn ownership(line: &'static str) -> Ownership {
    let [name, raiser, cdsp, network, before] = cells(line)[..] else { panic!("{line}") };
    Ownership { name, raiser, cdsp, network, before: Some(before).filter(|before| *before != "-") }
}

fn row(line: &'static str) -> Row {
    let mut cells = cells(line).into_iter();
    let (method, path) = cells.next().unwrap().split_once(' ').unwrap();
    let clauses = cells.map(|clause| match clause.split_once(':') {
        Some((words, answer)) => (words.split_whitespace().collect(), answer.trim()),
        None => (Vec::new(), clause),
    });
    Row { method, path: path.trim(), clauses: clauses.collect() }
}

impl Row {
    pub fn is_of_contact(&self) -> bool {
        self.path.contains("{crn}")
    }

    /// What the table says: the first of the row's clauses whose words are all true.
    pub fn answer(&self, facts: &BTreeSet<&str>) -> &'static str {
        let holds = |word: &str| {
            word.split('/').any(|one| one.strip_prefix('!').map_or(facts.contains(one), |no| !facts.contains(no)))
        };
        let fits = self.clauses.iter().find(|(words, _)| words.iter().all(|word| holds(word)));
        fits.unwrap_or_else(|| panic!("{} {} says nothing of {facts:?}", self.method, self.path)).1
    }
}

/// "ALD" of "alder.agent".
pub fn organisation_of(account: &str) -> &'static str {
    match account.split('.').next().unwrap() {
        "alder" => "ALD",
        "birch" => "BIR",
        "ngn" => "NGN",
        "cadent" => "CAD",
        "cdsp" => "CDS",
        other => panic!("{other}"),
    }
}

impl Ownership {
    /// Whose move it is, and who has it.
    pub fn with(&self, status: Status) -> (Option<&'static str>, Option<&'static str>) {
        match status {
            Status::Aaca => (Some("CDS"), None),
            Status::Atca => (Some("CDS"), Some(self.cdsp)),
            Status::Svdn => (Some(organisation_of(self.network)), None),
            Status::Svda => (Some(organisation_of(self.network)), Some(self.network)),
            Status::Dcrs => (Some(organisation_of(self.raiser)), None),
            Status::Dcaa => (Some(organisation_of(self.raiser)), Some(self.raiser)),
            Status::Ccva | Status::Cciv => (None, None),
        }
    }
}

/// Where a contact stands for somebody: a network is told no more than that it went back to the CDSP after its own part.
pub fn shown(viewpoint: &Viewpoint, of: &Ownership, status: Status) -> Status {
    let is_its_own =
        organisation_of(of.raiser) == viewpoint.organisation || of.with(status).0 == Some(viewpoint.organisation);
    let is_told_less = viewpoint.words.contains(&"network") && !is_its_own && !status.is_closed();
    if is_told_less { Status::Aaca } else { status }
}

/// All that is true of somebody who looks at something: the words of which clauses are made.
pub fn facts<'a>(viewpoint: &'a Viewpoint, target: Target<'a>) -> BTreeSet<&'a str> {
    let mut facts: BTreeSet<&str> = viewpoint.words.iter().copied().chain([viewpoint.name]).collect();
    let (here, me) = (Some(viewpoint.organisation), Some(viewpoint.account));
    let mut say = |word, is_so: bool| {
        if is_so {
            facts.insert(word);
        }
    };
    match target {
        Target::Contact(of, status) => {
            let (with, holder) = of.with(status);
            let was_sent = of.before.is_some_and(|before| organisation_of(before) == viewpoint.organisation);
            let is_ours = organisation_of(of.raiser) == viewpoint.organisation;
            let sees_all = viewpoint.words.iter().any(|word| matches!(*word, "cdsp" | "facilitator"));
            say("with-us", with == here);
            say("holds", holder == me);
            say("raised-by-us", is_ours);
            say("logged-by-me", of.raiser == viewpoint.account);
            say("knows", sees_all || is_ours || was_sent || with == here);
            say(of.name, true);
            say(shown(viewpoint, of, status).code(), true);
        }
        Target::Known => {
            say("mine", viewpoint.account == "alder.agent");
            say("ours", viewpoint.organisation == "ALD");
        }
        Target::Nothing => say("nothing", true),
    }
    facts
}
