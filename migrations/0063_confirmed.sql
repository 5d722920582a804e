-- What is worth a second look is asked for with a fresh password: a session keeps when its person last gave it. The clock is
-- the real one, whatever the trial's says.
alter table session add column confirmed timestamptz not null default now();

create function session_is_confirmed(hash bytea) returns boolean language sql stable security definer
    set search_path = public, pg_temp as
$$ select coalesce((select s.confirmed > now() - interval '10 minutes' from session s where s.id_hash = hash), false) $$;

-- Only the desk says that a password was right.
create function confirm_session(hash bytea) returns void language plpgsql security definer
    set search_path = public, pg_temp as $$
begin
    if session_user <> current_user and currval('at_the_desk') <> 1 then
        raise exception 'only the desk confirms sessions' using errcode = 'insufficient_privilege';
    end if;
    update session set confirmed = now() where id_hash = hash and ends > now();
end $$;

-- The list of common passwords grows; whose password is on it now is told so, and never shut out.
alter table person add column password_is_common boolean not null default false;

create function password_is_common(who bigint, is_common boolean) returns void language plpgsql security definer
    set search_path = public, pg_temp as $$
begin
    if session_user <> current_user and currval('at_the_desk') <> 1 then
        raise exception 'only the desk has seen the password' using errcode = 'insufficient_privilege';
    end if;
    update person set password_is_common = is_common where id = who and person.password_is_common <> is_common;
end $$;

-- One's own alone: a colleague need not know.
create function own_password_is_common() returns boolean language sql stable security definer
    set search_path = public, pg_temp as
$$ select coalesce((select p.password_is_common from person p where p.id = viewer()), false) $$;

create function a_new_password_was_looked_at() returns trigger language plpgsql set search_path = public, pg_temp as $$
begin
    new.password_is_common := false;
    return new;
end $$;
create trigger a_new_password_was_looked_at before update of password_hash on person
    for each row when (new.password_hash is distinct from old.password_hash)
    execute function a_new_password_was_looked_at();

-- A session that begins at the door is noted with it; one that only changes its id has no address.
create function session_begin(hash bytea, who bigint, used_by text, agent text, whence text) returns void
    language plpgsql security definer set search_path = public, pg_temp as $$
begin
    perform session_create(hash, who, used_by, agent);
    if whence <> '' then
        insert into security_event (event, account, address)
        select 'authn_login_success', p.account, whence from person p join session s on s.person_id = p.id
        where s.id_hash = hash;
    end if;
end $$;

revoke execute on function session_is_confirmed, confirm_session, password_is_common, own_password_is_common,
    a_new_password_was_looked_at,
    session_begin from public;
grant execute on function session_is_confirmed, confirm_session, password_is_common,
    own_password_is_common, session_begin to cms_web;
