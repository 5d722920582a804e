-- What looks the same as what is being logged: found by serial number, by postcode, and by the mark of a house within
-- its outcode (src/trade/likeness); how alike two sites are, the program says.
create extension if not exists pg_trgm;

-- By what a house is known in its street: its number's digits, else its name, unit or plot, in canonical words. Null in
-- rows from before this migration, which the program fills when it starts (src/contacts/journal/marks.rs).
alter table contact add column mark text;
grant update (mark) on contact to cms_web;
alter table meter_point
    add column mark text,
    add column outcode text generated always as (split_part(postcode, ' ', 1)) stored;
create index open_without_a_mark on contact (id) where mark is null and with_org is not null;
create index meter_points_without_a_mark on meter_point (mprn) where mark is null;

-- A raiser's look-up reads its own open rows and no others, so that how long it takes says nothing of anybody else's. An
-- index on raiser and postcode does not do: Postgres may take another on the postcode alone, and pass by rivals' rows. So
-- the raiser is part of the value that is looked up; closed contacts, nearly all of them, have none.
alter table contact
    add column raisers_postcode text generated always as
        (case when with_org is not null then raised_by::text || ' ' || postcode end) stored,
    add column raisers_house text generated always as
        (case when with_org is not null and mark <> ''
              then raised_by::text || ' ' || split_part(postcode, ' ', 1) || ' ' || mark end) stored,
    add column raisers_serial text generated always as
        (case when with_org is not null and msn <> '' then raised_by::text || ' ' || msn end) stored;
create index open_of_a_raiser_at_a_postcode on contact (raisers_postcode) where raisers_postcode is not null;
create index open_of_a_raiser_by_house on contact (raisers_house) where raisers_house is not null;
create index open_of_a_raiser_by_serial on contact (raisers_serial) where raisers_serial is not null;
-- The CDSP's reads everybody's.
create index open_at_a_postcode on contact (postcode) where with_org is not null;
create index open_by_mark on contact (outcode, mark) where with_org is not null;
create index meter_points_by_mark on meter_point (outcode, mark);

-- An MPRN for those who are not entitled to it: of ten digits the first two and the last three.
create function masked(mprn text) returns text language sql immutable as $$
    select left(mprn, greatest(length(mprn) - 8, 0)) || '•••••' || right(mprn, greatest(least(length(mprn) - 5, 3), 0))
$$;

-- Meter points that may be the site, live and dead, the likeliest first. The register is the CDSP's, so this reads past
-- row-level security: for the CDSP and for whoever raises contacts, and for nobody else. Its MPRN is whole for the CDSP,
-- for the Shipper on whose account it stands and for its network; others get it masked.
create function meter_points_like(at_postcode text, at_outcode text, with_mark text, with_serial text, on_street text)
    returns table (mprn text, is_whole boolean, address text, postcode text, live boolean, same_serial boolean)
    language plpgsql stable security definer rows 20 set search_path = public, pg_temp as $$
declare viewers organisation;
begin
    select o.* into viewers from organisation o where o.id = viewer_organisation();
    if viewers.id is null then return; end if;
    return query
    with found as (
        select m.mprn from meter_point m where m.postcode = at_postcode
        union
        select m.mprn from meter_point m where m.outcode = at_outcode and m.mark = with_mark and with_mark <> ''
        union
        select m.mprn from meter_point m where m.msn = with_serial and m.msn <> ''
    ), likely as (
        select m.*, m.msn = with_serial and m.msn <> '' as is_same,
               viewers.kind = 'CDSP' or m.shipper = viewers.code or m.network = viewers.name as entitled
        from found join meter_point m using (mprn)
        order by is_same desc, m.postcode = at_postcode and m.mark is not distinct from with_mark desc,
                 similarity(m.address, on_street) desc
        limit 100
    )
    select case when l.entitled then l.mprn else masked(l.mprn) end, l.entitled, l.address, l.postcode, l.live, l.is_same
    from likely l;
end $$;
revoke execute on function masked, meter_points_like from public;
grant execute on function masked, meter_points_like to cms_web;

-- That the raiser knew of others that look the same, and why it was logged all the same.
create table alike_note (
    contact_id bigint primary key references contact,
    -- how many
    found      integer not null constraint at_least_one check (found > 0),
    reason     text not null
);
alter table alike_note enable row level security;
alter table alike_note force row level security;
create policy the_owner_works on alike_note to current_user using (true) with check (true);
grant select, insert on alike_note to cms_web;
create policy raiser_and_cdsp_read on alike_note for select to cms_web
    using (viewer_sees_all() or raised_by_viewer(contact_id));
create policy the_raiser_writes on alike_note for insert to cms_web with check (raised_by_viewer(contact_id));
