//! The list of feedback, its filter, its pages and its file.

use crate::world::World;

async fn say(world: &World, about: &str, page: &str, says: &str) {
    sqlx::query(
        "insert into feedback (account, organisation, role, page, crn, about, says, may_ask)
         values ('alder.agent', 'Alder Energy', 'Agent', $2, 'C123456786', $1, $3, true)",
    )
    .bind(about)
    .bind(page)
    .bind(says)
    .execute(world.owner())
    .await
    .unwrap();
}

#[tokio::test]
async fn feedback_is_found_by_kind_and_words() {
    let world = World::new().await;
    let mut faye = world.sign_in("facilitator").await;
    assert!(faye.get("/trial/feedback").await.text().contains("Nobody has given feedback yet"));
    say(&world, "problem", "/queues/mine", "The list was 100% slow").await;
    say(&world, "idea", "/contacts/new/mnc", "Keep the postcode").await;
    say(&world, "praise", "/", "Calm and quick").await;
    let titles = async |faye: &mut crate::world::Person, query: &str| {
        faye.get(&format!("/trial/feedback{query}")).await.all(".app-timeline__title")
    };
    assert_eq!(titles(&mut faye, "").await, ["Praise: /", "Idea: /contacts/new/mnc", "Problem: /queues/mine"]);
    assert_eq!(titles(&mut faye, "?about=idea").await, ["Idea: /contacts/new/mnc"]);
    assert_eq!(titles(&mut faye, "?words=SLOW+list").await, ["Problem: /queues/mine"]);
    assert_eq!(titles(&mut faye, "?words=100%25").await, ["Problem: /queues/mine"]);
    assert_eq!(titles(&mut faye, "?words=%25").await, ["Problem: /queues/mine"]);
    let nothing = faye.get("/trial/feedback?about=wording&words=slow").await;
    assert!(nothing.text().contains("No feedback matches these filters"));
    assert_eq!(nothing.input("words"), "slow");
    assert_eq!(nothing.attributes("#about option[selected]", "value"), ["wording"]);
    let page = faye.get("/trial/feedback?about=idea&words=keep").await;
    assert_eq!(page.attributes("#results > p a", "href"), ["/trial/feedback.csv?about=idea&words=keep"]);
    assert_eq!(page.attributes(".app-timeline__by a", "href"), ["/contacts/C123456786"]);
}

#[tokio::test]
async fn pages_go_by_key() {
    let world = World::new().await;
    let mut faye = world.sign_in("facilitator").await;
    for number in 0..120 {
        say(&world, "idea", "/", &format!("Idea number {number}")).await;
    }
    let mut path = "/trial/feedback".to_owned();
    let mut seen = Vec::new();
    for expected in [50, 50, 20] {
        let page = faye.get(&path).await;
        let texts = page.all(".app-timeline__text");
        assert_eq!(texts.len(), expected);
        assert!(page.all("h1").remove(0).contains("(120)"));
        seen.extend(texts);
        // what comes in between moves nothing
        say(&world, "problem", "/", "Later").await;
        sqlx::query("delete from feedback where about = 'problem'").execute(world.owner()).await.unwrap();
        path = page.attributes("a[rel=next]", "href").pop().unwrap_or_default();
    }
    assert_eq!(path, "");
    let expected: Vec<String> = (0..120).rev().map(|number| format!("Idea number {number}")).collect();
    assert_eq!(seen, expected);
}

#[tokio::test]
async fn the_file_holds_what_the_filter_shows_and_computes_nothing() {
    let world = World::new().await;
    let mut faye = world.sign_in("facilitator").await;
    say(&world, "problem", "/", "=HYPERLINK(\"http://x\")").await;
    say(&world, "problem", "/", "two\nlines, and \"quotes\"").await;
    say(&world, "idea", "/", "not in it").await;
    let file = faye.get("/trial/feedback.csv?about=problem").await;
    assert_eq!(file.status, 200);
    assert_eq!(file.headers["content-type"], "text/csv; charset=utf-8");
    assert!(file.headers["content-disposition"].to_str().unwrap().starts_with("attachment; filename=\"cms-feedback-"));
    let mut lines = file.body.split("\r\n");
    assert_eq!(lines.next(), Some("Sent,About,Message,Page,CRN,Account,Organisation,Role,May be asked"));
    assert!(
        lines
            .next()
            .unwrap()
            .contains(",Problem,\"two\nlines, and \"\"quotes\"\"\",/,C123456786,alder.agent,Alder Energy,Agent,yes")
    );
    assert!(lines.next().unwrap().contains(",\"'=HYPERLINK(\"\"http://x\"\")\","));
    assert_eq!((lines.next(), lines.next()), (Some(""), None));
}
