//! What rules go by that its form does not say: the day, the address finder, the postcode's network.

use sqlx::PgConnection;

use crate::addresses;
use crate::app::App;
use crate::contacts::fields::Details;
use crate::contacts::fields::Field;
use crate::contacts::fields::rule::Facts;
use crate::contacts::zone;
use crate::error::AppError;
use crate::trade::working_time::london_date;

/// Looks up what the rules need to know of one form.
pub async fn facts(app: &App, tx: &mut PgConnection, details: &Details) -> Result<Facts, AppError> {
    Ok(facts_of_many(app, tx, std::slice::from_ref(details)).await?.remove(0))
}

/// The same for many forms, in their order, in two statements.
pub async fn facts_of_many(app: &App, tx: &mut PgConnection, details: &[Details]) -> Result<Vec<Facts>, AppError> {
    let plain = Facts { trial: app.config.is_trial(), ..Facts::on(london_date(app.clock.now())) };
    let postcodes: Vec<&str> = details.iter().map(|d| d.get(Field::Postcode)).collect();
    let zones = zone::of_many(tx, &postcodes).await?;
    let known = addresses::known(tx, details).await?;
    Ok(zones
        .iter()
        .zip(known)
        .map(|(zone, in_finder)| Facts { in_finder, isolated: zone.is_isolated(), ..plain })
        .collect())
}
