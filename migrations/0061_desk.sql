-- Signing in hands out the hash of somebody's password, once the attempt is written down: only at the desk, where no page's
-- statement runs (0052_doors.sql).
create trigger only_the_desk_signs_in before insert on sign_in_attempt
    for each row execute function only_the_desk_makes_sessions();
