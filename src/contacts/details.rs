//! What a contact says of its site: the values of its fields, as text in one fixed form each.

use sha2::Digest;
use time::Date;
use time::macros::format_description;

use crate::contacts::field::Field::{self, *};
use crate::contacts::field::Section;
use crate::trade::Mprn;
use crate::trade::dates::{parse_date, show_typed};
use crate::trade::words::fold;
use crate::typed::Typed;

/// The fields' values, each in its one fixed form: postcodes in capitals with a space, dates as 2026-11-24,
/// the market sector as D or I, MPRNs separated by a comma and a space. Empty means not given.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Details([String; 23]);

impl Details {
    /// From a form as typed. What does not parse stays as typed; the rules say what is wrong with it.
    pub fn from_typed(typed: &Typed) -> Details {
        let mut details = Details::default();
        for field in Field::ALL {
            details.set(field, &fixed(field, typed.value(field.name())));
        }
        details
    }

    pub fn get(&self, field: Field) -> &str {
        &self.0[field.place()]
    }

    pub fn set(&mut self, field: Field, value: &str) {
        value.clone_into(&mut self.0[field.place()]);
    }

    /// As a form shows it for typing.
    pub fn to_typed(&self) -> Typed {
        let mut typed = Typed::default();
        for field in Field::ALL {
            let value = match field {
                ReadingDate => self.reading_date().map_or_else(|| self.get(field).to_owned(), show_typed),
                _ => self.get(field).to_owned(),
            };
            typed.set(field.name(), value);
        }
        typed
    }

    /// As a page shows it for reading.
    pub fn shown(&self, field: Field) -> String {
        let value = self.get(field);
        match field {
            MarketSector => market_sector(value).to_owned(),
            ByHand => by_hand(value).to_owned(),
            ReadingDate => self.reading_date().map_or_else(|| value.to_owned(), show_typed),
            Aq => value.parse().map_or_else(|_| value.to_owned(), crate::trade::words::thousands),
            _ => value.to_owned(),
        }
    }

    pub fn reading_date(&self) -> Option<Date> {
        Date::parse(self.get(ReadingDate), format_description!("[year]-[month]-[day]")).ok()
    }

    pub fn aq(&self) -> Option<i64> {
        self.get(Aq).parse().ok()
    }

    pub fn neighbours(&self) -> Vec<String> {
        self.get(Neighbours).split(", ").filter(|mprn| !mprn.is_empty()).map(str::to_owned).collect()
    }

    /// What tells one building of a street from the next: the first line of an address.
    pub fn first_line(&self) -> String {
        first_line(&[
            self.get(SubBuildingName),
            self.get(BuildingName),
            self.get(BuildingNumber),
            self.get(PlotNumber),
            self.get(Street),
        ])
    }

    /// The parts by which addresses are compared.
    pub fn site(&self) -> crate::trade::likeness::Site<'_> {
        crate::trade::likeness::Site {
            sub_building: self.get(SubBuildingName),
            building: self.get(BuildingName),
            number: self.get(BuildingNumber),
            plot: self.get(PlotNumber),
            dependent_street: self.get(DependentStreet),
            street: self.get(Street),
            postcode: self.get(Postcode),
        }
    }

    /// Names these values among others: the same for the same, and no more.
    pub fn digest(&self) -> String {
        let mut hash = sha2::Sha256::new();
        for value in &self.0 {
            hash.update(value);
            hash.update([0]);
        }
        crate::secret::hex(&hash.finalize()[..8])
    }

    /// The words that searching finds it by: address, serial number and postcode, folded.
    pub fn words(&self) -> Vec<String> {
        let text: Vec<&str> = Field::ALL
            .into_iter()
            .filter(|field| (field.section() == Section::Site && *field != ByHand) || *field == Msn)
            .map(|field| self.get(field))
            .collect();
        let mut words = fold(&text.join(" "));
        words.sort();
        words.dedup();
        words
    }

    /// What differs in `after`: field, before, after.
    pub fn changes(&self, after: &Details) -> Vec<(Field, String, String)> {
        Field::ALL
            .into_iter()
            .filter(|field| self.get(*field) != after.get(*field))
            .map(|field| (field, self.shown(field), after.shown(field)))
            .collect()
    }
}

