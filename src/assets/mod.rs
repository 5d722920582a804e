//! The files of the front end, inside the program: one address per content, packed beforehand, kept for a year.

mod packing;

use std::fmt::Write as _;
use std::future::{Ready, ready};
use std::sync::LazyLock;

use axum::extract::Path;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use sha2::{Digest, Sha256};

use self::packing::Packing;

const YEAR: &str = "public, max-age=31536000, immutable";
const DAY: &str = "public, max-age=86400";

struct Asset {
    name: &'static str,
    kind: &'static str,
    plain: &'static [u8],
    gzip: &'static [u8],
    brotli: &'static [u8],
}

macro_rules! asset {
    ($name:literal, $kind:literal) => {
        Asset {
            name: $name,
            kind: $kind,
            plain: include_bytes!(concat!("../../static/", $name)),
            gzip: include_bytes!(concat!("../../static/", $name, ".gz")),
            brotli: include_bytes!(concat!("../../static/", $name, ".br")),
        }
    };
}

/// Everything that is served. A file that is not named here is not in the program.
static ASSETS: [Asset; 8] = [
    asset!("app.css", "text/css; charset=utf-8"),
    asset!("landscape.css", "text/css; charset=utf-8"),
    asset!("app.js", "text/javascript; charset=utf-8"),
    asset!("boot.js", "text/javascript; charset=utf-8"),
    asset!("evidence.js", "text/javascript; charset=utf-8"),
    asset!("queue.js", "text/javascript; charset=utf-8"),
    asset!("bulk.js", "text/javascript; charset=utf-8"),
    asset!("favicon.svg", "image/svg+xml"),
];

static URLS: LazyLock<Vec<String>> =
    LazyLock::new(|| ASSETS.iter().map(|asset| format!("/static/{}/{}", hash(asset.plain), asset.name)).collect());

/// The address of a file by its name; it changes whenever the content does.
pub fn url(name: &str) -> &'static str {
    let place = ASSETS.iter().position(|asset| asset.name == name);
    &URLS[place.unwrap_or_else(|| panic!("{name} is not in the list of assets"))]
}

/// `/static/{hash}/{name}`
pub fn serve(Path((hash, name)): Path<(String, String)>, packing: Packing) -> Ready<Response> {
    let wanted = format!("/static/{hash}/{name}");
    let place = URLS.iter().position(|url| *url == wanted);
    ready(match place {
        Some(place) => answer(&ASSETS[place], packing, YEAR),
        None => StatusCode::NOT_FOUND.into_response(),
    })
}

/// `/favicon.ico`, which browsers ask for unasked. Its address never changes, so it is kept for a day only.
pub fn favicon(packing: Packing) -> Ready<Response> {
    let icon = ASSETS.iter().find(|asset| asset.name == "favicon.svg");
    ready(match icon {
        Some(icon) => answer(icon, packing, DAY),
        None => StatusCode::NOT_FOUND.into_response(),
    })
}

fn answer(asset: &Asset, packing: Packing, keep: &'static str) -> Response {
    let (encoding, bytes) = match packing {
        Packing::Brotli => (Some("br"), asset.brotli),
        Packing::Gzip => (Some("gzip"), asset.gzip),
        Packing::Plain => (None, asset.plain),
    };
    let headers = [
        (header::CONTENT_TYPE, asset.kind),
        (header::CACHE_CONTROL, keep),
        (header::VARY, "accept-encoding"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    let encoding = encoding.map(|encoding| [(header::CONTENT_ENCODING, encoding)]);
    (headers, encoding, bytes).into_response()
}

fn hash(bytes: &[u8]) -> String {
    let mut text = String::new();
    for byte in &Sha256::digest(bytes)[..8] {
        let _ = write!(text, "{byte:02x}");
    }
    text
}

#[cfg(test)]
mod tests {
    use axum::Router;
    use axum::http::HeaderMap;
    use axum::routing::get;

    use super::*;

    fn ask(name: &str, accept: &'static str) -> Response {
        let mut parts = url(name).split('/').skip(2).map(str::to_owned);
        let path = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT_ENCODING, header::HeaderValue::from_static(accept));
        serve(Path(path), Packing::taken_by(&headers)).into_inner()
    }

    fn said<'a>(response: &'a Response, name: &str) -> Option<&'a str> {
        response.headers().get(name).and_then(|value| value.to_str().ok())
    }

    #[test]
    fn the_best_encoding_that_the_browser_takes_is_sent() {
        for (accept, encoding) in [
            ("gzip, deflate, br, zstd", Some("br")),
            ("gzip;q=1.0, br;q=0", Some("gzip")),
            ("br; q=0.000, GZIP", Some("gzip")),
            ("identity", None),
            ("", None),
        ] {
            let response = ask("app.css", accept);
            assert_eq!(response.status(), StatusCode::OK);
            assert_eq!(said(&response, "content-encoding"), encoding, "{accept}");
            assert_eq!(said(&response, "content-type"), Some("text/css; charset=utf-8"));
            assert_eq!(said(&response, "cache-control"), Some(YEAR));
            assert_eq!(said(&response, "vary"), Some("accept-encoding"));
            assert_eq!(said(&response, "x-content-type-options"), Some("nosniff"));
        }
    }

    #[test]
    fn both_are_handlers() {
        let _: Router = Router::new().route("/static/{hash}/{name}", get(serve)).route("/favicon.ico", get(favicon));
    }

    #[test]
    fn another_hash_or_name_is_not_found() {
        for (hash, name) in [("0000000000000000", "app.css"), ("..", "VENDOR.md"), ("", "")] {
            let path = Path((hash.to_owned(), name.to_owned()));
            let response = serve(path, Packing::Plain).into_inner();
            assert_eq!(response.status(), StatusCode::NOT_FOUND);
        }
    }

    #[test]
    fn every_file_is_the_one_that_was_vendored() {
        let vendored = include_str!("../../static/VENDOR.md");
        for asset in &ASSETS {
            let parts = [("", asset.plain), (".gz", asset.gzip), (".br", asset.brotli)];
            for (ending, bytes) in parts {
                let mut sum = String::new();
                for byte in &Sha256::digest(bytes) {
                    let _ = write!(sum, "{byte:02x}");
                }
                let line = format!("{sum}  {}{ending}\n", asset.name);
                assert!(vendored.contains(&line), "{line} is not in VENDOR.md: rebuild");
            }
        }
    }

    #[test]
    fn nothing_served_borrows_the_government_brand() {
        for asset in &ASSETS {
            let text = String::from_utf8_lossy(asset.plain);
            for banned in ["GDS Transport", "govuk-crest", "govuk-logotype", "crown", "style="] {
                assert!(!text.contains(banned), "{} contains {banned}", asset.name);
            }
        }
    }

    #[test]
    fn the_pages_stay_light() {
        let packed = |ending: &str| -> usize {
            let ours = ASSETS.iter().filter(|asset| asset.name.ends_with(ending));
            ours.map(|asset| asset.gzip.len()).sum()
        };
        assert!(packed(".css") <= 20 * 1024);
        assert!(packed(".js") <= 15 * 1024);
    }
}
