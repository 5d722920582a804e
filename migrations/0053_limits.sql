-- What a person and an organisation have used of what is limited (src/limits), for all instances and across restarts. One row
-- for each: until when it is used up, at a steady pace. Unlogged, so that counting waits for no disk; after a crash it begins anew.
create unlogged table spent (
    what  text not null,
    whom  text not null,
    until timestamptz not null,
    primary key (what, whom)
);
alter table spent enable row level security;
alter table spent force row level security;
create policy the_owner_works on spent to current_user using (true) with check (true);

-- Uses some of what this one may have within so many seconds; answers how many seconds are missing, 0 if none.
create function spend_of(thing text, one text, cost bigint, most bigint, seconds integer) returns integer language plpgsql
    set search_path = public, pg_temp as $$
declare
    at timestamptz := clock_timestamp();
    step interval := make_interval(secs => seconds::double precision * cost / most);
    fills interval := make_interval(secs => seconds) - step;
    full_until timestamptz;
begin
    insert into spent as s (what, whom, until) values (thing, one, at + step)
    on conflict (what, whom) do update set until = greatest(s.until, at) + step
    where greatest(s.until, at) <= at + fills;
    if found then
        return 0;
    end if;
    select s.until into full_until from spent s where s.what = thing and s.whom = one;
    return greatest(1, ceil(extract(epoch from full_until - fills - at)))::integer;
end $$;
revoke execute on function spend_of from public;

-- Uses some of what the viewer and the viewer's organisation may have. Whoever uses a shared account is counted by session, and
-- its organisation has twenty times as much: a whole room is at it. What was asked for within the time, word for word, is free.
create function spend(thing text, cost bigint, of_person bigint, of_organisation bigint, seconds integer, session text, word text)
    returns integer language plpgsql security definer set search_path = public, pg_temp as $$
declare
    me bigint := viewer();
    shared boolean := coalesce((select p.demo from person p where p.id = me), false);
    mine text := case when shared then 'session ' || left(session, 64) else 'person ' || me end;
    ours text := 'organisation ' || viewer_organisation();
    asked text := thing || ' ' || left(word, 64);
    missing integer;
begin
    if mine is null or exists (select from spent s where s.what = asked and s.whom = mine and s.until > clock_timestamp()) then
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
revoke execute on function spend from public;
grant execute on function spend to cms_web;
