-- The wall that Postgres keeps: the role the pages work as, what it may touch, and which rows it sees.
-- The queries say the same again in their own words; either alone must keep every secret.

-- Roles belong to the whole server, so this may run twice, or twice at once.
do $$ begin
    create role cms_web nologin;
exception when duplicate_object or unique_violation then null;
end $$;
do $$ begin
    if not pg_has_role(current_user, 'cms_web', 'member') then execute 'grant cms_web to current_user'; end if;
end $$;
do $$ begin execute format('grant usage on schema public to cms_web'); end $$;
revoke create on schema public from public;

-- Who is looking -------------------------------------------------------------------------------------------

create function viewer() returns bigint language sql stable as
$$ select nullif(current_setting('cms.person', true), '')::bigint $$;

create function viewer_organisation() returns bigint language sql stable security definer
    set search_path = public, pg_temp as
$$ select organisation_id from person where id = viewer() and disabled is null $$;

create function viewer_is_cdsp() returns boolean language sql stable security definer
    set search_path = public, pg_temp as
$$ select exists (select from person p join organisation o on o.id = p.organisation_id
                  where p.id = viewer() and p.disabled is null and o.kind = 'CDSP') $$;

create function viewer_is_facilitator() returns boolean language sql stable security definer
    set search_path = public, pg_temp as
$$ select exists (select from person where id = viewer() and disabled is null and facilitator) $$;

create function viewer_is_security_officer() returns boolean language sql stable security definer
    set search_path = public, pg_temp as
$$ select exists (select from person where id = viewer() and disabled is null and security_officer) $$;

create function viewer_sees_all() returns boolean language sql stable as
$$ select viewer_is_cdsp() or viewer_is_facilitator() $$;

-- Coming in and going out: before anyone is known there is no viewer, so these are the owner's ---------------

-- A session ends twelve hours after it began, however busy.
create function session_create(hash bytea, who bigint, sits text, agent text) returns void language sql
    security definer set search_path = public, pg_temp as
$$ insert into session (id_hash, person_id, sitting, browser, ends)
   select hash, id, sits, agent, now() + interval '12 hours' from person where id = who and disabled is null $$;

-- Idle for 30 minutes or past its absolute end: there is no session. Being seen is written once a minute.
create function session_load(hash bytea, out holds jsonb, out ends timestamptz, out who jsonb)
    language plpgsql security definer set search_path = public, pg_temp as $$
declare s session; p person; o organisation;
begin
    select * into s from session x
    where x.id_hash = hash and x.ends > now() and x.last_seen > now() - interval '30 minutes';
    if not found then return; end if;
    select * into p from person x where x.id = s.person_id and x.disabled is null;
    if not found then return; end if;
    select * into o from organisation x where x.id = p.organisation_id;
    if s.last_seen < now() - interval '1 minute' then
        update session set last_seen = now() where id_hash = hash;
    end if;
    holds := s.data;
    ends := least(s.ends, now() + interval '30 minutes');
    who := jsonb_build_object(
        'id', p.id, 'account', p.account, 'name', p.name, 'demo', p.demo,
        'supervisor', p.supervisor, 'security_officer', p.security_officer, 'facilitator', p.facilitator,
        'terms_accepted', p.terms_accepted is not null, 'sitting', s.sitting,
        'signed_in_at', extract(epoch from s.created)::bigint,
        'organisation', case when o.id is null then null else jsonb_build_object(
            'id', o.id, 'code', o.code, 'name', o.name, 'kind', o.kind) end,
        'unread', (select count(*) from (select from notification n
                   where n.person_id = p.id and n.read is null limit 100) as few),
        'epoch', (select epoch from house),
        'announcements', (select coalesce(jsonb_agg(a.says order by a.starts), '[]') from announcement a
                          where a.starts <= now() and a.ends > now()));
end $$;

-- Only ever an update: a request that is still running when its session ends can't bring it back.
create function session_save(hash bytea, holds jsonb) returns void language sql security definer
    set search_path = public, pg_temp as
$$ update session set data = holds where id_hash = hash $$;

create function session_end(hash bytea) returns void language sql security definer
    set search_path = public, pg_temp as
$$ delete from session where id_hash = hash $$;

create function announcements_now() returns setof text language sql stable security definer
    set search_path = public, pg_temp as
$$ select says from announcement where starts <= now() and ends > now() order by starts $$;

-- Counts the attempt as failed and hands out the hash to compare, unless there were too many:
-- for an account ten, then one a minute, a hundred a day; for an address thirty a minute.
create function sign_in_begin(typed text, from_address text, out attempt bigint, out person_id bigint, out hash text)
    language plpgsql security definer set search_path = public, pg_temp as $$
