-- Contacts as their viewer may see them ($1 CRNs, $2 organisation, $3 sees all, $4 person, $6 is the CDSP), and with
-- each, where the page wants it ($5), what stands beside it: one statement, one round trip.
select c.id as "id!", c.crn as "crn!", c.contact_type as "contact_type!", c.raised_by as "raised_by!",
       r.name as "raiser!", c.originator as "originator!", op.name as "originator_name?", c.received as "received!",
       c.status as "status!", c.version as "version!", c.with_org as "with_org?", w.name as "with_name?",
       c.holder as "holder?", hp.name as "holder_name?", c.since as "since!", c.due as "due?", c.closed as "closed?",
       c.moved as "moved!", c.outcome as "outcome?", c.closed_reason as "closed_reason?",
       -- how it ended is for a network to know, not what was written on it
       case when c.closed_reason is not null and (c.raised_by = $2 or $3) then closed_remarks(c.id) else '' end
           as "closed_remarks!", old.crn as "psc_of?", new.crn as "psc?", c.ldz as "ldz!",
       c.building_number as "building_number!", c.building_name as "building_name!",
       c.sub_building_name as "sub_building_name!", c.plot_number as "plot_number!", c.street as "street!",
       c.dependent_street as "dependent_street!", c.locality as "locality!", c.post_town as "post_town!",
       c.county as "county!", c.postcode as "postcode!", c.uprn as "uprn!", c.by_hand as "by_hand!", c.msn as "msn!",
       (select b.body from contact_body b where b.contact_id = c.id) as "body?",
       -- "neighbour 9000000006", in the order of the index
       array(select m.role || ' ' || m.mprn from contact_mprn m where m.contact_id = c.id order by m.role, m.place)
           as "mprns!",
       n.own_reference as "own_reference?", n.why as "why?", a.found as "duplicates_found?", a.reason as "duplicates_reason?",
       s.name as "contact_name?", s.phone as "contact_phone?", s.email as "contact_email?",
       case when $5 then (
           select json_agg(to_json(seen) order by seen.asked desc)
           from (select f.kind, f.number, o.name as asked_of, f.asked, f.question, f.answered, f.answer,
                        f.findings, f.closed_unanswered
                 from referral f join organisation o on o.id = f.asked_of
                 where f.contact_id = c.id and (c.raised_by = $2 or $3 or f.asked_of = $2)) as seen
       ) end as "referrals: Json<Vec<Referral>>",
       case when $5 then (
           select json_agg(to_json(seen) order by seen.version desc)
           from (select e.version, e.action, e.to_status, e.at, ap.name as actor_name,
                        ao.name as actor_org, ao.kind as actor_kind,
                        case when e.actor_org = $2 then event_used_by(e.contact_id, e.version) else '' end as used_by,
                        eh.name as holder_name, ew.name as with_name, en.name as network_name,
                        e.referral,
                        coalesce(e.changes, '[]') || coalesce(sc.changes, '[]') as changes,
                        nt.note, e.remark
                 from contact_event e
                 left join organisation ao on ao.id = e.actor_org
                 left join person ap on ap.id = e.actor and ap.organisation_id = $2
                 left join person eh on eh.id = e.holder and eh.organisation_id = $2
                 -- nor is a network told with whom it was while its part was not its own
                 left join organisation ew on ew.id = e.with_org
                      and (c.raised_by = $2 or $3 or e.network = $2 or ew.party <> 'network')
                 left join organisation en on en.id = e.network
                 left join site_contact_change sc on s.contact_id is not null
                      and sc.contact_id = e.contact_id and sc.version = e.version
                 left join event_note nt on nt.organisation_id = $2
                      and nt.contact_id = e.contact_id and nt.version = e.version
                 where e.contact_id = c.id
                   and (c.raised_by = $2 or $3 or e.network = $2
                        or e.action in ('log', 'add', 'resolve-valid', 'resolve-invalid', 'close-no-reply', 'withdraw'))
                ) as seen
       ) end as "events: Json<Vec<history::Event>>",
       case when $5 then (
           select json_agg(to_json(seen) order by seen.place)
           from (select v.id, v.name, v.media_type, v.size, v.verdict = 'clean' as is_clean, v.verdict = 'infected' as is_infected,
                        -- the place among those that are seen
                        row_number() over (order by v.version, v.place) as place, v.version, v.action, vo.name as added_by, v.created
                 from evidence v join organisation vo on vo.id = v.organisation_id
                 where v.contact_id = c.id
                   and (c.raised_by = $2 or $6 or (v.action = 'answer-visit' and v.organisation_id = $2)
                        or (v.action in ('log', 'add') and exists (select from contact_network vn
                            where vn.contact_id = c.id and vn.organisation_id = $2)))) as seen
       ) end as "evidence: Json<Vec<EvidenceFile>>",
       case when $5 then (
           select json_agg(to_json(seen) order by seen.at desc, seen.id)
           from (select t.id, p.name as author, t.used_by, t.body, t.at
                 from contact_note t join person p on p.id = t.author
                 where t.contact_id = c.id and t.organisation_id = $2) as seen
       ) end as "notes: Json<Vec<ContactNote>>",
       case when $5 then (
           select m.crn from contact m where m.holder = $4 and m.with_org = $2 and m.id <> c.id
           order by m.due, m.id limit 1
       ) end as "next?",
       case when $5 then (select p.ldz from postcode_ldz p where p.outcode = c.outcode
                          and p.incode = split_part(c.postcode, ' ', 2)) end as "listed?",
       case when $5 then (select o.ldzs from outcode_ldz o where o.outcode = c.outcode) end as "ldzs?"
from contact c
join organisation r on r.id = c.raised_by
-- with whom it is after its part is not for a network to know
left join organisation w on w.id = c.with_org and (c.raised_by = $2 or $3 or c.with_org = $2)
left join person op on op.id = c.originator and op.organisation_id = $2
left join person hp on hp.id = c.holder and hp.organisation_id = $2
left join contact old on old.id = c.psc_of and (old.raised_by = $2 or $3)
left join contact new on new.psc_of = c.id and (new.raised_by = $2 or $3)
left join raiser_note n on n.contact_id = c.id and (c.raised_by = $2 or $3)
left join duplicate_note a on a.contact_id = c.id and (c.raised_by = $2 or $3)
left join site_contact s on s.contact_id = c.id
     and (c.raised_by = $2 or (c.holder = $4 and c.status = 'ATCA')
          or (c.with_org = $2 and c.status in ('SVDN', 'SVDA')))
where c.crn = any($1)
  and (c.raised_by = $2 or $3
       or exists (select from contact_network cn where cn.contact_id = c.id and cn.organisation_id = $2))
