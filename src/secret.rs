//! Random numbers nobody can guess, and password hashes.

use argon2::password_hash::PasswordVerifier;
use argon2::password_hash::phc::{Output, ParamsString, PasswordHash, Salt};
use argon2::{Algorithm, Block, Params, Version};
use sha2::{Digest, Sha256};
use unicode_normalization::UnicodeNormalization;

use crate::error::AppError;
use crate::hash_line::{Turn, hasher, in_turn};

/// The most bytes that a password may have.
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

/// Says what a page showed, so that its form tells whether somebody has changed it since.
pub fn fingerprint(shown: &[&str]) -> String {
    let mut hash = Sha256::new();
    for part in shown {
        hash.update(part.len().to_be_bytes());
        hash.update(part);
    }
    hex(&hash.finalize()[..16])
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

/// The PHC string of a password, made where it holds up nobody else. The same letters give the same hash, however a
/// keyboard composes them.
pub async fn hash_password(password: String) -> Result<String, AppError> {
    let mut salt = [0; 16];
    getrandom::fill(&mut salt).map_err(|error| AppError::Broken(error.to_string().into()))?;
    let password: String = password.nfc().collect();
    in_turn(Turn::known(), move |memory| {
        let hash = PasswordHash {
            algorithm: Algorithm::Argon2id.ident(),
            version: Some(Version::V0x13.into()),
            params: ParamsString::try_from(hasher().params())?,
            salt: Some(Salt::new(&salt)?),
            hash: Some(output(&password, &salt, memory)?),
        };
        Ok::<_, argon2::password_hash::Error>(hash.to_string())
    })
    .await
    .ok_or(AppError::Unavailable)?
    .map_err(|error| AppError::Broken(error.to_string().into()))
}

/// Compares a password with a hash when its turn comes; with none, with a hash that nothing fits, so that it takes as
/// long. Nothing if it would wait too long.
pub async fn password_fits(password: String, hash: Option<String>, turn: Turn) -> Option<bool> {
    const NOBODYS: &str =
        "$argon2id$v=19$m=19456,t=2,p=1$bm9ib2R5LXNpZ25zLWlu$8pG7nUSu0ql5zRrbEv0fIBjQpn1JpHAbfqYbr3XMfQA";
    let known = hash.is_some();
    let hash = hash.unwrap_or_else(|| NOBODYS.to_owned());
    let composed: String = password.nfc().collect();
    let fits = in_turn(turn, move |memory| {
        // hashes from before passwords were composed were made of what was typed
        fits_now(&composed, &hash, memory) || (composed != password && fits_now(&password, &hash, memory))
    })
    .await?;
    Some(fits && known)
}

fn fits_now(password: &str, hash: &str, memory: &mut [Block]) -> bool {
    let Ok(hash) = PasswordHash::new(hash) else { return false };
    match (&hash.salt, &hash.hash) {
        // outputs are compared in constant time
        (Some(salt), Some(kept)) if is_ours(&hash) => output(password, salt, memory).is_ok_and(|made| made == *kept),
        // made with other settings: the library allocates what it needs
        _ => hasher().verify_password(password.as_bytes(), &hash).is_ok(),
    }
}

fn is_ours(hash: &PasswordHash) -> bool {
    hash.algorithm == Algorithm::Argon2id.ident()
        && ParamsString::try_from(hasher().params()).is_ok_and(|ours| ours == hash.params)
}

/// Whether a hash was made as they are not made any more.
pub fn is_outdated(hash: &str) -> bool {
    PasswordHash::new(hash).is_ok_and(|hash| !is_ours(&hash))
}

fn output(password: &str, salt: &[u8], memory: &mut [Block]) -> Result<Output, argon2::password_hash::Error> {
    let mut made = [0; Params::DEFAULT_OUTPUT_LEN];
    hasher().hash_password_into_with_memory(password.as_bytes(), salt, &mut made, memory)?;
    Ok(Output::new(&made)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_password_fits_its_own_hash_only() {
        let hash = hash_password("four gas meters hum".to_owned()).await.unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
        assert!(password_fits("four gas meters hum".to_owned(), Some(hash.clone()), Turn::known()).await.unwrap());
        assert!(!password_fits("four gas meters hum ".to_owned(), Some(hash.clone()), Turn::known()).await.unwrap());
        assert!(!password_fits("anything".to_owned(), None, Turn::known()).await.unwrap());
        // the library agrees, and what was made with other settings still fits
        assert!(hasher().verify_password(b"four gas meters hum", &PasswordHash::new(&hash).unwrap()).is_ok());
        let other = argon2::Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::new(8_192, 1, 1, None).unwrap());
        let old =
            argon2::password_hash::PasswordHasher::hash_password(&other, b"four gas meters hum").unwrap().to_string();
        assert!(password_fits("four gas meters hum".to_owned(), Some(old.clone()), Turn::known()).await.unwrap());
        assert!(!password_fits("four gas meters hums".to_owned(), Some(old.clone()), Turn::known()).await.unwrap());
        assert!(is_outdated(&old) && !is_outdated(&hash));
    }

    #[tokio::test]
    async fn letters_are_the_same_however_they_are_composed() {
        let (composed, apart) = ("caf\u{e9} under seven oaks", "cafe\u{301} under seven oaks");
        let hash = hash_password(apart.to_owned()).await.unwrap();
        for typed in [composed, apart] {
            assert_eq!(password_fits(typed.to_owned(), Some(hash.clone()), Turn::known()).await, Some(true));
        }
        let before = argon2::password_hash::PasswordHasher::hash_password(&hasher(), apart.as_bytes()).unwrap();
        assert_eq!(password_fits(apart.to_owned(), Some(before.to_string()), Turn::known()).await, Some(true));
    }

    #[test]
    fn tokens_do_not_repeat() {
        assert_ne!(token(), token());
        assert_eq!(token().len(), 32);
    }
}
