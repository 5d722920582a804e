//! Words as texts have them: the second is half as frequent as the first or less, and most are rare.

use fastrand::Rng;

#[derive(Debug)]
pub struct Zipf {
    words: Vec<String>,
    /// of each word, the share of it and all before it
    up_to: Vec<f64>,
}

impl Zipf {
    /// Words by rank, the most frequent first; that of rank r weighs (r + offset) to the power of -exponent.
    pub fn of(words: Vec<String>, exponent: f64, offset: f64) -> Zipf {
        let weights: Vec<f64> = (1..=words.len()).map(|rank| (rank as f64 + offset).powf(-exponent)).collect();
        let total: f64 = weights.iter().sum();
        let mut so_far = 0.0;
        let up_to = weights.iter().map(|weight| {
            so_far += weight / total;
            so_far
        });
        Zipf { up_to: up_to.collect(), words }
    }

    pub fn draw(&self, rng: &mut Rng) -> &str {
        let share = rng.f64();
        let at = self.up_to.partition_point(|up_to| *up_to < share);
        &self.words[at.min(self.words.len() - 1)]
    }

    /// The word that is nearest to this share of all that are drawn.
    pub fn of_share(&self, share: f64) -> &str {
        let own = |at: usize| self.up_to[at] - if at == 0 { 0.0 } else { self.up_to[at - 1] };
        let at = (0..self.words.len()).find(|at| own(*at) <= share).unwrap_or(self.words.len() - 1);
        &self.words[at]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_drawn_as_often_as_its_share_says() {
        let words = Zipf::of((0..6_000).map(|n| format!("w{n}")).collect(), 1.3, 10.0);
        let mut rng = Rng::with_seed(1);
        let drawn: Vec<&str> = (0..200_000).map(|_| words.draw(&mut rng)).collect();
        for share in [0.02, 0.005, 0.001] {
            let word = words.of_share(share);
            let count = drawn.iter().filter(|drawn| **drawn == word).count() as f64;
            assert!((0.8..1.1).contains(&(count / 200_000.0 / share)), "{share}: {count}");
        }
    }
}
