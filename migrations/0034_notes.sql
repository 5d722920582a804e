-- Notes that members of one organisation write to each other on a contact. No event of the contact: other organisations
-- see those, and a note must not make anybody's form stale.
create table contact_note (
    -- 128 random bits as 32 hexadecimal digits: nobody counts another's
    id              text primary key check (id ~ '^[0-9a-f]{32}$'),
    contact_id      bigint not null references contact,
    organisation_id bigint not null references organisation,
    author          bigint not null,
    -- who said to be using a shared account
    used_by         text not null default '',
    body            text not null constraint a_note_has_words
                    check (char_length(body) between 1 and 2000 and body ~ '\S'),
    at              timestamptz not null,
    constraint a_note_is_of_its_authors_organisation
        foreign key (author, organisation_id) references person (id, organisation_id)
);
create index notes_of_a_contact on contact_note (contact_id, organisation_id, at desc);

alter table contact_note enable row level security;
alter table contact_note force row level security;
create policy the_owner_works on contact_note to current_user using (true) with check (true);
grant select, insert on contact_note to cms_web;
create policy ones_own_organisation_reads on contact_note for select to cms_web
    using (organisation_id = viewer_organisation()
           and (viewer_is_cdsp() or raised_by_viewer(contact_id) or sent_to_viewer(contact_id)));
create policy one_signs_for_oneself on contact_note for insert to cms_web
    with check (organisation_id = viewer_organisation() and author = viewer()
                and (viewer_is_cdsp() or raised_by_viewer(contact_id) or sent_to_viewer(contact_id)));

-- Tells those of a note's own organisation whom its author names in it; of a contact that stands still each is told anew.
create function tell_named(note text, people bigint[]) returns void language plpgsql security definer
    set search_path = public, pg_temp as $$
begin
    delete from notification n using contact_note x join contact c on c.id = x.contact_id
    where x.id = note and x.author = viewer() and n.contact_id = x.contact_id and n.version = c.version
      and n.about = 'note' and n.person_id = any (people);
    insert into notification (person_id, contact_id, version, about, at)
    select p.id, x.contact_id, c.version, 'note', x.at
    from contact_note x join contact c on c.id = x.contact_id
    join person p on p.organisation_id = x.organisation_id and p.disabled is null and p.id = any (people)
    where x.id = note and x.author = viewer() and p.id <> x.author
    on conflict on constraint told_once do nothing;
end $$;
revoke execute on function tell_named from public;
grant execute on function tell_named to cms_web;
