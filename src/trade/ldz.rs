//! Local Distribution Zones (LDZs), the four distribution networks that own them, and a
//! built-in guess of the LDZ from the postcode's area.
//!
//! Codes and owners are as the networks publish them. The guess is ours and of low confidence
//! near borders: some 6% of outcodes span two LDZs. It is a proposal that people can correct;
//! the industry's list of full postcodes, where it has been imported, goes first.

use std::fmt;

use super::Postcode;

/// A distribution network (DN).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Network {
    Cadent,
    NorthernGasNetworks,
    Sgn,
    WalesAndWestUtilities,
}

/// A zone of the gas network: the thirteen LDZs, and five isolated networks (LPG or
/// otherwise off the national system). An MNC at one of the five is not an ordinary MNC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Ldz {
    Ea,
    Em,
    Ne,
    No,
    Nt,
    Nw,
    Sc,
    Se,
    So,
    Sw,
    Wm,
    Wn,
    Ws,
    /// Isolated, as the four that follow.
    Lc,
    Lo,
    Ls,
    Lt,
    Lw,
}

impl Network {
    pub const ALL: [Self; 4] = [Self::Cadent, Self::NorthernGasNetworks, Self::Sgn, Self::WalesAndWestUtilities];

    /// As the network calls itself.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Cadent => "Cadent",
            Self::NorthernGasNetworks => "Northern Gas Networks",
            Self::Sgn => "SGN",
            Self::WalesAndWestUtilities => "Wales & West Utilities",
        }
    }
}

use Ldz::*;
use Network::*;

/// Every zone with its code, name and network.
#[rustfmt::skip]
const ZONES: [(Ldz, &str, &str, Option<Network>); 18] = [
    (Ea, "EA", "East Anglia",      Some(Cadent)),
    (Em, "EM", "East Midlands",    Some(Cadent)),
    (Ne, "NE", "North East",       Some(NorthernGasNetworks)),
    (No, "NO", "Northern",         Some(NorthernGasNetworks)),
    (Nt, "NT", "North Thames",     Some(Cadent)),
    (Nw, "NW", "North West",       Some(Cadent)),
    (Sc, "SC", "Scotland",         Some(Sgn)),
    (Se, "SE", "South East",       Some(Sgn)),
    (So, "SO", "Southern",         Some(Sgn)),
    (Sw, "SW", "South West",       Some(WalesAndWestUtilities)),
    (Wm, "WM", "West Midlands",    Some(Cadent)),
    (Wn, "WN", "Wales North",      Some(WalesAndWestUtilities)),
    (Ws, "WS", "Wales South",      Some(WalesAndWestUtilities)),
    (Lc, "LC", "Isolated network", None),
    (Lo, "LO", "Isolated network", None),
    (Ls, "LS", "Isolated network", None),
    (Lt, "LT", "Isolated network", None),
    (Lw, "LW", "Isolated network", None),
];

/// The built-in guess: the postcode areas that lie mostly in each LDZ.
#[rustfmt::skip]
pub const AREAS: [(Ldz, &str); 13] = [
    (Ea, "AL CB CO IP LU MK NR PE SG"),
    (Em, "DE DN LE LN NG NN S"),
    (Ne, "BD HD HG HU HX LS WF YO"),
    (No, "CA DH DL NE SR TS"),
    (Nt, "CM E EC EN HA HP IG N NW RM SL SS TW UB W WC WD"),
    (Nw, "BB BL CH CW FY L LA M OL PR SK WA WN"),
    (Sc, "AB DD DG EH FK G HS IV KA KW KY ML PA PH TD ZE"),
    (Se, "BN BR CR CT DA KT ME RH SE SM SW TN"),
    (So, "BH DT GU OX PO RG SO SP"),
    (Sw, "BA BS EX GL PL SN TA TQ TR"),
    (Wm, "B CV DY HR ST SY TF WR WS WV"),
    (Wn, "LL"),
    (Ws, "CF LD NP SA"),
];

impl Ldz {
    /// The thirteen LDZs, without the isolated networks.
    pub const ALL: [Self; 13] = [Ea, Em, Ne, No, Nt, Nw, Sc, Se, So, Sw, Wm, Wn, Ws];

    /// "EA".
    pub const fn code(self) -> &'static str {
        ZONES[self as usize].1
    }

    /// "East Anglia".
    pub const fn name(self) -> &'static str {
        ZONES[self as usize].2
    }

    /// Who owns it; of an isolated network this is not known here.
    pub const fn network(self) -> Option<Network> {
        ZONES[self as usize].3
    }

    /// Whether it is one of the five isolated networks.
    pub const fn is_isolated(self) -> bool {
        self.network().is_none()
    }

    /// Any of the eighteen codes, in any case.
    pub fn from_code(code: &str) -> Option<Self> {
        ZONES.iter().find(|zone| zone.1.eq_ignore_ascii_case(code.trim())).map(|zone| zone.0)
    }

    /// The built-in guess by the postcode's area; nothing for an area without streets, such as
    /// that of the armed forces.
    pub fn from_area(postcode: &Postcode) -> Option<Self> {
        let lies_in = |areas: &str| areas.split(' ').any(|area| area == postcode.area());
        AREAS.iter().find(|(_, areas)| lies_in(areas)).map(|(ldz, _)| *ldz)
    }
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// "EA East Anglia".
impl fmt::Display for Ldz {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.code(), self.name())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn the_table_stands_in_the_order_of_the_values() {
        for (at, zone) in ZONES.iter().enumerate() {
            assert_eq!(zone.0 as usize, at);
            assert_eq!(Ldz::from_code(&zone.1.to_lowercase()), Some(zone.0));
        }
        assert!(Ldz::ALL.iter().all(|ldz| !ldz.is_isolated()));
        assert!(Ldz::from_code("LS").is_some_and(Ldz::is_isolated));
        assert_eq!(Ldz::from_code("XX"), None);
    }

    #[test]
    fn every_area_of_great_britain_lies_in_one_ldz() {
        let areas: Vec<_> = AREAS.iter().flat_map(|(_, areas)| areas.split(' ')).collect();
        assert_eq!(areas.len(), 120);
        assert_eq!(areas.iter().collect::<BTreeSet<_>>().len(), 120);
        assert!(Ldz::ALL.iter().all(|ldz| AREAS.iter().any(|(in_table, _)| in_table == ldz)));
    }

    #[test]
    fn the_guess_goes_by_area_and_not_by_its_first_letter() {
        let guess = |typed| Ldz::from_area(&Postcode::parse(typed).expect(typed));
        assert_eq!(guess("S1 2AA").map(Ldz::code), Some("EM"));
        assert_eq!(guess("SW1A 1AA").map(Ldz::code), Some("SE"));
        assert_eq!(guess("NE1 4AA").and_then(Ldz::network), Some(NorthernGasNetworks));
        assert_eq!(guess("BF1 0AX"), None);
        assert_eq!(guess("GIR 0AA"), None);
    }
}
