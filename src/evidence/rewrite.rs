//! What a PDF may hold, and how it is written anew.
//!
//! Refused is a document that is encrypted, or that names what a page needs no more than a photo does: scripts, programs to
//! launch, forms with scripts, films, sounds, files inside or elsewhere. Left out is what says who made it, what would happen when
//! it is opened, every object that no page leads to, and addresses that are not of the web. What is kept are pages as they look,
//! with their links.

use lopdf::{Dictionary, Document, LoadOptions, Object, SaveOptions};

use super::refusal::FileRefusal;
use super::{elsewhere, names};

/// Bytes that one packed stream of objects may unpack to.
const MOST_UNPACKED: usize = 64 * 1024 * 1024;
/// Names that have no place in evidence, as a key or as a value.
const REFUSED: [&[u8]; 12] = [
    b"JavaScript",
    b"JS",
    b"Launch",
    b"EmbeddedFile",
    b"EmbeddedFiles",
    b"RichMedia",
    b"XFA",
    b"GoToE",
    b"ImportData",
    b"SubmitForm",
    b"Rendition",
    b"Movie",
];
/// What the catalog says beside its pages, and that is left out.
const LEFT_OUT: [&[u8]; 9] =
    [b"OpenAction", b"AA", b"AcroForm", b"Metadata", b"Names", b"PieceInfo", b"Collection", b"URI", b"SpiderInfo"];

/// The document anew, without packed objects.
pub fn rewrite(bytes: &[u8]) -> Result<Vec<u8>, FileRefusal> {
    if !(bytes.starts_with(b"%PDF-1.") || bytes.starts_with(b"%PDF-2.")) {
        return Err(FileRefusal::BrokenDocument);
    }
    // the parser mends a file that was cut; whoever sent it believes it to be whole
    let whole = bytes.trim_ascii_end();
    let end = &whole[whole.len().saturating_sub(1024)..];
    if !whole.ends_with(b"%%EOF") || !end.windows(9).any(|word| word == b"startxref") {
        return Err(FileRefusal::BrokenDocument);
    }
    for name in names::in_the_open(bytes) {
        if name == b"Encrypt" {
            return Err(FileRefusal::Encrypted);
        }
        refuse(&name)?;
    }
    let options = LoadOptions::with_max_decompressed_size(MOST_UNPACKED);
    let mut document = Document::load_mem_with_options(bytes, options).map_err(|_| FileRefusal::BrokenDocument)?;
    if document.is_encrypted() || document.was_encrypted() {
        return Err(FileRefusal::Encrypted);
    }
    document.objects.values().try_for_each(judge)?;
    for name in LEFT_OUT {
        document.catalog_mut().map_err(|_| FileRefusal::BrokenDocument)?.remove(name);
    }
    let root = document.trailer.get(b"Root").map_err(|_| FileRefusal::BrokenDocument)?.clone();
    document.trailer = Dictionary::from_iter([("Root", root)]);
    for object in document.objects.values_mut() {
        // who made it, and what happens when one comes to a page or field
        if let Ok(dictionary) = object.as_dict_mut() {
            for name in [b"AA".as_slice(), b"Metadata", b"PieceInfo"] {
                dictionary.remove(name);
            }
        }
    }
    document.prune_objects();
    elsewhere::refuse_files(&document)?;
    elsewhere::leave_out_addresses(&mut document);
    document.prune_objects();
    if document.page_iter().next().is_none() {
        return Err(FileRefusal::BrokenDocument);
    }
    document.renumber_objects();
    let mut anew = Vec::new();
    let plain = SaveOptions { use_object_streams: false, use_xref_streams: false, ..SaveOptions::default() };
    document.save_with_options(&mut anew, plain).map_err(|_| FileRefusal::BrokenDocument)?;
    Ok(anew)
}

fn judge(object: &Object) -> Result<(), FileRefusal> {
    match object {
        Object::Name(name) => refuse(name),
        Object::Array(all) => all.iter().try_for_each(judge),
        Object::Dictionary(dictionary) => entries(dictionary),
        Object::Stream(stream) => {
            // its bytes would be those of a file elsewhere
            if stream.dict.has(b"F") {
                return Err(FileRefusal::Active);
            }
            if stream.dict.has_type(b"ObjStm") {
                // the parser has read it, unless nothing led there
                let packed = stream.get_plain_content_with_limit(MOST_UNPACKED);
                let packed = packed.map_err(|_| FileRefusal::BrokenDocument)?;
                names::in_the_open(&packed).try_for_each(|name| refuse(&name))?;
            }
            entries(&stream.dict)
        }
        _ => Ok(()),
    }
}

