//! What is walked: contacts of every ownership in every status, each field with a word of its own, and what people keep.

use cms::contacts::fields::outcome::Outcome;
use cms::contacts::fields::{Details, Field};
use cms::contacts::journal::{By, Input, Logged, log};
use cms::contacts::lifecycle::Status;
use cms::trade::Mprn;

use super::canary::{May, Words};
use super::table::{Ownership, Table, organisation_of};
use crate::world::{Person, World, lives};

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
        let mut scene = Scene {
            world: World::new().await,
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
            let may = || May::Organisation(viewpoint.organisation);
            let (name, email) = (self.words.new_one("name", may()), self.words.new_one("e-mail", may()));
            sqlx::query("update person set name = $2, email = $3 where account = $1")
                .bind(viewpoint.account)
                .bind(name)
                .bind(format!("{email}@example.com"))
                .execute(self.world.owner())
                .await
                .unwrap();
        }
        let spare = "insert into person (account, name, organisation_id, terms_accepted)
                     select 'alder.spare', 'Una Spare', organisation_id, now() from person where account = 'alder.agent'";
        sqlx::query(spare).execute(self.world.owner()).await.unwrap();
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
            self.move_on(&crn, before, lives::visited()).await;
        }
        if status != Status::Aaca {
            self.move_to(&crn, which, &of, status).await;
        }
        assert_eq!(self.world.status(&crn).await, status.code(), "{}", of.name);
        self.note(&crn, of.raiser).await;
        which
    }

    fn details(&mut self, which: usize) -> Details {
        let mut details = lives::details();
        for field in [Field::BuildingName, Field::Street, Field::DependentStreet, Field::Locality] {
            details.set(field, &self.words.new_one("site", May::Know(which)));
        }
        details.set(Field::BuildingNumber, "");
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

    async fn move_to(&mut self, crn: &str, which: usize, of: &Ownership, status: Status) {
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
        self.move_on(crn, of.raiser, lives::answered(&answer)).await;
        self.assign(crn, of.cdsp).await;
        self.mprns += 1;
        if status == Status::Ccva {
            let created = Outcome::Created(Mprn::from_body(u64::from(self.mprns)));
            return self.move_on(crn, of.cdsp, Input::ResolveValid(created)).await;
        }
        let remarks = self.words.new_one("closing remarks", May::Raiser(which));
        self.move_on(crn, of.cdsp, Input::ResolveInvalid { reason: "address", remarks: &remarks }).await;
    }

    /// A note of the raiser's organisation, and one of the CDSP's.
    async fn note(&mut self, crn: &str, raiser: &str) {
        for (account, organisation) in [(raiser, organisation_of(raiser)), ("cdsp.agent", "CDS")] {
            let body = self.words.new_one("note", May::Organisation(organisation));
            let sql = "insert into contact_note (id, contact_id, organisation_id, author, body, at)
                       select md5($3), c.id, p.organisation_id, p.id, $3, now() from contact c, person p
                       where c.crn = $1 and p.account = $2";
            sqlx::query(sql).bind(crn).bind(account).bind(body).execute(self.world.owner()).await.unwrap();
        }
    }

    /// A saved text, a saved filter, feedback, what is typed and not sent, and a notice.
    async fn keep_things(&mut self) {
        self.keep_text().await;
        let mut amy = self.world.sign_in("alder.agent").await;
        let (filter, feedback) = (
            self.words.new_one("filter", May::Account("alder.agent")),
            self.words.new_one("feedback", May::Facilitator("alder.agent")),
        );
        let kept = [("filter_name", filter.as_str()), ("back", "/queues/organisation?sort=-received"), ("opens", "")];
        let kept = amy.post("/queues/organisation/filters", &kept).await;
        assert_eq!(kept.status, 303, "{}", kept.text());
        let sent = amy.post("/feedback", &[("about", "idea"), ("says", &feedback)]).await;
        assert_eq!(sent.status, 303, "{}", sent.text());
        let found = amy.get("/queues/organisation?view=all").await;
        let forms = found.attributes("form[action*='/filters/']", "action");
        forms.last().and_then(|form| form.rsplit('/').next()).unwrap_or("none").clone_into(&mut self.filter);
        self.notice = first(&mut amy, "/notifications", "a[href^='/notifications/']").await;
    }
}

impl Scene {
    /// A saved text of Alder's.
    pub async fn keep_text(&mut self) {
        let text = self.words.new_one("saved text", May::Organisation("ALD"));
        let mut supervisor = self.world.sign_in("alder.supervisor").await;
        let saved = [("title", text.as_str()), ("body", &text), ("used_for", "answer")];
        let saved = supervisor.post("/texts/new", &saved).await;
        assert_eq!(saved.status, 303, "{}", saved.text());
        self.text = first(&mut supervisor, "/texts", "a[href^='/texts/']").await;
    }
}

/// The last part of the first such address on a page.
async fn first(person: &mut Person, page: &str, links: &str) -> String {
    let links = person.get(page).await.attributes(links, "href");
    let parts = links.iter().filter_map(|link| link.rsplit('/').next()).find(|part| *part != "new");
    parts.unwrap_or("none").split('?').next().unwrap().to_owned()
}
