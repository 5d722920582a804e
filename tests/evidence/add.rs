//! What is taken, in what form it is kept, and the sentence for what is refused.

use axum::body::Body;
use axum::http::{Request, StatusCode};
use cms::contacts::lifecycle::Status;
use image::{GenericImageView, ImageFormat};
use serde_json::json;

use super::corpus::{CANARY, eicar, flood, linked_pdf, packed_pdf, pdf, photo, png, with_exif};
use super::{add, answer_form, count, log_form, multipart, must_add, page_of, sending};
use crate::world::{Page, Person, World};

/// The one file that waits, as it is served.
pub async fn kept(world: &World, person: &mut Person) -> (String, Vec<u8>) {
    let id: String = sqlx::query_scalar("select id from evidence").fetch_one(world.owner()).await.unwrap();
    let page = person.get(&format!("/evidence/{id}")).await;
    assert_eq!(page.status, 200);
    let bytes: Vec<Vec<u8>> =
        sqlx::query_scalar("select bytes from evidence_chunk order by part").fetch_all(world.owner()).await.unwrap();
    (page.headers["content-type"].to_str().unwrap().to_owned(), bytes.concat())
}

#[tokio::test]
async fn a_photo_is_written_anew_upright_and_without_its_place() {
    let world = World::new().await;
    let mut amy = world.sign_in("alder.agent").await;
    let sent = with_exif(&photo(400, 200));
    assert!(String::from_utf8_lossy(&sent).contains(CANARY));
    // a second file at its end, as polyglots have
    let sent = [sent.as_slice(), b"PK\x03\x04<script>alert(1)</script>"].concat();
    must_add(&mut amy, &log_form(), &[("../../etc/passwd", &sent)]).await;
    let (kind, bytes) = kept(&world, &mut amy).await;
    assert_eq!(kind, "image/jpeg");
    let text = String::from_utf8_lossy(&bytes);
    for trace in [CANARY, "Exif", "PK\u{3}\u{4}", "script"] {
        assert!(!text.contains(trace), "{trace} is still in it");
    }
    let image = image::load_from_memory_with_format(&bytes, ImageFormat::Jpeg).unwrap();
    assert_eq!(image.dimensions(), (200, 400), "it was turned upright");
    let (top, bottom) = (image.get_pixel(100, 20).0, image.get_pixel(100, 380).0);
    assert!(top[0] > 180 && top[2] < 80 && bottom[2] > 180 && bottom[0] < 80, "{top:?} {bottom:?}");
    let (name, small): (String, Vec<u8>) =
        sqlx::query_as("select name, thumbnail from evidence").fetch_one(world.owner()).await.unwrap();
    assert_eq!(name, "passwd");
    let small = image::load_from_memory_with_format(&small, ImageFormat::Jpeg).unwrap();
    assert_eq!(small.dimensions(), (100, 200));
}

