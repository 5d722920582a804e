//! What a contact says: the values of its type's fields, as text in one fixed form each.

use sha2::Digest;
use time::Date;

use super::field::Field::{self, *};
use super::{Spec, input};
use crate::trade::likeness::Site;
use crate::trade::search_words;
use crate::typed::Typed;

/// The values of a type's fields, each in the fixed form of its [`super::Input`]. Empty means not given.
#[derive(Debug, Clone)]
pub struct Details {
    pub spec: &'static Spec,
    values: [String; Field::COUNT],
}

impl PartialEq for Details {
    fn eq(&self, other: &Self) -> bool {
        self.spec.code == other.spec.code && self.values == other.values
    }
}

impl Details {
    /// A contact of this type with nothing given yet.
    pub fn empty(spec: &'static Spec) -> Details {
        Details { spec, values: std::array::from_fn(|_| String::new()) }
    }

    /// From a form as typed. What does not parse stays as typed; the rules say what is wrong with it.
    pub fn from_typed(spec: &'static Spec, typed: &Typed) -> Details {
        let mut details = Details::empty(spec);
        for field in spec.fields() {
            details.set(field, &field.input().fixed(typed.value(field.name())));
        }
        details
    }

    pub fn get(&self, field: Field) -> &str {
        &self.values[field.place()]
    }

    pub fn set(&mut self, field: Field, value: &str) {
        value.clone_into(&mut self.values[field.place()]);
    }

    /// With what a form has changed: a field that was sent as it was shown, or not at all, stays as it is, however it is
    /// kept.
    #[must_use]
    pub fn corrected(&self, typed: &Typed) -> Details {
        let shown = self.to_typed();
        let mut after = self.clone();
        for field in self.spec.fields().filter(|field| typed.has(field.name())) {
            let (now, before) = (typed.value(field.name()), shown.value(field.name()));
            if now.trim() != before.trim() {
                after.set(field, &field.input().fixed(now));
            }
        }
        after
    }

    /// As a form shows it for typing.
    pub fn to_typed(&self) -> Typed {
        let mut typed = Typed::default();
        for field in self.spec.fields() {
            typed.set(field.name(), field.input().typed(self.get(field)));
        }
        typed
    }

    /// As a page shows it for reading.
    pub fn shown(&self, field: Field) -> String {
        field.input().shown(self.get(field))
    }

    pub fn reading_date(&self) -> Option<Date> {
        input::date(self.get(ReadingDate))
    }

    pub fn aq(&self) -> Option<i64> {
        self.get(Aq).parse().ok()
    }

    pub fn neighbours(&self) -> Vec<String> {
        self.get(Neighbours).split(", ").filter(|mprn| !mprn.is_empty()).map(str::to_owned).collect()
    }

    /// What tells one building of a street from the next: the first line of an address.
    pub fn first_line(&self) -> String {
        self.site().first_line()
    }

    /// The same without flat and building, where a number or plot says enough.
    pub fn street_line(&self) -> String {
        let site = self.site();
        if site.number.is_empty() && site.plot.is_empty() {
            return site.first_line();
        }
        Site { sub_building: "", building: "", ..site }.first_line()
    }

    /// On one line, as it is shown everywhere: "Flat 6, 42 Withyholt Terrace, SWINDON, SN2 9FS".
    pub fn address_line(&self) -> String {
        let lines = [self.first_line(), self.get(PostTown).to_owned(), self.get(Postcode).to_owned()];
        lines.into_iter().filter(|line| !line.is_empty()).collect::<Vec<_>>().join(", ")
    }

    /// As it stands on an envelope.
    pub fn address_block(&self) -> Vec<String> {
        let others = [DependentStreet, Locality, PostTown, County, Postcode].map(|field| self.get(field).to_owned());
        std::iter::once(self.first_line()).chain(others).filter(|line| !line.is_empty()).collect()
    }

    /// The parts by which addresses are compared.
    pub fn site(&self) -> Site<'_> {
        Site {
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
        for value in &self.values {
            hash.update(value);
            hash.update([0]);
        }
        crate::secret::hex(&hash.finalize()[..8])
    }

    /// The words that searching finds it by: what lists and its page show of the site, with its serial number.
    pub fn words(&self) -> Vec<String> {
        let searched = self.spec.fields().filter(|field| field.is_searched()).map(|field| self.get(field));
        let text: Vec<&str> = searched.collect();
        search_words::kept(&format!("{}, {}", self.first_line(), text.join(", ")))
    }

    /// The words that those who may read it find it by besides: its raiser's own reference.
    pub fn own_words(&self) -> Vec<String> {
        search_words::kept(self.get(OwnReference))
    }

    /// What differs in `after`: field, before, after.
    pub fn changes(&self, after: &Details) -> Vec<(Field, String, String)> {
        self.spec
            .fields()
            .filter(|field| self.get(*field) != after.get(*field))
            .map(|field| (field, self.shown(field), after.shown(field)))
            .collect()
    }
}
