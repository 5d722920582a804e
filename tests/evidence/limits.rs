//! How much is taken: of a file, of a contact, of a person, and of the time it takes to come.

use std::convert::Infallible;
use std::time::Duration;

use axum::body::{Body, Bytes};
use http_body_util::channel::Channel;

use super::add::kept;
use super::corpus::{noisy, pdf, photo};
use super::{add, answer_form, count, log_form, multipart, must_add, page_of, sending};
use crate::world::World;

#[tokio::test]
async fn too_large_is_said_with_and_without_a_length() {
    let world = World::new().await;
    let mut amy = world.sign_in("alder.agent").await;
    let form = log_form();
    let stamp = amy.stamp(&form).await.unwrap();
    let limit = 8 * 1024 * 1024;
    for (size, wanted) in [(limit, 303), (limit + 1, 413)] {
        let mut file = pdf("");
        let end = file.split_off(file.len() - 25);
        file.resize(size - end.len(), b' ');
        file.extend(end);
        let body = multipart(&stamp, &[("plan.pdf", &file)]);
        let with = amy.send(sending(&form).header("content-length", body.len()), Body::from(body.clone())).await;
        assert_eq!(with.status, wanted, "{size} with a length");
        // in pieces of 10,000 bytes, without saying how many
        let mut bytes = axum::body::Bytes::from(body);
        let (mut out, pieces) = http_body_util::channel::Channel::<_, std::io::Error>::new(1);
        tokio::spawn(async move {
            while !bytes.is_empty() {
                let piece = bytes.split_to(bytes.len().min(10_000));
                if out.send_data(piece).await.is_err() {
                    return;
                }
            }
        });
        let without = amy.send(sending(&form), Body::new(pieces)).await;
        assert_eq!(without.status, wanted, "{size} in pieces");
    }
    let whole = amy.send(sending(&form).header("content-length", 90_000_000), Body::from("--XX--")).await;
    assert_eq!(whole.status, 413);
    let mut others = vec![0; 90_000_000];
    others[..100].copy_from_slice(&multipart(&stamp, &[("a", b"")])[..100]);
    assert!(amy.send(sending(&form), Body::from(others)).await.status.is_client_error());
}

#[tokio::test]
async fn a_contact_has_at_most_ten_even_in_a_race() {
    let world = World::new().await;
    let mut amy = world.sign_in("alder.agent").await;
    let (form, small) = (log_form(), photo(40, 30));
    let eight: Vec<(&str, &[u8])> = vec![("a.jpg", &small); 8];
    must_add(&mut amy, &form, &eight).await;
    let stamp = amy.stamp(&form).await.unwrap();
    let racers = (0..12).map(|_| {
        let (mut amy, body) = (amy.clone(), multipart(&stamp, &[("b.jpg", &small)]));
        let form = form.clone();
        tokio::spawn(async move { amy.send(sending(&form), Body::from(body)).await.status.as_u16() })
    });
    let mut answers = Vec::new();
    for racer in racers.collect::<Vec<_>>() {
        answers.push(racer.await.unwrap());
    }
    answers.sort_unstable();
    assert_eq!(answers, [[303; 2].as_slice(), &[422; 10]].concat());
    assert_eq!(count(&world, "true").await, 10);
    let page = amy.get(&page_of(&form)).await;
    assert!(page.text().contains("at most 10") && page.attributes("input[type=file]", "id").is_empty());

    // what the contact has counts for the answers of others too
    let crn = super::acts::log(&mut amy, &form).await;
    sqlx::query("delete from evidence where place > 7").execute(world.owner()).await.unwrap();
    let mut cdsp = world.sign_in("cdsp.agent").await;
    world.take(&mut cdsp, &crn, "cdsp.agent").await;
    world.must(&mut cdsp, &crn, "send-clarification", &[("question", "Which plot?")]).await;
    let form = answer_form(&crn, "answer-clarification");
    let page = add(&mut amy, &form, &[("a.jpg", small.as_slice()); 4]).await;
    assert_eq!((page.status.as_u16(), count(&world, "contact_id is null").await), (422, 3));
    assert!(page.error("files").contains("at most 10"), "{}", page.error("files"));
}

