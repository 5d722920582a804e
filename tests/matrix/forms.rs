//! What a cell sends: its address with what it names, and a whole form, whose texts are words of their own.

use cms::trade::Mprn;

use super::canary::{May, Words};
use super::scene::Scene;
use super::table::Viewpoint;

/// A word as it was typed: in which field, and who may read it where it is taken.
pub type Typed = Vec<(String, &'static str, May)>;

impl Scene {
    /// The address of a row, with what it names.
    pub fn fill(&self, path: &str, crn: &str, is_known: bool) -> String {
        let kept = match path.split('/').nth(1).unwrap_or_default() {
            "texts" => &self.text,
            "queues" => &self.filter,
            "notifications" => &self.notice,
            _ => &self.waiting,
        };
        let none = "0123456789abcdef0123456789abcdef";
        let (kept, account) = if is_known { (kept.as_str(), "alder.spare") } else { (none, "nobody") };
        let kept = if kept.is_empty() { none } else { kept };
        path.replace("{crn}", crn)
            .replace("{account}", account)
            .replace("{type}", if is_known { "mnc" } else { "xyz" })
            .replace("{queue}", if is_known || path.contains("{id}") { "organisation" } else { "xyz" })
            .replace("{action}", "assign")
            .replace("{key}", kept)
            .replace("{id}", kept)
            .replace("{which}", kept)
            .replace("{token}", none)
            .replace("{file}", "rows.csv")
            .replace("{hash}", none)
            .replace("{name}", "app.css")
    }

    /// A whole form for an act on a contact, with what was typed into it; nothing but its stamp for others.
    pub async fn form(&self, path: &str, crn: &str, which: Option<usize>, viewpoint: &Viewpoint) -> (String, Typed) {
        let mut fields: Vec<(&str, String)> = Vec::new();
        let mut typed = Typed::new();
        if !viewpoint.account.is_empty() {
            fields.push(("epoch", self.world.stamp(self.epoch, viewpoint.account)));
        }
        if path.starts_with("/contacts/{crn}/") && !path.ends_with("/presence") {
            if !path.ends_with("/note") && which.is_some() {
                fields.push(("version", self.world.shown_version(crn).await));
            }
            let mut says = |field, may: fn(usize) -> May| {
                let word = Words::fresh();
                typed.push((word.clone(), field, which.map_or(May::Account(viewpoint.account), may)));
                word
            };
            let action = path.rsplit('/').next().unwrap();
            match action {
                "assign" | "reassign" if viewpoint.organisation.is_empty() => {}
                "assign" | "reassign" => {
                    let agent = format!("{}.lso", viewpoint.account.split('.').next().unwrap());
                    fields.push(("colleague", self.world.colleague(&agent).await));
                }
                "send-clarification" => fields.push(("question", says("typed question", May::Raiser))),
                "answer-clarification" => fields.push(("answer", says("typed answer", May::Raiser))),
                "send-visit" => {
                    let look_at = says("typed for a visit", |which| May::Asked(which, "NGN"));
                    fields.extend([("network", "NGN".to_owned()), ("look_at", look_at)]);
                }
                "resolve-invalid" => {
                    let remarks = says("typed on closing", May::Raiser);
                    fields.extend([("reason", "address".to_owned()), ("remarks", remarks)]);
                }
                "withdraw" => fields.push(("remarks", says("typed on withdrawing", May::Raiser))),
                "resolve-valid" => {
                    // an invented one that no contact of the walk has
                    let mprn = Mprn::from_body(fastrand::u64(90_700_000..90_790_000));
                    fields.extend([("mprn", mprn.to_string()), ("sure", "yes".to_owned())]);
                }
                "answer-visit" => {
                    fields.extend(crate::world::visit());
                    fields.retain(|(name, _)| *name != "remarks");
                    fields.push(("remarks", says("typed on a visit", |which| May::Asked(which, "NGN"))));
                }
                "add" => fields.push(("remark", says("typed remark", May::Know))),
                "note" => fields.push(("note", says("typed note", May::Raiser))),
                _ => {}
            }
        }
        if path.ends_with("/answer-visit") {
            // by whichever network was asked
            for (_, _, may) in &mut typed {
                if let May::Asked(_, network) = may {
                    *network = viewpoint.organisation;
                }
            }
        }
        if path.ends_with("/note") {
            for (_, _, may) in &mut typed {
                *may = May::Organisation(viewpoint.organisation);
            }
        }
        (form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish(), typed)
    }
}
