//! What was typed into a form and what is wrong with it, so that the same page can be shown again.

/// What was typed into a form and what is wrong with it; every form page holds one as `form`.
#[derive(Debug, Default, Clone)]
pub struct Typed {
    values: Vec<(String, String)>,
    errors: Vec<(String, String)>,
    focus: String,
}

impl Typed {
    /// The first of these fields that holds nothing has the focus when the page opens; else the first of all.
    pub fn focus_first_empty(&mut self, fields: &[&str]) {
        let empty = fields.iter().find(|name| self.value(name).is_empty());
        if let Some(name) = empty.or(fields.first()) {
            (*name).clone_into(&mut self.focus);
        }
    }

    pub fn has_focus(&self, name: &str) -> bool {
        self.focus == name
    }

    /// What was typed into the field, or nothing.
    pub fn value(&self, name: &str) -> &str {
        find(&self.values, name).unwrap_or_default()
    }

    /// Whether the field was set at all, be it to nothing.
    pub fn has(&self, name: &str) -> bool {
        find(&self.values, name).is_some()
    }

    /// What is wrong with the field, said to the person who typed it.
    pub fn error(&self, name: &str) -> Option<&str> {
        find(&self.errors, name)
    }

    /// Everything that is wrong, by field, in the order in which it was found.
    pub fn errors(&self) -> &[(String, String)] {
        &self.errors
    }

    pub fn has_errors(&self) -> bool {
        !self.errors.is_empty()
    }

    /// Whether the field holds exactly this value: the chosen option, the ticked radio.
    pub fn is(&self, name: &str, value: &str) -> bool {
        find(&self.values, name) == Some(value)
    }

    /// Puts a value in the field, in place of what was there.
    pub fn set(&mut self, name: impl Into<String>, value: impl Into<String>) {
        let (name, value) = (name.into(), value.into());
        match self.values.iter_mut().find(|(known, _)| *known == name) {
            Some(field) => field.1 = value,
            None => self.values.push((name, value)),
        }
    }

    /// Takes back every tick, since one that was taken away is not among the fields that were sent.
    pub fn untick(&mut self) {
        for (_, value) in &mut self.values {
            if value == "yes" {
                value.clear();
            }
        }
    }

    /// Where in the form the field was sent; last if it was not.
    pub fn place(&self, name: &str) -> usize {
        self.values.iter().position(|(known, _)| known == name).unwrap_or(usize::MAX)
    }

    /// Every field that holds something, in the order of the form.
    pub fn filled(&self) -> impl Iterator<Item = (&str, &str)> {
        self.values.iter().filter(|(_, text)| !text.trim().is_empty()).map(|(name, text)| (&**name, &**text))
    }

    /// What is wrong with a field that the page does not have is said at another place.
    pub fn said_at(&mut self, field: &str, place: &str) {
        for (name, _) in self.errors.iter_mut().filter(|(name, _)| name == field) {
            place.clone_into(name);
        }
    }

    /// Says what is wrong with the field. The first thing said stays: one message a field is enough to act on.
    pub fn wrong(&mut self, name: impl Into<String>, message: impl Into<String>) {
        let name = name.into();
        if self.error(&name).is_none() {
            self.errors.push((name, message.into()));
        }
    }
}

fn find<'a>(pairs: &'a [(String, String)], name: &str) -> Option<&'a str> {
    pairs.iter().find(|(known, _)| known == name).map(|(_, text)| text.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_untouched_field_is_empty_and_right() {
        let form = Typed::default();

        assert_eq!(form.value("postcode"), "");
        assert_eq!(form.error("postcode"), None);
        assert!(!form.is("postcode", ""));
        assert!(!form.has_errors());
    }

    #[test]
    fn the_last_value_set_is_kept() {
        let mut form = Typed::default();
        form.set("postcode", "B1 1AA");
        form.set("postcode", "LS1 4DY");

        assert_eq!(form.value("postcode"), "LS1 4DY");
        assert!(form.is("postcode", "LS1 4DY"));
        assert!(!form.is("postcode", "B1 1AA"));
    }

    #[test]
    fn the_first_error_of_a_field_is_kept_in_order() {
        let mut form = Typed::default();
        form.wrong("postcode", "Enter a postcode");
        form.wrong("street", "Enter a street");
        form.wrong("postcode", "Enter a real postcode");

        assert!(form.has_errors());
        assert_eq!(form.error("postcode"), Some("Enter a postcode"));
        let fields: Vec<&str> = form.errors().iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(fields, ["postcode", "street"]);
    }
}
