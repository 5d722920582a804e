//! What the jobs of a day cost the people who do them, from their home page, in the trial as a newcomer finds it: clicks,
//! page loads and Tabs, counted in a real browser, each with a ceiling.

mod bulk;
mod cdsp;
mod log;
mod network;
mod raiser;
mod supervisor;
mod trial;

use cms::contacts::lifecycle::Status;

use crate::journeys::{Trip, drive_in_the_trial};

impl Trip {
    /// Begins a job on the home page.
    fn begin(&self) {
        self.goto("/");
        self.page.begin_job();
    }

    /// So many contacts at this status, with `cdsp.agent`, `ngn.agent` or `alder.agent` where somebody has it.
    fn prepare(&self, many: usize, status: Status) -> Vec<String> {
        (0..many).map(|_| self.contact_at(status)).collect()
    }

    /// Opens the first contact under “What needs you” with which this is to be done.
    fn open_to(&self, what: &str) {
        let first = format!(
            "[...document.querySelectorAll('.app-home__list tr')].find((row) => row.innerText.includes('{what}'))?.dataset.crn"
        );
        let crn = self.page.eval(&first);
        let crn = crn.as_str().unwrap_or_else(|| self.page.fail(&format!("nothing says “{what}”")));
        self.page.click_in("What needs you", crn);
    }

    /// Ticks so many rows of the list from the top.
    fn tick(&self, many: usize) {
        let crns = self.page.eval("[...document.querySelectorAll('tr[data-crn]')].map((row) => row.dataset.crn)");
        for crn in crns.as_array().unwrap().iter().take(many) {
            self.page.check(&format!("Select {}", crn.as_str().unwrap()));
        }
    }

    /// Goes on to the next field by Tab and fills it in.
    fn then(&self, label: &str, text: &str) {
        self.page.tab_to(label);
        self.page.fill(label, text);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_jobs_of_a_cdsp_agent() {
    drive_in_the_trial(cdsp::jobs).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_jobs_of_a_supervisor() {
    drive_in_the_trial(supervisor::jobs).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_jobs_of_a_network() {
    drive_in_the_trial(network::jobs).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_jobs_of_a_raiser() {
    drive_in_the_trial(raiser::jobs).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn logging_one_contact() {
    drive_in_the_trial(log::jobs).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn logging_many_contacts() {
    drive_in_the_trial(bulk::jobs).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_jobs_of_an_officer_and_a_facilitator() {
    drive_in_the_trial(trial::jobs).await;
}
