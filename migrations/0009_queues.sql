-- What queues are read by: columns that repeat the history so that a list need not, and an index for each order.

alter table contact
    -- the time of its latest event: what came into a list since it was drawn
    add column moved timestamptz not null default now(),
    -- who asked the question or sent the visit whose answer came back last: it is offered to them first
    add column asker bigint references person,
    add column outcode text generated always as (split_part(postcode, ' ', 1)) stored;
update contact c set moved = (select e.at from contact_event e where e.contact_id = c.id and e.version = c.version);
alter table contact alter column moved drop default;
grant update (moved, asker) on contact to cms_web;

-- "Nobody yet" and taking the next one walk past no held contact.
create index waiting_to_be_taken on contact (with_org, due, id) where with_org is not null and holder is null;
create index answered_and_waiting on contact (asker, due, id)
    where asker is not null and with_org is not null and holder is null;
create index open_by_arrival on contact (with_org, received, id) where with_org is not null;
create index open_by_status on contact (with_org, status, id) where with_org is not null;
-- "7 new, show"
create index open_by_move on contact (with_org, moved) where with_org is not null;
create index contacts_of_an_outcode on contact (outcode, received desc);
-- closed and answered this week, by person
create index work_done on contact_event (actor_org, at) include (actor)
    where action in ('resolve-valid', 'resolve-invalid', 'answer-visit', 'answer-clarification');

-- What a person has ticked in a list, and the lists they opened a contact from, as they were then.
create table selection (
    person_id bigint not null references person on delete cascade,
    -- the list's address without its page
    list      text not null,
    -- CRN and version of each, as they were when ticked
    ticks     text[] not null,
    at        timestamptz not null,
    primary key (person_id, list),
    constraint at_most_two_hundred check (cardinality(ticks) <= 200)
);
create table walk (
    person_id bigint not null references person on delete cascade,
    list      text not null,
    title     text not null,
    crns      text[] not null,
    at        timestamptz not null,
    primary key (person_id, list)
);

-- Filters kept under a name: a person's own, or the organisation's.
create table saved_filter (
    id              bigint generated always as identity primary key,
    organisation_id bigint references organisation,
    person_id       bigint references person on delete cascade,
    queue           text not null,
    name            text not null,
    query           text not null,
    constraint it_is_somebodys check (organisation_id is not null or person_id is not null)
);
create unique index a_filter_has_its_own_name
    on saved_filter (coalesce(organisation_id, 0), coalesce(person_id, 0), queue, lower(name));
-- The filter with which a queue opens.
create table default_filter (
    person_id bigint not null references person on delete cascade,
    queue     text not null,
    filter_id bigint not null references saved_filter on delete cascade,
    primary key (person_id, queue)
);

alter table person add column shortcuts boolean not null default true;
grant select (shortcuts), update (shortcuts) on person to cms_web;

do $$
declare walled text;
begin
    foreach walled in array array['selection', 'walk', 'saved_filter', 'default_filter'] loop
        execute format('alter table %I enable row level security', walled);
        execute format('alter table %I force row level security', walled);
        execute format('create policy the_owner_works on %I to current_user using (true) with check (true)', walled);
        execute format('grant select, insert, update, delete on %I to cms_web', walled);
    end loop;
end $$;
create policy ones_own on selection to cms_web
    using (person_id = viewer()) with check (person_id = viewer());
create policy ones_own on walk to cms_web
    using (person_id = viewer()) with check (person_id = viewer());
create policy ones_own on default_filter to cms_web
    using (person_id = viewer()) with check (person_id = viewer());
create policy ones_own_or_the_organisations on saved_filter for select to cms_web
    using (person_id = viewer() or (person_id is null and organisation_id = viewer_organisation()));
create policy ones_own_or_a_supervisors on saved_filter for insert to cms_web
    with check (organisation_id is not distinct from viewer_organisation()
                and (person_id = viewer() or (person_id is null and viewer_has('supervisor'))));
create policy ones_own_or_a_supervisors_to_remove on saved_filter for delete to cms_web
    using (person_id = viewer()
           or (person_id is null and organisation_id = viewer_organisation() and viewer_has('supervisor')));

-- Statements are planned once for all organisations, so they are planned for a big one: told how many organisations
-- there are, Postgres takes each for small, and sorts all the work of the CDSP for one page of it.
alter table contact alter column with_org set (n_distinct = 4), alter column raised_by set (n_distinct = 6);

-- As before, and who raised it beside it, which the wall asks for: counting what is overdue reads the index alone.
drop index open_with_an_organisation;
create index open_with_an_organisation on contact (with_org, due, id) include (raised_by) where with_org is not null;
-- Work narrowed to one raiser or one LDZ, in the order of its due times.
create index open_by_raiser on contact (with_org, raised_by, due, id) where with_org is not null;
create index open_by_ldz on contact (with_org, ldz, due, id) where with_org is not null;
-- Words of open work: a twentieth of all contacts, and what is searched all day.
create index open_words on contact using gin (words) where with_org is not null;

-- Searching by words past row-level security, which would let no index serve it; repeats the viewer's rule. Answers at
-- most so many. Rare words are looked up and what is not the viewer's left out; of common words those of an organisation
-- with few contacts are found among its own.
drop function contacts_with_words(tsquery);
create function contacts_with_words(looked_for tsquery, most bigint) returns setof bigint language plpgsql stable
    security definer rows 100 set search_path = public, pg_temp as $$
declare
    there bigint := viewer_organisation();
    own bigint;
begin
    if viewer_sees_all() then
        return query select c.id from contact c where c.words @@ looked_for limit most;
        return;
    end if;
    select coalesce(sum(t.n), 0) into own from tally t where t.side = 'raised' and t.organisation_id = there;
    select own + count(*) into own
    from (select from contact_network n where n.organisation_id = there limit 20001) as few;
    if (select count(*) from (select from contact c where c.words @@ looked_for limit 2001) as few) <= 2000 then
        return query
        select c.id from contact c
        where c.words @@ looked_for
          and (c.raised_by = there
               or exists (select from contact_network n where n.contact_id = c.id and n.organisation_id = there))
        limit most;
        return;
    end if;
    if own > 20000 then
        -- so many of them that all which were sent to the viewer are best known beforehand
        return query
        select c.id from contact c
        where c.words @@ looked_for
          and (c.raised_by = there
               or c.id in (select n.contact_id from contact_network n where n.organisation_id = there))
        limit most;
        return;
    end if;
    return query
    select found.id from (
        select c.id from contact c where c.raised_by = there and c.words @@ looked_for
        union
        select c.id from contact_network n join contact c on c.id = n.contact_id
        where n.organisation_id = there and c.words @@ looked_for) as found
    limit most;
end $$;

-- The same among what the viewer's organisation has to do.
create function open_with_words(looked_for tsquery) returns setof bigint language plpgsql stable
    security definer rows 100 set search_path = public, pg_temp as $$
begin
    return query
    select c.id from contact c
    where c.words @@ looked_for and c.with_org is not null and c.with_org = viewer_organisation();
end $$;
revoke execute on function contacts_with_words, open_with_words from public;
grant execute on function contacts_with_words, open_with_words to cms_web;

-- The same the other way round: looked up one by one, people are to be found by their id, not by walking through their
-- organisation.
alter table person alter column organisation_id set (n_distinct = 20);
