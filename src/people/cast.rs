//! The cast of the trial: organisations, and the accounts that those who take part share. All people are invented.

use sqlx::PgConnection;

/// Code, name, kind, and the first part of its account names.
pub const ORGANISATIONS: &[(&str, &str, &str, &str)] = &[
    ("CDS", "CDSP", "CDSP", "cdsp"),
    ("CAD", "Cadent", "DN", "cadent"),
    ("NGN", "Northern Gas Networks", "DN", "ngn"),
    ("SGN", "SGN", "DN", "sgn"),
    ("WWU", "Wales & West Utilities", "DN", "wwu"),
    ("ALD", "Alder Energy", "Shipper", "alder"),
    ("BIR", "Birch Gas", "Shipper", "birch"),
    ("CED", "Cedar Power", "Shipper", "cedar"),
    ("DAL", "Dale Networks", "IGT", "dale"),
];

/// The four accounts of each organisation: last part of the name, supervisor, Local Security Officer.
pub const ROLES: &[(&str, bool, bool)] =
    &[("agent", false, false), ("agent2", false, false), ("supervisor", true, false), ("lso", false, true)];

/// Account of the facilitator.
pub const FACILITATOR: &str = "facilitator";

/// Display names, four to an organisation in its order, then the facilitator's.
#[rustfmt::skip]
const NAMES: &[&str] = &[
    "Nadia Farrow", "Owen Tasker", "Ruth Pellew", "Ivor Lund",
    "Cleo Marsh", "Dev Arkwright", "Hanna Stroud", "Piers Coy",
    "Tess Garrow", "Emil Hask", "Bryony Thorne", "Gil Rook",
    "Una Kerr", "Fergus Blane", "Morag Teale", "Ewan Skene",
    "Carys Penfold", "Rhodri Vane", "Mair Locke", "Idris Crewe",
    "Amy Calder", "Bob Ashdown", "Rita Holloway", "Sam Verity",
    "Jonah Reed", "Petra Lisle", "Colm Bexley", "Dora Finch",
    "Leo Sorrel", "Ines Harrow", "Max Tulley", "Greta Moss",
    "Zara Whit", "Noel Brant", "Esme Dacre", "Toby Lyle",
    "Faye Ormond",
];

/// Every account with its display name, organisation code (none for the facilitator) and roles.
pub fn people() -> impl Iterator<Item = (String, &'static str, Option<&'static str>, bool, bool)> {
    let of_organisations = ORGANISATIONS.iter().flat_map(|(code, _, _, prefix)| {
        ROLES
            .iter()
            .map(move |(role, supervisor, officer)| (format!("{prefix}.{role}"), Some(*code), *supervisor, *officer))
    });
    of_organisations
        .chain(std::iter::once((FACILITATOR.to_owned(), None, false, false)))
        .zip(NAMES)
        .map(|((account, code, supervisor, officer), name)| (account, *name, code, supervisor, officer))
}

/// Puts the cast in place, as it was meant: names, roles and password as here, everybody enabled.
pub async fn settle(tx: &mut PgConnection, password_hash: &str) -> Result<(), sqlx::Error> {
    for (code, name, kind, _) in ORGANISATIONS {
        sqlx::query!(
            "insert into organisation (code, name, kind) values ($1, $2, $3)
             on conflict (code) do update set name = excluded.name",
            code,
            name,
            kind
        )
        .execute(&mut *tx)
        .await?;
    }
    for (account, name, code, supervisor, officer) in people() {
        sqlx::query!(
            "insert into person (organisation_id, account, name, supervisor, security_officer, facilitator,
                                 password_hash, demo)
             values ((select id from organisation where code = $1), $2, $3, $4, $5, $6, $7, true)
             on conflict (account) do update
             set name = excluded.name, supervisor = excluded.supervisor, security_officer = excluded.security_officer,
                 password_hash = excluded.password_hash, email = null, disabled = null, demo = true",
            code,
            account,
            name,
            supervisor,
            officer,
            code.is_none(),
            password_hash,
        )
        .execute(&mut *tx)
        .await?;
    }
    Ok(())
}
