-- A new security officer or supervisor needs the yes of a second officer: of the same organisation, or of the CDSP where that
-- has no other. What changes somebody's account is told to them; what waits for a yes is told to those who may give it.

create table role_request (
    id         uuid primary key default gen_random_uuid(),
    person_id  bigint not null references person on delete cascade,
    asked_by   bigint not null references person on delete cascade,
    -- the roles to be given
    supervisor boolean not null,
    security_officer boolean not null,
    asked      timestamptz not null default now(),
    ends       timestamptz not null default now() + interval '7 days',
    decided    timestamptz,
    decided_by bigint references person on delete set null,
    said_yes   boolean,
    check (supervisor or security_officer)
);
create unique index one_request_stands on role_request (person_id) where decided is null;
alter table role_request enable row level security;
alter table role_request force row level security;

create table account_notice (
    id        bigint generated always as identity primary key,
    person_id bigint not null references person on delete cascade,
    about     text not null check (about in ('link', 'given', 'taken', 'asked', 'yes', 'no')),
    -- of a role, or of whom it is asked for
    detail    text not null default '',
    by_whom   text not null default '',
    at        timestamptz not null default now(),
    read      timestamptz
);
create index notices_of_an_account on account_notice (person_id, at desc);
alter table account_notice enable row level security;
alter table account_notice force row level security;
do $$ begin
    execute 'create policy the_owner_works on role_request to current_user using (true) with check (true)';
    execute 'create policy the_owner_works on account_notice to current_user using (true) with check (true)';
end $$;
create policy own_account on account_notice to cms_web using (person_id = (select viewer()));
grant select, update (read) on account_notice to cms_web;

-- Who acts, as those read it who are told.
create function by_viewer() returns text language sql stable security definer set search_path = public, pg_temp as
$$ select coalesce((select case when o.kind = 'CDSP' then p.name || ' (CDSP)' else p.name end
                    from person p left join organisation o on o.id = p.organisation_id where p.id = viewer()),
                   'who runs the service') $$;

create function roles_in_words(is_supervisor boolean, is_officer boolean) returns text language sql immutable as
$$ select concat_ws(' and ', case when is_supervisor then 'Supervisor' end, case when is_officer then 'Local Security Officer' end) $$;

create function role_has_changed() returns trigger language plpgsql security definer
    set search_path = public, pg_temp as $$
declare given text := roles_in_words(new.supervisor and not old.supervisor, new.security_officer and not old.security_officer);
        taken text := roles_in_words(old.supervisor and not new.supervisor, old.security_officer and not new.security_officer);
begin
    insert into account_notice (person_id, about, detail, by_whom)
    select new.id, x.about, x.detail, by_viewer()
    from (values ('given', given), ('taken', taken)) as x (about, detail) where x.detail <> '';
    return null;
end $$;
create trigger role_has_changed after update of supervisor, security_officer on person
    for each row execute function role_has_changed();

create function link_was_made() returns trigger language plpgsql security definer
    set search_path = public, pg_temp as $$
begin
    insert into account_notice (person_id, about, by_whom) values (new.person_id, 'link', by_viewer());
    return null;
end $$;
create trigger link_was_made after insert on person_link for each row execute function link_was_made();

-- Who may say yes: another officer of the organisation, neither who asked nor whom it concerns; without any, the CDSP's.
create function role_deciders(request role_request) returns setof bigint language sql stable security definer
    set search_path = public, pg_temp as $$
    with officers as (
        select x.id, x.organisation_id = p.organisation_id as own from person p, person x
        join organisation o on o.id = x.organisation_id
        where p.id = request.person_id and x.security_officer and x.disabled is null
          and x.id not in (request.asked_by, request.person_id) and (x.organisation_id = p.organisation_id or o.kind = 'CDSP'))
    select id from officers where own or not exists (select from officers where own)
$$;

-- It stands while who asked may still ask, and whom it concerns may still come in.
create function request_stands(request role_request) returns boolean language sql stable security definer
    set search_path = public, pg_temp as $$
    select request.decided is null and request.ends > now()
       and exists (select from person x where x.id = request.asked_by and x.security_officer and x.disabled is null)
       and exists (select from person x where x.id = request.person_id and x.disabled is null)
$$;

create function pending_roles(out id uuid, out account text, out name text, out organisation text, out roles text,
                              out asked_by text, out ends timestamptz, out is_own boolean, out may_decide boolean)
    returns setof record language sql stable security definer set search_path = public, pg_temp as $$
    select r.id, p.account, p.name, o.name, roles_in_words(r.supervisor, r.security_officer), a.name, r.ends,
           r.asked_by = viewer(), viewer() in (select role_deciders(r))
    from role_request r join person p on p.id = r.person_id join person a on a.id = r.asked_by
    join organisation o on o.id = p.organisation_id
    where r.decided is null and viewer_is_security_officer() and request_stands(r)
      and (p.organisation_id = viewer_organisation() or viewer() in (select role_deciders(r)))
    order by r.asked, r.id
$$;

-- Answers whose roles were decided on; nothing if it is not the viewer's to decide. Who asked may take it back.
create function decide_roles(which uuid, yes boolean) returns text language plpgsql security definer
    set search_path = public, pg_temp as $$
