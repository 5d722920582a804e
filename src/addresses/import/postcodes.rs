//! Lines of the official list of postcodes: outcode, incode, LDZ and exit zone, in whatever order its header names them.

use sqlx::{Connection, PgConnection};

use super::columns::Columns;
use super::line::LineResult;
use super::lock::lock;
use crate::addresses::store;
use crate::trade::Ldz;
use crate::trade::postcode::{Postcode, PostcodeError};

/// An empty table to fill.
pub const TABLES: &str = "
    drop table if exists postcode_ldz_next, outcode_ldz_next;
    create table postcode_ldz_next (like postcode_ldz including defaults);";

const OUTCODE: usize = 0;
const INCODE: usize = 1;
const POSTCODE: usize = 2;
const LDZ: usize = 3;
const EXIT_ZONE: usize = 4;

const KNOWN: [&[&str]; 5] = [
    &["outcode", "outwardcode", "outward", "postoutcode", "postcodeoutcode"],
    &["incode", "inwardcode", "inward", "postincode", "postcodeincode"],
    &["postcode"],
    &["ldz", "ldzcode", "ldzid", "ldzidentifier", "localdistributionzone"],
    &["exitzone", "exitzonecode", "exitzoneid", "exitzoneidentifier", "ez"],
];

/// The batch, and how to read it.
pub struct PostcodeLines {
    columns: Columns<5>,
    batch: String,
}

impl PostcodeLines {
    /// From the header.
    pub fn of(header: &[String]) -> Result<PostcodeLines, String> {
        let columns = Columns::named(header, &KNOWN);
        let named = columns.has(LDZ) && (columns.has(POSTCODE) || (columns.has(OUTCODE) && columns.has(INCODE)));
        if !named {
            return Err(
                "The first line must name the columns: outcode, incode, LDZ and exit zone. Nothing has been changed."
                    .to_owned(),
            );
        }
        Ok(PostcodeLines { columns, batch: String::new() })
    }

    pub fn take(&mut self, record: &csv::ByteRecord) -> LineResult {
        let read = |column| self.columns.read(record, column);
        let typed = if self.columns.has(OUTCODE) { read(OUTCODE) + &read(INCODE) } else { read(POSTCODE) };
        let postcode = match Postcode::parse(&typed) {
            Ok(postcode) => postcode,
            Err(PostcodeError::OutsideMarket(_)) => return LineResult::LeftOut,
            Err(PostcodeError::NotAPostcode) => return LineResult::Bad("it has no whole postcode".to_owned()),
        };
        let Some(ldz) = Ldz::from_code(&read(LDZ)) else {
            return LineResult::Bad("its LDZ is none of those known".to_owned());
        };
        store::line(&mut self.batch, &[postcode.outcode(), postcode.incode(), ldz.code(), &read(EXIT_ZONE)]);
        LineResult::Good
    }

    pub async fn flush(&mut self, tx: &mut PgConnection) -> Result<(), sqlx::Error> {
        store::copy(
            tx,
            "copy postcode_ldz_next (outcode, incode, ldz, exit_zone) from stdin",
            std::mem::take(&mut self.batch),
        )
        .await
    }
}

/// Of a postcode listed twice the later line stays; then the change of names.
pub async fn finish(tx: &mut PgConnection) -> Result<(), sqlx::Error> {
    sqlx::raw_sql(
        "delete from postcode_ldz_next earlier using postcode_ldz_next later
         where earlier.outcode = later.outcode and earlier.incode = later.incode and earlier.ctid < later.ctid;
         alter table postcode_ldz_next drop constraint if exists postcode_ldz_next_pkey;
         alter table postcode_ldz_next add constraint postcode_ldz_next_pkey primary key (outcode, incode);
         analyze postcode_ldz_next;
         drop table if exists outcode_ldz_next;
         create table outcode_ldz_next (like outcode_ldz);
         insert into outcode_ldz_next
             select outcode, array_agg(distinct ldz order by ldz) from postcode_ldz_next group by outcode;
         alter table outcode_ldz_next add constraint outcode_ldz_next_pkey primary key (outcode);
         analyze outcode_ldz_next",
    )
    .execute(&mut *tx)
    .await?;
    let mut tx = tx.begin().await?;
    lock(&mut tx, "lock table postcode_ldz, outcode_ldz in access exclusive mode").await?;
    sqlx::raw_sql(
        "drop table postcode_ldz, outcode_ldz;
         alter table postcode_ldz_next rename to postcode_ldz;
         alter table outcode_ldz_next rename to outcode_ldz;
         alter index postcode_ldz_next_pkey rename to postcode_ldz_pkey;
         alter index outcode_ldz_next_pkey rename to outcode_ldz_pkey;
         grant select on postcode_ldz, outcode_ldz to cms_web;
         delete from import_job where what = 'postcodes'",
    )
    .execute(&mut *tx)
    .await?;
    tx.commit().await
}
