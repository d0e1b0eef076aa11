-- Who had to report in a quarter, and who did. A report is due for each quarter in which the project ran, once the 30 days
-- after its end are over. The newest change of a project is the date of the release.
with quarters as (
    select fiscal_year_be, quarter, begins, date(begins, '+3 months') as ends, date(begins, '+3 months', '+30 days') as late
    from (select distinct fiscal_year_be, quarter,
                 (fiscal_year_be - 543 - (quarter = 1)) || '-' || substr('10010407', quarter * 2 - 1, 2) || '-01' as begins
          from progress)
),
due as (
    select q.fiscal_year_be, q.quarter, q.late, p.project_id, p.ministry_code, p.ministry_name_th, p.department_code,
           p.department_name_th
    from quarters q
    join projects p on p.start_date < q.ends and p.end_date >= q.begins
    where p.status <> 'cancelled' and p.ministry_code is not null and p.department_code is not null
        and q.late <= (select max(updated_at) from projects)
)
select
    d.fiscal_year_be || '-' || d.quarter || '-' || d.department_code as group_code,
    d.fiscal_year_be,
    d.fiscal_year_be - 543 as fiscal_year_ce,
    d.quarter,
    max(d.ministry_code) as ministry_code,
    max(d.ministry_name_th) as ministry_name_th,
    d.department_code,
    max(d.department_name_th) as department_name_th,
    count(*) as due_count,
    count(r.project_id) as reported_count,
    count(case when r.reported_at < d.late then 1 end) as on_time_count,
    count(*) - count(r.project_id) as missing_count
from due d
left join progress r on r.project_id = d.project_id and r.fiscal_year_be = d.fiscal_year_be and r.quarter = d.quarter
group by d.fiscal_year_be, d.quarter, d.department_code
order by group_code
