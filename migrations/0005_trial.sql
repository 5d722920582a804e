-- The house itself, and what a trial needs.

create table house (
    only_one           boolean primary key default true check (only_one),
    -- raised by every reset: forms drawn before it are turned away
    epoch              bigint not null default 1,
    close_for_no_reply boolean not null default true,
    last_reset         timestamptz,
    last_reset_by      text not null default ''
);
insert into house default values;

create table announcement (
    id     bigint generated always as identity primary key,
    says   text not null,
    starts timestamptz not null,
    ends   timestamptz not null,
    constraint an_announcement_ends_after_it_starts check (ends > starts)
);

create table feedback (
    id           bigint generated always as identity primary key,
    at           timestamptz not null default now(),
    -- kept as words: it outlives the people of a trial
    account      text not null,
    organisation text not null,
    role         text not null,
    page         text not null,
    crn          text not null default '',
    about        text not null check (about in ('problem', 'idea', 'wording', 'praise')),
    says         text not null,
    may_ask      boolean not null default false
);
