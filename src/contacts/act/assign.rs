//! `/contacts/{crn}/assign` and `/reassign`: give the contact to a colleague, or take it.

use askama::Template;
use serde::Deserialize;
use sqlx::PgConnection;

use super::{Panel, Room, Shown};
use crate::app::App;
use crate::contacts::Contact;
use crate::contacts::journal::{Input, Refused};
use crate::contacts::lifecycle::{Action, may_receive};
use crate::error::AppError;
use crate::form::Submitted;
use crate::people::active_colleagues;
use crate::seal::{Kind, Seal};
use crate::session::Viewer;
use crate::typed::Typed;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Assign {
    #[serde(default)]
    colleague: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reassign {
    #[serde(default)]
    colleague: String,
}

#[derive(Template)]
#[template(path = "contacts/act/assign.html")]
struct AssignForm<'a> {
    shown: Shown<'a>,
    colleagues: Vec<(String, String)>,
}

impl Room for Assign {
    const ACTION: Action = Action::Assign;

    async fn panel(tx: &mut PgConnection, viewer: &Viewer, shown: Shown<'_>) -> Result<Panel, AppError> {
        panel(tx, viewer, shown).await
    }

    async fn input<'a>(
        _tx: &mut PgConnection,
        app: &App,
        _contact: &Contact,
        sent: &'a mut Submitted<Self>,
    ) -> Result<Option<Input<'a>>, AppError> {
        Ok(chosen(app.seal(), &sent.form.colleague, &mut sent.typed).map(Input::Assign))
    }

    fn wrong(&self, refused: &Refused, _contact: &Contact) -> Option<(&'static str, String)> {
        unable(refused)
    }
}

impl Room for Reassign {
    const ACTION: Action = Action::Reassign;

    async fn panel(tx: &mut PgConnection, viewer: &Viewer, shown: Shown<'_>) -> Result<Panel, AppError> {
        panel(tx, viewer, shown).await
    }

    async fn input<'a>(
        _tx: &mut PgConnection,
        app: &App,
        _contact: &Contact,
        sent: &'a mut Submitted<Self>,
    ) -> Result<Option<Input<'a>>, AppError> {
        Ok(chosen(app.seal(), &sent.form.colleague, &mut sent.typed).map(Input::Reassign))
    }

    fn wrong(&self, refused: &Refused, _contact: &Contact) -> Option<(&'static str, String)> {
        unable(refused)
    }
}

async fn panel(tx: &mut PgConnection, viewer: &Viewer, mut shown: Shown<'_>) -> Result<Panel, AppError> {
    shown.focus(&["colleague"]);
    let colleagues = colleagues(tx, viewer, shown.contact).await?;
    Panel::draw(shown.action, &AssignForm { shown, colleagues })
}

fn chosen(seal: &Seal, colleague: &str, typed: &mut Typed) -> Option<i64> {
    let colleague = seal.open(Kind::Person, colleague);
    if colleague.is_none() {
        typed.wrong("colleague", "Choose a colleague");
    }
    colleague
}

fn unable(refused: &Refused) -> Option<(&'static str, String)> {
    let says = "Choose somebody else: this person can’t be given the contact any more";
    matches!(refused, Refused::NoSuchColleague).then(|| ("colleague", says.to_owned()))
}

/// Who can be given the contact: active people of the viewer's own organisation, oneself first.
async fn colleagues(
    tx: &mut PgConnection,
    viewer: &Viewer,
    contact: &Contact,
) -> Result<Vec<(String, String)>, AppError> {
    let people = active_colleagues(tx, viewer).await?;
    let able = people.into_iter().filter(|one| may_receive(&contact.position(), one.id));
    let named = |id, name| if id == viewer.id { format!("{name} (you)") } else { name };
    let chosen = able.map(|one| (one.code, named(one.id, one.name)));
    Ok(std::iter::once((String::new(), "Choose a colleague".to_owned())).chain(chosen).collect())
}
