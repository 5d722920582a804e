//! What the rules of an MNC go by that its form does not say: the day, the address finder, the postcode's network.

use sqlx::PgConnection;

use super::details::Details;
use super::rules::Facts;
use crate::app::App;
use crate::error::AppError;
use crate::trade::working_time::london_date;

/// Looks up what the rules need to know of one form.
pub async fn facts(app: &App, _tx: &mut PgConnection, _details: &Details) -> Result<Facts, AppError> {
    Ok(Facts { trial: app.config.is_trial(), ..Facts::on(london_date(app.clock.now())) })
}
