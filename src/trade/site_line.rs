//! The first line of an address, which tells one building of a street from the next.

/// Sub-building, building, number, plot and street on one line.
pub fn first_line(parts: &[&str; 5]) -> String {
    let [sub, name, number, plot, street] = parts;
    let mut line: Vec<String> =
        [sub, name].iter().filter(|part| !part.is_empty()).map(|part| (**part).to_owned()).collect();
    if !plot.is_empty() {
        line.push(if plot.to_lowercase().starts_with("plot") { (*plot).to_owned() } else { format!("Plot {plot}") });
    }
    line.push(if number.is_empty() { (*street).to_owned() } else { format!("{number} {street}") });
    line.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_first_line_reads_like_an_address() {
        assert_eq!(first_line(&["Flat 2", "Kiln House", "7", "", "Moss Lane"]), "Flat 2, Kiln House, 7 Moss Lane");
        assert_eq!(first_line(&["", "", "", "14", "Moss Lane"]), "Plot 14, Moss Lane");
    }
}
