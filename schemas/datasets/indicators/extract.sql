-- The indicators of each publishable project.
with publishable as (
    select p.project_id
    from project p
    where p.status in ('approved', 'in_progress', 'completed', 'cancelled')
      and not p.is_classified
      and not exists (select 1 from project_approval a
                      where a.project_id = p.project_id and a.decision <> 'approved')
)
select
    i.project_id,
    i.seq,
    i.name_th,
    i.unit_th,
    i.target_value,
    i.actual_value
from indicator i
where i.project_id in (select project_id from publishable)
order by i.project_id, i.seq
