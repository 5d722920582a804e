//! The referral that an action opens, answers or closes.

use serde_json::{Value, json};
use sqlx::PgConnection;

use super::{By, Input, Refused};
use crate::contacts::Contact;
use crate::contacts::fields::visit::REMARKS;
use crate::contacts::lifecycle::{Party, Refusal};

/// Which referral an action was about, for its event and its notices.
#[derive(Debug, Default)]
pub struct Followed {
    /// "SV1"
    pub name: Option<String>,
    pub network: Option<i64>,
    pub asked_by: Option<i64>,
}

/// Opens, answers or closes the referral that an action is about, and says which one it was.
pub async fn follow(
    tx: &mut PgConnection,
    by: &By<'_>,
    contact: &Contact,
    input: &Input<'_>,
) -> Result<Followed, Refused> {
    match input {
        Input::SendClarification(question) => ask(tx, by, contact, "DC", contact.raised_by, question).await,
        Input::SendVisit { network, look_at } => ask(tx, by, contact, "SV", *network, look_at).await,
        Input::AnswerClarification { answer: text, .. } => answer(tx, by, contact, text, None).await,
        Input::AnswerVisit(found) => answer(tx, by, contact, found.get(REMARKS.name), Some(json!(found))).await,
        Input::CloseNoReply => close_unanswered(tx, by, contact).await,
        // the raiser's own, wherever the contact is
        Input::Add(_) => Ok(Followed::default()),
        Input::Assign(_)
        | Input::Reassign(_)
        | Input::Return
        | Input::Allocate
        | Input::ResolveValid(_)
        | Input::ResolveInvalid { .. }
        | Input::Release
        | Input::Undo
        | Input::Withdraw(_)
        | Input::LogPsc(_) => Ok(match contact.status.party() {
            // moves within the network's walls concern its visit, and only it sees them
            Party::Network => Followed { network: contact.with_org, ..Followed::default() },
            Party::Cdsp | Party::Raiser | Party::Nobody => Followed::default(),
        }),
    }
}

async fn ask(
    tx: &mut PgConnection,
    by: &By<'_>,
    contact: &Contact,
    kind: &str,
    of: i64,
    question: &str,
) -> Result<Followed, Refused> {
    let asker = by.viewer.ok_or(Refused::Law(Refusal::NotYours))?.id;
    let number = sqlx::query_scalar!(
        r#"
        insert into referral (contact_id, kind, number, asked_of, asked_by, asked, question)
        select $1, $2, coalesce(max(number), 0) + 1, $3, $4, $5, $6
        from referral where contact_id = $1 and kind = $2
        returning number
        "#,
        contact.id,
        kind,
        of,
        asker,
        by.at,
        question,
    )
    .fetch_one(&mut *tx)
    .await?;
    if kind == "SV" {
        sqlx::query!(
            "insert into contact_network (contact_id, organisation_id) values ($1, $2) on conflict do nothing",
            contact.id,
            of
        )
        .execute(tx)
        .await?;
    }
    Ok(followed(kind, number, of, asker))
}

async fn answer(
    tx: &mut PgConnection,
    by: &By<'_>,
    contact: &Contact,
    text: &str,
    findings: Option<Value>,
) -> Result<Followed, Refused> {
    let row = sqlx::query!(
        r#"
        update referral set answered_by = $2, answered = $3, answer = $4, findings = $5
        where contact_id = $1 and answered is null and closed_unanswered is null
        returning kind, number, asked_of, asked_by
        "#,
        contact.id,
        by.viewer.map(|viewer| viewer.id),
        by.at,
        text,
        findings,
    )
    .fetch_optional(tx)
    .await?;
    // answered or closed in the same moment
    let row = row.ok_or(Refused::Overtaken)?;
    Ok(followed(&row.kind, row.number, row.asked_of, row.asked_by))
}

async fn close_unanswered(tx: &mut PgConnection, by: &By<'_>, contact: &Contact) -> Result<Followed, Refused> {
    let row = sqlx::query!(
        r#"
        update referral set closed_unanswered = $2
        where contact_id = $1 and answered is null and closed_unanswered is null
        returning kind, number, asked_of, asked_by
        "#,
        contact.id,
        by.at,
    )
    .fetch_optional(tx)
    .await?;
    let row = row.ok_or(Refused::Overtaken)?;
    Ok(followed(&row.kind, row.number, row.asked_of, row.asked_by))
}

fn followed(kind: &str, number: i32, asked_of: i64, asked_by: i64) -> Followed {
    Followed {
        name: Some(format!("{kind}{number}")),
        network: (kind == "SV").then_some(asked_of),
        asked_by: Some(asked_by),
    }
}
