-- Contacts and the law of their lives. The rows of contact_transition equal the table in
-- src/contacts/lifecycle.rs; a test holds them together.

create table contact_status (
    code text primary key,
    name text not null unique,
    -- whose queue it stands in: a desk of organisation, or null where the raiser or nobody has it
    desk text
);
insert into contact_status (code, name, desk) values
    ('AACA', 'Awaiting allocation to CDSP agent', 'CDSP'),
    ('ATCA', 'Allocated to CDSP agent', 'CDSP'),
    ('SVDN', 'Site visit sent to Distribution Network', 'network'),
    ('SVDA', 'Site visit allocated to Distribution Network agent', 'network'),
    ('DCRS', 'Data clarification sent to raising stakeholder', null),
    ('DCAA', 'Data clarification allocated to agent', null),
    ('CCVA', 'Contact closed as valid', null),
    ('CCIV', 'Contact closed as invalid', null);

-- 'NEW' stands for "not there yet".
create table contact_transition (
    action      text not null,
    from_status text not null,
    to_status   text not null references contact_status,
    primary key (action, from_status, to_status)
);
insert into contact_transition (action, from_status, to_status) values
    ('log', 'NEW', 'AACA'),
    ('assign', 'AACA', 'ATCA'), ('assign', 'SVDN', 'SVDA'), ('assign', 'DCRS', 'DCAA'),
    ('reassign', 'ATCA', 'ATCA'), ('reassign', 'SVDA', 'SVDA'), ('reassign', 'DCAA', 'DCAA'),
    ('return', 'ATCA', 'AACA'), ('return', 'SVDA', 'SVDN'), ('return', 'DCAA', 'DCRS'),
    ('send-clarification', 'ATCA', 'DCRS'),
    ('allocate', 'DCRS', 'DCAA'),
    ('answer-clarification', 'DCAA', 'AACA'),
    ('send-visit', 'ATCA', 'SVDN'),
    ('answer-visit', 'SVDA', 'AACA'),
    ('resolve-valid', 'ATCA', 'CCVA'),
    ('resolve-invalid', 'ATCA', 'CCIV'),
    ('close-no-reply', 'DCRS', 'CCIV'), ('close-no-reply', 'DCAA', 'CCIV'),
    ('release', 'ATCA', 'AACA'), ('release', 'SVDA', 'SVDN'), ('release', 'DCAA', 'DCRS'),
    ('log-psc', 'CCIV', 'CCIV');

create table contact (
    id           bigint generated always as identity primary key,
    crn          text not null constraint crn_is_unique unique
                 constraint crn_looks_like_one check (crn ~ '^C[0-9]{9}$'),
    kind         text not null constraint kind_is_known check (kind in ('MNC')),
    raised_by    bigint not null references organisation,
    raiser       boolean not null generated always as (true) stored,
    originator   bigint not null references person,
    received     timestamptz not null,

    status       text not null references contact_status,
    version      integer not null,
    -- the organisation whose move it is, and its person who has it
    with_org     bigint references organisation,
    with_desk    text generated always as
                 (case when status in ('AACA', 'ATCA') then 'CDSP'
                       when status in ('SVDN', 'SVDA') then 'network' end) stored,
    holder       bigint references person,
    -- since when it is with_org's move, and by when they should have made it
    since        timestamptz not null,
    due          timestamptz,
    closed       timestamptz,
    mprn_created text,
    closed_reason  text,
    closed_remarks text not null default '',

    psc_of       bigint constraint contact_has_its_psc_already unique references contact,
    form_key     text not null,

    -- the site
    building_number   text not null default '',
    building_name     text not null default '',
    sub_building_name text not null default '',
    plot_number       text not null default '',
    street            text not null,
    dependent_street  text not null default '',
    locality          text not null default '',
    post_town         text not null,
    county            text not null default '',
    postcode          text not null,
    uprn              text not null default '',
    -- meter and supply
    msn               text not null default '',
    reading           text not null default '',
    reading_date      date,
    market_sector     text not null constraint market_sector_is_known check (market_sector in ('D', 'I')),
    aq_kwh            bigint,
    neighbouring_mprns text[] not null default '{}',
    ldz               text not null default '',
    -- what searching by words looks through, folded
    words             tsvector not null default '',

    constraint an_agents_status_means_an_agent check ((status in ('ATCA', 'SVDA', 'DCAA')) = (holder is not null)),
    constraint closed_means_with_nobody check ((status in ('CCVA', 'CCIV')) = (with_org is null)),
    constraint closed_means_a_time check ((status in ('CCVA', 'CCIV')) = (closed is not null)),
    constraint open_means_a_due_time check ((status in ('CCVA', 'CCIV')) = (due is null)),
    constraint valid_means_an_mprn check ((status = 'CCVA') = (mprn_created is not null)),
    constraint invalid_means_a_reason check ((status = 'CCIV') = (closed_reason is not null)),
    constraint a_clarification_is_with_its_raiser check (status not in ('DCRS', 'DCAA') or with_org = raised_by),
    constraint the_status_is_at_the_right_desk foreign key (with_org, with_desk) references organisation (id, desk),
    constraint the_cdsp_raises_nothing foreign key (raised_by, raiser) references organisation (id, raises),
    constraint the_holder_belongs_to_it foreign key (holder, with_org) references person (id, organisation_id),
    constraint the_originator_belongs_to_the_raiser foreign key (originator, raised_by) references person (id, organisation_id),
    constraint a_form_makes_one_contact unique (originator, form_key)
);
-- Queues read open work only: closed contacts must not slow them.
create index open_with_an_organisation on contact (with_org, due, id) where with_org is not null;
create index held_by_a_person on contact (holder, due, id) where holder is not null;
create index raised_by_an_organisation on contact (raised_by, received desc, id desc);
create index in_order_of_arrival on contact (received desc, id desc);
create index contacts_of_a_postcode on contact (postcode);
create index contacts_of_a_serial on contact (msn) where msn <> '';
create index contacts_of_an_mprn on contact (mprn_created) where mprn_created is not null;
create index contacts_of_a_neighbour on contact using gin (neighbouring_mprns);
create index contacts_of_words on contact using gin (words);