/// Sub-building, building, number, plot and street on one line.
pub fn first_line(parts: &[&str; 5]) -> String {
    let [sub, name, number, plot, street] = parts;
    let mut line: Vec<String> =
        [sub, name].iter().filter(|part| !part.is_empty()).map(|part| (**part).to_owned()).collect();
    if !plot.is_empty() {
        line.push(if plot.to_lowercase().starts_with("plot") { (*plot).to_owned() } else { format!("Plot {plot}") });
    }
    line.push(if number.is_empty() { (*street).to_owned() } else { format!("{number} {street}") });
    line.join(", ")
}

/// The market sector's name for its letter.
pub fn market_sector(letter: &str) -> &str {
    crate::trade::MarketSector::from_code(letter).map_or(letter, |sector| sector.text())
}

/// The words of a reason for entering an address by hand.
pub fn by_hand(code: &str) -> &str {
    crate::trade::ByHand::from_code(code).map_or(code, |reason| reason.text())
}

fn fixed(field: Field, typed: &str) -> String {
    let typed = typed.trim();
    match field {
        Postcode => {
            crate::trade::Postcode::parse(typed).map_or_else(|_| typed.to_owned(), |code| code.as_str().to_owned())
        }
        Msn => crate::trade::Msn::parse(typed).map_or_else(|_| typed.to_owned(), |msn| msn.as_str().to_owned()),
        ReadingDate => parse_date(typed).map_or_else(|_| typed.to_owned(), |date| date.to_string()),
        Uprn | Reading => typed.split_whitespace().collect(),
        Aq => typed.chars().filter(|c| !c.is_whitespace() && *c != ',').collect(),
        Neighbours => mprns(typed)
            .map(|mprn| Mprn::parse(mprn).map_or_else(|_| mprn.to_owned(), |mprn| mprn.as_str().to_owned()))
            .collect::<Vec<_>>()
            .join(", "),
        Why => typed.to_owned(),
        ByHand | MarketSector => code(field, typed),
        // one space between words, as an address is compared
        _ => typed.split_whitespace().collect::<Vec<_>>().join(" "),
    }
}

/// The code of a list's entry, for people who type its code or its words.
fn code(field: Field, typed: &str) -> String {
    let list: Vec<(&str, &str)> = match field {
        ByHand => crate::trade::ByHand::ALL.iter().map(|entry| (entry.code(), entry.text())).collect(),
        _ => crate::trade::MarketSector::ALL.iter().map(|entry| (entry.code(), entry.text())).collect(),
    };
    let is_it = |(code, text): &&(&str, &str)| code.eq_ignore_ascii_case(typed) || text.eq_ignore_ascii_case(typed);
    list.iter().find(is_it).map_or_else(|| typed.to_owned(), |(code, _)| (*code).to_owned())
}

/// The MPRNs of a list typed with commas, semicolons or new lines between them.
pub fn mprns(typed: &str) -> impl Iterator<Item = &str> {
    typed.split([',', ';', '\n']).map(str::trim).filter(|mprn| !mprn.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn typing_is_brought_into_one_form() {
        let mut typed = Typed::default();
        for (field, text) in
            [(Postcode, "ls1  4dy"), (ReadingDate, "1/2/26"), (Aq, "12,000"), (Neighbours, "7512 345604;")]
        {
            typed.set(field.name(), text);
        }
        let details = Details::from_typed(&typed);
        assert_eq!(details.get(Postcode), "LS1 4DY");
        assert_eq!(details.get(ReadingDate), "2026-02-01");
        assert_eq!((details.aq(), details.neighbours()), (Some(12_000), vec!["7512345604".to_owned()]));
        assert_eq!(Details::from_typed(&details.to_typed()), details);
    }

    #[test]
    fn a_first_line_reads_like_an_address() {
        assert_eq!(first_line(&["Flat 2", "Kiln House", "7", "", "Moss Lane"]), "Flat 2, Kiln House, 7 Moss Lane");
        assert_eq!(first_line(&["", "", "", "14", "Moss Lane"]), "Plot 14, Moss Lane");
    }
}
