//! COPY: rows as text, table by table, past constraints, indexes and triggers that are put back afterwards.

use sqlx::{AssertSqlSafe, Executor, PgConnection};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::error::CommandError;

/// Bytes that COPY is fed with at a time.
const PORTION: usize = 1 << 20;
const TABLES: [&str; 10] = [
    "contact",
    "contact_event",
    "referral",
    "contact_network",
    "raiser_note",
    "site_contact",
    "mnc",
    "contact_mprn",
    "contact_words",
    "work_words",
];

/// Rows of each table in COPY's text format, where backslash, tab and newline are special; none of ours has any. They
/// collect until a portion is full.
#[derive(Debug, Default)]
pub struct Sheets {
    pub contact: String,
    pub event: String,
    pub referral: String,
    pub network: String,
    pub raiser_note: String,
    pub site_contact: String,
    pub mnc: String,
    pub contact_mprn: String,
    pub contact_words: String,
    pub work_words: String,
    /// events written so far
    pub events: u64,
}

impl Sheets {
    fn all(&mut self) -> [&mut String; TABLES.len()] {
        [
            &mut self.contact,
            &mut self.event,
            &mut self.referral,
            &mut self.network,
            &mut self.raiser_note,
            &mut self.site_contact,
            &mut self.mnc,
            &mut self.contact_mprn,
            &mut self.contact_words,
            &mut self.work_words,
        ]
    }

    pub fn are_full(&mut self) -> bool {
        self.all().iter().any(|sheet| sheet.len() > PORTION)
    }

    /// Copies the rows into their tables.
    pub async fn pour(&mut self, owner: &mut PgConnection) -> Result<(), CommandError> {
        let columns = [
            "contact (id, crn, contact_type, raised_by, originator, received, status, version, with_org, holder, since, due, \
             closed, moved, asker, outcome, closed_reason, form_key, building_number, building_name, street, locality, \
             post_town, postcode, msn, ldz, premises_key)",
            "contact_event (contact_id, version, action, from_status, to_status, at, actor, actor_org, with_org, holder, \
             former, network, referral)",
            "referral (contact_id, kind, number, asked_of, asked_by, asked, question, answered_by, answered, answer)",
            "contact_network (contact_id, organisation_id)",
            "raiser_note (contact_id, raised_by, own_reference, why)",
            "site_contact (contact_id, name, phone)",
            "mnc (contact_id, market_sector, aq_kwh)",
            "contact_mprn (contact_id, role, place, mprn)",
            "contact_words (contact_id, raised_by, received, networks, site, reference)",
            "work_words (contact_id, with_org, words)",
        ];
        for (sheet, columns) in self.all().into_iter().zip(columns) {
            let mut copy = owner.copy_in_raw(&format!("copy {columns} from stdin")).await?;
            copy.send(std::mem::take(sheet).as_bytes()).await?;
            copy.finish().await?;
        }
        Ok(())
    }
}

/// Takes constraints, indexes and triggers off the tables; answers the statements that put them back.
pub async fn take_away(owner: &mut PgConnection) -> Result<Vec<String>, CommandError> {
    let mut restore = Vec::new();
    let tables: Vec<String> = TABLES.iter().map(ToString::to_string).collect();
    let indexes: Vec<(String, String)> = sqlx::query_as(
        "select i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid) from pg_index i
         where i.indrelid::regclass::text = any($1)
           and not exists (select from pg_constraint k where k.conindid = i.indexrelid)",
    )
    .bind(&tables)
    .fetch_all(&mut *owner)
    .await?;
    let constraints: Vec<(String, String, String)> = sqlx::query_as(
        "select conrelid::regclass::text, quote_ident(conname), pg_get_constraintdef(oid) from pg_constraint
         where contype in ('f', 'c') and conrelid::regclass::text = any($1)",
    )
    .bind(&tables)
    .fetch_all(&mut *owner)
    .await?;
    for (name, definition) in indexes {
        owner.execute(AssertSqlSafe(format!("drop index {name}"))).await?;
        restore.push(definition);
    }
    for (table, name, definition) in constraints {
        owner.execute(AssertSqlSafe(format!("alter table {table} drop constraint {name}"))).await?;
        restore.push(format!("alter table {table} add constraint {name} {definition}"));
    }
    for table in TABLES {
        owner.execute(AssertSqlSafe(format!("alter table {table} disable trigger user"))).await?;
        restore.push(format!("alter table {table} enable trigger user"));
    }
    Ok(restore)
}

pub fn stamp(at: OffsetDateTime) -> String {
    at.format(&Rfc3339).unwrap_or_default()
}

/// An id, or COPY's null.
pub fn null(id: Option<i64>) -> String {
    id.map_or_else(|| "\\N".to_owned(), |id| id.to_string())
}
