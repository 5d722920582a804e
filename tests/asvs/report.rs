//! The table as Markdown: totals by chapter and verdict, then every requirement.

use std::fmt::Write;

use super::rows::{Row, Verdict, chapters, rows};

pub fn markdown() -> String {
    let rows = rows();
    let mut text = String::from(
        "# OWASP ASVS 5.0.0, levels 1 and 2\n\nWritten by `cargo test asvs` from `tests/asvs/requirements.txt`. \
         A row holds by the tests that it names, or by what is read in the place that it names; n/a: it does not apply here.\n\n",
    );
    text += &totals(&rows);
    for chapter in chapters() {
        let _ = write!(
            text,
            "\n## {chapter}\n\n| Number | Level | Verdict | What is asked | What we do, and why not more | Proof |\n\
             | --- | --- | --- | --- | --- | --- |\n"
        );
        for row in of_chapter(&rows, chapter) {
            let says: Vec<&str> = [row.does, row.why].into_iter().filter(|part| !part.is_empty()).collect();
            let tests = row.tests.iter().map(|test| format!("`{test}`"));
            let proof: Vec<String> = tests.chain(row.places.iter().map(|place| (*place).to_owned())).collect();
            let _ = writeln!(
                text,
                "| {} | {} | {} | {} | {} | {} |",
                row.number,
                row.level,
                row.verdict.word(),
                row.asks,
                says.join(" "),
                proof.join("<br>")
            );
        }
    }
    text
}

fn of_chapter<'a>(rows: &'a [Row], chapter: &str) -> Vec<&'a Row> {
    let number = chapter.split(' ').next().unwrap();
    rows.iter().filter(|row| row.number.split('.').next() == Some(number)).collect()
}

fn totals(rows: &[Row]) -> String {
    let words: Vec<&str> = Verdict::ALL.iter().map(|verdict| verdict.word()).collect();
    let mut text = format!("| Chapter | Rows | {} |\n| --- |{}\n", words.join(" | "), " --- |".repeat(words.len() + 1));
    let mut line = |title: &str, rows: &[&Row]| {
        let counts: Vec<String> = Verdict::ALL
            .iter()
            .map(|verdict| rows.iter().filter(|row| row.verdict == *verdict).count().to_string())
            .collect();
        let _ = writeln!(text, "| {title} | {} | {} |", rows.len(), counts.join(" | "));
    };
    for chapter in chapters() {
        line(chapter, &of_chapter(rows, chapter));
    }
    line("**All**", &rows.iter().collect::<Vec<_>>());
    text
}
