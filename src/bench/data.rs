//! The data set of the benchmark: a house as it is after twenty months at full size, or smaller. Loaded by COPY past
//! constraints, indexes and triggers, all of which are then put back, so that Postgres itself says whether it is lawful.

use std::fmt::Write as _;
use std::time::Instant;

use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};
use time::format_description::well_known::Rfc3339;
use time::{Duration, OffsetDateTime};

use super::lives::{Path, Step};
use crate::contacts::lifecycle::Status;
use crate::error::CommandError;
use crate::trade::ldz::AREAS;
use crate::trade::{Crn, Mprn};

pub const ORGANISATIONS: i64 = 300;
pub const PASSWORD: &str = "measured with patience 7";
/// What COPY is fed with at a time.
const PORTION: usize = 1 << 20;
const TABLES: [&str; 8] =
    ["contact", "contact_event", "referral", "contact_network", "raiser_note", "site_contact", "mnc", "contact_mprn"];

/// Organisation 1 is the CDSP, 2 to 5 the DNs, 6 to 20 IGTs, the rest Shippers; 21 raises a fifth of everything.
pub const CDSP: i64 = 1;
pub const BIGGEST: i64 = 21;

/// People of an organisation: the first is a supervisor.
pub fn people_of(organisation: i64) -> std::ops::Range<i64> {
    let (from, count) = match organisation {
        CDSP => (1, 120),
        2..=5 => (121 + (organisation - 2) * 80, 80),
        BIGGEST => (441, 150),
        _ => {
            let place = if organisation < BIGGEST { organisation - 6 } else { organisation - 7 };
            // the others share what is left of the five thousand
            (591 + place * 15, 15)
        }
    };
    from..from + count
}

/// How many of so many contacts are open: what a house of that size has on its desks.
pub fn open_of(contacts: i64) -> i64 {
    (contacts * 9 / 10).min(6_000 + contacts / 40)
}

/// One text column of COPY's text format, where backslash, tab and newline are special; none of ours has any.
type Sheet = String;

/// Where rows collect until a portion is full.
struct Out {
    sheets: [Sheet; TABLES.len()],
    events: u64,
}

/// Fills an empty, migrated database. Answers how many events there are.
pub async fn load(owner: &mut PgConnection, contacts: i64, now: OffsetDateTime) -> Result<u64, CommandError> {
    let started = Instant::now();
    people(owner).await?;
    let restore = take_away(owner).await?;
    let mut out = Out { sheets: std::array::from_fn(|_| String::new()), events: 0 };
    let mut rng = fastrand::Rng::with_seed(7);
    for n in 1..=contacts {
        contact(&mut out, &mut rng, n, contacts, now);
        if out.sheets.iter().any(|sheet| sheet.len() > PORTION) || n == contacts {
            pour(owner, &mut out).await?;
        }
    }
    println!("  {contacts} contacts and {} events copied in {:.0?}", out.events, started.elapsed());
    for statement in restore {
        owner.execute(AssertSqlSafe(statement)).await?;
    }
    owner.execute(AssertSqlSafe(AFTERWARDS.to_owned())).await?;
    let wrong: i64 = sqlx::query_scalar(
        "select count(*) from contact c where c.version is distinct from
         (select max(e.version) from contact_event e where e.contact_id = c.id)",
    )
    .fetch_one(&mut *owner)
    .await?;
    if wrong > 0 {
        return Err(CommandError(format!("{wrong} contacts do not stand at their latest event")));
    }
    owner.execute("vacuum analyze").await?;
    println!("  constraints and indexes put back, all valid, after {:.0?}", started.elapsed());
    Ok(out.events)
}

const AFTERWARDS: &str = "
    select setval(pg_get_serial_sequence('contact', 'id'), (select max(id) from contact));
    select setval(pg_get_serial_sequence('person', 'id'), (select max(id) from person));
    select setval('crn_sequence', 50000000);
    select count_afresh();
    insert into notification (person_id, contact_id, version, about, at)
    select holder, contact_id, version, action, at from contact_event
    where holder is not null and at > (select max(at) from contact_event) - interval '20 days'
    limit 100000";

