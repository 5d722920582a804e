-- Which page last changed a field of a draft, and when: {"why": {"at": 1795000000000, "tab": 1794999990000}}, in
-- milliseconds since 1970; so that two pages of one form keep what was typed in each.
alter table draft add column changes jsonb not null default '{}';

-- Seals a form for the account that its page was drawn for, whoever is signed in now. Only for the owner: that the page
-- was drawn for it is proven by its stamp.
create function seal_late_for(whose text, token bytea, what bytea) returns boolean language plpgsql
    set search_path = public, pg_temp as $$
begin
    insert into late_form (token_hash, person_id, sealed)
    select token, p.id, what from person p where p.account = whose and p.disabled is null;
    if not found then return false; end if;
    -- the latest twenty of a person
    delete from late_form old where old.person_id = (select person_id from late_form where token_hash = token)
      and old.token_hash not in (select token_hash from late_form l where l.person_id = old.person_id
                                 order by l.at desc, l.token_hash = token desc limit 20);
    return true;
end $$;
revoke execute on function seal_late_for from public;
