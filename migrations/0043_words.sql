-- Searching by words: what a contact is found by stands in tables of its own, which no move of a contact touches.
--
-- Whoever looks, and whatever others have, a search reads little: each word is kept once for each viewer who may find the
-- contact by it, and for a block of contacts in the order of their ids, which is the order in which they were logged. So the
-- newest contacts with a word are found without reading what is older, or anybody else's.

create table contact_words (
    contact_id bigint primary key,
    raised_by  bigint not null,
    -- when it was logged: what is found is put in order by it
    received   timestamptz not null,
    -- networks that were ever sent there
    networks   bigint[] not null default '{}',
    -- words of the site, and of the raiser's own reference
    site       tsvector not null,
    reference  tsvector not null,
    constraint words_are_of_a_contact foreign key (contact_id, raised_by) references contact (id, raised_by)
        on delete cascade
);

-- "7ar21/mill": block, viewer ("s" for whoever sees all, "r21/" for the raiser, "n5/" for a network), word, or "#" and a word of the reference. Who sees all has
-- more in a block than an organisation has, so theirs are smaller: 16,384 and 65,536 ids. Measured with two million
-- contacts: smaller ones make the index longer, since each word is kept once for each block, and larger ones make a search
-- for a common word read more than it shows.
create function words_by_viewer(contact bigint, raiser bigint, networks bigint[], site tsvector, reference tsvector)
    returns tsvector language sql immutable parallel safe set search_path = public, pg_temp as $$
    select array_to_tsvector(array(
        select viewer || word
        from (select word from unnest(tsvector_to_array(site)) as word
              union all select '#' || word from unnest(tsvector_to_array(reference)) as word) as either,
             unnest(array[to_hex(contact >> 14) || 's', to_hex(contact >> 16) || 'r' || raiser || '/']) as viewer
        union all
        select to_hex(contact >> 16) || 'n' || network || '/' || word
        from unnest(tsvector_to_array(site)) as word, unnest(networks) as network))
$$;

-- Work is looked through in its own order, so words of open contacts stand apart: "1/mill", of the organisation that has it.
create table work_words (
    contact_id bigint primary key references contact_words on delete cascade,
    with_org   bigint not null,
    words      tsvector not null
);

