-- Who had to report in a quarter, and who did. A report is due for each quarter in which the project ran, once the 30 days
-- after its end are over. The newest change of a project is the date of the release.
with quarters as materialized (
    select fiscal_year_be, quarter, begins, date(begins, '+3 months') as ends, date(begins, '+3 months', '+30 days') as late
    from (select distinct fiscal_year_be, quarter,
                 (fiscal_year_be - 543 - (quarter = 1)) || '-' || substr('10010407', quarter * 2 - 1, 2) || '-01' as begins
          from progress)
    where late <= (select max(updated_at) from projects)
),
-- "cross": one pass over the projects, for each the few quarters, not the other way round
due as (
    select q.fiscal_year_be, q.quarter, q.late, p.project_id, p.department_code
    from projects p
    cross join quarters q
    where p.start_date < q.ends and p.end_date >= q.begins
        and p.status <> 'cancelled' and p.ministry_code is not null and p.department_code is not null
),
counted as (
    select
        d.fiscal_year_be,
        d.quarter,
        d.department_code,
        count(*) as due_count,
        count(r.project_id) as reported_count,
        count(case when r.reported_at < d.late then 1 end) as on_time_count
    from due d
    left join progress r on r.project_id = d.project_id and r.fiscal_year_be = d.fiscal_year_be and r.quarter = d.quarter
    group by d.fiscal_year_be, d.quarter, d.department_code
),
department as materialized (
    select department_code, max(department_name_th) as department_name_th, max(ministry_code) as ministry_code,
           max(ministry_name_th) as ministry_name_th
    from projects
    where status <> 'cancelled' and ministry_code is not null and department_code is not null
    group by department_code
)
select
    c.fiscal_year_be || '-' || c.quarter || '-' || c.department_code as group_code,
    c.fiscal_year_be,
    c.fiscal_year_be - 543 as fiscal_year_ce,
    c.quarter,
    n.ministry_code,
    n.ministry_name_th,
    c.department_code,
    n.department_name_th,
    c.due_count,
    c.reported_count,
    c.on_time_count,
    c.due_count - c.reported_count as missing_count
from counted c
join department n on n.department_code = c.department_code
order by group_code
