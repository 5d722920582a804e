//! The supervisor's board, moving somebody's work, handing it over, and covering for the absent.

mod cover;
mod hand_over;
mod list;
mod move_some;

use crate::world::Page;

pub fn row(page: &Page, name: &str) -> Vec<String> {
    let names = page.all("table.app-load tbody th a");
    let at = names.iter().position(|known| known == name).unwrap_or_else(|| panic!("no {name} in {names:?}"));
    page.all(&format!("table.app-load tbody tr:nth-child({}) td", at + 1))
}
