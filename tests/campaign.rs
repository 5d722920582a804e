//! Bad input everywhere: every address with every name it may ask for, every form, and paths, with what no browser of ours sends.
//! Nothing fails on our side, and nothing changes. `CMS_BAD_INPUTS=10000` tries as many; the seed is printed.

use axum::body::Body;
use axum::http::{Request, Uri, header};
use cms::contacts::lifecycle::Status;

use crate::guard::routes;
use crate::world::World;

/// Names of fields and of parts of queries, as the templates and the code have them.
fn names() -> Vec<String> {
    let mut names: Vec<String> =
        "q list at after before since sort size place with from to view key type form next back page about \
        words msn status ldz due age by answered logged open changed again title parked go sent show"
            .split_whitespace()
            .map(str::to_owned)
            .collect();
    let mut folders = vec![std::path::PathBuf::from("templates")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let text = std::fs::read_to_string(path).unwrap();
            let found = text.split("name=\"").skip(1).filter_map(|rest| rest.split('"').next());
            names.extend(found.filter(|name| !name.contains('{')).map(str::to_owned));
        }
    }
    names.sort();
    names.dedup();
    names
}

/// Raw bytes that have been trouble somewhere.
fn bad_values() -> Vec<Vec<u8>> {
    let mut values: Vec<Vec<u8>> = [
        "",
        " ",
        "\0",
        "a\0b",
        "\0~1",
        "\r\n",
        "\r\nx: y",
        "\u{1b}[31m",
        "\u{202e}gpj",
        "\u{200b}",
        "\u{feff}",
        "\u{fdd0}",
        "%00",
        "%2500",
        "%",
        "%zz",
        "+",
        "&",
        "=",
        "'",
        "''",
        "\"",
        "\\",
        "<script>",
        "{{7*7}}",
        "${x}",
        "../../etc/passwd",
        "/",
        "//",
        "//evil",
        "0",
        "-1",
        "1",
        "2147483648",
        "-2147483649",
        "9223372036854775807",
        "-9223372036854775808",
        "9223372036854775808",
        "1e9",
        "NaN",
        "0x10",
        "٣",
        "-377000000000000000~1",
        "377000000000000000~1",
        "9223372036854775807~9223372036854775807",
        "-62135596800000001~1",
        "253402300799999999~1",
        "253402300800000000~1",
        "1~",
        "~1",
        "~",
        "31/12/9999",
        "01/01/0001",
        "31/12/1899",
        "29/02/2026",
        "32/13/2026",
        "9999-12-31",
        "31/12/9999 23:59:60",
        "yesterday",
        "/queues/raised?sort=status&at=%00~1",
        "/queues/raised?sort=status&after=%00~1",
        "/queues/raised?after=-377000000000000000~1",
        "/queues/organisation?q=%00",
        "/search?q=%00",
        "/contacts/C123456782?list=%2Fqueues%2Fraised",
        "C123456782",
        "c123456782\0",
        "alder.agent",
        "mnc",
        "resolve-valid",
        "remove",
        "yes",
        "no",
        "all",
        "-status",
        "status",
        "\u{1f468}\u{200d}\u{1f469}",
        "e\u{301}",
        "ｆｕｌｌ",
        "ı",
        "ß",
    ]
    .iter()
    .map(|text| text.as_bytes().to_vec())
    .collect();
    values.extend([vec![0xff], vec![0xc0, 0x80], vec![0xed, 0xa0, 0x80], b"caf\xe9".to_vec()]);
    values.extend([b"a".repeat(5_000), "é".repeat(2_000).into_bytes(), b"%00".repeat(300), b"/".repeat(1_000)]);
    values
}