async fn people(owner: &mut PgConnection) -> Result<(), CommandError> {
    let hash = crate::secret::hash_password(PASSWORD.to_owned())
        .await
        .map_err(|error| CommandError(format!("no password: {error:?}")))?;
    let mut tx = owner.begin().await?;
    sqlx::query(
        "insert into organisation (code, name, kind)
         select case when n = 1 then 'CDS' else chr((65 + n / 100)::integer) || lpad((n % 100)::text, 2, '0') end,
                case when n = 1 then 'Central Data Services' else 'Organisation ' || n end,
                case when n = 1 then 'CDSP' when n <= 5 then 'DN' when n <= 20 then 'IGT' else 'Shipper' end
         from generate_series(1, $1) n",
    )
    .bind(ORGANISATIONS)
    .execute(&mut *tx)
    .await?;
    for organisation in 1..=ORGANISATIONS {
        let ids = people_of(organisation);
        sqlx::query(
            "insert into person (id, organisation_id, account, name, supervisor, password_hash, terms_accepted)
             overriding system value
             select n, $1, 'person' || n, 'Person Number ' || n, n = $2, $4, now() from generate_series($2, $3) n",
        )
        .bind(organisation)
        .bind(ids.start)
        .bind(ids.end - 1)
        .bind(&hash)
        .execute(&mut *tx)
        .await?;
    }
    tx.commit().await?;
    Ok(())
}

/// Takes constraints, indexes and triggers off the tables; answers the statements that put them back.
async fn take_away(owner: &mut PgConnection) -> Result<Vec<String>, CommandError> {
    let mut restore = Vec::new();
    let tables: Vec<String> = TABLES.iter().map(ToString::to_string).collect();
    let indexes: Vec<(String, String)> = sqlx::query_as(
        "select i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid) from pg_index i
         where i.indrelid::regclass::text = any($1)
           and not exists (select from pg_constraint k where k.conindid = i.indexrelid)",
    )
    .bind(&tables)
    .fetch_all(&mut *owner)
    .await?;
    let constraints: Vec<(String, String, String)> = sqlx::query_as(
        "select conrelid::regclass::text, quote_ident(conname), pg_get_constraintdef(oid) from pg_constraint
         where contype in ('f', 'c') and conrelid::regclass::text = any($1)",
    )
    .bind(&tables)
    .fetch_all(&mut *owner)
    .await?;
    for (name, definition) in indexes {
        owner.execute(AssertSqlSafe(format!("drop index {name}"))).await?;
        restore.push(definition);
    }
    for (table, name, definition) in constraints {
        owner.execute(AssertSqlSafe(format!("alter table {table} drop constraint {name}"))).await?;
        restore.push(format!("alter table {table} add constraint {name} {definition}"));
    }
    for table in TABLES {
        owner.execute(AssertSqlSafe(format!("alter table {table} disable trigger user"))).await?;
        restore.push(format!("alter table {table} enable trigger user"));
    }
    Ok(restore)
}

async fn pour(owner: &mut PgConnection, out: &mut Out) -> Result<(), CommandError> {
    let columns = [
        "contact (id, crn, contact_type, raised_by, originator, received, status, version, with_org, holder, since, due, \
         closed, moved, asker, outcome, closed_reason, form_key, building_number, building_name, street, locality, \
         post_town, postcode, msn, ldz, words, mark)",
        "contact_event (contact_id, version, action, from_status, to_status, at, actor, actor_org, with_org, holder, \
         former, network, referral)",
        "referral (contact_id, kind, number, asked_of, asked_by, asked, question, answered_by, answered, answer)",
        "contact_network (contact_id, organisation_id)",
        "raiser_note (contact_id, own_reference, why)",
        "site_contact (contact_id, name, phone)",
        "mnc (contact_id, market_sector, aq_kwh)",
        "contact_mprn (contact_id, role, place, mprn)",
    ];
    for (sheet, columns) in out.sheets.iter_mut().zip(columns) {
        let mut copy = owner.copy_in_raw(&format!("copy {columns} from stdin")).await?;
        copy.send(std::mem::take(sheet).as_bytes()).await?;
        copy.finish().await?;
    }
    Ok(())
}

fn stamp(at: OffsetDateTime) -> String {
    at.format(&Rfc3339).unwrap_or_default()
}

fn pick(rng: &mut fastrand::Rng, organisation: i64) -> i64 {
    rng.i64(people_of(organisation))
}

fn null(id: Option<i64>) -> String {
    id.map_or_else(|| "\\N".to_owned(), |id| id.to_string())
}

/// One contact with its whole life.
fn contact(out: &mut Out, rng: &mut fastrand::Rng, n: i64, contacts: i64, now: OffsetDateTime) {
    let open = open_of(contacts);
    let is_open = n > contacts - open;
    // closed ones over twenty months, open ones over the last weeks, in the order of their numbers
    let ago = if is_open {
        17.0 * 86_400.0 * (contacts - n) as f64 / open as f64
    } else {
        86_400.0 * (20.0 + 580.0 * (contacts - open - n) as f64 / (contacts - open) as f64)
    };
    let received = now - Duration::seconds_f64(ago + 3_600.0);
    let raiser = if rng.f64() < 0.2 { BIGGEST } else { 2 + (rng.f64().powf(2.0) * 298.9) as i64 };
    let originator = pick(rng, raiser);
    let network = rng.i64(2..=5);
    let path = if n == contacts { Path::long() } else { Path::draw(rng, is_open) };
    let mut stand = Stand { id: n, raiser, originator, network, at: received, ..Stand::default() };
    let last = if is_open { now } else { received + Duration::days(rng.i64(2..14)) };
    let gap = (last - received) / i32::try_from(path.steps.len() + 1).unwrap_or(1);
    for step in &path.steps {
        stand.take(out, rng, *step);
        stand.at += gap;
    }
    site(out, rng, &stand, received, now);
}

