//! Who covers: covers of covers, circles, and covers who are gone.

use crate::world::World;

#[tokio::test]
async fn a_cover_that_is_away_has_a_cover_and_a_circle_ends() {
    let world = World::new().await;
    let organisation = world.organisation_id("CDS").await;
    let (one, two, three) = (
        world.person_id("cdsp.agent").await,
        world.person_id("cdsp.agent2").await,
        world.person_id("cdsp.supervisor").await,
    );
    let covers = async |pairs: &[(i64, i64)]| {
        sqlx::query("delete from cover").execute(world.owner()).await.unwrap();
        for (person, cover) in pairs {
            sqlx::query("insert into cover values ($1, $2, $3, now() + interval '1 day', $1)")
                .bind(person)
                .bind(cover)
                .bind(organisation)
                .execute(world.owner())
                .await
                .unwrap();
        }
        sqlx::query_scalar::<_, Option<i64>>("select receiver($1, $2, null, now())")
            .bind(one)
            .bind(organisation)
            .fetch_one(world.owner())
            .await
            .unwrap()
    };
    assert_eq!(covers(&[]).await, Some(one));
    assert_eq!(covers(&[(one, two)]).await, Some(two));
    assert_eq!(covers(&[(one, two), (two, three)]).await, Some(three));
    assert_eq!(covers(&[(one, two), (two, one)]).await, Some(two), "a circle stops before it comes round");
    sqlx::query("update person set disabled = now() where id = $1").bind(two).execute(world.owner()).await.unwrap();
    assert_eq!(covers(&[(one, two)]).await, Some(one), "somebody disabled covers for nobody");
    sqlx::query("update person set disabled = now() where id = $1").bind(one).execute(world.owner()).await.unwrap();
    assert_eq!(covers(&[]).await, None);
}
