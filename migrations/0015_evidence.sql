-- Photos and PDF beside a contact: they wait for the form that they were added to, and belong to the event that its
-- submit writes.

create table evidence (
    -- 128 random bits as 32 hexadecimal digits: nobody counts or guesses another's
    id          text primary key check (id ~ '^[0-9a-f]{32}$'),
    person_id   bigint not null references person on delete cascade,
    organisation_id bigint not null references organisation,
    -- the address that opens the form again
    form        text not null,
    -- the name it had, made plain; for people to recognise, never a path or a header
    name        text not null check (char_length(name) between 1 and 100),
    -- as our own decoding found it, not as it was sent
    media_type  text not null check (media_type in ('image/jpeg', 'image/png', 'application/pdf')),
    size        integer not null constraint eight_megabytes_a_file check (size between 1 and 8388608),
    sha256      bytea not null,
    -- pixels; null for a document
    width       integer check (width between 1 and 8000),
    height      integer check (height between 1 and 8000),
    -- a small JPEG; null for a document
    thumbnail   bytea check (octet_length(thumbnail) <= 65536),
    -- where its bytes are: evidence_chunk, or the bucket
    stored      text not null default 'database' check (stored in ('database', 'bucket')),
    -- an installation with a scanner makes 'quarantined' the default, and lets the scanner say 'clean' as the owner
    verdict     text not null default 'clean' check (verdict in ('clean', 'quarantined')),
    created     timestamptz not null default now(),
    -- null while it waits for its form
    contact_id  bigint,
    version     integer,
    -- which of the contact's files it is, from 1; part of the name under which it is downloaded
    place       integer constraint ten_files_a_contact check (place between 1 and 10),
    -- what its event did: who may see the event's text may see it
    action      text,
    constraint waiting_or_claimed check (num_nulls(contact_id, version, place, action) in (0, 4)),
    constraint one_file_a_place unique (contact_id, place),
    foreign key (contact_id, version) references contact_event (contact_id, version)
);
create index evidence_of_a_form on evidence (person_id, form) where contact_id is null;
create index evidence_that_waits on evidence (created) where contact_id is null;

create table evidence_chunk (
    evidence_id text not null references evidence on delete cascade,
    -- from 0
    part        integer not null check (part between 0 and 31),
    bytes       bytea not null check (octet_length(bytes) between 1 and 262144),
    primary key (evidence_id, part)
);
-- pictures and documents are packed already
alter table evidence_chunk alter column bytes set storage external;
alter table evidence alter column thumbnail set storage external;

-- At most ten wait for a form; whoever comes later in the same moment waits here.
create function evidence_has_room() returns trigger language plpgsql security definer
    set search_path = public, pg_temp as $$
begin
    if new.contact_id is null then
        perform pg_advisory_xact_lock(hashtextextended('evidence ' || new.person_id || ' ' || new.form, 0));
        if (select count(*) from evidence e
            where e.person_id = new.person_id and e.form = new.form and e.contact_id is null) >= 10 then
            raise exception 'ten files wait for this form'
                using errcode = 'check_violation', constraint = 'ten_files_a_contact';
        end if;
    end if;
    return new;
end $$;
create trigger evidence_has_room before insert on evidence for each row execute function evidence_has_room();

-- How many files a contact has, the ones that the viewer may not look at included; 0 of a contact that is not seen.
create function evidence_at(which bigint) returns integer language plpgsql stable security definer
    set search_path = public, pg_temp as $$
begin
    if not (viewer_sees_all() or raised_by_viewer(which) or sent_to_viewer(which)) then return 0; end if;
    return (select count(*) from evidence e where e.contact_id = which);
end $$;

-- Gives what waits for a form of the viewer's to the event that the viewer has just written, in the order in which it
-- was added, and says how many that were. Past the walls, since places are counted over files that are not seen.
create function claim_evidence(which bigint, event integer, of_form text) returns integer language plpgsql
    security definer set search_path = public, pg_temp as $$
declare done text; taken integer; claimed integer;
begin
    select e.action into done from contact_event e
    where e.contact_id = which and e.version = event and e.actor = viewer()
      and e.action in ('log', 'answer-clarification', 'answer-visit');
    if done is null then return 0; end if;
    select coalesce(max(e.place), 0) into taken from evidence e where e.contact_id = which;
    update evidence e set contact_id = which, version = event, action = done, place = taken + o.n
    from (select w.id, row_number() over (order by w.created, w.id) as n from evidence w
          where w.person_id = viewer() and w.form = of_form and w.contact_id is null) o
    where e.id = o.id;
    get diagnostics claimed = row_count;
    return claimed;
end $$;

do $$
declare walled text;
begin
    foreach walled in array array['evidence', 'evidence_chunk'] loop
        execute format('alter table %I enable row level security', walled);
        execute format('alter table %I force row level security', walled);
        execute format('create policy the_owner_works on %I to current_user using (true) with check (true)', walled);
    end loop;
end $$;

-- What waits is its person's alone. What is claimed is seen by the raiser and the CDSP, what was added on logging also
-- by a network that was sent there, and what a network found by that network. A facilitator sees none.
create policy who_may_look on evidence for select to cms_web
    using (case when contact_id is null then person_id = viewer()
           else viewer_is_cdsp() or raised_by_viewer(contact_id)
                or (action = 'answer-visit' and organisation_id = viewer_organisation())
                or (action = 'log' and sent_to_viewer(contact_id)) end);
create policy one_adds_ones_own on evidence for insert to cms_web
    with check (person_id = viewer() and organisation_id = viewer_organisation() and contact_id is null);
create policy one_removes_what_waits on evidence for delete to cms_web
    using (person_id = viewer() and contact_id is null);
create policy as_their_file on evidence_chunk for select to cms_web
    using (exists (select from evidence e where e.id = evidence_id and e.verdict = 'clean'));
create policy into_ones_own_file on evidence_chunk for insert to cms_web
    with check (exists (select from evidence e
                        where e.id = evidence_id and e.person_id = viewer() and e.contact_id is null));

grant select, delete on evidence to cms_web;
grant insert (id, person_id, organisation_id, form, name, media_type, size, sha256, width, height, thumbnail, stored)
    on evidence to cms_web;
grant select, insert on evidence_chunk to cms_web;

revoke execute on function evidence_has_room, evidence_at, claim_evidence from public;
grant execute on function evidence_has_room, evidence_at, claim_evidence to cms_web;
