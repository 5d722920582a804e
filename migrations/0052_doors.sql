-- Who is looking can't be said by a statement of the pages' role. Before, it stood in settings that any statement may
-- write (`set_config`), and `enter` believed whoever called it.
--
-- Now it stands in three sequences: what `setval` wrote there is kept by Postgres for each connection apart, nobody but
-- the owner may write it, and `currval` reads it without a look at any table. Values of an earlier transaction are not
-- believed, since the time at which it began stands beside them. The sequences are unlogged: nothing is written to disk.
-- `enter` is the program's alone, which proves it by a key that the pages' role can't read.

do $$ begin
    execute 'alter role cms_web login';
exception when insufficient_privilege then
    raise notice 'cms_web may not log in yet: alter role cms_web login';
end $$;

create table door_key (key bytea not null, only_one boolean primary key default true check (only_one));
insert into door_key (key)
select sha256(convert_to(gen_random_uuid()::text || gen_random_uuid()::text || gen_random_uuid()::text, 'UTF8'));

create unlogged sequence entered_at minvalue 0;
create unlogged sequence entered_person minvalue 0;
-- the organisation times 16, and four bits of rights
create unlogged sequence entered_rights minvalue 0;
-- not of a transaction but of a connection: it is one of those that sign people in
create unlogged sequence at_the_desk minvalue 0;
grant select on sequence entered_at, entered_person, entered_rights to cms_web;

create function entered_rights_of(which text) returns bigint language sql immutable as
$$ select case which when 'cdsp' then 1 when 'facilitator' then 2 when 'officer' then 4 when 'supervisor' then 8 end::bigint $$;

-- `cms.entered` is no proof: without it `currval` is not asked, which fails on a connection where nobody ever entered.
create or replace function viewer() returns bigint language plpgsql stable cost 1 as $$
begin
    return case when current_setting('cms.entered', true) is not distinct from 'yes'
                 and currval('public.entered_at') = (date_part('epoch', now()) * 1000000)::bigint
           then nullif(currval('public.entered_person'), 0) end;
end $$;

create or replace function viewer_organisation() returns bigint language plpgsql stable cost 1 as $$
begin
    return case when current_setting('cms.entered', true) is not distinct from 'yes'
                 and currval('public.entered_at') = (date_part('epoch', now()) * 1000000)::bigint
           then nullif(currval('public.entered_rights') >> 4, 0) end;
end $$;

create or replace function viewer_has(right_of text) returns boolean language plpgsql stable cost 1 as $$
begin
    return case when current_setting('cms.entered', true) is not distinct from 'yes'
                 and currval('public.entered_at') = (date_part('epoch', now()) * 1000000)::bigint
           then coalesce(currval('public.entered_rights') & entered_rights_of(right_of) <> 0, false) else false end;
end $$;

create or replace function viewer_sees_all() returns boolean language plpgsql stable cost 1 as $$
begin
    return case when current_setting('cms.entered', true) is not distinct from 'yes'
                 and currval('public.entered_at') = (date_part('epoch', now()) * 1000000)::bigint
           then currval('public.entered_rights') & 3 <> 0 else false end;
end $$;

-- Makes this person the viewer until the transaction ends; somebody disabled, or nobody, sees nothing.
create function let_in(who bigint) returns void language plpgsql security definer
    set search_path = public, pg_temp as $$
declare rights bigint;
begin
    select coalesce(x.organisation_id, 0) * 16 + case when o.kind = 'CDSP' then 1 else 0 end
         + case when x.facilitator then 2 else 0 end + case when x.security_officer then 4 else 0 end
         + case when x.supervisor then 8 else 0 end
    into rights
    from person x left join organisation o on o.id = x.organisation_id where x.id = who and x.disabled is null;
    perform setval('entered_person', coalesce(who, 0)), setval('entered_rights', coalesce(rights, 0)),
            setval('entered_at', (date_part('epoch', now()) * 1000000)::bigint),
            set_config('cms.entered', 'yes', true);
end $$;

-- Refused on a connection that is inside a transaction already, as before, and without the program's proof.
drop function enter(bigint);
create function enter(who bigint, proof bytea) returns void language plpgsql security definer
    set search_path = public, pg_temp as $$
begin
    if now() <> statement_timestamp() then
        raise exception 'this connection is inside a transaction already' using errcode = 'active_sql_transaction';
    end if;
    if not exists (select from door_key where sha256(key || int8send(who)) = proof) then
        raise exception 'only the program says who enters' using errcode = 'insufficient_privilege';
    end if;
    perform let_in(who);
end $$;

-- A connection of the program's desk, which signs people in and keeps sessions: once for each, when it is made.
create function sit_at_the_desk(proof bytea) returns void language plpgsql security definer
    set search_path = public, pg_temp as $$
begin
    if not exists (select from door_key where sha256(key || convert_to('desk', 'UTF8')) = proof) then
        raise exception 'only the program sits at the desk' using errcode = 'insufficient_privilege';
    end if;
    perform setval('at_the_desk', 1);
end $$;

-- A session lets its person in, so only the desk and the owner make one. Where this connection never sat there,
-- `currval` fails, which is a refusal too.
create function only_the_desk_makes_sessions() returns trigger language plpgsql security definer
    set search_path = public, pg_temp as $$
begin
    if session_user <> current_user and currval('at_the_desk') <> 1 then
        raise exception 'only the desk makes sessions' using errcode = 'insufficient_privilege';
    end if;
    return new;
end $$;
create trigger only_the_desk_makes_sessions before insert on session
    for each row execute function only_the_desk_makes_sessions();

revoke execute on function entered_rights_of, let_in, enter, sit_at_the_desk, only_the_desk_makes_sessions from public;
grant execute on function entered_rights_of, enter, sit_at_the_desk to cms_web;

-- What is asked for each row is asked once for each statement, where no index needs it.
alter policy history_of_what_is_seen on contact_event
    using ((select viewer_sees_all()) or network = (select viewer_organisation()) or actor = (select viewer())
           or raised_by_viewer(contact_id)
           or (action in ('log', 'add', 'resolve-valid', 'resolve-invalid', 'close-no-reply', 'withdraw')
               and sent_to_viewer(contact_id)));
alter policy as_their_contact on contact_mprn
    using ((select viewer_sees_all()) or raised_by_viewer(contact_id) or sent_to_viewer(contact_id));
alter policy as_their_contact on mnc
    using ((select viewer_sees_all()) or raised_by_viewer(contact_id) or sent_to_viewer(contact_id));
alter policy sent_to_a_network on contact_network
    using ((select viewer_sees_all()) or organisation_id = (select viewer_organisation()));
alter policy raiser_and_cdsp_read on raiser_note
    using ((select viewer_sees_all()) or raised_by = (select viewer_organisation()));
alter policy asked_of_us_or_ours on referral
    using ((select viewer_sees_all()) or asked_of = (select viewer_organisation()) or raised_by_viewer(contact_id));
alter policy colleagues_are_seen on person
    using (id = (select viewer()) or organisation_id = (select viewer_organisation()));
alter policy the_cdsp_remembers on meter_point_event
    using ((select viewer_sees_all())) with check ((select viewer_is_cdsp()));

-- Whether a trial made this installation: only there may a trial be started, reset and topped up.
alter table installation add made_by_trial boolean not null default false;
update installation set made_by_trial =
    exists (select from person where demo) and not exists (select from person where not demo);
