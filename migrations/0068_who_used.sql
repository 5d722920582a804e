-- Who used a shared account is for its own organisation, and who set the trial back for the facilitator: Postgres shows these
-- columns to no page, and functions answer whom they concern. A column that is added to these tables is to be granted.
do $$
declare t record;
begin
    for t in select attrelid::regclass as of, string_agg(quote_ident(attname), ', ' order by attnum) as columns from pg_attribute
             where attnum > 0 and not attisdropped
               and (attrelid = 'contact_event'::regclass and attname <> 'used_by'
                    or attrelid = 'installation'::regclass and attname <> 'last_reset_by')
             group by attrelid loop
        execute format('revoke select on %s from cms_web', t.of);
        execute format('grant select (%s) on %s to cms_web', t.columns, t.of);
    end loop;
end $$;

create function event_used_by(which bigint, its_version integer) returns text language plpgsql stable security definer
    set search_path = public, pg_temp as $$
begin
    return coalesce((select e.used_by from contact_event e where e.contact_id = which and e.version = its_version
                     and e.actor_org = viewer_organisation()), '');
end $$;

create function last_reset_by() returns text language plpgsql stable security definer set search_path = public, pg_temp as $$
begin
    return (select i.last_reset_by from installation i where viewer_is_facilitator());
end $$;

revoke execute on function event_used_by, last_reset_by from public;
grant execute on function event_used_by, last_reset_by to cms_web;
