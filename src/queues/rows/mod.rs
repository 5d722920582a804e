//! The one SQL definition of a list: its rows by key, never by offset ([`page`]), its count ([`count`]), the contacts
//! that stand around one ([`around`]) and those that are taken from it ([`take`]).
//!
//! What narrows it ([`conditions`], [`search`]) and what orders it ([`order`]) depend on the filter, so this text is put
//! together, from words of this folder only; every value is bound.

pub mod around;
pub mod conditions;
pub mod count;
pub mod export;
pub mod extras;
mod found;
pub mod grouped;
pub mod hits;
pub mod listed;
pub mod order;
pub mod overview;
pub mod page;
pub mod row;
pub mod search;
pub mod take;
pub mod ticked;

use sqlx::{Postgres, QueryBuilder};

pub use self::around::around;
pub use self::conditions::Conditions;
pub use self::count::{counts, full_count, newer};
pub use self::extras::{Assignee, ListExtras, Saved};
pub use self::listed::{Count, Listed};
pub use self::overview::{Overview, Task, overview};
pub use self::page::page;
pub use self::row::Row;
pub use self::take::{best, first_unassigned};
pub use self::ticked::{TickedRow, ticked};
use crate::queues::filter::{Filter, Sort};
use crate::session::Viewer;

/// What lists and their files read of a contact `c`, but what was written on closing, which is for few.
const CONTACT: &str = "c.id, c.crn, c.contact_type, c.version, c.status, c.raised_by, c.originator, c.with_org, c.holder, c.asker, \
    c.received, c.due, c.closed, c.closed_reason, c.psc_of, c.ldz, c.sub_building_name, c.building_name, c.building_number, \
    c.plot_number, c.street, c.dependent_street, c.locality, c.post_town, c.county, c.postcode, c.uprn, c.msn, c.site_key";

/// The tables of a row.
fn from(sql: &mut QueryBuilder<Postgres>, viewer: &Viewer, filter: &Filter) {
    sql.push(" from contact c");
    names(sql, viewer, filter);
}

/// The tables of a row's names. Colleagues have names, people elsewhere only their organisation.
fn names(sql: &mut QueryBuilder<Postgres>, viewer: &Viewer, filter: &Filter) {
    sql.push(" join organisation r on r.id = c.raised_by left join organisation w on w.id = c.with_org");
    if viewer.is_network() {
        // with whom it is after its part is not for a network to know
        sql.push(" and (c.with_org = ").push_bind(viewer.organisation_id());
        sql.push(" or c.raised_by = ").push_bind(viewer.organisation_id()).push(")");
    }
    if filter.sort == Sort::With {
        sql.push(" left join person h on h.id = c.holder and h.organisation_id = ").push_bind(viewer.organisation_id());
    } else {
        holder_by_row(sql, viewer);
    }
}

/// The few rows of a page look their holders up; joined, each would be held against all colleagues.
fn holder_by_row(sql: &mut QueryBuilder<Postgres>, viewer: &Viewer) {
    sql.push(" left join lateral (select h.name from person h where h.id = c.holder and h.organisation_id = ");
    sql.push_bind(viewer.organisation_id()).push(" limit 1) h on true");
}
