//! `/contacts/{crn}/evidence/{id}` and `/evidence/{id}`: a file, and its thumbnail, for who may look.
//!
//! Nothing of a file was believed when it was taken, and nothing is when it is given: its type is the one we found, its
//! name one that we made, and the browser may do nothing with it but show the picture in a page of ours.

use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};

use super::kind::FileKind;
use crate::app::App;
use crate::contacts::Contact;
use crate::error::AppError;
use crate::guard::Sandboxed;
use crate::session::{SignedIn, Viewer};

struct Found {
    media_type: String,
    size: i32,
    stored: String,
    place: i32,
    thumbnail: Option<Vec<u8>>,
}

pub async fn file(
    State(app): State<App>,
    SignedIn(viewer): SignedIn,
    Path((crn, id)): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<Response, AppError> {
    let (crn, found) = seen(&app, &viewer, &crn, &id, false).await?;
    let name = format!("{crn}-{}.{}", found.place, FileKind::ending(&found.media_type));
    whole(&app, &viewer, &id, &found, &name, &headers).await
}

pub async fn thumbnail(
    State(app): State<App>,
    SignedIn(viewer): SignedIn,
    Path((crn, id)): Path<(String, String)>,
) -> Result<Response, AppError> {
    let (_, found) = seen(&app, &viewer, &crn, &id, true).await?;
    small(found.thumbnail)
}

/// A file beside a contact, if this viewer may look at it, with the contact's CRN; its thumbnail only if it is wanted.
async fn seen(
    app: &App,
    viewer: &Viewer,
    crn: &str,
    id: &str,
    with_thumbnail: bool,
) -> Result<(String, Found), AppError> {
    let mut tx = app.db.as_viewer(viewer.id).await?;
    let contact = Contact::seen_by(&mut tx, viewer, crn).await?;
    let found = sqlx::query_as!(
        Found,
        r#"select media_type, size, stored, case when $6 then thumbnail end as thumbnail,
                  -- among those that are seen, as the contact's page numbers them
                  (select count(*)::integer from evidence o
                   where o.contact_id = $2 and (o.version, o.place) <= (e.version, e.place)
                     and ($3 or $4::bigint = $5::bigint or o.action in ('log', 'add')
                          or (o.action = 'answer-visit' and o.organisation_id = $5))) as "place!"
           from evidence e
           where e.id = $1 and e.contact_id = $2 and e.verdict = 'clean'
             and ($3 or $4::bigint = $5::bigint or (e.action = 'answer-visit' and e.organisation_id = $5)
                  or (e.action in ('log', 'add') and exists (select from contact_network n
                                                             where n.contact_id = $2 and n.organisation_id = $5)))"#,
        id,
        contact.id,
        viewer.is_cdsp(),
        contact.raised_by,
        viewer.organisation_id(),
        with_thumbnail
    )
    .fetch_optional(&mut *tx)
    .await?
    .ok_or(AppError::NotFound)?;
    Ok((contact.crn, found))
}

/// A file that waits, for who added it.
pub async fn waiting(
    State(app): State<App>,
    SignedIn(viewer): SignedIn,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Response, AppError> {
    let mut tx = app.db.as_viewer(viewer.id).await?;
    let found = sqlx::query_as!(
        Found,
        r#"select media_type, size, stored, 0 as "place!", null::bytea as thumbnail from evidence
           where id = $1 and person_id = $2 and contact_id is null and verdict = 'clean'"#,
        id,
        viewer.id
    )
    .fetch_optional(&mut *tx)
    .await?
    .ok_or(AppError::NotFound)?;
    drop(tx);
    let name = format!("evidence.{}", FileKind::ending(&found.media_type));
    whole(&app, &viewer, &id, &found, &name, &headers).await
}

pub async fn waiting_thumbnail(
    State(app): State<App>,
    SignedIn(viewer): SignedIn,
    Path(id): Path<String>,
) -> Result<Response, AppError> {
    let mut tx = app.db.as_viewer(viewer.id).await?;
    let found = sqlx::query_scalar!(
        r#"select thumbnail as "thumbnail!" from evidence
           where id = $1 and person_id = $2 and contact_id is null and verdict = 'clean' and thumbnail is not null"#,
        id,
        viewer.id
    )
    .fetch_optional(&mut *tx)
    .await?;
    small(found)
}

fn small(found: Option<Vec<u8>>) -> Result<Response, AppError> {
    let bytes = found.ok_or(AppError::NotFound)?;
    let size = bytes.len().to_string();
    answer(Body::from(bytes), "image/jpeg", &size, "inline; filename=\"thumbnail.jpg\"")
}

async fn whole(
    app: &App,
    viewer: &Viewer,
    id: &str,
    found: &Found,
    name: &str,
    headers: &HeaderMap,
) -> Result<Response, AppError> {
    // a photo is shown within our pages; opened by itself, and any document, it is downloaded
    let within = headers.get("sec-fetch-dest").is_none_or(|dest| dest == "image");
    let how = if within && found.media_type != FileKind::Pdf.media_type() { "inline" } else { "attachment" };
    let body = app.evidence.get(&app.db, viewer.id, id, &found.stored).await?;
    answer(body, &found.media_type, &found.size.to_string(), &format!("{how}; filename=\"{name}\""))
}

fn answer(body: Body, media_type: &str, size: &str, disposition: &str) -> Result<Response, AppError> {
    let value = |text: &str| HeaderValue::from_str(text).map_err(|error| AppError::Broken(error.into()));
    let headers = [
        (header::CONTENT_TYPE, value(media_type)?),
        (header::CONTENT_LENGTH, value(size)?),
        (header::CONTENT_DISPOSITION, value(disposition)?),
    ];
    let mut response = (headers, body).into_response();
    response.extensions_mut().insert(Sandboxed);
    Ok(response)
}
