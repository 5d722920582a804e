//! The script of an assign: the statements as they were caught, with what is of the contact in variables.

use sqlx::{AssertSqlSafe, Executor, PgConnection};

use super::caught::{Assigned, Caught};
use crate::error::CommandError;

/// Written so that each turn assigns another contact of `bench_pick`.
pub async fn of(owner: &mut PgConnection, both: &[Assigned; 2], enter: &str) -> Result<String, CommandError> {
    let [one, two] = both;
    let same = one.statements.len() == two.statements.len()
        && one.statements.iter().zip(&two.statements).all(|(one, two)| one.sql == two.sql);
    if !same {
        return Err(CommandError("two assigns sent different statements".to_owned()));
    }
    let mut script =
        "select crn as crn, id as cid, version as ver from bench_pick where n = (select nextval('bench_next')) \\gset\n"
            .to_owned();
    for (at, (first, second)) in one.statements.iter().zip(&two.statements).enumerate() {
        if at == 1 {
            // the first is BEGIN
            script += enter;
            script += ";\n";
        }
        let types = types(owner, first).await?;
        let values = first.parameters.iter().zip(&second.parameters).zip(types);
        let values: Vec<String> = values
            .map(|((first_value, second_value), type_name)| {
                if type_name == "bytea" && first_value == second_value && first.sql.contains("session") {
                    // each client has a session of its own
                    return "decode(md5(:client_id::text), 'hex')".to_owned();
                }
                format!("({})::{type_name}", expression(first_value, second_value, one, two))
            })
            .collect();
        script += &first.filled(&values);
        script += ";\n";
    }
    Ok(script)
}

/// The types of its parameters, which the log leaves out.
async fn types(owner: &mut PgConnection, caught: &Caught) -> Result<Vec<String>, CommandError> {
    if caught.parameters.is_empty() {
        return Ok(Vec::new());
    }
    owner.execute(AssertSqlSafe(format!("prepare caught as {}", caught.sql))).await?;
    let types = "select parameter_types::text[] from pg_prepared_statements where name = 'caught'";
    let types: Vec<String> = sqlx::query_scalar(types).fetch_one(&mut *owner).await?;
    owner.execute("deallocate caught").await?;
    Ok(types)
}

/// A value as an expression: where the two contacts differ, the variable of what differs.
fn expression(first: &str, second: &str, one: &Assigned, two: &Assigned) -> String {
    let (firsts, seconds) = (tokens(first), tokens(second));
    if firsts == seconds || firsts.len() != seconds.len() {
        return first.to_owned();
    }
    let known = [
        ((one.crn.clone(), two.crn.clone()), ":crn"),
        ((one.id.to_string(), two.id.to_string()), ":cid"),
        ((one.version.to_string(), two.version.to_string()), ":ver"),
        (((one.version + 1).to_string(), (two.version + 1).to_string()), "(:ver + 1)"),
    ];
    let mut parts = vec![String::new()];
    for (first, second) in firsts.into_iter().zip(seconds) {
        let variable = known.iter().find(|((one, two), _)| first == one && second == two);
        match (variable, parts.last_mut()) {
            (Some((_, name)), _) => parts.extend([(*name).to_owned(), String::new()]),
            // what looks like a variable is none
            (None, Some(last)) => {
                let is_name = last.ends_with(':') && first.starts_with(|c: char| c.is_ascii_alphabetic());
                last.push_str(if is_name { " " } else { "" });
                last.push_str(first);
            }
            (None, None) => {}
        }
    }
    match &parts[..] {
        [text] => return text.clone(),
        [before, only, after] if before == "'" && after == "'" => return only.clone(),
        _ => {}
    }
    let each = parts.iter().enumerate().map(|(at, part)| match at {
        _ if at % 2 == 1 => format!("{part}::text"),
        0 => format!("{part}'"),
        _ if at + 1 == parts.len() => format!("'{part}"),
        _ => format!("'{part}'"),
    });
    each.collect::<Vec<_>>().join(" || ")
}

/// Runs of letters and digits, and single signs.
fn tokens(text: &str) -> Vec<&str> {
    let mut tokens = Vec::new();
    let mut begins = 0;
    for (at, letter) in text.char_indices() {
        if !letter.is_ascii_alphanumeric() {
            if begins < at {
                tokens.push(&text[begins..at]);
            }
            begins = at + letter.len_utf8();
            tokens.push(&text[at..begins]);
        }
    }
    if begins < text.len() {
        tokens.push(&text[begins..]);
    }
    tokens
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_of_the_contact_becomes_a_variable_wherever_it_stands() {
        let one = Assigned { id: 700, crn: "C1".to_owned(), version: 2, statements: Vec::new() };
        let two = Assigned { id: 900, crn: "C2".to_owned(), version: 3, statements: Vec::new() };
        let both = |first: &str, second: &str| expression(first, second, &one, &two);
        assert_eq!(both("'C1'", "'C2'"), ":crn");
        assert_eq!(both("'2'", "'3'"), ":ver");
        assert_eq!(both("'2'", "'2'"), "'2'");
        assert_eq!(both("'{700}'", "'{900}'"), "'{' || :cid::text || '}'");
        assert_eq!(
            both(r#"'[{"id": 700, "v": 3}]'"#, r#"'[{"id": 900, "v": 4}]'"#),
            r#"'[{"id": ' || :cid::text || ', "v": ' || (:ver + 1)::text || '}]'"#
        );
        assert_eq!(both("'10:00:01'", "'10:00:02'"), "'10:00:01'");
    }
}
