//! `/contacts/new/{type}/find`: the address finder of the form. What was typed comes back with addresses to choose from, or
//! with the chosen one filled in. A script may ask for JSON, and fills the same fields in place.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use sqlx::PgConnection;

use crate::addresses::Address;
use crate::addresses::finder::{AddressQuery, find};
use crate::app::App;
use crate::contacts::fields::{Details, Field};
use crate::contacts::log::Logging;
use crate::contacts::log::card::Card;
use crate::contacts::log::finder::Finder;
use crate::contacts::log::form::{LogPage, is_ours};
use crate::contacts::log::psc::followed;
use crate::contacts::types::ContactType;
use crate::error::AppError;
use crate::form::Submitted;
use crate::forms::only_known_fields;

#[derive(Debug, Deserialize)]
pub struct FindForm {
    #[serde(default)]
    key: String,
    #[serde(default)]
    psc_of: String,
    /// "use" fills in the choice; anything else looks for addresses
    #[serde(default)]
    find: String,
    #[serde(default)]
    find_postcode: String,
    #[serde(default)]
    find_words: String,
    /// key of the address, which the finder reads as it was typed
    #[serde(default, rename = "find_choice")]
    _find_choice: String,
    #[serde(flatten)]
    fields: Map<String, Value>,
}

pub async fn submit(
    State(app): State<App>,
    logging: Logging,
    headers: HeaderMap,
    sent: Submitted<FindForm>,
) -> Result<Response, AppError> {
    only_known_fields(&sent.form.fields, |name| logging.contact_type.spec().field(name).is_some())?;
    let asks_json = headers.get(header::ACCEPT).is_some_and(|kind| kind == "application/json");
    let mut tx = app.db.as_viewer(logging.viewer.id).await?;
    if asks_json {
        return as_json(&mut tx, logging.contact_type, &sent.form).await;
    }
    is_ours(&sent.form.key)?;
    let mut finder = Finder::ready(&mut tx).await?;
    let mut form = sent.typed;
    if sent.form.find == "use" {
        finder.take_over(&mut tx, &mut form).await?;
    } else {
        finder.search(&mut tx, &mut form).await?;
    }
    let psc_of = followed(&mut tx, &logging.viewer, Some(&sent.form.psc_of)).await?;
    LogPage::again(&app, &logging, &mut tx, sent.form.key, form, psc_of, finder).await
}

async fn as_json(tx: &mut PgConnection, contact_type: ContactType, asked: &FindForm) -> Result<Response, AppError> {
    let asked = match AddressQuery::parse(&asked.find_postcode, &asked.find_words) {
        Ok(asked) => asked,
        Err((field, says)) => {
            return Ok(
                (StatusCode::UNPROCESSABLE_ENTITY, Json(json!({ "field": field, "says": says }))).into_response()
            );
        }
    };
    let found = find(tx, &asked).await?;
    let cards =
        Card::of_many(tx, &found.addresses.iter().map(|a| details(contact_type, a)).collect::<Vec<_>>()).await?;
    let choices: Vec<Value> = found.addresses.iter().zip(cards).map(|(address, card)| choice(address, card)).collect();
    // the one that fits is filled in at once
    Ok(Json(json!({ "says": found.says, "choices": choices, "fill": found.only_one().is_some() })).into_response())
}

/// What the form says once this address is filled in.
fn details(contact_type: ContactType, address: &Address) -> Details {
    let mut details = contact_type.details();
    for (field, value) in address.fields() {
        details.set(field, &value);
    }
    details
}

fn choice(address: &Address, card: Option<Card>) -> Value {
    let fields: Map<String, Value> = address
        .fields()
        .into_iter()
        .filter(|(field, value)| *field != Field::County || !value.is_empty())
        .map(|(field, value)| (field.name().to_owned(), Value::String(value)))
        .collect();
    let card = card.map(|card| json!({ "lines": [card.first, card.rest], "zone": card.zone, "known": card.known_by }));
    json!({ "key": address.key, "line": address.line(), "fields": fields, "card": card })
}
