-- Organisations, the people in them, and how people come in.

create table organisation (
    id     bigint generated always as identity primary key,
    -- three characters, as everywhere in the industry
    code   text not null constraint organisation_code_is_taken unique
                constraint organisation_code_has_three_characters check (code ~ '^[A-Z0-9]{3}$'),
    name   text not null constraint organisation_name_is_taken unique,
    kind   text not null check (kind in ('Shipper', 'DN', 'IGT', 'CDSP')),
    -- which side of a referral it sits on; contacts refer to it, so that work can't reach the wrong desk
    desk   text not null generated always as
           (case kind when 'CDSP' then 'CDSP' when 'Shipper' then 'raiser' else 'network' end) stored,
    raises boolean not null generated always as (kind <> 'CDSP') stored,
    unique (id, desk),
    unique (id, raises)
);
create unique index there_is_one_cdsp on organisation (kind) where kind = 'CDSP';

create table person (
    id               bigint generated always as identity primary key,
    organisation_id  bigint references organisation,
    account          text not null constraint account_is_taken unique
                     constraint account_is_plain check (account ~ '^[a-z0-9][a-z0-9._-]{1,63}$'),
    email            text constraint email_is_folded check (email = lower(email)),
    name             text not null,
    supervisor       boolean not null default false,
    security_officer boolean not null default false,
    facilitator      boolean not null default false,
    password_hash    text,
    terms_accepted   timestamptz,
    disabled         timestamptz,
    -- one of the trial's shared accounts: may exist in trial mode only
    demo             boolean not null default false,
    created          timestamptz not null default now(),
    unique (id, organisation_id),
    constraint only_a_facilitator_belongs_to_no_organisation check (facilitator = (organisation_id is null))
);
create unique index email_is_taken on person (email);
create index people_of_an_organisation on person (organisation_id);

create table session (
    -- SHA-256 of the cookie's value: a copy of the table signs nobody in
    id_hash   bytea primary key,
    person_id bigint not null references person on delete cascade,
    -- who says to be using a shared account
    sitting   text not null default '',
    browser   text not null default '',
    data      jsonb not null default '{}',
    created   timestamptz not null default now(),
    last_seen timestamptz not null default now(),
    ends      timestamptz not null
);
create index sessions_of_a_person on session (person_id);

-- A one-use link with which a person sets a password.
create table person_link (
    token_hash bytea primary key,
    person_id  bigint not null references person on delete cascade,
    created    timestamptz not null default now(),
    ends       timestamptz not null,
    used       timestamptz
);

-- An attempt is counted as failed before its password is looked at, and uncounted when it was right:
-- many guesses at once can't slip through together.
create table sign_in_failure (
    id      bigint generated always as identity primary key,
    account text not null,
    address text not null,
    at      timestamptz not null default now()
);
create index failures_of_an_account on sign_in_failure (account, at);
create index failures_of_an_address on sign_in_failure (address, at);

-- What happened at the doors: written by everyone, changed by no one, and a reset leaves it alone.
create table security_event (
    id      bigint generated always as identity primary key,
    at      timestamptz not null default now(),
    event   text not null,
    account text not null default '',
    address text not null default '',
    detail  text not null default ''
);