fn encoded(bytes: &[u8], rng: &mut fastrand::Rng) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || (b"-._~".contains(&byte));
    // now and then as nobody should write it
    let raw = |byte: u8| b"%+/:@'".contains(&byte);
    let lax = rng.bool();
    bytes
        .iter()
        .map(
            |byte| {
                if plain(*byte) || (lax && raw(*byte)) { char::from(*byte).to_string() } else { format!("%{byte:02X}") }
            },
        )
        .collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_that_is_sent_fails_on_our_side_or_changes_anything() {
    let setting = |name: &str| std::env::var(name).ok().and_then(|text| text.parse::<u64>().ok());
    let tries = setting("CMS_BAD_INPUTS").unwrap_or(1_200);
    let seed = setting("CMS_BAD_INPUTS_SEED").unwrap_or(20_261_127);
    println!("{tries} bad inputs, seed {seed}");
    let mut rng = fastrand::Rng::with_seed(seed);
    let world = World::new().await;
    let crn = world.contact_at(Status::Atca).await;
    let readers = ["alder.supervisor", "cdsp.supervisor", "ngn.agent", "alder.lso", "facilitator"];
    let mut people = Vec::new();
    for account in readers {
        people.push(world.sign_in(account).await);
    }
    // who sends forms is of an organisation that has nothing to do with any contact, and may not change people
    let (mut sender, stamp) = (world.sign_in("dale.agent").await, world.stamp(1, "dale.agent"));
    let mut officer = world.sign_in("birch.lso").await;
    let officers_stamp = world.stamp(1, "birch.lso");
    let (names, values, routes) = (names(), bad_values(), routes());
    let before = world.digest().await;
    let mut failed = Vec::new();
    for _ in 0..tries {
        let (route, is_posted) = &routes[rng.usize(..routes.len())];
        // these do what they are for, whatever they are sent
        let acts = ["/sign-out", "/account/shortcuts", "/presence", "/terms", "/people/{account}/link"];
        if acts.contains(&&**route) {
            continue;
        }
        let mut path = String::new();
        for part in route.split('/').skip(1) {
            let known = match part {
                "{crn}" => Some(crn.as_str()),
                "{queue}" => Some("organisation"),
                "{account}" => Some("alder.agent"),
                "{type}" => Some("mnc"),
                "{action}" => Some("resolve-invalid"),
                part if part.starts_with('{') => Some("1"),
                _ => None,
            };
            path.push('/');
            match known {
                Some(_) if rng.u8(..4) == 0 => path += &encoded(&values[rng.usize(..values.len())], &mut rng),
                Some(known) => path += known,
                None => path += part,
            }
        }
        let pairs: Vec<String> = (0..rng.usize(1..4))
            .map(|_| {
                let (name, value) = (&names[rng.usize(..names.len())], &values[rng.usize(..values.len())]);
                format!("{name}={}", encoded(value, &mut rng))
            })
            .collect();
        let pairs = pairs.join("&");
        let by_form = *is_posted && rng.bool();
        let (person, request, body, what) = if by_form {
            let is_officers = route.starts_with("/people");
            let stamp = if is_officers { &officers_stamp } else { &stamp };
            let person = if is_officers { &mut officer } else { &mut sender };
            let request = Request::post(&path)
                .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
                .header("sec-fetch-site", "same-origin");
            let what = format!("POST {path} {pairs}");
            (person, request, format!("{pairs}&epoch={stamp}"), what)
        } else {
            let person = &mut people[rng.usize(..readers.len())];
            let address = format!("{path}?{pairs}");
            (person, Request::get(&address), String::new(), format!("GET {address}"))
        };
        // what is no address at all no server sees
        let address = what.split(' ').nth(1).unwrap();
        if address.parse::<Uri>().is_err() || path.starts_with("//") {
            continue;
        }
        let page = person.send(request, Body::from(body)).await;
        let leads_nowhere = page.status.as_u16() == 303 && !page.headers.contains_key(header::LOCATION);
        if page.status.as_u16() >= 500 || leads_nowhere {
            failed.push(format!("{} {}", page.status, what.chars().take(300).collect::<String>()));
        }
    }
    assert!(failed.is_empty(), "{} failed:\n{}", failed.len(), failed.join("\n"));
    assert_eq!(world.digest().await, before, "something has changed");
}

#[tokio::test]
async fn what_was_trouble_once_is_refused_with_a_sentence() {
    let world = World::new().await;
    let crn = world.contact_at(Status::Aaca).await;
    let mut amy = world.sign_in("alder.supervisor").await;
    for (path, statuses) in [
        ("/people/%00".to_owned(), [400, 400]),
        ("/workload/a%00b".to_owned(), [400, 400]),
        ("/help%0a".to_owned(), [400, 400]),
        ("/contacts/new/mnc/check?key=%00".to_owned(), [404, 303]),
        ("/contacts/new/mnc/alike?key=%00".to_owned(), [404, 303]),
        ("/contacts/new/mnc/alike?key=%0d%0a".to_owned(), [404, 303]),
        ("/queues/organisation?sort=status&after=%00~1".to_owned(), [200, 400]),
        ("/queues/organisation?after=-377000000000000000~1".to_owned(), [400, 400]),
        ("/queues/organisation?before=-377000000000000000~1".to_owned(), [400, 400]),
        ("/queues/organisation/new-count?since=-377000000000000000".to_owned(), [400, 400]),
        (format!("/contacts/{crn}?list=/queues/raised&at=-377000000000000000~1"), [303, 400]),
        (format!("/contacts/{crn}?list=/queues/raised%3Fsort%3Dstatus%26after%3D%2500~1&at=1~1"), [303, 400]),
    ] {
        let page = amy.get(&path).await;
        assert!(statuses.contains(&page.status.as_u16()), "{path}: {} {}", page.status, page.text());
        if page.status == 400 {
            assert!(page.text().len() > 30 && page.headers.contains_key("x-request-id"), "{path}");
        }
    }
    let colleague = world.person_id("alder.agent").await.to_string();
    let page = amy
        .post(
            "/workload/alder.lso/hand-over",
            &[("until", "31/12/9999"), ("colleague", &colleague), ("to", &colleague)],
        )
        .await;
    assert!(page.status.as_u16() < 500, "{}", page.text());
}

#[tokio::test]
async fn a_session_sent_twice_is_refused_and_so_are_many_cookies() {
    let world = World::new().await;
    let amy = world.sign_in("alder.agent").await;
    let cookie = amy.cookie().unwrap().to_owned();
    let asked = async |cookies: &[String]| {
        let mut request = Request::get("/account").header(header::HOST, "127.0.0.1:8080");
        for cookie in cookies {
            request = request.header(header::COOKIE, cookie);
        }
        world.stranger().raw(request.body(Body::empty()).unwrap()).await
    };
    assert_eq!(asked(&[format!("theme=x; {cookie}")]).await.status, 200);
    let many: Vec<String> = (0..9).map(|n| format!("a{n}=1")).collect();
    for cookies in [
        &[format!("{cookie}; {cookie}")][..],
        &[cookie.clone(), "cms=other".to_owned()],
        &[format!("cms=; a=b;  {cookie}")],
        &many,
    ] {
        let page = asked(cookies).await;
        assert_eq!(page.status, 400, "{cookies:?}");
        assert_eq!(page.all("h1").len(), 1, "{cookies:?}");
        assert!(page.text().contains("more than one session, or more cookies"), "{}", page.text());
        let id = page.headers.get("x-request-id").unwrap().to_str().unwrap();
        assert_eq!(page.all(".app-number"), [id]);
    }
}
