-- What a person did last, for their home page.
create index what_a_person_did on contact_event (actor, at) where actor is not null;
