//! Every form decoder, on the body of a POST. What decodes is drawn again as it was typed; what does not is a sentence.

use std::sync::LazyLock;

use cms::error::AppError;
use cms::form::{Nothing, decode, pairs};
use cms::seal::Seal;
use cms::{bulk, contacts, drafts, feedback, notifications, people, queues, trial, workload};

static SEAL: LazyLock<Seal> = LazyLock::new(|| Seal::of(&[7; 32]));

macro_rules! all {
    ($body:expr, $($form:ty),+ $(,)?) => {
        $(match decode::<$form>($body, Some(1), &SEAL, "/contacts/C123456782") {
            Ok(_) | Err(AppError::BadRequest(_) | AppError::WasReset) => {}
            Err(other) => panic!("{}: {other:?}", stringify!($form)),
        })+
    };
}

pub fn run(body: &[u8]) {
    all!(
        body,
        bulk::form::BlockForm, bulk::form_check::SendForm, contacts::log::find::FindForm, contacts::log::duplicates::GoOn,
        contacts::act::AnswerClarification, contacts::act::AnswerVisit, contacts::act::Assign,
        contacts::act::Reassign, contacts::act::ResolveInvalid, contacts::act::ResolveValid, contacts::act::Return,
        contacts::act::SendClarification, contacts::act::SendVisit, contacts::act::Withdraw, contacts::act::Add, contacts::log::form::LogForm,
        contacts::log::check::SendForm, drafts::list::Discard, feedback::Feedback, Nothing,
        notifications::Read, people::account::ChangePassword, people::end_session::EndSession,
        people::account::Shortcuts, people::edit::PersonForm, people::link::NewPassword, people::sign_in::SignIn,
        people::sign_out::SignOut, people::terms::Accept, contacts::show::presence::Here, queues::act::ActForm,
        queues::assign_next::AssignNext, queues::next::Next, queues::saved::ChangeFilter, queues::saved::SaveFilter,
        queues::selection::Ticks, queues::ticked_done::TickedForm, cms::texts::edit::TextForm, queues::undo::UndoForm, trial::announcements::Announce, trial::announcements::RemoveAnnouncement,
        trial::reset::Confirm, trial::switch::Switch, trial::top_up::TopUp, workload::cover::EndCover,
        workload::hand_over::HandOver, workload::move_some::MoveSome,
    );
    if let Ok(fields) = pairs(body) {
        assert!(fields.iter().all(|(name, _)| !name.contains("password")), "a password would be kept");
        for path in ["/contacts/new/mnc", "/contacts/C123456782/answer-visit", "/feedback", "/people/new"] {
            if let Some(form) = cms::forms::Form::sent_to(path, &fields) {
                assert!(cms::address::is_ours(&form.address()));
            }
        }
    }
}
