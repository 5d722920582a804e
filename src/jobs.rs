//! The background job: reminds whoever owes an answer to a clarification, and closes what nobody answered.
//!
//! It runs in every instance and works in one: each round holds an advisory lock for its transaction, so that two
//! instances never remind or close twice.

use std::time::Duration;

use sqlx::PgConnection;
use time::OffsetDateTime;

use crate::app::App;
use crate::config::ServiceTerms;
use crate::contacts::Contact;
use crate::contacts::journal::{By, Input, Refused, record};
use crate::error::AppError;
use crate::session::Viewer;
use crate::trade::working_time::add_working_days;

/// How often the job looks.
const EVERY: Duration = Duration::from_mins(1);
/// The most it closes in one transaction; the rest follows in the next round.
const AT_ONCE: i64 = 200;

/// Runs until the program stops.
pub async fn run(app: App) {
    let mut ticks = tokio::time::interval(EVERY);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        match round(&app, app.clock.now()).await {
            Ok(Round { reminded: 0, closed: 0 }) => {}
            Ok(Round { reminded, closed }) => tracing::info!(reminded, closed, "clarifications were chased"),
            Err(error) => tracing::error!(?error, "the background job failed"),
        }
        if let Err(error) = tidy_up(&app).await {
            tracing::error!(%error, "old sessions and drafts could not be cleared away");
        }
        if let Err(error) = crate::evidence::scan::again(&app).await {
            tracing::error!(?error, "files in quarantine could not be checked");
        }
    }
}

/// What one round did.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Round {
    pub reminded: usize,
    pub closed: usize,
}

/// One round at a given moment; nothing if another instance is at it.
pub async fn round(app: &App, now: OffsetDateTime) -> Result<Round, AppError> {
    let mut tx = app.db.owner.begin().await?;
    let mine = sqlx::query_scalar!(r#"select pg_try_advisory_xact_lock(hashtextextended('cms chase', 0)) as "mine!""#)
        .fetch_one(&mut *tx)
        .await?;
    if !mine {
        return Ok(Round::default());
    }
    let reminded = remind(&mut tx, &app.config.terms, now).await?;
    let closed = close(&mut tx, app, now).await?;
    tx.commit().await?;
    Ok(Round { reminded, closed })
}

/// Reminds whoever owes an answer that is past its time; each clarification once.
pub async fn remind(tx: &mut PgConnection, terms: &ServiceTerms, now: OffsetDateTime) -> Result<usize, AppError> {
    let waiting = sqlx::query!(
        r#"
        select r.contact_id, r.number, r.asked, c.version, c.holder, c.originator, c.raised_by
        from referral r join contact c on c.id = r.contact_id
        where r.kind = 'DC' and r.answered is null and r.closed_unanswered is null and r.reminded is null
        order by r.asked
        "#
    )
    .fetch_all(&mut *tx)
    .await?;
    let mut reminded = 0;
    for row in waiting {
        if add_working_days(row.asked, terms.days_clarification) >= now {
            continue;
        }
        sqlx::query!(
            "select tell(array[$1::bigint], array[$2::integer], array['reminder'], $3, array[$4::bigint], array[$5::bigint],
                         array[false])",
            row.contact_id,
            row.version,
            now,
            row.holder.unwrap_or(row.originator),
            row.raised_by
        )
        .execute(&mut *tx)
        .await?;
        sqlx::query!(
            "update referral set reminded = $3 where contact_id = $1 and kind = 'DC' and number = $2",
            row.contact_id,
            row.number,
            now
        )
        .execute(&mut *tx)
        .await?;
        reminded += 1;
    }
    Ok(reminded)
}

async fn close(tx: &mut PgConnection, app: &App, now: OffsetDateTime) -> Result<usize, AppError> {
    if !sqlx::query_scalar!("select close_for_no_reply from installation").fetch_one(&mut *tx).await? {
        return Ok(0);
    }
    let waiting = sqlx::query!(
        r#"
        select c.crn, r.asked from referral r join contact c on c.id = r.contact_id
        where r.kind = 'DC' and r.answered is null and r.closed_unanswered is null and c.status in ('DCRS', 'DCAA')
        order by r.asked limit $1
        "#,
        AT_ONCE
    )
    .fetch_all(&mut *tx)
    .await?;
    let by = By { viewer: None, at: now, terms: &app.config.terms };
    let mut closed = 0;
    for row in waiting {
        if add_working_days(row.asked, app.config.terms.days_no_reply) >= now {
            continue;
        }
        let contact = Contact::seen_by(&mut *tx, &Viewer::system(), &row.crn).await?;
        match record(&mut *tx, by, &contact, Input::CloseNoReply).await {
            Ok(_) => closed += 1,
            // answered in this very moment: so much the better
            Err(Refused::Overtaken | Refused::Law(_)) => {}
            Err(refused) => return Err(AppError::Broken(format!("{}: {refused:?}", row.crn).into())),
        }
    }
    Ok(closed)
}

/// Clears away what is past its time: ended sessions, old drafts, ticks, and files that nobody claimed.
pub async fn tidy_up(app: &App) -> Result<(), sqlx::Error> {
    crate::evidence::strays::sweep(app).await?;
    sqlx::raw_sql(
        "delete from session where least(ends, last_seen) < now() - interval '25 hours';
         delete from late_form where at < now() - interval '1 day';
         delete from done_once where at < now() - interval '1 day';
         delete from draft where done < now() - interval '1 day';
         delete from sign_in_attempt where at < now() - interval '2 days';
         delete from sign_in_place where opens < now() - interval '1 hour';
         delete from known_browser where last_used < now() - interval '90 days';
         delete from former_name where ends < now();
         delete from wrong_password where day < current_date - 90;
         delete from security_event where at < now() - interval '1 year';
         delete from role_request where ends < now() - interval '1 year';
         delete from account_notice where at < now() - interval '90 days';
         delete from person_link where ends < now() - interval '30 days';
         delete from draft where saved < now() - interval '30 days';
         delete from selection where at < now() - interval '3 days';
         delete from spent where until < now();
         delete from bulk where created < now() - interval '30 days';
         delete from cover where until < now() - interval '1 day';
         select fold_tally()",
    )
    .execute(&app.db.owner)
    .await?;
    Ok(())
}
