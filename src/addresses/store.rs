//! Putting addresses into their tables by COPY: whole sets at once, as samples are and as an import's batches.

use std::collections::BTreeSet;

use sqlx::PgConnection;

use super::Address;

/// The tables that are searched, and those that an import fills.
#[derive(Debug, Clone, Copy)]
pub enum Into {
    Searched,
    Next,
}

/// How keys are made; changes with [`crate::trade::likeness`], so that keys made otherwise are noticed.
pub fn stamp() -> String {
    let probe = Address {
        sub_building: "Apt 3".to_owned(),
        building: "St. John’s Hse".to_owned(),
        number: "7".to_owned(),
        dependent_street: "Kiln Mews".to_owned(),
        street: "Gt. Mount St".to_owned(),
        postcode: "LS11 4DY".to_owned(),
        ..Address::default()
    };
    probe.keyed().key
}

/// Says so in the log if the addresses were put there under keys made otherwise: they are found, but nobody is asked why
/// an address is entered by hand.
pub async fn warn_if_stale(owner: &sqlx::PgPool) -> Result<(), sqlx::Error> {
    let stale =
        sqlx::query_scalar!(r#"select exists (select from address_set where stamp <> $1) as "stale!""#, stamp())
            .fetch_one(owner)
            .await?;
    if stale {
        tracing::warn!("the addresses were imported by an older version; run cms import-addresses again");
    }
    Ok(())
}

/// Adds addresses, with the places by which words find them.
pub async fn add(tx: &mut PgConnection, into: Into, addresses: &[Address]) -> Result<(), sqlx::Error> {
    let (mut rows, mut places) = (String::new(), BTreeSet::new());
    for a in addresses {
        line(
            &mut rows,
            &[
                &a.udprn,
                &a.uprn,
                &a.organisation,
                &a.sub_building,
                &a.building,
                &a.number,
                &a.dependent_street,
                &a.street,
                &a.double_locality,
                &a.locality,
                &a.town,
                &a.county,
                &a.postcode,
                &a.key,
            ],
        );
        places.insert((a.outcode(), a.postcode.as_str(), a.place()));
    }
    let (to_addresses, to_places) = match into {
        Into::Searched => ("copy address from stdin", "copy address_place from stdin"),
        Into::Next => ("copy address_next from stdin", "copy address_place_next from stdin"),
    };
    copy(tx, to_addresses, rows).await?;
    let mut text = String::new();
    for (outcode, postcode, words) in &places {
        line(&mut text, &[outcode, postcode, words]);
    }
    copy(tx, to_places, text).await
}

/// Sends lines to a COPY statement.
pub async fn copy(tx: &mut PgConnection, statement: &'static str, lines: String) -> Result<(), sqlx::Error> {
    let mut copying = tx.copy_in_raw(statement).await?;
    match copying.send(lines.into_bytes()).await {
        Ok(_) => copying.finish().await.map(drop),
        Err(error) => {
            copying.abort("it was not sent").await?;
            Err(error)
        }
    }
}

/// One line in COPY's text format.
pub fn line(text: &mut String, cells: &[&str]) {
    for (at, cell) in cells.iter().enumerate() {
        if at > 0 {
            text.push('\t');
        }
        for c in cell.chars() {
            match c {
                '\\' => text.push_str("\\\\"),
                '\t' => text.push_str("\\t"),
                '\n' => text.push_str("\\n"),
                '\r' => text.push_str("\\r"),
                '\0' => {}
                c => text.push(c),
            }
        }
    }
    text.push('\n');
}

#[cfg(test)]
mod tests {
    #[test]
    fn no_text_breaks_a_line() {
        let mut text = String::new();
        super::line(&mut text, &["a\tb", "c\\d", "e\nf\r\0", ""]);
        assert_eq!(text, "a\\tb\tc\\\\d\te\\nf\\r\t\n");
    }
}
