//! What is walked: contacts of every ownership in every status, each field with a word of its own, and what people keep.

use cms::contacts::fields::outcome::Outcome;
use cms::contacts::fields::question::Answers;
use cms::contacts::fields::{Details, Field};
use cms::contacts::journal::{By, Input, Logged, log};
use cms::contacts::lifecycle::Status;
use cms::trade::Mprn;

use axum::Router;
use tracing::subscriber::{DefaultGuard, set_default};
use tracing_subscriber::EnvFilter;

use super::canary::{May, Words};
use super::table::{Ownership, Table, organisation_of};
use crate::log::Kept;
use crate::world::{World, lives};

/// What is written of a site, wherever any word may stand.
#[rustfmt::skip]
const SITE: [Field; 12] = [
    Field::BuildingNumber, Field::BuildingName, Field::SubBuildingName, Field::PlotNumber, Field::Street, Field::DependentStreet,
    Field::Locality, Field::PostTown, Field::County, Field::Uprn, Field::Msn, Field::Reading,
];

pub struct Scene {
    pub world: World,
    pub table: Table,
    pub words: Words,
    pub contacts: Vec<Standing>,
    /// what alder.agent keeps, as addresses name it
    pub text: String,
    pub filter: String,
    pub notice: String,
    pub waiting: String,
    /// more addresses, of what people keep
    pub doors: Vec<String>,
    /// the site that is asked: behind both walls, or behind one of them
    pub site: Router,
    pub epoch: i64,
    /// every line that was logged
    pub log: Kept,
    _watched: DefaultGuard,
    mprns: u32,
}

/// A contact as it stands; a word's contact is the index of one of these.
#[derive(Debug, Clone)]
pub struct Standing {
    pub crn: String,
    /// index of the table
    pub ownership: usize,
    pub status: Status,
    /// somebody acted on it, so that it is walked no more
    pub moved: bool,
}

impl Scene {
    pub async fn new() -> Scene {
        let world = World::new().await;
        let log = Kept::default();
        let watched = set_default(cms::log::lines(EnvFilter::new("info"), log.clone()));
        // whether anybody listens is remembered where a line is logged, and other tests may have been the first there
        world.stranger().get("/sign-in").await;
        tracing::callsite::rebuild_interest_cache();
        // who used a shared account is put into what has happened
        let history = "alter table contact_event disable trigger history_is_never_rewritten";
        sqlx::raw_sql(history).execute(world.owner()).await.unwrap();
        let epoch = sqlx::query_scalar("select epoch from installation").fetch_one(world.owner()).await.unwrap();
        let mut scene = Scene {
            site: world.site.clone(),
            world,
            epoch,
            log,
            _watched: watched,
            doors: Vec::new(),
            table: Table::read(),
            words: Words::default(),
            contacts: Vec::new(),
            text: String::new(),
            filter: String::new(),
            notice: String::new(),
            waiting: String::new(),
            mprns: 90_600_000,
        };
        scene.name_people().await;
        for ownership in 0..scene.table.ownerships.len() {
            for status in Status::ALL {
                scene.log(ownership, status).await;
            }
        }
        scene.keep_things().await;
        scene
    }

    /// Everybody has a name and an address that nobody elsewhere knows.
    async fn name_people(&mut self) {
        for viewpoint in self.table.viewpoints.clone() {
            if viewpoint.organisation.is_empty() {
                continue;
            }
            let may = || match viewpoint.organisation {
                "ALD" => May::Officers("ALD"),
                code => May::Organisation(code),
            };
            let (name, email) = (self.words.new_one("name", may()), self.words.new_one("e-mail", may()));
            sqlx::query("update person set name = $2, email = $3 where account = $1")
                .bind(viewpoint.account)
                .bind(name)
                .bind(format!("{email}@example.com"))
                .execute(self.world.owner())
                .await
                .unwrap();
        }
        let (account, name) =
            (self.words.new_one("account", May::Officers("ALD")), self.words.new_one("name", May::Officers("ALD")));
        let spare = "insert into person (account, name, organisation_id, terms_accepted)
                     select x.account, x.name, p.organisation_id, now()
                     from (values ('alder.spare', 'Una Spare'), ('alder.' || $1, $2)) as x (account, name), person p
                     where p.account = 'alder.agent'";
        sqlx::query(spare).bind(account).bind(name).execute(self.world.owner()).await.unwrap();
        // a person's session outlives the person
        let disabled = "update person set disabled = now() where account = 'cedar.agent'";
        sqlx::query(disabled).execute(self.world.owner()).await.unwrap();
    }

