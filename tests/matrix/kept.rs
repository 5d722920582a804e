//! What stands beside contacts, and what people keep: texts, filters, drafts, files, bulks, sessions, notices.

use cms::contacts::fields::Field;
use cms::contacts::lifecycle::Status;
use cms::contacts::types::ContactType;
use sqlx::AssertSqlSafe;

use super::canary::May;
use super::scene::Scene;
use super::table::organisation_of;
use crate::bulk::{row, taken, work};
use crate::evidence::{corpus, must_add};
use crate::world::Person;

impl Scene {
    /// A statement of the owner's.
    async fn put(&self, sql: &str, words: &[&str]) {
        let mut query = sqlx::query(AssertSqlSafe(sql.to_owned()));
        for word in words {
            query = query.bind(*word);
        }
        query.execute(self.world.owner()).await.unwrap_or_else(|error| panic!("{sql}: {error}"));
    }

    /// Notes, files, why it was logged although there is another one, and who used the shared account.
    pub async fn stand_beside(&mut self, which: usize) {
        let standing = self.contacts[which].clone();
        let (crn, of) = (standing.crn, self.table.ownerships[standing.ownership].clone());
        for account in [of.raiser, "cdsp.agent"] {
            let may = || May::Organisation(organisation_of(account));
            let (body, used_by) = (self.words.new_one("note", may()), self.words.new_one("who wrote a note", may()));
            let sql = "insert into contact_note (id, contact_id, organisation_id, author, body, used_by, at)
                       select md5($3), c.id, p.organisation_id, p.id, $3, $4, now() from contact c, person p
                       where c.crn = $1 and p.account = $2";
            self.put(sql, &[&crn, account, &body, &used_by]).await;
        }
        let reason = self.words.new_one("why it is no duplicate", May::Raiser(which));
        let sql = "insert into duplicate_note (contact_id, found, reason) select id, 1, $2 from contact where crn = $1";
        self.put(sql, &[&crn, &reason]).await;
        let raiser = organisation_of(of.raiser);
        let note = self.words.new_one("note of a move", May::Organisation(raiser));
        let sql = "insert into event_note (contact_id, version, organisation_id, note)
                   select id, 1, raised_by, $2 from contact where crn = $1";
        self.put(sql, &[&crn, &note]).await;
        for account in [Some(of.raiser), Some("cdsp.agent"), of.before].into_iter().flatten() {
            let used_by = self.words.new_one("who did it", May::Organisation(organisation_of(account)));
            let sql = "update contact_event e set used_by = $3 from contact c, person p
                       where c.crn = $1 and e.contact_id = c.id and p.account = $2 and e.actor_org = p.organisation_id";
            self.put(sql, &[&crn, account, &used_by]).await;
        }
        self.photo(which, &crn, of.raiser, "log", May::Know(which)).await;
        if let Some(before) = of.before {
            let may = May::Asked(which, organisation_of(before));
            self.photo(which, &crn, before, "answer-visit", may).await;
        }
    }

