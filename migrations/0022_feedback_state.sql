-- Feedback that a facilitator has read or answered no longer counts as new, and who gave it sees what came of it.

alter table feedback
    add column state   text not null default 'new' check (state in ('new', 'read', 'planned', 'done', 'declined')),
    add column reply   text not null default '' check (length(reply) <= 500),
    add column replied timestamptz,
    add constraint what_was_looked_at_says_when check ((state = 'new') = (replied is null));
create index feedback_that_is_new on feedback (id) where state = 'new';

grant update (state, reply, replied) on feedback to cms_web;
create policy the_facilitator_answers on feedback for update to cms_web
    using ((select viewer_is_facilitator())) with check ((select viewer_is_facilitator()));
create policy who_gave_it_sees_it on feedback for select to cms_web
    using (account = (select p.account from person p where p.id = (select viewer())));
