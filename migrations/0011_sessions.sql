-- What a session brings with it now also says how the person works; asking in the background keeps nobody signed in.
drop function session_load(bytea);
create function session_load(hash bytea, is_used boolean default true, out holds jsonb, out ends timestamptz, out who json)
    language plpgsql security definer set search_path = public, pg_temp as $$
declare seen timestamptz;
begin
    select s.data, s.last_seen, least(s.ends, case when is_used then now() else s.last_seen end + interval '30 minutes'),
        json_build_object(
            'id', p.id, 'account', p.account, 'name', p.name, 'demo', p.demo,
            'supervisor', p.supervisor, 'security_officer', p.security_officer, 'facilitator', p.facilitator,
            'terms_accepted', p.terms_accepted is not null, 'sitting', s.sitting, 'shortcuts', p.shortcuts,
            'signed_in_at', extract(epoch from s.created)::bigint,
            'organisation', case when o.id is null then null else json_build_object(
                'id', o.id, 'code', o.code, 'name', o.name, 'kind', o.kind) end,
            'unread', (select count(*) from (select from notification n
                       where n.person_id = p.id and n.read is null limit 100) as few),
            'defaults', (select coalesce(json_object_agg(d.queue, f.query), '{}') from default_filter d
                         join saved_filter f on f.id = d.filter_id where d.person_id = p.id),
            'epoch', (select epoch from house),
            'announcements', (select coalesce(json_agg(a.says order by a.starts), '[]') from announcement a
                              where a.starts <= now() and a.ends > now()))
    into holds, seen, ends, who
    from session s join person p on p.id = s.person_id and p.disabled is null
    left join organisation o on o.id = p.organisation_id
    where s.id_hash = hash and s.ends > now() and s.last_seen > now() - interval '30 minutes';
    if is_used and seen < now() - interval '1 minute' then
        update session set last_seen = now() where id_hash = hash;
    end if;
end $$;

-- What the next page says once, left in the transaction of the act that it is about: one commit less, and neither
-- without the other.
create function session_flash(hash bytea, says jsonb) returns void language sql security definer
    set search_path = public, pg_temp as
$$ update session set data = data || jsonb_build_object('flash', says) where id_hash = hash $$;

revoke execute on function session_load, session_flash from public;
grant execute on function session_load, session_flash to cms_web;
