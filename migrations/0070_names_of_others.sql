-- People of other organisations appear as their organisation: also in what is told of an account, and in what waits for the
-- CDSP's yes. Whom a request is for is named, since that is what is asked.
create function notices_name_colleagues_only() returns trigger language plpgsql security definer
    set search_path = public, pg_temp as $$
begin
    if viewer() is not null then
        new.by_whom := coalesce((select o.name from organisation o, person reader
            where o.id = viewer_organisation() and reader.id = new.person_id and reader.organisation_id is distinct from o.id), new.by_whom);
    end if;
    return new;
end $$;
create trigger notices_name_colleagues_only before insert on account_notice
    for each row execute function notices_name_colleagues_only();
revoke execute on function notices_name_colleagues_only from public;

do $$
declare old text := pg_get_functiondef('pending_roles'::regproc); new text;
begin
    new := replace(old, 'a.name, r.ends,',
        'case when p.organisation_id = viewer_organisation() then a.name else o.name end, r.ends,');
    if new = old then raise exception 'who asked is named otherwise by now'; end if;
    execute new;
end $$;

update account_notice n set by_whom = 'the CDSP'
from person p, organisation o
where n.by_whom like '% (CDSP)' and p.id = n.person_id and o.id = p.organisation_id and o.kind <> 'CDSP';
