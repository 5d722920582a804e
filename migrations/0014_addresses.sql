-- Addresses and postcodes from outside: reference data without secrets, which whoever is signed in may read. No
-- row-level security: it would keep searches from their indexes and hide nothing.

create extension if not exists pg_trgm;

-- Where the addresses come from; no row while there are none.
create table address_set (
    only_one  boolean primary key default true check (only_one),
    source    text not null check (source in ('sample', 'PAF', 'AddressBase')),
    file      text not null,
    -- how keys were made, so that a later program knows whether they still fit
    stamp     text not null,
    imported  timestamptz not null,
    addresses bigint not null
);

-- In the parts of the Postcode Address File. An import fills address_next and changes names at its end.
create table address (
    udprn            text not null,
    uprn             text not null,
    organisation     text not null,
    sub_building     text not null,
    building         text not null,
    number           text not null,
    dependent_street text not null,
    street           text not null,
    double_locality  text not null,
    locality         text not null,
    town             text not null,
    county           text not null,
    postcode         text not null,
    -- equal for two ways of writing one address (src/trade/likeness.rs)
    key              text not null
);
create index addresses_of_a_postcode on address (postcode);
create index addresses_by_key on address using hash (key);

-- Streets and buildings with a name, once for each postcode: a tenth as many rows as addresses. An outcode has a
-- thousand or so, few enough to compare each with what was typed.
create table address_place (
    outcode  text not null,
    postcode text not null,
    -- canonical, lower case: building or organisation, street, locality, town
    words    text not null
);
create index places_of_an_outcode on address_place (outcode);

-- The zones of an outcode's postcodes in the imported list: more than one, and it straddles.
create table outcode_ldz (
    outcode text primary key,
    ldzs    text[] not null
);
insert into outcode_ldz select outcode, array_agg(distinct ldz order by ldz) from postcode_ldz group by outcode;

grant select on address_set, address, address_place, outcode_ldz to cms_web;

-- An import under way, which a second run goes on with where the first was stopped.
create table import_job (
    what    text primary key check (what in ('addresses', 'postcodes')),
    file    text not null,
    size    bigint not null,
    -- SHA-256 of the file's beginning
    head    text not null,
    -- bytes and lines that are in the table being filled
    done    bigint not null default 0,
    lines   bigint not null default 0,
    good    bigint not null default 0,
    bad     bigint not null default 0,
    -- lines that hold nothing for us: PO boxes, and places outside the market
    left_out bigint not null default 0,
    -- the first ten, in words
    samples text[] not null default '{}'
);
alter table import_job enable row level security;
alter table import_job force row level security;
create policy the_owner_works on import_job to current_user using (true) with check (true);
