-- Who may do what, and whether they may come in at all, is changed by these functions alone: the web role can't write the
-- columns. A security officer changes their own organisation; nobody takes the role from themselves or disables themselves.
revoke update (supervisor, security_officer, disabled), insert (supervisor, security_officer) on person from cms_web;

create function set_person_roles(whose bigint, is_supervisor boolean, is_officer boolean) returns boolean
    language plpgsql security definer set search_path = public, pg_temp as $$
begin
    if not viewer_is_security_officer() or (whose = viewer() and not is_officer) then return false; end if;
    update person set supervisor = is_supervisor, security_officer = is_officer
    where id = whose and organisation_id = viewer_organisation();
    return found;
end $$;

create function disable_person(whose bigint, since timestamptz) returns boolean
    language plpgsql security definer set search_path = public, pg_temp as $$
begin
    if not viewer_is_security_officer() or whose = viewer() then return false; end if;
    update person set disabled = since
    where id = whose and organisation_id = viewer_organisation() and disabled is null;
    return found;
end $$;

create function enable_person(whose bigint) returns boolean
    language plpgsql security definer set search_path = public, pg_temp as $$
begin
    if not viewer_is_security_officer() then return false; end if;
    update person set disabled = null where id = whose and organisation_id = viewer_organisation();
    return found;
end $$;

revoke execute on function set_person_roles, disable_person, enable_person from public;
grant execute on function set_person_roles, disable_person, enable_person to cms_web;
