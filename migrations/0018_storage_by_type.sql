-- What a contact says besides its site is its type's own, and more types come: so each type has a table of its own for
-- it (mnc), the MPRNs a contact concerns stand in one table for all types, what came of a valid contact is said in
-- words, and the register keeps what contacts did to it. Deferred keys see to it that nothing of this is ever missing.

create table contact_type (
    code text primary key,
    name text not null unique
);
insert into contact_type (code, name) values ('MNC', 'MNumber creation');

-- The body of an MNC. The generated type holds it to a contact of that type.
create table mnc (
    contact_id    bigint primary key,
    contact_type  text not null generated always as ('MNC') stored,
    reading       text not null default '',
    reading_date  date,
    market_sector text not null constraint market_sector_is_known check (market_sector in ('D', 'I')),
    aq_kwh        bigint
);
insert into mnc (contact_id, reading, reading_date, market_sector, aq_kwh)
select id, reading, reading_date, market_sector, aq_kwh from contact;

-- The MPRNs that a contact concerns, and as what: those next door, the one it is about and another beside it, and the
-- one that was created of it.
create table contact_mprn (
    contact_id bigint not null references contact,
    role       text not null constraint role_is_known check (role in ('neighbour', 'subject', 'other', 'created')),
    -- the order as typed, from 1
    place      integer not null check (place > 0),
    mprn       text not null,
    creates    bigint constraint a_contact_creates_one_mprn unique
               generated always as (case role when 'created' then contact_id end) stored,
    primary key (contact_id, role, place)
);
insert into contact_mprn (contact_id, role, place, mprn)
select id, 'neighbour', n.place, n.mprn from contact, unnest(neighbouring_mprns) with ordinality n (mprn, place)
union all
select id, 'created', 1, mprn_created from contact where mprn_created is not null;
create index contacts_of_an_mprn_in_any_role on contact_mprn (mprn);

alter table contact add column outcome text;
update contact set outcome = 'MPRN ' || mprn_created || ' created' where mprn_created is not null;

drop index contacts_of_an_mprn, contacts_of_a_neighbour;
alter index contacts_of_an_mprn_in_any_role rename to contacts_of_an_mprn;
alter table contact rename column kind to contact_type;
alter table contact
    drop constraint kind_is_known,
    drop constraint valid_means_an_mprn,
    drop column mprn_created,
    drop column neighbouring_mprns,
    drop column reading,
    drop column reading_date,
    drop column market_sector,
    drop column aq_kwh,
    -- a type's table is named by a column that only its contacts fill, and so is what a valid one must have
    add column mnc bigint generated always as (case contact_type when 'MNC' then id end) stored,
    add column mnc_valid bigint generated always as
        (case when contact_type = 'MNC' and status = 'CCVA' then id end) stored,
    add constraint contact_type_is_known foreign key (contact_type) references contact_type,
    add constraint a_contact_is_of_one_type unique (id, contact_type),
    add constraint valid_means_an_outcome check ((status = 'CCVA') = (outcome is not null));
alter table mnc add constraint a_body_is_of_its_type
    foreign key (contact_id, contact_type) references contact (id, contact_type) on delete cascade;
alter table contact
    add constraint an_mnc_has_its_body foreign key (mnc) references mnc deferrable initially deferred,
    add constraint a_valid_mnc_has_its_mprn foreign key (mnc_valid) references contact_mprn (creates)
        deferrable initially deferred;
-- The bodies of all types, for whoever reads contacts of any. A new type restates it with its own table.
create view contact_body (contact_id, body) with (security_invoker = true) as
    select contact_id, to_jsonb(mnc) from mnc;

create index open_by_type on contact (with_org, contact_type, due, id) where with_org is not null;

-- And the other way round. No move leads out of "closed as valid", so what was right once stays so.
create function created_mprn_is_of_a_valid_contact() returns trigger language plpgsql security definer
    set search_path = public, pg_temp as $$
begin
    if not exists (select from contact c where c.id = new.contact_id and c.status = 'CCVA') then
        raise exception 'contact % is not closed as valid', new.contact_id
            using errcode = 'check_violation', constraint = 'a_created_mprn_is_of_a_valid_contact';
    end if;
    return null;
end $$;
create constraint trigger a_created_mprn_is_of_a_valid_contact after insert or update on contact_mprn
    deferrable initially deferred for each row when (new.role = 'created')
    execute function created_mprn_is_of_a_valid_contact();

create or replace function contacts_with_mprn(looked_for text) returns setof bigint language sql stable
    security definer set search_path = public, pg_temp as $$
    select c.id from contact c
    where c.id in (select m.contact_id from contact_mprn m where m.mprn = looked_for)
      and (c.raised_by = (select viewer_organisation()) or (select viewer_sees_all())
           or exists (select from contact_network n
                      where n.contact_id = c.id and n.organisation_id = (select viewer_organisation())))
$$;

-- The register that remembers ------------------------------------------------------------------------------

-- What contacts did to a meter point: numbered without a gap, each beginning where the one before it ended.
create table meter_point_event (
    mprn       text not null,
    number     integer not null check (number > 0),
    previous   integer generated always as (nullif(number - 1, 0)) stored,
    -- the event of the contact that did it
    contact_id bigint not null,
    version    integer not null,
    what       text not null,
    -- the standing of the meter point; nothing stood there before it was created
    before     text,
    after      text not null,
    primary key (mprn, number),
    unique (mprn, number, after),
    constraint created_means_nothing_before check ((what = 'created') = (before is null)),
    constraint created_comes_first check (before is not null or number = 1),
    constraint a_register_event_has_its_contacts_event
        foreign key (contact_id, version) references contact_event (contact_id, version),
    constraint the_registers_history_is_unbroken foreign key (mprn, previous, before)
        references meter_point_event (mprn, number, after) deferrable initially deferred
);
create index register_events_of_a_contact on meter_point_event (contact_id);

