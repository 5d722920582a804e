//! The lines of the page: all that one act told, read at once with the first of its contacts.

use sqlx::PgConnection;
use time::OffsetDateTime;

use super::kind::{Kind, together};
use super::{About, says};
use crate::config::ServiceTerms;
use crate::contacts::lifecycle::Action;
use crate::contacts::types::reason;
use crate::error::AppError;
use crate::session::Viewer;
use crate::trade::site_line::first_line;
use crate::trade::working_time::{add_working_days, show_time};

/// Lines a page.
pub const PAGE: usize = 50;
/// Contacts that a line names at once.
const FEW: i32 = 3;
/// The most that one act is about.
const MOST: i32 = 200;

/// Names a line: the act's key, and what was done.
#[derive(Debug, Clone)]
pub struct Key {
    pub act: String,
    pub about: String,
}

impl Key {
    pub fn parse(text: &str) -> Option<Key> {
        let (act, about) = text.split_once('.')?;
        let is_key = act.len() == 36 && act.bytes().all(|b| b.is_ascii_hexdigit() || b == b'-');
        let is_key = is_key && act.bytes().filter(|b| *b == b'-').count() == 4;
        (is_key && about.len() <= 60).then(|| Key { act: act.to_owned(), about: about.to_owned() })
    }
}

/// Which lines are asked for.
#[derive(Debug)]
pub struct Asked {
    pub before: Option<Key>,
    pub only: Option<Key>,
    pub kind: Option<Kind>,
}

/// What one act told this person.
#[derive(Debug)]
pub struct Line {
    pub key: String,
    pub kind: Kind,
    pub says: String,
    pub when: String,
    pub at: OffsetDateTime,
    pub is_unread: bool,
    pub contacts: Vec<Told>,
    /// how many more it is about than those
    pub more: i64,
}

/// A contact of a line.
#[derive(Debug)]
pub struct Told {
    /// opens it, and marks it as read
    pub href: String,
    pub crn: String,
    pub site: String,
}

impl Line {
    pub fn is_single(&self) -> bool {
        self.contacts.len() == 1 && self.more == 0
    }

    /// Opens its contact, or the list of them.
    pub fn href(&self) -> String {
        if self.is_single() { self.contacts[0].href.clone() } else { format!("/notifications?line={}", self.key) }
    }
}

/// The lines, the newest first; one more than a page has, if there are more.
pub async fn read(
    tx: &mut PgConnection,
    viewer: &Viewer,
    terms: &ServiceTerms,
    asked: &Asked,
) -> Result<Vec<Line>, AppError> {
    let actions = asked.kind.map(Kind::actions);
    let rows = sqlx::query!(
        r#"
        with line as (
            select n.act, n.about, count(*) as number, bool_or(n.read is null) as unread,
                   (array_agg(n.id order by n.id))[1:$9] as first
            from notification n join contact c on c.id = n.contact_id
            where n.person_id = $1
              and (c.raised_by = $2 or $3
                   or exists (select from contact_network cn where cn.contact_id = c.id and cn.organisation_id = $2))
              and ($4::text is null or (n.act, n.about) < ($4::text::uuid, $5))
              and ($6::text is null or (n.act = $6::text::uuid and n.about = $7))
              and ($8::text[] is null or n.about = any($8) or ($10 and n.about like 'reminder%'))
            group by n.act, n.about
            order by n.act desc, n.about desc
            limit $11
        )
        select line.act::text as "act!", line.about as "about!", line.number as "number!", line.unread as "unread!",
               n.at as "at!", n.version as "version!", c.crn as "crn!", c.outcome, c.closed_reason,
               c.sub_building_name as "sub!", c.building_name as "name!", c.building_number as "house!",
               c.plot_number as "plot!", c.street as "street!", c.postcode as "postcode!", case
                   when c.raised_by = $2 or $3 then e.referral
                   -- a network's visits are numbered by themselves
                   else left(e.referral, 2) || (
                       select count(*) from referral f
                       where f.contact_id = c.id and f.kind = left(e.referral, 2) and f.asked_of = $2
                         and f.number <= substr(e.referral, 3)::integer)
               end as "referral?",
               e.holder as "holder?", e.former as "former?", p.name as "by?"
        from line
        join notification n on n.id = any(line.first)
        join contact c on c.id = n.contact_id
        left join contact_event e on e.contact_id = n.contact_id and e.version = n.version
        left join person p on p.id = e.actor and p.organisation_id = $2
        order by line.act desc, line.about desc, n.id
        "#,
        viewer.id,
        viewer.organisation_id(),
        viewer.sees_all(),
        asked.before.as_ref().map(|key| key.act.as_str()),
        asked.before.as_ref().map(|key| key.about.as_str()),
        asked.only.as_ref().map(|key| key.act.as_str()),
        asked.only.as_ref().map(|key| key.about.as_str()),
        actions.as_deref(),
        if asked.only.is_some() { MOST } else { FEW },
        asked.kind == Some(Kind::Answer),
        i64::try_from(PAGE).unwrap_or_default() + 1,
    )
    .fetch_all(tx)
    .await?;
    let mut lines: Vec<Line> = Vec::new();
    for row in rows {
        let key = format!("{}.{}", row.act, row.about);
        let site = first_line(&[&row.sub, &row.name, &row.house, &row.plot, &row.street]);
        let told = Told {
            href: format!("/notifications/{}.{}", viewer.seal.tick(&row.crn, row.version), row.about),
            site: format!("{site}, {}", row.postcode),
            crn: row.crn.clone(),
        };
        if let Some(line) = lines.last_mut().filter(|line| line.key == key) {
            line.contacts.push(told);
            line.more -= 1;
            continue;
        }
        let about = About {
            crn: &row.crn,
            referral: row.referral.as_deref().unwrap_or("referral"),
            is_mine: row.holder == Some(viewer.id),
            was_mine: row.former == Some(viewer.id),
            answer_by: add_working_days(row.at, terms.days_clarification),
            visit_by: add_working_days(row.at, terms.days_network),
            outcome: row.outcome.as_deref().unwrap_or_default(),
            reason: row.closed_reason.as_deref().map(reason).unwrap_or_default(),
        };
        let all = if row.about == Action::Reassign.slug() && about.is_mine {
            "contacts assigned to you"
        } else {
            together(&row.about)
        };
        let by = row.by.map(|name| format!(" by {name}")).unwrap_or_default();
        lines.push(Line {
            says: if row.number == 1 { says(&row.about, &about) } else { format!("{} {all}{by}", row.number) },
            kind: Kind::of(&row.about),
            when: show_time(row.at),
            at: row.at,
            is_unread: row.unread,
            contacts: vec![told],
            more: row.number - 1,
            key,
        });
    }
    Ok(lines)
}

/// Unread lines of each kind.
#[derive(Debug, Default)]
pub struct Unread(Vec<(Kind, i64)>);

impl Unread {
    pub fn of(&self, kind: &Kind) -> i64 {
        self.0.iter().filter(|(known, _)| known == kind).map(|(_, number)| number).sum()
    }

    pub fn any(&self) -> bool {
        !self.0.is_empty()
    }
}

pub async fn unread(tx: &mut PgConnection, viewer: &Viewer) -> Result<Unread, AppError> {
    if viewer.unread == 0 {
        return Ok(Unread::default());
    }
    let rows = sqlx::query!(
        r#"select about, count(distinct act) as "number!" from notification
           where person_id = $1 and read is null group by about"#,
        viewer.id
    )
    .fetch_all(tx)
    .await?;
    Ok(Unread(rows.into_iter().map(|row| (Kind::of(&row.about), row.number)).collect()))
}
