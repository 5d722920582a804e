-- A file that the scanner did not answer about says so before its row is written; one that was found infected later stays
-- listed, without its bytes. An installation with a scanner of another kind still makes 'quarantined' the default.
alter table evidence drop constraint evidence_verdict_check;
alter table evidence alter verdict set default coalesce(nullif(current_setting('cms.verdict', true), ''), 'clean'),
    add constraint evidence_verdict_check check (verdict in ('clean', 'quarantined', 'infected'));
create index evidence_in_quarantine on evidence (created) where verdict = 'quarantined';
