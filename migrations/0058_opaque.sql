-- Filters that were kept name a person by the account, as addresses do: numbers of people count those of all organisations.
update saved_filter f
set query = regexp_replace(f.query, '(^|&)with=\d+', '\1with=' || coalesce(
    (select p.account from person p where p.id = substring(f.query from '(?:^|&)with=(\d+)')::bigint), 'nobody'))
where f.query ~ '(^|&)with=\d+';
-- Ticks and walks of lists that are called otherwise now.
delete from selection where list ~ '[?&]with=\d+';
delete from walk where list ~ '[?&]with=\d+';
