//! What is round every page: who is signed in, where they can go, what was just done.

use tower_sessions::Session;

use crate::address::urlencode;
use crate::app::App;
use crate::config::ServiceTerms;
use crate::error::AppError;
use crate::flash::{self, Flash};
use crate::seal::Seal;
use crate::session::Viewer;

/// What the layout needs; every page holds one as `frame`.
#[derive(Debug, Default, Clone)]
pub struct Frame {
    /// Nobody on the pages before sign-in.
    pub who: Option<SignedInPerson>,
    pub navigation: Vec<NavItem>,
    pub trial: bool,
    pub announcements: Vec<String>,
    pub flash: Option<Flash>,
    pub feedback_url: String,
    pub support: Support,
    /// A time of day, said so that nobody loses work to a session that ended unseen.
    pub session_ends: Option<String>,
    /// The stamp of its forms: from which data and for whom the page was drawn.
    pub epoch: String,
    /// shows numbers of rows
    pub seal: Seal,
    /// key of a form of this page that is done once
    pub once: String,
    pub used_by: Option<String>,
    /// single keys work
    pub shortcuts: bool,
    /// what the search box in the header holds
    pub looked_for: String,
    /// the page from which one searched, on the page of what was found
    pub searched_from: Option<String>,
    /// what was typed earlier and is back in the form
    pub kept: Option<RestoredDraft>,
    /// when the page was drawn, in milliseconds since 1970
    pub drawn: i64,
    /// seconds until the session ends if it is not used, to the nearest ten
    pub seconds_left: i64,
}

impl Frame {
    /// The frame of a page at `path`; nothing of it needs the database.
    pub fn new(app: &App, viewer: Option<&Viewer>, path: &str) -> Frame {
        let feedback_url = format!("/feedback?page={}", urlencode(path));
        let support = Support::of(&app.config.terms);
        let Some(viewer) = viewer else {
            return Frame { trial: app.config.is_trial(), feedback_url, support, ..Frame::default() };
        };
        let used_by = (!viewer.used_by.is_empty()).then(|| viewer.used_by.clone());
        // sessions end by the wall clock, whatever the trial's clock says
        let now = crate::clock::Clock::System.now();
        let ends = time::OffsetDateTime::from_unix_timestamp(viewer.ends).ok();
        Frame {
            who: Some(SignedInPerson {
                first_name: viewer.first_name().to_owned(),
                name: viewer.name.clone(),
                account: viewer.account.clone(),
                organisation: viewer
                    .organisation
                    .as_ref()
                    .map_or("Trial", |organisation| &organisation.name)
                    .to_owned(),
                roles: viewer.roles(),
                used_by: used_by.clone(),
            }),
            navigation: if viewer.terms_accepted { navigation(viewer, path) } else { Vec::new() },
            trial: app.config.is_trial(),
            announcements: viewer.announcements.clone(),
            flash: None,
            feedback_url,
            support,
            session_ends: ends.map(crate::trade::working_time::show_clock),
            epoch: viewer.stamp.clone(),
            seal: viewer.seal.clone(),
            once: crate::secret::token(),
            used_by,
            shortcuts: viewer.shortcuts,
            looked_for: String::new(),
            searched_from: None,
            kept: None,
            drawn: crate::clock::Clock::System.milliseconds(),
            seconds_left: (viewer.ends - now.unix_timestamp() + 5) / 10 * 10,
        }
    }

    /// When the page was drawn, for paper.
    pub fn drawn_at(&self) -> String {
        let drawn = time::OffsetDateTime::from_unix_timestamp(self.drawn / 1000);
        drawn.map(crate::trade::working_time::show_time).unwrap_or_default()
    }

