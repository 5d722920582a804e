-- Lists and boards that cost the same however much work there is.

-- Counted and narrowed without looking at the contacts themselves: what the wall asks for stands in the index.
drop index held_by_a_person;
-- What a person holds is with their organisation: both in front, so that Postgres takes the order from the index.
create index held_by_a_person on contact (holder, with_org, due, id) include (raised_by) where holder is not null;
drop index waiting_to_be_taken;
create index waiting_to_be_taken on contact (with_org, due, id) include (raised_by)
    where with_org is not null and holder is null;
drop index open_by_ldz;
create index open_by_ldz on contact (with_org, ldz, due, id) include (status, raised_by) where with_org is not null;
-- the oldest that each person holds, and of what nobody has
create index held_by_arrival on contact (holder, received) where holder is not null;
create index waiting_by_arrival on contact (with_org, received) where with_org is not null and holder is null;

-- How many contacts each person holds, kept as the tally is: each database connection adds to rows of its own (slot).
create table held_tally (
    person_id       bigint not null references person on delete cascade,
    organisation_id bigint not null,
    slot            integer not null,
    n               bigint not null,
    primary key (organisation_id, person_id, slot)
) with (fillfactor = 50);
alter table held_tally enable row level security;
alter table held_tally force row level security;
create policy the_owner_works on held_tally to current_user using (true) with check (true);
create policy ones_own_numbers on held_tally for select to cms_web using (organisation_id = viewer_organisation());
grant select on held_tally to cms_web;

create function count_held() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
    if tg_op = 'DELETE' then
        insert into held_tally as t (person_id, organisation_id, slot, n)
        select d.holder, d.with_org, pg_backend_pid(), -count(*) from before d where d.holder is not null group by 1, 2
        on conflict (organisation_id, person_id, slot) do update set n = t.n + excluded.n;
    else
        insert into held_tally as t (person_id, organisation_id, slot, n)
        select d.holder, d.with_org, pg_backend_pid(), sum(d.n)
        from (select holder, with_org, -1 as n from before union all select holder, with_org, 1 from after) d
        where d.holder is not null group by 1, 2 having sum(d.n) <> 0
        on conflict (organisation_id, person_id, slot) do update set n = t.n + excluded.n;
    end if;
    return null;
end $$;
create trigger count_held_deleted after delete on contact referencing old table as before
    for each statement execute function count_held();
create trigger count_held_moved after update on contact referencing old table as before new table as after
    for each statement execute function count_held();

create or replace function fold_tally() returns void language sql security definer set search_path = public, pg_temp as $$
    with gone as (
        delete from tally where slot <> 0 and slot not in (select pid from pg_stat_activity where pid is not null)
        returning side, organisation_id, status, n)
    insert into tally as t (side, organisation_id, status, slot, n)
    select side, organisation_id, status, 0, sum(n) from gone group by 1, 2, 3
    on conflict (side, organisation_id, status, slot) do update set n = t.n + excluded.n;
    with gone as (
        delete from held_tally where slot <> 0 and slot not in (select pid from pg_stat_activity where pid is not null)
        returning person_id, organisation_id, n)
    insert into held_tally as t (person_id, organisation_id, slot, n)
    select person_id, organisation_id, 0, sum(n) from gone group by 1, 2
    on conflict (organisation_id, person_id, slot) do update set n = t.n + excluded.n
$$;
create or replace function count_afresh() returns void language sql security definer set search_path = public, pg_temp as $$
    delete from tally;
    insert into tally
    select 'with', with_org, status, 0, count(*) from contact where with_org is not null group by 2, 3
    union all select 'raised', raised_by, status, 0, count(*) from contact group by 2, 3
    union all select 'all', 0, status, 0, count(*) from contact group by 3;
    delete from held_tally;
    insert into held_tally select holder, with_org, 0, count(*) from contact where holder is not null group by 1, 2
$$;
select count_afresh();
revoke execute on function count_held from public;
grant execute on function count_held to cms_web;
