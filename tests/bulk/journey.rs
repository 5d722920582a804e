//! Bulk in real browsers: a file with its progress, and rows pasted into the form; with and without JavaScript.

use crate::browser::{Browser, Page};
use crate::journeys::{look, sign_in};
use crate::world::World;

use super::{file, many};

async fn drive(
    browser: fn() -> Option<&'static Browser>,
    script: bool,
    journey: impl FnOnce(&Page, &str, bool) + Send + 'static,
) {
    let Some(browser) = tokio::task::spawn_blocking(browser).await.unwrap() else { return };
    let (_world, url) = World::listen().await;
    tokio::task::spawn_blocking(move || {
        let page = browser.session();
        page.script(script);
        sign_in(&page, &url, "alder.agent");
        journey(&page, &url, script);
        assert_eq!(page.console_errors(), [] as [String; 0]);
    })
    .await
    .unwrap();
}

fn by_file(page: &Page, _: &str, script: bool) {
    page.click("Bulk");
    page.see("Log many contacts at once");
    look(page, "bulk");
    page.click("Send file");
    page.see("Choose the file that holds your rows");
    look(page, "bulk-errors");
    let folder = std::env::temp_dir().join(format!("cms-bulk-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let path = folder.join(format!("plots-{script}.csv"));
    let mut rows = many(450);
    "LS1".clone_into(&mut rows[3].fields[cms::contacts::fields::field::Field::Postcode.place()].1);
    std::fs::write(&path, file("csv", &rows)).unwrap();
    page.attach("#file", &[path.as_path()]);
    page.click("Send file");
    // with JavaScript the page goes on by itself
    wait_for(page, script, "Your rows were checked");
    page.see("449");
    look(page, "bulk-checked");
    page.click("Add 449 contacts");
    wait_for(page, script, "449 contacts were added");
    look(page, "bulk-done");
    let _ = std::fs::remove_file(path);
}

/// Waits for a state of the page: with script it comes by itself, without it is asked for.
fn wait_for(page: &Page, script: bool, words: &str) {
    for _ in 0..60 {
        if script || page.text().contains(words) {
            break;
        }
        page.click("Refresh");
    }
    page.see(words);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_with_its_progress() {
    drive(Browser::current, true, by_file).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_without_javascript() {
    drive(Browser::floor, false, by_file).await;
}

fn by_form(page: &Page, url: &str, script: bool) {
    page.click("Bulk");
    page.click("Log several sites from a form");
    look(page, "bulk-form");
    page.fill("Street", "Moss Lane");
    page.fill("Post town", "LEEDS");
    page.fill("Postcode", "LS1 4DY");
    page.choose("Market sector", "Domestic");
    page.fill("Why do you think no MPRN exists?", "New houses; the service was laid in May.");
    if script {
        // a spreadsheet's cells, pasted into the second row: twelve rows, so two more than there are
        let mut rows: Vec<String> = (1..=12).map(|n| format!("\\t\\t{n}\\t\\tG4A{n}")).collect();
        rows[0].insert_str(0, "\"Flat 1\\n(rear)\"");
        page.eval(&format!(
            "(() => {{ const data = new DataTransfer(); data.setData('text/plain', '{}'); \
             document.querySelector('#r2_sub_building_name').dispatchEvent(new ClipboardEvent('paste', \
             {{ clipboardData: data, bubbles: true, cancelable: true }})) }})()",
            rows.join("\\n")
        ));
        assert_eq!(page.eval("document.querySelector('#r13_msn').value").as_str(), Some("G4A12"));
        let first = page.eval("document.querySelector('#r2_sub_building_name').value");
        assert_eq!(first.as_str(), Some("Flat 1 (rear)"), "a cell of two lines is one cell");
        assert_eq!(
            page.eval("document.querySelector('#r13_msn').getAttribute('aria-label')").as_str(),
            Some("Meter serial number, row 13")
        );
    } else {
        let rows: Vec<String> = (1..=12).map(|n| format!("{n},G4A{n}")).collect();
        page.fill("Paste rows here", &format!("Plot number,Meter serial number\n{}", rows.join("\n")));
        page.click("Put into the table");
    }
    page.fill("Meter serial number, row 3", "G4 _ 12");
    page.click("Continue");
    page.see("Row 3:");
    look(page, "bulk-form-errors");
    page.fill("Meter serial number, row 3", "G4A99");
    page.click("Continue");
    page.see("Check your sites");
    look(page, "bulk-form-check");
    page.click("Log 12 contacts");
    wait_for(page, script, "12 contacts were added");
    page.goto(&format!("{url}/bulk/layout"));
    page.see("UK Link style files");
    look(page, "bulk-layout");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rows_pasted_into_the_form() {
    drive(Browser::current, true, by_form).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rows_pasted_without_javascript() {
    drive(Browser::floor, false, by_form).await;
}
