-- Signing in that nobody can use as a lock. The rules stand in src/people/throttle.rs, and its test holds these numbers
-- against them.

create function sign_in_rules(out free integer, out first_ones integer, out line_wait integer, out own_wait integer,
                              out line_places integer, out browser_guesses integer, out address_failures integer)
    language sql immutable as
$$ select 10, 3, 60, 900, 15, 20, 30 $$;

-- Seconds to wait after so many failures beyond the free ones: 1, 2, 4 ... up to the most.
create function sign_in_wait(beyond bigint, most integer) returns integer language sql immutable as
$$ select least(most, power(2, least(greatest(beyond, 0), 20)))::integer $$;

drop function sign_in_begin(text, text);
drop function sign_in_was_right(bigint);
drop table sign_in_failure;

-- An attempt is here while its password is looked at, and stays if it was wrong. Names are kept as a keyed hash: what
-- somebody types into the field of the account name may be a password.
create table sign_in_attempt (
    id       bigint generated always as identity primary key,
    name     bytea not null,
    -- the address it came from, or the browser that its account knows
    whence   text not null,
    is_first boolean not null,
    failed   boolean not null default false,
    at       timestamptz not null default clock_timestamp()
);
create index attempts_at_a_name on sign_in_attempt (name, at);
create index attempts_from_somewhere on sign_in_attempt (whence, at);

-- Who waits for the next look at a name: one place for a network.
create table sign_in_place (
    name    bytea not null,
    network text not null,
    opens   timestamptz not null,
    primary key (name, network)
);

-- A browser in which somebody has signed in before; SHA-256 of the value of its cookie.
create table known_browser (
    token_hash bytea not null,
    person_id  bigint not null references person on delete cascade,
    last_used  timestamptz not null default now(),
    primary key (token_hash, person_id)
);
create index browsers_of_a_person on known_browser (person_id, last_used);

-- How many wrong passwords were tried at an account, day by day: its owner is told.
create table wrong_password (
    person_id bigint not null references person on delete cascade,
    day       date not null,
    times     integer not null default 1,
    told      integer not null default 0,
    primary key (person_id, day)
);
alter table wrong_password enable row level security;
alter table wrong_password force row level security;
do $$ begin
    execute 'create policy the_owner_works on wrong_password to current_user using (true) with check (true)';
end $$;
create policy of_ones_own_account on wrong_password for select to cms_web using (person_id = (select viewer()));
grant select on wrong_password to cms_web;

-- One attempt at the name `typed`, whose keyed hash is `key`. Answers `attempt` if its password is to be looked at, `wait`
-- in seconds if not now, or `is_busy` while others from there are being looked at. `own_session` is that of
-- somebody who is signed in and is asked for their password.
create function sign_in_begin(typed text, key bytea, address text, from_network text, browser bytea, own_session bytea,
        out attempt bigint, out wait integer, out is_busy boolean, out person_id bigint, out hash text,
        out account text, out is_known boolean, out is_paced boolean, out failed_here boolean)
    language plpgsql security definer set search_path = public, pg_temp as $$
declare
    p person; rules record; come text := address; moment timestamptz;
    own record; line record; place sign_in_place; places bigint; last_place timestamptz; opens timestamptz;