declare p person; lately bigint; last timestamptz; today bigint;
begin
    select * into p from person x where x.account = typed or x.email = typed order by (x.account = typed) desc limit 1;
    -- an account and its e-mail address share one count
    typed := coalesce(p.account, left(typed, 100));
    perform pg_advisory_xact_lock(hashtextextended('sign-in ' || typed, 0));
    select count(*) filter (where f.at > now() - interval '1 hour'), max(f.at), count(*)
    into lately, last, today
    from sign_in_failure f where f.account = typed and f.at > now() - interval '1 day';
    if today >= 100 or (lately >= 10 and last > now() - interval '1 minute')
       or (select count(*) from sign_in_failure f
           where f.address = from_address and f.at > now() - interval '1 minute') >= 30 then
        return;
    end if;
    insert into sign_in_failure (account, address) values (typed, from_address) returning id into attempt;
    if p.disabled is null and p.password_hash is not null then
        person_id := p.id;
        hash := p.password_hash;
    end if;
end $$;

create function sign_in_was_right(which bigint) returns void language sql security definer
    set search_path = public, pg_temp as
$$ delete from sign_in_failure where id = which $$;

create function set_own_password(new_hash text) returns void language sql security definer
    set search_path = public, pg_temp as
$$ update person set password_hash = new_hash where id = viewer() and not demo $$;

-- Sessions of a person: one's own, or, for a security officer, those of the organisation.
create function end_sessions(whose bigint, but bytea default null) returns void language sql security definer
    set search_path = public, pg_temp as
$$ delete from session s using person p
   where s.person_id = whose and p.id = s.person_id and s.id_hash is distinct from but
     and (p.id = viewer() or (p.organisation_id = viewer_organisation() and viewer_is_security_officer())) $$;

create function make_person_link(whose bigint, token bytea, until timestamptz) returns boolean
    language plpgsql security definer set search_path = public, pg_temp as $$
begin
    if not viewer_is_security_officer() then return false; end if;
    perform from person
    where id = whose and organisation_id = viewer_organisation() and disabled is null and not demo;
    if not found then return false; end if;
    -- a new link ends the ones before
    update person_link set used = now() where person_id = whose and used is null;
    insert into person_link (token_hash, person_id, ends) values (token, whose, until);
    return true;
end $$;

create function person_of_link(token bytea, out account text, out name text, out organisation text)
    language sql stable security definer set search_path = public, pg_temp as
$$ select p.account, p.name, coalesce(o.name, '') from person_link l
   join person p on p.id = l.person_id left join organisation o on o.id = p.organisation_id
   where l.token_hash = token and l.used is null and l.ends > now() and p.disabled is null $$;

create function use_person_link(token bytea, new_hash text) returns boolean language plpgsql security definer
    set search_path = public, pg_temp as $$
declare whose bigint;
begin
    update person_link l set used = now() from person p
    where l.token_hash = token and l.used is null and l.ends > now() and p.id = l.person_id and p.disabled is null
    returning p.id into whose;
    if whose is null then return false; end if;
    update person set password_hash = new_hash where id = whose;
    delete from session where person_id = whose;
    return true;
end $$;

-- Telling people of another organisation, and the little one must know of it to hand work over -------------

-- Holds the person's row until the transaction ends: nobody is disabled while work is being handed to them.
create function is_active_person(which bigint) returns boolean language plpgsql security definer
    set search_path = public, pg_temp as $$
begin
    perform from person where id = which and disabled is null for share;
    return found;
end $$;

create function has_active_people(which bigint) returns boolean language sql stable security definer
    set search_path = public, pg_temp as
$$ select exists (select from person where organisation_id = which and disabled is null) $$;

-- Tells to_person; where that is nobody, or somebody disabled, the supervisors of to_org, else all its members.
-- Never the author of the event, and each person once. Only of the event at which the contact stands.
create function tell(which bigint, event integer, what text, when_told timestamptz, to_person bigint, to_org bigint)
    returns void language sql security definer set search_path = public, pg_temp as $$
    insert into notification (person_id, contact_id, version, about, at)
    select p.id, which, event, what, when_told
    from person p
    where p.disabled is null
      and exists (select from contact c where c.id = which and c.version = event)
      and p.id is distinct from (select e.actor from contact_event e where e.contact_id = which and e.version = event)
      and case
          when exists (select from person x where x.id = to_person and x.disabled is null) then p.id = to_person
          else p.organisation_id = coalesce(to_org, (select x.organisation_id from person x where x.id = to_person))
               and (p.supervisor or not exists (select from person x where x.organisation_id = p.organisation_id
                                                and x.supervisor and x.disabled is null))
          end
    on conflict on constraint told_once do nothing
