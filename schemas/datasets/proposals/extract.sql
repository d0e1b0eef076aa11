-- The yearly proposals to drive the National Strategy that became publishable projects.
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
    p.fiscal_year_be,
    p.fiscal_year_be - 543 as fiscal_year_ce,
    p.round,
    p.target_y1_id as plan_item_id,
    p.score,
    p.selected,
    p.reviewed_at
from proposal p
where p.project_id in (select project_id from publishable)
order by p.project_id, p.fiscal_year_be, p.round
