-- Acts on many contacts write all their rows in the same statements: what is asked of each row is asked of all at once.

-- Tells whom each of these events concerns: to_person; where that is nobody, or somebody disabled, the supervisors of
-- to_org, else all its members; or again whoever was told of the event before it, which is undone. Never the author of
-- the event, and each person once. Only of the event at which the contact stands. What one request does is told as one.
drop function tell(bigint, integer, text, timestamptz, bigint, bigint, uuid);
drop function tell_again(bigint, integer, integer, text, timestamptz, uuid);
create function tell(which bigint[], event integer[], what text[], when_told timestamptz, to_person bigint[],
    to_org bigint[], again boolean[], by_act uuid default null) returns void language plpgsql security definer
    set search_path = public, pg_temp as $$
begin
    insert into notification (person_id, contact_id, version, about, at, act)
    select told.id, w.which, w.event, w.what, when_told, coalesce(by_act, act_of(when_told, c.crn || w.event || w.what))
    from unnest(which, event, what, to_person, to_org, again) as w (which, event, what, to_person, to_org, again)
    join contact c on c.id = w.which and c.version = w.event
    join contact_event e on e.contact_id = w.which and e.version = w.event
    left join person p on p.id = w.to_person
    cross join lateral (
        select p.id where p.id is not null and p.disabled is null and not w.again
        union all
        select x.id from person x
        where (p.id is null or p.disabled is not null) and not w.again
          and x.organisation_id = coalesce(w.to_org, p.organisation_id) and x.disabled is null
          and (x.supervisor or not exists (select from person y where y.organisation_id = x.organisation_id
                                           and y.supervisor and y.disabled is null))
        union all
        select n.person_id from notification n join person x on x.id = n.person_id and x.disabled is null
        where w.again and n.contact_id = w.which and n.version = w.event - 1
    ) as told (id)
    where told.id is distinct from e.actor
    on conflict on constraint told_once do nothing;
end $$;
revoke execute on function tell from public;
grant execute on function tell to cms_web;

-- The tally is kept once for each statement, whatever the number of its rows.
drop trigger count_contact on contact;
drop trigger count_moved_contact on contact;
create or replace function count_contact() returns trigger language plpgsql security definer
    set search_path = public, pg_temp as $$
begin
    if tg_op = 'INSERT' then
        insert into tally as t (side, organisation_id, status, slot, n)
        select s.side, s.organisation_id, d.status, pg_backend_pid(), count(*)
        from after d, lateral (values ('with', d.with_org), ('raised', d.raised_by), ('all', 0)) as s (side, organisation_id)
        where s.organisation_id is not null group by 1, 2, 3
        on conflict (side, organisation_id, status, slot) do update set n = t.n + excluded.n;
    elsif tg_op = 'DELETE' then
        insert into tally as t (side, organisation_id, status, slot, n)
        select s.side, s.organisation_id, d.status, pg_backend_pid(), -count(*)
        from before d, lateral (values ('with', d.with_org), ('raised', d.raised_by), ('all', 0)) as s (side, organisation_id)
        where s.organisation_id is not null group by 1, 2, 3
        on conflict (side, organisation_id, status, slot) do update set n = t.n + excluded.n;
    else
        insert into tally as t (side, organisation_id, status, slot, n)
        select s.side, s.organisation_id, d.status, pg_backend_pid(), sum(d.n)
        from (select with_org, raised_by, status, -1 as n from before
              union all select with_org, raised_by, status, 1 from after) d,
             lateral (values ('with', d.with_org), ('raised', d.raised_by), ('all', 0)) as s (side, organisation_id)
        where s.organisation_id is not null group by 1, 2, 3 having sum(d.n) <> 0
        on conflict (side, organisation_id, status, slot) do update set n = t.n + excluded.n;
    end if;
    return null;
end $$;
create trigger count_logged after insert on contact referencing new table as after
    for each statement execute function count_contact();
create trigger count_deleted after delete on contact referencing old table as before
    for each statement execute function count_contact();
create trigger count_moved after update on contact referencing old table as before new table as after
    for each statement execute function count_contact();

-- Every event looks, at the end of its transaction, whether its contact stands at it. A contact that takes one step has
-- its event, or status_is_what_history_says refuses it, and that event looks; so the contact itself looks only where it
-- takes any other step.
drop trigger a_contact_points_at_its_latest_event on contact;
create constraint trigger a_contact_points_at_its_latest_event after update of version, status on contact
    deferrable initially deferred for each row when (new.version is distinct from old.version + 1)
    execute function contact_points_at_latest_event();