create table contact_event (
    contact_id  bigint not null references contact,
    version     integer not null,
    previous    integer generated always as (nullif(version - 1, 0)) stored,
    action      text not null,
    from_status text not null,
    to_status   text not null,
    at          timestamptz not null,
    -- null: the system
    actor       bigint references person,
    actor_org   bigint references organisation,
    -- who said to be using a shared account
    sitting     text not null default '',
    -- whose move it is from here, who holds it, and who held it before
    with_org    bigint references organisation,
    holder      bigint references person,
    former      bigint references person,
    -- the network a site visit concerns, and which referral (SV1, DC2)
    network     bigint references organisation,
    referral    text,
    -- corrections: [{field, before, after}]
    changes     jsonb,
    primary key (contact_id, version),
    unique (contact_id, version, to_status),
    constraint history_starts_at_the_start check ((version = 1) = (from_status = 'NEW')),
    constraint the_system_acts_alone check ((actor is null) = (action in ('allocate', 'close-no-reply', 'release'))),
    constraint the_move_is_lawful foreign key (action, from_status, to_status) references contact_transition,
    constraint history_is_unbroken foreign key (contact_id, previous, from_status)
        references contact_event (contact_id, version, to_status) deferrable initially deferred
);
create index events_of_an_actor on contact_event (actor_org, at desc);

alter table contact add constraint status_is_what_history_says
    foreign key (id, version, status) references contact_event (contact_id, version, to_status)
    deferrable initially deferred;

create function contact_at_latest_event() returns trigger language plpgsql security definer
    set search_path = public, pg_temp as $$
declare latest integer;
begin
    select max(e.version) into latest from contact_event e where e.contact_id = new.contact_id;
    if latest is distinct from (select c.version from contact c where c.id = new.contact_id) then
        raise exception 'contact % does not stand at its latest event', new.contact_id
            using errcode = 'check_violation', constraint = 'a_contact_stands_at_its_latest_event';
    end if;
    return null;
end $$;
create constraint trigger a_contact_stands_at_its_latest_event after insert on contact_event
    deferrable initially deferred for each row execute function contact_at_latest_event();

-- looks at the row as it is at the end of the transaction, which may have moved the contact twice
create function contact_points_at_latest_event() returns trigger language plpgsql security definer
    set search_path = public, pg_temp as $$
begin
    if (select c.version from contact c where c.id = new.id)
       is distinct from (select max(e.version) from contact_event e where e.contact_id = new.id) then
        raise exception 'contact % does not stand at its latest event', new.id
            using errcode = 'check_violation', constraint = 'a_contact_stands_at_its_latest_event';
    end if;
    return null;
