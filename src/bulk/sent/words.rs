//! Rows and columns of a sheet in words.

/// "row 3", "rows 3 to 5".
pub fn rows(first: usize, last: usize) -> String {
    if first == last { format!("row {first}") } else { format!("rows {first} to {last}") }
}

/// "rows 3, 5 to 7 and 9": at most six of them by name.
pub fn some(noun: &str, numbers: &[usize], name: fn(&usize) -> String) -> String {
    let mut runs: Vec<(usize, usize)> = Vec::new();
    for number in numbers {
        match runs.last_mut() {
            Some((_, last)) if *last + 1 == *number => *last = *number,
            _ => runs.push((*number, *number)),
        }
    }
    let mut words: Vec<String> = runs
        .iter()
        .take(6)
        .map(|(first, last)| if first == last { name(first) } else { format!("{} to {}", name(first), name(last)) })
        .collect();
    if runs.len() > 6 {
        words.push("more".to_owned());
    }
    let last = words.pop().unwrap_or_default();
    let s = if numbers.len() == 1 { "" } else { "s" };
    if words.is_empty() { format!("{noun}{s} {last}") } else { format!("{noun}{s} {} and {last}", words.join(", ")) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bulk::sent::table::letters;

    #[test]
    fn rows_are_counted_out_in_words() {
        let number = usize::to_string;
        assert_eq!(some("row", &[3], number), "row 3");
        assert_eq!(some("row", &[3, 5, 6, 7, 9], number), "rows 3, 5 to 7 and 9");
        assert_eq!(some("column", &[0, 1], |place| letters(*place)), "columns A to B");
        assert_eq!(some("row", &[1, 3, 5, 7, 9, 11, 13], number), "rows 1, 3, 5, 7, 9, 11 and more");
        assert_eq!((rows(2, 2), rows(1, 2)), ("row 2".to_owned(), "rows 1 to 2".to_owned()));
    }
}
