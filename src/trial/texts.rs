//! Sample saved texts: what the CDSP and the raisers of the cast type again and again.

use sqlx::PgConnection;

use crate::people::cast::ORGANISATIONS;

/// Where it is used, title and text.
type Text = (&'static str, &'static str, &'static str);

const OF_THE_CDSP: &[Text] = &[
    (
        "question",
        "Serial number",
        "Please have the serial number at {address} read again, digit by digit. You gave {msn}.",
    ),
    ("question", "Which plot", "Which plot or postal number does {address}, {postcode} have on the developer’s plan?"),
    (
        "look_at",
        "Meter and service",
        "Is there a gas service to {address}, and a meter on it? Please read serial number and index; the raiser gives {msn}.",
    ),
    (
        "remarks",
        "Log it again with the plot",
        "The address of {crn} can’t be placed. Please log it again with the plot number, or with a UPRN.",
    ),
    (
        "remarks",
        "Already in the register",
        "{address} is in the register, written another way. No new MPRN is needed; please ask for an address amendment.",
    ),
];

const OF_A_RAISER: &[Text] = &[
    (
        "answer",
        "Read again",
        "The meter at {address} was read again today by a second person. The serial number is {msn}.",
    ),
    ("answer", "Asked the customer", "We have asked the customer about {address} and answer here as soon as we hear."),
];

/// Puts them in place where there are none.
pub async fn settle(tx: &mut PgConnection) -> Result<(), sqlx::Error> {
    for (code, _, kind, _) in ORGANISATIONS {
        for (used_for, title, body) in if *kind == "CDSP" { OF_THE_CDSP } else { OF_A_RAISER } {
            sqlx::query!(
                "insert into saved_text (key, organisation_id, used_for, title, body)
                 select md5(concat_ws('|', 'sample', code, $2::text, $3::text)), id, $2, $3, $4 from organisation where code = $1
                 on conflict do nothing",
                code,
                used_for,
                title,
                body
            )
            .execute(&mut *tx)
            .await?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::texts::{UsedFor, unknown_placeholder};

    #[test]
    fn each_is_as_a_supervisor_may_save_it() {
        for (used_for, title, body) in OF_THE_CDSP.iter().chain(OF_A_RAISER) {
            assert!(UsedFor::of_field(used_for).is_some(), "{title}");
            assert!(title.chars().count() <= 60 && body.chars().count() <= 2_000, "{title}");
            assert_eq!(unknown_placeholder(body), None, "{title}");
        }
    }
}
