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
use crate::addresses::finder::{AddressQuery, FoundAddresses, find, with_key};
use crate::app::App;
use crate::contacts::fields::{Field, site};
use crate::contacts::log::OfType;
use crate::contacts::log::form::{LogPage, followed, sent_form};
use crate::contacts::types::ContactType;
use crate::error::AppError;
use crate::evidence::waiting;
use crate::form::Submitted;
use crate::forms::{Form, only_known_fields};
use crate::frame::Frame;
use crate::page;
use crate::session::{SignedIn, Viewer};
use crate::typed::Typed;

/// The finder's own fields, beside those of the contact.
pub const FIELDS: [&str; 4] = ["find", "find_postcode", "find_words", "find_choice"];

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
    /// key of the address
    #[serde(default)]
    find_choice: String,
    #[serde(flatten)]
    fields: Map<String, Value>,
}

/// The finder as the form shows it.
#[derive(Debug, Default)]
pub struct Finder {
    /// there are addresses to find
    pub is_there: bool,
    /// the addresses are invented
    pub is_sample: bool,
    pub says: String,
    pub choices: Vec<Address>,
}

impl Finder {
    /// Ready to be asked.
    pub async fn ready(tx: &mut PgConnection) -> Result<Finder, sqlx::Error> {
        let source = sqlx::query_scalar!("select source from address_set").fetch_optional(tx).await?;
        Ok(Finder { is_there: source.is_some(), is_sample: source.as_deref() == Some("sample"), ..Finder::default() })
    }

    /// As many are shown as radios; more make a list to scroll.
    pub fn is_short(&self) -> bool {
        self.choices.len() <= 10
    }

    fn show(&mut self, found: FoundAddresses) {
        self.says = found.says;
        self.choices = found.addresses;
    }
}

pub async fn submit(
    State(app): State<App>,
    SignedIn(viewer): SignedIn,
    OfType(contact_type): OfType,
    headers: HeaderMap,
    sent: Submitted<FindForm>,
) -> Result<Response, AppError> {
    viewer.may_log()?;
    only_known_fields(&sent.form.fields, |name| contact_type.spec().field(name).is_some())?;
    let asks_json = headers.get(header::ACCEPT).is_some_and(|kind| kind == "application/json");
    let mut tx = app.db.as_viewer(viewer.id).await?;
    if asks_json {
        return as_json(&mut tx, &sent.form).await;
    }
    sent_form(contact_type, &sent.form.key)?;
    let mut finder = Finder::ready(&mut tx).await?;
    let mut form = sent.typed;
    if sent.form.find == "use" {
        take_over(&mut tx, &mut form, &mut finder, &sent.form.find_choice).await?;
    } else {
        search(&mut tx, &mut form, &mut finder).await?;
    }
    draw(&app, &viewer, &mut tx, contact_type, &sent.form, form, finder).await
}

/// The form again, as typed.
async fn draw(
    app: &App,
    viewer: &Viewer,
    tx: &mut PgConnection,
    contact_type: ContactType,
    sent: &FindForm,
    form: Typed,
    finder: Finder,
) -> Result<Response, AppError> {
    let evidence = waiting(tx, viewer, &Form::Log(contact_type, sent.key.clone()), None).await?;
    let psc_of = followed(tx, viewer, Some(sent.psc_of.as_str()).filter(|crn| !crn.is_empty())).await?;
    let frame = Frame::new(app, Some(viewer), "/contacts/new");
    let status = if form.has_errors() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    page::page(status, &LogPage { frame, contact_type, form, key: sent.key.clone(), psc_of, finder, evidence })
}

/// Looks for what stands in the finder's fields; what is wrong there is said at its field.
pub async fn search(tx: &mut PgConnection, form: &mut Typed, finder: &mut Finder) -> Result<(), sqlx::Error> {
    match AddressQuery::parse(form.value("find_postcode"), form.value("find_words")) {
        Ok(asked) => finder.show(find(tx, &asked).await?),
        Err((field, says)) => form.wrong(field, says),
    }
    Ok(())
}

/// Fills in the address that was chosen; without a choice, shows what there is to choose from.
async fn take_over(
    tx: &mut PgConnection,
    form: &mut Typed,
    finder: &mut Finder,
    choice: &str,
) -> Result<(), sqlx::Error> {
    if let Some(address) = with_key(tx, choice).await? {
        fill(form, &address);
        finder.says = format!("{} is filled in below. Change it where it is not right.", address.line());
        return Ok(());
    }
    search(tx, form, finder).await?;
    let field = if finder.choices.is_empty() { "find_postcode" } else { "find_choice" };
    form.wrong(field, "Choose an address from the list, or enter it by hand below");
    Ok(())
}

/// The form was sent with something in the finder and no address: by Enter, which looks for it, or by its own button.
pub async fn meant(tx: &mut PgConnection, form: &mut Typed, finder: &mut Finder) -> Result<(), sqlx::Error> {
    let choice = form.value("find_choice").to_owned();
    let by_enter = form.is("find", "enter") && choice.is_empty();
    if by_enter { search(tx, form, finder).await } else { take_over(tx, form, finder, &choice).await }
}

/// Whether somebody pressed Enter in the finder of a form that has no address yet.
pub fn is_meant(form: &Typed) -> bool {
    let empty = |field: Field| form.value(field.name()).trim().is_empty();
    !form.value("find_postcode").trim().is_empty() && site::SECTION.fields.iter().copied().all(empty)
}

fn fill(form: &mut Typed, address: &Address) {
    for (field, value) in address.fields() {
        if !(field == Field::County && value.is_empty()) {
            form.set(field.name(), value);
        }
    }
}

async fn as_json(tx: &mut PgConnection, asked: &FindForm) -> Result<Response, AppError> {
    let asked = match AddressQuery::parse(&asked.find_postcode, &asked.find_words) {
        Ok(asked) => asked,
        Err((field, says)) => {
            return Ok(
                (StatusCode::UNPROCESSABLE_ENTITY, Json(json!({ "field": field, "says": says }))).into_response()
            );
        }
    };
    let found = find(tx, &asked).await?;
    let choices: Vec<Value> = found
        .addresses
        .iter()
        .map(|address| {
            let fields: Map<String, Value> = address
                .fields()
                .into_iter()
                .filter(|(field, value)| *field != Field::County || !value.is_empty())
                .map(|(field, value)| (field.name().to_owned(), Value::String(value)))
                .collect();
            json!({ "key": address.key, "line": address.line(), "fields": fields })
        })
        .collect();
    Ok(Json(json!({ "says": found.says, "choices": choices })).into_response())
}
