//! An address, and the fields of a contact that it fills.

use crate::contacts::fields::Field;
use crate::trade::address_limits::{BUILDING_NUMBER, DEPENDENT_LOCALITY};
use crate::trade::likeness::{Site, canonical};
use crate::trade::site_line::first_line;

/// In the parts of the Postcode Address File, and the key by which it is compared.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Address {
    pub udprn: String,
    pub uprn: String,
    pub organisation: String,
    pub sub_building: String,
    pub building: String,
    pub number: String,
    /// name and descriptor: "Kiln Mews"
    pub dependent_street: String,
    pub street: String,
    pub double_locality: String,
    pub locality: String,
    pub town: String,
    pub county: String,
    /// in capitals with a space
    pub postcode: String,
    pub key: String,
}

impl Address {
    /// With its key, which follows from the other parts.
    #[must_use]
    pub fn keyed(self) -> Address {
        let fields = self.fields();
        let of = |field: Field| fields.iter().find(|(known, _)| *known == field).map_or("", |(_, text)| text.as_str());
        let site = Site {
            sub_building: of(Field::SubBuildingName),
            building: of(Field::BuildingName),
            number: of(Field::BuildingNumber),
            plot: "",
            dependent_street: of(Field::DependentStreet),
            street: of(Field::Street),
            postcode: of(Field::Postcode),
        };
        Address { key: site.key(), ..self }
    }

    /// The fields of a contact that the finder fills, with their values. Where the address has no street, its locality
    /// stands for it, since a contact needs one.
    pub fn fields(&self) -> [(Field, String); 11] {
        let text = str::to_owned;
        let (mut number, mut building) = (self.number.as_str(), self.building.as_str());
        if building.is_empty() && number.is_empty() && self.sub_building.is_empty() {
            building = &self.organisation;
        }
        // "12A" is a building name to PAF
        if number.is_empty() && is_number(building) {
            (number, building) = (building, "");
        }
        let (mut street, mut dependent_street) = (self.street.as_str(), self.dependent_street.as_str());
        if street.is_empty() {
            (street, dependent_street) = (dependent_street, "");
        }
        let mut localities: Vec<&str> = [self.double_locality.as_str(), self.locality.as_str()]
            .into_iter()
            .filter(|part| !part.is_empty())
            .collect();
        if street.is_empty() && !localities.is_empty() {
            street = localities.remove(0);
        }
        let both = localities.join(", ");
        let locality = if both.chars().count() > DEPENDENT_LOCALITY { text(&self.locality) } else { both };
        [
            (Field::BuildingNumber, text(number)),
            (Field::BuildingName, text(building)),
            (Field::SubBuildingName, text(&self.sub_building)),
            (Field::Street, text(street)),
            (Field::DependentStreet, text(dependent_street)),
            (Field::Locality, locality),
            (Field::PostTown, text(&self.town)),
            (Field::County, text(&self.county)),
            (Field::Postcode, text(&self.postcode)),
            (Field::Uprn, text(&self.uprn)),
            (Field::ByHand, String::new()),
        ]
    }

    /// "Flat 2, Kiln House, 7 Moss Lane": sub-building, building, number and street.
    pub fn first_line(&self) -> String {
        let street = [&self.dependent_street, &self.street].into_iter().find(|name| !name.is_empty());
        let street = street.map_or(self.locality.as_str(), String::as_str);
        first_line(&[&self.sub_building, &self.building, &self.number, "", street])
    }

    /// The whole address on one line.
    pub fn line(&self) -> String {
        let first = self.first_line();
        let street = if self.dependent_street.is_empty() { "" } else { self.street.as_str() };
        let mut parts: Vec<&str> = Vec::new();
        for part in
            [&*self.organisation, &first, street, &self.double_locality, &self.locality, &self.town, &self.postcode]
        {
            if !part.is_empty() && !parts.contains(&part) {
                parts.push(part);
            }
        }
        parts.join(", ")
    }

    /// What its street and building are looked up by, in canonical words.
    pub fn place(&self) -> String {
        let building = if is_number(&self.building) { "" } else { &self.building };
        let parts = [
            &self.organisation,
            building,
            &self.dependent_street,
            &self.street,
            &self.double_locality,
            &self.locality,
            &self.town,
        ];
        parts.into_iter().filter(|part| !part.is_empty()).map(canonical).collect::<Vec<_>>().join(" ")
    }

    /// The half of the postcode before the space.
    pub fn outcode(&self) -> &str {
        self.postcode.split(' ').next().unwrap_or_default()
    }
}

/// What fits into the field for the building number.
fn is_number(text: &str) -> bool {
    text.len() <= BUILDING_NUMBER
        && text.starts_with(|c: char| c.is_ascii_digit())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
}
