//! `/contacts/{crn}/resolve-valid`: close the contact with the MPRN that was created, which goes into the register.

use askama::Template;
use serde::Deserialize;
use sqlx::PgConnection;

use super::{Room, Shown};
use crate::app::App;
use crate::contacts::Contact;
use crate::contacts::journal::{Input, Refused};
use crate::contacts::lifecycle::Action;
use crate::contacts::outcome::Outcome;
use crate::error::AppError;
use crate::form::Submitted;
use crate::frame::Frame;
use crate::session::Viewer;
use crate::trade::Mprn;
use crate::typed::Typed;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ResolveValid {
    #[serde(default, deserialize_with = "crate::form::trimmed")]
    mprn: String,
}

#[derive(Template)]
#[template(path = "contacts/act/resolve_valid.html")]
struct ResolvePage {
    frame: Frame,
    form: Typed,
    contact: Contact,
}

impl Room for ResolveValid {
    const ACTION: Action = Action::ResolveValid;

    async fn page(_tx: &mut PgConnection, _viewer: &Viewer, shown: Shown) -> Result<String, AppError> {
        let Shown { frame, contact, form, .. } = shown;
        Ok(ResolvePage { frame, form, contact }.render()?)
    }

    async fn input<'a>(
        _tx: &mut PgConnection,
        _app: &App,
        _contact: &Contact,
        sent: &'a mut Submitted<Self>,
    ) -> Result<Option<Input<'a>>, AppError> {
        match Mprn::parse(&sent.form.mprn) {
            Ok(mprn) => {
                mprn.as_str().clone_into(&mut sent.form.mprn);
                return Ok(Some(Input::ResolveValid(Outcome::Created(mprn))));
            }
            Err(_) if sent.form.mprn.is_empty() => sent.typed.wrong("mprn", "Enter the MPRN that was created"),
            Err(error) => sent.typed.wrong("mprn", error.to_string()),
        }
        Ok(None)
    }

    fn wrong(&self, refused: &Refused, _contact: &Contact) -> Option<(&'static str, String)> {
        let says =
            || format!("MPRN {} is in the register already, so it can’t have been created for this site", self.mprn);
        matches!(refused, Refused::MprnTaken).then(|| ("mprn", says()))
    }
}
