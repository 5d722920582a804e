//! How alike two sites are: 0 to 100, with the reasons in words.
//!
//! Each part of the two addresses is compared and comes out as one [`Trait`]; a trait costs so many points of the
//! hundred that two equal addresses have. What each costs was not chosen: a logistic regression over three
//! thousand pairs of addresses, of which it is known whether they are one site, gives the weights, scaled so that 100 is
//! "equal" and 50 is "as likely one site as not" ([`THRESHOLD`]). `tests/trade/likeness` makes the pairs, fits the weights
//! again and compares them with these, and reads precision and recall off pairs that the fit has not seen.

use super::parts::Dwelling;
use super::{Site, join};

/// From here on two sites look the same.
pub const THRESHOLD: u8 = 50;
/// What equal serial numbers are worth whatever the addresses say: makers repeat themselves, but seldom.
const SAME_SERIAL: u8 = 90;
/// A plot and a postal number of one street and postcode: nothing says which number the plot was given, so it stands
/// under the threshold, and whoever asks decides by how many there are.
const PLOT_AND_POSTAL: u8 = 40;

/// How alike, and why.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Score {
    /// 0 to 100
    pub points: u8,
    /// each a sentence's part, the weightiest first: "the same street and postcode"
    pub reasons: Vec<String>,
    /// one is known by its plot alone, the other by its postal number or name alone
    pub plot_and_postal: bool,
}

impl Score {
    pub fn looks_the_same(&self) -> bool {
        self.points >= THRESHOLD
    }

    /// The same with equal meter serial numbers.
    #[must_use]
    pub fn with_same_serial(mut self) -> Score {
        if !self.looks_the_same() {
            // what is alike about addresses that are not explains nothing
            self.reasons.clear();
            self.plot_and_postal = false;
        }
        self.points = self.points.max(SAME_SERIAL);
        self.reasons.insert(0, "the same meter serial number".to_owned());
        self
    }

    /// "the same meter serial number; the same address".
    pub fn words(&self) -> String {
        self.reasons.join("; ")
    }
}

/// What comparing one part of two addresses came to; parts that are equal, or given by neither, have none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Trait {
    /// one letter missing, added, changed or swapped
    StreetSlip,
    /// all words of one in the other
    StreetWithin,
    StreetOther,
    /// one character differs within an outcode
    PostcodeSlip,
    PostcodeSameOutcode,
    PostcodeOther,
    PostcodeOnce,
    /// 12 and 12A, or 12 and 12-14
    NumberSuffix,
    NumberOnce,
    NumberOther,
    /// Flat 3 and Unit 3
    UnitKind,
    UnitOnce,
    UnitOther,
    NameSlip,
    NameOnce,
    NameOther,
    PlotOnce,
    PlotOther,
    /// neither unit, number, name nor plot is given by both and alike
    NothingShared,
}

/// Points that each trait costs.
#[rustfmt::skip]
pub const COSTS: &[(Trait, i32)] = &[
    (Trait::StreetSlip, 20), (Trait::StreetWithin, 2), (Trait::StreetOther, 89),
    (Trait::PostcodeSlip, 2), (Trait::PostcodeSameOutcode, 38), (Trait::PostcodeOther, 79), (Trait::PostcodeOnce, 2),
    (Trait::NumberSuffix, 27), (Trait::NumberOnce, 5), (Trait::NumberOther, 68),
    (Trait::UnitKind, 2), (Trait::UnitOnce, 75), (Trait::UnitOther, 94),
    (Trait::NameSlip, 2), (Trait::NameOnce, 2), (Trait::NameOther, 60),
    (Trait::PlotOnce, 2), (Trait::PlotOther, 27), (Trait::NothingShared, 68),
];

