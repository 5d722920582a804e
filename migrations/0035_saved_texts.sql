-- Texts that an organisation types again and again, kept under a title. Its members use them; its supervisors keep them.
create table saved_text (
    key             text primary key check (key ~ '^[0-9a-f]{32}$'),
    organisation_id bigint not null references organisation,
    -- the field for which it is meant
    used_for        text not null check (used_for in ('question', 'look_at', 'remarks', 'answer')),
    title           text not null check (char_length(title) between 1 and 60),
    body            text not null check (char_length(body) between 1 and 2000)
);
create unique index a_text_has_its_own_title on saved_text (organisation_id, used_for, lower(title));

alter table saved_text enable row level security;
alter table saved_text force row level security;
grant select, insert, update, delete on saved_text to cms_web;
create policy the_owner_works on saved_text to current_user using (true) with check (true);
create policy the_organisations on saved_text for select to cms_web using (organisation_id = viewer_organisation());
create policy a_supervisors_to_add on saved_text for insert to cms_web
    with check (organisation_id = viewer_organisation() and viewer_has('supervisor'));
create policy a_supervisors_to_change on saved_text for update to cms_web
    using (organisation_id = viewer_organisation() and viewer_has('supervisor'))
    with check (organisation_id = viewer_organisation());
create policy a_supervisors_to_remove on saved_text for delete to cms_web
    using (organisation_id = viewer_organisation() and viewer_has('supervisor'));
