//! Why two sites are alike, in words.

use super::canonical::join;
use super::parts::Dwelling;
use super::site::Site;
use super::traits::Trait;

/// Each a sentence's part, what is alike and what differs.
pub fn reasons(one: &Site<'_>, other: &Site<'_>, here: &Dwelling, there: &Dwelling, found: &[Trait]) -> Vec<String> {
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
