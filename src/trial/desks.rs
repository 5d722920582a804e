//! The queues that a trial must keep filled, its desks: one for each organisation of the cast and kind of work.

use sqlx::PgConnection;
use time::OffsetDateTime;

use super::cast::ORGANISATIONS;
use crate::contacts::lifecycle::{Party, Status};
use crate::error::AppError;

/// With fewer waiting, whoever works the queue next may find nothing.
const FEW: i64 = 2;

/// A queue: whose it is, where its contacts stand while they wait, and where once somebody has them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Desk {
    pub code: &'static str,
    pub name: &'static str,
    pub waiting: Status,
    pub held: Status,
}

impl Desk {
    /// Its value in a form: "NGN-SVDN".
    pub fn value(self) -> String {
        format!("{}-{}", self.code, self.waiting.code())
    }

    /// What waits there, in words.
    pub fn work(self) -> &'static str {
        match self.waiting.party() {
            Party::Network => "site visits",
            Party::Raiser => "data clarifications",
            Party::Cdsp | Party::Nobody => "contacts to investigate",
        }
    }
}

/// All of them: the CDSP, every network, and every raiser but the DNs, who seldom are.
pub fn desks() -> Vec<Desk> {
    let desk = |kinds: &'static [&'static str], waiting, held| {
        let of_kind = ORGANISATIONS.iter().filter(move |(.., kind, _)| kinds.contains(kind));
        of_kind.map(move |(code, name, ..)| Desk { code, name, waiting, held })
    };
    desk(&["CDSP"], Status::Aaca, Status::Atca)
        .chain(desk(&["DN", "IGT"], Status::Svdn, Status::Svda))
        .chain(desk(&["Shipper", "IGT"], Status::Dcrs, Status::Dcaa))
        .collect()
}

/// A desk and how full it is.
#[derive(Debug)]
pub struct DeskLoad {
    pub desk: Desk,
    pub waiting: i64,
    pub held: i64,
    pub overdue: i64,
}

impl DeskLoad {
    pub fn warning(&self) -> &'static str {
        match self.waiting {
            0 => "Nothing waits: top up",
            1..FEW => "Runs dry: top up",
            _ => "",
        }
    }
}

/// All desks, as full as they are now.
pub async fn loads(tx: &mut PgConnection, now: OffsetDateTime) -> Result<Vec<DeskLoad>, AppError> {
    let rows = sqlx::query!(
        r#"
        select o.code, c.status, count(*) as "count!", count(*) filter (where c.due < $1) as "overdue!"
        from contact c join organisation o on o.id = c.with_org
        group by o.code, c.status
        "#,
        now
    )
    .fetch_all(tx)
    .await?;
    let at = |code: &str, status: Status| {
        let row = rows.iter().find(|row| row.code == code && row.status == status.code());
        row.map_or((0, 0), |row| (row.count, row.overdue))
    };
    let queue = |desk: Desk| {
        let ((waiting, late), (held, held_late)) = (at(desk.code, desk.waiting), at(desk.code, desk.held));
        DeskLoad { desk, waiting, held, overdue: late + held_late }
    };
    Ok(desks().into_iter().map(queue).collect())
}
