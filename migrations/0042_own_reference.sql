-- Whose reference it is stands beside it, so that a list looks up no contact to know who may see it.
alter table contact add constraint a_contact_is_of_one_raiser unique (id, raised_by);
alter table raiser_note add column raised_by bigint;
update raiser_note n set raised_by = c.raised_by from contact c where c.id = n.contact_id;
alter table raiser_note
    alter column raised_by set not null,
    add constraint a_reference_is_its_raisers foreign key (contact_id, raised_by) references contact (id, raised_by)
        deferrable initially deferred;

alter policy raiser_and_cdsp_read on raiser_note using (viewer_sees_all() or raised_by = viewer_organisation());
alter policy the_raiser_writes on raiser_note with check (raised_by = viewer_organisation());
alter policy the_raiser_corrects on raiser_note using (raised_by = viewer_organisation());
