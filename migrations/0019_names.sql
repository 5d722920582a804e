-- Things are called what the trade and the pages call them. Renaming alters nothing that is stored, but bodies of functions
-- go by name, so those that name a renamed thing are restated.

-- house: the installation ----------------------------------------------------------------------------------
alter table house rename to installation;
alter table installation rename constraint house_pkey to installation_pkey;
alter table installation rename constraint house_only_one_check to installation_only_one_check;
alter policy the_house_is_known on installation rename to the_installation_is_known;

-- sitting: who an account is used by -----------------------------------------------------------------------
alter table session rename column sitting to used_by;
alter table contact_event rename column sitting to used_by;
alter table bulk rename column sitting to used_by;

drop function session_create(bytea, bigint, text, text);
create function session_create(hash bytea, who bigint, used_by text, agent text) returns void language sql
    security definer set search_path = public, pg_temp as
$$ insert into session (id_hash, person_id, used_by, browser, ends)
   select hash, p.id, session_create.used_by, agent, now() + interval '12 hours'
   from person p where p.id = who and p.disabled is null $$;
revoke execute on function session_create from public;
grant execute on function session_create to cms_web;

create or replace function session_load(hash bytea, is_used boolean default true, out holds jsonb, out ends timestamptz, out who json)
    language plpgsql security definer set search_path = public, pg_temp as $$
declare seen timestamptz;
begin
    select s.data, s.last_seen, least(s.ends, case when is_used then now() else s.last_seen end + interval '30 minutes'),
        json_build_object(
            'id', p.id, 'account', p.account, 'name', p.name, 'demo', p.demo,
            'supervisor', p.supervisor, 'security_officer', p.security_officer, 'facilitator', p.facilitator,
            'terms_accepted', p.terms_accepted is not null, 'used_by', s.used_by, 'shortcuts', p.shortcuts,
            'signed_in_at', extract(epoch from s.created)::bigint,
            'organisation', case when o.id is null then null else json_build_object(
                'id', o.id, 'code', o.code, 'name', o.name, 'kind', o.kind) end,
            'unread', (select count(*) from (select from notification n
                       where n.person_id = p.id and n.read is null limit 100) as few),
            'defaults', (select coalesce(json_object_agg(d.queue, f.query), '{}') from default_filter d
                         join saved_filter f on f.id = d.filter_id where d.person_id = p.id),
            'drafts', exists (select from draft d where d.person_id = p.id and d.done is null),
            'epoch', (select epoch from installation),
            'announcements', (select coalesce(json_agg(a.says order by a.starts), '[]') from announcement a
                              where a.starts <= now() and a.ends > now()))
    into holds, seen, ends, who
    from session s join person p on p.id = s.person_id and p.disabled is null
    left join organisation o on o.id = p.organisation_id
    where s.id_hash = hash and s.ends > now() and s.last_seen > now() - interval '30 minutes';
    if is_used and seen < now() - interval '1 minute' then
        update session set last_seen = now() where id_hash = hash;
    end if;
end $$;

-- alike: possible duplicates -------------------------------------------------------------------------------
alter table alike_note rename to duplicate_note;
alter table duplicate_note rename constraint alike_note_pkey to duplicate_note_pkey;
alter table duplicate_note rename constraint alike_note_contact_id_fkey to duplicate_note_contact_id_fkey;

-- The reason why it was logged all the same is about a contact whatever its type.
create or replace function is_of_a_contact(d draft) returns boolean language sql immutable
    set search_path = public, pg_temp as $$
    select d.form like '/contacts/C%' or d.form like '/contacts/new/%/alike%'
        or exists (select from jsonb_array_elements(d.fields) f where f ->> 0 = 'psc_of' and f ->> 1 <> '')
$$;

-- desk: the party that acts next ---------------------------------------------------------------------------
alter table organisation rename column desk to party;
alter table organisation rename constraint organisation_id_desk_key to organisation_id_party_key;
alter table contact_status rename column desk to party;
alter table contact rename column with_desk to with_party;
alter table contact rename constraint the_status_is_at_the_right_desk to the_status_is_with_the_right_party;

-- parked: forms that came late -----------------------------------------------------------------------------
alter table parked rename to late_form;
alter table late_form rename constraint parked_pkey to late_form_pkey;
alter table late_form rename constraint parked_person_id_fkey to late_form_person_id_fkey;
alter index parked_by_a_person rename to late_forms_of_a_person;

-- Seals a form for whom a session belonged to that has ended by itself, within the last day.
drop function park(bytea, bytea, bytea);
create function seal_late(hash bytea, token bytea, what bytea) returns boolean language plpgsql
    security definer set search_path = public, pg_temp as $$
begin
    insert into late_form (token_hash, person_id, sealed)
    select token, s.person_id, what from session s join person p on p.id = s.person_id and p.disabled is null
    where s.id_hash = hash and (s.ends <= now() or s.last_seen <= now() - interval '30 minutes')
      and s.last_seen > now() - interval '25 hours';
    if not found then return false; end if;
    -- the latest twenty of a person
    delete from late_form old where old.person_id = (select person_id from late_form where token_hash = token)
      and old.token_hash not in (select token_hash from late_form l where l.person_id = old.person_id
                                 order by l.at desc, l.token_hash = token desc limit 20);
    return true;
end $$;

-- Hands out what is sealed under the token, once, and only to the person it is for.
drop function unpark(bytea, bigint);
create function open_late(token bytea, who bigint) returns bytea language sql
    security definer set search_path = public, pg_temp as $$
    delete from late_form where token_hash = token and person_id = who and at > now() - interval '1 day' returning sealed
$$;
revoke execute on function seal_late, open_late from public;
grant execute on function seal_late, open_late to cms_web;

-- keep, settle: a draft is saved and closed ----------------------------------------------------------------
alter function keep_draft rename to save_draft;
alter function settle_draft rename to close_draft;

-- mark: the premises key, by which a building, its unit or plot is known in its street ---------------------
alter table contact rename column mark to premises_key;
alter table contact rename column raisers_house to raisers_premises;
alter table meter_point rename column mark to premises_key;
alter index open_without_a_mark rename to open_without_a_premises_key;
alter index open_by_mark rename to open_by_premises_key;
alter index open_of_a_raiser_by_house rename to open_of_a_raiser_by_premises;
alter index meter_points_without_a_mark rename to meter_points_without_a_premises_key;
alter index meter_points_by_mark rename to meter_points_by_premises_key;

-- Meter points that may be the site, live and dead, the likeliest first. The register is the CDSP's, so this reads past
-- row-level security: for the CDSP and for whoever raises contacts, and for nobody else. Its MPRN is whole for the CDSP,
-- for the Shipper on whose account it stands and for its network; others get it masked.
drop function meter_points_like(text, text, text, text, text);
create function meter_points_like(at_postcode text, at_outcode text, with_premises_key text, with_serial text, on_street text)
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
        select m.mprn from meter_point m
        where m.outcode = at_outcode and m.premises_key = with_premises_key and with_premises_key <> ''
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
revoke execute on function meter_points_like from public;
grant execute on function meter_points_like to cms_web;
