-- The activities of each publishable project.
with publishable as (
    select p.project_id
    from project p
    where p.status in ('approved', 'in_progress', 'completed', 'cancelled')
      and not p.is_classified
      and not exists (select 1 from project_approval a
                      where a.project_id = p.project_id and a.decision <> 'approved')
)
select
    a.project_id,
    a.seq,
    a.name_th,
    a.start_date,
    a.end_date,
    a.weight_pct
from activity a
where a.project_id in (select project_id from publishable)
order by a.project_id, a.seq
