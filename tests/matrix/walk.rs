//! One cell of the matrix: somebody sends a request, and its answer is held against the table and the words.

use std::collections::HashMap;
use std::io::Read;
use std::time::Duration;

use axum::body::Body;
use axum::http::{Request, header};
use cms::contacts::lifecycle::Status;
use cms::trade::Mprn;
use http_body_util::BodyExt;
use tower::ServiceExt;

use super::canary::May;
use super::scene::{Scene, Standing};
use super::table::{Target, Viewpoint, facts, organisation_of};

/// Who is signed in, by viewpoint: the cookie.
pub type Cookies = HashMap<&'static str, String>;

/// Row and viewpoint by index, and a contact by ownership and status, or whether something known is named.
#[derive(Debug, Clone, Copy)]
pub struct Cell {
    pub row: usize,
    pub viewpoint: usize,
    pub at: At,
}

#[derive(Debug, Clone, Copy)]
pub enum At {
    Contact(usize, Status),
    Known,
    Nothing,
}

pub struct Answer {
    pub status: u16,
    pub location: String,
    pub bytes: Vec<u8>,
}

impl Scene {
    pub fn cells(&self) -> Vec<Cell> {
        let mut cells = Vec::new();
        for (row, of) in self.table.rows.iter().enumerate() {
            for viewpoint in 0..self.table.viewpoints.len() {
                let mut add = |at| cells.push(Cell { row, viewpoint, at });
                if of.is_of_contact() {
                    for ownership in 0..self.table.ownerships.len() {
                        for status in Status::ALL {
                            add(At::Contact(ownership, status));
                        }
                    }
                    add(At::Nothing);
                } else {
                    add(At::Known);
                    if of.path.contains('{') {
                        add(At::Nothing);
                    }
                }
            }
        }
        cells
    }

    /// A session that ended, one of somebody disabled, or one that lives.
    pub async fn session(&self, viewpoint: &Viewpoint) -> Option<String> {
        let id = tower_sessions::session::Id::default();
        let hours = if viewpoint.name == "ended" { -1 } else { 1 };
        let made = sqlx::query(
            "insert into session (id_hash, person_id, browser, created, ends)
             select $1, id, 'Test', now() - interval '2 hours', now() + $3 * interval '1 hour' from person where account = $2",
        )
        .bind(cms::session::hash(&id))
        .bind(viewpoint.account)
        .bind(hours)
        .execute(self.world.owner())
        .await
        .unwrap();
        (made.rows_affected() == 1).then(|| format!("cms={id}"))
    }

    /// Walks one cell; answers what is wrong with its answer.
    pub async fn walk(&mut self, cell: Cell, cookies: &mut Cookies) -> Vec<String> {
        let viewpoint = self.table.viewpoints[cell.viewpoint].clone();
        let (method, path) = (self.table.rows[cell.row].method, self.table.rows[cell.row].path);
        let standing = match cell.at {
            At::Contact(ownership, status) => {
                self.contacts.iter().position(|one| one.ownership == ownership && one.status == status && !one.moved)
            }
            At::Known | At::Nothing => None,
        };
        let crn = standing.map_or("C123456782".to_owned(), |which| self.contacts[which].crn.clone());
        let before = if standing.is_some() { self.world.version(&crn).await } else { 0 };
        if path.starts_with("/account") || path == "/sign-out" || !cookies.contains_key(viewpoint.name) {
            cookies.remove(viewpoint.name);
            if let Some(cookie) = self.session(&viewpoint).await {
                cookies.insert(viewpoint.name, cookie);
            }
        }
        let address = self.fill(path, &crn, matches!(cell.at, At::Known));
        let form = if method == "POST" { self.form(path, &crn, &viewpoint).await } else { String::new() };
        let answer = self.ask(method, &address, form, cookies.get(viewpoint.name)).await;
        if path.starts_with("/account") || path == "/sign-out" {
            cookies.remove(viewpoint.name);
        }
        let of = |ownership: usize| &self.table.ownerships[ownership];
        let target = match cell.at {
            At::Contact(ownership, status) => Target::Contact(of(ownership), status),
            At::Known => Target::Known,
            At::Nothing => Target::Nothing,
        };
        let expected = self.table.rows[cell.row].answer(&facts(&viewpoint, target));
        let is_so = match expected.split_once('>') {
            Some((status, place)) => answer.status.to_string() == status && answer.location.starts_with(place),
            None => expected.split('/').any(|status| status == answer.status.to_string()),
        };
        let whose = match cell.at {
            At::Contact(ownership, status) => format!("{} {}", of(ownership).name, status.code()),
            other => format!("{other:?}"),
        };
        let mut wrong = Vec::new();
        if !is_so {
            let got = (answer.status, &answer.location);
            wrong.push(format!("{method} {path} | {} | {whose}: {got:?}, not {expected}", viewpoint.name));
        }
        for (field, may) in self.words.leaks(&answer.bytes, |may| self.may_read(&viewpoint, may)) {
            wrong.push(format!("{method} {path} | {} | {whose}: leaks {field} of {may:?}", viewpoint.name));
        }
        if let Some(which) = standing {
            let is_changed = self.world.version(&crn).await != before;
            if is_changed && answer.status >= 400 {
                wrong.push(format!("{method} {path} | {} | {whose}: refused and changed", viewpoint.name));
            }
            if is_changed || (method == "POST" && answer.status == 303) {
                let Standing { ownership, status, .. } = self.contacts[which].clone();
                self.contacts[which].moved = true;
                self.log(ownership, status).await;
            }
        }
        if method == "POST" && !path.contains("{crn}") {
            self.set_back().await;
        }
        if path == "/texts/{key}/remove" && answer.status == 303 {
            self.keep_text().await;
        }
        if path == "/queues/next" {
            self.renew_taken().await;
        }
        wrong
    }

