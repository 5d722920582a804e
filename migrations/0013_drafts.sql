-- What was typed and not sent, by person and form. A form is known by the address that opens it again.
alter table draft rename to draft_before;
create table draft (
    person_id bigint not null references person on delete cascade,
    form      text not null check (length(form) <= 500),
    title     text not null,
    -- names and values as typed, in the order of the form
    fields    jsonb not null,
    saved     timestamptz not null default now(),
    -- of the contact, as the page showed it; 0 for forms about none
    version   integer not null default 0,
    -- the session ended before it was sent
    expired   boolean not null default false,
    -- when it was last sent and not done: what an older page still saves of it comes too late
    sent      timestamptz,
    -- the form was sent: what a page that was drawn earlier still wants to save comes too late
    done      timestamptz,
    primary key (person_id, form)
);
grant select, insert, update, delete on draft to cms_web;
alter table draft enable row level security;
alter table draft force row level security;
create policy the_owner_works on draft to current_user using (true) with check (true);
create policy own_drafts on draft to cms_web using (person_id = viewer()) with check (person_id = viewer());
-- what waited between form and check page as the program was upgraded
insert into draft (person_id, form, title, fields, saved)
select person_id, '/contacts/new/mnc?key=' || key, 'Log a contact',
       jsonb_build_array(jsonb_build_array('key', key), jsonb_build_array('psc_of', coalesce(psc_of, '')))
       || (select coalesce(jsonb_agg(jsonb_build_array(f.key, f.value)), '[]') from jsonb_each_text(draft_before.fields) f),
       saved
from draft_before;
drop table draft_before;

-- A draft that is about a contact goes with it when a trial is reset; others outlive it.
create function is_of_a_contact(d draft) returns boolean language sql immutable set search_path = public, pg_temp as $$
    select d.form like '/contacts/C%' or d.form like '/contacts/new/mnc/alike%'
        or exists (select from jsonb_array_elements(d.fields) f where f ->> 0 = 'psc_of' and f ->> 1 <> '')
$$;

-- What was sent after the session had ended: sealed, for the account that the ended session still names, for a day.
create table parked (
    token_hash bytea primary key,
    person_id  bigint not null references person on delete cascade,
    sealed     bytea not null,
    at         timestamptz not null default now()
);
create index parked_by_a_person on parked (person_id, at);
create table sealing_key (
    only_one boolean primary key default true check (only_one),
    key      bytea not null
);
do $$
declare walled text;
begin
    foreach walled in array array['parked', 'sealing_key'] loop
        execute format('alter table %I enable row level security', walled);
        execute format('alter table %I force row level security', walled);
        execute format('create policy the_owner_works on %I to current_user using (true) with check (true)', walled);
    end loop;
end $$;

-- Keeps what was typed, for whoever the session belongs to, and answers whether it did; one statement, as it goes before
-- every submit. `drawn` is when the page was drawn that saves it by itself, null for a submit. Past two hundred of a
-- person the oldest make room.
create function keep_draft(hash bytea, what text, named text, typed jsonb, seen integer, moment timestamptz,
                           drawn timestamptz) returns boolean language plpgsql
    security definer set search_path = public, pg_temp as $$
declare whose bigint;
begin
    -- no waiting for the disk: the act that follows does, and a page that types on sends it again
    perform set_config('synchronous_commit', 'off', true);
    insert into draft as d (person_id, form, title, fields, version, sent)
    select s.person_id, what, named, typed, seen, case when drawn is null then moment end from session s
    where s.id_hash = hash and s.ends > now() and s.last_seen > now() - interval '30 minutes'
    on conflict (person_id, form) do update
    set fields = excluded.fields, title = excluded.title, version = excluded.version, saved = now(), expired = false,
        done = null, sent = coalesce(excluded.sent, d.sent)
    where drawn is null or ((d.done is null or d.done < drawn) and (d.sent is null or d.sent < drawn))
    returning d.person_id into whose;
    if whose is null then return false; end if;
    delete from draft old where old.person_id = whose and old.form in (
        select o.form from draft o where o.person_id = whose and o.done is null order by o.saved desc offset 200);
    return true;
end $$;

create function settle_draft(hash bytea, what text, moment timestamptz) returns void language sql
    security definer set search_path = public, pg_temp as $$
    select set_config('synchronous_commit', 'off', true);
    update draft set done = moment, fields = '[]'
    where form = what and person_id = (select s.person_id from session s where s.id_hash = hash)
$$;

-- Whom a session belonged to that has ended by itself, within the last day: somebody to park a form for.
create function park(hash bytea, token bytea, what bytea) returns boolean language plpgsql
    security definer set search_path = public, pg_temp as $$
begin
    insert into parked (token_hash, person_id, sealed)
    select token, s.person_id, what from session s join person p on p.id = s.person_id and p.disabled is null
    where s.id_hash = hash and (s.ends <= now() or s.last_seen <= now() - interval '30 minutes')
      and s.last_seen > now() - interval '25 hours';
    if not found then return false; end if;
    -- the latest twenty of a person
    delete from parked old where old.person_id = (select person_id from parked where token_hash = token)
      and old.token_hash not in (select token_hash from parked p where p.person_id = old.person_id
                                 order by p.at desc, p.token_hash = token desc limit 20);
    return true;
end $$;

-- Hands out what is parked under the token, once, and only to the person it is for.
create function unpark(token bytea, who bigint) returns bytea language sql
    security definer set search_path = public, pg_temp as $$
    delete from parked where token_hash = token and person_id = who and at > now() - interval '1 day' returning sealed
$$;

-- What a session brings now also says whether its person has drafts.
create or replace function session_load(hash bytea, is_used boolean default true, out holds jsonb, out ends timestamptz, out who json)
    language plpgsql security definer set search_path = public, pg_temp as $$
declare seen timestamptz;
begin
    select s.data, s.last_seen, least(s.ends, case when is_used then now() else s.last_seen end + interval '30 minutes'),
        json_build_object(
            'id', p.id, 'account', p.account, 'name', p.name, 'demo', p.demo,
            'supervisor', p.supervisor, 'security_officer', p.security_officer, 'facilitator', p.facilitator,
            'terms_accepted', p.terms_accepted is not null, 'sitting', s.sitting, 'shortcuts', p.shortcuts,
            'signed_in_at', extract(epoch from s.created)::bigint,
            'organisation', case when o.id is null then null else json_build_object(
                'id', o.id, 'code', o.code, 'name', o.name, 'kind', o.kind) end,
            'unread', (select count(*) from (select from notification n
                       where n.person_id = p.id and n.read is null limit 100) as few),
            'defaults', (select coalesce(json_object_agg(d.queue, f.query), '{}') from default_filter d
                         join saved_filter f on f.id = d.filter_id where d.person_id = p.id),
            'drafts', exists (select from draft d where d.person_id = p.id and d.done is null),
            'epoch', (select epoch from house),
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

-- Sessions that have ended are kept for a day, only to know whom a late form belongs to; nobody sees them.
drop policy own_sessions on session;
create policy own_sessions on session to cms_web
    using (person_id = viewer() and ends > now() and last_seen > now() - interval '30 minutes');

revoke execute on function keep_draft, settle_draft, park, unpark from public;
grant execute on function keep_draft, settle_draft, park, unpark to cms_web;