/// Where a contact stands while its life is written.
struct Stand {
    id: i64,
    raiser: i64,
    originator: i64,
    network: i64,
    at: OffsetDateTime,
    moved: OffsetDateTime,
    version: i32,
    status: Option<Status>,
    with: Option<i64>,
    holder: Option<i64>,
    asker: i64,
    visits: i32,
    questions: i32,
}

impl Default for Stand {
    fn default() -> Self {
        let at = OffsetDateTime::UNIX_EPOCH;
        Stand {
            id: 0,
            raiser: 0,
            originator: 0,
            network: 0,
            at,
            moved: at,
            version: 0,
            status: None,
            with: None,
            holder: None,
            asker: 0,
            visits: 0,
            questions: 0,
        }
    }
}

impl Stand {
    fn take(&mut self, out: &mut Out, rng: &mut fastrand::Rng, step: Step) {
        let (from, former) = (self.status, self.holder);
        let here = self.with.unwrap_or(self.raiser);
        let actor = match step {
            Step::Log => Some(self.originator),
            Step::Allocate => None,
            Step::Assign | Step::Return => Some(pick(rng, here)),
            _ => self.holder,
        };
        let (mut network, mut referral) = (None, None);
        let (to, with, holder) = match step {
            Step::Log => (Status::Aaca, Some(CDSP), None),
            Step::Assign => {
                let to = match from {
                    Some(Status::Svdn) => Status::Svda,
                    Some(Status::Dcrs) => Status::Dcaa,
                    _ => Status::Atca,
                };
                (to, self.with, Some(pick(rng, here)))
            }
            Step::Return => (Status::Aaca, self.with, None),
            Step::Visit => {
                self.visits += 1;
                (network, referral) = (Some(self.network), Some(format!("SV{}", self.visits)));
                self.asker = self.holder.unwrap_or_default();
                (Status::Svdn, Some(self.network), None)
            }
            Step::Ask => {
                self.questions += 1;
                referral = Some(format!("DC{}", self.questions));
                self.asker = self.holder.unwrap_or_default();
                (Status::Dcrs, Some(self.raiser), None)
            }
            Step::Allocate => (Status::Dcaa, self.with, Some(self.originator)),
            Step::AnswerVisit => {
                (network, referral) = (Some(self.network), Some(format!("SV{}", self.visits)));
                (Status::Aaca, Some(CDSP), None)
            }
            Step::AnswerAsk => {
                referral = Some(format!("DC{}", self.questions));
                (Status::Aaca, Some(CDSP), None)
            }
            Step::Valid => (Status::Ccva, None, None),
            Step::Invalid => (Status::Cciv, None, None),
        };
        if matches!(from, Some(Status::Svdn | Status::Svda)) {
            network = Some(self.network);
        }
        self.version += 1;
        let actor_org = if step == Step::Log { Some(self.raiser) } else { actor.map(|_| here) };
        let _ = writeln!(
            out.sheets[1],
            "{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}",
            self.id,
            self.version,
            step.slug(),
            from.map_or("NEW", Status::code),
            to.code(),
            stamp(self.at),
            null(actor),
            null(actor_org),
            null(if step == Step::Log { None } else { with }),
            null(holder),
            null(former),
            null(network),
            referral.as_deref().unwrap_or("\\N"),
        );
        out.events += 1;
        match step {
            Step::Visit => {
                if self.visits == 1 {
                    let _ = writeln!(out.sheets[3], "{}\t{}", self.id, self.network);
                }
                self.refer(out, "SV", self.visits, self.network, None);
            }
            Step::Ask => self.refer(out, "DC", self.questions, self.raiser, None),
            Step::AnswerVisit => self.refer(out, "SV", self.visits, self.network, former),
            Step::AnswerAsk => self.refer(out, "DC", self.questions, self.raiser, former),
            _ => {}
        }
        (self.status, self.with, self.holder, self.moved) = (Some(to), with, holder, self.at);
    }

