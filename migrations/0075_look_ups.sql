-- A look-up of the register is counted once for what was asked, however slowly it was typed: the beginning of what was asked
-- is free, and what goes on from it takes its place. A serial number stands here as it was asked; nobody but the owner reads it.
create index spent_by_whom on spent (whom);

create or replace function spend(thing text, cost bigint, of_person bigint, of_organisation bigint, seconds integer, session text, word text)
    returns integer language plpgsql security definer set search_path = public, pg_temp as $$
declare
    me bigint := viewer();
    shared boolean := coalesce((select p.demo from person p where p.id = me), false);
    mine text := case when shared then 'session ' || left(session, 64) else 'person ' || me end;
    ours text := 'organisation ' || viewer_organisation();
    asked text := thing || ' ' || left(word, 64);
    begun timestamptz;
    missing integer;
begin
    if mine is null or exists (
        select from spent s where s.whom = mine and starts_with(s.what, asked) and s.until > clock_timestamp()
    ) then
        return 0;
    end if;
    with beginnings as (
        delete from spent s
        where s.whom = mine and s.until > clock_timestamp()
          and s.what = any (array(select left(asked, n) from generate_series(length(thing) + 2, length(asked) - 1) n))
        returning s.until
    )
    select max(b.until) into begun from beginnings b;
    if begun is not null then
        insert into spent as s (what, whom, until) values (asked, mine, begun)
        on conflict (what, whom) do update set until = greatest(s.until, excluded.until);
        return 0;
    end if;
    if of_person > 0 then
        missing := spend_of(thing, mine, cost, of_person, seconds);
        if missing > 0 then
            return missing;
        end if;
    end if;
    if of_organisation > 0 and ours is not null then
        missing := spend_of(thing, ours, cost, of_organisation * case when shared then 20 else 1 end, seconds);
        if missing > 0 then
            if of_person > 0 then
                update spent s set until = s.until - make_interval(secs => seconds::double precision * cost / of_person)
                where s.what = thing and s.whom = mine;
            end if;
            return missing;
        end if;
    end if;
    if asked is not null then
        insert into spent as s (what, whom, until) values (asked, mine, clock_timestamp() + make_interval(secs => seconds))
        on conflict (what, whom) do update set until = excluded.until;
    end if;
    return 0;
end $$;

-- Rows that were not held against meter points of others, since their sender had no look-up left.
alter table bulk add column not_looked_up integer not null default 0;
grant update (not_looked_up) on bulk to cms_web;
