-- The register answers a raiser by an exact serial number or a whole address only, and an MPRN that is not for them keeps so
-- many digits to itself that no fewer than 10,000 remain, check digits and all.

-- Of ten digits the first two and the last two; of fewer only the last two, and not how many there are.
create or replace function masked(mprn text) returns text language sql immutable as $$
    select case length(mprn) when 10 then left(mprn, 2) || '••••••' else '••••••••' end || right(mprn, 2)
$$;

create or replace function meter_points_like(at_postcode text, at_outcode text, with_premises_key text, with_serial text, on_street text)
    returns table (mprn text, is_whole boolean, address text, postcode text, live boolean, same_serial boolean)
    language plpgsql stable security definer rows 20 set search_path = public, pg_temp as $$
declare
    viewers organisation;
    by_address boolean;
begin
    select o.* into viewers from organisation o where o.id = viewer_organisation();
    if viewers.id is null then return; end if;
    by_address := viewers.kind = 'CDSP' or (at_postcode <> '' and with_premises_key <> '' and on_street <> '');
    return query
    with found as (
        select m.mprn from meter_point m where by_address and m.postcode = at_postcode
        union
        select m.mprn from meter_point m
        where by_address and m.outcode = at_outcode and m.premises_key = with_premises_key and with_premises_key <> ''
        union
        select m.mprn from meter_point m where m.msn = with_serial and m.msn <> ''
    ), likely as (
        select m.*, m.msn = with_serial and m.msn <> '' as is_same,
               viewers.kind = 'CDSP' or m.shipper = viewers.code or m.network = viewers.name as entitled
        from found join meter_point m using (mprn)
        order by is_same desc, m.postcode = at_postcode and m.premises_key is not distinct from with_premises_key desc,
                 similarity(m.address, on_street) desc
        limit 100
    )
    select case when l.entitled then l.mprn else masked(l.mprn) end, l.entitled, l.address, l.postcode, l.live, l.is_same
    from likely l;
end $$;
revoke execute on function masked, meter_points_like from public;
grant execute on function masked, meter_points_like to cms_web;

-- Each organisation has room for ten files of its own at a contact, so that how many more it can add tells nothing of files
-- that it may not look at.
alter table evidence drop constraint one_file_a_place;
alter table evidence add constraint one_file_a_place unique (contact_id, organisation_id, place);

create or replace function evidence_at(which bigint) returns integer language plpgsql stable security definer
    set search_path = public, pg_temp as $$
begin
    if not (viewer_sees_all() or raised_by_viewer(which) or sent_to_viewer(which)) then return 0; end if;
    return (select count(*) from evidence e where e.contact_id = which and e.organisation_id = viewer_organisation());
end $$;

create or replace function claim_evidence(which bigint, event integer, of_form text) returns integer language plpgsql
    security definer set search_path = public, pg_temp as $$
declare done text; taken integer; claimed integer;
begin
    select e.action into done from contact_event e
    where e.contact_id = which and e.version = event and e.actor = viewer()
      and e.action in ('log', 'answer-clarification', 'answer-visit', 'add');
    if done is null then return 0; end if;
    select coalesce(max(e.place), 0) into taken from evidence e
    where e.contact_id = which and e.organisation_id = viewer_organisation();
    update evidence e set contact_id = which, version = event, action = done, place = taken + o.n
    from (select w.id, row_number() over (order by w.created, w.id) as n from evidence w
          where w.person_id = viewer() and w.form = of_form and w.contact_id is null) o
    where e.id = o.id;
    get diagnostics claimed = row_count;
    return claimed;
end $$;
