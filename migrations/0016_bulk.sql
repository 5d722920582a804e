-- Many sites at once: a file or a form of rows, checked and added in the background, a few rows at a time.

create table bulk (
    -- the address of its page, which nobody can guess and no count can be read from
    key             text primary key constraint bulk_key_is_random check (key ~ '^[0-9a-f]{32}$'),
    organisation_id bigint not null references organisation,
    person_id       bigint not null references person on delete cascade,
    -- who said to be using a shared account
    sitting         text not null default '',
    -- the file as its sender calls it
    name            text not null,
    kind            text not null check (kind in ('form', 'csv', 'xlsx', 'uklink')),
    state           text not null check (state in ('checking', 'checked', 'adding', 'done', 'dropped', 'stopped')),
    -- rows that look like a real person's or meter's are added too: the sender has said that they are invented
    with_asked      boolean not null default false,
    -- its sender has seen what came of each row before it was sent: it is added as soon as it is checked
    adds            boolean not null default false,
    -- that of the house when it was sent: a reset ends it
    epoch           bigint not null,
    rows            integer not null,
    -- how far checking and adding have come: the number of the last row done
    checked         integer not null default 0,
    added           integer not null default 0,
    -- how many rows are in which verdict, and how many contacts were made, as of the last rows done
    good            integer not null default 0,
    asked           integer not null default 0,
    there           integer not null default 0,
    bad             integer not null default 0,
    made            integer not null default 0,
    -- how often in a row its turn has failed; of one that is stopped: not none, if that is why
    failures        integer not null default 0,
    created         timestamptz not null,
    -- when rows of it were last worked on; whose turn it is follows from it
    worked          timestamptz not null,
    foreign key (person_id, organisation_id) references person (id, organisation_id) on delete cascade
);
create index bulk_to_do on bulk (worked) where state in ('checking', 'adding');
create index bulk_of_a_person on bulk (organisation_id, person_id, created desc);

create table bulk_row (
    bulk_key text not null references bulk on delete cascade,
    -- 1, 2, 3 …; and where it stands in its file
    row      integer not null,
    line     integer not null,
    -- as it was sent: text by name of field, without the empty ones
    fields   jsonb not null,
    -- of the whole row, and of its site and meter: equal for two ways of writing one
    whole    bytea not null,
    site     bytea not null,
    -- null: not checked yet; 'ask': good, but it looks like real data
    verdict  text check (verdict in ('good', 'ask', 'there', 'bad')),
    -- [{field, rule, says}]: why it is bad or there already, or what it is warned of or asked about
    problems jsonb not null default '[]',
    -- the contact that was made of it, or that is there already
    crn      text,
    made     boolean not null default false,
    primary key (bulk_key, row)
);
create index bulk_rows_of_a_site on bulk_row (bulk_key, site);

-- What bulk logging has made, by the whole row: an equal one is never logged again by its organisation.
create table bulk_made (
    organisation_id bigint not null references organisation,
    whole           bytea not null,
    crn             text not null,
    primary key (organisation_id, whole)
);

do $$
declare walled text;
begin
    foreach walled in array array['bulk', 'bulk_row', 'bulk_made'] loop
        execute format('alter table %I enable row level security', walled);
        execute format('alter table %I force row level security', walled);
        execute format('create policy the_owner_works on %I to current_user using (true) with check (true)', walled);
    end loop;
end $$;
grant select, insert, delete on bulk to cms_web;
grant update (state, with_asked, checked, added, good, asked, there, bad, made, failures, worked) on bulk to cms_web;
grant select, insert on bulk_row to cms_web;
grant update (verdict, problems, crn, made) on bulk_row to cms_web;
grant select, insert on bulk_made to cms_web;

create policy ones_own_or_a_supervisors on bulk for select to cms_web
    using (organisation_id = viewer_organisation() and (person_id = viewer() or viewer_has('supervisor')));
create policy members_send on bulk for insert to cms_web
    with check (organisation_id = viewer_organisation() and person_id = viewer());
create policy who_sent_it_goes_on on bulk for update to cms_web
    using (organisation_id = viewer_organisation() and person_id = viewer());
create policy who_sent_it_removes_it on bulk for delete to cms_web
    using (organisation_id = viewer_organisation() and person_id = viewer());
-- asked once for a statement, not for each row
create policy rows_of_what_is_seen on bulk_row for select to cms_web using (bulk_key in (select key from bulk));
create policy rows_of_ones_own on bulk_row for insert to cms_web
    with check (bulk_key in (select key from bulk where person_id = viewer()));
create policy rows_of_ones_own_go_on on bulk_row for update to cms_web
    using (bulk_key in (select key from bulk where person_id = viewer()));
create policy made_by_the_organisation on bulk_made to cms_web
    using (organisation_id = viewer_organisation()) with check (organisation_id = viewer_organisation());
