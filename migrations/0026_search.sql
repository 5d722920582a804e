-- Searching finds every line as it is shown: "Plot 12", "Kings Cross" of King's Cross, "J R Smith" of J.R. Smith, and the
-- raiser's own reference, for those who may read it.

-- The words of the own reference, and "@" with the raiser's id: those of one organisation are looked up by the index,
-- however many others have the same words. Nothing that is typed becomes a word with such a sign.
create function own_reference_words(words text[], raiser bigint) returns tsvector language sql immutable
    set search_path = public, pg_temp as
$$ select array_to_tsvector(words || ('@' || raiser)) $$;
alter table raiser_note add column words tsvector not null default '';
grant update (words) on raiser_note to cms_web;

-- Past row-level security, which would let no index serve it; repeats the rule of who reads the reference.
create function contacts_with_reference(looked_for tsquery, most bigint) returns setof bigint language plpgsql stable
    security definer rows 10 set search_path = public, pg_temp as $$
declare there bigint := viewer_organisation();
begin
    if viewer_sees_all() then
        return query select n.contact_id from raiser_note n where n.words @@ looked_for limit most;
    elsif there is not null then
        return query
        select n.contact_id from raiser_note n
        where n.words @@ (looked_for && format('''@%s''', there)::tsquery)
          and exists (select from contact c where c.id = n.contact_id and c.raised_by = there)
        limit most;
    end if;
end $$;
revoke execute on function own_reference_words, contacts_with_reference from public;
grant execute on function own_reference_words, contacts_with_reference to cms_web;

-- What is there already gets the words that it lacks: those put together of parts, and those that were drawn, not kept.
create function pg_temp.joined(line text) returns text[] language sql as $$
    with plain as (
        select regexp_replace(lower(normalize(translate(line, '‘’ʼ`´', ''''''''''''), NFKD)), '[̀-ͯ]', '', 'g') as line
    ), word as (
        select word from plain, regexp_split_to_table(line, '[^[:alnum:]''./-]+') as word
        union all
        select part from plain, regexp_split_to_table(line, '[^[:alnum:]'']+') as part
        union all
        select replace(found[1], ' ', '')
        from plain, regexp_matches(line, '\m((?:[0-9]+|[a-z]) [a-z])\M', 'g') as found
    )
    select coalesce(array_agg(distinct joined), '{}')
    from (select regexp_replace(word, '[^[:alnum:]]', '', 'g') as joined from word) as words where joined <> ''
$$;
update raiser_note n
set words = own_reference_words(
    pg_temp.joined(n.own_reference || ' ' || regexp_replace(n.own_reference, '[^[:alnum:]]+', ' ', 'g')), c.raised_by)
from contact c where c.id = n.contact_id;
update contact c
set words = c.words || array_to_tsvector(
    pg_temp.joined(s.line) || array_remove(array[case when c.plot_number <> '' then 'plot' end,
                                                 case when s.line like '%&%' then 'and' end], null))
from (select id, concat_ws(', ', sub_building_name, building_name, building_number, plot_number, street,
                           dependent_street, locality, post_town, county, msn) as line from contact) as s
where s.id = c.id and (c.plot_number <> '' or s.line ~ '[''‘’ʼ`´&./-]|\m(\d+|[[:alpha:]]) [[:alpha:]]\M');

create index contacts_of_own_words on raiser_note using gin (words);
