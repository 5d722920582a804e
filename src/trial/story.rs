//! The sample story: every life of the plot laid out over past working days, then played in the order of time
//! through the one writer, so that sample data can never be unlawful.

use fastrand::Rng;
use sqlx::PgConnection;
use time::{Date, Duration, OffsetDateTime, Time};

use super::cases::lives;
use super::sample::life::{Step, steps};
use super::sample::register::{self, streets};
use super::sites::Sites;
use super::stage::{Stage, StagedContact};
use super::texts;
use crate::config::ServiceTerms;
use crate::error::AppError;
use crate::jobs;
use crate::trade::working_time::{add_working_days, at_london, is_working_day, london_date};

/// A working day of the story, in minutes, from half past eight.
const DAY: u32 = 510;
/// Notices that are older were read, in working days.
const READ_AFTER: u32 = 3;

/// Something that happens at a time: a step of a life, or a round of the background job.
enum Scene {
    Step { life: usize, step: Step },
    Remind,
}

/// Fills an empty trial: register and story. The same seed on the same London day gives the same contacts.
pub async fn tell(tx: &mut PgConnection, terms: &ServiceTerms, seed: u64, now: OffsetDateTime) -> Result<(), AppError> {
    let today = london_date(now);
    sqlx::query("alter sequence crn_sequence restart").execute(&mut *tx).await?;
    let key = super::crn_key(seed);
    sqlx::query!(
        "insert into crn_key (key) values ($1) on conflict (only_one) do update set key = excluded.key",
        key.as_bytes()
    )
    .execute(&mut *tx)
    .await?;
    let mut rng = Rng::with_seed(seed);
    let streets = streets(&mut rng);
    let days = Days::before(today);
    register::insert(tx, &streets, at_london(days.ago(40), Time::MIDNIGHT)).await?;
    let sites = Sites::new(&mut rng, streets, seed);
    let (lives, scenes) = plan(&mut rng, terms, &days, sites);
    let mut stage = Stage::new(tx, terms, rng, lives).await?;
    for (at, scene) in scenes {
        match scene {
            Scene::Step { life, step } => stage.play(life, step, at).await?,
            Scene::Remind => {
                jobs::remind(stage.tx, terms, at).await?;
            }
        }
    }
    texts::settle(stage.tx).await?;
    let lately = at_london(days.ago(READ_AFTER), Time::MIDNIGHT);
    sqlx::query!("update notification set read = at + interval '40 minutes' where at < $1", lately).execute(tx).await?;
    Ok(())
}

/// Lays all lives out in time.
fn plan(
    rng: &mut Rng,
    terms: &ServiceTerms,
    days: &Days,
    mut sites: Sites,
) -> (Vec<StagedContact>, Vec<(OffsetDateTime, Scene)>) {
    let midnight = at_london(days.today, Time::MIDNIGHT);
    // the system works at night, a minute after a day is over
    let after = |at, allowed| add_working_days(at, allowed) + Duration::seconds(61);
    let mut placed: Vec<StagedContact> = Vec::new();
    let mut scenes = Vec::new();
    for (life, (raiser, network, case, first, last, script)) in lives().into_iter().enumerate() {
        let steps = steps(script);
        let mut site = sites.site(rng, network_name(network), case, raiser, days.ago(first));
        if steps[0] == Step::Again
            && let Some(before) = placed.last()
        {
            site = sites.again(rng, case, &before.site, &site);
        }
        let mut asked = midnight;
        for (step, at) in steps.iter().zip(times(rng, days, (first, last), steps.len())) {
            let mut at = at;
            match step {
                Step::Ask => {
                    asked = at;
                    scenes.push((after(at, terms.days_clarification), life, Scene::Remind));
                }
                Step::Silence => at = after(asked, terms.days_no_reply),
                _ => {}
            }
            scenes.push((at, life, Scene::Step { life, step: *step }));
        }
        placed.push(StagedContact::new(raiser, network, case, site));
    }
    // what the settings put after today has yet to happen
    scenes.retain(|(at, ..)| *at < midnight);
    // a stable sort: what happens to one contact in one minute keeps its order
    scenes.sort_by_key(|(at, life, _)| (*at, *life));
    (placed, scenes.into_iter().map(|(at, _, scene)| (at, scene)).collect())
}

/// Times for the steps of a life: the first in the morning of its first day, the last in the afternoon of its last.
fn times(rng: &mut Rng, days: &Days, (first, last): (u32, u32), count: usize) -> Vec<OffsetDateTime> {
    let start = rng.u32(..120);
    let end = (first - last) * DAY + 270 + rng.u32(..230);
    let weights: Vec<u32> = (1..count).map(|_| rng.u32(3..10)).collect();
    let total: u32 = weights.iter().sum::<u32>().max(1);
    let mut passed = 0;
    std::iter::once(0)
        .chain(weights)
        .map(|weight| {
            passed += weight;
            let minute = start + (end - start) * passed / total;
            let clock =
                Time::MIDNIGHT + Duration::minutes((minute % DAY + 510).into()) + Duration::seconds(rng.i64(0..60));
            at_london(days.ago(first - minute / DAY), clock)
        })
        .collect()
}

/// The working days before today, the latest first.
struct Days {
    today: Date,
    before: Vec<Date>,
}

impl Days {
    fn before(today: Date) -> Days {
        let earlier = std::iter::successors(today.previous_day(), |day| day.previous_day());
        Days { today, before: earlier.filter(|day| is_working_day(*day)).take(60).collect() }
    }

    /// The n-th working day before today.
    fn ago(&self, n: u32) -> Date {
        self.before[n.max(1) as usize - 1]
    }
}

fn network_name(code: &str) -> &'static str {
    crate::people::cast::ORGANISATIONS.iter().find(|(known, ..)| *known == code).map_or("", |(_, name, ..)| name)
}
