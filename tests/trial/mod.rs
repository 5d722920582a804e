//! The trial's rooms and its sample data.

mod announcements;
mod by_accident;
mod clarifications;
mod feedback;
mod page;
mod reset;
mod story;
mod switch;
mod top_up;

use cms::clock::Clock;

use crate::world::World;

/// A world with the sample story in it.
async fn told() -> World {
    World::on(crate::world::trial::told().await, |_| {}, Clock::System).await
}

async fn tell(world: &World, clock: Clock) {
    cms::trial::prepare(&world.app.db, &world.app.config, clock).await.map_err(|sorry| sorry.to_string()).unwrap();
}

/// One number or text from the database.
async fn one<T>(world: &World, sql: &'static str) -> T
where
    T: Send + Unpin + for<'r> sqlx::Decode<'r, sqlx::Postgres> + sqlx::Type<sqlx::Postgres>,
{
    sqlx::query_scalar(sql).fetch_one(world.owner()).await.unwrap()
}

/// All sample data but for the ids of its rows.
async fn story(world: &World) -> String {
    one(
        world,
        "select string_agg(line, E'\\n' order by line) from (
             select (to_jsonb(c) - array['id', 'psc_of', 'mnc', 'mnc_valid'])::text || coalesce(o.crn, '') as line
                 from contact c left join contact o on o.id = c.psc_of
             union all select c.crn || (to_jsonb(e) - 'contact_id')::text from contact_event e join contact c on c.id = e.contact_id
             union all select c.crn || (to_jsonb(r) - 'contact_id')::text from referral r join contact c on c.id = r.contact_id
             union all select c.crn || (to_jsonb(n) - 'contact_id' - 'id')::text from notification n join contact c on c.id = n.contact_id
             union all select c.crn || (to_jsonb(s) - 'contact_id')::text from site_contact s join contact c on c.id = s.contact_id
             union all select c.crn || (to_jsonb(n) - 'contact_id')::text from raiser_note n join contact c on c.id = n.contact_id
             union all select c.crn || (to_jsonb(b) - 'contact_id')::text from mnc b join contact c on c.id = b.contact_id
             union all select c.crn || (to_jsonb(m) - 'contact_id' - 'creates')::text
                 from contact_mprn m join contact c on c.id = m.contact_id
             union all select c.crn || (to_jsonb(e) - 'contact_id')::text
                 from meter_point_event e join contact c on c.id = e.contact_id
             union all select c.crn || (to_jsonb(n) - 'contact_id' - 'id')::text
                 from contact_note n join contact c on c.id = n.contact_id
             union all select to_jsonb(t)::text from saved_text t
             union all select to_jsonb(m)::text from meter_point m
             union all select (to_jsonb(p) - 'created' - 'terms_accepted')::text from person p) lines",
    )
    .await
}
