-- Sessions that are few and end everywhere at once; links that end with what they were made for; officers who can't undo
-- one another in the same moment.

-- An account has ten sessions at most, a shared one of the trial a hundred: the oldest ends when one more begins.
create or replace function session_create(hash bytea, who bigint, used_by text, agent text) returns void language plpgsql
    security definer set search_path = public, pg_temp as $$
begin
    perform from person p where p.id = who and p.disabled is null for update;
    if not found then return; end if;
    insert into session (id_hash, person_id, used_by, browser, ends)
    values (hash, who, session_create.used_by, agent, now() + interval '12 hours');
    -- no account is named so: the sign-in page says what it means
    update session s set ends = now(), last_seen = now(), ended = now(), ended_by = ':too many'
    where s.id_hash in (
        select x.id_hash from session x
        where x.person_id = who and x.ends > now() and x.last_seen > now() - interval '30 minutes' and x.id_hash <> hash
        order by x.created desc, x.id_hash
        offset (select case when demo then 99 else 9 end from person where id = who));
end $$;

-- All one's own sessions but this one.
create function end_other_sessions(but bytea, by_whom text) returns integer language plpgsql
    security definer set search_path = public, pg_temp as $$
declare many integer;
begin
    update session s set ends = least(s.ends, now()), last_seen = now(), ended = now(), ended_by = by_whom
    where s.person_id = viewer() and s.id_hash <> but and s.ends > now() and s.last_seen > now() - interval '30 minutes'
      and not exists (select from person p where p.id = viewer() and p.demo);
    get diagnostics many = row_count;
    return many;
end $$;

-- Every instance hears at once which session is over, and whose rights have changed: their streams end.
create function session_is_over() returns trigger language plpgsql as $$
begin
    if old.ends > now() - interval '1 minute' and (tg_op = 'DELETE' or new.ended is distinct from old.ended) then
        perform pg_notify('cms_presence', json_build_object('session', encode(old.id_hash, 'hex'), 'person', 0)::text);
    end if;
    return null;
end $$;
create trigger over_everywhere after delete or update of ended on session for each row execute function session_is_over();

-- A link was made for the account as it was: it ends when that is disabled, enabled, or given a password. An account that is
-- disabled knows no browser any more.
create function rights_have_changed() returns trigger language plpgsql security definer
    set search_path = public, pg_temp as $$
begin
    if (new.disabled is null) is distinct from (old.disabled is null) or new.password_hash is distinct from old.password_hash then
        update person_link set used = now() where person_id = new.id and used is null;
    end if;
    if new.disabled is not null and old.disabled is null then
        delete from known_browser where person_id = new.id;
    end if;
    if (new.disabled, new.supervisor, new.security_officer) is distinct from
       (old.disabled, old.supervisor, old.security_officer) then
        perform pg_notify('cms_presence', json_build_object('session', '', 'person', new.id)::text);
    end if;
    return null;
end $$;
create trigger rights_have_changed after update of disabled, password_hash, supervisor, security_officer on person
    for each row execute function rights_have_changed();

-- Whoever set the password by a link is the owner; browsers from before may be somebody else's.
create or replace function use_person_link(token bytea, new_hash text) returns boolean language plpgsql security definer
    set search_path = public, pg_temp as $$
declare whose bigint;
begin
    update person_link l set used = now() from person p
    where l.token_hash = token and l.used is null and l.ends > now() and p.id = l.person_id and p.disabled is null
    returning p.id into whose;
    if whose is null then return false; end if;
    update person set password_hash = new_hash where id = whose;
    delete from session where person_id = whose;
    delete from known_browser where person_id = whose;
    return true;
end $$;

drop function person_of_link(bytea);
create function person_of_link(token bytea, out account text, out name text, out email text, out organisation text, out code text)
    language sql stable security definer set search_path = public, pg_temp as
$$ select p.account, p.name, coalesce(p.email, ''), coalesce(o.name, ''), coalesce(o.code, '') from person_link l
   join person p on p.id = l.person_id left join organisation o on o.id = p.organisation_id
   where l.token_hash = token and l.used is null and l.ends > now() and p.disabled is null $$;

-- Holds the rows of officer and colleague, always in the same order; then says whether the officer is one still.
create function officer_holds(whose bigint) returns boolean language plpgsql security definer
    set search_path = public, pg_temp as $$
begin
    perform from person where id in (viewer(), whose) order by id for update;
    -- what `enter` noted may be from before the wait
    return exists (select from person where id = viewer() and disabled is null and security_officer);
end $$;

-- Nobody raises their own rights.
create or replace function set_person_roles(whose bigint, is_supervisor boolean, is_officer boolean) returns boolean
    language plpgsql security definer set search_path = public, pg_temp as $$
begin
    if not officer_holds(whose) or (whose = viewer() and not is_officer) then return false; end if;
    update person set supervisor = is_supervisor, security_officer = is_officer
    where id = whose and organisation_id = viewer_organisation()
      and not (whose = viewer() and is_supervisor and not supervisor);
    return found;
end $$;

create or replace function disable_person(whose bigint, since timestamptz) returns boolean
    language plpgsql security definer set search_path = public, pg_temp as $$
begin
    if not officer_holds(whose) or whose = viewer() then return false; end if;
    update person set disabled = since
    where id = whose and organisation_id = viewer_organisation() and disabled is null;
    return found;
end $$;

-- An e-mail address is one person's within an organisation; another organisation is not told who has it. Signing in by it
-- means whoever had it first.
drop index email_is_taken;
create unique index email_is_taken on person (organisation_id, email);
create index people_by_email on person (email);

revoke execute on function end_other_sessions, person_of_link, officer_holds, session_is_over, rights_have_changed from public;
grant execute on function end_other_sessions, person_of_link to cms_web;
