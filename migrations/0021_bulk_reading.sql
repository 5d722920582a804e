-- How a file was read, in one line for its sender; of those of before, and of forms, nothing.

alter table bulk add column reading text not null default '';
alter table bulk alter column reading drop default;
