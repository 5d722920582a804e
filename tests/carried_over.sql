-- A filled database as it was at migration 0017: a contact in each status, and what stands beside contacts.
insert into organisation (code, name, kind) values
    ('CDS', 'CDSP', 'CDSP'), ('NGN', 'Northern Gas Networks', 'DN'), ('ALD', 'Alder Energy', 'Shipper');
insert into person (organisation_id, account, name, supervisor)
select o.id, p.account, p.name, p.account like '%supervisor'
from (values ('CDS', 'cdsp.agent', 'Nadia Farrow'), ('NGN', 'ngn.agent', 'Tess Garrow'),
             ('ALD', 'alder.agent', 'Amy Calder'), ('ALD', 'alder.supervisor', 'Rita Holloway')) as p (code, account, name)
join organisation o using (code);
insert into crn_key (key) values ('test');

create temporary table lived (crn text, version integer, action text, from_status text, to_status text, code text, account text);
insert into lived values
    ('C10000001', 1, 'log', 'NEW', 'AACA', 'ALD', 'alder.agent'),
    ('C10000002', 1, 'log', 'NEW', 'AACA', 'ALD', 'alder.agent'),
    ('C10000002', 2, 'assign', 'AACA', 'ATCA', 'CDS', 'cdsp.agent'),
    ('C10000003', 1, 'log', 'NEW', 'AACA', 'ALD', 'alder.agent'),
    ('C10000003', 2, 'assign', 'AACA', 'ATCA', 'CDS', 'cdsp.agent'),
    ('C10000003', 3, 'send-visit', 'ATCA', 'SVDN', 'CDS', 'cdsp.agent'),
    ('C10000004', 1, 'log', 'NEW', 'AACA', 'ALD', 'alder.agent'),
    ('C10000004', 2, 'assign', 'AACA', 'ATCA', 'CDS', 'cdsp.agent'),
    ('C10000004', 3, 'send-visit', 'ATCA', 'SVDN', 'CDS', 'cdsp.agent'),
    ('C10000004', 4, 'assign', 'SVDN', 'SVDA', 'NGN', 'ngn.agent'),
    ('C10000005', 1, 'log', 'NEW', 'AACA', 'ALD', 'alder.agent'),
    ('C10000005', 2, 'assign', 'AACA', 'ATCA', 'CDS', 'cdsp.agent'),
    ('C10000005', 3, 'send-clarification', 'ATCA', 'DCRS', 'CDS', 'cdsp.agent'),
    ('C10000006', 1, 'log', 'NEW', 'AACA', 'ALD', 'alder.agent'),
    ('C10000006', 2, 'assign', 'AACA', 'ATCA', 'CDS', 'cdsp.agent'),
    ('C10000006', 3, 'send-clarification', 'ATCA', 'DCRS', 'CDS', 'cdsp.agent'),
    ('C10000006', 4, 'allocate', 'DCRS', 'DCAA', null, null),
    ('C10000007', 1, 'log', 'NEW', 'AACA', 'ALD', 'alder.agent'),
    ('C10000007', 2, 'assign', 'AACA', 'ATCA', 'CDS', 'cdsp.agent'),
    ('C10000007', 3, 'resolve-valid', 'ATCA', 'CCVA', 'CDS', 'cdsp.agent'),
    ('C10000008', 1, 'log', 'NEW', 'AACA', 'ALD', 'alder.agent'),
    ('C10000008', 2, 'assign', 'AACA', 'ATCA', 'CDS', 'cdsp.agent'),
    ('C10000008', 3, 'resolve-invalid', 'ATCA', 'CCIV', 'CDS', 'cdsp.agent');
update lived set crn = crn || damm(substr(crn, 2));

begin;
insert into contact (crn, kind, raised_by, originator, received, status, version, with_org, holder, since, due, closed,
    moved, mprn_created, closed_reason, closed_remarks, form_key, building_number, street, post_town, postcode, msn,
    reading, reading_date, market_sector, aq_kwh, neighbouring_mprns, ldz, words, mark)
