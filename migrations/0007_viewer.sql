-- Who is looking is looked up once, when the transaction begins, and kept for as long as it lasts: the policies ask
-- for it many times in every statement, and looking it up each time cost more than some of the statements.

create function enter(who bigint) returns void language plpgsql security definer
    set search_path = public, pg_temp as $$
declare p record;
begin
    select x.id, x.organisation_id, x.supervisor, x.security_officer, x.facilitator, o.kind into p
    from person x left join organisation o on o.id = x.organisation_id where x.id = who and x.disabled is null;
    perform set_config('cms.person', who::text, true),
            set_config('cms.organisation', coalesce(p.organisation_id::text, ''), true),
            set_config('cms.sees_all', case when p.kind = 'CDSP' or p.facilitator then 'yes' else '' end, true),
            set_config('cms.rights', concat_ws(' ', case when p.kind = 'CDSP' then 'cdsp' end,
                case when p.facilitator then 'facilitator' end, case when p.security_officer then 'officer' end,
                case when p.supervisor then 'supervisor' end), true);
end $$;
revoke execute on function enter from public;
grant execute on function enter to cms_web;

create function viewer_has(right_of text) returns boolean language sql stable as
$$ select coalesce(right_of = any (string_to_array(current_setting('cms.rights', true), ' ')), false) $$;
revoke execute on function viewer_has from public;
grant execute on function viewer_has to cms_web;

create or replace function viewer_organisation() returns bigint language sql stable security invoker as
$$ select nullif(current_setting('cms.organisation', true), '')::bigint $$;
alter function viewer_organisation() reset all;

create or replace function viewer_is_cdsp() returns boolean language sql stable security invoker as
$$ select viewer_has('cdsp') $$;
alter function viewer_is_cdsp() reset all;

create or replace function viewer_is_facilitator() returns boolean language sql stable security invoker as
$$ select viewer_has('facilitator') $$;
alter function viewer_is_facilitator() reset all;

create or replace function viewer_is_security_officer() returns boolean language sql stable security invoker as
$$ select viewer_has('officer') $$;
alter function viewer_is_security_officer() reset all;

create or replace function viewer_sees_all() returns boolean language sql stable as
$$ select current_setting('cms.sees_all', true) = 'yes' $$;

-- What a policy asks of another table it asks through a function: asked as a subquery, each table that a statement
-- names would bring the others' policies with it, and setting up such a plan took longer than running it.
create function raised_by_viewer(which bigint) returns boolean language plpgsql stable security definer
    set search_path = public, pg_temp as $$
begin
    return exists (select from contact c where c.id = which and c.raised_by = viewer_organisation());
end $$;
create function sent_to_viewer(which bigint) returns boolean language plpgsql stable security definer
    set search_path = public, pg_temp as $$
begin
    return exists (select from contact_network n
                   where n.contact_id = which and n.organisation_id = viewer_organisation());
end $$;
-- Who may ring the site: members of the raising organisation, the CDSP's holder, and the network while it has it.
create function viewer_may_ring(which bigint) returns boolean language plpgsql stable security definer
    set search_path = public, pg_temp as $$
begin
    return exists (select from contact c where c.id = which
                   and (c.raised_by = viewer_organisation()
                        or (c.holder = viewer() and c.status = 'ATCA')
                        or (c.with_org = viewer_organisation() and c.status in ('SVDN', 'SVDA'))));
end $$;
revoke execute on function raised_by_viewer, sent_to_viewer, viewer_may_ring from public;
grant execute on function raised_by_viewer, sent_to_viewer, viewer_may_ring to cms_web;

-- Cheapest first. Whose move it is was sent it or raised it, so that says nothing new, but spares the look-up.
alter policy raised_or_sent_or_all on contact
    using ((select viewer_sees_all()) or raised_by = (select viewer_organisation())
           or with_org = (select viewer_organisation()) or sent_to_viewer(id));
alter policy history_of_what_is_seen on contact_event
    using (viewer_sees_all() or network = viewer_organisation() or raised_by_viewer(contact_id)
           or (action in ('log', 'resolve-valid', 'resolve-invalid', 'close-no-reply') and sent_to_viewer(contact_id)));
alter policy sent_to_a_network on contact_network
    using (viewer_sees_all() or organisation_id = viewer_organisation());
alter policy colleagues_are_seen on person
    using (id = viewer() or organisation_id = viewer_organisation());
alter policy raiser_and_cdsp_read on raiser_note using (viewer_sees_all() or raised_by_viewer(contact_id));
alter policy who_may_ring on site_contact using (viewer_may_ring(contact_id));
alter policy who_may_ring on site_contact_change using (viewer_may_ring(contact_id));
alter policy asked_of_us_or_ours on referral
    using (viewer_sees_all() or asked_of = viewer_organisation() or raised_by_viewer(contact_id));
alter policy own_notifications on notification using (person_id = viewer());
