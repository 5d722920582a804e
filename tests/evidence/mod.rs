//! Photos and PDF: what is taken and what is refused, with which act they go, and who may look.

mod acts;
mod add;
mod clamd;
pub mod corpus;
mod journey;
mod limits;
#[cfg(feature = "s3")]
mod s3;
mod scanner;
mod serve;

use axum::body::Body;
use axum::http::Request;
use cms::address::urlencode;
use cms::contacts::lifecycle::Status;

use crate::world::{Page, Person, World};

/// The page that adds to a form.
pub fn page_of(form: &str) -> String {
    format!("/evidence?form={}", urlencode(form))
}

pub fn log_form() -> String {
    format!("/contacts/new/mnc?key={}", cms::secret::token())
}

pub fn answer_form(crn: &str, action: &str) -> String {
    format!("/contacts/{crn}/{action}")
}

/// Files as a browser sends them.
pub fn multipart(epoch: &str, files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut body = format!("--XX\r\ncontent-disposition: form-data; name=\"epoch\"\r\n\r\n{epoch}\r\n").into_bytes();
    for (name, bytes) in files {
        let name = name.replace('"', "%22").replace('\r', "%0D").replace('\n', "%0A");
        let head = format!(
            "--XX\r\ncontent-disposition: form-data; name=\"files\"; filename=\"{name}\"\r\ncontent-type: image/jpeg\r\n\r\n"
        );
        body.extend_from_slice(head.as_bytes());
        body.extend_from_slice(bytes);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(b"--XX--\r\n");
    body
}

/// A form with files on its way.
pub fn sending(form: &str) -> axum::http::request::Builder {
    Request::post(page_of(form))
        .header("content-type", "multipart/form-data; boundary=XX")
        .header("sec-fetch-site", "same-origin")
}

/// Adds files by the page.
pub async fn add(person: &mut Person, form: &str, files: &[(&str, &[u8])]) -> Page {
    let stamp = person.stamp(form).await.unwrap();
    person.send(sending(form), Body::from(multipart(&stamp, files))).await
}

/// Adds files, which have to be taken.
pub async fn must_add(person: &mut Person, form: &str, files: &[(&str, &[u8])]) {
    let page = add(person, form, files).await;
    assert_eq!(page.status, 303, "{}", page.text());
}

pub async fn count(world: &World, condition: &str) -> i64 {
    let sql = format!("select count(*) from evidence where {condition}");
    sqlx::query_scalar(sqlx::AssertSqlSafe(sql)).fetch_one(world.owner()).await.unwrap()
}

/// A contact of `alder.agent` with one photo of each kind: on logging, with an answer to a clarification, and with a
/// site visit of NGN. Answers its CRN and the ids in this order.
pub async fn with_all_kinds(world: &World) -> (String, [String; 3]) {
    let photo = corpus::photo(60, 40);
    let mut amy = world.sign_in("alder.agent").await;
    let mut ngn = world.sign_in("ngn.agent").await;
    let mut cdsp = world.sign_in("cdsp.agent").await;
    let form = log_form();
    must_add(&mut amy, &form, &[("site.jpg", &photo)]).await;
    let crn = acts::log(&mut amy, &form).await;
    world.take(&mut cdsp, &crn, "cdsp.agent").await;
    world.must(&mut cdsp, &crn, "send-clarification", &[("question", "Which plot?")]).await;
    let form = answer_form(&crn, "answer-clarification");
    must_add(&mut amy, &form, &[("plan.jpg", &photo)]).await;
    world.must(&mut amy, &crn, "answer-clarification", &[("answer", "Plot 4")]).await;
    world.take(&mut cdsp, &crn, "cdsp.agent").await;
    let network = "NGN".to_owned();
    world.must(&mut cdsp, &crn, "send-visit", &[("network", &network), ("look_at", "Is there a meter?")]).await;
    world.take(&mut ngn, &crn, "ngn.agent").await;
    let form = answer_form(&crn, "answer-visit");
    must_add(&mut ngn, &form, &[("meter.jpg", &photo)]).await;
    let visit = crate::world::visit();
    let fields: Vec<(&str, &str)> = visit.iter().map(|(name, value)| (*name, value.as_str())).collect();
    world.must(&mut ngn, &crn, "answer-visit", &fields).await;
    assert_eq!(world.status(&crn).await, Status::Aaca.code());
    let ids: Vec<String> =
        sqlx::query_scalar("select id from evidence where contact_id is not null order by version, place")
            .fetch_all(world.owner())
            .await
            .unwrap();
    (crn, ids.try_into().unwrap())
}