alter table meter_point
    -- since when it stands so
    add column since timestamptz not null default now(),
    -- its latest event; null: it stands as it was when the register was filled
    add column event integer,
    add column standing text not null generated always as
        (case when live then 'live' else 'dead' end || case when isolated then ', isolated' else '' end) stored;

insert into meter_point_event (mprn, number, contact_id, version, what, after)
select distinct on (m.mprn) m.mprn, 1, e.contact_id, e.version, 'created', m.standing
from meter_point m
join contact_mprn c on c.mprn = m.mprn and c.role = 'created'
join contact_event e on e.contact_id = c.contact_id and e.action = 'resolve-valid'
order by m.mprn, e.at desc;
set constraints all immediate;
set constraints all deferred;
update meter_point m
set since = coalesce(c.at, m.added), event = e.number
from meter_point x
left join meter_point_event e on e.mprn = x.mprn
left join contact_event c on c.contact_id = e.contact_id and c.version = e.version
where x.mprn = m.mprn;

alter table meter_point_event add constraint a_register_event_has_its_meter_point
    foreign key (mprn) references meter_point deferrable initially deferred;
alter table meter_point add constraint the_register_stands_as_its_event_says
    foreign key (mprn, event, standing) references meter_point_event (mprn, number, after)
    deferrable initially deferred;

create function register_changes_by_an_event() returns trigger language plpgsql as $$
begin
    raise exception 'meter point % changes without an event', new.mprn
        using errcode = 'check_violation', constraint = 'the_register_changes_by_an_event';
end $$;
create trigger the_register_changes_by_an_event before update on meter_point for each row
    when ((old.live, old.isolated, old.since) is distinct from (new.live, new.isolated, new.since)
          and new.event is not distinct from old.event)
    execute function register_changes_by_an_event();

create function meter_point_at_latest_event() returns trigger language plpgsql security definer
    set search_path = public, pg_temp as $$
begin
    if (select m.event from meter_point m where m.mprn = new.mprn)
       is distinct from (select max(e.number) from meter_point_event e where e.mprn = new.mprn) then
        raise exception 'meter point % does not stand at its latest event', new.mprn
            using errcode = 'check_violation', constraint = 'a_meter_point_stands_at_its_latest_event';
    end if;
    return null;
end $$;
create constraint trigger a_meter_point_stands_at_its_latest_event after insert on meter_point_event
    deferrable initially deferred for each row execute function meter_point_at_latest_event();
create constraint trigger a_meter_point_points_at_its_latest_event after update of event on meter_point
    deferrable initially deferred for each row execute function meter_point_at_latest_event();
create trigger history_is_never_rewritten before update or delete on meter_point_event
    for each row execute function history_is_never_rewritten();

-- Who sees and does what -----------------------------------------------------------------------------------

do $$
declare walled text;
begin
    foreach walled in array array['mnc', 'contact_mprn', 'meter_point_event'] loop
        execute format('alter table %I enable row level security', walled);
        execute format('alter table %I force row level security', walled);
        execute format('create policy the_owner_works on %I to current_user using (true) with check (true)', walled);
    end loop;
end $$;
grant select on contact_type, contact_body to cms_web;
grant update (outcome) on contact to cms_web;
grant select, insert, update (reading, reading_date, market_sector, aq_kwh) on mnc to cms_web;
grant select, insert, delete, update (mprn) on contact_mprn to cms_web;
grant select, insert on meter_point_event to cms_web;
grant update (live, isolated, since, event) on meter_point to cms_web;

-- a body and its MPRNs are seen with their contact
create policy as_their_contact on mnc for select to cms_web
    using (viewer_sees_all() or raised_by_viewer(contact_id) or sent_to_viewer(contact_id));
create policy the_raiser_writes on mnc for insert to cms_web with check (raised_by_viewer(contact_id));
create policy the_raiser_corrects on mnc for update to cms_web using (raised_by_viewer(contact_id));

create policy as_their_contact on contact_mprn for select to cms_web
    using (viewer_sees_all() or raised_by_viewer(contact_id) or sent_to_viewer(contact_id));
create policy the_raiser_writes on contact_mprn for insert to cms_web
    with check (role <> 'created' and raised_by_viewer(contact_id));
create policy the_raiser_corrects on contact_mprn for update to cms_web
    using (role <> 'created' and raised_by_viewer(contact_id));
create policy the_raiser_takes_away on contact_mprn for delete to cms_web
    using (role <> 'created' and raised_by_viewer(contact_id));
create policy the_cdsp_creates on contact_mprn for insert to cms_web
    with check (role = 'created' and viewer_is_cdsp());

create policy the_cdsp_remembers on meter_point_event to cms_web
    using (viewer_sees_all()) with check (viewer_is_cdsp());
-- what stands in the register from the start the owner puts there
alter policy the_cdsp_keeps_the_register on meter_point
    with check ((select viewer_is_cdsp()) and event is not null);

revoke execute on function created_mprn_is_of_a_valid_contact, register_changes_by_an_event,
    meter_point_at_latest_event from public;
grant execute on function created_mprn_is_of_a_valid_contact, register_changes_by_an_event,
    meter_point_at_latest_event to cms_web;
