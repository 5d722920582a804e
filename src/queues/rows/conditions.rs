//! Which contacts a filter means, as the conditions of a `where`.

use std::borrow::Cow;

use sqlx::{PgConnection, Postgres, QueryBuilder};
use time::{Duration, OffsetDateTime, Time};

use super::hits::Hits;
use super::search::Search;
use super::{count, order};
use crate::error::AppError;
use crate::queues::filter::{COUNTED, Due, Filter, Queue, Sort, With};
use crate::session::Viewer;
use crate::trade::working_time::{add_working_days, at_london, london_day, received_within};

/// Which contacts a filter means to this viewer now. What is typed into the search box is read once.
#[derive(Debug)]
pub struct Conditions<'a> {
    pub viewer: &'a Viewer,
    pub filter: Cow<'a, Filter>,
    search: Search,
    pub hits: Hits,
    /// the list is too long for what it was to be sorted by, so that it comes by the time of receipt, the latest first
    pub by_time: bool,
    now: OffsetDateTime,
}

impl<'a> Conditions<'a> {
    /// Looks up what the filter looks for, if it does.
    pub async fn look_up(
        tx: &mut PgConnection,
        viewer: &'a Viewer,
        filter: &'a Filter,
        now: OffsetDateTime,
    ) -> Result<Conditions<'a>, AppError> {
        let search = Search::parse(&filter.q);
        let hits = Hits::look_up(tx, viewer, filter, &search).await?;
        let mut conditions = Conditions { viewer, filter: Cow::Borrowed(filter), search, hits, by_time: false, now };
        if matches!(conditions.hits, Hits::NotAsked) && !filter.queue.is_work() && !filter.sort.is_of_history() {
            let count = count::counted(tx, &conditions).await?;
            if count > COUNTED {
                let by_time = Filter { sort: Sort::Received, descending: true, ..filter.clone() };
                conditions = Conditions { filter: Cow::Owned(by_time), by_time: true, ..conditions };
            }
        }
        Ok(conditions)
    }

    /// Of a filter that looks for nothing.
    pub fn of(viewer: &'a Viewer, filter: &'a Filter, now: OffsetDateTime) -> Conditions<'a> {
        debug_assert!(filter.q.is_empty(), "what is looked for has to be looked up");
        let (filter, search, hits) = (Cow::Borrowed(filter), Search::Nothing, Hits::NotAsked);
        Conditions { viewer, filter, search, hits, by_time: false, now }
    }

    /// Everything that the filter asks of a contact `c`.
    pub fn push(&self, sql: &mut QueryBuilder<Postgres>) {
        self.push_but_words(sql);
        self.hits.push(sql, self.viewer);
    }

    /// The same without the words that are looked for.
    pub fn push_but_words(&self, sql: &mut QueryBuilder<Postgres>) {
        let (viewer, filter, now) = (self.viewer, &*self.filter, self.now);
        whose(sql, viewer, filter.queue);
        if let Some(status) = filter.status {
            sql.push(" and ").push(order::known_status(viewer, filter)).push(" = ").push_bind(status.code());
        }
        // what a network may not know of a contact narrows no list of its
        let tells = filter.due.is_some() || filter.answered || filter.with != With::Anyone;
        if tells && order::is_of_others(viewer, filter) {
            sql.push(" and ").push(order::OURS);
        }
        if let Some(contact_type) = filter.contact_type {
            sql.push(" and c.contact_type = ").push_bind(contact_type.code());
        }
        match &filter.with {
            With::Anyone => {}
            With::Nobody => {
                sql.push(" and c.holder is null and c.with_org is not null");
            }
            With::Me => {
                sql.push(" and c.holder = ").push_bind(viewer.id);
            }
            // colleagues only: who holds what elsewhere is not ours to ask
            With::Person(account) => {
                sql.push(" and c.holder = (select p.id from person p where p.account = ").push_bind(account.clone());
                sql.push(") and c.with_org = ").push_bind(viewer.organisation_id());
            }
        }
        if let Some(code) = &filter.raised_by {
            sql.push(" and c.raised_by = (select o.id from organisation o where o.code = ")
                .push_bind(code.clone())
                .push(")");
        }
        if let Some(ldz) = filter.ldz {
            sql.push(" and c.ldz = ").push_bind(ldz.code());
        }
        if let Some(due) = filter.due {
            when_due(sql, due, now);
        }
        if let Some(age) = filter.age {
            let (fewest, most) = age.days();
            if let Some(most) = most {
                sql.push(" and c.received >= ").push_bind(received_within(most, now));
            }
            if fewest > 0 {
                sql.push(" and c.received < ").push_bind(received_within(fewest - 1, now));
            }
        }
        if let Some(day) = filter.from {
            sql.push(" and c.received >= ").push_bind(at_london(day, Time::MIDNIGHT));
        }
        if let Some(day) = filter.to {
            let (_, next_day) = london_day(at_london(day, Time::MIDNIGHT).saturating_add(Duration::HOUR));
            sql.push(" and c.received < ").push_bind(next_day);
        }
        if filter.answered {
            // kept until the next act on it; see `answer_is_back`
            sql.push(" and c.asker is not null and c.with_org is not null");
        }
        if filter.raised_by_me {
            sql.push(" and c.originator = ").push_bind(viewer.id);
        }
        if filter.open {
            sql.push(" and c.with_org is not null");
        }
        self.search.push(sql);
    }
}

fn whose(sql: &mut QueryBuilder<Postgres>, viewer: &Viewer, queue: Queue) {
    match queue {
        Queue::Organisation => sql.push(" where c.with_org = ").push_bind(viewer.organisation_id()),
        Queue::Mine => sql
            .push(" where c.holder = ")
            .push_bind(viewer.id)
            .push(" and c.with_org = ")
            .push_bind(viewer.organisation_id()),
        Queue::Raised => sql.push(" where c.raised_by = ").push_bind(viewer.organisation_id()),
        Queue::All => sql.push(" where ").push_bind(viewer.sees_all()),
        Queue::Seen => sql
            .push(" where (")
            .push_bind(viewer.sees_all())
            .push(" or c.raised_by = ")
            .push_bind(viewer.organisation_id())
            .push(" or exists (select from contact_network n where n.contact_id = c.id and n.organisation_id = ")
            .push_bind(viewer.organisation_id())
            .push("))"),
    };
}

fn when_due(sql: &mut QueryBuilder<Postgres>, due: Due, now: OffsetDateTime) {
    let (_, tonight) = london_day(now);
    let soon = add_working_days(now, 5);
    match due {
        Due::Overdue => sql.push(" and c.due < ").push_bind(now),
        Due::Today => sql.push(" and c.due >= ").push_bind(now).push(" and c.due < ").push_bind(tonight),
        Due::Soon => sql.push(" and c.due >= ").push_bind(tonight).push(" and c.due <= ").push_bind(soon),
        Due::Later => sql.push(" and c.due > ").push_bind(soon),
    };
}
