//! Workbooks as people send them: what a person sees in a cell is what is read, or it is refused or asked about in a
//! sentence that names row and column.

use cms::contacts::fields::Field;
use cms::contacts::types::ContactType;
use rust_xlsxwriter::{Format, Formula, Workbook, Worksheet};

use super::{figure, many, row, send, taken, work};
use crate::workbooks::{download, formats, without_results};
use crate::world::{Person, World};

/// The place of a field's column.
pub fn column(field: Field) -> u16 {
    let place = ContactType::Mnc.spec().fields().position(|known| known == field).unwrap();
    u16::try_from(place).unwrap()
}

/// Headings and so many good rows, the headings in this row.
pub fn fill(sheet: &mut Worksheet, heading: u32, rows: usize) {
    for field in ContactType::Mnc.spec().fields() {
        sheet.write_string(heading, column(field), ContactType::Mnc.spec().label(&field)).unwrap();
        for (at, sent) in (heading + 1..).zip(many(rows)) {
            sheet.write_string(at, column(field), &sent.fields[field.place()].1).unwrap();
        }
    }
}

/// A workbook of three good rows, changed.
fn book(change: impl Fn(&mut Worksheet)) -> Vec<u8> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet().set_name("Sites").unwrap();
    fill(sheet, 0, 3);
    change(sheet);
    book.save_to_buffer().unwrap()
}

/// What was read into the first row, and what was said of it.
async fn first(world: &World, path: &str) -> (serde_json::Value, String, String) {
    sqlx::query_as("select fields, verdict, problems::text from bulk_row where bulk_key = $1 order by row limit 1")
        .bind(path.rsplit('/').next().unwrap())
        .fetch_one(world.owner())
        .await
        .unwrap()
}

/// The sentence that refuses the file.
pub async fn refused(person: &mut Person, bytes: &[u8]) -> String {
    let page = send(person, "sites.xlsx", bytes).await;
    assert_eq!(page.status, 422, "{}", page.text());
    page.error("file")
}

#[tokio::test]
async fn a_number_is_read_as_its_cell_shows_it() {
    let world = World::new().await;
    let mut amy = world.sign_in("alder.agent").await;
    for (field, value, format, read, verdict) in [
        (Field::Msn, 123_456.0, "00000000", "00123456", "good"),
        (Field::Msn, 123_456.0, "0000 0000", "0012 3456", "good"),
        (Field::Msn, 123_456.0, "0000-0000", "0012-3456", "good"),
        (Field::Msn, 123_456.0, "\"G4A\"00000000", "G4A00123456", "good"),
        (Field::Msn, 0.5, "0%", "50%", "bad"),
        (Field::Msn, 5.0, "[$£-809]#,##0.00", "£5.00", "bad"),
        (Field::Aq, 12_345.0, "#,##0", "12,345", "good"),
        (Field::Aq, 12_345.0, "0.00", "12345.00", "good"),
        (Field::Aq, 12_345.0, "0.00E+00", "1.23E+04", "bad"),
        (Field::Uprn, 100_012_345_678.0, "General", "100012345678", "good"),
        (Field::Uprn, 100_012_345_678.0, "0.00E+00", "1.00E+11", "bad"),
        (Field::OwnReference, 1_234_567_890_123_456.0, "General", "1.23457E+15", "bad"),
        (Field::PlotNumber, 46_054.0, "d-mmm", "1-Feb", "bad"),
        (Field::PlotNumber, 46_054.0, "dd/mm/yyyy", "01/02/2026", "bad"),
        (Field::BuildingNumber, 46_054.0, "mmm-yy", "Feb-26", "bad"),
        (Field::Msn, 46_054.0, "[$-809]d mmmm yyyy", "01/02/2026", "bad"),
        (Field::OwnReference, 46_054.0, "mmm-yy", "Feb-26", "bad"),
        (Field::PlotNumber, 0.25, "h:mm", "6:00", "bad"),
        (Field::Why, 46_054.25, "dd/mm/yyyy hh:mm", "01/02/2026", "bad"),
    ] {
        let bytes = book(|sheet| {
            sheet.write_number_with_format(1, column(field), value, &Format::new().set_num_format(format)).unwrap();
        });
        let path = taken(&mut amy, "sites.xlsx", &bytes).await;
        work(&world).await;
        let (fields, found, problems) = first(&world, &path).await;
        assert_eq!((fields[field.name()].as_str().unwrap(), &*found), (read, verdict), "{format} {problems}");
        if verdict == "bad" {
            assert!(problems.contains(field.name()), "{format} {problems}");
        }
    }
}

#[tokio::test]
async fn a_day_is_read_as_one_only_where_a_day_belongs() {
    let world = World::new().await;
    let mut amy = world.sign_in("alder.agent").await;
    for (format, read, verdict) in
        [("dd/mm/yyyy", "01/02/2026", "good"), ("d mmm yy", "01/02/2026", "good"), ("mmm-yy", "Feb-26", "bad")]
    {
        let bytes = book(|sheet| {
            sheet.write_string(1, column(Field::Reading), "00123").unwrap();
            let format = Format::new().set_num_format(format);
            sheet.write_number_with_format(1, column(Field::ReadingDate), 46_054.0, &format).unwrap();
        });
        let path = taken(&mut amy, "sites.xlsx", &bytes).await;
        work(&world).await;
        let (fields, found, problems) = first(&world, &path).await;
        assert_eq!((fields["reading_date"].as_str().unwrap(), &*found), (read, verdict), "{format} {problems}");
    }
    let path = taken(
        &mut amy,
        "sites.xlsx",
        &book(|sheet| {
            let format = Format::new().set_num_format("d-mmm");
            sheet.write_number_with_format(1, column(Field::PlotNumber), 46_054.0, &format).unwrap();
        }),
    )
    .await;
    work(&world).await;
    assert!(first(&world, &path).await.2.contains("A date stands in Plot number: “1-Feb”"));
    assert_eq!(figure(&mut amy, &path, "Can be added").await, "2", "the other rows are not held up");
}

