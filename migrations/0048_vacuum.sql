-- How many are overdue, raised by somebody or in an LDZ is counted from an index alone, as long as vacuum has seen the pages
-- of the rows since they changed; else each row is looked up. By default that would be after a fifth of the table.
-- Measured with 100,000 contacts: the count of what one organisation has raised read 16 pages, after 2,000 assigns 850, and
-- 16 again once vacuumed. A hundredth of the table, since a vacuum reads every index.
--
-- No fill factor is given: an act can't be written in place (HOT) on its contact, whose status, holder and time of the move
-- stand in indexes; of tally (97 %) and session (99 %) nearly all updates are, as they stand.
alter table contact set (autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_threshold = 1000,
    autovacuum_vacuum_insert_scale_factor = 0.01, autovacuum_vacuum_insert_threshold = 1000);
-- Only ever added to: a vacuum reads what is new.
alter table contact_event set (autovacuum_vacuum_insert_scale_factor = 0, autovacuum_vacuum_insert_threshold = 5000);
alter table notification set (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000,
    autovacuum_vacuum_insert_scale_factor = 0, autovacuum_vacuum_insert_threshold = 1000);
