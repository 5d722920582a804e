//! The same words with each wall removed: behind the queries alone, and behind row-level security alone.

use sqlx::AssertSqlSafe;

use super::ask::{Asked, ask_all};
use super::scene::Scene;

/// Whom the pages take everybody for while their conditions are removed: Postgres goes on knowing who it is.
pub const TAKEN_FOR: [(&str, &str); 4] = [
    ("the facilitator", "'facilitator', true, 'supervisor', true, 'security_officer', true"),
    ("the CDSP", "'organisation', (select to_jsonb(o) from organisation o where code = 'CDS'), 'supervisor', true"),
    ("the raiser", "'organisation', (select to_jsonb(o) from organisation o where code = 'ALD'), 'supervisor', true"),
    ("the network", "'organisation', (select to_jsonb(o) from organisation o where code = 'NGN'), 'supervisor', true"),
];

/// What somebody looks at: viewpoint and address.
pub type Look = (usize, String);

impl Scene {
    /// Every page of what people keep and find, and every page of contacts, before the eyes of everybody who is signed in.
    pub fn looks(&self) -> (Vec<Look>, Vec<Look>) {
        let mut pages = Vec::new();
        for row in self.table.rows.iter().filter(|row| row.method == "GET" && row.is_of_contact()) {
            for standing in self.contacts.iter().filter(|one| !one.moved) {
                pages.push(self.fill(row.path, &standing.crn, true));
            }
        }
        let everybody = self.table.viewpoints.iter().enumerate().filter(|(_, one)| !one.words.contains(&"out"));
        let everybody: Vec<usize> = everybody.map(|(who, _)| who).collect();
        let before = |addresses: &[String]| {
            everybody.iter().flat_map(|who| addresses.iter().map(|address| (*who, address.clone()))).collect()
        };
        (before(&self.doors), before(&pages))
    }

    /// Looks, and says what is seen that is not the viewer's; its own search word is not.
    pub async fn look(&mut self, looks: &[Look], where_: &str) -> Vec<String> {
        let mut wrong = Vec::new();
        let mut cookies: Vec<Option<String>> = vec![None; self.table.viewpoints.len()];
        for some in looks.chunks(200) {
            let mut asked = Vec::new();
            for (who, address) in some {
                if cookies[*who].is_none() {
                    let viewpoint = self.table.viewpoints[*who].clone();
                    cookies[*who] = self.session(&viewpoint).await;
                }
                let (address, cookie) = (address.clone(), cookies[*who].clone());
                asked.push(Asked { method: "GET", address, form: String::new(), cookie });
            }
            let answers = ask_all(&self.site, &asked.iter().collect::<Vec<_>>()).await;
            for ((who, address), answer) in some.iter().zip(answers) {
                let viewpoint = &self.table.viewpoints[*who];
                let typed = address.split_once("?q=").map_or("", |(_, word)| word).replace('+', " ");
                for (word, field, may) in self.words.leaks(&answer.bytes, |may| self.may_read(viewpoint, may)) {
                    if word != typed {
                        wrong.push(format!("{where_}: {address} | {}: leaks {field} of {may:?}", viewpoint.name));
                    }
                }
            }
            self.set_back().await;
        }
        wrong
    }

    /// The pages take whoever is signed in for somebody else; nothing for who they are.
    pub async fn take_for(&self, whom: Option<&str>) {
        let who = whom.map_or("who".to_owned(), |whom| format!("(who::jsonb || jsonb_build_object({whom}))::json"));
        let sql = format!(
            "do $$ begin
                 if to_regprocedure('session_as_it_is(bytea, boolean)') is null then
                     alter function session_load(bytea, boolean) rename to session_as_it_is;
                 end if;
             end $$;
             create or replace function session_load(hash bytea, is_used boolean default true, out holds jsonb,
                                                     out ends timestamptz, out who json)
                 language sql security definer set search_path = public, pg_temp as
             $$ select holds, ends, {who} from session_as_it_is(hash, is_used) $$;
             grant execute on function session_load(bytea, boolean) to cms_web"
        );
        sqlx::raw_sql(AssertSqlSafe(sql)).execute(self.world.owner()).await.unwrap();
    }
}
