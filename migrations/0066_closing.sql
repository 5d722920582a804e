-- What was written on closing a contact is for its raiser and those who see all, not for a network that was sent there: Postgres
-- shows the column to nobody, and `closed_remarks` answers whom it concerns. A column that is added to `contact` is to be granted.
do $$
declare columns text;
begin
    select string_agg(quote_ident(attname), ', ' order by attnum) into columns from pg_attribute
    where attrelid = 'contact'::regclass and attnum > 0 and not attisdropped and attname <> 'closed_remarks';
    execute 'revoke select on contact from cms_web';
    execute format('grant select (%s) on contact to cms_web', columns);
end $$;

create function closed_remarks(which bigint) returns text language plpgsql stable security definer
    set search_path = public, pg_temp as $$
begin
    return coalesce((select c.closed_remarks from contact c where c.id = which
                     and (viewer_sees_all() or c.raised_by = viewer_organisation())), '');
end $$;

-- Whoever moves a closed contact has not read them, and leaves them as they are.
create function remarks_stay() returns trigger language plpgsql set search_path = public, pg_temp as $$
begin
    new.closed_remarks := old.closed_remarks;
    return new;
end $$;
create trigger what_was_written_on_closing_stays before update of closed_remarks on contact
    for each row when (old.closed is not null and new.closed_remarks = '') execute function remarks_stay();

revoke execute on function closed_remarks, remarks_stay from public;
grant execute on function closed_remarks to cms_web;
