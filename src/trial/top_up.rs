//! POST `/trial/top-up`: puts fresh sample contacts into a queue that runs dry, through the journal like all others.

use axum::extract::State;
use axum::response::Response;
use fastrand::Rng;
use serde::Deserialize;
use sqlx::PgConnection;
use time::OffsetDateTime;
use tower_sessions::Session;

use super::cases::fresh;
use super::desks::{Desk, desks};
use super::players::Players;
use super::sample::register::streets;
use super::sites::Sites;
use super::stage::{CDSP, broken};
use super::{facilitators_only, only_a_trial, page as trial};
use crate::app::App;
use crate::contacts::Contact;
use crate::contacts::journal::{By, Input, Logged, Refused, log, record};
use crate::contacts::lifecycle::Status;
use crate::error::AppError;
use crate::flash::{self, Flash, FlashLine};
use crate::form::{Submitted, line};
use crate::forms::once::is_first;
use crate::page;
use crate::session::{SignedIn, Viewer};
use crate::trade::words::plural;
use crate::trade::working_time::london_date;

/// The most that is made at once.
const MOST: u64 = 50;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TopUp {
    #[serde(default)]
    queue: String,
    #[serde(default, deserialize_with = "line")]
    how_many: String,
    /// of its page: the same form is done once
    #[serde(default, rename = "key")]
    _key: String,
}

pub async fn submit(
    State(app): State<App>,
    SignedIn(viewer): SignedIn,
    session: Session,
    sent: Submitted<TopUp>,
) -> Result<Response, AppError> {
    facilitators_only(&viewer)?;
    let mut form = sent.typed;
    let desk = desks().into_iter().find(|desk| desk.value() == sent.form.queue);
    if desk.is_none() {
        form.wrong("queue", "Choose a queue");
    }
    let how_many = sent.form.how_many.parse().ok().filter(|count| (1..=MOST).contains(count));
    if how_many.is_none() {
        form.wrong("how_many", format!("Enter a whole number from 1 to {MOST}"));
    }
    let (Some(desk), Some(how_many)) = (desk, how_many) else { return trial::again(&app, &viewer, form).await };
    if !fill(&app, &viewer, sent.once.as_deref(), desk, how_many).await? {
        let says = "This queue can’t be topped up: nobody is active in the CDSP, or in the organisation whose it is";
        form.wrong("queue", says);
        return trial::again(&app, &viewer, form).await;
    }
    let title = format!("{} added to the queue of {}", plural(how_many, "sample contact"), desk.name);
    let line = FlashLine {
        text: format!("They stand at {} {}.", desk.waiting.code(), desk.waiting.name()),
        href: Some(format!("/queues/all?status={}", desk.waiting.code())),
        link: "Show them".to_owned(),
    };
    flash::leave(&session, Flash { success: true, title, lines: vec![line], ..Flash::default() }).await?;
    Ok(page::to("/trial"))
}

/// Makes the contacts, all or none, and once for each time that the form was drawn; `false` if somebody who must act is missing.
async fn fill(app: &App, viewer: &Viewer, once: Option<&[u8]>, desk: Desk, how_many: u64) -> Result<bool, AppError> {
    let now = app.clock.now();
    let mut tx = app.db.owner.begin().await?;
    if !is_first(&mut tx, viewer, once).await? {
        return Ok(true);
    }
    only_a_trial(&mut tx).await?;
    let made = sqlx::query_scalar!(r#"select count(*) as "made!" from contact"#).fetch_one(&mut *tx).await?;
    let seed = app.config.trial_seed;
    // the streets are the register's, what happens in them is new each time
    let streets = streets(&mut Rng::with_seed(seed));
    let mut rng = Rng::with_seed(seed ^ made.unsigned_abs().rotate_left(32) ^ now.unix_timestamp().unsigned_abs());
    let players = Players::of(&mut tx).await?;
    let mut sites = Sites::new(&mut rng, streets, seed);
    for _ in 0..how_many {
        match one(app, &mut tx, &players, &mut rng, &mut sites, desk, now).await {
            Ok(()) => {}
            Err(Refused::NobodyThere) => return Ok(false),
            Err(refused) => return Err(broken(refused, &desk.value())),
        }
    }
    tx.commit().await?;
    Ok(true)
}

async fn one(
    app: &App,
    tx: &mut PgConnection,
    players: &Players,
    rng: &mut Rng,
    sites: &mut Sites,
    desk: Desk,
    at: OffsetDateTime,
) -> Result<(), Refused> {
    let raisers = ["ALD", "BIR", "CED"];
    let raiser = if desk.waiting == Status::Dcrs { desk.code } else { raisers[rng.usize(..raisers.len())] };
    let originator = players.somebody(rng, raiser, None).ok_or(Refused::NobodyThere)?;
    let cases = fresh();
    let case = cases[rng.usize(..cases.len())];
    let dns = ["Cadent", "Northern Gas Networks", "SGN", "Wales & West Utilities"];
    let network = if desk.waiting == Status::Svdn { desk.name } else { dns[rng.usize(..dns.len())] };
    let site = sites.site(rng, network, case, raiser, london_date(at));
    let form_key = crate::secret::token();
    let logged = Logged { details: &site.details, ldz: site.ldz, form_key: &form_key, psc_of: None };
    let by = |viewer| By { viewer: Some(viewer), at, terms: &app.config.terms };
    let crn = log(tx, by(originator), &logged).await?;
    if desk.waiting == Status::Aaca {
        return Ok(());
    }
    let agent = players.agent(rng, CDSP, None).ok_or(Refused::NobodyThere)?;
    act(tx, by(agent), &crn, Input::Assign(agent.id)).await?;
    if desk.waiting == Status::Svdn {
        let network = players.organisation_id(desk.code).ok_or(Refused::NobodyThere)?;
        let look_at = &site.one(rng, case.words().look_at);
        return act(tx, by(agent), &crn, Input::SendVisit { network, look_at }).await;
    }
    let asked = case.words().asked;
    let question = site.says(asked[rng.usize(..asked.len())].0);
    act(tx, by(agent), &crn, Input::SendClarification(&question)).await?;
    // it goes to its originator at once, who leaves it to whoever takes it from the queue
    act(tx, by(originator), &crn, Input::Return).await
}

async fn act(tx: &mut PgConnection, by: By<'_>, crn: &str, input: Input<'_>) -> Result<(), Refused> {
    let contact = Contact::seen_by(tx, &Viewer::system(), crn).await.map_err(Refused::Failed)?;
    record(tx, by, &contact, input).await.map(drop)
}
