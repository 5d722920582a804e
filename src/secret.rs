//! Random numbers nobody can guess, and password hashes.

use std::sync::LazyLock;
use std::sync::mpsc::{SyncSender, sync_channel};

use argon2::password_hash::PasswordVerifier;
use argon2::password_hash::phc::{Output, ParamsString, PasswordHash, Salt};
use argon2::{Algorithm, Argon2, Block, Params, Version};
use sha2::{Digest, Sha256};
use tokio::sync::oneshot;

use crate::error::AppError;

type Job = Box<dyn FnOnce(&mut [Block]) + Send>;

/// One thread makes all hashes, one after the other, in the same 19 MiB: sign-ins never take more than one core from
/// the pages, nor more memory the more there are. A line of fifty may wait, some two seconds.
static HASHER: LazyLock<SyncSender<Job>> = LazyLock::new(|| {
    let (jobs, line) = sync_channel::<Job>(50);
    std::thread::spawn(move || {
        let mut memory = vec![Block::default(); hasher().params().block_count()];
        for job in line {
            job(&mut memory);
        }
    });
    jobs
});
/// The least that a new password has, without a second factor.
pub const SHORTEST_PASSWORD: usize = 15;
/// The most that is looked at.
pub const LONGEST_PASSWORD: usize = 1024;

/// 128 random bits from the system, as 32 hexadecimal digits.
pub fn token() -> String {
    let mut bytes = [0; 16];
    // without randomness from the system nothing here is safe, so there is no going on
    getrandom::fill(&mut bytes).expect("the system gives random bytes");
    hex(&bytes)
}

/// A token that begins with its time, so that the later one is the greater.
pub fn timed_token(milliseconds: i64) -> String {
    format!("{milliseconds:012x}{}", &token()[12..])
}

/// Whether this has the shape of a token.
pub fn is_token(text: &str) -> bool {
    text.len() == 32 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

/// What is stored of a token.
pub fn token_hash(token: &str) -> Vec<u8> {
    Sha256::digest(token).to_vec()
}

/// Names a request in log and error page.
pub fn request_id() -> String {
    let mut id = token();
    id.truncate(12);
    id
}

/// Bytes as hexadecimal digits.
pub fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

fn hasher() -> Argon2<'static> {
    // m=19456 KiB, t=2, p=1: the floor that OWASP gives for argon2id
    Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::new(19_456, 2, 1, None).unwrap_or_default())
}

/// The PHC string of a password, made where it holds up nobody else.
pub async fn hash_password(password: String) -> Result<String, AppError> {
    let mut salt = [0; 16];
    getrandom::fill(&mut salt).map_err(|error| AppError::Broken(error.to_string().into()))?;
    in_turn(move |memory| {
        let hash = PasswordHash {
            algorithm: Algorithm::Argon2id.ident(),
            version: Some(Version::V0x13.into()),
            params: ParamsString::try_from(hasher().params())?,
            salt: Some(Salt::new(&salt)?),
            hash: Some(output(&password, &salt, memory)?),
        };
        Ok::<_, argon2::password_hash::Error>(hash.to_string())
    })
    .await?
    .map_err(|error| AppError::Broken(error.to_string().into()))
}

/// Compares a password with a hash; with none, with a hash that nothing fits, so that it takes as long.
pub async fn password_fits(password: String, hash: Option<String>) -> Result<bool, AppError> {
    const NOBODYS: &str =
        "$argon2id$v=19$m=19456,t=2,p=1$bm9ib2R5LXNpZ25zLWlu$8pG7nUSu0ql5zRrbEv0fIBjQpn1JpHAbfqYbr3XMfQA";
    let known = hash.is_some();
    let hash = hash.unwrap_or_else(|| NOBODYS.to_owned());
    let fits = in_turn(move |memory| {
        let Ok(hash) = PasswordHash::new(&hash) else { return false };
        let ours = ParamsString::try_from(hasher().params()).is_ok_and(|ours| ours == hash.params);
        match (&hash.salt, &hash.hash) {
            // outputs are compared in constant time
            (Some(salt), Some(kept)) if ours => output(&password, salt, memory).is_ok_and(|made| made == *kept),
            // made with other settings: the library allocates what it needs
            _ => hasher().verify_password(password.as_bytes(), &hash).is_ok(),
        }
    })
    .await?;
    Ok(fits && known)
}