$$;

-- Searching by words needs operators that row-level security would not let an index serve, so this one
-- function reads past it and repeats the viewer's rule.
create function contacts_with_words(looked_for tsquery) returns setof bigint language sql stable security definer
    set search_path = public, pg_temp as $$
    select c.id from contact c
    where c.words @@ looked_for
      and (c.raised_by = (select viewer_organisation()) or (select viewer_sees_all())
           or exists (select from contact_network n
                      where n.contact_id = c.id and n.organisation_id = (select viewer_organisation())))
$$;

create function contacts_with_mprn(looked_for text) returns setof bigint language sql stable security definer
    set search_path = public, pg_temp as $$
    select c.id from contact c
    where (c.mprn_created = looked_for or c.neighbouring_mprns @> array[looked_for])
      and (c.raised_by = (select viewer_organisation()) or (select viewer_sees_all())
           or exists (select from contact_network n
                      where n.contact_id = c.id and n.organisation_id = (select viewer_organisation())))
$$;

revoke execute on all functions in schema public from public;
grant execute on function viewer(), viewer_organisation(), viewer_is_cdsp(), viewer_is_facilitator(),
    viewer_is_security_officer(), viewer_sees_all(), session_create, session_load, session_save, session_end,
    announcements_now, sign_in_begin, sign_in_was_right, set_own_password, end_sessions,
    make_person_link, person_of_link, use_person_link, is_active_person, has_active_people, tell,
    contacts_with_words, contacts_with_mprn, damm, next_crn,
    contact_at_latest_event, contact_points_at_latest_event, history_is_never_rewritten to cms_web;

-- What the role may touch at all ---------------------------------------------------------------------------

grant select on organisation, contact_status, contact_transition, postcode_ldz, house, announcement to cms_web;
grant select (id, organisation_id, account, email, name, supervisor, security_officer, facilitator,
              terms_accepted, disabled, demo, created) on person to cms_web;
grant insert (organisation_id, account, email, name, supervisor, security_officer) on person to cms_web;
grant update (email, name, supervisor, security_officer, disabled, terms_accepted) on person to cms_web;
grant select (person_id, sitting, browser, created, last_seen, ends, id_hash), delete on session to cms_web;
grant insert on security_event, feedback to cms_web;
grant select on feedback to cms_web;
grant select, insert on meter_point to cms_web;
grant select, insert on contact, contact_event, raiser_note, site_contact, site_contact_change, referral,
    contact_network to cms_web;
grant update (status, version, with_org, holder, since, due, closed, mprn_created, closed_reason, closed_remarks,
              building_number, building_name, sub_building_name, plot_number, street, dependent_street, locality,
              post_town, county, postcode, uprn, msn, reading, reading_date, market_sector, aq_kwh,
              neighbouring_mprns, ldz, words) on contact to cms_web;
grant update (own_reference, why) on raiser_note to cms_web;
grant update (name, phone, email) on site_contact to cms_web;
grant update (answered_by, answered, answer, findings) on referral to cms_web;
grant select, update (read) on notification to cms_web;
grant select, insert, update, delete on draft to cms_web;
grant update (close_for_no_reply) on house to cms_web;
grant insert, delete on announcement to cms_web;

-- Which rows it sees ---------------------------------------------------------------------------------------

do $$
declare walled text;
begin
    foreach walled in array array['person', 'session', 'security_event', 'meter_point', 'contact', 'contact_event',
        'raiser_note', 'site_contact', 'site_contact_change', 'referral', 'contact_network', 'notification', 'draft', 'house',
        'announcement', 'feedback'] loop
        execute format('alter table %I enable row level security', walled);
        execute format('alter table %I force row level security', walled);
        execute format('create policy the_owner_works on %I to current_user using (true) with check (true)', walled);
    end loop;
end $$;

create policy colleagues_are_seen on person for select to cms_web
    using (id = (select viewer()) or organisation_id = (select viewer_organisation()));
create policy officers_add on person for insert to cms_web
    with check (organisation_id = (select viewer_organisation()) and (select viewer_is_security_officer()));
create policy officers_change on person for update to cms_web
    using ((organisation_id = (select viewer_organisation()) and (select viewer_is_security_officer()))
           or id = (select viewer()))
    with check (organisation_id is not distinct from (select viewer_organisation()));

create policy own_sessions on session to cms_web using (person_id = (select viewer()));
create policy anyone_reports on security_event for insert to cms_web with check (true);

create policy the_cdsp_keeps_the_register on meter_point to cms_web
    using ((select viewer_sees_all())) with check ((select viewer_is_cdsp()));

