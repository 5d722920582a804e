//! Pairs of addresses of which it is known whether they are one site: a base, and a known edit of it.

use fastrand::Rng;

use super::addresses::*;

/// Two addresses, what was done to the second, and whether they are one site.
#[derive(Debug, Clone)]
pub struct Pair {
    pub kind: &'static str,
    pub one: Address,
    pub other: Address,
    pub same: bool,
}

/// The one kind of pair that nobody could tell without knowing the street.
pub const UNKNOWABLE: &str = "known by its name here, by its number there";

/// All kinds of edit, each `each` times.
pub fn pairs(seed: u64, each: usize) -> Vec<Pair> {
    let mut rng = Rng::with_seed(seed);
    let rng = &mut rng;
    let mut made = Vec::new();
    for _ in 0..each {
        same(rng, &mut made);
        different(rng, &mut made);
    }
    made
}

fn same(rng: &mut Rng, made: &mut Vec<Pair>) {
    let mut add = |kind, one: &Address, other: Address| made.push(Pair { kind, one: one.clone(), other, same: true });
    let base = any(rng);
    add("street with a slip", &base, Address { street: slip(rng, &base.street), ..base.clone() });
    let base = any(rng);
    add("abbreviated", &base, Address { street: abbreviated(&base.street), ..base.clone() });
    let base = any(rng);
    let loud = Address {
        street: format!(" {} ", base.street.to_uppercase().replace('’', "'")),
        postcode: base.postcode.to_lowercase().replace(' ', ""),
        building: base.building.to_uppercase(),
        ..base.clone()
    };
    add("capitals and blanks", &base, loud);
    let base = flat(rng);
    let mark = base.sub.trim_start_matches("Flat ").to_owned();
    let forms = ["Apartment", "Apt", "Flt", "FLAT", "Apt."];
    let other = Address { sub: format!("{} {mark}", one_of(rng, &forms)), ..base.clone() };
    add("flat in other words", &base, other);
    let base = flat(rng);
    let moved = Address { sub: String::new(), building: format!("{}, {}", base.sub, base.building), ..base.clone() };
    add("flat in the building's field", &base, moved);
    let base = house(rng);
    let joined = format!("{} {}", base.number, base.street);
    add("number in the street's field", &base, Address { number: String::new(), street: joined, ..base.clone() });
    let mut base = house(rng);
    base.number = format!("{}A", base.number.trim_end_matches('A'));
    let apart = Address { number: base.number.replace('A', " a"), ..base.clone() };
    add("12A and 12 a", &base, apart);
    let mut base = house(rng);
    one_of(rng, &NAME).clone_into(&mut base.building);
    add("name left out", &base, Address { building: String::new(), ..base.clone() });
    add("number left out beside a name", &base, Address { number: String::new(), ..base.clone() });
    let base = named(rng);
    add("name with a slip", &base, Address { building: slip(rng, &base.building), ..base.clone() });
    let base = any(rng);
    let mut letters: Vec<char> = base.postcode.chars().collect();
    let last = letters.len() - 1;
    letters[last] = if letters[last] == 'A' { 'B' } else { 'A' };
    let mistyped = letters.iter().collect();
    add("postcode with a slip", &base, Address { postcode: mistyped, ..base.clone() });
    let base = Address { dependent: format!("{} Mews", one_of(rng, &FIRST)), ..house(rng) };
    add("dependent street left out", &base, Address { dependent: String::new(), ..base.clone() });
    let base = Address { plot: number(rng), ..house(rng) };
    add("plot and number against the number", &base, Address { plot: String::new(), ..base.clone() });
    let only_plot = Address { number: String::new(), building: String::new(), ..base.clone() };
    add("plot and number against the plot", &base, only_plot);
    let base = flat(rng);
    let both = Address { street: slip(rng, &base.street), sub: base.sub.replace("Flat", "Apartment"), ..base.clone() };
    add("a slip and a flat in other words", &base, both);
    let base = any(rng);
    let outcode = base.postcode.split(' ').next().unwrap();
    let code = format!("{outcode} {}", incode(rng));
    add("another postcode of its town", &base, Address { postcode: code, ..base.clone() });
    let base = Address {
        dependent: format!("{} Mews", one_of(rng, &FIRST)),
        building: one_of(rng, &NAME).to_owned(),
        ..house(rng)
    };
    let short = Address {
        dependent: String::new(),
        building: String::new(),
        street: abbreviated(&base.street),
        ..base.clone()
    };
    add("dependent street and name left out", &base, short);
    let mut base = house(rng);
    one_of(rng, &NAME).clone_into(&mut base.building);
    let two = Address { building: String::new(), street: slip(rng, &base.street), ..base.clone() };
    add("name left out, street with a slip", &base, two);
    let base = any(rng);
    add("postcode not given", &base, Address { postcode: String::new(), ..base.clone() });
    let base = flat(rng);
    add("flat called a unit", &base, Address { sub: base.sub.replace("Flat", "Unit"), ..base.clone() });
    // what cannot be known from the two addresses alone
    let base = named(rng);
    add(UNKNOWABLE, &base, Address { building: String::new(), number: number(rng), ..base.clone() });
}

