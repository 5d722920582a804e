//! `/trial/reset`: sets the trial back to its sample data, after the page has said what goes and what stays.

use askama::Template;
use axum::Extension;
use axum::extract::State;
use axum::response::Response;
use serde::Deserialize;
use tower_sessions::Session;

use super::facilitators_only;
use super::restart::restart;
use crate::app::App;
use crate::error::AppError;
use crate::flash::{self, Flash, FlashLine};
use crate::form::{Submitted, trimmed};
use crate::frame::Frame;
use crate::page;
use crate::people::cast;
use crate::session::SignedIn;
use crate::source::Client;
use crate::trade::words::plural;
use crate::typed::Typed;

/// What has to be typed, so that nobody resets by a slip.
const WORD: &str = "RESET";

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Confirm {
    #[serde(default, deserialize_with = "trimmed")]
    confirm: String,
}

#[derive(Template)]
#[template(path = "trial/reset.html")]
struct ResetPage {
    frame: Frame,
    form: Typed,
    counts: TrialCounts,
}

/// What there is now.
struct TrialCounts {
    contacts: i64,
    points: i64,
    notifications: i64,
    drafts: i64,
    texts: i64,
    people: i64,
    disabled: i64,
    feedback: i64,
    announcements: i64,
}

impl ResetPage {
    fn goes(&self) -> Vec<String> {
        let count = |count: i64, noun| plural(count.unsigned_abs(), noun);
        let c = &self.counts;
        [
            (
                1,
                format!("{}, with history, referrals, evidence, notes and site contacts", count(c.contacts, "contact")),
            ),
            (1, count(c.notifications, "notification")),
            (1, format!("{} of the sample register and what was added to it", count(c.points, "meter point"))),
            (c.texts, count(c.texts, "saved text")),
            (c.drafts, format!("{} about a contact", count(c.drafts, "draft"))),
            (c.people, format!("{} added during the trial; who uses one is signed out", count(c.people, "account"))),
        ]
        .into_iter()
        .filter_map(|(there, line)| (there > 0).then_some(line))
        .collect()
    }

    fn stays(&self) -> [String; 3] {
        let c = &self.counts;
        [
            format!("All feedback ({}) and the security log", plural(c.feedback.unsigned_abs(), "message")),
            format!("Announcements ({}), and whether closing for no reply is on", c.announcements),
            "Everybody who is signed in to a shared account stays signed in".to_owned(),
        ]
    }

    fn enabled(&self) -> Option<String> {
        let disabled = self.counts.disabled.unsigned_abs();
        (disabled > 0).then(|| plural(disabled, "disabled shared account"))
    }
}

pub async fn show(State(app): State<App>, SignedIn(viewer): SignedIn) -> Result<Response, AppError> {
    facilitators_only(&viewer)?;
    let counts = counts(&app).await?;
    page::ok(&ResetPage { frame: Frame::new(&app, Some(&viewer), "/trial/reset"), form: Typed::default(), counts })
}

pub async fn submit(
    State(app): State<App>,
    SignedIn(viewer): SignedIn,
    Extension(Client(address)): Extension<Client>,
    session: Session,
    sent: Submitted<Confirm>,
) -> Result<Response, AppError> {
    facilitators_only(&viewer)?;
    let mut form = sent.typed;
    if sent.form.confirm != WORD {
        form.wrong("confirm", format!("Type {WORD} in capitals to confirm"));
        let counts = counts(&app).await?;
        return page::again(&ResetPage { frame: Frame::new(&app, Some(&viewer), "/trial/reset"), form, counts });
    }
    let made = restart(&app, &viewer, address).await?;
    let line = FlashLine {
        text: format!("{} of the sample story are in place.", plural(made.unsigned_abs(), "contact")),
        ..FlashLine::default()
    };
    flash::leave(
        &session,
        Flash { success: true, title: "The trial was reset".to_owned(), lines: vec![line], ..Flash::default() },
    )
    .await?;
    Ok(page::to("/trial"))
}

async fn counts(app: &App) -> Result<TrialCounts, AppError> {
    let accounts: Vec<String> = cast::people().map(|(account, ..)| account).collect();
    Ok(sqlx::query_as!(
        TrialCounts,
        r#"
        select (select count(*) from contact) as "contacts!", (select count(*) from meter_point) as "points!",
               (select count(*) from notification) as "notifications!", (select count(*) from draft d where is_of_a_contact(d)) as "drafts!",
               (select count(*) from saved_text) as "texts!",
               (select count(*) from person where account <> all($1)) as "people!",
               (select count(*) from person where account = any($1) and disabled is not null) as "disabled!",
               (select count(*) from feedback) as "feedback!",
               (select count(*) from announcement where ends > now()) as "announcements!"
        "#,
        &accounts
    )
    .fetch_one(&app.db.owner)
    .await?)
}