select l.crn, 'MNC', a.organisation_id, a.id, '2026-03-02 09:00+00', l.to_status, l.version, w.id, h.id,
    '2026-03-02 09:00+00', case when w.id is not null then timestamptz '2026-03-09 17:00+00' end,
    case when w.id is null then timestamptz '2026-03-03 10:00+00' end, '2026-03-02 09:00+00',
    case l.to_status when 'CCVA' then '9000000006' end, case l.to_status when 'CCIV' then 'address' end, '',
    'form ' || l.crn, '7', 'Moss Lane', 'LEEDS', 'LS1 4DY', 'G4A0123456', '4815' || l.version,
    '2026-02-01', case when l.version = 1 then 'I' else 'D' end, case when l.version > 1 then 12000 + l.version end,
    case when l.version = 3 then array['9012345607', '7512345604'] else '{}' end, 'NE',
    array_to_tsvector(array['moss', 'lane', 'leeds']), '7'
from (select distinct on (crn) * from lived order by crn, version desc) l
join person a on a.account = 'alder.agent'
left join organisation w on w.code = case when l.to_status in ('AACA', 'ATCA') then 'CDS'
                                          when l.to_status in ('SVDN', 'SVDA') then 'NGN'
                                          when l.to_status in ('DCRS', 'DCAA') then 'ALD' end
left join person h on h.account = case l.to_status when 'ATCA' then 'cdsp.agent' when 'SVDA' then 'ngn.agent'
                                                   when 'DCAA' then 'alder.agent' end;
insert into contact_event (contact_id, version, action, from_status, to_status, at, actor, actor_org, sitting)
select c.id, l.version, l.action, l.from_status, l.to_status, c.received + l.version * interval '1 hour', p.id,
    p.organisation_id, case when p.id is not null then 'Priya' else '' end
from lived l join contact c using (crn) left join person p using (account);
commit;

insert into raiser_note (contact_id, own_reference, why) select id, 'REF-' || crn, 'New house.' from contact;
insert into site_contact (contact_id, name, phone) select id, 'Site office', '01632 960001' from contact;
insert into alike_note (contact_id, found, reason) select id, 2, 'They are next door.' from contact where status = 'AACA';
insert into contact_network (contact_id, organisation_id)
select c.id, o.id from contact c, organisation o where c.status in ('SVDN', 'SVDA') and o.code = 'NGN';
insert into meter_point (mprn, address, postcode, msn, ldz, shipper, isolated, added, mark) values
    ('7512345604', '9 Moss Lane, LEEDS', 'LS1 4DY', '', 'NE', 'ALD', true, '2026-01-01 00:00+00', '9'),
    ('9000000006', '7 Moss Lane, LEEDS', 'LS1 4DY', 'G4A0123456', 'NE', 'ALD', false, '2026-03-02 12:00+00', '7');
insert into draft (person_id, form, title, fields)
select id, '/contacts/new/mnc?key=0123456789abcdef0123456789abcdef', 'Log a contact', '[["street", "Mill Road"]]'
from person where account = 'alder.agent';
insert into session (id_hash, person_id, sitting, ends)
select '\x01', id, 'Priya', now() + interval '1 hour' from person where account = 'alder.agent';
insert into parked (token_hash, person_id, sealed) select '\x02', id, '\x03' from person where account = 'alder.agent';
insert into bulk (key, organisation_id, person_id, sitting, name, kind, state, epoch, rows, checked, added, good, there, made,
    created, worked)
select repeat('ab', 16), organisation_id, id, 'Priya', 'Sites.csv', 'csv', 'done', 1, 2, 2, 2, 1, 1, 1, now(), now()
from person where account = 'alder.agent';
insert into bulk_row (bulk_key, row, line, fields, whole, site, verdict, crn, made)
select repeat('ab', 16), n, n + 1, '{"street": "Moss Lane", "postcode": "LS1 4DY"}', decode('0' || n, 'hex'), '\x05',
    case n when 1 then 'good' else 'there' end, crn, n = 1
from (select substr(version::text, 1, 1)::integer as n, crn from contact where status in ('AACA', 'ATCA')) x;
insert into bulk_made (organisation_id, whole, crn)
select raised_by, '\x01', crn from contact where status = 'AACA';
