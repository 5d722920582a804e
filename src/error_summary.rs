//! The error summary of a form names its fields in the order in which they stand on the page.
//!
//! Whoever finds what is wrong goes by its own order (rules first, then what only the database knows), and only the page
//! that was drawn knows where each field stands on it; so the summary's lines are put in order once the page is drawn.

use memchr::memmem;

/// What every error summary opens its list with (`templates/parts/field.html`).
const LIST: &str = "govuk-error-summary__list\">";

/// The page with the lines of its error summary in the order of their fields; a page without one as it is.
pub fn in_page_order(page: String) -> String {
    let Some(start) = memmem::find(page.as_bytes(), LIST.as_bytes()).map(|at| at + LIST.len()) else { return page };
    let Some(end) = page[start..].find("</ul>").map(|at| start + at) else { return page };
    let (before, list, after) = (&page[..start], &page[start..end], &page[end..]);
    let mut lines: Vec<&str> = list.split_inclusive("</li>").collect();
    // the blanks after the last line stay the last
    lines.sort_by_key(|line| place(line, after).unwrap_or(usize::MAX));
    [before, &lines.concat(), after].concat()
}

/// Where the field that the line links to stands. Text is escaped, so no quotation mark comes from what was typed.
fn place(line: &str, page: &str) -> Option<usize> {
    let (_, from_field) = line.split_once("href=\"#")?;
    let (field, _) = from_field.split_once('"')?;
    page.find(&format!(" id=\"{field}\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_stand_as_their_fields_do() {
        let line = |field: &str| format!("<li><a href=\"#{field}\">x</a></li>");
        let page = |lines: &str| {
            format!(
                "<ul class=\"{LIST}{lines}</ul>\n<input name=\"b\"\n  id=\"b\"><p><input id=\"a\"><i id=\"a-b\"></i>"
            )
        };
        let (a, b, gone) = (line("a"), line("b"), line("gone"));
        assert_eq!(in_page_order(page(&[&*gone, &a, &b].concat())), page(&[b, a, gone].concat()));
        assert_eq!(in_page_order("<p>no summary</p>".to_owned()), "<p>no summary</p>");
    }
}
