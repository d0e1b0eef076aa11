-- Projects and money by fiscal year. Sums run over whole satang, which is exact.
with g as (
    select
        p.fiscal_year_be,
        count(*) as project_count,
        sum(p.status = 'completed') as completed_count,
        sum(p.status = 'cancelled') as cancelled_count,
        sum(cast(replace(p.budget_total, '.', '') as integer)) as budget,
        sum(cast(replace(p.disbursed_total, '.', '') as integer)) as paid,
        sum(p.beneficiary_count) as persons
    from projects p
    group by p.fiscal_year_be
)
select
    g.fiscal_year_be,
    g.fiscal_year_be - 543 as fiscal_year_ce,
    g.project_count,
    g.completed_count,
    g.cancelled_count,
    cast(g.budget / 100 as text) || '.' || substr(cast(100 + g.budget % 100 as text), 2) as budget_total,
    case when g.paid < 0 then '-' else '' end
        || cast(abs(g.paid) / 100 as text) || '.' || substr(cast(100 + abs(g.paid) % 100 as text), 2)
        as disbursed_total,
    g.persons as beneficiary_count
from g
order by g.fiscal_year_be