-- A query with this before each of its words: all must be words of the site, or all words of the reference.
create function each_word_after(before text, looked_for tsquery) returns text language sql immutable parallel safe as $$
    select string_agg('(' || regexp_replace(looked_for::text, $r$'((?:[^']|'')+)'$r$, '''' || kind || $r$\1'$r$, 'g') || ')',
                      ' | ')
    from unnest(array[before, before || '#']) as kind
$$;

-- The same for these viewers in these blocks.
create function words_in_blocks(looked_for tsquery, viewers text[], first bigint, last bigint) returns tsquery
    language sql immutable parallel safe as $$
    select string_agg(each_word_after(to_hex(block) || viewer, looked_for), ' | ')::tsquery
    from generate_series(first, last) as block, unnest(viewers) as viewer
$$;

-- The raiser and the CDSP find a contact by the raiser's reference, a network does not.
create function keep_work_words(which bigint) returns void language sql security definer
    set search_path = public, pg_temp as $$
    insert into work_words as o (contact_id, with_org, words)
    select c.id, c.with_org, array_to_tsvector(array(
        select c.with_org || '/' || word from unnest(tsvector_to_array(k.site)) as word
        union all
        select c.with_org || '/#' || word from unnest(tsvector_to_array(k.reference)) as word
        where c.with_org = c.raised_by or w.kind = 'CDSP'))
    from contact c join contact_words k on k.contact_id = c.id join organisation w on w.id = c.with_org
    where c.id = which
    on conflict (contact_id) do update set with_org = excluded.with_org, words = excluded.words
$$;
create function follow_words() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
    perform keep_work_words(new.contact_id);
    return null;
end $$;
create function follow_work_words() returns trigger language plpgsql security definer
    set search_path = public, pg_temp as $$
begin
    if new.with_org is null then
        delete from work_words where contact_id = new.id;
    else
        perform keep_work_words(new.id);
    end if;
    return null;
end $$;
create function follow_networks() returns trigger language plpgsql security definer
    set search_path = public, pg_temp as $$
begin
    update contact_words set networks = networks || new.organisation_id where contact_id = new.contact_id;
    return null;
end $$;

-- What is there already.
insert into contact_words (contact_id, raised_by, received, networks, site, reference)
select c.id, c.raised_by, c.received, array(select n.organisation_id from contact_network n where n.contact_id = c.id), c.words,
       coalesce((select array_to_tsvector(array(select w from unnest(tsvector_to_array(n.words)) w where w not like '@%'))
                 from raiser_note n where n.contact_id = c.id), '')
from contact c order by c.id;
select keep_work_words(c.id) from contact c where c.with_org is not null;

drop function contacts_with_reference, contacts_with_words(tsquery, bigint), open_with_words(tsquery);
alter table contact drop column words;
alter table raiser_note drop column words;
drop function own_reference_words;

-- Each insert pays for itself: a list of what is pending would be read through by every search.
create index contacts_of_words on contact_words
    using gin (words_by_viewer(contact_id, raised_by, networks, site, reference)) with (fastupdate = off);
create index work_of_these_words on work_words using gin (words) with (fastupdate = off);
create trigger words_of_what_is_open after insert or update of site, reference on contact_words
    for each row execute function follow_words();
create trigger words_go_with_the_contact after update of with_org on contact
    for each row when (old.with_org is distinct from new.with_org) execute function follow_work_words();
create trigger networks_find_what_was_sent after insert on contact_network
    for each row execute function follow_networks();

-- Past row-level security, which would let no index serve it; each repeats the rule of who sees what.

-- Ids of contacts with these words, in the order of their ids: the newest first, or from a contact on to newer ones. At most
-- so many. Each part of what is looked for is a query of its own, such as a word or its beginning; all must match.
--
-- By how many the parts match among the viewer's newest contacts, the rarer ones are looked up, and what they find is held
-- against the others: to look up the beginning of a common word reads all that has it.
create function contacts_with_words(parts text[], only_raised boolean, beyond bigint, backwards boolean, most integer)
    returns table (id bigint, received timestamptz) language plpgsql stable security definer rows 100
    set search_path = public, pg_temp as $$
declare
    there bigint := viewer_organisation();
    sees_all boolean := viewer_sees_all();
    viewers text[] := case
        when sees_all then array['s']
        when only_raised then array['r' || there || '/']
        else array['r' || there || '/', 'n' || there || '/'] end;
    bits integer := case when sees_all then 14 else 16 end;
    newest bigint := (select max(w.contact_id) from contact_words w);
    -- the ids that are looked through at once, and how many blocks of them
    low bigint := coalesce(beyond + 1, 0);
    high bigint := coalesce(beyond - 1, newest);
    blocks integer := 1;
    most_blocks integer;
    looked_through bigint := 0;
    found_now integer;
    found_all integer := 0;
    everything tsquery := array_to_string(parts, ' & ');
    looked_up tsquery := everything;
    asked tsquery;
    counts integer[];
    fewest integer;
begin
    if cardinality(parts) > 1 then
        for part in 1 .. cardinality(parts) loop
            asked := words_in_blocks(parts[part]::tsquery, viewers, greatest((newest >> bits) - 1, 0), newest >> bits);
            select count(*) into found_now from contact_words w
            where words_by_viewer(w.contact_id, w.raised_by, w.networks, w.site, w.reference) @@ asked;
            counts[part] := found_now;
        end loop;
        fewest := (select min(n) from unnest(counts) as n);
        looked_up := (select string_agg(part, ' & ') from unnest(parts, counts) as each (part, n) where n <= 8 * fewest + 10);
    end if;
    most_blocks := greatest(16 / numnode(looked_up), 2);
    while found_all < most and case when backwards then low <= newest else high >= 0 end loop
        if backwards then
            high := least((((low >> bits) + blocks) << bits) - 1, newest);
        else
            low := greatest(((high >> bits) - blocks + 1) << bits, 0);
        end if;
        asked := words_in_blocks(looked_up, viewers, low >> bits, high >> bits);
        return query
        select w.contact_id, w.received from contact_words w
        where words_by_viewer(w.contact_id, w.raised_by, w.networks, w.site, w.reference) @@ asked
          and (w.site @@ everything
               or w.reference @@ everything and (sees_all or w.raised_by = there))
          -- not for the primary key to find
          and w.contact_id + 0 between low and high
          and (sees_all or w.raised_by = there or (not only_raised and there = any(w.networks)))
        order by case when backwards then w.contact_id else -w.contact_id end limit most - found_all;
        get diagnostics found_now = row_count;
        found_all := found_all + found_now;
        looked_through := looked_through + high - low + 1;
        -- as many blocks as are likely to hold the rest
        blocks := case when found_all = 0 then least(blocks * 4, most_blocks)
                       else least(greatest((most - found_all) * looked_through / found_all >> bits, 1), most_blocks) end;
        if backwards then low := high + 1; else high := low - 1; end if;
    end loop;
end $$;

-- Ids of what the viewer's organisation has to do.
create function open_with_words(parts text[], most integer) returns setof bigint language plpgsql stable
    security definer rows 100 set search_path = public, pg_temp as $$
declare
    there bigint := viewer_organisation();
    asked tsquery := each_word_after(there || '/', array_to_string(parts, ' & ')::tsquery);
begin
    return query
    select o.contact_id from work_words o where o.words @@ asked and o.with_org = there limit most;
end $$;

revoke execute on function words_by_viewer, each_word_after, words_in_blocks, keep_work_words, follow_words, follow_work_words,
    follow_networks, contacts_with_words, open_with_words from public;
grant execute on function words_by_viewer, each_word_after, words_in_blocks, follow_words, follow_work_words, follow_networks,
    contacts_with_words, open_with_words to cms_web;

-- Nobody reads words; the raiser writes them, and whoever has the work compares a row of its list with what is looked for.
grant select (contact_id), insert (contact_id, raised_by, received, site, reference), update (site, reference)
    on contact_words to cms_web;
grant select on work_words to cms_web;
do $$
declare walled text;
begin
    foreach walled in array array['contact_words', 'work_words'] loop
        execute format('alter table %I enable row level security', walled);
        execute format('alter table %I force row level security', walled);
        execute format('create policy the_owner_works on %I to current_user using (true) with check (true)', walled);
    end loop;
end $$;
create policy the_raiser_writes on contact_words for insert to cms_web
    with check (raised_by = viewer_organisation() and networks = '{}');
create policy the_raiser_corrects on contact_words for update to cms_web using (raised_by = viewer_organisation());
create policy the_raiser_reads on contact_words for select to cms_web using (raised_by = viewer_organisation());
create policy who_has_the_work_reads on work_words for select to cms_web using (with_org = viewer_organisation());
