//! The rows that Postgres itself shows to everybody, whatever a query would ask for.

use sqlx::AssertSqlSafe;

use super::columns::columns;
use super::scene::Scene;
use super::table::Viewpoint;

/// Tables without words of people: whose a row `t` is, where `p` looks, of the organisation `o`. Nobody is shown more.
const COUNTED: [(&str, &str); 13] = [
    ("bulk_made", "t.organisation_id = o.id"),
    ("contact_network", "sees_all or t.organisation_id = o.id"),
    ("contact_words", "t.raised_by = o.id"),
    ("cover", "t.organisation_id = o.id"),
    ("default_filter", "t.person_id = p.id"),
    ("done_once", "t.person_id = p.id"),
    ("held_tally", "t.organisation_id = o.id"),
    ("list_columns", "t.person_id = p.id"),
    ("meter_point_event", "sees_all"),
    ("notification", "t.person_id = p.id"),
    ("session", "t.person_id = p.id"),
    ("tally", "sees_all or t.organisation_id = o.id"),
    ("wrong_password", "t.person_id = p.id"),
];

impl Scene {
    /// All that Postgres itself shows to everybody, whatever a query would ask for.
    pub async fn rows(&self) -> Vec<String> {
        let (wrong, seen) = self.rows_of(None).await;
        assert!(seen > 2_000, "{seen} rows");
        wrong
    }

    /// The same of one table or of all, and how many rows were seen.
    async fn rows_of(&self, only: Option<&str>) -> (Vec<String>, usize) {
        let mut wrong = Vec::new();
        let mut seen = 0;
        let mut tables: Vec<(String, Vec<String>)> = Vec::new();
        for (table, column, text) in columns(self).await {
            let may = "select has_column_privilege('cms_web', $1::regclass, $2, 'select')";
            let may: bool =
                sqlx::query_scalar(may).bind(&table).bind(&column).fetch_one(self.world.owner()).await.unwrap();
            match tables.last_mut() {
                _ if !may || only.is_some_and(|only| only != table) => {}
                Some((known, texts)) if *known == table => texts.push(text),
                _ => tables.push((table, vec![text])),
            }
        }
        for viewpoint in self.viewers() {
            let id = self.world.person_id(viewpoint.account).await;
            let mut tx = self.world.app.db.as_viewer(id).await.unwrap();
            for (table, texts) in &tables {
                let sql = format!("select concat_ws(' ', {}) from {table}", texts.join(", "));
                let rows: Vec<String> = sqlx::query_scalar(AssertSqlSafe(sql))
                    .fetch_all(&mut *tx)
                    .await
                    .unwrap_or_else(|error| panic!("{table}: {error}"));
                seen += rows.len();
                for (_, field, may) in
                    rows.iter().flat_map(|row| self.words.leaks(row.as_bytes(), |may| self.may_read(viewpoint, may)))
                {
                    wrong.push(format!("Postgres | {} | {table}: shows {field} of {may:?}", viewpoint.name));
                }
            }
        }
        for (table, whose) in COUNTED.iter().filter(|(table, _)| only.is_none_or(|only| only == *table)) {
            wrong.extend(self.more_than_ones_own(table, whose).await);
        }
        (wrong, seen)
    }

    /// Everybody who is signed in.
    fn viewers(&self) -> impl Iterator<Item = &Viewpoint> {
        self.table.viewpoints.iter().filter(|one| !one.words.contains(&"out"))
    }

    /// Who is shown more rows of a table than are theirs.
    async fn more_than_ones_own(&self, table: &str, whose: &str) -> Vec<String> {
        let mut wrong = Vec::new();
        for viewpoint in self.viewers() {
            let id = self.world.person_id(viewpoint.account).await;
            let mut tx = self.world.app.db.as_viewer(id).await.unwrap();
            let shown = format!("select count(*) from {table}");
            let shown: i64 = sqlx::query_scalar(AssertSqlSafe(shown)).fetch_one(&mut *tx).await.unwrap();
            let theirs = format!(
                "select count(*) from {table} t, person p left join organisation o on o.id = p.organisation_id,
                        lateral (select p.facilitator or coalesce(o.kind = 'CDSP', false) as sees_all) s
                 where p.id = $1 and ({whose})"
            );
            let theirs: i64 =
                sqlx::query_scalar(AssertSqlSafe(theirs)).bind(id).fetch_one(self.world.owner()).await.unwrap();
            if shown > theirs {
                wrong.push(format!("Postgres | {} | {table}: shows {shown} rows, {theirs} are theirs", viewpoint.name));
            }
        }
        wrong
    }

    /// Lines of the log in which a word stands, whoever might read it elsewhere.
    pub fn logged(&self) -> Vec<String> {
        let log = self.log.take_text();
        assert!(log.lines().count() > 100, "{log}");
        let lines = log.lines().filter_map(|line| {
            let (_, field, _) = *self.words.leaks(line.as_bytes(), |_| false).first()?;
            Some(format!("the log has {field}: {line}"))
        });
        lines.collect()
    }

    /// Opens each policy by which pages read, one at a time, and names those of which `rows` would not tell.
    pub async fn untold_when_opened(&self) -> Vec<String> {
        let sql =
            "select tablename::text, quote_ident(policyname) || ' on ' || quote_ident(tablename), qual from pg_policies
                   where 'cms_web' = any(roles) and cmd in ('SELECT', 'ALL') and qual <> 'true' order by 1, 2";
        let policies: Vec<(String, String, String)> = sqlx::query_as(sql).fetch_all(self.world.owner()).await.unwrap();
        assert!(policies.len() > 20, "{policies:?}");
        let mut untold = Vec::new();
        for (table, policy, condition) in policies {
            for (says, last) in [("true", false), (condition.as_str(), true)] {
                let sql = format!("alter policy {policy} using ({says})");
                sqlx::raw_sql(AssertSqlSafe(sql)).execute(self.world.owner()).await.unwrap();
                if !last && self.rows_of(Some(&table)).await.0.is_empty() {
                    untold.push(policy.clone());
                }
            }
        }
        untold
    }
}
