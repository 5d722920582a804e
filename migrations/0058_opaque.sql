-- Filters that were kept name a person by the account, as addresses do: numbers of people count those of all organisations.
update saved_filter f
set query = regexp_replace(f.query, '(^|&)with=\d+', '\1with=' || coalesce(
    (select p.account from person p where p.id = substring(f.query from '(?:^|&)with=(\d+)')::bigint), 'nobody'))
where f.query ~ '(^|&)with=\d+';
-- Ticks of lists that are called otherwise now; lists that contacts were opened from are remembered in memory, since looking at
-- a page writes nothing.
delete from selection where list ~ '[?&]with=\d+';
drop table walk;

-- A contact follows one of its own raiser only. Another's is refused as one that is not there, before the index that lets a
-- contact be followed once could tell of it.
create function follows_ones_own() returns trigger language plpgsql set search_path = public, pg_temp as $$
begin
    if not exists (select from contact c where c.id = new.psc_of and c.raised_by = new.raised_by) then
        raise exception 'a contact follows one of its own raiser'
            using errcode = 'foreign_key_violation', constraint = 'a_psc_follows_its_own_raisers';
    end if;
    return new;
end $$;
create trigger a_psc_follows_its_own_raisers before insert or update of psc_of, raised_by on contact
    for each row when (new.psc_of is not null) execute function follows_ones_own();