/// How alike two sites are by their addresses.
pub fn likeness(one: &Site<'_>, other: &Site<'_>) -> Score {
    let (here, there) = (one.parts(), other.parts());
    let found = traits(one, other, &here, &there);
    let road = one.road();
    let same_street = !road.is_empty() && road == other.road();
    if same_street && is_plot_and_postal(&here, &there) && !one.code().is_empty() && one.code() == other.code() {
        let (plot, postal) = if here.is_plot_alone() { (&here, &there) } else { (&there, &here) };
        let postal = if postal.number.is_empty() { postal.name.clone() } else { format!("number {}", postal.number) };
        let reason = format!("a plot on the same street: plot {} may be {postal}", plot.plot);
        return Score { points: PLOT_AND_POSTAL, reasons: vec![reason], plot_and_postal: true };
    }
    let cost: i32 = found.iter().map(|found| cost(*found)).sum();
    let points = u8::try_from((100 - cost).clamp(0, 100)).unwrap_or_default();
    Score { points, reasons: reasons(one, other, &here, &there, &found), plot_and_postal: false }
}

/// Everything in which two sites differ; for the fit of the weights.
pub fn differences(one: &Site<'_>, other: &Site<'_>) -> Vec<Trait> {
    traits(one, other, &one.parts(), &other.parts())
}

fn cost(of: Trait) -> i32 {
    COSTS.iter().find(|(known, _)| *known == of).map_or(0, |(_, cost)| *cost)
}

fn is_plot_and_postal(here: &Dwelling, there: &Dwelling) -> bool {
    let is_postal =
        |dwelling: &Dwelling| dwelling.plot.is_empty() && dwelling.unit.is_empty() && !dwelling.mark().is_empty();
    (here.is_plot_alone() && is_postal(there)) || (there.is_plot_alone() && is_postal(here))
}

/// How a part compares that both or one of them or neither may have.
fn part(here: &str, there: &str, once: Trait, differ: impl Fn() -> Option<Trait>) -> Option<Trait> {
    match (here.is_empty(), there.is_empty()) {
        (true, true) => None,
        (false, false) if here == there => None,
        (false, false) => differ(),
        _ => Some(once),
    }
}

fn traits(one: &Site<'_>, other: &Site<'_>, here: &Dwelling, there: &Dwelling) -> Vec<Trait> {
    let (road, road_there) = (one.road(), other.road());
    let (code, code_there) = (one.code(), other.code());
    let digits = |number: &str| number.chars().take_while(char::is_ascii_digit).collect::<String>();
    let street = part(&road, &road_there, Trait::StreetOther, || {
        Some(if is_slip(&road, &road_there) {
            Trait::StreetSlip
        } else if is_within(&road, &road_there) {
            Trait::StreetWithin
        } else {
            Trait::StreetOther
        })
    });
    let postcode = part(&code, &code_there, Trait::PostcodeOnce, || {
        let outcode = |code: &str| code[..code.len().saturating_sub(3)].to_owned();
        let is_near = code.is_ascii() && code_there.is_ascii() && outcode(&code) == outcode(&code_there);
        Some(match (is_near, strsim::osa_distance(&code, &code_there)) {
            (true, 1) => Trait::PostcodeSlip,
            (true, _) => Trait::PostcodeSameOutcode,
            _ => Trait::PostcodeOther,
        })
    });
    let number = part(&here.number, &there.number, Trait::NumberOnce, || {
        let is_same_house = digits(&here.number) == digits(&there.number);
        Some(if is_same_house { Trait::NumberSuffix } else { Trait::NumberOther })
    });
    let unit = part(&here.unit, &there.unit, Trait::UnitOnce, || Some(Trait::UnitOther))
        // a shop is another part of the house than its flat
        .or_else(|| match (here.is_home(), there.is_home()) {
            _ if here.kind == there.kind => None,
            (true, true) => Some(Trait::UnitKind),
            _ => Some(Trait::UnitOther),
        });
    let name = part(&here.name, &there.name, Trait::NameOnce, || {
        let is_near = is_slip(&here.name, &there.name) || is_within(&here.name, &there.name);
        Some(if is_near { Trait::NameSlip } else { Trait::NameOther })
    });
    let plot = part(&here.plot, &there.plot, Trait::PlotOnce, || Some(Trait::PlotOther));
    let both = |one: &str, other: &str| !one.is_empty() && one == other;
    let is_shared = both(&here.number, &there.number)
        || (both(&here.unit, &there.unit) && unit != Some(Trait::UnitOther))
        || both(&here.plot, &there.plot)
        || both(&here.name, &there.name)
        || name == Some(Trait::NameSlip);
    let shared = (!is_shared).then_some(Trait::NothingShared);
    [street, postcode, number, unit, name, plot, shared].into_iter().flatten().collect()
}