    /// The frame of a page that is open to people who have not signed in.
    pub async fn open(app: &App, viewer: Option<&Viewer>, path: &str) -> Result<Frame, AppError> {
        let mut frame = Frame::new(app, viewer, path);
        if viewer.is_none() {
            frame.announcements =
                sqlx::query_scalar!(r#"select announcements_now() as "says!""#).fetch_all(&app.db.auth).await?;
        }
        Ok(frame)
    }

    /// The frame of a page that shows what the one before has left to say.
    pub async fn with_flash(app: &App, viewer: &Viewer, path: &str, session: &Session) -> Result<Frame, AppError> {
        let mut flash = flash::take(session).await?;
        if let Some(undo) = flash.as_mut().and_then(|flash| flash.undo.as_mut()) {
            undo.left = undo.until - app.clock.now().unix_timestamp();
            path.clone_into(&mut undo.back);
            undo.seal(&viewer.seal);
        }
        Ok(Frame { flash, ..Frame::new(app, Some(viewer), path) })
    }
}

/// Whom people turn to, and when.
#[derive(Debug, Default, Clone)]
pub struct Support {
    /// nobody but their own Local Security Officer
    pub contact: Option<String>,
    pub hours: String,
}

impl Support {
    fn of(terms: &ServiceTerms) -> Support {
        Support { contact: terms.support_contact.clone(), hours: terms.support_hours.clone() }
    }

    /// The contact, if it is an e-mail address and nothing else.
    pub fn email(&self) -> Option<&str> {
        let is_part = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'?');
        self.contact.as_deref().filter(|contact| {
            contact.split_once('@').is_some_and(|(name, host)| is_part(name) && is_part(host) && host.contains('.'))
        })
    }
}

/// What this person can reach; nothing that they may not use.
fn navigation(viewer: &Viewer, path: &str) -> Vec<NavItem> {
    let mut items = vec![("/", "Home")];
    if viewer.organisation.is_some() {
        items.push(("/queues/organisation", "Organisation queue"));
        items.push(("/queues/mine", "My queue"));
    }
    if viewer.supervisor && viewer.organisation.is_some() {
        items.push(("/workload", "Workload"));
    }
    if viewer.raises() {
        items.push(("/queues/raised", "Raised by us"));
        items.push(("/contacts/new", "Log a contact"));
        items.push(("/bulk", "Bulk"));
    }
    if viewer.sees_all() {
        items.push(("/queues/all", "All contacts"));
    }
    items.push(("/notifications", "Notifications"));
    if viewer.security_officer {
        items.push(("/people", "People"));
    }
    if viewer.facilitator {
        items.push(("/trial", "Trial"));
    }
    items.push(("/account", "Account"));
    items
        .into_iter()
        .map(|(href, text)| NavItem {
            href: href.to_owned(),
            text: text.to_owned(),
            current: if href == "/" { path == "/" } else { path.starts_with(href) },
            badge: (href == "/notifications").then_some(viewer.unread),
        })
        .collect()
}

/// What a page says of the text that it has put back.
#[derive(Debug, Clone)]
pub struct RestoredDraft {
    /// opens the form, and names it for discarding
    pub address: String,
    pub saved: String,
    /// it was sent when nobody was signed in any more
    pub expired: bool,
    /// version of the contact as the page showed it in which it was typed; 0 for forms about none
    pub version: i32,
    /// the contact has changed since
    pub is_stale: bool,
}

/// The signed-in account. Trial accounts are shared, so a person may say who is using one.
#[derive(Debug, Default, Clone)]
pub struct SignedInPerson {
    pub first_name: String,
    pub name: String,
    pub account: String,
    pub organisation: String,
    pub roles: String,
    pub used_by: Option<String>,
}

#[derive(Debug, Default, Clone)]
pub struct NavItem {
    pub href: String,
    pub text: String,
    pub current: bool,
    pub badge: Option<i64>,
}

impl NavItem {
    /// The keys that lead there.
    pub fn key(&self) -> Option<&'static str> {
        let keys = [("/", "g h"), ("/queues/organisation", "g q"), ("/queues/mine", "g m")];
        keys.into_iter().find(|(href, _)| *href == self.href).map(|(_, keys)| keys)
    }

    /// The number in the red badge: none at nought, and never wider than three characters.
    pub fn unread(&self) -> Option<String> {
        match self.badge {
            Some(100..) => Some("99+".to_owned()),
            Some(count @ 1..) => Some(count.to_string()),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests;
