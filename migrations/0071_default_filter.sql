-- Whom a session belongs to is told with the filters that open its queues: a person chooses among those that they may read.
alter policy ones_own on default_filter
    with check (person_id = viewer() and exists (select from saved_filter f where f.id = filter_id));
