//! What the program is made of, as CycloneDX 1.6: the crates of the lock file it was built with, and the vendored front end.

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::secret::hex;

const LOCK: &str = include_str!("../../Cargo.lock");
const LICENCES: &str = include_str!("licences.txt");
const VENDOR: &str = include_str!("../../static/VENDOR.md");

/// The program itself, among what it is made of.
const OURS: &str = "pkg:cargo/cms";

/// One crate of the lock file.
struct Package<'a> {
    name: &'a str,
    version: &'a str,
    checksum: Option<&'a str>,
    /// `name`, or `name version` where the lock file holds several
    needs: Vec<&'a str>,
}

impl<'a> Package<'a> {
    fn read(text: &'a str) -> Self {
        let value = |name: &str| text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(" = "));
        let plain = |name: &str| value(name).map(|text| text.trim_matches('"'));
        let needs = text.split_once("dependencies = [").map_or("", |(_, list)| list.split(']').next().unwrap_or(""));
        Package {
            name: plain("name").unwrap_or_default(),
            version: plain("version").unwrap_or_default(),
            checksum: plain("checksum"),
            needs: needs.split('"').map(str::trim).filter(|need| !need.is_empty() && *need != ",").collect(),
        }
    }

    fn purl(&self) -> String {
        format!("pkg:cargo/{}@{}", self.name, self.version)
    }

    fn is(&self, need: &str) -> bool {
        match need.split_once(' ') {
            Some((name, version)) => self.name == name && self.version == version,
            None => self.name == need,
        }
    }

    /// As an expression of SPDX, which older crates write with a stroke.
    fn licence(&self) -> Option<String> {
        let start = format!("{} {} ", self.name, self.version);
        LICENCES.lines().find_map(|line| line.strip_prefix(&start)).map(|licence| licence.replace('/', " OR "))
    }

    fn component(&self) -> Value {
        json!({
            "type": "library",
            "bom-ref": self.purl(),
            "name": self.name,
            "version": self.version,
            "purl": self.purl(),
            "licenses": self.licence().map(|expression| json!({ "expression": expression })).into_iter().collect::<Vec<_>>(),
            "hashes": self.checksum.map(|sum| json!({ "alg": "SHA-256", "content": sum })).into_iter().collect::<Vec<_>>(),
        })
    }
}

/// The packages of npm in the table of `static/VENDOR.md`; what only builds is not in the program.
fn front_end() -> Vec<Value> {
    let rows = VENDOR.lines().filter(|line| line.contains("`sha512-"));
    rows.filter_map(|row| {
        let [name, version, licence, integrity] =
            row.trim_matches('|').split('|').map(str::trim).collect::<Vec<_>>().try_into().ok()?;
        let purl = format!("pkg:npm/{}@{version}", name.replace('@', "%40"));
        let scope = if ["esbuild", "sass"].contains(&name) { "excluded" } else { "required" };
        Some(json!({
            "type": "library",
            "bom-ref": purl,
            "name": name,
            "version": version,
            "purl": purl,
            "scope": scope,
            "licenses": [{ "license": { "id": licence } }],
            "properties": [{ "name": "cms:npm:integrity", "value": integrity.trim_matches('`') }],
        }))
    })
    .collect()
}

/// The same for the same lock file and front end, its number included: it names the build, not the moment.
pub fn bill() -> Value {
    let packages: Vec<_> = LOCK.split("[[package]]").skip(1).map(Package::read).collect();
    let (ours, crates): (Vec<_>, Vec<_>) = packages.iter().partition(|package| package.checksum.is_none());
    let front_end = front_end();
    let reference = |package: &Package| if package.checksum.is_none() { OURS.to_owned() } else { package.purl() };
    let graph = packages.iter().map(|package| {
        let needs = package.needs.iter().filter_map(|need| packages.iter().find(|other| other.is(need)));
        let mut needs: Vec<_> = needs.map(|other| Value::from(reference(other))).collect();
        if package.checksum.is_none() {
            needs.extend(front_end.iter().filter(|part| part["scope"] == "required").map(|part| part["purl"].clone()));
        }
        json!({ "ref": reference(package), "dependsOn": needs })
    });
    let version = ours.first().map_or("", |package| package.version);
    json!({
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": serial_number(),
        "version": 1,
        "metadata": { "component": {
            "type": "application", "bom-ref": OURS, "name": "cms", "version": version,
            "purl": format!("{OURS}@{version}"), "licenses": [{ "license": { "id": "MIT" } }],
        } },
        "dependencies": graph.collect::<Vec<_>>(),
        "components": crates.iter().map(|package| package.component()).chain(front_end.iter().cloned()).collect::<Vec<_>>(),
    })
}

/// A UUID of version 8: ours to make, of what it names.
fn serial_number() -> String {
    let mut bytes = Sha256::new().chain_update(LOCK).chain_update(VENDOR).chain_update(LICENCES).finalize();
    bytes[6] = bytes[6] & 0x0f | 0x80;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    let digits = hex(&bytes[..16]);
    let parts = [&digits[..8], &digits[8..12], &digits[12..16], &digits[16..20], &digits[20..]];
    format!("urn:uuid:{}", parts.join("-"))
}
