-- The role that reads the operational database for odp, and all that it can see: one view for each table that an
-- extract.sql names, with the columns it needs and the rows that may be published. Run once as the owner of the tables:
--   psql -v ON_ERROR_STOP=1 -d emenscr -f source-role.sql
-- Then set its password without it reaching a history file or the server's log:  \password odp_reader
-- Running it again renews the views, which is also how a new column is added. The views carry the names of the tables
-- and stand first in the role's search path, so that extract.sql needs no other text for them.

begin;

do $$ begin
    if not exists (select from pg_roles where rolname = 'odp_reader') then
        create role odp_reader login;
    end if;
end $$;
alter role odp_reader nosuperuser nocreatedb nocreaterole noinherit noreplication nobypassrls connection limit 20;

-- A belt to the braces: odp sets the same for its own session.
alter role odp_reader set default_transaction_read_only = on;
alter role odp_reader set statement_timeout = '30min';
alter role odp_reader set idle_in_transaction_session_timeout = '1h'; -- one session holds the snapshot for the others
alter role odp_reader set lock_timeout = '1min';
alter role odp_reader set search_path = odp;

-- What PostgreSQL gives to everybody: temporary tables, and up to version 14 new ones in public.
do $$ begin execute format('revoke temporary on database %I from public', current_database()); end $$;
revoke create on schema public from public;

drop schema if exists odp cascade;
create schema odp;

create view odp.org_unit as
select org_unit_id, parent_id, level, code, name_th, name_en, abbr_th, province_code, active_from, active_to
from public.org_unit;

create view odp.plan_item as
select plan_item_id, kind, code, parent_id, name_th, name_en, valid_from, valid_to
from public.plan_item;

-- The rule of publication: approved at every step, under way or ended, not classified. No contact, no comment, no officer.
create view odp.project as
select project_id, project_code, kind, name_th, name_en, owner_unit_id, fiscal_year_be, start_date, end_date,
       rationale_th, objective_th, output_th, outcome_th, target_group_th, beneficiary_count, status, is_classified,
       covid_loan_plan, created_at, updated_at
from public.project p
where p.status in ('approved', 'in_progress', 'completed', 'cancelled')
  and not p.is_classified
  and not exists (select from public.project_approval a
                  where a.project_id = p.project_id and a.decision <> 'approved');

create view odp.project_approval as
select project_id, step_no, unit_level, decision, decided_at
from public.project_approval where project_id in (select project_id from odp.project);

create view odp.project_plan_link as
select project_id, plan_item_id, is_primary, contribution_th
from public.project_plan_link where project_id in (select project_id from odp.project);

create view odp.project_area as
select project_id, seq, province_code, district_code, subdistrict_code, place_th, lat, lon
from public.project_area where project_id in (select project_id from odp.project);

create view odp.project_budget as
select project_id, seq, fiscal_year_be, source, gfmis_code, amount
from public.project_budget where project_id in (select project_id from odp.project);

create view odp.disbursement as
select project_id, gfmis_code, fiscal_year_be, month, amount, posted_at
from public.disbursement where project_id in (select project_id from odp.project);

create view odp.activity as
select project_id, seq, name_th, start_date, end_date, weight_pct
from public.activity where project_id in (select project_id from odp.project);

create view odp.indicator as
select project_id, seq, name_th, unit_th, target_value, actual_value
from public.indicator where project_id in (select project_id from odp.project);

create view odp.progress_report as
select project_id, fiscal_year_be, quarter, progress_pct, spent, result_th, problem_th, reported_at, approved
from public.progress_report where approved and project_id in (select project_id from odp.project);

create view odp.proposal as
select project_id, fiscal_year_be, round, target_y1_id, score, selected, reviewed_at
from public.proposal where project_id in (select project_id from odp.project);

do $$ begin execute format('grant connect on database %I to odp_reader', current_database()); end $$;
grant usage on schema odp to odp_reader;
grant select on all tables in schema odp to odp_reader;

commit;

-- What it may do now: SELECT on the twelve views, and no other row.
select table_schema, table_name, string_agg(privilege_type, ', ') as privileges
from information_schema.role_table_grants where grantee = 'odp_reader'
group by table_schema, table_name order by table_name;
