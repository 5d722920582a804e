-- Whether another organisation has an account name or an e-mail address is nobody's to learn. An account that an officer adds
-- begins with the code of their organisation, so it can be taken by a colleague alone; an e-mail address is one person's within
-- an organisation. Addresses that were there before go on working at sign-in until they are changed; a new one is no name
-- to sign in by, since that would tell whether somebody else had it first.

-- A name that began with another organisation's code would be in its way.
update person p set account = left(lower(o.code) || '.' || p.account, 64)
from organisation o, organisation other
where o.id = p.organisation_id and other.id <> o.id and starts_with(p.account, lower(other.code) || '.')
  and not exists (select from person x where x.account = left(lower(o.code) || '.' || p.account, 64));

alter policy officers_add on person with check (
    organisation_id = (select viewer_organisation()) and (select viewer_is_security_officer())
    and starts_with(account, (select lower(o.code) || '.' from organisation o where o.id = (select viewer_organisation()))));

alter table person add column email_signs_in boolean not null default false;
update person p set email_signs_in = true
where p.email is not null and not exists (select from person x where x.email = p.email and x.id < p.id);

create function a_new_address_signs_nobody_in() returns trigger language plpgsql set search_path = public, pg_temp as $$
begin
    new.email_signs_in := false;
    return new;
end $$;
create trigger a_new_address_signs_nobody_in before update of email on person
    for each row when (new.email is distinct from old.email) execute function a_new_address_signs_nobody_in();

do $$
declare old text := pg_get_functiondef('sign_in_begin'::regproc); new text;
begin
    new := replace(old, 'x.account = typed or x.email = typed', 'x.account = typed or (x.email = typed and x.email_signs_in)');
    if new = old then raise exception 'people are found otherwise by now'; end if;
    execute new;
end $$;

revoke execute on function a_new_address_signs_nobody_in from public;
