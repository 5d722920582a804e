-- Who is told of what, once per person and event; and the job that reminds.

create table notification (
    id         bigint generated always as identity primary key,
    person_id  bigint not null references person on delete cascade,
    contact_id bigint not null references contact,
    version    integer not null,
    -- the action of the event, or 'reminder'
    about      text not null,
    at         timestamptz not null,
    read       timestamptz,
    constraint told_once unique (person_id, contact_id, version, about)
);
create index notifications_of_a_person on notification (person_id, id desc);
create index unread_notifications on notification (person_id) where read is null;
