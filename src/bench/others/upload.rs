//! Photos as telephones make them, added to the form of a new contact.

use std::sync::Arc;

use image::codecs::jpeg::JpegEncoder;
use image::{DynamicImage, Rgb, RgbImage};

use crate::bench::data::{BIGGEST, people_of};
use crate::bench::load::client::KeptAlive;
use crate::bench::server::ServerProcess;
use crate::error::CommandError;

/// Files of one form.
const OF_A_FORM: usize = 10;

pub type Photo = Arc<Vec<u8>>;

/// Eight million pixels, two to three megabytes.
pub fn photo() -> Result<Photo, CommandError> {
    let mut rng = fastrand::Rng::with_seed(3);
    let image = RgbImage::from_fn(3_264, 2_448, |x, y| {
        let noise = rng.u8(..24);
        Rgb([(x / 16) as u8 ^ noise, (y / 12) as u8 ^ noise, ((x + y) / 32) as u8 ^ noise])
    });
    let mut bytes = Vec::new();
    DynamicImage::ImageRgb8(image).write_with_encoder(JpegEncoder::new_with_quality(&mut bytes, 75))?;
    Ok(Arc::new(bytes))
}

/// So many photos of one person, each over a connection of its own, all at once.
pub async fn by_one(host: &str, cookie: &str, photo: &Photo, count: usize) -> Result<(), CommandError> {
    let cookies = vec![cookie.to_owned(); count];
    send(host, &cookies, photo).await
}

/// A photo of each of several people, all at once.
pub async fn by_many(server: &ServerProcess, photo: &Photo, people: usize) -> Result<(), CommandError> {
    let accounts: Vec<String> =
        people_of(BIGGEST).skip(50).take(people).map(|person| format!("person{person}")).collect();
    send(&server.host, &server.cookies(&accounts, people).await?, photo).await
}

async fn send(host: &str, cookies: &[String], photo: &Photo) -> Result<(), CommandError> {
    let keys: Vec<String> = (0..=cookies.len() / OF_A_FORM).map(|_| crate::secret::token()).collect();
    let mut sending = Vec::new();
    for (at, cookie) in cookies.iter().enumerate() {
        let mut line = KeptAlive::open(host, cookie, "identity").await?;
        line.read_stamp().await?;
        let path = format!("/evidence?form=%2Fcontacts%2Fnew%2Fmnc%3Fkey%3D{}", keys[at / OF_A_FORM]);
        let photo = Arc::clone(photo);
        sending
            .push(tokio::spawn(async move { line.post_file(&path, "files", "site.jpg", "image/jpeg", &photo).await }));
    }
    for sent in sending {
        let answer = sent.await??;
        if !answer.status.is_redirection() {
            return Err(CommandError(format!("a photo was answered {}: {}", answer.status, answer.says())));
        }
    }
    Ok(())
}
