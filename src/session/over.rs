//! What goes on after its request, as a long file does, ends with the session that asked for it.

use std::time::Duration;

use sqlx::PgConnection;
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;

use super::Viewer;
use crate::app::App;
use crate::error::AppError;
use crate::presence::Over;

/// How often a session is looked at that nobody has ended: it may have come to its own end.
const LOOK: Duration = Duration::from_secs(30);

/// Whether the viewer's session goes on, in a transaction of theirs. Of whoever is disabled none does.
pub async fn stands(tx: &mut PgConnection, viewer: &Viewer) -> Result<bool, AppError> {
    Ok(sqlx::query_scalar!(
        r#"select exists (select from session where id_hash = decode($1, 'hex') and ends > now()) as "stands!""#,
        viewer.session
    )
    .fetch_one(tx)
    .await?)
}

/// Hears of sessions that end.
#[derive(Debug)]
pub struct Ends(Receiver<Over>);

impl Ends {
    pub fn from_now(app: &App) -> Ends {
        Ends(app.presence.over())
    }

    /// Comes back once the viewer's session has ended.
    pub async fn of(&mut self, app: &App, viewer: &Viewer) {
        loop {
            tokio::select! {
                heard = self.0.recv() => match heard {
                    Ok(over) if over.session == viewer.session || over.person == viewer.id => return,
                    Ok(_) => continue,
                    // what was missed may have been ours
                    Err(RecvError::Lagged(_)) => {}
                    Err(RecvError::Closed) => tokio::time::sleep(LOOK).await,
                },
                () = tokio::time::sleep(LOOK) => {}
            }
            if let Ok(mut tx) = app.db.as_viewer(viewer.id).await
                && matches!(stands(&mut tx, viewer).await, Ok(false))
            {
                return;
            }
        }
    }
}
