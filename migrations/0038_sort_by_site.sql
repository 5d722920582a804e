-- Lists in the order of their CRNs and of their sites: by street, then town, then the numbers of houses, plots and flats as
-- numbers. No longer than an index takes.
alter table contact add column site_key text collate "C" not null generated always as (left(
    lower(coalesce(nullif(street, ''), nullif(building_name, ''), locality)) || '!' || lower(post_town) || '!'
    || lpad(coalesce(substring(building_number from '\d+'), ''), 6, '0') || lower(building_number) || '!'
    || lower(building_name) || '!' || lpad(coalesce(substring(plot_number from '\d+'), ''), 6, '0') || '!'
    || lpad(coalesce(substring(sub_building_name from '\d+'), ''), 6, '0') || lower(sub_building_name), 120)) stored;

create index open_by_crn on contact (with_org, crn, id) where with_org is not null;
create index open_by_site on contact (with_org, site_key, id) where with_org is not null;
create index raised_by_crn on contact (raised_by, crn, id);
create index raised_by_site on contact (raised_by, site_key, id);
create index all_by_site on contact (site_key, id);
