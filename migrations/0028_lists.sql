-- What is ticked belongs to a session, since several people work under one shared account.
delete from selection;
alter table selection
    drop constraint selection_pkey,
    add column session bytea not null references session on delete cascade,
    add primary key (session, list);

-- The columns that a person has chosen for a queue.
create table list_columns (
    person_id bigint not null references person on delete cascade,
    queue     text not null,
    columns   text[] not null,
    primary key (person_id, queue)
);
alter table list_columns enable row level security;
alter table list_columns force row level security;
create policy the_owner_works on list_columns to current_user using (true) with check (true);
create policy ones_own on list_columns to cms_web
    using (person_id = viewer()) with check (person_id = viewer());
grant select, insert, update, delete on list_columns to cms_web;

-- What came back with an answer, for the CDSP: few, and not to be looked for among all that waits.
create index answer_is_back on contact (with_org, due, id) where asker is not null and with_org is not null;
-- What one person has raised.
create index raised_by_a_person on contact (originator, received desc, id desc);
