//! Addresses as they come in: a list's, with its words, bounds and cursors, a form's, and sealed numbers. What is read is
//! written again as it was meant; what is not is a sentence.

use std::sync::LazyLock;

use cms::error::AppError;
use cms::forms::Form;
use cms::queues::{Filter, Queue};
use cms::seal::{Kind, Seal};

static SEAL: LazyLock<Seal> = LazyLock::new(|| Seal::of(&[7; 32]));

pub fn run(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    for queue in Queue::ALL {
        match Filter::parse(queue, &text) {
            Ok(filter) => {
                let again = Filter::parse_path(&filter.path()).expect("what we write we read");
                assert_eq!(again.path(), filter.path());
                if let Some(cursor) = &filter.cursor {
                    let _ = (cursor.time(), cursor.id(&SEAL));
                }
            }
            Err(AppError::BadAddress(_)) => {}
            Err(other) => panic!("{other:?}"),
        }
    }
    let _ = Filter::parse_path(&text);
    if let Some(form) = Form::with_evidence(&text) {
        assert!(cms::address::is_ours(&form.address()));
    }
    if let Some(number) = SEAL.open(Kind::Contact, &text) {
        assert_eq!(SEAL.show(Kind::Contact, number), text);
    }
    let _ = (SEAL.open_version("C123456782", &text), SEAL.open_tick(&text));
}
