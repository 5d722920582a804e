//! Adding evidence in real browsers: dropped and chosen in the form with JavaScript, by a page of its own without.

use std::path::PathBuf;

use cms::contacts::lifecycle::Status;
use tokio::runtime::Handle;

use super::corpus::{noisy, pdf, with_exif};
use crate::browser::{Browser, Page};
use crate::journeys::{look, sign_in};
use crate::world::World;

/// Files on disk, as a person has them.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Folder {
        let folder = Folder(std::env::temp_dir().join(format!("cms-evidence-{}", cms::secret::token())));
        std::fs::create_dir_all(&folder.0).unwrap();
        for (name, bytes) in [
            ("meter box.jpg", with_exif(&noisy(600, 400, 80))),
            ("plan.pdf", pdf("")),
            ("moving.gif", b"GIF89a".to_vec()),
            ("film.jpg", vec![0; 9_000_000]),
        ] {
            std::fs::write(folder.0.join(name), bytes).unwrap();
        }
        folder
    }

    fn attach(&self, page: &Page, field: &str, names: &[&str]) {
        let files: Vec<PathBuf> = names.iter().map(|name| self.0.join(name)).collect();
        page.attach(field, &files.iter().map(PathBuf::as_path).collect::<Vec<_>>());
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

async fn drive(
    browser: fn() -> Option<&'static Browser>,
    script: bool,
    journey: impl FnOnce(&Page, &World, &str, &Folder) + Send + 'static,
) {
    let Some(browser) = tokio::task::spawn_blocking(browser).await.unwrap() else { return };
    let (world, url) = World::listen().await;
    tokio::task::spawn_blocking(move || {
        let page = browser.session();
        page.script(script);
        journey(&page, &world, &url, &Folder::new());
    })
    .await
    .unwrap();
}

const DROP: &str = "(() => {
    const files = new DataTransfer();
    files.items.add(new File([`%PDF-1.7
1 0 obj << /Type /Catalog /Pages 2 0 R >> endobj
2 0 obj << /Type /Pages /Kids [3 0 R] /Count 1 >> endobj
3 0 obj << /Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] >> endobj
trailer << /Root 1 0 R /Size 4 >>
startxref
9
%%EOF`], 'dropped.pdf', { type: 'application/pdf' }));
    const zone = document.querySelector('[data-evidence-drop]');
    for (const type of ['dragenter', 'dragover', 'drop'])
        zone.dispatchEvent(new DragEvent(type, { bubbles: true, cancelable: true, dataTransfer: files }));
})()";

fn fill(page: &Page) {
    page.fill("Building number", "7");
    page.fill("Street", "Moss Lane");
    page.fill("Post town", "LEEDS");
    page.fill("Postcode", "LS1 4DY");
    page.choose("Market sector", "Domestic");
    page.fill("Why do you think no MPRN exists?", "New house.");
}

fn within_the_form(page: &Page, _: &World, url: &str, folder: &Folder) {
    sign_in(page, url, "alder.agent");
    page.goto(&format!("{url}/contacts/new/mnc"));
    fill(page);
    folder.attach(page, "#evidence-files", &["meter box.jpg", "plan.pdf", "moving.gif", "film.jpg"]);
    page.see("“moving.gif” is a GIF picture");
    page.see("2 added");
    page.see("“film.jpg” is larger than 8 MB");
    assert_eq!(
        page.eval("document.querySelectorAll('[data-evidence-status] li').length").as_i64(),
        Some(2),
        "one by one"
    );
    page.eval(DROP);
    page.see("1 added");
    page.see("dropped.pdf");
    look(page, "evidence-form");
    page.click("Remove plan.pdf");
    page.see("plan.pdf removed");
    assert_eq!(page.eval("document.querySelectorAll('.app-evidence__file').length").as_i64(), Some(2));
    page.click("Continue");
    page.see("dropped.pdf");
    page.click("Change photos and documents");
    page.see("Nobody else sees them before that");
    look(page, "evidence-page");
    page.click("Back to the form");
    // listed with their buttons when the form comes back
    page.see("Remove");
    page.click("Continue");
    page.click("Submit contact");
    page.click("View this contact");
    page.see("2 photos or documents added");
    page.click("Show larger meter box.jpg");
    let large = "new Promise(done => { const i = document.querySelector('.app-evidence__large > img'); \
        i.complete && i.naturalWidth ? done(i.naturalWidth) : (i.onload = () => done(i.naturalWidth)) })";
    assert_eq!(page.eval(large).as_i64(), Some(400), "upright, and within the page");
    look(page, "evidence-contact");
    let errors: Vec<String> = page.console_errors().into_iter().filter(|error| !error.contains("422")).collect();
    assert_eq!(errors, [] as [String; 0]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn files_are_dropped_and_chosen_within_the_form() {
    drive(Browser::current, true, within_the_form).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn files_are_dropped_and_chosen_within_the_form_on_the_oldest_browser() {
    drive(Browser::floor, true, within_the_form).await;
}

fn by_the_page(page: &Page, world: &World, url: &str, folder: &Folder) {
    let crn = Handle::current().block_on(world.contact_at(Status::Svda));
    sign_in(page, url, "ngn.agent");
    page.goto(&format!("{url}/evidence?form=/contacts/{crn}/answer-visit"));
    look(page, "evidence-empty");
    page.click("Add");
    page.see("Choose a photo or PDF to add");
    folder.attach(page, "#files", &["meter box.jpg", "plan.pdf", "moving.gif"]);
    page.click("Add");
    page.see("“moving.gif” is a GIF picture");
    page.see("plan.pdf");
    look(page, "evidence-refused");
    page.click("Remove plan.pdf");
    folder.attach(page, "#files", &["plan.pdf"]);
    page.click("Add");
    page.see("plan.pdf");
    page.goto(&format!("{url}/contacts/{crn}/answer-visit"));
    page.see("meter box.jpg");
    page.fill("Date visited", &crate::world::today());
    page.choose("Was access gained?", "Yes");
    page.choose("Is there a gas service?", "Yes");
    page.choose("Is there a meter?", "Yes");
    look(page, "evidence-no-script");
    page.click("Answer");
    page.see("2 photos or documents added");
    page.see("with a site visit");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn files_are_added_by_the_page_without_javascript() {
    drive(Browser::floor, false, by_the_page).await;
}
