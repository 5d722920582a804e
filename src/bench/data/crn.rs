//! CRNs as Postgres makes them (`next_crn`): with the installation's key from a sequence, so that contacts of the benchmark
//! take none that is given out later.

use sha2::{Digest, Sha256};
use sqlx::PgConnection;

use crate::error::CommandError;
use crate::trade::Crn;

const ROUNDS: usize = 10;
const HALF: usize = 10_000;

#[derive(Debug)]
pub struct CrnMaker {
    /// what each round adds for each right half
    added: Vec<usize>,
}

impl CrnMaker {
    pub async fn of(owner: &mut PgConnection) -> Result<CrnMaker, CommandError> {
        // as the program does when it first starts
        sqlx::query("insert into crn_key (key) values ($1) on conflict do nothing")
            .bind(crate::secret::token().as_bytes())
            .execute(&mut *owner)
            .await?;
        let key: Vec<u8> = sqlx::query_scalar("select key from crn_key").fetch_one(owner).await?;
        let added = |place: usize| {
            let (round, right) = ((place / HALF + 1) as u32, (place % HALF) as u32);
            let digest = Sha256::digest([&key[..], &round.to_be_bytes(), &right.to_be_bytes()].concat());
            (usize::from(digest[0]) * 65_536 + usize::from(digest[1]) * 256 + usize::from(digest[2])) % HALF
        };
        Ok(CrnMaker { added: (0..ROUNDS * HALF).map(added).collect() })
    }

    /// That of this number of the sequence.
    pub fn crn(&self, n: i64) -> Crn {
        let n = usize::try_from(n).unwrap_or_default();
        let (mut left, mut right) = (n / HALF, n % HALF);
        for round in 0..ROUNDS {
            (left, right) = (right, (left + self.added[round * HALF + right]) % HALF);
        }
        Crn::from_digits(u32::try_from(left * HALF + right).unwrap_or_default())
    }
}
