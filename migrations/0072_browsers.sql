-- A browser is known by a value that was made for it: one that it brought, and by which this account does not know it, may
-- have been put there by somebody who keeps a copy. Other accounts go on knowing the browser by the new one.
drop function know_browser(bigint, bytea);
create function know_browser(who bigint, brought bytea, fresh bytea, out untold integer, out is_known boolean)
    language plpgsql security definer set search_path = public, pg_temp as $$
begin
    update known_browser b set last_used = now() where b.token_hash = brought and b.person_id = who;
    is_known := found;
    if not is_known then
        update known_browser b set token_hash = fresh where b.token_hash = brought;
        insert into known_browser (token_hash, person_id) values (fresh, who);
    end if;
    delete from known_browser b where b.person_id = who and b.token_hash in (
        select x.token_hash from known_browser x where x.person_id = who order by x.last_used desc, x.token_hash
        offset (select case when demo then 200 else 20 end from person where id = who));
    select coalesce(sum(times - told), 0) into untold from wrong_password where person_id = who and times > told;
    update wrong_password set told = times where person_id = who and times > told;
end $$;
revoke execute on function know_browser from public;
grant execute on function know_browser to cms_web;

-- No page's statement makes an account know a browser, as none signs anybody in (0052_doors.sql).
create trigger only_the_desk_knows_browsers before insert or update on known_browser
    for each row execute function only_the_desk_makes_sessions();
