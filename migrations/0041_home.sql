-- What one person did and has open, for their home page.

-- Before the look-ups: one acts only on what one's organisation sees, so that says nothing new.
alter policy history_of_what_is_seen on contact_event
    using (viewer_sees_all() or network = viewer_organisation() or actor = viewer() or raised_by_viewer(contact_id)
           or (action in ('log', 'add', 'resolve-valid', 'resolve-invalid', 'close-no-reply', 'withdraw')
               and sent_to_viewer(contact_id)));

create index open_raised_by_a_person on contact (originator) where with_org is not null;
