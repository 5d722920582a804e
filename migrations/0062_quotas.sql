-- What is kept for a while has an end too: what a person has typed and not sent, and what an organisation's people have added
-- to forms and not sent. The numbers are those of src/limits/table.rs.

-- How long what is kept of a form is, written out.
alter table draft add column bytes integer not null default 0;
update draft set bytes = octet_length(fields::text) + octet_length(changes::text);

-- Ten megabytes of a person, twenty times as much of a shared account. What is refused says in its detail after how many
-- seconds enough of the others is removed by itself. A form that gets shorter, or waited for its person, is always kept.
create function draft_has_room() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
declare
    most bigint;
    others bigint;
    leaves timestamptz;
begin
    new.bytes := octet_length(new.fields::text) + octet_length(coalesce(new.changes, '{}')::text);
    if new.expired or new.bytes <= coalesce((select d.bytes from draft d where d.person_id = new.person_id and d.form = new.form), 2)
    then
        return new;
    end if;
    select 10000000 * case when p.demo then 20 else 1 end into most from person p where p.id = new.person_id;
    select sum(d.bytes) into others from draft d where d.person_id = new.person_id and d.form <> new.form;
    if others + new.bytes > most then
        select max(newest.saved) into leaves
        from (select d.saved, sum(d.bytes) over (order by d.saved desc, d.form) as upto from draft d
              where d.person_id = new.person_id and d.form <> new.form) newest
        where newest.upto + new.bytes > most;
        raise exception 'a person has so much of unfinished forms'
            using errcode = 'check_violation', constraint = 'drafts_of_a_person',
                  detail = greatest(1, ceil(extract(epoch from leaves + interval '30 days' - now())))::bigint::text;
    end if;
    return new;
end $$;
create trigger draft_has_room before insert or update of fields, changes on draft
    for each row execute function draft_has_room();

-- How many files of the viewer and of the viewer's organisation wait for their form, and the seconds until the first of
-- them is removed by itself.
create index evidence_of_an_organisation_that_waits on evidence (organisation_id) where contact_id is null;
create function evidence_waiting(out mine bigint, out mine_leaves bigint, out ours bigint, out ours_leaves bigint)
    language sql stable security definer set search_path = public, pg_temp as
$$ select w.mine, greatest(1, ceil(extract(epoch from w.mine_first + interval '30 days' - now())))::bigint,
          w.ours, greatest(1, ceil(extract(epoch from w.ours_first + interval '30 days' - now())))::bigint
   from (select count(*) filter (where e.person_id = viewer()) as mine,
                min(e.created) filter (where e.person_id = viewer()) as mine_first,
                count(*) as ours, min(e.created) as ours_first
         from evidence e where e.organisation_id = viewer_organisation() and e.contact_id is null) w $$;
revoke execute on function draft_has_room, evidence_waiting from public;
grant execute on function evidence_waiting to cms_web;
