//! `/trial/reset`: sets the trial back to its sample data, after the page has said what goes and what stays.

use std::net::IpAddr;

use askama::Template;
use axum::Extension;
use axum::extract::State;
use axum::response::Response;
use serde::Deserialize;
use sqlx::PgConnection;
use tower_sessions::Session;

use super::{cast, facilitators_only, password_hash, story};
use crate::app::App;
use crate::error::AppError;
use crate::flash::{self, Flash, FlashLine};
use crate::form::{Submitted, trimmed};
use crate::frame::Frame;
use crate::guard::Client;
use crate::page;
use crate::session::{SignedIn, Viewer};
use crate::trade::words::plural;
use crate::typed::Typed;

/// What has to be typed, so that nobody resets by a slip.
const WORD: &str = "RESET";

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Confirm {
    #[serde(default, deserialize_with = "trimmed")]
    confirm: String,
}

#[derive(Template)]
#[template(path = "trial/reset.html")]
struct ResetPage {
    frame: Frame,
    form: Typed,
    counts: Counts,
}

/// What there is now.
struct Counts {
    contacts: i64,
    points: i64,
    notifications: i64,
    drafts: i64,
    people: i64,
    disabled: i64,
    feedback: i64,
    announcements: i64,
}

impl ResetPage {
    fn goes(&self) -> Vec<String> {
        let count = |count: i64, noun| plural(count.unsigned_abs(), noun);
        let c = &self.counts;
        [
            (1, format!("{}, with history, referrals, evidence and site contacts", count(c.contacts, "contact"))),
            (1, count(c.notifications, "notification")),
            (1, format!("{} of the sample register and what was added to it", count(c.points, "meter point"))),
            (c.drafts, format!("{} about a contact", count(c.drafts, "draft"))),
            (c.people, format!("{} added during the trial; who uses one is signed out", count(c.people, "account"))),
        ]
        .into_iter()
        .filter_map(|(there, line)| (there > 0).then_some(line))
        .collect()
    }

    fn stays(&self) -> [String; 3] {
        let c = &self.counts;
        [
            format!("All feedback ({}) and the security log", plural(c.feedback.unsigned_abs(), "message")),
            format!("Announcements ({}), and whether closing for no reply is on", c.announcements),
            "Everybody who is signed in to a shared account stays signed in".to_owned(),
        ]
    }

    fn enabled(&self) -> Option<String> {
        let disabled = self.counts.disabled.unsigned_abs();
        (disabled > 0).then(|| plural(disabled, "disabled shared account"))
    }
}

pub async fn show(State(app): State<App>, SignedIn(viewer): SignedIn) -> Result<Response, AppError> {
    facilitators_only(&viewer)?;
    let counts = counts(&app).await?;
    page::ok(&ResetPage { frame: Frame::new(&app, Some(&viewer), "/trial/reset"), form: Typed::default(), counts })
}

pub async fn submit(
    State(app): State<App>,
    SignedIn(viewer): SignedIn,
    Extension(Client(address)): Extension<Client>,
    session: Session,
    sent: Submitted<Confirm>,
) -> Result<Response, AppError> {
    facilitators_only(&viewer)?;
    let mut form = sent.typed;
    if sent.form.confirm != WORD {
        form.wrong("confirm", format!("Type {WORD} in capitals to confirm"));
        let counts = counts(&app).await?;
        return page::again(&ResetPage { frame: Frame::new(&app, Some(&viewer), "/trial/reset"), form, counts });
    }
    let made = reset(&app, &viewer, address).await?;
    let line = FlashLine {
        text: format!("{} of the sample story are in place.", plural(made.unsigned_abs(), "contact")),
        ..FlashLine::default()
    };
    flash::leave(
        &session,
        Flash { success: true, title: "The trial was reset".to_owned(), lines: vec![line], ..Flash::default() },
    )
    .await?;
    Ok(page::to("/trial"))
}