    /// Contacts that somebody took from a queue are walked no more; others stand in their place.
    async fn renew_taken(&mut self) {
        for which in 0..self.contacts.len() {
            let Standing { crn, ownership, status, moved } = self.contacts[which].clone();
            if !moved && self.world.status(&crn).await != status.code() {
                self.contacts[which].moved = true;
                self.log(ownership, status).await;
            }
        }
    }

    /// What requests of this cell may have left, and what they have used of their limits.
    async fn set_back(&self) {
        let sql = "update person set disabled = null where account = 'alder.spare'; delete from spent";
        sqlx::raw_sql(sql).execute(self.world.owner()).await.unwrap();
    }

    /// The address of a row, with what it names.
    fn fill(&self, path: &str, crn: &str, is_known: bool) -> String {
        let kept = match path.split('/').nth(1).unwrap_or_default() {
            "texts" => &self.text,
            "queues" => &self.filter,
            "notifications" => &self.notice,
            _ => &self.waiting,
        };
        let none = "0123456789abcdef0123456789abcdef";
        let (kept, account) = if is_known { (kept.as_str(), "alder.spare") } else { (none, "nobody") };
        let kept = if kept.is_empty() { none } else { kept };
        path.replace("{crn}", crn)
            .replace("{account}", account)
            .replace("{type}", if is_known { "mnc" } else { "xyz" })
            .replace("{queue}", if is_known || path.contains("{id}") { "organisation" } else { "xyz" })
            .replace("{action}", "assign")
            .replace("{key}", kept)
            .replace("{id}", kept)
            .replace("{which}", kept)
            .replace("{token}", none)
            .replace("{file}", "rows.csv")
            .replace("{hash}", none)
            .replace("{name}", "app.css")
    }

    /// A whole form for an act on a contact; nothing but its stamp for others.
    async fn form(&self, path: &str, crn: &str, viewpoint: &Viewpoint) -> String {
        let mut fields: Vec<(&str, String)> = Vec::new();
        if !viewpoint.account.is_empty() {
            let epoch: i64 =
                sqlx::query_scalar("select epoch from installation").fetch_one(self.world.owner()).await.unwrap();
            fields.push(("epoch", self.world.stamp(epoch, viewpoint.account)));
        }
        if path.starts_with("/contacts/{crn}/") && !path.ends_with("/presence") {
            if !path.ends_with("/note") && !crn.starts_with("C123456782") {
                fields.push(("version", self.world.shown_version(crn).await));
            }
            let agent = format!("{}.lso", viewpoint.account.split('.').next().unwrap());
            let fill: &[(&str, &str)] = match path.rsplit('/').next().unwrap() {
                "assign" | "reassign" if viewpoint.organisation.is_empty() => &[],
                "assign" | "reassign" => {
                    fields.push(("colleague", self.world.colleague(&agent).await));
                    &[]
                }
                "send-clarification" => &[("question", "Which plot is it?")],
                "answer-clarification" => &[("answer", "Plot 4")],
                "send-visit" => &[("network", "NGN"), ("look_at", "Is there a meter?")],
                "resolve-invalid" => &[("reason", "address"), ("remarks", "No such street.")],
                "resolve-valid" => {
                    // an invented one that no contact of the walk has
                    let mprn = Mprn::from_body(fastrand::u64(90_700_000..90_990_000));
                    fields.extend([("mprn", mprn.to_string()), ("sure", "yes".to_owned())]);
                    &[]
                }
                "answer-visit" => {
                    fields.extend(crate::world::visit());
                    &[]
                }
                "add" => &[("remark", "By the gate")],
                "note" => &[("note", "Seen")],
                _ => &[],
            };
            fields.extend(fill.iter().map(|(name, value)| (*name, (*value).to_owned())));
        }
        form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish()
    }

