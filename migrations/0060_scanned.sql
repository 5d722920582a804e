-- The virus check's verdict on a file is written with it; a file that was found infected later stays listed, without its bytes.
alter table evidence drop constraint evidence_verdict_check;
alter table evidence alter verdict set default 'quarantined',
    add constraint evidence_verdict_check check (verdict in ('clean', 'quarantined', 'infected'));
grant insert (verdict) on evidence to cms_web;
create index evidence_in_quarantine on evidence (created) where verdict = 'quarantined';
