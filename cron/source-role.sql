-- The role that reads the operational database for odp: SELECT on the tables that extract.sql files name, and nothing
-- else. Run once as the owner of the tables:  psql -v ON_ERROR_STOP=1 -d emenscr -f source-role.sql
-- Then set its password without it reaching a history file or the server's log:  \password odp_reader
-- When a dataset reads another table, add it here: a table that is missing ends the run with status 5.

create role odp_reader login nosuperuser nocreatedb nocreaterole noinherit noreplication nobypassrls connection limit 20;

-- A belt to the braces: odp sets the same for its own session.
alter role odp_reader set default_transaction_read_only = on;
alter role odp_reader set statement_timeout = '30min';
alter role odp_reader set idle_in_transaction_session_timeout = '1h'; -- one session holds the snapshot for the others
alter role odp_reader set lock_timeout = '1min';
alter role odp_reader set search_path = public;

-- What PostgreSQL gives to everybody: temporary tables, and up to version 14 new ones in public.
do $$ begin execute format('revoke temporary on database %I from public', current_database()); end $$;
revoke create on schema public from public;

do $$ begin execute format('grant connect on database %I to odp_reader', current_database()); end $$;
grant usage on schema public to odp_reader;
grant select on
    org_unit, plan_item, project, project_approval, project_plan_link, project_area, project_budget, disbursement,
    activity, indicator, progress_report, proposal
to odp_reader;
-- not person: no dataset reads it

-- What it may do now: the tables above, SELECT each, and no other row.
select table_name, string_agg(privilege_type, ', ') as privileges
from information_schema.role_table_grants where grantee = 'odp_reader' group by table_name order by table_name;
