-- What each act paid for and nothing needed.

-- Keys that another key or check of the same table implies: the holder belongs to with_org, and is there; the originator
-- belongs to the raiser; the raiser raises; with_org is of the right party, or the raiser.
alter table contact
    drop constraint contact_holder_fkey,
    drop constraint contact_originator_fkey,
    drop constraint contact_raised_by_fkey,
    drop constraint contact_with_org_fkey;
alter table raiser_note drop constraint raiser_note_contact_id_fkey;

-- Every act writes each index of its contact anew, since the status, the holder and the time of the move stand in some.
-- So these go: a postcode has few contacts, open or not (contacts_of_a_postcode); there is one contact type, so that
-- open_with_an_organisation brings the same rows in the same order; and no statement asks for all events of an organisation.
drop index open_at_a_postcode, open_by_type, events_of_an_actor;

-- Asked once for each row that is written: as a subquery each costs more to set up than to answer.
alter policy whose_move_it_is on contact
    using (with_org = viewer_organisation() or (status = 'DCRS' and viewer_is_cdsp())
           or (status <> 'CCVA' and raised_by = viewer_organisation()));
alter policy one_signs_for_oneself on contact_event
    with check (exists (select from contact c where c.id = contact_id)
                and (actor = viewer() or (actor is null and action in ('allocate', 'release'))));