    /// A file of this act, with a word for its name and one for what is in it.
    async fn photo(&mut self, which: usize, crn: &str, account: &str, action: &str, may: May) {
        let may = May::Look(Box::new(may));
        let (name, inside) = (self.words.new_one("name of a file", may.clone()), self.words.new_one("file", may));
        let sql = "with file as (
                       insert into evidence (id, person_id, organisation_id, form, name, media_type, size, sha256, thumbnail,
                                             contact_id, version, place, action)
                       select md5($3), p.id, p.organisation_id, '/' || $3, $3 || '.pdf', 'application/pdf', 12, '\\x00', $4::bytea,
                              c.id, (select min(version) from contact_event e where e.contact_id = c.id and e.action = $5), 1, $5
                       from contact c, person p where c.crn = $1 and p.account = $2 returning id)
                   insert into evidence_chunk (evidence_id, part, bytes) select id, 0, $4::bytea from file";
        self.put(sql, &[crn, account, &name, &inside, action]).await;
        // of a few contacts, since each is asked for by everybody
        if which.is_multiple_of(11) {
            let id: String =
                sqlx::query_scalar("select md5($1)").bind(&name).fetch_one(self.world.owner()).await.unwrap();
            self.doors.extend([
                format!("/contacts/{crn}/evidence/{id}"),
                format!("/contacts/{crn}/evidence/{id}/thumbnail"),
                format!("/contacts/{crn}"),
            ]);
        }
    }

    /// Everything that is nobody's contact.
    pub async fn keep_things(&mut self) {
        self.keep_text().await;
        let mut amy = self.world.sign_in("alder.agent").await;
        self.keep_filter_and_feedback(&mut amy).await;
        self.keep_drafts().await;
        self.keep_bulk(&mut amy).await;
        let photo = self.words.new_one("name of a file", May::Account("alder.agent"));
        let form = format!("/contacts/new/mnc?key={}", cms::secret::token());
        must_add(&mut amy, &form, &[(&format!("{photo}.jpg"), &corpus::photo(60, 40))]).await;
        self.doors.push(crate::evidence::page_of(&form));
        self.keep_ticks().await;
        self.ask_for_a_role().await;
        self.keep_what_is_the_services().await;
        self.keep_without_words().await;
        self.notice = first(&mut amy, "/notifications", "a[href^='/notifications/']").await;
        for queue in ["organisation", "mine", "raised", "all"] {
            let list = format!("/queues/{queue}");
            self.doors
                .extend(["", "?view=all&size=200", "/export.csv", "/export.xlsx"].map(|more| format!("{list}{more}")));
        }
        for field in ["site", "why", "own reference", "note", "remark", "question", "site contact", "telephone"] {
            let words = self.words.of(field);
            self.doors.extend(words.iter().step_by(29).map(|word| format!("/search?q={}", word.replace(' ', "+"))));
        }
        for path in
            ["/", "/account", "/people", "/people/alder.agent2", "/notifications", "/workload", "/workload/alder.agent"]
        {
            self.doors.push(path.to_owned());
        }
        for path in
            ["/texts", "/bulk", "/feedback", "/trial", "/trial/feedback", "/trial/feedback.csv", "/presence", "/help"]
        {
            self.doors.push(path.to_owned());
        }
    }

    async fn keep_filter_and_feedback(&mut self, amy: &mut Person) {
        let own = || May::Account("alder.agent");
        let (name, searched) = (self.words.new_one("filter", own()), self.words.new_one("search word", own()));
        let back = format!("/queues/organisation?q={searched}&sort=-received");
        let kept = [("filter_name", name.as_str()), ("back", &back), ("opens", "")];
        let kept = amy.post("/queues/organisation/filters", &kept).await;
        assert_eq!(kept.status, 303, "{}", kept.text());
        let found = amy.get("/queues/organisation?view=all").await;
        let forms = found.attributes("form[action*='/filters/']", "action");
        forms.last().and_then(|form| form.rsplit('/').next()).unwrap_or("none").clone_into(&mut self.filter);
        let may = || May::Facilitator("alder.agent");
        let (says, page) = (self.words.new_one("feedback", may()), self.words.new_one("page of feedback", may()));
        let sent = amy.post("/feedback", &[("about", "idea"), ("says", &says)]).await;
        assert_eq!(sent.status, 303, "{}", sent.text());
        let reply = self.words.new_one("reply to feedback", may());
        let sql = "update feedback set reply = $1, state = 'read', replied = now(), page = '/queues/raised?q=' || $2";
        self.put(sql, &[&reply, &page]).await;
    }

    /// What is typed and not sent, by its page's script and by two pages at once.
    async fn keep_drafts(&mut self) {
        for account in ["alder.agent", "birch.agent", "ngn.agent"] {
            let mut person = self.world.sign_in(account).await;
            let stamp = person.stamp("/drafts").await.unwrap();
            let key = cms::secret::token();
            for tab in 0..2 {
                let word = self.words.new_one("draft", May::Account(account));
                let drawn = cms::clock::Clock::System.now().unix_timestamp() * 1_000 + tab;
                let to = format!("/drafts?to=%2Fcontacts%2Fnew%2Fmnc&drawn={drawn}&changed=street,why");
                let body = format!("key={key}&epoch={stamp}&street={word}&why={word}&contact_name={word}");
                let kept = person.post_raw(&to, body).await;
                assert!(matches!(kept.status.as_u16(), 200 | 204), "{}", kept.body);
            }
            self.doors.push(format!("/contacts/new/mnc?key={key}"));
        }
    }

    /// A file of rows, of which one has errors.
    async fn keep_bulk(&mut self, amy: &mut Person) {
        let may = || May::Supervised("alder.agent");
        let street = self.words.new_one("row of a bulk", may());
        let (wrong, name) = (self.words.new_one("row of a bulk", may()), self.words.new_one("name of a bulk", may()));
        let rows = [row(&[(Field::Street, &street), (Field::Why, &street)]), row(&[(Field::MarketSector, &wrong)])];
        // a workbook, whose sheet has a name of its own
        let mut book = rust_xlsxwriter::Workbook::new();
        let sheet = book.add_worksheet();
        let titled = self.words.new_one("name of a sheet", may());
        sheet.set_name(&titled).unwrap();
        let spec = ContactType::Mnc.spec();
        for (column, field) in (0_u16..).zip(spec.fields()) {
            sheet.write_string(0, column, spec.label(&field)).unwrap();
            for (at, row) in (1_u32..).zip(&rows) {
                sheet.write_string(at, column, &row.fields[field.place()].1).unwrap();
            }
        }
        let path = taken(amy, &format!("{name}.xlsx"), &book.save_to_buffer().unwrap()).await;
        work(&self.world).await;
        let used_by = self.words.new_one("who sent a bulk", may());
        self.put("update bulk set used_by = $1", &[&used_by]).await;
        let more = ["", "/progress", "/rejected.csv", "/rejected.xlsx", "/report.csv", "/done.csv"];
        self.doors.extend(more.map(|more| format!("{path}{more}")));
    }

    async fn keep_ticks(&mut self) {
        let held = self.contacts.iter().find(|one| one.ownership == 0 && one.status == Status::Atca).unwrap();
        let tick = self.world.tick(&held.crn).await;
        let searched = self.words.new_one("search word", May::Account("cdsp.agent"));
        let back = format!("/queues/organisation?view=all&q={searched}");
        let mut person = self.world.sign_in("cdsp.agent").await;
        let kept = person.post("/queues/organisation/ticks", &[("back", &back), ("tick", &tick)]).await;
        assert_eq!(kept.status, 303, "{}", kept.text());
    }

    /// An officer has made a link, and asks for a colleague's role: the CDSP's officer is told whose.
    async fn ask_for_a_role(&mut self) {
        let name = self.words.new_one("name", May::Officers("ALD"));
        self.put("update person set name = $1 where account = 'alder.agent2'", &[&name]).await;
        let told = "insert into account_notice (person_id, about, by_whom)
                    select p.id, 'link', o.name from person p, person o
                    where p.account = 'alder.agent2' and o.account = 'alder.lso'";
        self.put(told, &[]).await;
        let (lso, agent) = (self.world.person_id("alder.lso").await, self.world.person_id("alder.agent2").await);
        let mut tx = self.world.app.db.as_viewer(lso).await.unwrap();
        let asks = "select set_person_roles($1, true, false, true)";
        let asked: String = sqlx::query_scalar(asks).bind(agent).fetch_one(&mut *tx).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(asked, "asked");
    }

    /// Rows that no person has written by a page.
    async fn keep_what_is_the_services(&mut self) {
        let announced = self.words.new_one("announcement", May::Everybody);
        let sql = "insert into announcement (says, starts, ends) values ($1, now() - interval '1 hour', now() + interval '1 day')";
        self.put(sql, &[&announced]).await;
        let nobodys = self.words.new_one("security event", May::Nobody);
        let sql = "insert into security_event (event, account, address, detail) values ('test', $1, $1, $1)";
        self.put(sql, &[&nobodys]).await;
        let former = self.words.new_one("former account name", May::Nobody);
        let sql =
            "insert into former_name (account, person_id) select $1, id from person where account = 'birch.agent'";
        self.put(sql, &[&former]).await;
        let import = self.words.new_one("import", May::Nobody);
        let sql = "insert into import_job (what, file, size, head, samples) values ('addresses', $1, 1, $1, array[$1])";
        self.put(sql, &[&import]).await;
        let reset = self.words.new_one("who reset the trial", May::Facilitator(""));
        self.put("update installation set last_reset_by = $1, last_reset = now()", &[&reset]).await;
        let (point, mprn) =
            (self.words.new_one("register", May::SeesAll), self.words.new_mprn("register", May::SeesAll));
        let sql = "insert into meter_point (mprn, address, postcode, msn, network, shipper) values ($2, $1, 'LS1 4DY', $1, $1, $1)";
        self.put(sql, &[&point, &mprn]).await;
        let said = self.words.new_one("what a session says", May::Account("alder.agent"));
        let sql = "update session set data = jsonb_build_object('kept', $1) from person p
                   where p.id = person_id and p.account = 'alder.agent'";
        self.put(sql, &[&said]).await;
    }

    /// Rows of alder.lso's in which no word stands.
    async fn keep_without_words(&self) {
        for sql in [
            "insert into saved_filter (person_id, queue, name, query) select p.id, 'raised', '', '' from person p",
            "insert into default_filter (person_id, queue, filter_id)
             select p.id, f.queue, f.id from person p join saved_filter f on f.person_id = p.id",
            "insert into done_once (person_id, digest) select p.id, '' from person p",
            "insert into list_columns (person_id, queue, columns) select p.id, 'raised', '{}' from person p",
            "insert into wrong_password (person_id, day) select p.id, current_date from person p",
            "insert into cover (person_id, covered_by, organisation_id, until, set_by)
             select p.id, s.id, p.organisation_id, now() + interval '1 day', s.id
             from person p join person s on s.account = 'alder.supervisor'",
            "insert into bulk_made (organisation_id, whole, crn) select p.organisation_id, '', '' from person p",
        ] {
            self.put(&format!("{sql} where p.account = 'alder.lso' limit 1"), &[]).await;
        }
    }

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
