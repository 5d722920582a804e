//! What evidence may be, in one place. Postgres holds sizes and numbers as constraints too (`0015_evidence.sql`).

pub use crate::contacts::evidence::MOST_FILES;

/// Size of a file, as it is sent and as it is kept.
pub const MOST_MEGABYTES: usize = 8;
pub const MOST_BYTES: usize = MOST_MEGABYTES * 1024 * 1024;
/// Pixels of a photo's side.
pub const LONGEST_SIDE: u32 = 8_000;
/// Bytes that decoding one photo may ask for: 8,000 by 8,000 pixels of four bytes.
pub const MOST_MEMORY: u64 = 256 * 1024 * 1024;
/// Pixels of a thumbnail's longer side.
pub const THUMBNAIL: u32 = 200;
/// Bytes of one request: every file at its largest, and what stands between them.
pub const LONGEST_REQUEST: usize = MOST_FILES * MOST_BYTES + 64 * 1024;
/// Seconds that one file may take to arrive.
pub const SECONDS_A_FILE: u64 = 60;
/// Seconds that it may wait for its turn.
pub const SECONDS_OF_WAITING: u64 = 30;
/// Files that are held in memory at a time, over all requests; the others wait unread.
pub const AT_ONCE: usize = 8;
