//! The fields of an MNC: name, label, hint and fieldset of each.
//!
//! Form, check page, contact page, drafts, corrections and the tables all read this one list.

/// A field of an MNC. The order is that of the form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Field {
    BuildingNumber,
    BuildingName,
    SubBuildingName,
    PlotNumber,
    Street,
    DependentStreet,
    Locality,
    PostTown,
    County,
    Postcode,
    Uprn,
    ByHand,
    Msn,
    Reading,
    ReadingDate,
    MarketSector,
    Aq,
    Neighbours,
    Why,
    OwnReference,
    ContactName,
    ContactPhone,
    ContactEmail,
}

/// A fieldset of the form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Section {
    Site,
    Supply,
    Why,
    Own,
}

impl Section {
    pub const ALL: [Section; 4] = [Section::Site, Section::Supply, Section::Why, Section::Own];

    pub fn title(self) -> &'static str {
        match self {
            Section::Site => "Site address",
            Section::Supply => "Meter and supply",
            Section::Why => "Why an MPRN is needed",
            Section::Own => "Your reference and the site contact",
        }
    }

    pub fn fields(self) -> impl Iterator<Item = Field> {
        Field::ALL.into_iter().filter(move |field| field.section() == self)
    }
}

use Field::*;

impl Field {
    pub const ALL: [Field; 23] = [
        BuildingNumber,
        BuildingName,
        SubBuildingName,
        PlotNumber,
        Street,
        DependentStreet,
        Locality,
        PostTown,
        County,
        Postcode,
        Uprn,
        ByHand,
        Msn,
        Reading,
        ReadingDate,
        MarketSector,
        Aq,
        Neighbours,
        Why,
        OwnReference,
        ContactName,
        ContactPhone,
        ContactEmail,
    ];

    /// The field's name in forms, drafts and history.
    pub fn name(self) -> &'static str {
        match self {
            BuildingNumber => "building_number",
            BuildingName => "building_name",
            SubBuildingName => "sub_building_name",
            PlotNumber => "plot_number",
            Street => "street",
            DependentStreet => "dependent_street",
            Locality => "locality",
            PostTown => "post_town",
            County => "county",
            Postcode => "postcode",
            Uprn => "uprn",
            ByHand => "by_hand",
            Msn => "msn",
            Reading => "reading",
            ReadingDate => "reading_date",
            MarketSector => "market_sector",
            Aq => "aq",
            Neighbours => "neighbours",
            Why => "why",
            OwnReference => "own_reference",
            ContactName => "contact_name",
            ContactPhone => "contact_phone",
            ContactEmail => "contact_email",
        }
    }

    pub fn label(self) -> &'static str {
        match self {
            BuildingNumber => "Building number",
            BuildingName => "Building name",
            SubBuildingName => "Sub-building name",
            PlotNumber => "Plot number",
            Street => "Street",
            DependentStreet => "Dependent street",
            Locality => "Locality",
            PostTown => "Post town",
            County => "County",
            Postcode => "Postcode",
            Uprn => "UPRN",
            ByHand => "Why the address is entered by hand",
            Msn => "Meter serial number",
            Reading => "Meter reading",
            ReadingDate => "Reading date",
            MarketSector => "Market sector",
            Aq => "Estimated AQ (kWh)",
            Neighbours => "Neighbouring MPRNs",
            Why => "Why do you think no MPRN exists?",
            OwnReference => "Your reference",
            ContactName => "Site contact name",
            ContactPhone => "Site contact phone",
            ContactEmail => "Site contact e-mail",
        }
    }

    pub fn hint(self) -> &'static str {
        match self {
            BuildingName => "A house name, or the name of a block",
            SubBuildingName => "Such as Flat 3 or Unit B",
            PlotNumber => "For a new site that has no postal number yet",
            DependentStreet => "A smaller street off the main one",
            Uprn => "Up to 12 digits",
            ByHand => "Needed only if the address finder does not have it",
            Msn => "As stamped on the meter, if one is fitted",
            Reading => "Digits only, as shown on the meter",
            ReadingDate => "Such as 24/11/2026",
            Neighbours => "MPRNs of the properties next door, separated by commas",
            Why => "What you have checked, and what you found",
            OwnReference => "Shown to your own organisation and the CDSP",
            ContactName => "Somebody who can give access to the site",
            _ => "",
        }
    }

    pub fn section(self) -> Section {
        match self {
            BuildingNumber | BuildingName | SubBuildingName | PlotNumber | Street | DependentStreet | Locality
            | PostTown | County | Postcode | Uprn | ByHand => Section::Site,
            Msn | Reading | ReadingDate | MarketSector | Aq | Neighbours => Section::Supply,
            Why => Section::Why,
            OwnReference | ContactName | ContactPhone | ContactEmail => Section::Own,
        }
    }

    /// Optional fields are marked so. One of the four building and plot fields is needed: the fieldset says it.
    pub fn is_optional(self) -> bool {
        !matches!(
            self,
            BuildingNumber
                | BuildingName
                | SubBuildingName
                | PlotNumber
                | Street
                | PostTown
                | Postcode
                | MarketSector
                | Why
        )
    }

    /// Personal data of the site contact.
    pub fn is_personal(self) -> bool {
        matches!(self, ContactName | ContactPhone | ContactEmail)
    }

    pub fn parse(name: &str) -> Option<Field> {
        Field::ALL.into_iter().find(|field| field.name() == name)
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
    fn fields_stand_in_their_order() {
        for (at, field) in Field::ALL.into_iter().enumerate() {
            assert_eq!((field.place(), Field::parse(field.name())), (at, Some(field)));
        }
    }
}