fn different(rng: &mut Rng, made: &mut Vec<Pair>) {
    let mut add = |kind, one: &Address, other: Address| made.push(Pair { kind, one: one.clone(), other, same: false });
    let base = flat(rng);
    let next = match base.sub.trim_start_matches("Flat ").parse::<u8>() {
        Ok(flat) => format!("Flat {}", flat + rng.u8(1..4)),
        Err(_) => "Flat Z".to_owned(),
    };
    add("another flat", &base, Address { sub: next, ..base.clone() });
    let base = Address { building: String::new(), ..house(rng) };
    add("the neighbour", &base, Address { number: neighbour(rng, &base.number), ..base.clone() });
    let mut base = house(rng);
    base.building.clear();
    base.number = number(rng);
    add("12 and 12A", &base, Address { number: format!("{}A", base.number), ..base.clone() });
    let base = any(rng);
    let elsewhere = std::iter::repeat_with(|| street(rng)).find(|street| *street != base.street).unwrap();
    add("another street, same postcode", &base, Address { street: elsewhere, ..base.clone() });
    let base = any(rng);
    let elsewhere = std::iter::repeat_with(|| street(rng)).find(|street| *street != base.street).unwrap();
    let outcode = base.postcode.split(' ').next().unwrap();
    let code = format!("{outcode} {}", incode(rng));
    add("another street nearby", &base, Address { street: elsewhere, postcode: code, ..base.clone() });
    let base = any(rng);
    let outcode = base.postcode.split(' ').next().unwrap();
    let there = OUTCODE.iter().find(|code| **code != outcode).unwrap();
    let code = format!("{there} {}", incode(rng));
    add("the same street of another town", &base, Address { postcode: code, ..base.clone() });
    let base = flat(rng);
    if !base.number.is_empty() {
        add("a flat and its house", &base, Address { sub: String::new(), ..base.clone() });
    }
    let base = plot(rng);
    add("another plot", &base, Address { plot: neighbour(rng, &base.plot), ..base.clone() });
    let base = named(rng);
    let name = NAME.iter().find(|name| **name != base.building && rng.bool()).unwrap_or(&"Pear Tree Barn");
    add("another name", &base, Address { building: (*name).to_owned(), ..base.clone() });
    let base = any(rng);
    let kind = KIND.iter().find(|(long, _)| !base.street.ends_with(long) && rng.bool()).unwrap_or(&("Row", "")).0;
    let street = format!("{} {kind}", base.street.rsplit_once(' ').unwrap().0);
    add("the street’s other kind", &base, Address { street, ..base.clone() });
    let base = any(rng);
    let outcode = base.postcode.split(' ').next().unwrap();
    let (street, code) = (slip(rng, &base.street), format!("{outcode} {}", incode(rng)));
    add("a street with nearly this name", &base, Address { street, postcode: code, ..base.clone() });
    let base = flat(rng);
    let next = neighbour(rng, &base.number);
    let block = Address { number: next, building: "Pear Tree Barn".to_owned(), ..base.clone() };
    add("the same flat of another block", &base, block);
    let base = named(rng);
    for _ in 0..5 {
        let numbered = Address { building: String::new(), number: number(rng), ..base.clone() };
        add("a name and somebody’s number", &base, numbered);
    }
    let base = Address { building: String::new(), ..house(rng) };
    let next = neighbour(rng, &base.number);
    add("the neighbour, postcode not given", &base, Address { number: next, postcode: String::new(), ..base.clone() });
    let base = flat(rng);
    add("a flat and a shop", &base, Address { sub: base.sub.replace("Flat", "Shop"), ..base.clone() });
    let base = Address { building: String::new(), ..house(rng) };
    let (street, next) = (slip(rng, &base.street), neighbour(rng, &base.number));
    add("the neighbour, street with a slip", &base, Address { number: next, street, ..base.clone() });
    let base = Address { sub: format!("Flat {}", rng.u8(1..9)), building: one_of(rng, &NAME).to_owned(), ..house(rng) };
    let other = Address {
        sub: format!("Apt {}", rng.u8(10..19)),
        street: abbreviated(&base.street),
        building: String::new(),
        ..base.clone()
    };
    add("another flat in other words", &base, other);
    let (base, mut other) = (any(rng), any(rng));
    if base.street == other.street {
        "Vetchling Row".clone_into(&mut other.street);
    }
    add("anything", &base, other);
}

/// A plot against the postal numbers of its street, one of which it was given: what cannot be known.
pub fn plots(seed: u64, each: usize) -> Vec<Pair> {
    let mut rng = Rng::with_seed(seed);
    let mut made = Vec::new();
    for _ in 0..each {
        let base = Address { dependent: String::new(), ..plot(&mut rng) };
        for at in 0..3 {
            let postal = Address { plot: String::new(), number: (at * 2 + 1).to_string(), ..base.clone() };
            made.push(Pair { kind: "plot against postal number", one: base.clone(), other: postal, same: at == 0 });
        }
    }
    made
}
