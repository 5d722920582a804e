-- Two words that are seldom together are looked for no further than a page needs, once many contacts were looked through; and
-- the queries for many blocks are written once and filled in for each.

create or replace function words_in_blocks(looked_for tsquery, viewers text[], first bigint, last bigint) returns tsquery
    language sql immutable parallel safe as $$
    select string_agg(replace(asked.each, chr(2), to_hex(block) || viewer), ' | ')::tsquery
    from (select each_word_after(chr(2), replace(looked_for::text, chr(2), '')::tsquery) as each) as asked,
         generate_series(first, last) as block, unnest(viewers) as viewer
$$;

-- Ids of contacts with these words, in the order of their ids: the newest first, or from a contact on to newer ones. At most
-- so many, and no more than `enough` once the others would take long; then a row without id says that there may be more.
-- Each part of what is looked for is a query of its own, such as a word or its beginning; all must match.
--
-- By how many the parts match among the viewer's newest contacts, the rarer ones are looked up, and what they find is held
-- against the others: to look up the beginning of a common word reads all that has it.
drop function contacts_with_words(text[], boolean, bigint, boolean, integer);
create function contacts_with_words(parts text[], only_raised boolean, beyond bigint, backwards boolean, most integer,
        enough integer)
    returns table (id bigint, received timestamptz) language plpgsql stable security definer rows 100
    set search_path = public, pg_temp as $$
declare
    -- ids that are looked through for parts that are seldom together, at about a microsecond for ten
    far constant bigint := 65536;
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
    wanted integer;
    everything tsquery := array_to_string(parts, ' & ');
    looked_up tsquery := everything;
    asked tsquery;
    counts integer[];
    fewest integer;
begin
    if cardinality(parts) > 1 then
        for part in 1 .. cardinality(parts) loop
            asked := words_in_blocks(parts[part]::tsquery, viewers, greatest((newest >> bits) - 1, 0), newest >> bits);
            select count(*) into found_now from (
                select from contact_words w
                where words_by_viewer(w.contact_id, w.raised_by, w.networks, w.site, w.reference) @@ asked limit 1000) as few;
            counts[part] := found_now;
        end loop;
        fewest := (select min(n) from unnest(counts) as n);
        looked_up := (select string_agg(part, ' & ') from unnest(parts, counts) as each (part, n) 
                       where n <= 8 * fewest + 10 and (n < 1000 or n = fewest));
    end if;
    -- a query for many blocks is dear for each contact that has one of its words, and each query takes a while by itself:
    -- measured, this many blocks at once are the quickest
    most_blocks := greatest(least(sqrt(1600.0 / greatest(fewest, 1)), 64.0 / numnode(looked_up)), 2)::integer;
    while found_all < most and case when backwards then low <= newest else high >= 0 end loop
        if found_all >= enough and looked_through >= far and cardinality(parts) > 1 then
            return query select null::bigint, null::timestamptz;
            return;
        end if;
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
        -- as many blocks as are likely to hold the rest of the page, or of all that are looked for
        wanted := case when found_all < enough and cardinality(parts) > 1 then enough else most end - found_all;
        blocks := case when found_all = 0 then least(blocks * 4, most_blocks)
                       else least(greatest(wanted * looked_through / found_all >> bits, 1), most_blocks) end;
        if backwards then low := high + 1; else high := low - 1; end if;
    end loop;
end $$;

revoke execute on function contacts_with_words from public;
grant execute on function contacts_with_words to cms_web;
