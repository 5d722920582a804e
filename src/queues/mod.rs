//! Queues: who has what to do. A filter is a value: address bar ⇄ struct ⇄ one SQL definition ⇄ words.
//!
//! Tile, list, count and the boxes one ticks all come from the same [`Filter`].

pub mod act;
pub mod assign_next;
pub mod bulk;
mod bulk_record;
pub mod check;
pub mod columns;
mod deed;
pub mod export;
pub mod filter;
pub mod list;
mod list_chips;
mod list_filter;
mod list_table;
pub mod lists;
pub mod newer;
pub mod next;
pub mod of;
pub mod rows;
pub mod saved;
pub mod selection;
pub mod ticked;
pub mod ticked_done;
pub mod undo;
pub mod walk;

pub use self::filter::{Age, COUNTED, Cursor, Due, Filter, Names, Queue, SIZES, Sort, With, looked_for, unreadable};
pub use self::of::QueueOf;
