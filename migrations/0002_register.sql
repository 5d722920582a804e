-- The register of meter points, and which network a postcode belongs to.

create table meter_point (
    mprn      text constraint mprn_is_in_the_register primary key
              constraint mprn_is_digits check (mprn ~ '^[0-9]{6,10}$'),
    address   text not null,
    postcode  text not null,
    msn       text not null default '',
    ldz       text not null default '',
    network   text not null default '',
    -- code of the Shipper on whose account it stands; empty when nobody has confirmed it
    shipper   text not null default '',
    live      boolean not null default true,
    isolated  boolean not null default false,
    added     timestamptz not null default now()
);
create index meter_points_of_a_postcode on meter_point (postcode);
create index meter_points_of_a_serial on meter_point (msn) where msn <> '';

-- The official list, where it has been imported: the full postcode decides before any fallback.
create table postcode_ldz (
    outcode   text not null,
    incode    text not null,
    ldz       text not null,
    exit_zone text not null default '',
    primary key (outcode, incode)
);
