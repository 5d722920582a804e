//! What a job costs the person who does it: clicks, choices, Tabs, other keys, characters and page loads.

use super::Page;

/// Counted since [`Page::begin_job`].
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Effort {
    /// on links, buttons, radio buttons and boxes, and into a field that has not the focus yet
    pub clicks: usize,
    /// options chosen in lists
    pub choices: usize,
    pub tabs: usize,
    /// keys other than Tab that type nothing
    pub keys: usize,
    pub characters: usize,
    /// documents that were loaded
    pub loads: usize,
}

impl Page {
    /// Counts from here.
    pub fn begin_job(&self) {
        self.effort.set(Effort::default());
        self.loads(true);
    }

    /// What has been done since [`Page::begin_job`].
    pub fn effort(&self) -> Effort {
        Effort { loads: self.loads(false), ..self.effort.get() }
    }

    /// Ends the test if the job took more clicks or page loads than these; says what it took.
    pub fn assert_effort(&self, job: &str, clicks: usize, loads: usize) {
        let took = self.effort();
        println!("{job}: {took:?}");
        assert!(took.clicks <= clicks, "{job} took {} clicks, not at most {clicks}: {took:?}", took.clicks);
        assert!(took.loads <= loads, "{job} took {} page loads, not at most {loads}: {took:?}", took.loads);
    }

    pub(super) fn count(&self, add: impl FnOnce(&mut Effort)) {
        let mut effort = self.effort.get();
        add(&mut effort);
        self.effort.set(effort);
    }
}