end $$;
create constraint trigger a_contact_points_at_its_latest_event after update of version, status on contact
    deferrable initially deferred for each row execute function contact_points_at_latest_event();

create function history_is_never_rewritten() returns trigger language plpgsql as $$
begin
    raise exception 'history is never rewritten'
        using errcode = 'check_violation', constraint = 'history_is_never_rewritten';
end $$;
create trigger history_is_never_rewritten before update or delete on contact_event
    for each row execute function history_is_never_rewritten();

-- What only the raiser and the CDSP read.
create table raiser_note (
    contact_id    bigint primary key references contact,
    own_reference text not null default '',
    why           text not null
);

-- Personal data, apart from the rest: the fewest people read it.
create table site_contact (
    contact_id bigint primary key references contact,
    name       text not null default '',
    phone      text not null default '',
    email      text not null default ''
);

-- What a correction changed of it, apart from the other changes of the event for the same reason.
create table site_contact_change (
    contact_id bigint not null,
    version    integer not null,
    -- [{field, before, after}]
    changes    jsonb not null,
    primary key (contact_id, version),
    foreign key (contact_id, version) references contact_event (contact_id, version)
);

-- Questions sent on: SV1, SV2 … to a network, DC1 … to the raiser.
create table referral (
    contact_id  bigint not null references contact,
    kind        text not null check (kind in ('SV', 'DC')),
    number      integer not null check (number > 0),
    asked_of    bigint not null references organisation,
    asked_by    bigint not null references person,
    asked       timestamptz not null,
    question    text not null,
    answered_by bigint references person,
    answered    timestamptz,
    answer      text not null default '',
    -- the site visit form, as its room writes it
    findings    jsonb,
    -- a clarification nobody answered: reminded once, closed once
    reminded    timestamptz,
    closed_unanswered timestamptz,
    primary key (contact_id, kind, number),
    constraint an_answer_has_its_author check ((answered is null) = (answered_by is null))
);
create unique index one_referral_is_open_at_a_time on referral (contact_id)
    where answered is null and closed_unanswered is null;

-- Networks to which a site visit was ever sent: from then on they see the contact.
create table contact_network (
    contact_id      bigint not null references contact,
    organisation_id bigint not null references organisation,
    primary key (contact_id, organisation_id)
);
create index contacts_of_a_network on contact_network (organisation_id, contact_id);

-- What has been typed into a form that is not yet sent.
create table draft (
    key       text not null,
    person_id bigint not null references person on delete cascade,
    psc_of    text,
    fields    jsonb not null,
    saved     timestamptz not null,
    primary key (person_id, key)
);

-- The digits of a CRN are a keyed permutation of a sequence: neither order nor volume can be read from them.
create table crn_key (
    only_one boolean primary key default true check (only_one),
    key      bytea not null
);
create sequence crn_sequence minvalue 0 maxvalue 99999999 start 0 no cycle;

create function damm(digits text) returns text language sql immutable as $$
    with recursive walk (place, state) as (
        select 0, 0
        union all
        select place + 1, substr('0317598642' || '7092154863' || '4206871359' || '1750983426' || '6123045978'
                              || '3674209581' || '5869720134' || '8945362017' || '9438617205' || '2581436790',
                                 state * 10 + substr(digits, place + 1, 1)::integer + 1, 1)::integer
        from walk where place < length(digits)
    )
    select state::text from walk order by place desc limit 1
$$;

create function next_crn() returns text language plpgsql security definer set search_path = public, pg_temp as $$
declare
    n bigint := nextval('crn_sequence');
    k bytea := (select key from crn_key);
    l integer := n / 10000;
    r integer := n % 10000;
    f integer;
    swap integer;
    digest bytea;
begin
    -- ten rounds of a Feistel network over two halves of four digits: a permutation whatever the key
    for i in 1..10 loop
        digest := sha256(k || int4send(i) || int4send(r));
        f := (get_byte(digest, 0) * 65536 + get_byte(digest, 1) * 256 + get_byte(digest, 2)) % 10000;
        swap := r;
        r := (l + f) % 10000;
        l := swap;
    end loop;
    return 'C' || lpad(l::text, 4, '0') || lpad(r::text, 4, '0')
        || damm(lpad(l::text, 4, '0') || lpad(r::text, 4, '0'));
end $$;