    pub async fn ask(&self, method: &str, address: &str, form: String, cookie: Option<&String>) -> Answer {
        let mut request = Request::builder()
            .method(method)
            .uri(address)
            .header(header::HOST, "127.0.0.1:8080")
            .header("sec-fetch-site", "same-origin");
        if method == "POST" {
            request = request.header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        }
        if let Some(cookie) = cookie {
            request = request.header(header::COOKIE, cookie);
        }
        let response = self.world.site.clone().oneshot(request.body(Body::from(form)).unwrap()).await.unwrap();
        let status = response.status().as_u16();
        let location = response.headers().get(header::LOCATION).map(|to| to.to_str().unwrap().to_owned());
        let mut bytes = format!("{:?}", response.headers()).into_bytes();
        // a stream goes on, so its beginning is read
        let is_stream = response.headers().get(header::CONTENT_TYPE).is_some_and(|kind| kind == "text/event-stream");
        let most = Duration::from_millis(if is_stream { 50 } else { 30_000 });
        let mut body = response.into_body();
        let read = async {
            while let Some(Ok(frame)) = body.frame().await {
                bytes.extend_from_slice(frame.data_ref().map_or(&[][..], |data| &data[..]));
            }
        };
        let _is_at_its_end = tokio::time::timeout(most, read).await;
        if address.contains(".xlsx") && status == 200 {
            let at = bytes.windows(4).position(|four| four == b"PK\x03\x04").unwrap();
            bytes = unpacked(&bytes[at..]);
        }
        Answer { status, location: location.unwrap_or_default(), bytes }
    }

    /// Whether somebody may read a word, by what the table says of its contact.
    pub fn may_read(&self, viewpoint: &Viewpoint, may: &May) -> bool {
        let sees_all = viewpoint.words.iter().any(|word| matches!(*word, "cdsp" | "facilitator"));
        let is_out = viewpoint.words.contains(&"out");
        let of = |which: usize| {
            let Standing { ownership, status, moved, .. } = self.contacts[which];
            let of = &self.table.ownerships[ownership];
            let known = facts(viewpoint, Target::Contact(of, status));
            (organisation_of(of.raiser) == viewpoint.organisation, known, status, moved)
        };
        !is_out
            && match *may {
                May::Know(which) => {
                    let (_, known, _, moved) = of(which);
                    known.contains("knows") || (moved && viewpoint.organisation == "NGN")
                }
                May::Raiser(which) => sees_all || of(which).0,
                May::Ring(which) => {
                    let (is_ours, known, status, moved) = of(which);
                    let visits = matches!(status, Status::Svdn | Status::Svda);
                    is_ours
                        || (known.contains("with-us") && visits)
                        || (status == Status::Atca && known.contains("holds"))
                        || (moved && matches!(viewpoint.organisation, "NGN" | "CDS"))
                }
                May::Asked(which, network) => sees_all || viewpoint.organisation == network || of(which).0,
                May::Organisation(code) => viewpoint.organisation == code,
                May::Account(account) => viewpoint.account == account,
                May::Facilitator(account) => viewpoint.account == account || viewpoint.words.contains(&"facilitator"),
            }
    }
}

/// Every sheet and text of a workbook.
fn unpacked(bytes: &[u8]) -> Vec<u8> {
    let mut all = Vec::new();
    let mut zip = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
    for at in 0..zip.len() {
        zip.by_index(at).unwrap().read_to_end(&mut all).unwrap();
    }
    all
}
