//! What in a PDF leads elsewhere. A document that names files elsewhere, or plays sounds and scenes, is refused; of addresses
//! those of the web and of post stay, which a reader shows before it follows them, and any other is left out.

use std::collections::HashSet;

use lopdf::{Dictionary, Document, Object, ObjectId};

use super::refusal::FileRefusal;

/// Keys under which a file elsewhere is named, in a string.
const FILE_NAMES: [&[u8]; 5] = [b"F", b"UF", b"DOS", b"Mac", b"Unix"];
/// Names, as a key or as a value, of what leads to another file, or acts by itself.
const REFUSED: [&[u8]; 8] =
    [b"GoToR", b"GoTo3DView", b"OPI", b"Sound", b"FileAttachment", b"RichMediaExecute", b"3DD", b"OnInstantiate"];
/// How an address begins that may stay.
const STAY: [&[u8]; 3] = [b"http://", b"https://", b"mailto:"];

/// Refuses a document that leads to files elsewhere.
pub fn refuse_files(document: &Document) -> Result<(), FileRefusal> {
    document.objects.values().try_for_each(|object| judge(document, object))
}

fn judge(document: &Document, object: &Object) -> Result<(), FileRefusal> {
    match object {
        Object::Name(name) if REFUSED.contains(&name.as_slice()) => Err(FileRefusal::Active),
        Object::Array(all) => all.iter().try_for_each(|object| judge(document, object)),
        Object::Dictionary(dictionary) => entries(document, dictionary),
        Object::Stream(stream) => {
            let dictionary = &stream.dict;
            let is_program =
                [b"Subtype".as_slice(), b"Subtype2"].iter().any(|key| is(document, dictionary, key, b"PS"));
            // a page of another document in place of this one; in other dictionaries the word leads to an object
            if is_program || dictionary.has(b"Ref") {
                return Err(FileRefusal::Active);
            }
            entries(document, dictionary)
        }
        _ => Ok(()),
    }
}

fn entries(document: &Document, dictionary: &Dictionary) -> Result<(), FileRefusal> {
    let names_a_file = FILE_NAMES.iter().any(|key| {
        let named = dictionary.get(key).and_then(|value| document.dereference(value));
        matches!(named, Ok((_, Object::String(..))))
    });
    if names_a_file || is(document, dictionary, b"S", b"Thread") || is(document, dictionary, b"FS", b"URL") {
        return Err(FileRefusal::Active);
    }
    dictionary.iter().try_for_each(|(key, value)| {
        if REFUSED.contains(&key.as_slice()) { Err(FileRefusal::Active) } else { judge(document, value) }
    })
}

fn is(document: &Document, dictionary: &Dictionary, key: &[u8], name: &[u8]) -> bool {
    let said = dictionary.get(key).and_then(|value| document.dereference(value));
    matches!(said, Ok((_, Object::Name(said))) if said.as_slice() == name)
}

/// Leaves out every address but those of the web and of post.
pub fn leave_out_addresses(document: &mut Document) {
    let may_stay = |object: &Object| matches!(object, Object::String(address, _) if stays(address));
    let elsewhere: HashSet<ObjectId> =
        document.objects.iter().filter(|(_, object)| may_stay(object)).map(|(id, _)| *id).collect();
    document.objects.values_mut().for_each(|object| leave_out(&elsewhere, object));
}

fn leave_out(known: &HashSet<ObjectId>, object: &mut Object) {
    let dictionary = match object {
        Object::Array(all) => return all.iter_mut().for_each(|object| leave_out(known, object)),
        Object::Dictionary(dictionary) => dictionary,
        Object::Stream(stream) => &mut stream.dict,
        _ => return,
    };
    let may_stay = match dictionary.get(b"URI") {
        Ok(Object::String(address, _)) => stays(address),
        Ok(Object::Reference(id)) => known.contains(id),
        Ok(_) => false,
        Err(_) => true,
    };
    if !may_stay {
        dictionary.remove(b"URI");
        // an action without its address is none
        dictionary.remove(b"S");
    }
    dictionary.iter_mut().for_each(|(_, value)| leave_out(known, value));
}

fn stays(address: &[u8]) -> bool {
    let begins = |start: &&[u8]| address.len() > start.len() && address[..start.len()].eq_ignore_ascii_case(start);
    STAY.iter().any(begins) && !address.iter().any(u8::is_ascii_control)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_the_web_and_of_post_stay() {
        for address in ["https://www.example.org/a?b=c", "HTTP://example.org", "mailto:site@example.org"] {
            assert!(stays(address.as_bytes()), "{address}");
        }
        for address in [
            "",
            "https://",
            "file:///etc/passwd",
            "\\\\evil\\share\\x.pdf",
            "www.example.org",
            "javascript:alert(1)",
            "smb://evil/x",
            " https://example.org",
            "https://example.org/\0",
            "\u{feff}https://example.org",
        ] {
            assert!(!stays(address.as_bytes()), "{address}");
        }
    }
}
