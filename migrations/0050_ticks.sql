-- Ticks, "C371598927.4", as CRN and version. A function that is called for itself, so that the contact is looked up by a column:
-- row-level security does not let an index be asked for what `split_part` makes of one.
create function ticks_apart(ticks text[]) returns table (tick text, place bigint, crn text, version integer)
    language sql immutable parallel safe rows 20 set search_path = public, pg_temp as $$
    select t.tick, t.place, split_part(t.tick, '.', 1), split_part(t.tick, '.', 2)::integer
    from unnest(ticks) with ordinality as t (tick, place)
$$;
revoke execute on function ticks_apart from public;
grant execute on function ticks_apart to cms_web;