/// Does it, in one transaction: whoever reads meanwhile sees all of the old data or all of the new.
async fn reset(app: &App, by: &Viewer, address: IpAddr) -> Result<i64, AppError> {
    let now = app.clock.now();
    let mut tx = app.db.owner.begin().await?;
    sqlx::query!("set local lock_timeout = '10s'").execute(&mut *tx).await?;
    let mine = sqlx::query_scalar!(r#"select pg_try_advisory_xact_lock(hashtextextended('cms trial', 0)) as "mine!""#)
        .fetch_one(&mut *tx)
        .await?;
    if !mine {
        return Err(AppError::Conflict(
            "Somebody else is resetting the trial at this moment. Look again in a few seconds.".into(),
        ));
    }
    if sqlx::query_scalar!("select epoch from house").fetch_one(&mut *tx).await? != by.epoch {
        return Err(AppError::WasReset);
    }
    let (hash, _) = password_hash(&mut tx, &app.config).await?;
    clear(&mut tx).await?;
    let accounts: Vec<String> = cast::people().map(|(account, ..)| account).collect();
    sqlx::query!("delete from person where account <> all($1)", &accounts).execute(&mut *tx).await?;
    cast::settle(&mut tx, &hash).await?;
    sqlx::query!("update house set epoch = epoch + 1, last_reset = $1, last_reset_by = $2", now, signature(by))
        .execute(&mut *tx)
        .await?;
    story::tell(&mut tx, &app.config.terms, app.config.trial_seed, now).await?;
    sqlx::query!(
        "insert into security_event (event, account, address, detail) values ('trial_reset', $1, $2, $3)",
        by.account,
        address.to_string(),
        by.sitting
    )
    .execute(&mut *tx)
    .await?;
    let made = sqlx::query_scalar!(r#"select count(*) as "made!" from contact"#).fetch_one(&mut *tx).await?;
    tx.commit().await?;
    tracing::info!(contacts = made, "the trial was reset");
    Ok(made)
}

/// Empties what the story fills. Writers wait, readers don't: a truncate would shut them out until the story is told.
async fn clear(tx: &mut PgConnection) -> Result<(), sqlx::Error> {
    sqlx::raw_sql(
        "select pg_advisory_xact_lock(hashtextextended('cms chase', 0));
         -- in the order in which a page takes them, so that neither waits for the other
         lock table bulk, bulk_row, bulk_made, person, contact, contact_event, raiser_note, site_contact, mnc, contact_mprn,
             site_contact_change, referral, contact_network, notification, event_note, alike_note, evidence, draft,
             meter_point, meter_point_event, cover, saved_filter, selection, walk in share row exclusive mode;
         alter table contact_event disable trigger history_is_never_rewritten;
         alter table meter_point_event disable trigger history_is_never_rewritten;
         delete from bulk;
         delete from bulk_made;
         delete from evidence where contact_id is not null or form like '/contacts/C%';
         delete from draft d where is_of_a_contact(d);
         delete from selection;
         delete from walk;
         delete from saved_filter;
         delete from cover;
         delete from event_note;
         delete from alike_note;
         delete from notification;
         delete from contact_network;
         delete from referral;
         delete from site_contact_change;
         delete from site_contact;
         delete from raiser_note;
         delete from mnc;
         delete from contact_mprn;
         delete from meter_point_event;
         delete from meter_point;
         delete from contact_event;
         delete from contact;
         set constraints all immediate;
         alter table contact_event enable trigger history_is_never_rewritten;
         alter table meter_point_event enable trigger history_is_never_rewritten;
         set constraints all deferred",
    )
    .execute(tx)
    .await?;
    Ok(())
}

/// Who did it, as the page says it: the account is shared, so with the name given for the sitting.
fn signature(by: &Viewer) -> String {
    if by.sitting.is_empty() { by.name.clone() } else { format!("{} ({})", by.name, by.sitting) }
}

async fn counts(app: &App) -> Result<Counts, AppError> {
    let accounts: Vec<String> = cast::people().map(|(account, ..)| account).collect();
    Ok(sqlx::query_as!(
        Counts,
        r#"
        select (select count(*) from contact) as "contacts!", (select count(*) from meter_point) as "points!",
               (select count(*) from notification) as "notifications!", (select count(*) from draft d where is_of_a_contact(d)) as "drafts!",
               (select count(*) from person where account <> all($1)) as "people!",
               (select count(*) from person where account = any($1) and disabled is not null) as "disabled!",
               (select count(*) from feedback) as "feedback!",
               (select count(*) from announcement where ends > now()) as "announcements!"
        "#,
        &accounts
    )
    .fetch_one(&app.db.owner)
    .await?)
}
