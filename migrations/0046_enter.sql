-- Entering is refused on a connection that is inside a transaction already: one whose caller vanished while its BEGIN was
-- under way. There this transaction began earlier than this statement; `begin; select enter(1)`, sent together, have one
-- time. So the pool need not ask in a round trip of its own.
create or replace function enter(who bigint) returns void language plpgsql security definer
    set search_path = public, pg_temp as $$
declare p record;
begin
    if now() <> statement_timestamp() then
        raise exception 'this connection is inside a transaction already' using errcode = 'active_sql_transaction';
    end if;
    select x.organisation_id, x.facilitator, o.kind,
           concat_ws(' ', case when o.kind = 'CDSP' then 'cdsp' end, case when x.facilitator then 'facilitator' end,
               case when x.security_officer then 'officer' end, case when x.supervisor then 'supervisor' end) as rights
    into p
    from person x left join organisation o on o.id = x.organisation_id where x.id = who and x.disabled is null;
    perform set_config('cms.person', who::text, true),
            set_config('cms.organisation', coalesce(p.organisation_id::text, ''), true),
            set_config('cms.sees_all', case when p.kind = 'CDSP' or p.facilitator then 'yes' else '' end, true),
            set_config('cms.rights', coalesce(p.rights, ''), true);
end $$;
