-- A session gets a new id in one step: whoever ends it meanwhile ends it under either id, and none that is over comes back.
-- What was ticked in it stays ticked.
alter table selection
    drop constraint selection_session_fkey,
    add constraint selection_session_fkey foreign key (session) references session on delete cascade on update cascade;

create function session_renew(old_hash bytea, new_hash bytea) returns boolean language plpgsql security definer
    set search_path = public, pg_temp as $$
begin
    if session_user <> current_user and currval('at_the_desk') <> 1 then
        raise exception 'only the desk renews sessions' using errcode = 'insufficient_privilege';
    end if;
    update session set id_hash = new_hash, confirmed = now()
    where id_hash = old_hash and ends > now() and last_seen > now() - interval '30 minutes';
    if not found then return false; end if;
    -- its streams open again under the new id
    perform pg_notify('cms_presence', json_build_object('session', encode(old_hash, 'hex'), 'person', 0)::text);
    return true;
end $$;

revoke execute on function session_renew from public;
grant execute on function session_renew to cms_web;

-- Nobody makes a link for themselves: an officer's open session would be enough to take the account over.
do $$
declare old text := pg_get_functiondef('make_person_link'::regproc); new text;
begin
    new := replace(old, 'if not viewer_is_security_officer() then return false; end if;',
        'if not viewer_is_security_officer() or whose = viewer() then return false; end if;');
    if new = old then raise exception 'links are made otherwise by now'; end if;
    execute new;
end $$;

-- Whoever changes people of an organisation waits for who else does, and reads only then what is there.
create function people_in_turn() returns void language sql security definer set search_path = public, pg_temp as
$$ select from organisation where id = viewer_organisation() and viewer_is_security_officer() for no key update $$;
revoke execute on function people_in_turn from public;
grant execute on function people_in_turn to cms_web;