    /// A question is one row, so it is written when it is answered, or where it stays unanswered.
    fn refer(&self, out: &mut Out, kind: &str, number: i32, of: i64, answered_by: Option<i64>) {
        let sheet = &mut out.sheets[2];
        let open = format!("{}\t{kind}\t{number}\t{of}\t{}\t", self.id, self.asker);
        let at = stamp(self.at);
        if answered_by.is_some() {
            // in place of the open one, which is the last of its contact
            if let Some(begins) = sheet.rfind(&open) {
                sheet.truncate(begins);
            }
        }
        let (by, answered, answer) = match answered_by {
            Some(by) => (by.to_string(), at.clone(), "Seen from the street; one service."),
            None => ("\\N".to_owned(), "\\N".to_owned(), ""),
        };
        let _ = writeln!(sheet, "{open}{at}\tWhat stands at this site?\t{by}\t{answered}\t{answer}");
    }
}

const ENDINGS: [&str; 8] = ["Road", "Street", "Lane", "Close", "Avenue", "Way", "Drive", "Court"];
const BEGINNINGS: [&str; 24] = [
    "Alder", "Birch", "Carding", "Dyer", "Elm", "Fuller", "Glover", "Hazel", "Ivy", "Juniper", "Kiln", "Linden",
    "Malt", "Nailer", "Oak", "Potter", "Quarry", "Rope", "Saddler", "Tanner", "Upland", "Vine", "Weaver", "Yarrow",
];

fn site(out: &mut Out, rng: &mut fastrand::Rng, stand: &Stand, received: OffsetDateTime, now: OffsetDateTime) {
    let n = stand.id;
    let (begins, ends) = (rng.usize(..24), rng.usize(..8));
    let street = format!("{}{} {}", BEGINNINGS[begins], ["", "ton", "field", "gate"][rng.usize(..4)], ENDINGS[ends]);
    let (ldz, areas) = AREAS[rng.usize(..AREAS.len())];
    let areas: Vec<&str> = areas.split(' ').collect();
    let letters = b"ABDEFGHJLNPQRSTUWXYZ";
    let letter = |rng: &mut fastrand::Rng| char::from(letters[rng.usize(..letters.len())]);
    let outcode = format!("{}{}", areas[rng.usize(..areas.len())], rng.u8(1..=20));
    let postcode = format!("{outcode} {}{}{}", rng.u8(0..10), letter(rng), letter(rng));
    let town = format!("{}TOWN", BEGINNINGS[rng.usize(..24)].to_uppercase());
    let number = rng.u16(1..300);
    // a rare word, in a handful of contacts
    let name = if n % 400_009 == 7 || n == 7 { "Zanzibar House" } else { "" };
    let mut words: Vec<String> =
        format!("{number} {street} {town} {name}").to_lowercase().split(' ').map(str::to_owned).collect();
    words.push(postcode.to_lowercase().replace(' ', ""));
    words.extend(postcode.to_lowercase().split(' ').map(str::to_owned));
    words.retain(|word| !word.is_empty());
    let status = stand.status.unwrap_or(Status::Aaca);
    let digits = u32::try_from((n * 48_271 + 12_345) % 100_000_000).unwrap_or_default();
    let closed = status.is_closed().then(|| stamp(stand.moved));
    let created = (status == Status::Ccva).then(|| Mprn::from_body(90_000 + u64::try_from(n).unwrap_or_default()));
    // about one in eight is late
    let due = now + Duration::minutes(rng.i64(-1_500..10_000));
    let _ = writeln!(
        out.sheets[0],
        "{n}\t{}\tMNC\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\tbench{n}\t{number}\t{name}\t{street}\t\t{town}\t{postcode}\tG4A{n:07}\t{}\t{}\t{number}",
        Crn::from_digits(digits).as_str(),
        stand.raiser,
        stand.originator,
        stamp(received),
        status.code(),
        stand.version,
        null(stand.with),
        null(stand.holder),
        stamp(stand.moved),
        if closed.is_some() { "\\N".to_owned() } else { stamp(due) },
        closed.as_deref().unwrap_or("\\N"),
        stamp(stand.moved),
        null((status == Status::Aaca && stand.asker > 0).then_some(stand.asker)),
        created.as_ref().map_or_else(|| "\\N".to_owned(), |mprn| format!("MPRN {} created", mprn.as_str())),
        if status == Status::Cciv { "address" } else { "\\N" },
        ldz.code(),
        words.join(" "),
    );
    let _ = writeln!(out.sheets[4], "{n}\tREF-{n}\tNew house; the service was laid in May.");
    let _ = writeln!(out.sheets[5], "{n}\tSite office\t01632 960001");
    let _ = writeln!(out.sheets[6], "{n}\tD\t12000");
    if let Some(mprn) = created {
        let _ = writeln!(out.sheets[7], "{n}\tcreated\t1\t{}", mprn.as_str());
    }
}
