//! How like two words are, slips forgiven in letters and not in numbers.

/// How like two words are, from 0 to 1.
pub fn likeness(asked: &str, other: &str) -> f32 {
    if asked == other || (asked == "st" && matches!(other, "street" | "saint")) {
        return 1.0;
    }
    if is_number(asked) || is_number(other) {
        let digits = |word: &str| word.trim_end_matches(|c: char| c.is_ascii_alphabetic()).to_owned();
        return if is_number(asked) && digits(asked) == digits(other) { 0.5 } else { 0.0 };
    }
    if asked.len() >= 3 && other.starts_with(asked) {
        return 0.9;
    }
    let (asked, other): (Vec<char>, Vec<char>) = (asked.chars().collect(), other.chars().collect());
    let longer = u16::try_from(asked.len().max(other.len())).unwrap_or(u16::MAX);
    let slips = u16::try_from(slips(&asked, &other)).unwrap_or(u16::MAX);
    let like = 1.0 - f32::from(slips) / f32::from(longer.max(1));
    if like >= 0.6 { like } else { 0.0 }
}

/// How many letters are wrong, missing, too many or exchanged with their neighbour.
fn slips(one: &[char], other: &[char]) -> usize {
    let mut rows: Vec<Vec<usize>> = vec![(0..=other.len()).collect()];
    for i in 1..=one.len() {
        let mut row = vec![i];
        for j in 1..=other.len() {
            let swap = usize::from(one[i - 1] != other[j - 1]);
            let mut least = (rows[i - 1][j] + 1).min(row[j - 1] + 1).min(rows[i - 1][j - 1] + swap);
            if i > 1 && j > 1 && one[i - 1] == other[j - 2] && one[i - 2] == other[j - 1] {
                least = least.min(rows[i - 2][j - 2] + 1);
            }
            row.push(least);
        }
        rows.push(row);
    }
    rows[one.len()][other.len()]
}

pub fn is_number(word: &str) -> bool {
    word.starts_with(|c: char| c.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn numbers_are_not_alike() {
        assert!(likeness("12", "13") < 0.1);
    }

    proptest! {
        #[test]
        fn slips_count_alike_from_either_side(one in "[a-e]{0,8}", other in "[a-e]{0,8}") {
            let (one, other): (Vec<char>, Vec<char>) = (one.chars().collect(), other.chars().collect());
            prop_assert_eq!(slips(&one, &other), slips(&other, &one));
            prop_assert!(slips(&one, &other) <= one.len().max(other.len()));
            prop_assert_eq!(slips(&one, &one), 0);
        }
    }
}
