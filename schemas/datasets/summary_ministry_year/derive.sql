-- Projects and money by fiscal year, ministry and strategy. Sums run over whole satang, which is exact.
-- A project counts in full in each strategy that it is linked to, or under none.
with strategy as (
    select distinct l.project_id, i.code
    from project_plan_links l
    join plan_items i on i.plan_item_id = l.plan_item_id
    where i.kind = 'strategy'
),
-- SQLite takes the name from the row with the greatest id: the newest wording
strategy_name as (
    select code, name_th, max(plan_item_id) as newest
    from plan_items
    where kind = 'strategy'
    group by code
),
g as (
    select
        p.fiscal_year_be,
        p.ministry_code,
        max(p.ministry_name_th) as ministry_name_th,
        s.code as strategy_code,
        count(*) as project_count,
        sum(p.status = 'completed') as completed_count,
        sum(p.status = 'cancelled') as cancelled_count,
        sum(cast(replace(p.budget_total, '.', '') as integer)) as budget,
        sum(cast(replace(p.disbursed_total, '.', '') as integer)) as paid,
        sum(p.beneficiary_count) as persons
    from projects p
    left join strategy s on s.project_id = p.project_id
    group by p.fiscal_year_be, p.ministry_code, s.code
)
select
    g.fiscal_year_be || '-' || g.ministry_code || '-' || coalesce(g.strategy_code, '0') as group_code,
    g.fiscal_year_be,
    g.fiscal_year_be - 543 as fiscal_year_ce,
    g.ministry_code,
    g.ministry_name_th,
    g.strategy_code,
    n.name_th as strategy_name_th,
    g.project_count,
    g.completed_count,
    g.cancelled_count,
    cast(g.budget / 100 as text) || '.' || substr(cast(100 + g.budget % 100 as text), 2) as budget_total,
    case when g.paid < 0 then '-' else '' end
        || cast(abs(g.paid) / 100 as text) || '.' || substr(cast(100 + abs(g.paid) % 100 as text), 2)
        as disbursed_total,
    g.persons as beneficiary_count
from g
left join strategy_name n on n.code = g.strategy_code
order by group_code
