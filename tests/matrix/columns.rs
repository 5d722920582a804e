//! Every column of every table in which somebody's words may stand has a word of the walk in it, or stands here with a reason.

use std::collections::BTreeSet;

use sqlx::AssertSqlSafe;

use super::scene::Scene;

/// Columns that hold no words of people. A column that is new is planted in `scene.rs` or `kept.rs`, or comes in here.
#[rustfmt::skip]
const WITHOUT: [(&str, &[&str]); 6] = [
    ("a code, or names that the program knows: of fields, rules, queues", &[
        "account_notice.about", "bulk.contact_type", "bulk.kind", "bulk.state", "bulk_row.problems",
        "bulk_row.verdict", "contact.by_hand", "contact.closed_reason", "contact.contact_type", "contact.ldz",
        "contact.outcome", "contact.status", "contact.with_party", "contact_event.action", "contact_event.from_status",
        "contact_event.referral", "contact_event.to_status", "contact_mprn.role",
        "default_filter.queue", "draft.changes", "evidence.action", "evidence.media_type", "evidence.stored",
        "evidence.verdict", "feedback.about", "feedback.role", "feedback.state", "import_job.what", "list_columns.columns",
        "list_columns.queue", "meter_point.ldz", "meter_point.standing", "meter_point_event.after",
        "meter_point_event.before", "meter_point_event.what", "mnc.contact_type",
        "mnc.market_sector", "notification.about", "referral.kind", "saved_filter.queue", "saved_text.used_for",
        "security_event.event", "session.ended_by", "tally.side", "tally.status",
    ]),
    ("a key, a hash or a number that is no text of a person", &[
        "bulk.key", "bulk_made.whole", "bulk_row.site", "bulk_row.whole", "contact.form_key", "contact_note.id", "contact_words.networks",
        "crn_key.key", "done_once.digest", "door_key.key", "evidence.id", "evidence.sha256", "known_browser.token_hash",
        "late_form.token_hash", "meter_point_event.mprn", "person_link.token_hash", "saved_text.key", "sealing_key.key", "selection.session",
        "session.id_hash", "feedback.whose",
    ]),
    ("reference data that everybody may read", &[
        "_sqlx_migrations.checksum", "_sqlx_migrations.description", "address.building", "address.county",
        "address.dependent_street", "address.double_locality", "address.key", "address.locality", "address.number",
        "address.organisation", "address.postcode", "address.street", "address.sub_building", "address.town",
        "address.udprn", "address.uprn", "address_place.outcode", "address_place.postcode", "address_place.words",
        "address_set.file", "address_set.source", "address_set.stamp", "contact_status.code", "contact_status.name",
        "contact_status.party", "contact_transition.action", "contact_transition.from_status",
        "contact_transition.to_status", "contact_type.code", "contact_type.name", "organisation.code", "organisation.kind",
        "organisation.name", "organisation.party", "outcode_ldz.ldzs", "outcode_ldz.outcode", "postcode_ldz.exit_zone",
        "postcode_ldz.incode", "postcode_ldz.ldz", "postcode_ldz.outcode",
    ]),
    ("sealed, or never shown to a page", &[
        "late_form.sealed", "person.password_hash", "sign_in_attempt.name", "sign_in_attempt.whence", "sign_in_place.name",
        "sign_in_place.network", "spent.what", "spent.whom",
    ]),
    ("names an address of the site, a contact or an account, and holds nothing that was typed", &[
        "bulk_made.crn", "bulk_row.bulk_key", "bulk_row.crn", "contact.crn", "draft.form", "evidence_chunk.evidence_id",
        "feedback.account", "security_event.by_whom", "feedback.crn", "feedback.organisation", "selection.ticks",
    ]),
    ("a postcode is many contacts'; tests/walls looks at whose rows are seen", &[
        "contact.outcode", "contact.postcode", "contact.raisers_postcode", "meter_point.outcode", "meter_point.postcode",
    ]),
];

/// Table and column; the column as text.
pub async fn columns(scene: &Scene) -> Vec<(String, String, String)> {
    let sql = "select c.table_name::text, c.column_name::text,
                      case data_type when 'bytea' then format('encode(%I, ''escape'')', column_name)
                                     else format('%I::text', column_name) end
               from information_schema.columns c
               where table_schema = 'public' and data_type in ('text', 'character varying', 'json', 'jsonb', 'ARRAY', 'tsvector', 'bytea')
               order by 1, 2";
    sqlx::query_as(sql).fetch_all(scene.world.owner()).await.unwrap()
}

/// What is wrong with the list.
pub async fn uncovered(scene: &Scene) -> Vec<String> {
    let mut planted = BTreeSet::new();
    let mut bare = BTreeSet::new();
    for (table, column, text) in columns(scene).await {
        let sql = format!(
            "select {text} from {table} where {text} ~* 'zq[a-z]{{10}}|01632 [0-9]{{6}}|908[0-9]{{7}}' limit 20"
        );
        let found: Vec<String> = sqlx::query_scalar(AssertSqlSafe(sql)).fetch_all(scene.world.owner()).await.unwrap();
        let is_planted = found.iter().any(|text| !scene.words.leaks(text.as_bytes(), |_| false).is_empty());
        let name = format!("{table}.{column}");
        if is_planted {
            planted.insert(name)
        } else {
            bare.insert(name)
        };
    }
    let without: BTreeSet<String> =
        WITHOUT.iter().flat_map(|(_, columns)| columns.iter().map(|column| (*column).to_owned())).collect();
    let missing = bare.difference(&without).map(|column| format!("{column}: no word of the walk stands in it"));
    let stale = without.difference(&bare).map(|column| format!("{column}: has words after all, or is no column"));
    missing.chain(stale).collect()
}