    /// One more contact of this ownership that stands so; answers its index.
    pub async fn log(&mut self, ownership: usize, status: Status) -> usize {
        let of = self.table.ownerships[ownership].clone();
        let which = self.contacts.len();
        let details = self.details(which);
        let viewer = self.world.viewer(of.raiser).await;
        let mut tx = self.world.app.db.as_viewer(viewer.id).await.unwrap();
        let given = Logged { details: &details, ldz: "NE", form_key: &cms::secret::token(), psc_of: None };
        let by = By { viewer: Some(&viewer), at: self.world.app.clock.now(), terms: &self.world.app.config.terms };
        let crn = log(&mut tx, by, &given).await.unwrap();
        tx.commit().await.unwrap();
        self.contacts.push(Standing { crn: crn.clone(), ownership, status, moved: false });
        let remark = self.words.new_one("remark", May::Know(which));
        self.world.record(of.raiser, &crn, Input::Add(&remark)).await.unwrap();
        if let Some(before) = of.before {
            self.visit(&crn, which, &of, before).await;
            let mut answers = Answers::default();
            answers
                .set("remarks", &self.words.new_one("remarks of a visit", May::Asked(which, organisation_of(before))));
            self.move_on(&crn, before, Input::AnswerVisit(answers)).await;
        }
        if status != Status::Aaca {
            self.move_to(&crn, which, &of, (status, details)).await;
        }
        assert_eq!(self.world.status(&crn).await, status.code(), "{}", of.name);
        self.stand_beside(which).await;
        which
    }

    fn details(&mut self, which: usize) -> Details {
        let mut details = lives::details();
        for field in SITE {
            details.set(field, &self.words.new_one("site", May::Know(which)));
        }
        details.set(Field::Neighbours, &self.words.new_mprn("neighbour", May::Know(which)));
        details.set(Field::Why, &self.words.new_one("why", May::Raiser(which)));
        details.set(Field::OwnReference, &self.words.new_one("own reference", May::Raiser(which)));
        details.set(Field::ContactName, &self.words.new_one("site contact", May::Ring(which)));
        details.set(Field::ContactPhone, &self.words.new_telephone("telephone", May::Ring(which)));
        let email = self.words.new_one("e-mail of the site contact", May::Ring(which));
        details.set(Field::ContactEmail, &format!("{email}@example.com"));
        details
    }

    async fn move_on(&self, crn: &str, account: &str, input: Input<'_>) {
        self.world.record(account, crn, input).await.unwrap_or_else(|refused| panic!("{account}: {refused:?}"));
    }

    async fn assign(&self, crn: &str, account: &str) {
        let id = self.world.person_id(account).await;
        self.move_on(crn, account, Input::Assign(id)).await;
    }

    /// From the CDSP's queue to a network's, and to its person.
    async fn visit(&mut self, crn: &str, which: usize, of: &Ownership, account: &str) {
        self.send(crn, which, of, account).await;
        self.assign(crn, account).await;
    }

    async fn send(&mut self, crn: &str, which: usize, of: &Ownership, account: &str) {
        self.assign(crn, of.cdsp).await;
        let network = self.world.organisation_id(organisation_of(account)).await;
        let look_at = self.words.new_one("what to look at", May::Asked(which, organisation_of(account)));
        self.move_on(crn, of.cdsp, Input::SendVisit { network, look_at: &look_at }).await;
    }

    async fn move_to(&mut self, crn: &str, which: usize, of: &Ownership, (status, mut details): (Status, Details)) {
        if matches!(status, Status::Svdn | Status::Svda) {
            self.send(crn, which, of, of.network).await;
            if status == Status::Svda {
                self.assign(crn, of.network).await;
            }
            return;
        }
        self.assign(crn, of.cdsp).await;
        if status == Status::Atca {
            return;
        }
        let question = self.words.new_one("question", May::Raiser(which));
        self.move_on(crn, of.cdsp, Input::SendClarification(&question)).await;
        match status {
            Status::Dcrs => return self.move_on(crn, of.raiser, Input::Return).await,
            Status::Dcaa => return,
            Status::Aaca | Status::Atca | Status::Svdn | Status::Svda | Status::Ccva | Status::Cciv => {}
        }
        let answer = self.words.new_one("answer", May::Raiser(which));
        details.set(Field::Locality, &self.words.new_one("corrected site", May::Know(which)));
        details.set(Field::Why, &self.words.new_one("corrected why", May::Raiser(which)));
        details.set(Field::ContactPhone, &self.words.new_telephone("corrected telephone", May::Ring(which)));
        let corrected = Some(Box::new(details));
        self.move_on(crn, of.raiser, Input::AnswerClarification { answer: &answer, corrected }).await;
        self.assign(crn, of.cdsp).await;
        self.mprns += 1;
        if status == Status::Ccva {
            let created = Outcome::Created(Mprn::from_body(u64::from(self.mprns)));
            return self.move_on(crn, of.cdsp, Input::ResolveValid(created)).await;
        }
        let remarks = self.words.new_one("closing remarks", May::Raiser(which));
        self.move_on(crn, of.cdsp, Input::ResolveInvalid { reason: "address", remarks: &remarks }).await;
    }
}
