//! The forms that are kept are all that there are: found on the pages themselves.

use std::collections::BTreeSet;

use cms::contacts::types::ContactType;
use cms::forms::{Form, is_about_a_contact};

use super::{CASES, select};
use crate::bad_input::FORMS;
use crate::world::World;
use scraper::Html;

/// Sent with something typed and not kept, each for its reason.
const NOT_KEPT: &[(&str, &str)] = &[
    ("/account/password", "passwords are never kept"),
    ("/trial/reset", "the word that confirms a reset is typed each time"),
    ("/sign-in", "there is nobody yet"),
    ("/queues/{queue}/assign-next", "a number and a name, chosen anew from the list in view"),
];

#[tokio::test]
async fn a_form_with_something_to_type_is_kept_or_named_here_with_its_reason() {
    let world = World::new().await;
    let mut kept = BTreeSet::new();
    for (path, account, status) in FORMS {
        let crn = match status {
            Some(status) => world.contact_at(*status).await,
            None => String::new(),
        };
        let mut person = world.sign_in(account).await;
        let page = person.get(&path.replace("{crn}", &crn)).await;
        let html = Html::parse_document(&page.body);
        for form in html.select(&select("form[method='post']")) {
            let types = "textarea, input:not([type=hidden]):not([type=radio]):not([type=checkbox]):not([type=file])";
            let to = form.attr("action").unwrap().replace("/organisation/", "/{queue}/");
            let is_typed = form.select(&select(types)).next().is_some();
            let key = ("key".to_owned(), KEY.to_owned());
            let known = Form::sent_to(form.attr("action").unwrap(), &[key]);
            let is_draft = form.attr("data-draft").is_some();
            assert_eq!(known.as_ref().is_some_and(Form::is_text), is_draft, "{to} of {path}");
            if is_typed && known.is_none() {
                assert!(NOT_KEPT.iter().any(|(known, _)| *known == to), "{to} of {path} would lose what is typed");
            }
            if known.is_some() {
                let to = if crn.is_empty() { to } else { to.replace(&crn, "{crn}") };
                kept.insert(to.replace("{queue}", "organisation"));
            }
        }
    }
    let tested: BTreeSet<String> = CASES.iter().map(|case| case.to.to_owned()).collect();
    assert_eq!(kept.difference(&tested).collect::<Vec<_>>(), Vec::<&String>::new(), "no test types into these");
}

pub const KEY: &str = "0123456789abcdef0123456789abcdef";

#[tokio::test]
async fn the_database_and_the_program_agree_which_forms_are_about_a_contact() {
    let world = World::new().await;
    let of_a_type = |known: &ContactType| [known.form(KEY), known.duplicates(KEY)];
    let own =
        ["/contacts/C123456782/answer-visit", "/feedback", "/people/new", "/queues/all/filters", "/bulk/form?key=1"];
    for address in ContactType::ALL.iter().flat_map(of_a_type).chain(own.map(str::to_owned)) {
        let in_database: bool = sqlx::query_scalar(
            "select is_of_a_contact(jsonb_populate_record(null::draft, jsonb_build_object('form', $1)))",
        )
        .bind(&address)
        .fetch_one(world.owner())
        .await
        .unwrap();
        assert_eq!(in_database, is_about_a_contact(&address), "{address}");
    }
}
