-- Contacts as they stand after an action, their events and their notices: one contact or many ($1), by whom ($4, of the
-- organisation $5, as whom $6, in the request $7), at $3, unless the trial was reset meanwhile ($2). What has moved since it
-- was read, or what nobody can receive, is not among the answers.
with given as materialized (
    select * from jsonb_to_recordset($1) as g (id bigint, version integer, from_status text, to_status text, action text,
        with_org bigint, meant bigint, giver bigint, stays boolean, former bigint, since timestamptz, due timestamptz,
        closed timestamptz, outcome text, reason text, remarks text, keeps_asker boolean, asker bigint, network bigint,
        referral text, changes jsonb, remark text, told jsonb)
), who as materialized (
    select w.*, receiver(w.meant, w.with_org, w.giver, $3) as holder
    from (select distinct meant, with_org, giver from given where meant is not null and not stays) as w
), moved as (
    update contact c
    set status = g.to_status, version = g.version + 1, with_org = g.with_org,
        holder = case when g.stays then g.meant else who.holder end, since = g.since, due = g.due, moved = $3,
        closed = coalesce(c.closed, g.closed), outcome = coalesce(c.outcome, g.outcome),
        closed_reason = coalesce(c.closed_reason, g.reason),
        -- of a contact that was closed before they stay
        closed_remarks = g.remarks,
        asker = case when g.keeps_asker then c.asker else g.asker end
    from given g
    left join who on who.meant = g.meant and who.with_org = g.with_org and who.giver is not distinct from g.giver
    where c.id = g.id and c.version = g.version and ($2::bigint is null or (select epoch from installation) = $2)
      and (g.stays or g.meant is null or (who.holder is not null and who.holder is distinct from c.holder))
    returning c.id, c.version, c.with_org, c.holder
), event as (
    insert into contact_event (contact_id, version, to_status, at, with_org, holder, action, from_status, actor, actor_org,
        used_by, former, network, referral, changes, remark)
    select m.id, m.version, g.to_status, $3, m.with_org, m.holder, g.action, g.from_status, $4, $5, $6, g.former, g.network,
        g.referral, g.changes, g.remark
    from moved m join given g on g.id = m.id
    returning contact_id, version, holder, action
), told as materialized (
    select tell(array_agg(e.contact_id), array_agg(e.version), array_agg(e.action), $3,
                array_agg(case when t.receiver then e.holder else t.person end), array_agg(t.organisation),
                array_agg(t.again), nullif($7, '')::uuid)
    from event e join given g on g.id = e.contact_id,
         jsonb_to_recordset(g.told) as t (receiver boolean, person bigint, organisation bigint, again boolean)
    where not t.receiver or e.holder is distinct from $4
    having count(*) > 0
)
select e.contact_id as "contact_id!", e.holder as "holder?" from event e left join told on true
