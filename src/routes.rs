//! Every address of the site on one screen.

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{get, post};

use crate::app::App;
use crate::contacts::act::{
    Add, AnswerClarification, AnswerVisit, Assign, Reassign, ResolveInvalid, ResolveValid, Return, SendClarification,
    SendVisit, Withdraw,
};
use crate::contacts::log::{check, done, duplicates, find, form as log, psc};
use crate::contacts::show::{self, acting, note, presence};
use crate::drafts::{list as drafts, save, typing};
use crate::evidence::{add as evidence, limits, serve};
use crate::help::{guide, limits as help_limits, rules, statuses};
use crate::people::{
    access, account, add, confirm, disable, edit as person, end_session, link, list as people, requests, sign_in,
    sign_out, terms,
};
use crate::queues::{
    act as queue_act, assign_next, columns, export, list as queue, newer, next as take_next, saved, selection, ticked,
    ticked_done, undo,
};
use crate::trial::{announcements, feedback as feedback_list, feedback_answer, page as trial, reset, switch, top_up};
use crate::workload::{cover, hand_over, list as workload, move_some};
use crate::{announcement, assets, bulk, feedback, forms, health, home, notifications, search, texts};

/// Pages for people.
pub fn pages(app: &App) -> Router<App> {
    let site = Router::new()
        .route("/", get(home::show))
        // coming and going
        .route("/sign-in", get(sign_in::show).post(sign_in::submit))
        .route("/sign-out", post(sign_out::submit))
        .route("/terms", get(terms::show).post(terms::submit))
        .route("/set-password/{token}", get(link::show).post(link::submit))
        .route("/confirm", post(confirm::submit))
        .route("/account", get(account::show))
        .route("/account/stay", post(account::stay))
        .route("/account/password", post(account::password))
        .route("/account/shortcuts", post(account::shortcuts))
        .route("/account/sessions", post(end_session::submit))
        .route("/account/sessions/others", post(end_session::others))
        // people of an organisation
        .route("/people", get(people::show))
        .route("/people/new", get(add::show).post(add::submit))
        .route("/people/requests/{id}", post(requests::submit))
        .route("/people/{account}", get(person::show).post(person::change))
        .route("/people/{account}/disable", get(disable::show).post(disable::submit))
        .route("/people/{account}/enable", post(access::enable))
        .route("/people/{account}/link", post(access::make_link))
        .route("/people/{account}/sessions", post(access::end_sessions))
        // contacts
        .route("/contacts/new", get(log::types))
        .route("/contacts/new/{type}", get(log::show).post(log::submit))
        .route("/contacts/new/{type}/find", post(find::submit))
        .route("/contacts/new/{type}/alike", get(duplicates::show).post(duplicates::submit))
        .route("/contacts/new/{type}/alike.json", get(duplicates::while_typing))
        .route("/contacts/new/{type}/check", get(check::show).post(check::submit))
        .route("/contacts/{crn}", get(show::show))
        .route("/contacts/{crn}/logged", get(done::show))
        .route("/contacts/{crn}/assign", get(acting::show::<Assign>).post(acting::submit::<Assign>))
        .route("/contacts/{crn}/reassign", get(acting::show::<Reassign>).post(acting::submit::<Reassign>))
        .route("/contacts/{crn}/return", post(acting::submit::<Return>))
        .route(
            "/contacts/{crn}/send-clarification",
            get(acting::show::<SendClarification>).post(acting::submit::<SendClarification>),
        )
        .route(
            "/contacts/{crn}/answer-clarification",
            get(acting::show::<AnswerClarification>).post(acting::submit::<AnswerClarification>),
        )
        .route("/contacts/{crn}/send-visit", get(acting::show::<SendVisit>).post(acting::submit::<SendVisit>))
        .route("/contacts/{crn}/answer-visit", get(acting::show::<AnswerVisit>).post(acting::submit::<AnswerVisit>))
        .route("/contacts/{crn}/resolve-valid", get(acting::show::<ResolveValid>).post(acting::submit::<ResolveValid>))
        .route(
            "/contacts/{crn}/resolve-invalid",
            get(acting::show::<ResolveInvalid>).post(acting::submit::<ResolveInvalid>),
        )
        .route("/contacts/{crn}/withdraw", get(acting::show::<Withdraw>).post(acting::submit::<Withdraw>))
        .route("/contacts/{crn}/log-psc", get(psc::show))
        .route("/contacts/{crn}/add", get(acting::show::<Add>).post(acting::submit::<Add>))
        .route("/contacts/{crn}/note", get(note::show).post(note::submit))
        // photos and PDF: while they wait for their form, and beside a contact
        .route(
            "/evidence",
            get(evidence::show).post(evidence::submit).layer(DefaultBodyLimit::max(limits::LONGEST_REQUEST)),
        )
        .route("/evidence/{id}", get(serve::waiting))
        .route("/evidence/{id}/thumbnail", get(serve::waiting_thumbnail))
        .route("/evidence/{id}/remove", post(evidence::remove))
        .route("/contacts/{crn}/evidence/{id}", get(serve::file))
        .route("/contacts/{crn}/evidence/{id}/thumbnail", get(serve::thumbnail))
        // many contacts at once
        .route(
            "/bulk",
            get(bulk::list::show).post(bulk::list::submit).layer(DefaultBodyLimit::max(bulk::list::MOST_LISTENED)),
        )
        .route("/bulk/layout", get(bulk::layout::show))
        .route("/bulk/template.csv", get(bulk::template::csv))
        .route("/bulk/template.xlsx", get(bulk::template::xlsx))
        .route("/bulk/template.uklink", get(bulk::template::uk_link))
        .route(
            "/bulk/form",
            get(bulk::form::show).post(bulk::form::submit).layer(DefaultBodyLimit::max(forms::LONGEST_TABLE)),
        )
        .route("/bulk/form/check", get(bulk::form_check::show).post(bulk::form_check::submit))
        .route("/bulk/{key}", get(bulk::show::show).post(bulk::show::choose))
        .route("/bulk/{key}/progress", get(bulk::show::progress))
        .route("/bulk/{key}/{file}", get(bulk::answer::show))
        // queues
        .route("/queues/next", post(take_next::submit))
        .route("/queues/undo", post(undo::submit))
        .route("/queues/{queue}", get(queue::show))
        .route("/queues/{queue}/act", post(queue_act::submit))
        .route("/queues/{queue}/assign-next", post(assign_next::submit))
        .route("/queues/{queue}/ticks", post(selection::submit))
        .route("/queues/{queue}/ticked/{action}", get(ticked::show).post(ticked_done::submit))
        .route("/queues/{queue}/columns", post(columns::submit))
        .route("/queues/{queue}/filters", post(saved::add))
        .route("/queues/{queue}/filters/{id}", post(saved::change))
        .route("/queues/{queue}/new-count", get(newer::show))
        .route("/queues/{queue}/export.csv", get(export::as_csv))
        .route("/queues/{queue}/export.xlsx", get(export::as_xlsx))
        .route("/workload", get(workload::show))
        .route("/workload/{account}", get(hand_over::show))
        .route("/workload/{account}/move", post(move_some::submit))
        .route("/workload/{account}/hand-over", post(hand_over::submit))
        .route("/workload/{account}/cover", post(cover::end))
        .route("/texts", get(texts::list::show))
        .route("/texts/new", get(texts::edit::new).post(texts::edit::add))
        .route("/texts/{key}", get(texts::edit::show).post(texts::edit::change))
        .route("/texts/{key}/remove", post(texts::edit::remove))
        // what is typed and not yet sent
        .route("/drafts", post(typing::submit).layer(DefaultBodyLimit::max(forms::LONGEST_TABLE)))
        .route("/drafts/evidence", post(save::then_evidence))
        .route("/drafts/discard", post(drafts::discard))
        // who is at what right now
        .route("/presence", get(presence::stream))
        .route("/contacts/{crn}/presence", post(presence::here))
        .route("/search", get(search::show))
        // the rest of the day
        .route("/notifications", get(notifications::show))
        .route("/notifications/read", post(notifications::read))
        .route("/notifications/{which}", get(notifications::open))
        .route("/announcements/put-away", post(announcement::put_away))
        .route("/help", get(guide::show))
        .route("/help/statuses", get(statuses::show))
        .route("/help/rules", get(rules::show))
        .route("/help/limits", get(help_limits::show))
        .route("/feedback", get(feedback::show).post(feedback::submit));
    if !app.config.is_trial() {
        return site;
    }
    site.route("/trial", get(trial::show))
        .route("/trial/reset", get(reset::show).post(reset::submit))
        .route("/trial/top-up", post(top_up::submit))
        .route("/trial/switch", post(switch::submit))
        .route("/trial/announcements", post(announcements::add))
        .route("/trial/announcements/remove", post(announcements::remove))
        .route("/trial/feedback", get(feedback_list::show).post(feedback_answer::submit))
        .route("/trial/feedback.csv", get(feedback_list::csv))
}

/// Needs no session: files, and what operations ask.
pub fn outside() -> Router<App> {
    Router::new()
        .route("/static/{hash}/{name}", get(assets::serve))
        .route("/favicon.ico", get(assets::favicon))
        .route("/health/live", get(health::live))
        .route("/health/ready", get(health::ready))
}
