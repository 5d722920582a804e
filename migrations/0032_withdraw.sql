-- Withdrawing: who logged a contact takes it back while it waits for a CDSP agent. It ends as invalid, with a reason that
-- nothing else gives; it is logged anew, not again, so no PSC may follow it.
insert into contact_transition (action, from_status, to_status) values ('withdraw', 'AACA', 'CCIV');

-- The reason and the event belong together, the author is the originator, and no contact follows. Looks at the rows as
-- they are at the end of the transaction; the trigger says which column names the contact.
create function withdrawn_by_its_originator() returns trigger language plpgsql security definer
    set search_path = public, pg_temp as $$
declare which bigint := to_jsonb(new) ->> tg_argv[0]; c record; broken text;
begin
    select x.closed_reason is not distinct from 'withdrawn' as said, x.originator, e.action, e.actor into c
    from contact x join contact_event e on e.contact_id = x.id and e.version = x.version where x.id = which;
    broken := case
        when c.said and (c.action = 'log-psc' or exists (select from contact p where p.psc_of = which))
            then 'a_withdrawn_contact_has_no_psc'
        when c.said <> (c.action = 'withdraw') then 'only_withdrawing_gives_its_reason'
        when c.said and c.actor is distinct from c.originator then 'the_originator_withdraws' end;
    if broken is not null then
        raise exception 'contact % is not withdrawn as the law says', which
            using errcode = 'check_violation', constraint = broken;
    end if;
    return null;
end $$;
create constraint trigger withdrawn_by_its_originator_when_logged after insert on contact
    deferrable initially deferred for each row when (new.closed_reason = 'withdrawn')
    execute function withdrawn_by_its_originator('id');
create constraint trigger withdrawn_by_its_originator after update on contact
    deferrable initially deferred for each row
    when (old.closed_reason = 'withdrawn' or new.closed_reason = 'withdrawn')
    execute function withdrawn_by_its_originator('id');
create constraint trigger withdrawn_by_its_originator after insert on contact_event
    deferrable initially deferred for each row when (new.action in ('withdraw', 'log-psc'))
    execute function withdrawn_by_its_originator('contact_id');
create constraint trigger a_withdrawn_contact_has_no_psc after insert or update of psc_of on contact
    deferrable initially deferred for each row when (new.psc_of is not null)
    execute function withdrawn_by_its_originator('psc_of');

-- The row of a bulk that made it may be added anew: a withdrawn contact is not there any more.
create function forget_what_made_it() returns trigger language plpgsql security definer
    set search_path = public, pg_temp as $$
begin
    delete from bulk_made m using contact c
    where c.id = new.contact_id and m.organisation_id = c.raised_by and m.crn = c.crn;
    return null;
end $$;
create trigger forget_what_made_it after insert on contact_event for each row when (new.action = 'withdraw')
    execute function forget_what_made_it();

revoke execute on function withdrawn_by_its_originator, forget_what_made_it from public;
grant execute on function withdrawn_by_its_originator, forget_what_made_it to cms_web;

-- The originator moves it while it waits; and a network that was sent there sees how it ended.
alter policy whose_move_it_is on contact
    using (with_org = (select viewer_organisation())
           or (status = 'DCRS' and (select viewer_is_cdsp()))
           or (status = 'CCIV' and raised_by = (select viewer_organisation()))
           or (status = 'AACA' and originator = (select viewer())));
alter policy history_of_what_is_seen on contact_event
    using (viewer_sees_all() or network = viewer_organisation() or raised_by_viewer(contact_id)
           or (action in ('log', 'resolve-valid', 'resolve-invalid', 'close-no-reply', 'withdraw')
               and sent_to_viewer(contact_id)));
