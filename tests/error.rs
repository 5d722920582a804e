//! When something goes wrong on our side: a calm page with the request's id, nothing of the cause, and no lie.

use axum::http::header;
use cms::contacts::lifecycle::Status;

use crate::world::World;

#[tokio::test]
async fn a_failure_shows_its_id_and_not_its_cause() {
    let world = World::new().await;
    let crn = world.contact_at(Status::Aaca).await;
    let mut amy = world.sign_in("alder.agent").await;
    sqlx::raw_sql("drop table raiser_note cascade").execute(world.owner()).await.unwrap();
    let page = amy.get(&format!("/contacts/{crn}")).await;
    assert_eq!(page.status, 500);
    assert_eq!(page.all("h1"), ["Sorry, there is a problem with the service"]);
    let id = page.headers.get("x-request-id").unwrap().to_str().unwrap();
    assert_eq!(page.all(".app-number"), [id]);
    for word in ["raiser_note", "relation", "sqlx", "Postgres", "src/"] {
        assert!(!page.body.contains(word), "{word} is shown");
    }
    assert_eq!(page.all(".app-who__name"), ["alder.agent"], "one is still signed in");
}

#[tokio::test]
async fn without_the_database_pages_say_so_and_files_are_served() {
    let world = World::new().await;
    let mut amy = world.sign_in("alder.agent").await;
    let style = amy.get("/queues/mine").await.attributes("link[rel='stylesheet']", "href").pop().unwrap();
    world.app.db.close().await;
    for path in ["/", "/queues/mine", "/contacts/C123456782"] {
        let page = amy.get(path).await;
        assert_eq!(page.status, 503, "{path}");
        assert!(page.headers.contains_key(header::RETRY_AFTER));
        assert_eq!(page.all("h1"), ["The service is busy"], "{path}");
    }
    assert_eq!(amy.get(&style).await.status, 200);
    assert_eq!(amy.get("/health/live").await.status, 200);
    assert_eq!(amy.get("/health/ready").await.status, 503);
}

#[tokio::test]
async fn operations_have_a_listener_of_their_own() {
    let world = World::new().await;
    let mut anybody = world.stranger();
    let ready = anybody.get("/health/ready").await;
    assert_eq!((ready.status.as_u16(), &*ready.body), (200, "ready\n"));
    assert_eq!(anybody.get("/metrics").await.status, 404, "whatever address it says it comes from");
    let operations = cms::health::operations(&world.app);
    let ask = async |path: &str| {
        let request = axum::http::Request::get(path).body(axum::body::Body::empty()).unwrap();
        let answer = tower::ServiceExt::oneshot(operations.clone(), request).await.unwrap();
        let status = answer.status().as_u16();
        let body = http_body_util::BodyExt::collect(answer.into_body()).await.unwrap().to_bytes();
        (status, String::from_utf8_lossy(&body).into_owned())
    };
    assert!(ask("/metrics").await.1.contains("cms_web_connections"));
    assert_eq!(ask("/health/ready").await, (200, "ready\n".to_owned()));
    world.app.db.close().await;
    let closed = anybody.get("/health/ready").await;
    assert_eq!((closed.status.as_u16(), &*closed.body), (503, "not ready\n"));
    let (status, why) = ask("/health/ready").await;
    assert!(status == 503 && why.starts_with("not ready: ") && why.len() > 20, "{why}");
}
