-- Who is looking is looked up once, when the transaction begins, and kept for as long as it lasts: the policies ask
-- for it many times in every statement, and looking it up each time cost more than some of the statements.

create function enter(who bigint) returns void language plpgsql security definer
    set search_path = public, pg_temp as $$
declare p record;
begin
    select x.id, x.organisation_id, x.security_officer, x.facilitator, o.kind into p
    from person x left join organisation o on o.id = x.organisation_id where x.id = who and x.disabled is null;
    perform set_config('cms.person', who::text, true),
            set_config('cms.organisation', coalesce(p.organisation_id::text, ''), true),
            set_config('cms.rights', concat_ws(' ', case when p.kind = 'CDSP' then 'cdsp' end,
                case when p.facilitator then 'facilitator' end, case when p.security_officer then 'officer' end), true);
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

-- What is asked for every row comes first where it settles most rows: whoever sees all needs no look at the contact.
alter policy history_of_what_is_seen on contact_event
    using ((select viewer_sees_all())
           or network = (select viewer_organisation())
           or exists (select from contact c where c.id = contact_id and c.raised_by = (select viewer_organisation()))
           or (action in ('log', 'resolve-valid', 'resolve-invalid', 'close-no-reply')
               and exists (select from contact_network n where n.contact_id = contact_event.contact_id
                           and n.organisation_id = (select viewer_organisation()))));
alter policy raised_or_sent_or_all on contact
    using ((select viewer_sees_all())
           or raised_by = (select viewer_organisation())
           or exists (select from contact_network n
                      where n.contact_id = contact.id and n.organisation_id = (select viewer_organisation())));
alter policy sent_to_a_network on contact_network
    using ((select viewer_sees_all()) or organisation_id = (select viewer_organisation()));