#[tokio::test]
async fn nobody_fills_the_database_with_what_is_never_sent() {
    let world = World::new().await;
    let mut amy = world.sign_in("alder.agent").await;
    sqlx::query(
        "insert into evidence (id, person_id, organisation_id, form, name, media_type, size, sha256)
         select md5(n::text), p.id, p.organisation_id, 'form ' || n, 'a.pdf', 'application/pdf', 1, ''
         from person p, generate_series(1, 200) n where p.account = 'alder.agent'",
    )
    .execute(world.owner())
    .await
    .unwrap();
    let page = add(&mut amy, &log_form(), &[("a.pdf", &pdf(""))]).await;
    assert_eq!(page.status, 429);
    assert!(page.text().contains("200 photos and documents of yours wait"));
    let wait: u64 = page.headers.get("retry-after").unwrap().to_str().unwrap().parse().unwrap();
    assert!((2_591_000..=2_592_000).contains(&wait), "the first is removed after 30 days: {wait}");
    let mut bob = world.sign_in("alder.agent2").await;
    must_add(&mut bob, &log_form(), &[("a.pdf", &pdf(""))]).await;
}

#[tokio::test]
async fn an_organisations_people_share_what_may_wait() {
    let world = World::new().await;
    sqlx::raw_sql(
        "update person set demo = false;
         insert into evidence (id, person_id, organisation_id, form, name, media_type, size, sha256, created)
         select md5(p.id || ' ' || n), p.id, p.organisation_id, 'form ' || n, 'a.pdf', 'application/pdf', 1, '',
                now() - interval '29 days'
         from person p, generate_series(1, 2000) n where p.account = 'alder.supervisor'",
    )
    .execute(world.owner())
    .await
    .unwrap();
    let mut amy = world.sign_in("alder.agent").await;
    let page = add(&mut amy, &log_form(), &[("a.pdf", &pdf(""))]).await;
    assert_eq!(page.status, 429);
    assert!(page.text().contains("2,000 photos and documents of your organisation wait"), "{}", page.text());
    let wait: u64 = page.headers.get("retry-after").unwrap().to_str().unwrap().parse().unwrap();
    assert!((86_000..=86_400).contains(&wait), "{wait}");
    assert_eq!(count(&world, "true").await, 2_000);
    must_add(&mut world.sign_in("birch.agent").await, &log_form(), &[("a.pdf", &pdf(""))]).await;
    sqlx::query("delete from evidence where form = 'form 7'").execute(world.owner()).await.unwrap();
    must_add(&mut amy, &log_form(), &[("a.pdf", &pdf(""))]).await;
}

#[tokio::test]
async fn a_photo_that_packs_badly_is_kept_within_the_limit() {
    let world = World::new().await;
    let mut amy = world.sign_in("alder.agent").await;
    let sent = noisy(2_000, 2_000, 60);
    must_add(&mut amy, &log_form(), &[("noise.jpg", &sent)]).await;
    let (_, bytes) = kept(&world, &mut amy).await;
    assert!(bytes.len() <= 8 * 1024 * 1024);
}

#[tokio::test]
async fn who_sends_slowly_keeps_nobody_else_from_sending() {
    let world = World::new().await;
    let mut bob = world.sign_in("birch.agent").await;
    let mut amy = world.sign_in("alder.agent").await;
    let whole = multipart(&amy.stamp("/evidence").await.unwrap(), &[("a.jpg", &photo(40, 30))]);
    let mut slow = tokio::task::JoinSet::new();
    for _ in 0..10 {
        let mut again = world.stranger();
        again.set_cookie(amy.cookie().map(str::to_owned));
        let begun = Bytes::copy_from_slice(&whole[..whole.len() - 40]);
        let (mut sender, body) = Channel::<Bytes, Infallible>::new(1);
        sender.send_data(begun).await.unwrap();
        slow.spawn(async move {
            let status = again.send(sending(&log_form()), Body::new(body)).await.status;
            drop(sender);
            status
        });
    }
    tokio::time::sleep(Duration::from_millis(500)).await;
    let (form, plan) = (log_form(), pdf(""));
    let files: [(&str, &[u8]); 1] = [("a.pdf", &plan)];
    let sent = tokio::time::timeout(Duration::from_secs(20), add(&mut bob, &form, &files));
    assert_eq!(sent.await.expect("a place was left").status, 303);
    assert!(slow.try_join_next().is_none(), "the others are still on their way");
}
