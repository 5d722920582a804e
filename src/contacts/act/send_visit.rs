//! `/contacts/{crn}/send-visit`: send a network to look at the site. The network is proposed from the postcode.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use serde::Deserialize;
use sqlx::PgConnection;
use tower_sessions::Session;
use validator::Validate;

use crate::app::App;
use crate::begin_or_answer;
use crate::contacts::Contact;
use crate::contacts::act::{Acting, Done};
use crate::contacts::journal::{Input, Refused};
use crate::contacts::lifecycle::Action;
use crate::contacts::zone::{self, Source};
use crate::error::AppError;
use crate::form::Submitted;
use crate::frame::Frame;
use crate::page;
use crate::session::SignedIn;
use crate::trade::Ldz;
use crate::typed::Typed;

#[derive(Debug, Deserialize, Validate)]
#[serde(deny_unknown_fields)]
pub struct Send {
    #[serde(default)]
    #[validate(length(min = 1, message = "Choose a network"))]
    network: String,
    #[serde(default, deserialize_with = "crate::form::trimmed")]
    #[validate(length(min = 1, message = "Say what to look at"), custom(function = "crate::form::not_too_long"))]
    look_at: String,
}

#[derive(Template)]
#[template(path = "contacts/act/send_visit.html")]
struct SendPage {
    frame: Frame,
    form: Typed,
    contact: Contact,
    networks: Vec<(String, String)>,
    /// why this network is proposed, in a sentence
    proposal: String,
}

pub async fn show(
    State(app): State<App>,
    SignedIn(viewer): SignedIn,
    Path(crn): Path<String>,
) -> Result<Response, AppError> {
    let mut form = Typed::default();
    let acting = Acting::begin(&app, &viewer, &crn, Action::SendVisit, None, &form).await?;
    let mut acting = begin_or_answer!(acting);
    let networks = networks(&mut acting.tx).await?;
    let proposal = proposal(&mut acting.tx, &acting.contact).await?;
    if let Some((id, _)) = proposed(&acting.contact).and_then(|name| networks.iter().find(|(_, known)| known == name)) {
        form.set("network", id.clone());
    }
    acting.restore(&viewer, Action::SendVisit, &mut form).await?;
    let Acting { tx, contact, frame, .. } = acting;
    tx.commit().await?;
    page::ok(&SendPage { frame, form, contact, networks, proposal })
}

pub async fn submit(
    State(app): State<App>,
    SignedIn(viewer): SignedIn,
    session: Session,
    Path(crn): Path<String>,
    mut sent: Submitted<Send>,
) -> Result<Response, AppError> {
    let action = Action::SendVisit;
    let acting = Acting::begin(&app, &viewer, &crn, action, Some(sent.version), &sent.typed).await?;
    let mut acting = begin_or_answer!(acting);
    let networks = networks(&mut acting.tx).await?;
    let proposal = proposal(&mut acting.tx, &acting.contact).await?;
    let network = networks.iter().find(|(id, _)| *id == sent.form.network && !id.is_empty()).cloned();
    sent.is_valid();
    if network.is_none() {
        sent.typed.wrong("network", "Choose a network");
    }
    if sent.typed.has_errors() {
        acting.tx.commit().await?;
        let (frame, contact) = (acting.frame, acting.contact);
        return page::again(&SendPage { frame, form: sent.typed, contact, networks, proposal });
    }
    let (id, name) = network.unwrap_or_default();
    let given = Input::SendVisit { network: id.parse().unwrap_or_default(), look_at: &sent.form.look_at };
    match acting.finish(&app, &session, &viewer, given.into(), &sent.typed).await? {
        Done::Answer(answer) => Ok(answer),
        Done::Again(contact, frame, Refused::NobodyThere) => {
            let says = format!("{name} has nobody who could make the visit now, so it can’t be sent there");
            sent.typed.wrong("network", says);
            page::again(&SendPage { frame, form: sent.typed, proposal, contact: *contact, networks })
        }
        Done::Again(_, _, refused) => Err(AppError::Broken(format!("{refused:?}").into())),
    }
}

fn proposed(contact: &Contact) -> Option<&'static str> {
    Ldz::from_code(&contact.ldz).and_then(Ldz::network).map(crate::trade::Network::name)
}

async fn proposal(tx: &mut PgConnection, contact: &Contact) -> Result<String, AppError> {
    let postcode = contact.details.get(crate::contacts::fields::field::Field::Postcode);
    let zone = zone::of(tx, postcode).await?;
    Ok(match (Ldz::from_code(&contact.ldz), proposed(contact)) {
        (Some(ldz), Some(network)) => format!(
            "{postcode} is in LDZ {} ({}), the area of {network}. {}Change it if you know better.",
            ldz.code(),
            ldz.name(),
            if zone.ldz == Some(ldz) { format!("{}. ", zone.known_by()) } else { String::new() }
        ),
        (Some(_), None) => format!("{postcode} is on an isolated network; choose who is to go."),
        (None, _) if matches!(zone.source, Source::Straddles(_)) => format!("{}; choose a network.", zone.known_by()),
        (None, _) => format!("No network is known for {postcode}; choose one."),
    })
}

/// Everyone who can be sent to a site: the DNs, then the IGTs.
async fn networks(tx: &mut PgConnection) -> Result<Vec<(String, String)>, AppError> {
    let rows = sqlx::query!("select id, name from organisation where desk = 'network' order by kind, name")
        .fetch_all(tx)
        .await?;
    let choose = (String::new(), "Choose a network".to_owned());
    Ok(std::iter::once(choose).chain(rows.into_iter().map(|row| (row.id.to_string(), row.name))).collect())
}
