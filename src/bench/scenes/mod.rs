//! What is measured: pages that are read again and again, and forms that are each sent once.

mod acts;
pub mod costs;
pub mod facts;
mod forms;
mod lists;
mod words;

use std::sync::{Arc, Mutex};
use std::time::Duration;

use sqlx::PgConnection;

use self::facts::Facts;
use super::data::people_of;
use super::load::client::KeptAlive;
use super::load::{Asks, measure};
use crate::error::CommandError;

#[derive(Debug, Clone)]
enum SceneAct {
    Page(String),
    /// the page after this one
    NextPage(String),
    /// an address that leads on
    LeadsOn(String),
    Assign,
    TakeNext,
    AssignHundred,
    /// the form of a new contact, which leads to its check page
    LogForm,
    /// the check page of such forms, which makes the contacts
    LogSubmit,
}

/// One line of the report.
#[derive(Debug, Clone)]
pub struct Scene {
    pub name: String,
    pub accounts: Vec<String>,
    pub connections: usize,
    pub encoding: &'static str,
    act: SceneAct,
}

impl Scene {
    fn page(name: &str, accounts: &[String], connections: usize, path: impl Into<String>) -> Scene {
        let act = SceneAct::Page(path.into());
        Scene { name: name.to_owned(), accounts: accounts.to_vec(), connections, encoding: "identity", act }
    }

    fn brotli(self) -> Scene {
        Scene { name: format!("{}, brotli", self.name), encoding: "br", ..self }
    }

    fn alone(self) -> Scene {
        Scene { connections: 1, ..self }
    }

    /// It can be asked again and again.
    pub fn is_page(&self) -> bool {
        matches!(self.act, SceneAct::Page(_) | SceneAct::NextPage(_) | SceneAct::LeadsOn(_))
    }

    /// What its connections ask; they are signed in with these cookies.
    pub async fn asks(&self, owner: &mut PgConnection, host: &str, cookies: &[String]) -> Result<Asks, CommandError> {
        let forms = match &self.act {
            SceneAct::Page(path) => return Ok(Asks::Page(path.clone())),
            SceneAct::LeadsOn(path) => return Ok(Asks::LeadsOn(path.clone())),
            SceneAct::NextPage(path) => return next_page(host, &cookies[0], path).await,
            SceneAct::LogForm => return Ok(heaps(cookies, |heap| forms::logs(heap).0)),
            SceneAct::LogSubmit => return logged(host, cookies).await,
            SceneAct::Assign => forms::assigns(owner, 4_000).await?,
            SceneAct::TakeNext => forms::next(owner).await?,
            SceneAct::AssignHundred => forms::hundreds(owner).await?,
        };
        Ok(Asks::of_forms(forms))
    }
}

/// For each connection forms of its own, since a form is its author's.
fn heaps(cookies: &[String], forms: impl Fn(usize) -> super::load::Forms) -> Asks {
    Asks::Forms(Arc::new((0..cookies.len()).map(|at| Mutex::new(forms(at))).collect()))
}

/// The check pages of forms that have been sent just now.
async fn logged(host: &str, cookies: &[String]) -> Result<Asks, CommandError> {
    let both: Vec<_> = (0..cookies.len()).map(forms::logs).collect();
    let (first, second): (Vec<_>, Vec<_>) =
        both.into_iter().map(|(one, two)| (Mutex::new(one), Mutex::new(two))).unzip();
    measure(host, cookies, "identity", Asks::Forms(Arc::new(first)), Duration::from_mins(1)).await?;
    Ok(Asks::Forms(Arc::new(second)))
}

/// The page to which a page's link “Next” leads.
async fn next_page(host: &str, cookie: &str, path: &str) -> Result<Asks, CommandError> {
    let page = KeptAlive::open(host, cookie, "identity").await?.get(path).await?;
    let page = String::from_utf8_lossy(&page.body);
    let link = page.split_once("rel=\"next\" href=\"").and_then(|(_, rest)| rest.split_once('"'));
    let (path, _) = link.ok_or_else(|| CommandError(format!("{path} has no next page")))?;
    Ok(Asks::Page(path.replace("&amp;", "&").replace("&#38;", "&")))
}

/// Colleagues of an organisation, its supervisor and who has most left out.
fn accounts(organisation: i64, how_many: usize) -> Vec<String> {
    people_of(organisation).skip(1).take(how_many).map(account).collect()
}

fn account(person: i64) -> String {
    format!("person{person}")
}

/// Everything that is measured, in order.
pub async fn all(owner: &mut PgConnection, connections: usize) -> Result<Vec<Scene>, CommandError> {
    let facts = Facts::read(owner).await?;
    let mut scenes = lists::scenes(&facts, connections);
    scenes.extend(words::scenes(&facts, connections));
    scenes.extend(acts::scenes(connections));
    Ok(scenes)
}
