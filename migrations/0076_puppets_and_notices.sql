-- One officer, several accounts: whoever made somebody a link may be them, and whoever that one made a link for as well. Two are
-- taken for one person for a week where somebody stands behind both: by a link, by a link of somebody they may be, or by having
-- asked for the role of one of them. Nor is who was given a role by one's own yes a second officer beside oneself.
create or replace function made_a_link(one bigint, other bigint) returns boolean language sql stable security definer
    set search_path = public, pg_temp as $$
    with recursive made (by_whom, whose) as (
        select l.made_by, l.person_id from person_link l where l.created > now() - interval '7 days' and l.made_by is not null
        union
        select q.asked_by, q.person_id from role_request q where q.said_yes and q.decided > now() - interval '7 days'
    ), behind (who, whom) as (
        select x, x from unnest(array[one, other]) x
        union
        select m.by_whom, b.whom from behind b join made m on m.whose = b.who
    )
    select exists (select from behind a join behind b on b.who = a.who where a.whom = one and b.whom = other)
        or exists (select from role_request q where q.said_yes and q.decided > now() - interval '7 days'
                   and (q.decided_by = one and q.person_id = other or q.decided_by = other and q.person_id = one))
$$;

-- Asking again and again buries nothing: a request takes the place of what the same officer asked for the same person, where that
-- is unread, and there is an end to asking (src/limits/table.rs).
alter table account_notice
    add column concerns bigint references person on delete cascade,
    add column asker bigint references person on delete cascade;
create index asked_and_unread on account_notice (concerns, asker) where about = 'asked' and read is null;
create index unread_of_an_account on account_notice (person_id, at desc) where read is null;
do $$
declare old text; new text;
begin
    old := pg_get_functiondef('set_person_roles'::regproc);
    new := replace(old, 'update role_request set decided = now(), said_yes = false where person_id = whose and decided is null;',
        'declare missing integer := spend(''roles-asked'', 1,
        case when (select x.demo from person x where x.id = viewer()) then 600 else 30 end, 0, 3600, ''of person '' || viewer(), null);
    begin
        if missing > 0 then return ''later '' || missing; end if;
    end;
    update role_request set decided = now(), said_yes = false where person_id = whose and decided is null;');
    if new = old then raise exception 'roles are asked for otherwise by now'; end if;
    old := new;
    new := replace(old, 'insert into account_notice (person_id, about, detail, by_whom)
    select d, ''asked'', roles_in_words(more_supervisor, more_officer) || '' for '' || p.name, by_viewer() from',
        'delete from account_notice n where n.about = ''asked'' and n.read is null and n.concerns = whose and n.asker = viewer();
    insert into account_notice (person_id, about, detail, by_whom, concerns, asker)
    select d, ''asked'', roles_in_words(more_supervisor, more_officer) || '' for '' || p.name, by_viewer(), whose, viewer() from');
    if new = old then raise exception 'who decides is told otherwise by now'; end if;
    execute new;
end $$;

-- Of a shared account's feedback each who uses it sees their own: who, as they named themselves, or else in which session.
alter table feedback add column whose text not null default '';

-- What happened at the doors says who wrote it, and when. What only the desk knows of, only the desk writes.
alter table security_event add column by_whom text not null default '';
create function events_are_stamped() returns trigger language plpgsql security definer
    set search_path = public, pg_temp as $$
declare at_desk boolean := false;
begin
    if session_user = current_user then return new; end if;
    begin
        at_desk := currval('at_the_desk') = 1;
    exception when object_not_in_prerequisite_state then
        -- this connection never sat there
    end;
    if not at_desk and (viewer() is null or new.minute is not null or new.event like 'authn\_login\_%') then
        raise exception 'only the desk writes this' using errcode = 'insufficient_privilege';
    end if;
    new.at := now();
    new.times := 1;
    new.by_whom := coalesce((select p.account from person p where p.id = viewer()), '');
    return new;
end $$;
revoke execute on function events_are_stamped from public;
create trigger events_are_stamped before insert on security_event for each row execute function events_are_stamped();
