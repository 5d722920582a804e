-- What a note tells stands among the notifications at the time of the note.
create or replace function tell_named(note text, people bigint[]) returns void language plpgsql security definer
    set search_path = public, pg_temp as $$
begin
    delete from notification n using contact_note x join contact c on c.id = x.contact_id
    where x.id = note and x.author = viewer() and n.contact_id = x.contact_id and n.version = c.version
      and n.about = 'note' and n.person_id = any (people);
    insert into notification (person_id, contact_id, version, about, at, act)
    select p.id, x.contact_id, c.version, 'note', x.at, act_of(x.at, c.crn || c.version || 'note' || x.author)
    from contact_note x join contact c on c.id = x.contact_id
    join person p on p.organisation_id = x.organisation_id and p.disabled is null and p.id = any (people)
    where x.id = note and x.author = viewer() and p.id <> x.author
    on conflict on constraint told_once do nothing;
end $$;
