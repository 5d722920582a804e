//! Work in the order of who has it, or of who raised it: group by group, each in the order of its due times, so that a page
//! reads the few groups it shows and not all the work to put it in order.

use sqlx::{Postgres, QueryBuilder};
use time::OffsetDateTime;

use super::hits::Hits;
use super::{CONTACT, Conditions, order};
use crate::error::AppError;
use crate::queues::filter::{Queue, Sort, unreadable};

/// The list is put in order by its groups.
pub fn is_grouped(conditions: &Conditions<'_>) -> bool {
    let filter = &conditions.filter;
    let is_few = matches!(conditions.hits, Hits::All { .. });
    filter.queue == Queue::Organisation && matches!(filter.sort, Sort::With | Sort::RaisedBy) && !is_few
}

/// Where a page of it begins: the group's name and the due time, as its cursor writes them, and the contact.
struct Place<'a> {
    name: &'a str,
    due: OffsetDateTime,
    id: i64,
}

/// The contacts that come next, as a statement.
pub fn push(
    sql: &mut QueryBuilder<Postgres>,
    conditions: &Conditions<'_>,
    most: impl std::fmt::Display,
) -> Result<(), AppError> {
    let filter = &conditions.filter;
    let place = match &filter.cursor {
        Some(cursor) => {
            let (name, due) = order::named_time(cursor).ok_or_else(|| unreadable("after"))?;
            Some(Place { name, due, id: cursor.id(&conditions.viewer.seal)? })
        }
        None => None,
    };
    let way = order::direction(filter, filter.is_backwards());
    let wholes: &[&str] = if filter.sort == Sort::With {
        sql.push("select c.* from (select p.id, p.name from person p where p.organisation_id = ");
        sql.push_bind(conditions.viewer.organisation_id()).push(" union all select null, ''");
        &["c.holder = g.id", "g.id is null and c.holder is null"]
    } else {
        sql.push("select c.* from (select o.id, o.name from organisation o where o.raises");
        &["c.raised_by = g.id"]
    };
    // in their order, so that the groups after the last of the page are not read
    sql.push(format!(" order by name{way}) g cross join lateral ("));
    for (at, whole) in wholes.iter().enumerate() {
        sql.push(if at == 0 { "(" } else { " union all (" }).push(format!("select {CONTACT} from contact c"));
        conditions.push(sql);
        sql.push(format!(" and {whole}"));
        if let Some(place) = &place {
            beyond(sql, place, way);
        }
        sql.push(format!(" order by c.due{way}, c.id{way} limit {most})"));
    }
    sql.push(") c");
    if let Some(place) = &place {
        sql.push(format!(" where g.name {}= ", sign(way))).push_bind(place.name.to_owned());
    }
    sql.push(format!(" order by g.name{way}, c.due{way}, c.id{way} limit {most}"));
    Ok(())
}

fn sign(way: &str) -> &'static str {
    if way == " desc" { "<" } else { ">" }
}

/// In the group where the page begins only what stands beyond, and so that the index finds it.
fn beyond(sql: &mut QueryBuilder<Postgres>, place: &Place<'_>, way: &str) {
    let (sign, before_all) = (sign(way), if way == " desc" { "infinity" } else { "-infinity" });
    sql.push(format!(" and c.due {sign}= case when g.name = ")).push_bind(place.name.to_owned());
    sql.push(" then ").push_bind(place.due).push(format!(" else timestamptz '{before_all}' end and (g.name <> "));
    sql.push_bind(place.name.to_owned()).push(format!(" or (c.due, c.id) {sign} ("));
    sql.push_bind(place.due).push(", ").push_bind(place.id).push("))");
}
