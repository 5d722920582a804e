//! What a contact takes: rows and bytes of each table, and the largest indexes. Read while the data set is fresh.

use sqlx::PgConnection;

use super::report::Report;
use crate::error::CommandError;

/// Indexes that are named.
const INDEXES: i64 = 12;

#[derive(sqlx::FromRow)]
struct TableSize {
    name: String,
    rows: f64,
    heap: f64,
    toast: f64,
    indexes: f64,
}

pub async fn run(size: i64, owner: &mut PgConnection, report: &mut Report) -> Result<(), CommandError> {
    let tables: Vec<TableSize> = sqlx::query_as(
        "select c.relname as name, greatest(c.reltuples, 0)::float8 as rows, pg_relation_size(c.oid)::float8 as heap,
                (pg_table_size(c.oid) - pg_relation_size(c.oid))::float8 as toast, pg_indexes_size(c.oid)::float8 as indexes
         from pg_class c where c.relkind = 'r' and c.relnamespace = 'public'::regnamespace
           and pg_total_relation_size(c.oid) > 200000
         order by pg_total_relation_size(c.oid) desc",
    )
    .fetch_all(&mut *owner)
    .await?;
    let contacts = size as f64;
    let mut lines = vec![
        "| Table | Rows a contact | Bytes a contact: rows | beside them | indexes |".to_owned(),
        "| --- | --- | --- | --- | --- |".to_owned(),
    ];
    let mut all = (0.0, 0.0, 0.0);
    for TableSize { name, rows, heap, toast, indexes } in &tables {
        let each = |bytes: &f64| bytes / contacts;
        lines.push(format!(
            "| {name} | {:.2} | {:.0} | {:.0} | {:.0} |",
            rows / contacts,
            each(heap),
            each(toast),
            each(indexes)
        ));
        all = (all.0 + each(heap), all.1 + each(toast), all.2 + each(indexes));
    }
    lines.push(format!("| all | | {:.0} | {:.0} | {:.0} |", all.0, all.1, all.2));
    report.table(size, &lines);
    let largest: Vec<(String, String, f64)> = sqlx::query_as(
        "select i.relname, t.relname, pg_relation_size(i.oid)::float8 from pg_index x
         join pg_class i on i.oid = x.indexrelid join pg_class t on t.oid = x.indrelid
         where t.relnamespace = 'public'::regnamespace order by pg_relation_size(i.oid) desc limit $1",
    )
    .bind(INDEXES)
    .fetch_all(owner)
    .await?;
    let named = largest.iter().map(|(index, table, bytes)| format!("{index} on {table} {:.0}", bytes / contacts));
    let named = named.collect::<Vec<_>>().join(", ");
    report.note(size, format!("largest indexes, bytes a contact: {named}"));
    Ok(())
}
