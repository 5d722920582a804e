//! Invented addresses, and what happens to addresses when people write them.

use cms::trade::likeness::Site;
use fastrand::Rng;

/// An address with texts of its own.
#[derive(Debug, Clone, Default)]
pub struct Address {
    pub sub: String,
    pub building: String,
    pub number: String,
    pub plot: String,
    pub dependent: String,
    pub street: String,
    pub postcode: String,
}

impl Address {
    pub fn site(&self) -> Site<'_> {
        Site {
            sub_building: &self.sub,
            building: &self.building,
            number: &self.number,
            plot: &self.plot,
            dependent_street: &self.dependent,
            street: &self.street,
            postcode: &self.postcode,
        }
    }
}

pub const FIRST: [&str; 20] = [
    "Alderbeck",
    "Bramblecote",
    "Cinder",
    "Dovewell",
    "St John’s",
    "Foxcoppice",
    "Gorse",
    "Harrow",
    "Mill",
    "Jackdaw",
    "Kestrel",
    "Larkenby",
    "Moss",
    "Nettle",
    "Ox",
    "Peatstack",
    "Great Quill",
    "Raven",
    "North Saltpan",
    "Tangle",
];
pub const KIND: [(&str, &str); 10] = [
    ("Lane", "Ln"),
    ("Road", "Rd"),
    ("Street", "St"),
    ("Close", "Cl"),
    ("Avenue", "Ave"),
    ("Gardens", "Gdns"),
    ("Drive", "Dr"),
    ("Terrace", "Terr"),
    ("Crescent", "Cres"),
    ("Square", "Sq"),
];
pub const NAME: [&str; 10] = [
    "Rose Cottage",
    "The Old Forge",
    "Weir House",
    "Kiln House",
    "Signal Box",
    "Chandler Court",
    "The Granary",
    "Hill View",
    "Wharf Lodge",
    "Orchard End",
];
pub const OUTCODE: [&str; 8] = ["LS1", "LS11", "BD5", "HU5", "YO24", "NE6", "CF24", "G42"];
pub const LETTER: &[u8] = b"ABDEFGHJLNPQRSTUWXYZ";

pub fn one_of<'a>(rng: &mut Rng, list: &[&'a str]) -> &'a str {
    list[rng.usize(..list.len())]
}

pub fn incode(rng: &mut Rng) -> String {
    let mut letter = || char::from(LETTER[rng.usize(..LETTER.len())]);
    let (one, two) = (letter(), letter());
    format!("{}{one}{two}", rng.u8(1..10))
}

pub fn postcode(rng: &mut Rng) -> String {
    format!("{} {}", one_of(rng, &OUTCODE), incode(rng))
}

pub fn street(rng: &mut Rng) -> String {
    format!("{} {}", one_of(rng, &FIRST), KIND[rng.usize(..KIND.len())].0)
}

pub fn number(rng: &mut Rng) -> String {
    rng.u16(1..160).to_string()
}

/// A house with a number, in half the cases with a letter or a name too.
pub fn house(rng: &mut Rng) -> Address {
    let mut house = Address { number: number(rng), street: street(rng), postcode: postcode(rng), ..Address::default() };
    match rng.u8(..8) {
        0 => house.number.push('A'),
        1 => one_of(rng, &NAME).clone_into(&mut house.building),
        2 => house.dependent = format!("{} Mews", one_of(rng, &FIRST)),
        _ => {}
    }
    house
}

pub fn named(rng: &mut Rng) -> Address {
    Address { number: String::new(), building: one_of(rng, &NAME).to_owned(), dependent: String::new(), ..house(rng) }
}

pub fn flat(rng: &mut Rng) -> Address {
    let mut flat = Address { sub: format!("Flat {}", rng.u8(1..30)), ..house(rng) };
    match rng.u8(..4) {
        0 => flat.sub = format!("Flat {}", char::from(b'A' + rng.u8(..8))),
        1 => {
            one_of(rng, &NAME).clone_into(&mut flat.building);
            flat.number = String::new();
        }
        2 => one_of(rng, &NAME).clone_into(&mut flat.building),
        _ => {}
    }
    flat
}

pub fn plot(rng: &mut Rng) -> Address {
    Address { number: String::new(), building: String::new(), plot: number(rng), ..house(rng) }
}

pub fn any(rng: &mut Rng) -> Address {
    match rng.u8(..10) {
        0..5 => house(rng),
        5..8 => flat(rng),
        8 => named(rng),
        _ => plot(rng),
    }
}

/// One slip of the fingers in a word: a letter changed, left out, doubled or swapped with the next.
pub fn slip(rng: &mut Rng, text: &str) -> String {
    let mut letters: Vec<char> = text.chars().collect();
    let places: Vec<usize> = (1..letters.len() - 1)
        .filter(|at| letters[*at].is_ascii_alphabetic() && letters[at + 1].is_ascii_alphabetic())
        .collect();
    let at = places[rng.usize(..places.len())];
    match rng.u8(..4) {
        0 => letters[at] = if letters[at] == 'e' { 'r' } else { 'e' },
        1 => drop(letters.remove(at)),
        2 => letters.insert(at, letters[at]),
        _ => letters.swap(at, at + 1),
    }
    letters.into_iter().collect()
}

pub fn abbreviated(street: &str) -> String {
    let (first, kind) = street.rsplit_once(' ').unwrap();
    let short = KIND.iter().find(|(long, _)| *long == kind).unwrap().1;
    format!("{}. {}.", first.replace("St John’s", "Saint Johns").replace("Great", "Gt"), short).replacen(". ", " ", 1)
}

/// Another number than this one, not far from it.
pub fn neighbour(rng: &mut Rng, number: &str) -> String {
    let digits: String = number.chars().take_while(char::is_ascii_digit).collect();
    (digits.parse::<u16>().unwrap_or(1) + rng.u16(1..9)).to_string()
}
