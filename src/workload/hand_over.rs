//! `/workload/{account}`: one person's work, and handing all of it over for an absence, in one act with one note. Beside
//! it on the page: moving some of it ([`super::move_some`]), and who covers for them until a day ([`super::cover`]).

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;
use tower_sessions::Session;

use super::cover;
use super::list::{Away, Load};
use super::whose::{both, held};
use crate::app::App;
use crate::drafts::restore;
use crate::error::AppError;
use crate::flash::{self, Flash, FlashLine};
use crate::form::{Submitted, line, not_too_long, trimmed};
use crate::frame::Frame;
use crate::page;
use crate::people::active_colleagues;
use crate::queues::bulk::{self, Deed, MOST};
use crate::queues::{Filter, Queue, With};
use crate::session::{SignedIn, Viewer};
use crate::trade::chosen::Choice;
use crate::trade::dates::show_words;
use crate::trade::working_time::london_date;
use crate::typed::Typed;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HandOver {
    #[serde(default)]
    hand_to: String,
    #[serde(default, deserialize_with = "trimmed")]
    note: String,
    #[serde(default, deserialize_with = "line")]
    until: String,
    /// the cover as the page showed it
    was: Option<String>,
}

#[derive(Template)]
#[template(path = "workload/hand_over.html")]
struct HandOverPage {
    frame: Frame,
    form: Typed,
    whose: Load,
    colleagues: Vec<(String, String)>,
}

impl HandOverPage {
    /// The cover that is shown.
    fn cover(&self) -> String {
        Away::shown(self.whose.away.as_ref())
    }

    /// What the form tells of it: a draft tells of the cover for which it was typed.
    fn was(&self) -> String {
        let typed = self.form.value("was");
        if typed.is_empty() { self.cover() } else { typed.to_owned() }
    }

    fn list(&self) -> String {
        Filter { with: With::Person(self.whose.account.clone()), ..Filter::of(Queue::Organisation) }.path()
    }
}

pub async fn show(
    State(app): State<App>,
    SignedIn(viewer): SignedIn,
    session: Session,
    Path(account): Path<String>,
) -> Result<Response, AppError> {
    let address = format!("/workload/{account}");
    let mut frame = Frame::with_flash(&app, &viewer, &address, &session).await?;
    let mut form = Typed::default();
    let mut tx = app.db.as_viewer(viewer.id).await?;
    for part in ["#move", "#hand-over"] {
        restore(&mut tx, &viewer, &mut frame, &format!("{address}{part}"), &mut form).await?;
    }
    drop(tx);
    draw(&app, &viewer, frame, &account, form).await
}

/// Everything goes to one colleague, who may cover from now on until a day.
pub async fn submit(
    State(app): State<App>,
    SignedIn(viewer): SignedIn,
    session: Session,
    Path(account): Path<String>,
    sent: Submitted<HandOver>,
) -> Result<Response, AppError> {
    let mut form = sent.typed;
    let now = app.clock.now();
    let mut tx = app.db.as_viewer(viewer.id).await?;
    let (whose, to) = both(&mut tx, &app, &viewer, &account, &sent.form.hand_to).await?;
    let to = to.map_err(|says| form.wrong("hand_to", says)).ok();
    if let Err(wrong) = not_too_long(&sent.form.note) {
        form.wrong("note", wrong.message.unwrap_or_default().into_owned());
    }
    let until = cover::last_day(&sent.form.until, now).unwrap_or_else(|says| {
        form.wrong("until", says);
        None
    });
    let stands = Away::shown(whose.away.as_ref());
    if until.is_some() && sent.form.was.as_ref().is_some_and(|was| *was != stands) {
        let now = whose.away.as_ref().map_or_else(|| "not covered for any more".to_owned(), Away::words);
        form.wrong(
            "until",
            format!("A colleague has changed this meanwhile: {} is {now}. Sent again, yours counts", whose.name),
        );
        form.set("was", stands);
    }
    let (Some(Choice { id: to, name, .. }), false) = (to, form.has_errors()) else {
        drop(tx);
        return again(&app, &viewer, &account, form).await;
    };
    let rows = held(&mut tx, &viewer, whose.id, i64::MAX).await?;
    if let Some(until) = until {
        cover::begin(&mut tx, &viewer, whose.id, to, until).await?;
    }
    let deed = Deed::Give { to, name: name.clone() };
    let mut said = bulk::each(&app, &mut tx, &viewer, &rows, &deed, &sent.form.note).await?.said(&deed, &viewer, now);
    if rows.is_empty() {
        said = Flash { success: until.is_some(), title: format!("{} holds nothing", whose.name), ..Flash::default() };
    }
    // too many to take back at once, where there are more than a banner holds
    said.undo = said.undo.filter(|undo| undo.ticks.len() <= MOST);
    if let Some(until) = until {
        let until = show_words(london_date(until));
        said.lines.push(FlashLine::from(format!("{name} covers for {} until {until}.", whose.name)));
    }
    flash::leave_in(&mut tx, &session, &said).await?;
    tx.commit().await?;
    Ok(page::to("/workload"))
}

/// The page once more, with what is wrong at its fields. It takes a connection of its own: let go of yours first.
pub async fn again(app: &App, viewer: &Viewer, account: &str, form: Typed) -> Result<Response, AppError> {
    let frame = Frame::new(app, Some(viewer), &format!("/workload/{account}"));
    draw(app, viewer, frame, account, form).await
}

async fn draw(app: &App, viewer: &Viewer, frame: Frame, account: &str, form: Typed) -> Result<Response, AppError> {
    let mut tx = app.db.as_viewer(viewer.id).await?;
    let (whose, _) = both(&mut tx, app, viewer, account, "").await?;
    let people = active_colleagues(&mut tx, viewer).await?;
    drop(tx);
    let others = people.into_iter().filter(|one| Some(one.id) != whose.id);
    let called = |id, name| if id == viewer.id { format!("{name} (you)") } else { name };
    let named = others.map(|one| (one.code, called(one.id, one.name)));
    let colleagues = std::iter::once((String::new(), "Choose a colleague".to_owned())).chain(named).collect();
    let status = if form.has_errors() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    page::page(status, &HandOverPage { frame, form, whose, colleagues })
}