create policy sent_to_a_network on contact_network for select to cms_web
    using (organisation_id = (select viewer_organisation()) or (select viewer_sees_all()));
create policy the_cdsp_sends on contact_network for insert to cms_web with check ((select viewer_is_cdsp()));

create policy raised_or_sent_or_all on contact for select to cms_web
    using (raised_by = (select viewer_organisation()) or (select viewer_sees_all())
           or exists (select from contact_network n
                      where n.contact_id = contact.id and n.organisation_id = (select viewer_organisation())));
create policy members_log on contact for insert to cms_web
    with check (raised_by = (select viewer_organisation()) and originator = (select viewer()));
-- whose move it is moves it; a closed contact only gets its PSC, from the raiser; and a clarification that the CDSP
-- has just sent goes on to its originator within the same transaction
create policy whose_move_it_is on contact for update to cms_web
    using (with_org = (select viewer_organisation())
           or (status = 'DCRS' and (select viewer_is_cdsp()))
           or (status = 'CCIV' and raised_by = (select viewer_organisation())))
    with check (true);

create policy history_of_what_is_seen on contact_event for select to cms_web
    using (exists (select from contact c where c.id = contact_id
                   and (c.raised_by = (select viewer_organisation()) or (select viewer_sees_all())))
           or (network = (select viewer_organisation()))
           or (action in ('log', 'resolve-valid', 'resolve-invalid', 'close-no-reply')
               and exists (select from contact_network n where n.contact_id = contact_event.contact_id
                           and n.organisation_id = (select viewer_organisation()))));
create policy one_signs_for_oneself on contact_event for insert to cms_web
    with check (exists (select from contact c where c.id = contact_id)
                and (actor = (select viewer()) or (actor is null and action in ('allocate', 'release'))));

create policy raiser_and_cdsp_read on raiser_note for select to cms_web
    using ((select viewer_sees_all()) or exists (select from contact c where c.id = contact_id
           and c.raised_by = (select viewer_organisation())));
create policy the_raiser_writes on raiser_note for insert to cms_web
    with check (exists (select from contact c where c.id = contact_id and c.raised_by = (select viewer_organisation())));
create policy the_raiser_corrects on raiser_note for update to cms_web
    using (exists (select from contact c where c.id = contact_id and c.raised_by = (select viewer_organisation())));

create policy who_may_ring on site_contact for select to cms_web
    using (exists (select from contact c where c.id = contact_id
           and (c.raised_by = (select viewer_organisation())
                or (c.holder = (select viewer()) and c.status = 'ATCA')
                or (c.with_org = (select viewer_organisation()) and c.status in ('SVDN', 'SVDA')))));
create policy the_raiser_writes on site_contact for insert to cms_web
    with check (exists (select from contact c where c.id = contact_id and c.raised_by = (select viewer_organisation())));
create policy the_raiser_corrects on site_contact for update to cms_web
    using (exists (select from contact c where c.id = contact_id and c.raised_by = (select viewer_organisation())));

-- whoever may ring, and the raiser writes
create policy who_may_ring on site_contact_change for select to cms_web
    using (exists (select from site_contact s where s.contact_id = site_contact_change.contact_id));
create policy the_raiser_corrects on site_contact_change for insert to cms_web
    with check (exists (select from contact c where c.id = contact_id and c.raised_by = (select viewer_organisation())));

create policy asked_of_us_or_ours on referral for select to cms_web
    using ((select viewer_sees_all()) or asked_of = (select viewer_organisation())
           or exists (select from contact c where c.id = contact_id and c.raised_by = (select viewer_organisation())));
create policy the_cdsp_asks on referral for insert to cms_web
    with check ((select viewer_is_cdsp()) and asked_by = (select viewer()));
create policy the_asked_answer on referral for update to cms_web
    using (asked_of = (select viewer_organisation())) with check (asked_of = (select viewer_organisation()));

create policy own_notifications on notification to cms_web using (person_id = (select viewer()));
create policy own_drafts on draft to cms_web
    using (person_id = (select viewer())) with check (person_id = (select viewer()));

create policy the_house_is_known on house for select to cms_web using (true);
create policy the_facilitator_switches on house for update to cms_web using ((select viewer_is_facilitator()));
create policy announcements_are_read on announcement for select to cms_web using (true);
create policy the_facilitator_announces on announcement for insert to cms_web
    with check ((select viewer_is_facilitator()));
create policy the_facilitator_withdraws on announcement for delete to cms_web
    using ((select viewer_is_facilitator()));
create policy anyone_says on feedback for insert to cms_web with check ((select viewer()) is not null);
create policy the_facilitator_listens on feedback for select to cms_web using ((select viewer_is_facilitator()));