fn entries(dictionary: &Dictionary) -> Result<(), FileRefusal> {
    dictionary.iter().try_for_each(|(name, value)| refuse(name).and_then(|()| judge(value)))
}

fn refuse(name: &[u8]) -> Result<(), FileRefusal> {
    if REFUSED.contains(&name) { Err(FileRefusal::Active) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::ZlibEncoder;

    use super::*;

    /// One page, a catalog that says `more`, and these objects; readers find them without a table.
    fn document(more: &str, objects: &[&[u8]]) -> Vec<u8> {
        let head = format!(
            "%PDF-1.7\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R {more} >>\nendobj\n2 0 obj\n<< /Type /Pages /Kids [3 0 R] /Count 1 >>\n\
             endobj\n3 0 obj\n<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] >>\nendobj\n"
        );
        let tail = b"\ntrailer\n<< /Root 1 0 R /Size 9 /Info 8 0 R >>\nstartxref\n9\n%%EOF\n";
        [head.as_bytes(), &objects.concat(), tail].concat()
    }

    /// Object 4: object 5, packed, with `said` in its dictionary.
    fn packed(said: &str, object: &str) -> Vec<u8> {
        let mut zip = ZlibEncoder::new(Vec::new(), Compression::default());
        zip.write_all(format!("5 0 {object}").as_bytes()).unwrap();
        let bytes = zip.finish().unwrap();
        let head = format!("4 0 obj\n<< /Type /ObjStm /N 1 /First 4 {said} /Length {} >>\nstream\n", bytes.len());
        [head.as_bytes(), &bytes, b"\nendstream\nendobj\n"].concat()
    }

    fn holds(bytes: &[u8], word: &[u8]) -> bool {
        bytes.windows(word.len()).any(|part| part == word)
    }

    #[test]
    fn a_script_is_found_however_its_stream_is_described() {
        let script = "<< /S /JavaScript /JS (app.alert\\(1\\)) >>";
        for said in ["/Filter /FlateDecode", "/X (obj) /Filter /FlateDecode", "% obj\n /Filter /FlateDecode"] {
            let whole = document("/OpenAction 5 0 R", &[&packed(said, script)]);
            assert_eq!(rewrite(&whole), Err(FileRefusal::Active), "{said}");
        }
    }

    #[test]
    fn what_the_parser_could_not_read_is_not_in_the_file_that_is_kept() {
        let twice = b"4 0 obj << /Type /ObjStm /N 1 /First 4 /Filter [/ASCII85Decode /FlateDecode] /Length 2 >>\nstream\nxx\nendstream endobj\n";
        let predicted = packed("/Filter /FlateDecode /DecodeParms << /Predictor 12 >>", "<< /A (canary) >>");
        let script = "<< /S /JavaScript /JS (canary) >>";
        let elsewhere = [&packed("/Filter 7 0 R", script), b"7 0 obj\n/FlateDecode\nendobj\n".as_slice()].concat();
        let commented = [b"% stream\n", packed("/Filter /FlateDecode", script).as_slice()].concat();
        for object in [twice.as_slice(), &predicted, &elsewhere, &commented] {
            if let Ok(anew) = rewrite(&document("/OpenAction 5 0 R", &[object])) {
                for word in [b"ObjStm".as_slice(), b"OpenAction", b"canary", b"JavaScript"] {
                    assert!(!holds(&anew, word), "{}", String::from_utf8_lossy(word));
                }
            }
        }
    }

    #[test]
    fn pages_stay_and_what_tells_of_their_maker_goes() {
        let info = b"8 0 obj\n<< /Author (canary) >>\nendobj\n".as_slice();
        let nobodys = b"6 0 obj\n<< /Canary (canary) >>\nendobj\n".as_slice();
        let anew = rewrite(&document("/OpenAction [3 0 R /Fit] /Lang (en)", &[info, nobodys])).unwrap();
        assert!(holds(&anew, b"/MediaBox") && holds(&anew, b"/Lang"));
        assert!(!holds(&anew, b"canary") && !holds(&anew, b"OpenAction"));
        // what is kept is taken again, and stays as it is
        assert_eq!(rewrite(&anew).unwrap(), anew);
    }

    #[test]
    fn what_is_drawn_on_a_page_stays() {
        let drawn = b"4 0 obj\n<< /Length 23 >>\nstream\n0 0 m 90 90 l S %drawn%\nendstream\nendobj\n";
        let whole =
            String::from_utf8(document("", &[drawn])).unwrap().replace("/MediaBox", "/Contents 4 0 R /MediaBox");
        assert!(holds(&rewrite(whole.as_bytes()).unwrap(), b"0 0 m 90 90 l S"));
    }

    /// A document with a link on its page that does this.
    fn linked(action: &str, objects: &[&[u8]]) -> Vec<u8> {
        let whole = String::from_utf8(document("", objects)).unwrap();
        let link = format!("/Annots [<< /Type /Annot /Subtype /Link /Rect [0 0 9 9] /A << {action} >> >>]");
        whole.replace("/MediaBox", &format!("{link} /MediaBox")).into_bytes()
    }

    #[test]
    fn what_leads_to_files_elsewhere_is_refused() {
        for action in [
            "/S /GoToR /F (x.pdf) /D [0 /Fit]",
            "/S /Go#54oR /D [0 /Fit]",
            "/S /GoTo /D [3 0 R /Fit] /Next << /S /Hide /T (x) /Next 5 0 R >>",
            "/S /Thread /D 0",
            "/S /Named /N 5 0 R",
            "/S /Sound /Sound 5 0 R",
            "/S /GoTo3DView /V 0",
            "/S /Hide /T << /Type /Filespec /FS /URL >>",
            "/S /Hide /T << /Type /Filespec /UF 6 0 R >>",
        ] {
            let chained = b"5 0 obj\n<< /S /Thread /F (\\\\evil\\x.pdf) /D 0 >>\nendobj\n6 0 obj\n(x.pdf)\nendobj\n";
            assert_eq!(rewrite(&linked(action, &[chained])), Err(FileRefusal::Active), "{action}");
        }
        for form in
            ["/Ref << /F (x.pdf) /Page 0 >>", "/Ref 6 0 R", "/OPI << /2.0 << /Version 2.0 >> >>", "/Subtype2 /PS"]
        {
            let form = format!(
                "5 0 obj\n<< /Subtype /Form /BBox [0 0 9 9] /Length 0 {form} >>\nstream\n\nendstream\nendobj\n"
            );
            let said = rewrite(&linked("/S /GoTo /D 5 0 R", &[form.as_bytes(), b"6 0 obj\n<< /Page 0 >>\nendobj\n"]));
            assert_eq!(said, Err(FileRefusal::Active), "{form}");
        }
        for (catalog, object) in [
            ("/Outlines << /First 5 0 R >>", "<< /Title (x) /A << /S /GoToR /F << /UF (x.pdf) >> >> >>"),
            ("/AF [5 0 R]", "<< /Type /Filespec /F (x.exe) >>"),
            ("/Outlines 5 0 R", "<< /Subtype /FileAttachment >>"),
        ] {
            let object = format!("5 0 obj\n{object}\nendobj\n");
            assert_eq!(rewrite(&document(catalog, &[object.as_bytes()])), Err(FileRefusal::Active), "{catalog}");
        }
    }

    #[test]
    fn links_to_the_web_stay_and_other_addresses_go() {
        for stays in ["/S /URI /URI (https://example.org/canary)", "/S /URI /URI 5 0 R", "/S /GoTo /D [3 0 R /canary]"]
        {
            let kept = rewrite(&linked(stays, &[b"5 0 obj\n(mailto:canary@example.org)\nendobj\n"])).unwrap();
            assert!(holds(&kept, b"canary"), "{stays}");
            assert_eq!(rewrite(&kept).unwrap(), kept);
        }
        for goes in ["/S /URI /URI (file://canary/x.exe)", "/S /URI /URI 5 0 R", "/S /URI /URI (canary)"] {
            let kept = rewrite(&linked(goes, &[b"5 0 obj\n(\\\\canary\\x)\nendobj\n"])).unwrap();
            assert!(!holds(&kept, b"canary") && !holds(&kept, b"URI") && holds(&kept, b"/Annots"), "{goes}");
        }
        let kept = rewrite(&document("/URI << /Base (file://canary/) >> /Lang (en)", &[])).unwrap();
        assert!(!holds(&kept, b"canary") && holds(&kept, b"/Lang"));
    }

    #[test]
    fn without_a_page_or_with_bytes_that_are_elsewhere_it_is_refused() {
        let without =
            b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\n<< /Root 1 0 R >>\nstartxref\n9\n%%EOF";
        assert_eq!(rewrite(without), Err(FileRefusal::BrokenDocument));
        let elsewhere = b"4 0 obj\n<< /F (c.txt) /Length 0 >>\nstream\n\nendstream\nendobj\n";
        assert_eq!(rewrite(&document("", &[elsewhere])), Err(FileRefusal::Active));
    }
}
