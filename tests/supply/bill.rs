//! The bill of materials names everything in the lock file and the front end, and its graph is closed.

use std::collections::BTreeSet;

use cms::sbom::bill;

#[test]
fn the_bill_names_every_part_once_and_its_graph_is_closed() {
    let bill = bill();
    assert_eq!(
        (&bill["bomFormat"], &bill["specVersion"], &bill["version"]),
        (&"CycloneDX".into(), &"1.6".into(), &1.into())
    );
    let number = bill["serialNumber"].as_str().unwrap().strip_prefix("urn:uuid:").unwrap();
    let lengths: Vec<_> = number.split('-').map(str::len).collect();
    assert_eq!(lengths, [8, 4, 4, 4, 12]);
    assert!(number.chars().all(|digit| digit == '-' || "0123456789abcdef".contains(digit)));

    let components = bill["components"].as_array().unwrap();
    let mut known = BTreeSet::new();
    for part in components {
        let purl = part["purl"].as_str().unwrap();
        assert_eq!(part["bom-ref"], purl);
        assert!(known.insert(purl), "{purl} twice");
        assert!(part["name"].is_string() && part["version"].is_string() && part["type"] == "library", "{purl}");
        // what is built on Linux is held to our list of licences beside this; the rest may offer others
        let licence = &part["licenses"][0];
        assert!(licence["expression"].is_string() || licence["license"]["id"].is_string(), "{purl}");
        let sum = part["hashes"][0]["content"].as_str().map(str::len);
        assert!(sum == Some(64) || part["properties"][0]["value"].as_str().unwrap().starts_with("sha512-"), "{purl}");
    }
    let locked = super::LOCK.matches("[[package]]").count() - 1;
    assert_eq!(known.iter().filter(|purl| purl.starts_with("pkg:cargo/")).count(), locked);
    for part in ["pkg:npm/govuk-frontend@", "pkg:npm/%40ministryofjustice/frontend@"] {
        assert!(known.iter().any(|purl| purl.starts_with(part)), "{part}");
    }

    let ours = bill["metadata"]["component"]["bom-ref"].as_str().unwrap();
    let mut reached = BTreeSet::from([ours]);
    let graph = bill["dependencies"].as_array().unwrap();
    assert_eq!(graph.iter().map(|node| node["ref"].as_str().unwrap()).collect::<BTreeSet<_>>().len(), locked + 1);
    let mut open = vec![ours];
    while let Some(part) = open.pop() {
        let node = graph.iter().find(|node| node["ref"] == part).into_iter();
        let needs = node.flat_map(|node| node["dependsOn"].as_array().unwrap()).map(|need| need.as_str().unwrap());
        open.extend(needs.filter(|need| reached.insert(need)));
    }
    reached.remove(ours);
    // everything is needed by something, but what only builds the front end
    let unneeded: Vec<_> = known.difference(&reached).collect();
    assert!(
        unneeded.iter().all(|purl| purl.starts_with("pkg:npm/esbuild@") || purl.starts_with("pkg:npm/sass@")),
        "{unneeded:?}"
    );
    assert!(reached.is_subset(&known));
}

/// What the front end is built from is pinned, with the licences that we may hand on.
#[test]
fn the_front_end_is_what_its_lock_file_pins() {
    let lock: serde_json::Value = serde_json::from_str(include_str!("../../.frontend/package-lock.json")).unwrap();
    let manifest: serde_json::Value = serde_json::from_str(include_str!("../../.frontend/package.json")).unwrap();
    let packages = lock["packages"].as_object().unwrap();
    assert!(packages.len() > 4);
    for (path, package) in packages.iter().filter(|(path, _)| !path.is_empty()) {
        assert!(package["integrity"].as_str().unwrap().starts_with("sha512-"), "{path}");
        let source = package["resolved"].as_str();
        assert!(source.is_none_or(|source| source.starts_with("https://registry.npmjs.org/")), "{path}");
        super::allowed(path, package["license"].as_str().unwrap());
    }
    for kind in ["dependencies", "devDependencies"] {
        for (name, version) in manifest[kind].as_object().into_iter().flatten() {
            let pinned = &packages[&format!("node_modules/{name}")];
            assert_eq!(*version, pinned["version"], "{name} is pinned to one version");
            let integrity = pinned["integrity"].as_str().unwrap();
            let row = format!(
                "| {name} | {} | {} | `{integrity}` |",
                version.as_str().unwrap(),
                pinned["license"].as_str().unwrap()
            );
            assert!(include_str!("../../static/VENDOR.md").contains(&row), "{row}");
        }
    }
}
