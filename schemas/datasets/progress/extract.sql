-- The approved quarterly reports of each publishable project.
with publishable as (
    select p.project_id
    from project p
    where p.status in ('approved', 'in_progress', 'completed', 'cancelled')
      and not p.is_classified
      and not exists (select 1 from project_approval a
                      where a.project_id = p.project_id and a.decision <> 'approved')
)
select
    r.project_id,
    r.fiscal_year_be,
    r.fiscal_year_be - 543 as fiscal_year_ce,
    r.quarter,
    r.progress_pct,
    r.spent,
    r.result_th,
    r.problem_th,
    r.reported_at
from progress_report r
where r.approved
  and r.project_id in (select project_id from publishable)
order by r.project_id, r.fiscal_year_be, r.quarter
