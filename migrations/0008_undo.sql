-- Taking back an assign, a reassign or a return, within its seconds: the opposite moves, as new events.
insert into contact_transition (action, from_status, to_status) values
    ('undo', 'ATCA', 'AACA'), ('undo', 'SVDA', 'SVDN'), ('undo', 'DCAA', 'DCRS'),
    ('undo', 'ATCA', 'ATCA'), ('undo', 'SVDA', 'SVDA'), ('undo', 'DCAA', 'DCAA'),
    ('undo', 'AACA', 'ATCA'), ('undo', 'SVDN', 'SVDA'), ('undo', 'DCRS', 'DCAA');

-- Tells everybody who was told of one event of the latest one; but never its author. Says nothing back.
create function tell_again(which bigint, undone integer, event integer, what text, when_told timestamptz)
    returns void language sql security definer set search_path = public, pg_temp as $$
    insert into notification (person_id, contact_id, version, about, at)
    select n.person_id, which, event, what, when_told
    from notification n join person p on p.id = n.person_id and p.disabled is null
    where n.contact_id = which and n.version = undone
      and exists (select from contact c where c.id = which and c.version = event)
      and n.person_id is distinct from
          (select e.actor from contact_event e where e.contact_id = which and e.version = event)
    on conflict on constraint told_once do nothing
$$;
revoke execute on function tell_again from public;
grant execute on function tell_again to cms_web;
create index notices_of_a_contact on notification (contact_id, version);

-- While somebody is away, what would be allocated to them goes to their cover.
create table cover (
    person_id       bigint primary key,
    covered_by      bigint not null,
    organisation_id bigint not null references organisation,
    -- the last second of the last day away
    until           timestamptz not null,
    set_by          bigint not null references person on delete cascade,
    constraint nobody_covers_themself check (person_id <> covered_by),
    foreign key (person_id, organisation_id) references person (id, organisation_id) on delete cascade,
    foreign key (covered_by, organisation_id) references person (id, organisation_id) on delete cascade
);
alter table cover enable row level security;
alter table cover force row level security;
create policy the_owner_works on cover to current_user using (true) with check (true);
grant select, insert, update, delete on cover to cms_web;
create policy colleagues_know on cover for select to cms_web using (organisation_id = viewer_organisation());
create policy supervisors_arrange on cover for insert to cms_web
    with check (organisation_id = viewer_organisation() and viewer_has('supervisor') and set_by = viewer());
create policy supervisors_change on cover for update to cms_web
    using (organisation_id = viewer_organisation() and viewer_has('supervisor'))
    with check (organisation_id = viewer_organisation() and set_by = viewer());
create policy supervisors_end on cover for delete to cms_web
    using (organisation_id = viewer_organisation() and viewer_has('supervisor'));

-- Who gets what is allocated to this person: an active member of the organisation, or, while they are away, their
-- cover (or its cover). What somebody gives themself they get. Null: nobody can. The row of who gets it is held
-- until the transaction ends, so that nobody is disabled while work is being handed to them.
create function receiver(meant bigint, there bigint, giver bigint, at timestamptz) returns bigint language plpgsql
    security definer set search_path = public, pg_temp as $$
declare gets bigint := meant; next bigint;
begin
    if meant is distinct from giver then
        for hop in 1..5 loop
            select c.covered_by into next from cover c
            join person p on p.id = c.covered_by and p.organisation_id = there and p.disabled is null
            where c.person_id = gets and c.until >= at and c.covered_by <> meant;
            exit when next is null;
            gets := next;
            next := null;
        end loop;
    end if;
    perform from person where id = gets and organisation_id = there and disabled is null for share;
    return case when found then gets end;
end $$;
revoke execute on function receiver from public;
grant execute on function receiver to cms_web;

-- The one note of a hand-over, beside each of its events, for the organisation that wrote it.
create table event_note (
    contact_id      bigint not null,
    version         integer not null,
    organisation_id bigint not null references organisation,
    note            text not null,
    primary key (contact_id, version),
    foreign key (contact_id, version) references contact_event (contact_id, version)
);
alter table event_note enable row level security;
alter table event_note force row level security;
create policy the_owner_works on event_note to current_user using (true) with check (true);
grant select, insert on event_note to cms_web;
create policy ones_own_organisation on event_note to cms_web
    using (organisation_id = viewer_organisation()) with check (organisation_id = viewer_organisation());

-- As before, and the one person is looked up as one, not found by walking through everybody.
create or replace function tell(which bigint, event integer, what text, when_told timestamptz, to_person bigint, to_org bigint)
    returns void language plpgsql security definer set search_path = public, pg_temp as $$
declare author bigint; there bigint := to_org; told bigint[];
begin
    select e.actor into author from contact_event e join contact c on c.id = e.contact_id and c.version = e.version
    where e.contact_id = which and e.version = event;
    if not found then return; end if;
    if exists (select from person p where p.id = to_person and p.disabled is null) then
        told := array[to_person];
    else
        there := coalesce(to_org, (select p.organisation_id from person p where p.id = to_person));
        select array_agg(p.id) into told from person p
        where p.organisation_id = there and p.disabled is null
          and (p.supervisor or not exists (select from person x where x.organisation_id = there
                                           and x.supervisor and x.disabled is null));
    end if;
    insert into notification (person_id, contact_id, version, about, at)
    select id, which, event, what, when_told from unnest(told) as people (id) where id is distinct from author
    on conflict on constraint told_once do nothing;
end $$;
