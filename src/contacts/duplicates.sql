-- What may be the same as a site ($1 postcode, $2 outcode, $3 premises key, $4 serial number, $5 street), for the CDSP: meter
-- points of the register and open contacts of all, in one statement.
with near as (
    select c.id from contact c where c.with_org is not null and c.postcode = $1
    union
    select c.id from contact c where c.with_org is not null and c.outcode = $2 and c.premises_key = $3 and $3 <> ''
    union
    select c.id from contact c where c.with_org is not null and c.msn = $4 and c.msn <> ''
)
select (select json_agg(p) from meter_points_like($1, $2, $3, $4, $5) p) as "points: Json<Vec<MeterPoint>>",
       (select json_agg(seen) from (
           select c.crn, c.status, o.name as raiser, c.sub_building_name as sub_building,
                  c.building_name as building, c.building_number as number, c.plot_number as plot,
                  c.dependent_street, c.street, c.post_town, c.postcode,
                  (c.msn = $4 and c.msn <> '') as same_serial
           from near join contact c on c.id = near.id join organisation o on o.id = c.raised_by
           order by (c.msn = $4 and c.msn <> '') desc,
                    (c.postcode = $1 and c.premises_key is not distinct from $3) desc,
                    similarity(c.street, $5) desc
           limit 100
       ) as seen) as "contacts: Json<Vec<OpenContact>>"