#[tokio::test]
async fn content_decides_and_each_refusal_has_its_sentence() {
    let world = World::new().await;
    let mut amy = world.sign_in("alder.agent").await;
    let jpeg = photo(80, 60);
    let cut = |bytes: &[u8], keep: usize| bytes[..bytes.len() * keep / 100].to_vec();
    let refused: Vec<(&str, Vec<u8>, &str)> = vec![
        (
            "page.jpg",
            [b"\xff\xd8\xff\xe0".as_slice(), b"<html><script>alert(1)</script></html>"].concat(),
            "can’t be read as a photo",
        ),
        (
            "drawing.jpg",
            b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>".to_vec(),
            "is a web page or a drawing",
        ),
        ("xml.png", b"<?xml version='1.0'?><svg/>".to_vec(), "is a web page or a drawing"),
        ("moving.gif", b"GIF89a\x01\0\x01\0\0\0\0;PK\x03\x04".to_vec(), "is a GIF picture"),
        ("letter.jpg", b"PK\x03\x04\x14\0\x06\0word/document.xml".to_vec(), "is a Zip, Word or Excel file"),
        ("phone.heic", b"\0\0\0\x18ftypheic\0\0\0\0mif1heic".to_vec(), "HEIC"),
        ("bad.pdf", b"hello".to_vec(), "is not what its name says: its content is of a kind"),
        ("photo.webp", b"RIFF\0\0\0\0WEBPVP8 ".to_vec(), "WebP"),
        ("program.exe", b"MZ\x90\0".to_vec(), "is a program"),
        ("empty.jpg", Vec::new(), "is empty"),
        ("cut.jpg", cut(&with_exif(&jpeg), 60), "can’t be read as a photo"),
        ("cut.png", cut(&png(80, 60), 60), "can’t be read as a photo"),
        ("flood.png", flood(), "at most 8,000 pixels"),
        ("wide.png", png(8_001, 1), "at most 8,000 pixels"),
        ("cut.pdf", cut(&pdf(""), 70), "can’t be read as a PDF"),
        ("more.pdf", [pdf("").as_slice(), b"PK\x03\x04"].concat(), "can’t be read as a PDF"),
        ("old.pdf", b"%PDF-0.9\nstartxref\n9\n%%EOF".to_vec(), "can’t be read as a PDF"),
        ("locked.pdf", pdf("trailer << /Encrypt 9 0 R >>"), "is protected with a password"),
        ("script.pdf", pdf("4 0 obj << /S /JavaScript /JS (app.alert(1)) >> endobj"), "has scripts"),
        ("hidden.pdf", pdf("4 0 obj << /S /J#61va#53cript >> endobj"), "has scripts"),
        ("short.pdf", pdf("4 0 obj << /#4aS (app.alert(1)) >> endobj"), "has scripts"),
        ("launch.pdf", pdf("4 0 obj << /S /Launch /F (cmd.exe) >> endobj"), "has scripts"),
        ("files.pdf", pdf("4 0 obj << /Type /EmbeddedFile >> endobj"), "has scripts"),
        ("form.pdf", pdf("4 0 obj << /XFA 5 0 R >> endobj"), "has scripts"),
        ("packed.pdf", packed_pdf("5 0 << /S /JavaScript /JS (x) >>", ""), "has scripts"),
        ("packed-short.pdf", packed_pdf("5 0 << /JS (x) >>", ""), "has scripts"),
        ("elsewhere.pdf", linked_pdf("/S /GoToR /F (x.pdf) /D [0 /Fit]"), "inside or elsewhere"),
        ("thread.pdf", linked_pdf("/S /Thread /F (x.pdf) /D 0"), "inside or elsewhere"),
        ("sound.pdf", linked_pdf("/S /Sound"), "inside or elsewhere"),
        ("virus.pdf", pdf(&format!("% {}", eicar())), "virus check"),
        ("large.jpg", [jpeg.as_slice(), &vec![0; 8 * 1024 * 1024]].concat(), "is larger than 8 MB"),
    ];
    let form = log_form();
    for (name, bytes, says) in refused {
        let page = add(&mut amy, &form, &[(name, &bytes)]).await;
        let wanted = if name == "large.jpg" { StatusCode::PAYLOAD_TOO_LARGE } else { StatusCode::UNPROCESSABLE_ENTITY };
        assert_eq!(page.status, wanted, "{name}");
        let said = page.error("files");
        assert!(said.starts_with(&format!("“{name}” ")) && said.contains(says), "{name}: {said}");
        assert_eq!(count(&world, "true").await, 0, "{name}");
    }
    let nothing = add(&mut amy, &form, &[("", b"")]).await;
    assert_eq!(nothing.error("files"), "Choose a photo or PDF to add");
    // a photo that says it is another kind, documents as scanners and offices write them
    for (name, bytes) in [
        ("really.jpg", png(80, 60)),
        ("plan.pdf", pdf("")),
        ("linked.pdf", linked_pdf("/S /URI /URI (https://example.org/)")),
        ("office.pdf", packed_pdf("5 0 << /Type /Font >>", "")),
        ("scan.pdf", pdf("4 0 obj << /Filter /DCTDecode >>\nstream\n\u{1}/JS \u{2}\nendstream endobj")),
    ] {
        must_add(&mut amy, &form, &[(name, &bytes)]).await;
    }
    let page = amy.get(&page_of(&form)).await;
    assert_eq!(page.all(".app-evidence__name").len(), 5);
    let kinds: Vec<String> =
        sqlx::query_scalar("select media_type from evidence order by name").fetch_all(world.owner()).await.unwrap();
    assert_eq!(kinds, ["application/pdf", "application/pdf", "application/pdf", "image/png", "application/pdf"]);
}

#[tokio::test]
async fn of_several_files_the_good_ones_stay() {
    let world = World::new().await;
    let mut amy = world.sign_in("alder.agent").await;
    let form = log_form();
    let files: [(&str, &[u8]); 4] =
        [("a.jpg", &photo(80, 60)), ("b.gif", b"GIF89a"), ("c.txt", b"hello"), ("d.pdf", &pdf(""))];
    let page = add(&mut amy, &form, &files).await;
    assert_eq!(page.status, 422);
    assert_eq!(page.error("files"), "2 files were not added");
    let each = page.all(".govuk-form-group .govuk-error-message");
    assert!(each.iter().any(|says| says.contains("“b.gif” is a GIF")), "{each:?}");
    assert_eq!(count(&world, "contact_id is null").await, 2);
    // the same as the script asks for it
    let body = multipart(&world.stamp(0, "alder.agent"), &[]);
    let json = amy.send(sending(&form).header("accept", "application/json"), Body::from(body)).await;
    assert_eq!(json.status, 409, "a form from before a reset");
    let stamp = amy.stamp(&form).await.unwrap();
    let body = multipart(&stamp, &[("e.png", &png(10, 10)), ("f.gif", b"GIF89a")]);
    let json = amy.send(sending(&form).header("accept", "application/json"), Body::from(body)).await;
    let told: serde_json::Value = serde_json::from_str(&json.body).unwrap();
    assert_eq!((json.status.as_u16(), told["files"].as_array().unwrap().len(), &told["left"]), (422, 3, &7.into()));
    assert!(told["refused"][0].as_str().unwrap().contains("“f.gif” is a GIF"));
    let id = told["files"][0]["id"].as_str().unwrap().to_owned();
    let fields = [("form", form.as_str())];
    // somebody else removes nothing
    let mut bob = world.sign_in("alder.agent2").await;
    assert_eq!(bob.post(&format!("/evidence/{id}/remove"), &fields).await.status, 303);
    assert_eq!(count(&world, "true").await, 3);
    for _ in 0..2 {
        assert_eq!(amy.post(&format!("/evidence/{id}/remove"), &fields).await.status, 303);
    }
    assert_eq!((count(&world, "true").await, count(&world, &format!("id = '{id}'")).await), (2, 0));
}

