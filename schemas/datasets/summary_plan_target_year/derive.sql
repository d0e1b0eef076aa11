-- Projects and money by fiscal year and sub-plan target (Y1). Sums run over whole satang, which is exact.
-- A project counts in full in each target that it is linked to, or under none.
with target as (
    select distinct l.project_id, i.code
    from project_plan_links l
    join plan_items i on i.plan_item_id = l.plan_item_id
    where i.kind = 'target_y1'
),
-- SQLite takes the name from the row with the greatest id: the newest wording
target_name as (
    select code, name_th, max(plan_item_id) as newest
    from plan_items
    where kind = 'target_y1'
    group by code
),
g as (
    select
        p.fiscal_year_be,
        t.code as target_y1_code,
        count(*) as project_count,
        sum(p.status = 'completed') as completed_count,
        sum(p.status = 'cancelled') as cancelled_count,
        sum(cast(replace(p.budget_total, '.', '') as integer)) as budget,
        sum(cast(replace(p.disbursed_total, '.', '') as integer)) as paid,
        sum(p.beneficiary_count) as persons
    from projects p
    left join target t on t.project_id = p.project_id
    group by p.fiscal_year_be, t.code
)
select
    g.fiscal_year_be || '-' || coalesce(g.target_y1_code, '000000') as group_code,
    g.fiscal_year_be,
    g.fiscal_year_be - 543 as fiscal_year_ce,
    g.target_y1_code,
    n.name_th as target_y1_name_th,
    g.project_count,
    g.completed_count,
    g.cancelled_count,
    cast(g.budget / 100 as text) || '.' || substr(cast(100 + g.budget % 100 as text), 2) as budget_total,
    case when g.paid < 0 then '-' else '' end
        || cast(abs(g.paid) / 100 as text) || '.' || substr(cast(100 + abs(g.paid) % 100 as text), 2)
        as disbursed_total,
    g.persons as beneficiary_count
from g
left join target_name n on n.code = g.target_y1_code
order by group_code
