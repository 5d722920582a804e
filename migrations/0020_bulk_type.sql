-- The contact type of a bulk's rows; those of before were all MNCs.

alter table bulk add column contact_type text not null default 'MNC' references contact_type;
alter table bulk alter column contact_type drop default;
