//! MNC, `MNumber` creation: a raiser asks for an MPRN to be created for a site that has none.

mod outcome;
mod rules;
pub mod store;
mod visit;

use crate::contacts::fields::field::Field::*;
use crate::contacts::fields::reason::{self, Reason};
use crate::contacts::fields::spec::{Column, Sought, Why as Called};
use crate::contacts::fields::{Section, Spec, own, site, slips};
use crate::download::Cell;

pub const SPEC: Spec = Spec {
    code: "MNC",
    answer_code: "MNR",
    slug: "mnc",
    name: "MNumber creation",
    asks: "Ask for an MPRN to be created for a site that has none. You can check your answers before they are submitted.",
    guide: "asks for an MPRN to be created for a site that has none.",
    sections: &[site::SECTION, SUPPLY, WHY, own::SECTION],
    needed: &[Street, PostTown, Postcode, MarketSector, Why],
    more: &[Reading, ReadingDate, Aq, Neighbours],
    why: Called { label: "Why do you think no MPRN exists?", to_others: "Why no MPRN is thought to exist" },
    rules: &[slips::RULES, site::RULES, rules::RULES, own::RULES],
    reasons: REASONS,
    visit: visit::FORM,
    said: visit::said,
    outcome: outcome::FORM,
    table: &[SubBuildingName, BuildingNumber, PlotNumber, Uprn, Msn, Reading, ReadingDate, OwnReference],
    columns: &[
        Column { title: "Market sector", cell: |details| Cell::Text(details.shown(MarketSector)) },
        Column {
            title: "AQ (kWh)",
            cell: |details| details.aq().map_or_else(|| Cell::Text(details.get(Aq).to_owned()), Cell::Number),
        },
    ],
    duplicates_by: |details| Sought { site: details.site(), serial: details.get(Msn) },
};

const SUPPLY: Section =
    Section { title: "Meter and supply", hint: "", fields: &[Msn, Reading, ReadingDate, MarketSector, Aq, Neighbours] };
const WHY: Section = Section { title: "Why an MPRN is needed", hint: "", fields: &[Why] };

const REASONS: &[Reason] = &[
    ("exists", "An MPRN already exists for this site"),
    ("plot", "An MPRN already exists under the plot address"),
    ("serial", "The meter serial number is already on another MPRN"),
    reason::NETWORK,
    ("no-service", "No live service or meter was found"),
    reason::ADDRESS,
    ("dead", "The existing MPRN is dead and needs a status change"),
    reason::OTHER,
];
