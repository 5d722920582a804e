//! In what two addresses differ, part by part, and what each difference costs.

use super::compared::Compared;
use super::site::Site;

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

/// Everything in which two sites differ; for the fit of the weights.
pub fn differences(one: &Site<'_>, other: &Site<'_>) -> Vec<Trait> {
    traits(&Compared::from(*one), &Compared::from(*other))
}

pub fn cost(of: Trait) -> i32 {
    COSTS.iter().find(|(known, _)| *known == of).map_or(0, |(_, cost)| *cost)
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

/// The differences of two sites and of their dwellings.
pub fn traits(one: &Compared<'_>, other: &Compared<'_>) -> Vec<Trait> {
    let (here, there) = (&one.dwelling, &other.dwelling);
    let (road, road_there) = (&*one.road, &*other.road);
    let (code, code_there) = (&*one.code, &*other.code);
    let digits = |number: &str| number.chars().take_while(char::is_ascii_digit).collect::<String>();
    let street = part(road, road_there, Trait::StreetOther, || {
        Some(if is_slip(road, road_there) {
            Trait::StreetSlip
        } else if is_within(road, road_there) {
            Trait::StreetWithin
        } else {
            Trait::StreetOther
        })
    });
    let postcode = part(code, code_there, Trait::PostcodeOnce, || {
        let outcode = |code: &str| code[..code.len().saturating_sub(3)].to_owned();
        let is_near = code.is_ascii() && code_there.is_ascii() && outcode(code) == outcode(code_there);
        Some(match (is_near, strsim::osa_distance(code, code_there)) {
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
        || name == Some(Trait::NameSlip)
        || is_written_alike(&one.site, &other.site);
    let shared = (!is_shared).then_some(Trait::NothingShared);
    [street, postcode, number, unit, name, plot, shared].into_iter().flatten().collect()
}

/// Whether both are known by the same text, though it has no letter or digit by which it could be compared.
fn is_written_alike(one: &Site<'_>, other: &Site<'_>) -> bool {
    let written =
        |site: &Site<'_>| [site.sub_building, site.building, site.number, site.plot].map(str::trim).join("\n");
    let one = written(one);
    !one.trim().is_empty() && one == written(other)
}

/// One letter missing, added, changed or swapped with the next; digits are never a slip.
fn is_slip(one: &str, other: &str) -> bool {
    let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
    strsim::osa_distance(one, other) == 1 && digits(one) == digits(other)
}

/// All words of the shorter one are in the other; of two as long, all of either.
fn is_within(one: &str, other: &str) -> bool {
    let (one, other): (Vec<&str>, Vec<&str>) = (one.split(' ').collect(), other.split(' ').collect());
    let all_in = |short: &[&str], long: &[&str]| short.iter().all(|word| long.contains(word));
    (one.len() > other.len() || all_in(&one, &other)) && (one.len() < other.len() || all_in(&other, &one))
}

#[cfg(test)]
mod tests {
    use super::is_within;

    #[test]
    fn words_are_within_one_another_from_either_side() {
        for (one, other, is) in [("a b", "a", true), ("a b", "c b a", true), ("a a", "a b", false), ("a b", "c", false)]
        {
            assert_eq!((is_within(one, other), is_within(other, one)), (is, is), "{one}, {other}");
        }
    }
}
