//! Finds controls the way assistive technology does: by role and name in the browser's accessibility tree.

use super::{Page, SEE};
use serde_json::{Value, json};
use std::{
    collections::HashMap,
    fmt,
    thread::sleep,
    time::{Duration, Instant},
};

pub struct Node {
    pub id: u64,
    pub role: String,
    pub name: String,
    pub checked: bool,
    /// The names of the groups around it, such as a fieldset's legend.
    groups: Vec<String>,
}

impl fmt::Display for Node {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "{} “{}”", self.role, self.name)
    }
}

pub const CLICKABLE: &[&str] = &["link", "button", "DisclosureTriangle", "tab", "menuitem"];
pub const TEXT: &[&str] = &["textbox", "searchbox", "spinbutton", "combobox"];
pub const CHOICE: &[&str] = &["radio"];
pub const SELECT: &[&str] = &["combobox", "listbox", "PopUpButton", "ComboBoxMenuButton", "ListBox"];
pub const CHECK: &[&str] = &["checkbox", "switch"];

impl Node {
    /// An optional question may say so after its name.
    pub fn is(&self, roles: &[&str], name: &str) -> bool {
        let asked = self.name.strip_suffix(" (optional)").unwrap_or(&self.name);
        roles.contains(&self.role.as_str()) && (asked == name || self.name == name)
    }
}

fn tidy(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn node(told: &Value) -> Node {
    let properties = told["properties"].as_array().into_iter().flatten();
    let checked = properties.into_iter().any(|one| one["name"] == "checked" && one["value"]["value"] == "true");
    let text = |key: &str| told[key]["value"].as_str().unwrap_or_default();
    let id = told["backendDOMNodeId"].as_u64().unwrap_or_default();
    Node { id, role: text("role").to_owned(), name: tidy(text("name")), checked, groups: Vec::new() }
}

impl Page {
    pub(super) fn nodes(&self) -> Vec<Node> {
        let tree = self.call("Accessibility.getFullAXTree", &json!({}));
        let told = tree["nodes"].as_array().unwrap();
        let parents: HashMap<&str, &Value> = told
            .iter()
            .flat_map(|parent| parent["childIds"].as_array().into_iter().flatten().map(move |child| (child, parent)))
            .filter_map(|(child, parent)| Some((child.as_str()?, parent)))
            .collect();
        let seen = told.iter().filter(|one| one["ignored"] != true && one["backendDOMNodeId"].is_u64());
        seen.map(|one| {
            let mut found = node(one);
            let mut around = one;
            while let Some(parent) = around["nodeId"].as_str().and_then(|id| parents.get(id)) {
                around = parent;
                found.groups.push(tidy(around["name"]["value"].as_str().unwrap_or_default()));
            }
            found
        })
        .collect()
    }

    /// The one control of these roles with this name, and, if given, within the group so named.
    /// Waits while there is none.
    pub(super) fn one(&self, roles: &[&str], name: &str, group: Option<&str>) -> Node {
        let deadline = Instant::now() + SEE;
        loop {
            let (mut hits, others): (Vec<_>, Vec<_>) = self.nodes().into_iter().partition(|node| {
                node.is(roles, name) && group.is_none_or(|group| node.groups.iter().any(|around| around == group))
            });
            match hits.len() {
                1 => return hits.remove(0),
                0 if Instant::now() < deadline => sleep(Duration::from_millis(50)),
                count => {
                    let alike = others.iter().filter(|node| roles.contains(&node.role.as_str()));
                    let list: Vec<_> = alike.map(|node| format!("\n  {node}")).collect();
                    let place = group.map(|group| format!(" in “{group}”")).unwrap_or_default();
                    self.fail(&format!("{count} controls named “{name}”{place}; the others are:{}", list.concat()));
                }
            }
        }
    }

    /// What has the keyboard focus.
    pub fn focused(&self) -> Node {
        let ask = || {
            let active = self.call("Runtime.evaluate", &json!({ "expression": "document.activeElement" }));
            let wanted = json!({ "objectId": active["result"]["objectId"], "fetchRelatives": false });
            self.try_call("Accessibility.getPartialAXTree", &wanted)
        };
        // between the two questions the page may have given way to another
        let told = ask().or_else(|_| ask()).unwrap_or_else(|error| panic!("{error}"));
        let found = node(&told["nodes"][0]);
        // asked for one control alone, the oldest browser forgets a name that comes from a label
        if found.name.is_empty() {
            self.nodes().into_iter().find(|one| one.id == found.id).unwrap_or(found)
        } else {
            found
        }
    }

    /// Runs a function with the node as `this`.
    pub(super) fn on(&self, node: &Node, function: &str, arguments: &[&str]) -> Value {
        let object = self.call("DOM.resolveNode", &json!({ "backendNodeId": node.id }));
        let arguments: Vec<_> = arguments.iter().map(|value| json!({ "value": value })).collect();
        let wanted = json!({
            "objectId": object["object"]["objectId"], "functionDeclaration": function,
            "arguments": arguments, "returnByValue": true,
        });
        let mut answer = self.call("Runtime.callFunctionOn", &wanted);
        assert!(answer["exceptionDetails"].is_null(), "{}", answer["exceptionDetails"]);
        answer["result"]["value"].take()
    }
}