#[tokio::test]
async fn formulas_are_what_they_came_to() {
    let world = World::new().await;
    let mut amy = world.sign_in("alder.agent").await;
    let formula = |result: &str| Formula::new("=A1").set_result(result);
    let path = taken(
        &mut amy,
        "sites.xlsx",
        &book(|sheet| {
            sheet.write_formula(1, column(Field::Msn), formula("G4A777")).unwrap();
            sheet.write_boolean(1, column(Field::OwnReference), true).unwrap();
        }),
    )
    .await;
    work(&world).await;
    let (fields, verdict, _) = first(&world, &path).await;
    assert_eq!((&fields["msn"], &fields["own_reference"], &*verdict), (&"G4A777".into(), &"TRUE".into(), "good"));
    for (field, error) in [(Field::Street, "#N/A"), (Field::Msn, "#REF!"), (Field::Aq, "#DIV/0!")] {
        let path = taken(
            &mut amy,
            "sites.xlsx",
            &book(|sheet| {
                sheet.write_formula(1, column(field), formula(error)).unwrap();
            }),
        )
        .await;
        work(&world).await;
        let (fields, verdict, problems) = first(&world, &path).await;
        assert_eq!((fields[field.name()].as_str(), &*verdict), (Some(error), "bad"));
        assert!(problems.contains("a formula that failed"), "{problems}");
    }
    let says = refused(
        &mut amy,
        &without_results(&book(|sheet| {
            sheet.write_formula(2, column(Field::Msn), Formula::new("=1+1").set_result("2")).unwrap();
        })),
    )
    .await;
    assert_eq!(
        says,
        "Row 3, Meter serial number, holds a formula whose result is not saved. Put the value there as text and send the workbook again."
    );
}

#[tokio::test]
async fn what_cannot_be_told_is_refused_with_its_row_and_column() {
    let world = World::new().await;
    let mut amy = world.sign_in("alder.agent").await;
    let number = |format: &'static str| {
        book(move |sheet| {
            sheet
                .write_number_with_format(2, column(Field::Msn), 12_345.0, &Format::new().set_num_format(format))
                .unwrap();
        })
    };
    for (bytes, says) in [
        (number(";;;"), "Row 3, Meter serial number, holds the number 12345, which its format hides"),
        (number("# ?/?"), "Row 3, Meter serial number, holds the number 12345 in a format that can’t be read"),
        (
            number("0,"),
            "Row 3, Meter serial number, holds the number 12345, of which the cell shows only the thousands",
        ),
        (number("dddd"), "Row 3, Meter serial number, holds a date or a time of which the cell shows only"),
        (
            book(|sheet| {
                sheet.write_string(0, 23, "").unwrap().write_string(2, 23, "G4A7").unwrap();
            }),
            "Column X has no heading but holds values, such as “G4A7” in row 3",
        ),
        (
            book(|sheet| {
                let at = column(Field::Msn);
                sheet.write_string(0, at + 1, "").unwrap();
                sheet.merge_range(0, at, 0, at + 1, "Meter serial number", &Format::new()).unwrap();
                sheet.write_string(1, at + 1, "00123").unwrap();
            }),
            "Column N has no heading but holds values",
        ),
        (
            book(|sheet| {
                sheet
                    .merge_range(1, column(Field::Street), 3, column(Field::Street), "Moss Lane", &Format::new())
                    .unwrap();
            }),
            "The cells E2 to E4 are merged",
        ),
        (
            book(|sheet| {
                sheet.write_string(0, 23, "msn").unwrap();
            }),
            "The column Meter serial number is there twice, as columns M and X",
        ),
    ] {
        let found = refused(&mut amy, &bytes).await;
        assert!(found.contains(says), "{found}");
    }
}

#[tokio::test]
async fn rejected_rows_come_back_as_text_and_are_taken_again_without_loss() {
    let world = World::new().await;
    let mut amy = world.sign_in("alder.agent").await;
    let mut rows = many(1);
    rows.push(row(&[
        (Field::Postcode, "LS1"),
        (Field::Msn, "00123456"),
        (Field::Reading, "00042"),
        (Field::ReadingDate, "01/02/2026"),
    ]));
    let path = taken(&mut amy, "sites.csv", &super::file("csv", &rows)).await;
    work(&world).await;
    let bytes = download(&world, &amy, &format!("{path}/rejected.xlsx")).await;
    let formats = formats(&bytes, "Sites");
    for field in ContactType::Mnc.spec().fields() {
        let place = usize::from(column(field));
        // also below the rows, where an empty cell is filled in
        assert_eq!(formats.columns.get(place).map(String::as_str), Some("@"), "{field:?}");
        for (at, format) in formats.cells.iter().filter(|(at, _)| at.0 > 0 && at.1 == place) {
            assert_eq!(format, "@", "{at:?}");
        }
    }
    let path = taken(&mut amy, "rejected.xlsx", &bytes).await;
    work(&world).await;
    let (fields, _, problems) = first(&world, &path).await;
    assert_eq!(
        (&fields["msn"], &fields["reading"], &fields["reading_date"]),
        (&"00123456".into(), &"00042".into(), &"01/02/2026".into())
    );
    assert!(problems.contains("postcode") && !problems.contains("msn"), "{problems}");
}