fn output(password: &str, salt: &[u8], memory: &mut [Block]) -> Result<Output, argon2::password_hash::Error> {
    let mut made = [0; Params::DEFAULT_OUTPUT_LEN];
    hasher().hash_password_into_with_memory(password.as_bytes(), salt, &mut made, memory)?;
    Ok(Output::new(&made)?)
}

async fn in_turn<T: Send + 'static>(work: impl FnOnce(&mut [Block]) -> T + Send + 'static) -> Result<T, AppError> {
    let (done, answer) = oneshot::channel();
    let job = Box::new(move |memory: &mut [Block]| {
        // whoever asked may have gone
        let _ = done.send(work(memory));
    });
    HASHER.try_send(job).map_err(|_| AppError::Unavailable)?;
    answer.await.map_err(|error| AppError::Broken(error.into()))
}

/// Why a new password won't do, in a sentence; `None` if it will. Length and guessability decide, not its make-up.
pub fn password_trouble(password: &str, known_words: &[&str]) -> Option<String> {
    let length = password.chars().count();
    if length < SHORTEST_PASSWORD {
        return Some(format!(
            "Use at least {SHORTEST_PASSWORD} characters; three or four words that don’t belong together do well"
        ));
    }
    if password.len() > LONGEST_PASSWORD {
        return Some("Use a shorter password".to_owned());
    }
    let mut words = vec!["xoserve", "correla", "cms", "mprn", "contact", "shipper", "supervisor", "gas"];
    words.extend(known_words);
    let folded = password.to_lowercase();
    if let Some(word) = words.iter().find(|word| word.len() > 5 && folded.contains(&word.to_lowercase())) {
        return Some(format!("Leave out “{word}”: it is the first thing that others would try"));
    }
    if zxcvbn::zxcvbn(&folded.chars().take(100).collect::<String>(), &words).score() < zxcvbn::Score::Three {
        return Some("That would be guessed too soon; use words that don’t belong together".to_owned());
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_password_fits_its_own_hash_only() {
        let hash = hash_password("four gas meters hum".to_owned()).await.unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
        assert!(password_fits("four gas meters hum".to_owned(), Some(hash.clone())).await.unwrap());
        assert!(!password_fits("four gas meters hum ".to_owned(), Some(hash.clone())).await.unwrap());
        assert!(!password_fits("anything".to_owned(), None).await.unwrap());
        // the library agrees, and what was made with other settings still fits
        assert!(hasher().verify_password(b"four gas meters hum", &PasswordHash::new(&hash).unwrap()).is_ok());
        let other = Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::new(8_192, 1, 1, None).unwrap());
        let old =
            argon2::password_hash::PasswordHasher::hash_password(&other, b"four gas meters hum").unwrap().to_string();
        assert!(password_fits("four gas meters hum".to_owned(), Some(old.clone())).await.unwrap());
        assert!(!password_fits("four gas meters hums".to_owned(), Some(old)).await.unwrap());
    }

    #[test]
    fn passwords_are_judged_by_length_and_guessability() {
        assert!(password_trouble("kettle-14-chars", &[]).is_none());
        assert!(password_trouble("kettle14chars", &[]).is_some());
        assert!(password_trouble("aaaaaaaaaaaaaaaaaaaa", &[]).is_some());
        assert!(password_trouble("velvet alderenergy stove", &["alderenergy"]).is_some());
    }

    #[test]
    fn tokens_do_not_repeat() {
        assert_ne!(token(), token());
        assert_eq!(token().len(), 32);
    }
}
