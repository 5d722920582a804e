//! Which sheet of a workbook is read, and the line that says how.

use cms::contacts::fields::Field;
use rust_xlsxwriter::{Chart, Workbook};

use super::sheets::{column, fill, refused};
use super::{figure, taken, work};
use crate::world::World;

#[tokio::test]
async fn the_sheet_of_the_sites_is_read_whatever_stands_before_it() {
    let world = World::new().await;
    let mut amy = world.sign_in("alder.agent").await;
    let with = |name: &str, before: &dyn Fn(&mut Workbook)| {
        let mut book = Workbook::new();
        before(&mut book);
        fill(book.add_worksheet().set_name(name).unwrap(), 0, 3);
        book.save_to_buffer().unwrap()
    };
    let chart = |book: &mut Workbook| {
        let mut chart = Chart::new_column();
        chart.add_series().set_values("=Sites!$A$2:$A$3");
        book.add_chartsheet().set_name("Chart").unwrap().insert_chart(0, 0, &chart).unwrap();
    };
    let told = |book: &mut Workbook| {
        let sheet = book.add_worksheet().set_name("Read me").unwrap();
        sheet.write_string(0, 0, "Fill in the sheet Sites").unwrap().write_number(1, 80, 5.0).unwrap();
    };
    let hidden = |book: &mut Workbook| {
        let sheet = book.add_worksheet().set_name("Old").unwrap();
        fill(sheet, 0, 1);
        sheet.set_hidden(true);
    };
    let twin = |book: &mut Workbook| fill(book.add_worksheet().set_name("Old sites").unwrap(), 0, 1);
    for (name, before, reads) in [
        ("Sites", &chart as &dyn Fn(&mut Workbook), "Read the sheet “Sites”"),
        ("Sites", &told, "Read the sheet “Sites”"),
        ("Sites & plots", &told, "Read the sheet “Sites & plots”"),
        ("Sites", &hidden, "Read the sheet “Sites”"),
        ("sites ", &twin, "not read, though it names the columns too: “Old sites”"),
        (
            "March",
            &twin,
            "Read the sheet “Old sites”, all 23 columns, headings in row 1; not read, though it names the columns too: “March”",
        ),
    ] {
        let path = taken(&mut amy, "sites.xlsx", &with(name, before)).await;
        work(&world).await;
        let page = amy.get(&path).await;
        assert!(page.text().contains(reads), "{name}: {}", page.text());
        let good = figure(&mut amy, &path, "Can be added").await;
        assert_eq!(good, if name == "March" { "1" } else { "3" }, "{name}");
    }
    let says = refused(
        &mut amy,
        &with("March", &|book| {
            book.add_worksheet().set_name("Sites").unwrap().write_string(0, 0, "Streat").unwrap();
        }),
    )
    .await;
    assert!(says.contains("Not known: “Streat”"), "the sheet that is meant: {says}");
    let mut only = Workbook::new();
    only.add_worksheet().set_name("Read me").unwrap().write_string(0, 0, "Look below").unwrap();
    let sheet = only.add_worksheet().set_name("Sites").unwrap();
    fill(sheet, 0, 1);
    sheet.set_hidden(true);
    let says = refused(&mut amy, &only.save_to_buffer().unwrap()).await;
    assert!(says.contains("The sheet “Sites” is hidden"), "{says}");
}

#[tokio::test]
async fn one_line_says_how_a_workbook_was_read() {
    let world = World::new().await;
    let mut amy = world.sign_in("alder.agent").await;
    let mut book = Workbook::new();
    let sheet = book.add_worksheet().set_name("Sites").unwrap();
    fill(sheet, 2, 5);
    sheet.write_string(0, 0, "Sites of March").unwrap();
    sheet.write_string(2, 23, "Problems").unwrap();
    for row in [4, 6] {
        sheet.set_row_hidden(row).unwrap();
    }
    sheet.set_column_hidden(column(Field::Msn)).unwrap();
    let path = taken(&mut amy, "sites.xlsx", &book.save_to_buffer().unwrap()).await;
    work(&world).await;
    let page = amy.get(&path).await;
    let says = page.all("#reading").remove(0);
    for part in [
        "Read the sheet “Sites”, all 23 columns, headings in row 3; row 1 above the headings left out; columns of our own \
         answers left out (Problems); rows 5 and 7 are hidden in the sheet and were read too; column M is hidden in the \
         sheet and was read too.",
        "Row 4, the first good one, as it will be logged: Plot number: 1;",
        "Meter serial number: G4A00001",
    ] {
        assert!(says.contains(part), "{says}");
    }
    assert!(page.text().contains("Add 5 contacts") && page.text().contains("can’t be taken back"), "{}", page.text());
}
