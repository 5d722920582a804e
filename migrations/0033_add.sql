-- Adding to a contact after it was logged: a remark, photos and documents, or both, by the raising organisation while the
-- contact is open. It stays where it is and with whom it is.
insert into contact_transition (action, from_status, to_status)
select 'add', code, code from contact_status where code not in ('CCVA', 'CCIV');

-- what a raiser says with it
alter table contact_event
    add column remark text constraint a_remark_has_words check (char_length(remark) between 1 and 2000 and remark ~ '\S'),
    add constraint only_adding_has_a_remark check (remark is null or action = 'add');

-- An addition adds something, is the raiser's, and leaves the contact where it was.
create function addition_is_lawful() returns trigger language plpgsql security definer
    set search_path = public, pg_temp as $$
declare broken text;
begin
    broken := case
        when new.remark is null and not exists (select from evidence v where v.contact_id = new.contact_id
                                                and v.version = new.version) then 'adding_adds_something'
        when not exists (select from contact c where c.id = new.contact_id and c.raised_by = new.actor_org)
            then 'the_raiser_adds'
        when new.holder is distinct from new.former then 'adding_moves_nothing' end;
    if broken is not null then
        raise exception 'what is added to contact % is not lawful', new.contact_id
            using errcode = 'check_violation', constraint = broken;
    end if;
    return null;
end $$;
create constraint trigger addition_is_lawful after insert on contact_event
    deferrable initially deferred for each row when (new.action = 'add') execute function addition_is_lawful();

-- Where the move is another's, a raiser adds, withdraws, or logs a PSC, and changes nothing else.
create function raiser_only_adds_or_withdraws() returns trigger language plpgsql as $$
declare before jsonb := to_jsonb(old); after jsonb := to_jsonb(new); moves text[];
begin
    moves := case when new.status = old.status then array['version', 'moved', 'asker']
                  when old.status = 'AACA' and new.closed_reason = 'withdrawn' and old.originator = viewer()
                  then array['version', 'moved', 'asker', 'status', 'with_org', 'with_party', 'since', 'due', 'closed',
                             'closed_reason', 'closed_remarks', 'raisers_postcode', 'raisers_premises',
                             'raisers_serial'] end;
    if moves is null or before - moves <> after - moves then
        raise exception 'the move of contact % is another''s', old.id
            using errcode = 'check_violation', constraint = 'the_raiser_only_adds_or_withdraws';
    end if;
    return null;
end $$;
create trigger the_raiser_only_adds_or_withdraws after update on contact for each row
    when (old.raised_by = viewer_organisation() and old.with_org is distinct from viewer_organisation())
    execute function raiser_only_adds_or_withdraws();

revoke execute on function addition_is_lawful, raiser_only_adds_or_withdraws from public;
grant execute on function addition_is_lawful, raiser_only_adds_or_withdraws to cms_web;

alter policy whose_move_it_is on contact
    using (with_org = (select viewer_organisation())
           or (status = 'DCRS' and (select viewer_is_cdsp()))
           or (status <> 'CCVA' and raised_by = (select viewer_organisation())));

-- What is added is seen by whom a photo is seen that came with the contact: the raiser, the CDSP, and the networks that
-- were sent there.
alter policy history_of_what_is_seen on contact_event
    using (viewer_sees_all() or network = viewer_organisation() or raised_by_viewer(contact_id)
           or (action in ('log', 'add', 'resolve-valid', 'resolve-invalid', 'close-no-reply', 'withdraw')
               and sent_to_viewer(contact_id)));
alter policy who_may_look on evidence
    using (case when contact_id is null then person_id = viewer()
           else viewer_is_cdsp() or raised_by_viewer(contact_id)
                or (action = 'answer-visit' and organisation_id = viewer_organisation())
                or (action in ('log', 'add') and sent_to_viewer(contact_id)) end);

create or replace function claim_evidence(which bigint, event integer, of_form text) returns integer language plpgsql
    security definer set search_path = public, pg_temp as $$
declare done text; taken integer; claimed integer;
begin
    select e.action into done from contact_event e
    where e.contact_id = which and e.version = event and e.actor = viewer()
      and e.action in ('log', 'answer-clarification', 'answer-visit', 'add');
    if done is null then return 0; end if;
    select coalesce(max(e.place), 0) into taken from evidence e where e.contact_id = which;
    update evidence e set contact_id = which, version = event, action = done, place = taken + o.n
    from (select w.id, row_number() over (order by w.created, w.id) as n from evidence w
          where w.person_id = viewer() and w.form = of_form and w.contact_id is null) o
    where e.id = o.id;
    get diagnostics claimed = row_count;
    return claimed;
end $$;
