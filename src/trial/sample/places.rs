//! Where the sample sites lie: real post towns with their outcodes, and streets that nobody has heard of.

use crate::trade::Ldz::{self, Ea, Em, Ne, No, Nt, Nw, Sc, Se, So, Sw, Wm, Wn, Ws};

/// Post towns and outcodes of each LDZ, as the postcode's area says it.
#[rustfmt::skip]
pub const TOWNS: &[(Ldz, &str, &str)] = &[
    (Ea, "CAMBRIDGE", "CB4"), (Ea, "NORWICH", "NR3"), (Ea, "PETERBOROUGH", "PE2"), (Ea, "IPSWICH", "IP3"),
    (Em, "DERBY", "DE23"), (Em, "NOTTINGHAM", "NG5"), (Em, "LEICESTER", "LE3"), (Em, "SHEFFIELD", "S6"),
    (Em, "LINCOLN", "LN6"),
    (Nt, "CHELMSFORD", "CM2"), (Nt, "WATFORD", "WD18"), (Nt, "ENFIELD", "EN3"), (Nt, "SLOUGH", "SL2"),
    (Nw, "LIVERPOOL", "L15"), (Nw, "PRESTON", "PR2"), (Nw, "BOLTON", "BL3"), (Nw, "STOCKPORT", "SK4"),
    (Nw, "CHESTER", "CH3"),
    (Wm, "BIRMINGHAM", "B29"), (Wm, "COVENTRY", "CV5"), (Wm, "WOLVERHAMPTON", "WV3"), (Wm, "WORCESTER", "WR4"),
    (Ne, "LEEDS", "LS11"), (Ne, "BRADFORD", "BD5"), (Ne, "HULL", "HU5"), (Ne, "YORK", "YO24"),
    (Ne, "HARROGATE", "HG2"), (Ne, "HUDDERSFIELD", "HD1"), (Ne, "WAKEFIELD", "WF1"),
    (No, "NEWCASTLE UPON TYNE", "NE6"), (No, "DARLINGTON", "DL3"), (No, "SUNDERLAND", "SR4"),
    (No, "MIDDLESBROUGH", "TS5"), (No, "CARLISLE", "CA2"), (No, "DURHAM", "DH1"),
    (Sc, "GLASGOW", "G42"), (Sc, "EDINBURGH", "EH11"), (Sc, "DUNDEE", "DD3"), (Sc, "ABERDEEN", "AB24"),
    (Sc, "PERTH", "PH1"),
    (Se, "MAIDSTONE", "ME15"), (Se, "BRIGHTON", "BN2"), (Se, "CROYDON", "CR0"), (Se, "TUNBRIDGE WELLS", "TN4"),
    (So, "SOUTHAMPTON", "SO16"), (So, "PORTSMOUTH", "PO2"), (So, "READING", "RG30"), (So, "BOURNEMOUTH", "BH9"),
    (Sw, "BRISTOL", "BS5"), (Sw, "EXETER", "EX4"), (Sw, "PLYMOUTH", "PL4"), (Sw, "GLOUCESTER", "GL4"),
    (Sw, "SWINDON", "SN2"), (Sw, "TRURO", "TR1"),
    (Wn, "LLANDUDNO", "LL30"), (Wn, "WREXHAM", "LL13"), (Wn, "BANGOR", "LL57"),
    (Ws, "CARDIFF", "CF24"), (Ws, "SWANSEA", "SA5"), (Ws, "NEWPORT", "NP19"),
];

/// First parts of street names, all invented.
pub const STREETS: &[&str] = &[
    "Alderbeck",
    "Bramblecote",
    "Cinderhaugh",
    "Dovewell",
    "Ellerscar",
    "Foxcoppice",
    "Gorsenook",
    "Harrowgill",
    "Inklebarrow",
    "Jackdaw",
    "Kestrelwood",
    "Larkenby",
    "Millrace",
    "Nettlecroft",
    "Oxlode",
    "Peatstack",
    "Quillmaker",
    "Ravenshaugh",
    "Saltpan",
    "Tanglefoot",
    "Umberwick",
    "Vetchling",
    "Withyholt",
    "Yarrowdene",
    "Ashlark",
    "Bellfounder",
    "Clogmaker",
    "Drovers Rest",
    "Emberfold",
    "Flaxmill",
    "Glasswright",
    "Hazelhurn",
    "Ironwell",
    "Juniper Bank",
    "Kilnstone",
    "Lampblack",
    "Mossgather",
    "Nailers",
    "Osierbed",
    "Pennywhistle",
];

/// Second parts; the last one is for works and shops.
pub const KINDS: &[&str] =
    &["Lane", "Close", "Road", "Street", "Drive", "Gardens", "Way", "Avenue", "Terrace", "Trading Estate"];

/// Parts of a town, for one street in four.
pub const LOCALITIES: &[&str] = &["Upper Moss", "Nether End", "Kiln Green", "Bridge Foot", "Low Fold", "Mill Bank"];

/// Names of blocks of flats.
pub const BLOCKS: &[&str] =
    &["Kiln House", "Weir House", "Chandler Court", "The Old Granary", "Signal House", "Wharf House"];

/// Names of houses that have no number.
pub const NAMED: &[&str] =
    &["Larkspur Cottage", "The Old Smithy", "Weavers Croft", "Toll House", "Fernside", "Millers Rest", "Gate Lodge"];

/// Letters that may end a postcode.
pub const INCODE_LETTERS: &[u8] = b"ABDEFGHJLNPQRSTUWXYZ";