/// One letter missing, added, changed or swapped with the next; digits are never a slip.
fn is_slip(one: &str, other: &str) -> bool {
    let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
    strsim::osa_distance(one, other) == 1 && digits(one) == digits(other)
}

/// All words of the one are in the other.
fn is_within(one: &str, other: &str) -> bool {
    let (one, other): (Vec<&str>, Vec<&str>) = (one.split(' ').collect(), other.split(' ').collect());
    let (short, long) = if one.len() < other.len() { (one, other) } else { (other, one) };
    short.iter().all(|word| long.contains(word))
}

fn reasons(one: &Site<'_>, other: &Site<'_>, here: &Dwelling, there: &Dwelling, found: &[Trait]) -> Vec<String> {
    let has = |wanted: Trait| found.contains(&wanted);
    let (sub, sub_there) = (one.sub_building.trim(), other.sub_building.trim());
    let is_rewritten = !here.unit.is_empty()
        && here.unit == there.unit
        && !sub.is_empty()
        && !sub_there.is_empty()
        && !sub.eq_ignore_ascii_case(sub_there);
    if found.is_empty() && !is_rewritten {
        return vec!["the same address".to_owned()];
    }
    let mut says = Vec::new();
    let street = |site: &Site<'_>| join(&[site.dependent_street.trim(), site.street.trim()]);
    if has(Trait::StreetSlip) {
        says.push(format!("one letter differs in the street name: {} and {}", street(one), street(other)));
    } else if has(Trait::StreetWithin) {
        says.push(format!("one street name is part of the other: {} and {}", street(one), street(other)));
    }
    let is_same_street = !has(Trait::StreetSlip) && !has(Trait::StreetWithin) && !has(Trait::StreetOther);
    let is_same_postcode = !has(Trait::PostcodeSlip)
        && !has(Trait::PostcodeSameOutcode)
        && !has(Trait::PostcodeOther)
        && !has(Trait::PostcodeOnce);
    if is_same_street && is_same_postcode {
        says.push("the same street and postcode".to_owned());
    } else if is_same_street {
        says.push("the same street".to_owned());
    } else if is_same_postcode {
        says.push("the same postcode".to_owned());
    }
    if has(Trait::PostcodeSlip) || has(Trait::PostcodeSameOutcode) {
        says.push(format!("another postcode: {} and {}", one.postcode, other.postcode));
    }
    if is_rewritten {
        says.push(format!("the flat written differently: {sub} and {sub_there}"));
    } else if has(Trait::UnitKind) {
        says.push(format!("{} and {}", here.unit_words(), there.unit_words()));
    } else if has(Trait::UnitOnce) {
        let given = if here.unit.is_empty() { there } else { here };
        says.push(format!("only one of them has {}", given.unit_words()));
    } else if !here.unit.is_empty() && here.unit == there.unit {
        says.push(format!("the same {}", here.kind));
    }
    if has(Trait::NumberSuffix) {
        says.push(format!("number {} and {}", here.number, there.number));
    } else if has(Trait::NumberOnce) {
        let given = if here.number.is_empty() { there } else { here };
        says.push(format!("only one of them has a number: {}", given.number));
    } else if !here.number.is_empty() && here.number == there.number {
        says.push(format!("number {}", here.number));
    }
    if has(Trait::NameSlip) {
        says.push(format!("names that are nearly the same: {} and {}", here.name, there.name));
    } else if has(Trait::NameOnce) {
        let given = if here.name.is_empty() { there } else { here };
        says.push(format!("only one of them has a name: {}", given.name));
    } else if !here.name.is_empty() && here.name == there.name {
        says.push("the same name".to_owned());
    }
    if !here.plot.is_empty() && here.plot == there.plot {
        says.push(format!("plot {}", here.plot));
    }
    says
}
