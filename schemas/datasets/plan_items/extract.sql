-- Every plan item with its parent. Where the source names no parent, the code does: the target 040403 belongs
-- to the sub-plan 0404 and that to the master plan 04, the issue target 040001 belongs to the master plan 04.
with parents as (
    select kind, code, max(plan_item_id) as plan_item_id
    from plan_item
    where kind in ('masterplan', 'subplan')
    group by kind, code
)
select
    i.plan_item_id,
    i.kind,
    i.code,
    coalesce(i.parent_id, above.plan_item_id) as parent_plan_item_id,
    i.name_th,
    i.name_en,
    i.valid_from,
    i.valid_to
from plan_item i
left join parents above
    on above.kind = case i.kind when 'target_y1' then 'subplan'
                                when 'subplan' then 'masterplan'
                                when 'target_y2' then 'masterplan' end
   and above.code = case i.kind when 'target_y1' then substr(i.code, 1, 4)
                                else substr(i.code, 1, 2) end
order by i.plan_item_id
