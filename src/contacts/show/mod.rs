//! `/contacts/{crn}`: one contact, whose move it is, what came back, its history, and what this person may do now. The
//! forms of actions stand in this page: the same page answers `/contacts/{crn}/{action}`, with that form open.

pub mod acting;
mod contact;
mod facts;
pub mod note;
mod offered;
pub mod presence;
mod referred;
mod whole;

use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use serde::Deserialize;
use tower_sessions::Session;

use self::offered::Offered;
use self::whole::Whole;
use crate::app::App;
use crate::contacts::Contact;
use crate::contacts::act::{Shown, standing};
use crate::contacts::walk::{page_before, way_back};
use crate::error::AppError;
use crate::frame::Frame;
use crate::page;
use crate::queues::walk;
use crate::session::{SignedIn, Viewer};
use crate::texts::{self, UsedFor};
use crate::typed::Typed;

/// The list from which a contact is opened, and where it stood in it: remembered, so that one can walk it from here.
#[derive(Debug, Deserialize)]
pub struct Opened {
    list: Option<String>,
    at: Option<String>,
}

pub async fn show(
    State(app): State<App>,
    SignedIn(viewer): SignedIn,
    session: Session,
    Path(crn): Path<String>,
    Query(opened): Query<Opened>,
    headers: HeaderMap,
) -> Result<Response, AppError> {
    let mut tx = app.db.as_viewer(viewer.id).await?;
    if let (Some(list), Some(at)) = (&opened.list, &opened.at) {
        let contact = Contact::seen_by(&mut tx, &viewer, &crn).await?;
        walk::begin(&app, &mut tx, &viewer, (contact.id, &contact.crn), list, at).await?;
        return Ok(page::to(&contact.path()));
    }
    let mut whole = Whole::read(&app, &mut tx, &viewer, &crn).await?;
    whole.came_from(&page_before(&headers));
    if whole.contact.crn != crn {
        // typed with spaces or in small letters: one address for each contact
        return Ok(page::to(&whole.contact.path()));
    }
    // the message is taken once the page is sure to be drawn; forms need the frame's stamps only
    let frame = Frame::new(&app, Some(&viewer), &whole.contact.path());
    let mut offered = Offered::of(&whole.contact, &viewer);
    let takes_texts = offered.actions.iter().any(|action| UsedFor::of_action(*action).is_some());
    let texts = if takes_texts { texts::of(&mut tx, &viewer, None).await? } else { Vec::new() };
    for action in offered.actions.clone() {
        let mut shown = Shown::new(&whole.contact, action, &frame, whole.then(&viewer));
        shown.texts = texts::for_form(&texts, action, &whole.contact);
        shown.is_open = action.is_answer();
        offered.panels.extend(standing(action, &mut tx, &viewer, shown).await?);
    }
    drop(tx);
    let frame = Frame::with_flash(&app, &viewer, &whole.contact.path(), &session).await?;
    whole.draw(&app, viewer, frame, offered, Typed::default(), StatusCode::OK)
}

impl Whole {
    /// The list is walked on only from itself; else the way back leads to the page before.
    fn came_from(&mut self, before: &str) {
        self.extras.walk = self.extras.walk.take().filter(|walk| walk.goes_on(before, &self.contact.crn));
        self.back = if self.extras.walk.is_none() { way_back(before) } else { None };
    }

    /// Where the second buttons of its forms lead.
    fn then(&self, viewer: &Viewer) -> crate::contacts::act::Then<'_> {
        crate::contacts::act::Then {
            next: viewer.organisation.is_some(),
            in_list: self.extras.walk.as_ref().and_then(|walk| walk.next.as_deref()),
        }
    }
}
