-- Whoever was disabled comes back without the roles that they had: these need a second officer's yes like any others, or an
-- officer would make themselves a second one of an account that nobody uses any more.
drop function enable_person(bigint);
create function enable_person(whose bigint) returns text language plpgsql security definer
    set search_path = public, pg_temp as $$
declare p person;
begin
    perform from organisation where id = viewer_organisation() for no key update;
    if not officer_holds(whose) then return 'no'; end if;
    select * into p from person where id = whose and organisation_id = viewer_organisation();
    if not found then return 'no'; end if;
    if p.disabled is null then return 'done'; end if;
    update person set disabled = null, supervisor = false, security_officer = false where id = whose;
    return set_person_roles(whose, p.supervisor, p.security_officer, true);
end $$;
revoke execute on function enable_person from public;
grant execute on function enable_person to cms_web;

-- A request was made for the account as it was: it ends when that is disabled. Who decides waits for whoever changes people of
-- the same organisation before anything else is held, as those do for each other.
do $$
declare old text; new text;
begin
    old := pg_get_functiondef('rights_have_changed'::regproc);
    new := replace(old, 'delete from known_browser where person_id = new.id;',
        'delete from known_browser where person_id = new.id;
        update role_request set decided = now(), said_yes = false where person_id = new.id and decided is null;');
    if new = old then raise exception 'disabling ends something else by now'; end if;
    execute new;
    old := pg_get_functiondef('decide_roles'::regproc);
    new := replace(old, 'select * into r from role_request where id = which for update;',
        'perform from organisation o where o.id = (select x.organisation_id from role_request q join person x on x.id = q.person_id
        where q.id = which) for no key update;
    select * into r from role_request where id = which for update;');
    if new = old then raise exception 'roles are decided otherwise by now'; end if;
    execute new;
end $$;

-- Who made somebody a link may have set their password, and be them: for a week neither says yes to what the other asks for.
alter table person_link add column made_by bigint references person on delete set null;
alter table person_link alter column made_by set default viewer();
create function made_a_link(one bigint, other bigint) returns boolean language sql stable security definer
    set search_path = public, pg_temp as
$$ select exists (select from person_link l where l.created > now() - interval '7 days'
                  and (l.made_by = one and l.person_id = other or l.made_by = other and l.person_id = one)) $$;
create or replace function role_deciders(request role_request) returns setof bigint language sql stable security definer
    set search_path = public, pg_temp as $$
    with officers as (
        select x.id, x.organisation_id = p.organisation_id as own from person p, person x
        join organisation o on o.id = x.organisation_id
        where p.id = request.person_id and x.security_officer and x.disabled is null
          and x.id not in (request.asked_by, request.person_id) and (x.organisation_id = p.organisation_id or o.kind = 'CDSP')
          and not made_a_link(request.asked_by, x.id))
    select id from officers where own or not exists (select from officers where own)
$$;
revoke execute on function made_a_link from public;
