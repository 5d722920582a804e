//! The dictionary of fields: one row for each field that any contact type asks for. Form, check page, contact page,
//! drafts, corrections, files and the tables read it; which of them a type asks for, its `Spec` says.

use super::input::Input::{self, *};
use super::input::{NARROW, TEN, TWENTY};

/// What a field is used for beside being shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Use {
    Shown,
    /// search finds the contact by its words
    Searched,
    /// personal data of the site contact, which the fewest people read
    Personal,
}

/// A row of the dictionary.
#[derive(Debug)]
struct DictionaryRow {
    name: &'static str,
    label: &'static str,
    hint: &'static str,
    input: Input,
    used: Use,
}

/// Declares the fields, in the order of the form, and the dictionary of them.
macro_rules! dictionary {
    ($($field:ident $name:literal, $label:literal, $hint:literal, $input:expr, $used:ident;)*) => {
        /// A field of a contact. The order is that of the form.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Field { $($field,)* }

        impl Field {
            /// Every field of any type; those of one type are `Spec::fields`.
            pub const ALL: &[Field] = &[$(Field::$field,)*];
            /// How many there are.
            pub const COUNT: usize = Field::ALL.len();
        }

        const ROWS: [DictionaryRow; Field::COUNT] =
            [$(DictionaryRow { name: $name, label: $label, hint: $hint, input: $input, used: Use::$used },)*];
    };
}

#[rustfmt::skip]
dictionary! {
    // field         name                 label                               hint                              input                      used
    BuildingNumber  "building_number",   "Building number",                  "",                                                       Reference(TEN),           Searched;
    BuildingName    "building_name",     "Building name",                    "A house name, or the name of a block",                   Words(NARROW),            Searched;
    SubBuildingName "sub_building_name", "Sub-building name",                "Such as Flat 3 or Unit B",                               Words(NARROW),            Searched;
    PlotNumber      "plot_number",       "Plot number",                      "For a new site that has no postal number yet",           Words(TEN),               Searched;
    Street          "street",            "Street",                           "",                                                       Words(NARROW),            Searched;
    DependentStreet "dependent_street",  "Dependent street",                 "A smaller street off the main one",                      Words(NARROW),            Searched;
    Locality        "locality",          "Locality",                         "",                                                       Words(NARROW),            Searched;
    PostTown        "post_town",         "Post town",                        "",                                                       Words(NARROW),            Searched;
    County          "county",            "County",                           "",                                                       Words(NARROW),            Searched;
    Postcode        "postcode",          "Postcode",                         "",                                                       Input::Postcode,          Searched;
    Uprn            "uprn",              "UPRN",                             "Up to 12 digits",                                        Digits,                   Searched;
    ByHand          "by_hand",           "Why the address is entered by hand", "Needed only if the address finder does not have it",   Select(super::site::by_hand), Shown;
    Msn             "msn",               "Meter serial number",              "As stamped on the meter, if one is fitted",              Serial(TWENTY),           Searched;
    Reading         "reading",           "Meter reading",                    "As shown on the meter",                                  Digits,                   Shown;
    ReadingDate     "reading_date",      "Reading date",                     "Such as 24/11/2026",                                     Date,                     Shown;
    MarketSector    "market_sector",     "Market sector",                    "",                                                       Radios(market_sectors),   Shown;
    Aq              "aq",                "Estimated AQ (kWh)",               "",                                                       Number,                   Shown;
    Neighbours      "neighbours",        "Neighbouring MPRNs",               "MPRNs of the properties next door, separated by commas", Mprns,                    Shown;
    Why             "why",               "Why",                              "What you have checked, and what you found",              Lines { rows: 4, most: 2_000 }, Shown;
    OwnReference    "own_reference",     "Your reference",                   "Shown to your own organisation and the CDSP",            Reference(NARROW),        Shown;
    ContactName     "contact_name",      "Site contact name",                "Somebody who can give access to the site",               Words(NARROW),            Personal;
    ContactPhone    "contact_phone",     "Site contact phone",               "",                                                       Phone,                    Personal;
    ContactEmail    "contact_email",     "Site contact e-mail",              "",                                                       Email,                    Personal;
}

fn market_sectors() -> Vec<(&'static str, &'static str)> {
    crate::trade::MarketSector::ALL.iter().map(|sector| (sector.code(), sector.text())).collect()
}

impl Field {
    fn row(self) -> &'static DictionaryRow {
        &ROWS[self.place()]
    }

    /// The field's name in forms, drafts and history.
    pub fn name(self) -> &'static str {
        self.row().name
    }

    /// Its label where no contact type says it otherwise.
    pub fn label(self) -> &'static str {
        self.row().label
    }

    pub fn hint(self) -> &'static str {
        self.row().hint
    }

    /// How it is typed, kept and shown.
    pub fn input(self) -> Input {
        self.row().input
    }

    /// Personal data of the site contact.
    pub fn is_personal(self) -> bool {
        self.row().used == Use::Personal
    }

    /// Whether search finds the contact by its words.
    pub fn is_searched(self) -> bool {
        self.row().used == Use::Searched
    }

    /// Whether it is a part of the address as it stands on an envelope.
    pub fn is_address(self) -> bool {
        Field::BuildingNumber <= self && self <= Field::Postcode
    }

    pub fn parse(name: &str) -> Option<Field> {
        Field::ALL.iter().copied().find(|field| field.name() == name)
    }

    /// Its place among all of them.
    pub fn place(self) -> usize {
        self as usize
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_stand_in_their_order_under_a_name_of_their_own() {
        for (at, field) in Field::ALL.iter().copied().enumerate() {
            assert_eq!((field.place(), Field::parse(field.name())), (at, Some(field)));
        }
    }
}
