-- Which plan items each publishable project is linked to.
with publishable as (
    select p.project_id
    from project p
    where p.status in ('approved', 'in_progress', 'completed', 'cancelled')
      and not p.is_classified
      and not exists (select 1 from project_approval a
                      where a.project_id = p.project_id and a.decision <> 'approved')
)
select
    l.project_id,
    l.plan_item_id,
    i.kind as plan_kind,
    i.code as plan_code,
    l.is_primary,
    l.contribution_th
from project_plan_link l
left join plan_item i on i.plan_item_id = l.plan_item_id
where l.project_id in (select project_id from publishable)
order by l.project_id, l.plan_item_id
