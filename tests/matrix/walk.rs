//! Cells of the matrix: somebody sends a request, and its answer is held against the table and the words.

use std::collections::HashMap;

use cms::contacts::lifecycle::Status;

use super::ask::{Answer, Asked, ask, ask_all};
use super::canary::{May, Words};
use super::forms::Typed;
use super::scene::{Scene, Standing};
use super::table::{Target, Viewpoint, facts};

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

/// A cell as it is to be asked.
struct Step {
    viewpoint: Viewpoint,
    path: &'static str,
    asked: Asked,
    typed: Typed,
    expected: &'static str,
    /// the contact and its version
    of: Option<(usize, i32)>,
    whose: String,
}

/// So many cells are asked, a few at once where they change nothing, before the next are made ready.
const AT_ONCE: usize = 60;

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
    pub async fn session(&mut self, viewpoint: &Viewpoint) -> Option<String> {
        let id = tower_sessions::session::Id::default();
        let hours = if viewpoint.name == "ended" { -1 } else { 1 };
        let browser = self.words.new_one("browser", May::Account(viewpoint.account));
        let used_by = self.words.new_one("who uses a shared account", May::Organisation(viewpoint.organisation));
        let made = sqlx::query(
            "insert into session (id_hash, person_id, browser, used_by, created, ends)
             select $1, id, $4, $5, now() - interval '2 hours', now() + $3 * interval '1 hour' from person where account = $2",
        )
        .bind(cms::session::hash(&id))
        .bind(viewpoint.account)
        .bind(hours)
        .bind(browser)
        .bind(used_by)
        .execute(self.world.owner())
        .await
        .unwrap();
        (made.rows_affected() == 1).then(|| format!("cms={id}"))
    }

    /// Walks these cells; answers what is wrong with their answers.
    pub async fn walk(&mut self, cells: &[Cell]) -> Vec<String> {
        let mut wrong = Vec::new();
        let mut cookies = Cookies::new();
        for some in cells.chunks(AT_ONCE) {
            let (acts, looks): (Vec<Cell>, Vec<Cell>) = some.iter().partition(|cell| self.may_change(**cell));
            let mut steps = Vec::new();
            for cell in looks {
                steps.push(self.ready(cell, &mut cookies).await);
            }
            let asked: Vec<&Asked> = steps.iter().map(|step| &step.asked).collect();
            let answers = ask_all(&self.site, &asked).await;
            for (step, answer) in steps.into_iter().zip(answers) {
                wrong.extend(self.judge(step, answer).await);
            }
            for cell in acts {
                let step = self.ready(cell, &mut cookies).await;
                let answer = ask(&self.site, &step.asked).await;
                wrong.extend(self.judge(step, answer).await);
            }
            self.set_back().await;
        }
        wrong
    }

    /// Whether others must not be asked meanwhile: a form that will be taken, or what ends sessions.
    fn may_change(&self, cell: Cell) -> bool {
        let (row, viewpoint) = (&self.table.rows[cell.row], &self.table.viewpoints[cell.viewpoint]);
        let is_taken = row.answer(&facts(viewpoint, self.target(cell.at))).starts_with(['2', '3']);
        is_of_a_session(row.path) || (row.method == "POST" && is_taken)
    }

    fn target(&self, at: At) -> Target<'_> {
        match at {
            At::Contact(ownership, status) => Target::Contact(&self.table.ownerships[ownership], status),
            At::Known => Target::Known,
            At::Nothing => Target::Nothing,
        }
    }

    async fn ready(&mut self, cell: Cell, cookies: &mut Cookies) -> Step {
        let viewpoint = self.table.viewpoints[cell.viewpoint].clone();
        let (method, path) = (self.table.rows[cell.row].method, self.table.rows[cell.row].path);
        let which = match cell.at {
            At::Contact(ownership, status) => {
                self.contacts.iter().position(|one| one.ownership == ownership && one.status == status && !one.moved)
            }
            At::Known | At::Nothing => None,
        };
        let crn = which.map_or("C123456782".to_owned(), |which| self.contacts[which].crn.clone());
        let of = match which {
            Some(which) if method == "POST" => Some((which, self.world.version(&crn).await)),
            _ => None,
        };
        if is_of_a_session(path) || !cookies.contains_key(viewpoint.name) {
            cookies.remove(viewpoint.name);
            if let Some(cookie) = self.session(&viewpoint).await {
                cookies.insert(viewpoint.name, cookie);
            }
        }
        let mut address = self.fill(path, &crn, matches!(cell.at, At::Known));
        let (form, mut typed) = match method {
            "POST" => self.form(path, &crn, which, &viewpoint).await,
            _ => (String::new(), Typed::new()),
        };
        if path == "/search" {
            let word = Words::fresh();
            address.extend(["?q=", &word]);
            typed.push((word, "search word", May::Account(viewpoint.account)));
        }
        let cookie = cookies.get(viewpoint.name).cloned();
        if is_of_a_session(path) {
            cookies.remove(viewpoint.name);
        }
        let expected = self.table.rows[cell.row].answer(&facts(&viewpoint, self.target(cell.at)));
        let whose = match cell.at {
            At::Contact(ownership, status) => format!("{} {}", self.table.ownerships[ownership].name, status.code()),
            other => format!("{other:?}"),
        };
        Step { viewpoint, path, asked: Asked { method, address, form, cookie }, typed, expected, of, whose }
    }

    /// What is wrong with an answer. What it changed is put right for the cells that follow.
    async fn judge(&mut self, step: Step, answer: Answer) -> Vec<String> {
        let Step { viewpoint, path, asked, typed, expected, of, whose } = step;
        let is_so = match expected.split_once('>') {
            Some((status, place)) => answer.status.to_string() == status && answer.location.starts_with(place),
            None => expected.split('/').any(|status| status == answer.status.to_string()),
        };
        let cell = format!("{} {path} | {} | {whose}", asked.method, viewpoint.name);
        let mut wrong = Vec::new();
        if !is_so {
            wrong.push(format!("{cell}: {:?}, not {expected}", (answer.status, &answer.location)));
        }
        for (_, field, may) in self.words.leaks(&answer.bytes, |may| self.may_read(&viewpoint, may)) {
            wrong.push(format!("{cell}: leaks {field} of {may:?}"));
        }
        for (word, field, may) in typed {
            // what is refused stays with whoever typed it
            let may = if answer.status < 400 { may } else { May::Account(viewpoint.account) };
            self.words.put(word, field, may);
        }
        if let Some((which, before)) = of {
            let Standing { crn, ownership, status, .. } = self.contacts[which].clone();
            let is_changed = self.world.version(&crn).await != before;
            if is_changed && answer.status >= 400 {
                wrong.push(format!("{cell}: refused and changed"));
            }
            if (is_changed || answer.status == 303) && !self.contacts[which].moved {
                self.contacts[which].moved = true;
                self.log(ownership, status).await;
            }
        }
        if path == "/texts/{key}/remove" && answer.status == 303 {
            self.keep_text().await;
        }
        if path.ends_with("/disable") && answer.status == 303 {
            self.set_back().await;
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

    /// What these requests may have left, and what they have used of their limits.
    pub async fn set_back(&self) {
        let sql = "update person set disabled = null where account = 'alder.spare'; delete from spent";
        sqlx::raw_sql(sql).execute(self.world.owner()).await.unwrap();
    }
}

fn is_of_a_session(path: &str) -> bool {
    path.starts_with("/account") || path == "/sign-out"
}
