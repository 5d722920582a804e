//! Each clarification of the sample story can be answered by whoever has it.

use super::told;
use crate::drafts::{send, shown};

/// The seeded clarifications that wait: CRN and the account that answers; one that nobody holds is taken first.
const WAITING: &str = "select c.crn, coalesce(h.account, a.account), h.id is null
    from contact c left join person h on h.id = c.holder
    join lateral (select p.account from person p
                  where p.organisation_id = c.with_org and p.disabled is null order by p.account limit 1) a on true
    where c.status in ('DCRS', 'DCAA') order by c.crn";

#[tokio::test]
async fn every_clarification_of_the_story_is_answered_with_and_without_one_correction() {
    for (field, value) in [("", ""), ("msn", "G4A00000000001")] {
        let world = told().await;
        let waiting: Vec<(String, String, bool)> = sqlx::query_as(WAITING).fetch_all(world.owner()).await.unwrap();
        assert!(waiting.len() >= 12, "{}", waiting.len());
        for (crn, account, to_take) in waiting {
            let mut agent = world.sign_in(&account).await;
            if to_take {
                world.take(&mut agent, &crn, &account).await;
            }
            let address = format!("/contacts/{crn}/answer-clarification");
            let page = agent.get(&address).await;
            let mut sent: Vec<(String, String)> = shown(&page.body, &address).into_iter().collect();
            for (name, text) in &mut sent {
                if name == "answer" {
                    "It is as we said".clone_into(text);
                } else if name == field {
                    value.clone_into(text);
                }
            }
            let answered = send(&mut agent, &address, &sent).await;
            assert_eq!(answered.status, 303, "{account} {crn} {field}: {:?}", answered.errors());
            assert_eq!(world.status(&crn).await, "AACA", "{crn}");
            if !field.is_empty() {
                let history = agent.get(&format!("/contacts/{crn}")).await;
                assert!(history.text().contains(value), "{crn}");
            }
        }
    }
}