declare r role_request; p person;
begin
    select * into r from role_request where id = which for update;
    if not found then return null; end if;
    perform from person where id in (viewer(), r.asked_by, r.person_id) order by id for update;
    if not request_stands(r)
       or not (viewer() in (select role_deciders(r)) or (not yes and viewer() = r.asked_by and viewer_is_security_officer()))
    then return null; end if;
    update role_request set decided = now(), decided_by = viewer(), said_yes = yes where id = which;
    select * into p from person where id = r.person_id;
    if yes then
        update person x set supervisor = x.supervisor or r.supervisor, security_officer = x.security_officer or r.security_officer
        where x.id = r.person_id;
    end if;
    if r.asked_by <> viewer() then
        insert into account_notice (person_id, about, detail, by_whom)
        values (r.asked_by, case when yes then 'yes' else 'no' end,
                roles_in_words(r.supervisor, r.security_officer) || ' for ' || p.name, by_viewer());
    end if;
    return p.account;
end $$;

-- Whether the organisation would be without a supervisor, or without an officer, if this person were none any more.
create function last_of_a_role(whose bigint, as_supervisor boolean, as_officer boolean) returns text language sql stable
    security definer set search_path = public, pg_temp as $$
    select roles_in_words(
        as_supervisor and p.supervisor and not exists (select from person x where x.organisation_id = p.organisation_id
            and x.id <> p.id and x.disabled is null and x.supervisor),
        as_officer and p.security_officer and not exists (select from person x where x.organisation_id = p.organisation_id
            and x.id <> p.id and x.disabled is null and x.security_officer))
    from person p where p.id = whose and p.organisation_id = viewer_organisation() and p.disabled is null
      and viewer_is_security_officer()
$$;

-- Roles are taken at once, and given after a second yes. Answers `done`, `asked`, `no`, or `last` where the organisation would
-- be without one and that was not known. One officer of an organisation after another.
drop function set_person_roles(bigint, boolean, boolean);
create function set_person_roles(whose bigint, is_supervisor boolean, is_officer boolean, knows_last boolean) returns text
    language plpgsql security definer set search_path = public, pg_temp as $$
declare p person; r role_request; more_supervisor boolean; more_officer boolean;
begin
    perform from organisation where id = viewer_organisation() for no key update;
    if not officer_holds(whose) then return 'no'; end if;
    select * into p from person where id = whose and organisation_id = viewer_organisation();
    if not found or (whose = viewer() and (not is_officer or (is_supervisor and not p.supervisor))) then return 'no'; end if;
    if not knows_last and last_of_a_role(whose, not is_supervisor, not is_officer) <> '' then return 'last'; end if;
    update person x set supervisor = x.supervisor and is_supervisor, security_officer = x.security_officer and is_officer
    where x.id = whose and (x.supervisor and not is_supervisor or x.security_officer and not is_officer);
    more_supervisor := is_supervisor and not p.supervisor;
    more_officer := is_officer and not p.security_officer;
    if not (more_supervisor or more_officer) then return 'done'; end if;
    select * into r from role_request q where q.person_id = whose and q.decided is null and request_stands(q);
    if found and r.supervisor = more_supervisor and r.security_officer = more_officer then return 'asked'; end if;
    update role_request set decided = now(), said_yes = false where person_id = whose and decided is null;
    insert into role_request (person_id, asked_by, supervisor, security_officer)
    values (whose, viewer(), more_supervisor, more_officer) returning * into r;
    insert into account_notice (person_id, about, detail, by_whom)
    select d, 'asked', roles_in_words(more_supervisor, more_officer) || ' for ' || p.name, by_viewer() from role_deciders(r) d;
    return 'asked';
end $$;

drop function disable_person(bigint, timestamptz);
create function disable_person(whose bigint, since timestamptz, knows_last boolean) returns text
    language plpgsql security definer set search_path = public, pg_temp as $$
begin
    perform from organisation where id = viewer_organisation() for no key update;
    if not officer_holds(whose) or whose = viewer() then return 'no'; end if;
    if not knows_last and last_of_a_role(whose, true, true) <> '' then return 'last'; end if;
    update person set disabled = since
    where id = whose and organisation_id = viewer_organisation() and disabled is null;
    return case when found then 'done' else 'no' end;
end $$;

-- What is unread of one's account counts with the rest.
create function unread_of_account(who bigint) returns bigint language sql stable security definer
    set search_path = public, pg_temp as
$$ select count(*) from account_notice where person_id = who and read is null $$;
do $$
declare old text := pg_get_functiondef('session_load'::regproc); new text;
begin
    new := replace(old, 'n.act, n.about limit 100) as few),', 'n.act, n.about limit 100) as few) + unread_of_account(p.id),');
    if new = old then raise exception 'what is unread is counted otherwise by now'; end if;
    execute new;
end $$;

revoke execute on function by_viewer, roles_in_words, role_has_changed, link_was_made, role_deciders, request_stands, pending_roles,
    decide_roles, last_of_a_role, set_person_roles, disable_person, unread_of_account from public;
grant execute on function pending_roles, decide_roles, last_of_a_role, set_person_roles, disable_person to cms_web;
