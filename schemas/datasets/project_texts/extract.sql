-- The long prose of each publishable project.
with publishable as (
    select p.project_id
    from project p
    where p.status in ('approved', 'in_progress', 'completed', 'cancelled')
      and not p.is_classified
      and not exists (select 1 from project_approval a
                      where a.project_id = p.project_id and a.decision <> 'approved')
)
select
    p.project_id,
    p.rationale_th,
    p.objective_th,
    p.output_th,
    p.outcome_th,
    p.target_group_th
from project p
where p.project_id in (select project_id from publishable)
order by p.project_id
