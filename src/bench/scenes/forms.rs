//! Forms that the benchmark sends, each once.

use fastrand::Rng;
use sqlx::PgConnection;

use crate::bench::data::address::MadeAddress;
use crate::bench::data::{CDSP, people_of};
use crate::bench::load::Forms;
use crate::bench::scenes::facts::seal;
use crate::error::CommandError;
use crate::seal::Kind;

/// Takes the next best, over and over, of half of what waits.
pub async fn next(owner: &mut PgConnection) -> Result<Forms, CommandError> {
    let waiting: i64 = sqlx::query_scalar("select count(*) / 2 from contact where with_org = $1 and holder is null")
        .bind(CDSP)
        .fetch_one(owner)
        .await?;
    let form = |_| ("/queues/next".to_owned(), Vec::new());
    Ok((0..waiting.min(2_560)).map(form).collect())
}

/// Unassigned contacts from the far end of the queue, each to one colleague.
pub async fn assigns(owner: &mut PgConnection, most: i64) -> Result<Forms, CommandError> {
    let rows: Vec<(String, i32)> = sqlx::query_as(
        "select crn, version from contact where with_org = $1 and holder is null order by due desc, id limit
         least($2, (select count(*) / 4 from contact where with_org = $1 and holder is null))",
    )
    .bind(CDSP)
    .bind(most)
    .fetch_all(&mut *owner)
    .await?;
    let seal = seal(owner).await?;
    let colleague = seal.show(Kind::Person, people_of(CDSP).start + 100);
    let form = |(crn, version): (String, i32)| {
        let fields = [("version", &seal.version(&crn, version)), ("colleague", &colleague)];
        (format!("/contacts/{crn}/assign"), fields.map(|(n, v)| (n.to_owned(), v.to_owned())).to_vec())
    };
    Ok(rows.into_iter().map(form).collect())
}

/// A hundred contacts at a time, ticked in the queue, to one colleague.
pub async fn hundreds(owner: &mut PgConnection) -> Result<Forms, CommandError> {
    let rows = assigns(owner, 1_000).await?;
    let colleague = seal(owner).await?.show(Kind::Person, people_of(CDSP).start + 101);
    let mut forms = Forms::new();
    for chunk in rows.into_iter().collect::<Vec<_>>().chunks(100).filter(|chunk| chunk.len() == 100) {
        let mut fields = vec![
            ("act".to_owned(), "assign".to_owned()),
            ("colleague".to_owned(), colleague.clone()),
            ("back".to_owned(), "/queues/organisation?view=all".to_owned()),
        ];
        for (path, form) in chunk {
            let crn = path.split('/').nth(2).unwrap_or_default();
            fields.push(("tick".to_owned(), format!("{crn}.{}", form[0].1)));
        }
        forms.push_back(("/queues/organisation/act".to_owned(), fields));
    }
    Ok(forms)
}

/// Contacts that each connection logs.
const LOGS: usize = 100;

/// Forms of new contacts, each at another address, and of each the check page that follows it.
pub fn logs(connection: usize) -> (Forms, Forms) {
    let mut rng = Rng::new();
    let (mut forms, mut checks) = (Forms::new(), Forms::new());
    for n in 0..LOGS {
        let key = crate::secret::token();
        let MadeAddress { number, street, town, postcode, .. } = MadeAddress::draw(&mut rng, 0);
        let number = (usize::from(number) + connection + n).to_string();
        let fields = [
            ("key", &*key),
            ("building_number", &number),
            ("street", &street),
            ("post_town", &town),
            ("postcode", &postcode),
            ("market_sector", "D"),
            ("why", "New house."),
        ];
        let owned = |(name, value): (&str, &str)| (name.to_owned(), value.to_owned());
        forms.push_back(("/contacts/new/mnc".to_owned(), fields.map(owned).to_vec()));
        checks.push_back(("/contacts/new/mnc/check".to_owned(), vec![owned(("key", &key))]));
    }
    (forms, checks)
}