#[tokio::test]
async fn only_a_form_that_is_the_viewers_takes_files() {
    let world = World::new().await;
    let crn = world.contact_at(Status::Dcaa).await;
    let small = photo(40, 30);
    for (account, form, wanted) in [
        ("alder.agent", answer_form(&crn, "answer-clarification"), 303),
        ("alder.agent2", answer_form(&crn, "answer-clarification"), 403),
        ("birch.agent", answer_form(&crn, "answer-clarification"), 404),
        ("alder.agent", answer_form(&crn, "answer-visit"), 409),
        ("alder.agent", answer_form(&crn, "resolve-valid"), 404),
        ("alder.agent", "/contacts/new/mnc?key=1".to_owned(), 404),
        ("cdsp.agent", log_form(), 403),
        ("facilitator", log_form(), 403),
    ] {
        let mut person = world.sign_in(account).await;
        let page = add(&mut person, &form, &[("a.jpg", &small)]).await;
        assert_eq!(page.status, wanted, "{account} {form}");
        let opened = person.get(&page_of(&form)).await.status;
        assert_eq!(opened, if wanted == 303 { 200 } else { wanted }, "{account} {form}");
    }
    assert_eq!(count(&world, "true").await, 1);
    let mut amy = world.sign_in("alder.agent").await;
    let form = log_form();
    let unknown = b"--XX\r\ncontent-disposition: form-data; name=\"state\"\r\n\r\nx\r\n--XX--\r\n".to_vec();
    let early = multipart("1", &[("a.jpg", &small)]);
    let early = early[early.windows(4).position(|part| part == b"\r\n--").unwrap() + 2..].to_vec();
    for (body, wanted) in [(unknown, 400), (early, 409), (b"nonsense".to_vec(), 400)] {
        assert_eq!(amy.send(sending(&form), Body::from(body)).await.status, wanted);
    }
    assert_eq!(world.stranger().send(sending(&form), Body::from(multipart("1", &[]))).await.location(), "/sign-in");
}

#[tokio::test]
async fn a_request_is_as_long_as_ten_files_and_a_script_reads_what_waits() {
    let world = World::new().await;
    let mut amy = world.sign_in("alder.agent").await;
    let form = log_form();
    let stamp = amy.stamp(&form).await.unwrap();
    // the header alone decides: nothing of what is too long is read
    let longest = 10 * 8 * 1024 * 1024 + 64 * 1024;
    for (length, status) in [(longest, 200), (longest + 1, 413)] {
        let request = sending(&form).header("accept", "application/json").header("content-length", length);
        let page = amy.send(request, Body::from(multipart(&stamp, &[("a.png", &png(10, 10))]))).await;
        assert_eq!(page.status.as_u16(), status, "{length}: {}", page.body);
    }
    let read = |page: &Page| -> serde_json::Value {
        assert!(page.status == 200 && page.headers["content-type"] == "application/json", "{}", page.body);
        serde_json::from_str(&page.body).unwrap()
    };
    let waits = read(&amy.send(Request::get(page_of(&form)).header("accept", "application/json"), Body::empty()).await);
    assert_eq!(
        (waits["files"].as_array().unwrap().len(), &waits["left"], &waits["refused"]),
        (1, &9.into(), &json!([]))
    );
    let id = waits["files"][0]["id"].as_str().unwrap();
    let removed = Request::post(format!("/evidence/{id}/remove"))
        .header("content-type", "application/x-www-form-urlencoded")
        .header("sec-fetch-site", "same-origin")
        .header("accept", "application/json");
    let body = form_urlencoded::Serializer::new(String::new())
        .extend_pairs([("form", form.as_str()), ("epoch", stamp.as_str())])
        .finish();
    let left = read(&amy.send(removed, Body::from(body)).await);
    assert_eq!((&left["files"], &left["left"]), (&json!([]), &10.into()));
}
