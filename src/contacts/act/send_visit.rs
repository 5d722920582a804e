//! `/contacts/{crn}/send-visit`: send a network to look at the site. The network is proposed from the postcode.

use askama::Template;
use serde::Deserialize;
use sqlx::PgConnection;
use validator::Validate;

use super::{Panel, Room, Shown};
use crate::app::App;
use crate::contacts::Contact;
use crate::contacts::fields::Field;
use crate::contacts::journal::{Input, Refused};
use crate::contacts::lifecycle::Action;
use crate::contacts::zone::{self, Source};
use crate::error::AppError;
use crate::form::Submitted;
use crate::session::Viewer;
use crate::trade::chosen::Choice;
use crate::trade::{Ldz, Network, chosen};

#[derive(Debug, Deserialize, Validate)]
#[serde(deny_unknown_fields)]
pub struct SendVisit {
    #[serde(default)]
    network: String,
    #[serde(default, deserialize_with = "crate::form::trimmed")]
    #[validate(length(min = 1, message = "Say what to look at"), custom(function = "crate::form::not_too_long"))]
    look_at: String,
    #[serde(skip)]
    network_name: String,
}

#[derive(Template)]
#[template(path = "contacts/act/send_visit.html")]
struct SendForm<'a> {
    shown: Shown<'a>,
    networks: Vec<(String, String)>,
    /// why this network is proposed, in a sentence
    proposal: String,
}

impl Room for SendVisit {
    const ACTION: Action = Action::SendVisit;

    async fn panel(tx: &mut PgConnection, _viewer: &Viewer, mut shown: Shown<'_>) -> Result<Panel, AppError> {
        let known = networks(tx).await?;
        let network = proposed(shown.contact).and_then(|name| known.iter().find(|known| known.name == name));
        // one that was chosen before, or taken out again, stays so
        if let Some(network) = network.filter(|_| !shown.form.has("network")) {
            shown.form.set("network", network.code.clone());
        }
        shown.focus(&["network", "look_at"]);
        let choose = (String::new(), "Choose a network".to_owned());
        let named = known.into_iter().map(|one| (one.code, one.name));
        let networks = std::iter::once(choose).chain(named).collect();
        let proposal = proposal(tx, shown.contact).await?;
        Panel::draw(Self::ACTION, &SendForm { shown, networks, proposal })
    }

    async fn input<'a>(
        tx: &mut PgConnection,
        _app: &App,
        _contact: &Contact,
        sent: &'a mut Submitted<Self>,
    ) -> Result<Option<Input<'a>>, AppError> {
        sent.is_valid();
        let known = networks(tx).await?;
        let Some(Choice { id: network, name, .. }) = chosen::meant(&known, &sent.form.network) else {
            sent.typed.wrong("network", chosen::ask("Choose a network", &known));
            return Ok(None);
        };
        sent.form.network_name = name;
        Ok((!sent.typed.has_errors()).then_some(Input::SendVisit { network, look_at: &sent.form.look_at }))
    }

    fn wrong(&self, refused: &Refused, _contact: &Contact) -> Option<(&'static str, String)> {
        let says =
            || format!("{} has nobody who could make the visit now, so it can’t be sent there", self.network_name);
        matches!(refused, Refused::NobodyThere).then(|| ("network", says()))
    }
}

fn proposed(contact: &Contact) -> Option<&'static str> {
    Ldz::from_code(&contact.ldz).and_then(Ldz::network).map(Network::name)
}

async fn proposal(tx: &mut PgConnection, contact: &Contact) -> Result<String, AppError> {
    let postcode = contact.details.get(Field::Postcode);
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
async fn networks(tx: &mut PgConnection) -> Result<Vec<Choice>, AppError> {
    let rows = sqlx::query!("select id, code, name from organisation where party = 'network' order by kind, name")
        .fetch_all(tx)
        .await?;
    Ok(rows.into_iter().map(|row| Choice { id: row.id, code: row.code, name: row.name }).collect())
}
