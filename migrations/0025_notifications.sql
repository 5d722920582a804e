-- Notifications of one act belong together: twenty contacts that a colleague assigns at once are one line. Every act has
-- a key that begins with its time, so lines go by key; what follows counts nothing.
create function act_of(moment timestamptz, what text default gen_random_uuid()::text) returns uuid language sql volatile
    set search_path = public, pg_temp as $$
    select (lpad(to_hex((extract(epoch from moment) * 1000)::bigint), 12, '0')
            || substr(md5(what), 13))::uuid
$$;
alter table notification add column act uuid;
update notification set act = act_of(at);
alter table notification alter column act set not null, alter column act set default act_of(now());

drop index notifications_of_a_person, unread_notifications;
create index notifications_of_a_person on notification (person_id, act, about);
create index unread_notifications on notification (person_id, act, about) where read is null;

-- As before, and all that one act tells has its key.
drop function tell(bigint, integer, text, timestamptz, bigint, bigint);
create function tell(which bigint, event integer, what text, when_told timestamptz, to_person bigint, to_org bigint,
                     by_act uuid default null) returns void language plpgsql
    security definer set search_path = public, pg_temp as $$
declare author bigint; there bigint := to_org; told bigint[]; key uuid;
begin
    select e.actor, coalesce(by_act, act_of(when_told, c.crn || event || what)) into author, key from contact_event e join contact c on c.id = e.contact_id and c.version = e.version
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
    insert into notification (person_id, contact_id, version, about, at, act)
    select id, which, event, what, when_told, key from unnest(told) as people (id) where id is distinct from author
    on conflict on constraint told_once do nothing;
end $$;

drop function tell_again(bigint, integer, integer, text, timestamptz);
create function tell_again(which bigint, undone integer, event integer, what text, when_told timestamptz,
                           by_act uuid default null) returns void language plpgsql
    security definer set search_path = public, pg_temp as $$
declare key uuid := coalesce(by_act, (select act_of(when_told, crn || event || what) from contact where id = which));
begin
    insert into notification (person_id, contact_id, version, about, at, act)
    select n.person_id, which, event, what, when_told, key
    from notification n join person p on p.id = n.person_id and p.disabled is null
    where n.contact_id = which and n.version = undone
      and exists (select from contact c where c.id = which and c.version = event)
      and n.person_id is distinct from
          (select e.actor from contact_event e where e.contact_id = which and e.version = event)
    on conflict on constraint told_once do nothing;
end $$;
revoke execute on function tell, tell_again from public;
grant execute on function tell, tell_again to cms_web;

-- The badge counts lines; an announcement that the session has put away is not shown again.
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
                       where n.person_id = p.id and n.read is null group by n.act, n.about limit 100) as few),
            'defaults', (select coalesce(json_object_agg(d.queue, f.query), '{}') from default_filter d
                         join saved_filter f on f.id = d.filter_id where d.person_id = p.id),
            'drafts', exists (select from draft d where d.person_id = p.id and d.done is null),
            'epoch', (select epoch from installation),
            'announcements', (select coalesce(json_agg(a.says order by a.starts), '[]') from announcement a
                              where a.starts <= now() and a.ends > now()
                                and not coalesce(s.data -> 'put_away' ? a.says, false)))
    into holds, seen, ends, who
    from session s join person p on p.id = s.person_id and p.disabled is null
    left join organisation o on o.id = p.organisation_id
    where s.id_hash = hash and s.ends > now() and s.last_seen > now() - interval '30 minutes';
    if is_used and seen < now() - interval '1 minute' then
        update session set last_seen = now() where id_hash = hash;
    end if;
end $$;

-- Why a session is over that somebody ended on the account page: what the sign-in page says to the browser that had it.
alter table session add column ended_by text, add column ended timestamptz;

-- The session stays for a day, over at once, so that a form sent from it waits as after any end.
create function end_session(which bytea, by_whom text) returns boolean language plpgsql
    security definer set search_path = public, pg_temp as $$
begin
    update session set ends = least(ends, now()), last_seen = now(), ended = now(), ended_by = by_whom
    where id_hash = which and person_id = viewer() and ends > now() and last_seen > now() - interval '30 minutes';
    return found;
end $$;

create function why_ended(hash bytea) returns text language sql stable security definer
    set search_path = public, pg_temp as
$$ select ended_by from session where id_hash = hash and ended > now() - interval '1 day' $$;
revoke execute on function end_session, why_ended from public;
grant execute on function end_session, why_ended to cms_web;

-- A form that makes something is done once, however often it is sent: what was done for the last day, by the digest of
-- what was sent.
create table done_once (
    person_id bigint not null references person on delete cascade,
    digest    bytea not null,
    at        timestamptz not null default now(),
    primary key (person_id, digest)
);
alter table done_once enable row level security;
alter table done_once force row level security;
create policy the_owner_works on done_once to current_user using (true) with check (true);
grant select, insert on done_once to cms_web;
create policy ones_own on done_once to cms_web using (person_id = viewer()) with check (person_id = viewer());
