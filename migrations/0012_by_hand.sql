-- Why an address that the address finder does not have was entered by hand: a code of trade::ByHand, or empty.
alter table contact add by_hand text not null default '';
grant update (by_hand) on contact to cms_web;
