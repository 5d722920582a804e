-- What counts as a wrong password is settled at the desk, as it is begun there (0061_desk.sql): no page's statement takes back
-- guesses, or has an owner told of what never was.
create function only_the_desk_settles() returns trigger language plpgsql security definer
    set search_path = public, pg_temp as $$
begin
    if session_user <> current_user and currval('at_the_desk') <> 1 then
        raise exception 'only the desk settles who signed in' using errcode = 'insufficient_privilege';
    end if;
    return case when tg_op = 'DELETE' then old else new end;
end $$;
revoke execute on function only_the_desk_settles from public;
create trigger only_the_desk_settles before update or delete on sign_in_attempt
    for each row execute function only_the_desk_settles();
create trigger only_the_desk_settles before insert or update or delete on wrong_password
    for each row execute function only_the_desk_settles();
