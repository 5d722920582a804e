//! What a list's page offers beside its rows: colleagues, raising organisations, saved filters and what is ticked.

use serde::Deserialize;
use sqlx::{Postgres, QueryBuilder};

use crate::queues::filter::{Column, Filter, Names};
use crate::session::Viewer;

/// The most raising organisations that are offered to choose from; beyond, their code is typed.
const OFFERED: i64 = 40;

/// What a list's page offers beside its rows.
#[derive(Debug, Default, Deserialize)]
pub struct ListExtras {
    /// active colleagues by name, with oneself
    pub colleagues: Vec<Assignee>,
    /// code and name of organisations that raise contacts; empty where there are too many to choose from
    pub raisers: Vec<(String, String)>,
    pub saved: Vec<Saved>,
    /// CRN and version of what the session has ticked in this list, and nobody has acted on since
    pub ticks: Vec<String>,
    /// the columns that the viewer has chosen for this queue, else those that it has of itself
    pub columns: Vec<String>,
}

/// A colleague who may be given contacts.
#[derive(Debug, Deserialize)]
pub struct Assignee {
    pub id: i64,
    pub account: String,
    pub name: String,
    /// who gets what is assigned to them while they are away
    pub covered_by: Option<String>,
}

/// A filter kept under a name.
#[derive(Debug, Clone, Deserialize)]
pub struct Saved {
    pub id: i64,
    pub name: String,
    pub query: String,
    /// of the organisation rather than of one person
    pub shared: bool,
    pub is_default: bool,
}

impl ListExtras {
    /// Accounts and names of colleagues.
    pub fn named(&self) -> Vec<(String, String)> {
        self.colleagues.iter().map(|person| (person.account.clone(), person.name.clone())).collect()
    }

    /// The list in words.
    pub fn words(&self, filter: &Filter) -> String {
        filter.words(Names { colleagues: &self.named(), raisers: &self.raisers })
    }
}

/// The columns that are shown, of the part that [`chosen_columns`] writes.
pub const CHOSEN_COLUMNS: &str = "(select columns from chosen)";

/// The columns that are shown, as a part of a statement: read once, so that what is not shown is not looked up.
pub fn chosen_columns(sql: &mut QueryBuilder<Postgres>, viewer: &Viewer, filter: &Filter) {
    sql.push("chosen as materialized (select coalesce((select l.columns from list_columns l where l.person_id = ");
    sql.push_bind(viewer.id).push(" and l.queue = ").push_bind(filter.queue.slug()).push("), ");
    let usual: Vec<&str> = Column::usual(viewer, filter.queue).into_iter().map(Column::code).collect();
    sql.push_bind(usual).push("::text[]) as columns), ");
}

/// The extras as an expression: one json object.
pub fn expression(sql: &mut QueryBuilder<Postgres>, viewer: &Viewer, filter: &Filter) {
    // covers are few and people many, so the covers are looked up once
    sql.push(
        "json_build_object('colleagues', coalesce((select json_agg(json_build_object('id', p.id, 'account', p.account, 'name', p.name, \
            'covered_by', v.name) order by p.name, p.id) \
            from person p left join (select v.person_id, x.name from cover v join person x on x.id = v.covered_by \
                                     where v.until >= now()) v on v.person_id = p.id \
            where p.disabled is null and p.organisation_id = ",
    );
    sql.push_bind(viewer.organisation_id());
    sql.push("), '[]'::json), 'raisers', case when (select count(*) from organisation where raises) <= ")
        .push_bind(OFFERED);
    sql.push(
        " then (select json_agg(json_build_array(o.code, o.name) order by o.name) from organisation o where o.raises)",
    );
    // of too many, the one that is asked for still has its name
    sql.push(" else coalesce((select json_agg(json_build_array(o.code, o.name)) from organisation o where o.code = ");
    sql.push_bind(filter.raised_by.clone());
    sql.push(
        "), '[]'::json) end, 'saved', coalesce((select json_agg(json_build_object('id', s.id, 'name', s.name, \
            'query', s.query, 'shared', s.person_id is null, 'is_default', d.filter_id is not null) \
            order by s.person_id is null, lower(s.name)) \
            from saved_filter s left join default_filter d on d.filter_id = s.id and d.person_id = ",
    );
    sql.push_bind(viewer.id).push(" where s.queue = ").push_bind(filter.queue.slug());
    sql.push(" and (s.person_id = ").push_bind(viewer.id);
    sql.push(" or (s.person_id is null and s.organisation_id = ").push_bind(viewer.organisation_id());
    sql.push(
        "))), '[]'::json), 'ticks', coalesce((select json_agg(t.tick order by t.place) \
            from selection k cross join ticks_apart(k.ticks) t \
            join contact c on c.crn = t.crn and c.version = t.version \
            where k.person_id = ",
    );
    sql.push_bind(viewer.id).push(" and k.session = decode(").push_bind(viewer.session.clone());
    sql.push(", 'hex') and k.list = ").push_bind(filter.list());
    sql.push("), '[]'::json), 'columns', to_json(").push(CHOSEN_COLUMNS).push("))");
}