begin
    -- attempts at one name come one after the other
    perform pg_advisory_xact_lock(hashtextextended('sign-in ' || encode(key, 'hex'), 0));
    moment := clock_timestamp();
    select * into rules from sign_in_rules();
    select * into p from person x where x.account = typed or x.email = typed order by (x.account = typed) desc limit 1;
    account := p.account;
    is_busy := false;
    if exists (select from session s where s.id_hash = own_session and s.person_id = p.id) then
        come := 'session ' || encode(own_session, 'hex');
    elsif exists (select from known_browser b where b.token_hash = browser and b.person_id = p.id) then
        come := 'browser ' || encode(browser, 'hex');
        if (select count(*) from sign_in_attempt a where a.name = key and a.whence = come and a.failed
            and a.at > moment - interval '1 day') >= rules.browser_guesses then
            delete from known_browser b where b.token_hash = browser and b.person_id = p.id;
            come := address;
        end if;
    end if;
    is_known := come <> address;

    select count(*) filter (where a.failed) as failed, max(a.at) filter (where a.failed) as last,
           count(*) filter (where not a.failed and a.at > moment - interval '30 seconds') as under_way
    into own from sign_in_attempt a where a.name = key and a.whence = come and a.at > moment - interval '1 day';
    failed_here := own.failed > 0;
    if own.under_way >= greatest(rules.free - own.failed, 1) then
        is_busy := true;
        return;
    end if;
    if own.failed >= rules.free then
        wait := ceil(extract(epoch from own.last - moment) + sign_in_wait(own.failed - rules.free, rules.own_wait));
        if wait > 0 then return; end if;
        wait := null;
    end if;

    if not is_known then
        select count(*) filter (where a.failed) as failed, max(a.at) filter (where a.failed) as last,
               count(*) filter (where not a.failed and a.at > moment - interval '30 seconds') as under_way
        into line from sign_in_attempt a
        where a.name = key and a.is_first = (own.failed < rules.first_ones) and a.at > moment - interval '1 day'
          and a.whence not like '% %';
        if line.under_way >= greatest(rules.free - line.failed, 1) then
            is_busy := true;
            return;
        end if;
        if line.failed >= rules.free and own.failed >= rules.first_ones then
            wait := ceil(extract(epoch from line.last - moment) + sign_in_wait(line.failed - rules.free, rules.own_wait));
            if wait > 0 then return; end if;
            wait := null;
        elsif line.failed >= rules.free then
            -- a place that nobody came back for falls to those behind
            delete from sign_in_place x where x.name = key and x.opens < moment - interval '2 minutes';
            select * into place from sign_in_place x where x.name = key and x.network = from_network;
            if not found then
                select count(*), max(x.opens) into places, last_place from sign_in_place x where x.name = key;
                opens := greatest(line.last, last_place) + make_interval(
                    secs => sign_in_wait(line.failed - rules.free, rules.line_wait));
                if places > 0 or opens > moment then
                    if places >= rules.line_places then
                        wait := rules.line_wait;
                        return;
                    end if;
                    opens := greatest(opens, moment);
                    insert into sign_in_place (name, network, opens) values (key, from_network, opens)
                    returning * into place;
                end if;
            end if;
            if place.opens > moment then
                wait := ceil(extract(epoch from place.opens - moment));
                return;
            end if;
            delete from sign_in_place x where x.name = key and x.network = from_network;
        end if;
    end if;

    is_paced := not is_known and (select count(*) from sign_in_attempt a
        where a.whence = address and a.failed and a.at > moment - interval '1 minute') >= rules.address_failures;
    insert into sign_in_attempt (name, whence, is_first, at) values (key, come, own.failed < rules.first_ones, moment)
    returning id into attempt;
    if p.disabled is null and p.password_hash is not null then
        person_id := p.id;
        hash := p.password_hash;
    end if;
end $$;

-- It was right: it never counted. What the same browser or session failed before is forgotten.
create function sign_in_was_right(which bigint) returns void language sql security definer
    set search_path = public, pg_temp as
$$ with it as (delete from sign_in_attempt where id = which returning name, whence)
   delete from sign_in_attempt a using it where a.name = it.name and a.whence = it.whence and a.whence like '% %' $$;

-- It could not be looked at: it never was.
create function sign_in_never_was(which bigint) returns void language sql security definer
    set search_path = public, pg_temp as
$$ delete from sign_in_attempt where id = which and not failed $$;

create function sign_in_was_wrong(which bigint, whose text) returns void language plpgsql security definer
    set search_path = public, pg_temp as $$
begin
    update sign_in_attempt set failed = true, at = clock_timestamp() where id = which and not failed;
    if found then
        insert into wrong_password as w (person_id, day)
        select id, (now() at time zone 'Europe/London')::date from person where account = whose
        on conflict (person_id, day) do update set times = w.times + 1;
    end if;
end $$;

-- Somebody has signed in with this browser. Answers how many wrong passwords they have not been told of. The twenty
-- browsers used last are known; of a shared account two hundred.
create function know_browser(who bigint, token bytea) returns integer language plpgsql security definer
    set search_path = public, pg_temp as $$
declare untold integer;
begin
    insert into known_browser (token_hash, person_id) values (token, who)
    on conflict (token_hash, person_id) do update set last_used = now();
    delete from known_browser b where b.person_id = who and b.token_hash in (
        select x.token_hash from known_browser x where x.person_id = who order by x.last_used desc, x.token_hash
        offset (select case when demo then 200 else 20 end from person where id = who));
    select coalesce(sum(times - told), 0) into untold from wrong_password where person_id = who and times > told;
    update wrong_password set told = times where person_id = who and times > told;
    return untold;
end $$;

-- In a trial the button of a shared account: its password is public.
create function shared_account(named text, out person_id bigint, out hash text) language sql stable security definer
    set search_path = public, pg_temp as
$$ select id, password_hash from person where account = named and demo and disabled is null $$;

-- What happens at the doors over and over is one row a minute, with how often.
alter table security_event add column times integer not null default 1, add column minute timestamptz;
create unique index repeated_in_a_minute on security_event (event, account, address, minute);
create index events_by_time on security_event (at);
create function note_repeated(what text, whose text, whence text) returns void language sql security definer
    set search_path = public, pg_temp as
$$ insert into security_event as e (event, account, address, minute)
   values (what, whose, whence, date_trunc('minute', now()))
   on conflict (event, account, address, minute) do update set times = e.times + 1 $$;

revoke execute on function sign_in_rules, sign_in_wait, sign_in_begin, sign_in_was_right, sign_in_never_was, sign_in_was_wrong,
    know_browser, shared_account, note_repeated from public;
grant execute on function sign_in_rules, sign_in_wait, sign_in_begin, sign_in_was_right, sign_in_never_was, sign_in_was_wrong,
    know_browser, shared_account, note_repeated to cms_web;
