-- How many contacts stand in each status: with an organisation, raised by one, and altogether. Counting ten thousand
-- rows costs more than the rest of a queue page, and the number is on every one of them. A trigger keeps it, so that
-- no writer can forget; `cms check` compares it with full counts.
--
-- Each database connection adds to rows of its own (slot), so that nobody waits for anybody: the number is the sum.
-- Slots of connections that have gone are folded into slot 0 by the background job.
create table tally (
    side            text not null check (side in ('with', 'raised', 'all')),
    -- 0 where the side is 'all'
    organisation_id bigint not null,
    status          text not null references contact_status,
    slot            integer not null,
    n               bigint not null,
    primary key (side, organisation_id, status, slot)
) with (fillfactor = 50);

create function count_contact() returns trigger language plpgsql security definer
    set search_path = public, pg_temp as $$
begin
    insert into tally as t (side, organisation_id, status, slot, n)
    select d.side, d.organisation_id, d.status, pg_backend_pid(), sum(d.n)
    from (values ('with', old.with_org, old.status, -1), ('with', new.with_org, new.status, 1),
                 ('raised', old.raised_by, old.status, -1), ('raised', new.raised_by, new.status, 1),
                 ('all', case when old.id is not null then 0 end, old.status, -1),
                 ('all', case when new.id is not null then 0 end, new.status, 1))
         as d (side, organisation_id, status, n)
    where d.organisation_id is not null
    group by d.side, d.organisation_id, d.status having sum(d.n) <> 0
    on conflict (side, organisation_id, status, slot) do update set n = t.n + excluded.n;
    return null;
end $$;
create trigger count_contact after insert or delete on contact for each row execute function count_contact();
create trigger count_moved_contact after update of status, with_org on contact for each row
    when (old.status is distinct from new.status or old.with_org is distinct from new.with_org)
    execute function count_contact();

-- Folds the slots of connections that are no more into slot 0. The owner's job.
create function fold_tally() returns void language sql security definer set search_path = public, pg_temp as $$
    with gone as (
        delete from tally where slot <> 0 and slot not in (select pid from pg_stat_activity where pid is not null)
        returning side, organisation_id, status, n)
    insert into tally as t (side, organisation_id, status, slot, n)
    select side, organisation_id, status, 0, sum(n) from gone group by 1, 2, 3
    on conflict (side, organisation_id, status, slot) do update set n = t.n + excluded.n
$$;

-- Counts everything afresh. The owner's, where rows were loaded past the trigger.
create function count_afresh() returns void language sql security definer set search_path = public, pg_temp as $$
    delete from tally;
    insert into tally
    select 'with', with_org, status, 0, count(*) from contact where with_org is not null group by 2, 3
    union all select 'raised', raised_by, status, 0, count(*) from contact group by 2, 3
    union all select 'all', 0, status, 0, count(*) from contact group by 3
$$;
select count_afresh();

revoke execute on function count_contact, fold_tally, count_afresh from public;
grant select on tally to cms_web;
grant execute on function count_contact to cms_web;
alter table tally enable row level security;
alter table tally force row level security;
create policy the_owner_works on tally to current_user using (true) with check (true);
create policy ones_own_numbers on tally for select to cms_web
    using (organisation_id = viewer_organisation() or viewer_sees_all());
