//! Queues: lists, what is ticked and done in them, and many people at work in one of them.

mod act;
mod check;
mod chips;
mod columns;
mod export;
mod journey;
mod list;
mod next;
mod paging;
mod races;
mod saved;
mod saved_journey;
mod screen;
mod selection;
mod ticked;
mod ticked_journey;
mod together;
mod undo;
mod walk;
