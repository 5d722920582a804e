-- Whose account name 0065 has changed is told so, and so are the security officers of their organisation. To be told in the
-- product one has to come in, so the name from before leads in for 90 days more, unless somebody else was given it since.
create table former_name (
    account   text primary key,
    person_id bigint not null references person on delete cascade,
    ends      timestamptz not null default now() + interval '90 days'
);
create index former_names_of_a_person on former_name (person_id);
alter table former_name enable row level security;
alter table former_name force row level security;
do $$ begin
    execute 'create policy the_owner_works on former_name to current_user using (true) with check (true)';
end $$;

-- 0065 kept nothing. Whom it renamed was there before it, and has a name that begins with the code of their organisation and
-- then with another's, from which nobody else's name of then is made.
do $$
declare ran timestamptz;
begin
    if to_regclass('_sqlx_migrations') is not null then
        execute 'select installed_on from _sqlx_migrations where version = 65' into ran;
    end if;
    ran := coalesce(ran, 'infinity');
    insert into former_name (account, person_id)
    select was.account, p.id
    from person p join organisation o on o.id = p.organisation_id,
         lateral (select substr(p.account, length(o.code) + 2) as account) as was
    where p.created <= ran and starts_with(p.account, lower(o.code) || '.')
      and exists (select from organisation other where other.id <> o.id and starts_with(was.account, lower(other.code) || '.'))
      and not exists (select from person x where x.account = was.account and x.created <= ran)
    on conflict do nothing;
end $$;

-- What else is kept by the name of an account.
update feedback f set account = p.account
from former_name n join person p on p.id = n.person_id where f.account = n.account;
update saved_filter f
set query = regexp_replace(f.query, '(^|&)with=' || replace(n.account, '.', '\.') || '(&|$)', '\1with=' || p.account || '\2')
from former_name n join person p on p.id = n.person_id
where (f.organisation_id = p.organisation_id
       or exists (select from person x where x.id = f.person_id and x.organisation_id = p.organisation_id))
  and f.query ~ ('(^|&)with=' || replace(n.account, '.', '\.') || '(&|$)');

alter table account_notice drop constraint account_notice_about_check,
    add constraint account_notice_about_check
        check (about in ('link', 'given', 'taken', 'asked', 'yes', 'no', 'named', 'renamed'));
insert into account_notice (person_id, about, detail)
select p.id, 'named', p.account || ', not ' || n.account from former_name n join person p on p.id = n.person_id
union all
select x.id, 'renamed', p.name || ', ' || n.account || ' before, is now ' || p.account
from former_name n join person p on p.id = n.person_id
join person x on x.security_officer and x.disabled is null and x.id <> p.id and x.organisation_id = p.organisation_id;

do $$
declare old text := pg_get_functiondef('sign_in_begin'::regproc); new text;
begin
    new := replace(old, '(x.email = typed and x.email_signs_in)',
        E'(x.email = typed and x.email_signs_in)\n'
        '        or x.id = (select n.person_id from former_name n where n.account = typed and n.ends > now())');
    if new = old then raise exception 'people are found otherwise by now'; end if;
    execute new;
end $$;
