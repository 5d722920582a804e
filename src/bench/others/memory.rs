//! Memory of the program while people export, send rows and upload at once.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use super::upload::{self, Photo};
use super::{Others, bulk, export};
use crate::bench::report::Report;
use crate::bench::server::{ServerProcess, memory_of};
use crate::error::CommandError;

/// The most that a process has had since.
pub struct Peak {
    most: Arc<AtomicU64>,
    over: Arc<AtomicBool>,
}

impl Peak {
    pub fn of(process: u32) -> Peak {
        let (most, over) = (Arc::new(AtomicU64::new(0)), Arc::new(AtomicBool::new(false)));
        let (write, end) = (Arc::clone(&most), Arc::clone(&over));
        tokio::spawn(async move {
            while !end.load(Ordering::SeqCst) {
                write.fetch_max(memory_of(process), Ordering::SeqCst);
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        });
        Peak { most, over }
    }

    /// In MiB.
    pub fn end(self) -> f64 {
        self.over.store(true, Ordering::SeqCst);
        self.most.load(Ordering::SeqCst) as f64
    }
}

/// One export and one bulk under way.
pub async fn without_uploads(
    size: i64,
    server: &ServerProcess,
    others: &Others,
    [exporter, sender]: [&str; 2],
    report: &mut Report,
) -> Result<(), CommandError> {
    let host = &server.host;
    let rows = bulk::rows();
    let peak = Peak::of(server.pid);
    let work = async { tokio::join!(export(host, exporter, Duration::from_secs(8)), bulk::check(host, sender, &rows)) };
    let ((export_done, bulk_done), _) = others.during(work).await?;
    report.add_figure(size, "memory, export and bulk", peak.end(), "MiB");
    export_done?;
    bulk_done?;
    Ok(())
}

/// The same with eight uploads, and what is kept afterwards.
pub async fn with_uploads(
    size: i64,
    server: &ServerProcess,
    others: &Others,
    [exporter, sender]: [&str; 2],
    photo: &Photo,
    report: &mut Report,
) -> Result<(), CommandError> {
    let host = &server.host;
    let rows = bulk::rows();
    let peak = Peak::of(server.pid);
    let work = async {
        tokio::join!(
            export(host, exporter, Duration::from_secs(8)),
            bulk::check(host, sender, &rows),
            upload::by_many(server, photo, 8)
        )
    };
    let ((export_done, bulk_done, uploads_done), _) = others.during(work).await?;
    report.add_figure(size, "memory, export, bulk and eight uploads", peak.end(), "MiB");
    export_done?;
    bulk_done?;
    uploads_done?;
    tokio::time::sleep(Duration::from_secs(5)).await;
    report.add_figure(size, "memory, afterwards", server.memory() as f64, "MiB");
    Ok(())
}
