# Sourced by the scripts that need a Postgres of their own for a while; `base` is its folder.
# The product has its own way (src/cluster), but queries must be checked before that compiles.

pg_bin=${PG_BIN:-$(printf '%s\n' /usr/lib/postgresql/*/bin | sort -V | tail -n 1)}
[ -x "$pg_bin/initdb" ] || pg_bin=$(pg_config --bindir)

# Postgres refuses to run as root. The folder changes because that account may not enter ours.
as_postgres() (
    cd /
    if [ "$(id -u)" = 0 ]; then runuser -u postgres -- "$@"; else "$@"; fi
)

# Only who may enter the folder reaches the socket in it, so no password is needed.
start_postgres() {
    [ "$(id -u)" != 0 ] || chown postgres: "$base"
    if [ ! -e "$base/data/PG_VERSION" ]; then
        as_postgres "$pg_bin/initdb" -D "$base/data" -U cms --auth=trust --encoding=UTF8 \
            --locale=C.UTF-8 --no-sync >/dev/null
    fi
    as_postgres "$pg_bin/pg_ctl" start --silent -w -D "$base/data" -l "$base/log" \
        -o "-c listen_addresses= -c port=5432 -c fsync=off -c timezone=UTC -k $base" </dev/null >/dev/null
}

stop_postgres() {
    as_postgres "$pg_bin/pg_ctl" stop --silent -w -m fast -D "$base/data" >/dev/null
}

database_url() { echo "postgres:///$1?host=$base&port=5432&user=cms&sslmode=disable"; }

sql() {
    # Without the notices, which only say that something "already exists, skipping".
    PGOPTIONS=--client-min-messages=warning "$pg_bin/psql" --no-psqlrc --quiet --output=/dev/null \
        --set=ON_ERROR_STOP=1 "$(database_url "$1")" "${@:2}"
}

# Makes the database anew from the migrations, each in one transaction as sqlx does it.
migrate() {
    sql postgres -c "drop database if exists $1 with (force)" -c "create database $1"
    local file
    for file in migrations/*.sql; do
        [ ! -e "$file" ] || sql "$1" --single-transaction -f "$file"
    done
}
