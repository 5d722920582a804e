-- What may be the same as each of many sites, for the CDSP: of the register, and of everybody's open contacts.
with sought as materialized (
    select * from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[]) with ordinality
        as s (postcode, outcode, premises_key, serial, street, place)
), found as materialized (
    select likely.id, array_agg(s.place::integer) as places,
           coalesce(array_agg(s.place::integer) filter (where likely.same_serial), '{}') as same_serial
    from sought s, lateral (
        select c.id, c.msn = s.serial and c.msn <> '' as same_serial
        from (
            select c.id from contact c where c.with_org is not null and c.postcode = s.postcode
            union
            select c.id from contact c
            where c.with_org is not null and c.outcode = s.outcode and c.premises_key = s.premises_key
              and s.premises_key <> ''
            union
            select c.id from contact c where c.with_org is not null and c.msn = s.serial and c.msn <> ''
        ) as near
        join contact c on c.id = near.id
        order by (c.msn = s.serial and c.msn <> '') desc,
                 (c.postcode = s.postcode and c.premises_key is not distinct from s.premises_key) desc,
                 similarity(c.street, s.street) desc
        limit 100
    ) as likely
    group by likely.id
)
select (
    select coalesce(json_agg(m), '[]')
    from (
        select m.mprn, m.address, m.postcode, m.live, array_agg(s.place::integer) as places,
               coalesce(array_agg(s.place::integer) filter (where m.same_serial), '{}') as same_serial
        from sought s, meter_points_like(s.postcode, s.outcode, s.premises_key, s.serial, s.street) as m
        group by m.mprn, m.address, m.postcode, m.live
    ) as m
) as "points!: Json<Vec<MeterPoint>>", (
    select coalesce(json_agg(o), '[]')
    from (
        select c.crn, c.status, o.name as raiser, c.sub_building_name as sub_building, c.building_name as building,
               c.building_number as number, c.plot_number as plot, c.dependent_street, c.street, c.post_town, c.postcode,
               found.places, found.same_serial
        from found join contact c on c.id = found.id join organisation o on o.id = c.raised_by
    ) as o
) as "contacts!: Json<Vec<OpenContact>>"
