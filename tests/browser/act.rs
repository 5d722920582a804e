//! Does what a person does, with the mouse and the keyboard.

use super::{
    Page,
    find::{CHECK, CHOICE, CLICKABLE, Node, SELECT, TEXT},
};
use serde_json::json;

/// Is this node, its content or its label what a click at the point reaches? Else what is in the way.
const HIT: &str = "function(x, y) {
    const hit = document.elementFromPoint(x, y);
    const ours = hit && (this.contains(hit) || hit.closest('label')?.control === this);
    return ours ? null : hit ? hit.outerHTML.slice(0, 200) : 'nothing';
}";

const SELECT_OPTION: &str = "function(wanted) {
    const option = [...this.options].find((one) => one.label.trim() === wanted);
    if (!option) return [...this.options].map((one) => one.label.trim()).join(', ');
    option.selected = true;
    for (const type of ['input', 'change']) this.dispatchEvent(new Event(type, { bubbles: true }));
}";

impl Page {
    /// Clicks the one link or button so named, and waits for the page it leads to, if it does.
    pub fn click(&self, name: &str) {
        let node = self.one(CLICKABLE, name, None);
        self.mouse(&node);
    }

    /// As [`Page::click`], of several so named the one in the part of the page with this heading.
    pub fn click_in(&self, heading: &str, name: &str) {
        let node = self.one(CLICKABLE, name, Some(heading));
        self.mouse(&node);
    }

    /// Replaces what is in the field with this label.
    pub fn fill(&self, label: &str, text: &str) {
        let node = self.one(TEXT, label, None);
        let is_there = self.focused().id == node.id;
        self.count(|effort| {
            effort.clicks += usize::from(!is_there);
            effort.characters += text.chars().count();
        });
        self.call("DOM.focus", &json!({ "backendNodeId": node.id }));
        self.on(&node, "function() { this.select(); }", &[]);
        if text.is_empty() {
            self.press("Delete");
        }
        self.call("Input.insertText", &json!({ "text": text }));
    }

    /// Chooses an answer: a radio button in the group, or an option of the list, with this label.
    pub fn choose(&self, label: &str, option: &str) {
        if let Some(list) = self.nodes().into_iter().find(|node| node.is(SELECT, label)) {
            let others = self.on(&list, SELECT_OPTION, &[option]);
            assert!(others.is_null(), "no “{option}” in “{label}” but {others}");
            self.count(|effort| effort.choices += 1);
        } else {
            self.mouse(&self.one(CHOICE, option, Some(label)));
        }
    }

    /// Chooses files in the field that a CSS selector finds; a click opens the window in which one chooses.
    pub fn attach(&self, field: &str, files: &[&std::path::Path]) {
        self.count(|effort| effort.clicks += 1);
        let root = self.call("DOM.getDocument", &json!({}))["root"]["nodeId"].clone();
        let node = self.call("DOM.querySelector", &json!({ "nodeId": root, "selector": field }))["nodeId"].clone();
        self.call("DOM.setFileInputFiles", &json!({ "files": files, "nodeId": node }));
    }

    /// Ticks the box with this label, if it is not ticked yet.
    pub fn check(&self, label: &str) {
        let node = self.one(CHECK, label, None);
        if !node.checked {
            self.mouse(&node);
        }
    }

    fn mouse(&self, node: &Node) {
        self.call("DOM.scrollIntoViewIfNeeded", &json!({ "backendNodeId": node.id }));
        let shape = self.call("DOM.getContentQuads", &json!({ "backendNodeId": node.id }));
        let corner = |at: usize| shape["quads"][0][at].as_f64().unwrap_or_else(|| panic!("{node} has no size"));
        let (x, y) = (f64::midpoint(corner(0), corner(4)), f64::midpoint(corner(1), corner(5)));
        let other = self.on(node, HIT, &[&x.to_string(), &y.to_string()]);
        assert!(other.is_null(), "{node} cannot be clicked; in its place is {other}");
        self.count(|effort| effort.clicks += 1);
        self.settle(|page| {
            for kind in ["mouseMoved", "mousePressed", "mouseReleased"] {
                let held = if kind == "mouseMoved" { "none" } else { "left" };
                let event = json!({ "type": kind, "x": x, "y": y, "button": held, "clickCount": 1 });
                page.call("Input.dispatchMouseEvent", &event);
            }
        });
    }

    /// Presses a key: `Tab`, `Enter`, `Space`, `ArrowDown`, a letter, `Shift+Tab`; waits for the page it leads to.
    pub fn press(&self, key: &str) {
        let (modifiers, key) = match key.rsplit_once('+') {
            Some((held, key)) if !key.is_empty() => (held, key),
            _ => ("", key),
        };
        let held = |name, bit| if modifiers.contains(name) { bit } else { 0 };
        let command = modifiers.contains("Alt") || modifiers.contains("Control");
        let modifiers = held("Alt", 1) | held("Control", 2) | held("Shift", 8);
        let (key, code, text) = match key {
            "Enter" => ("Enter", 13, "\r"),
            "Space" | " " => (" ", 32, " "),
            "Tab" => (key, 9, ""),
            "Backspace" => (key, 8, ""),
            "Escape" => (key, 27, ""),
            "End" => (key, 35, ""),
            "Home" => (key, 36, ""),
            "ArrowLeft" => (key, 37, ""),
            "ArrowUp" => (key, 38, ""),
            "ArrowRight" => (key, 39, ""),
            "ArrowDown" => (key, 40, ""),
            "Delete" => (key, 46, ""),
            one if one.chars().count() == 1 => {
                let code = one.bytes().next().unwrap().to_ascii_uppercase();
                (key, u32::from(if code.is_ascii_alphanumeric() { code } else { 0 }), key)
            }
            other => panic!("no key “{other}”"),
        };
        let text = if command { "" } else { text };
        self.count(|effort| match key {
            "Tab" => effort.tabs += 1,
            one if text == one => effort.characters += 1,
            _ => effort.keys += 1,
        });
        let mut event = json!({ "key": key, "windowsVirtualKeyCode": code, "modifiers": modifiers });
        if key.len() > 1 {
            event["code"] = json!(key);
        }
        self.settle(|page| {
            event["type"] = json!("keyUp");
            let up = event.clone();
            event["type"] = json!(if text.is_empty() { "rawKeyDown" } else { "keyDown" });
            event["text"] = json!(text);
            page.call("Input.dispatchKeyEvent", &event);
            page.call("Input.dispatchKeyEvent", &up);
        });
    }

    /// Types into whatever has the focus, key by key.
    pub fn type_text(&self, text: &str) {
        for letter in text.chars() {
            self.press(letter.encode_utf8(&mut [0; 4]));
        }
    }

    /// Presses Tab until the control so named has the focus.
    pub fn tab_to(&self, name: &str) {
        let mut passed: Vec<Node> = Vec::new();
        loop {
            self.press("Tab");
            let node = self.focused();
            if node.name == name {
                return;
            }
            if passed.len() > 300 || passed.first().is_some_and(|first| first.id == node.id) {
                break;
            }
            passed.push(node);
        }
        let list: Vec<_> = passed.iter().map(|node| format!("\n  {node}")).collect();
        self.fail(&format!("Tab does not reach “{name}”, only:{}", list.concat()));
    }
}
