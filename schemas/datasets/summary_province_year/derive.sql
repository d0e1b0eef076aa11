-- Projects and money by fiscal year and province. Sums run over whole satang, which is exact.
-- A project counts in full in each of its provinces, and under none for the whole country or if it names no place.
with area as (
    select distinct project_id, province_code, province_name_th
    from project_areas
),
g as (
    select
        p.fiscal_year_be,
        a.province_code,
        max(a.province_name_th) as province_name_th,
        count(*) as project_count,
        sum(p.status = 'completed') as completed_count,
        sum(p.status = 'cancelled') as cancelled_count,
        sum(cast(replace(p.budget_total, '.', '') as integer)) as budget,
        sum(cast(replace(p.disbursed_total, '.', '') as integer)) as paid,
        sum(p.beneficiary_count) as persons
    from projects p
    left join area a on a.project_id = p.project_id
    group by p.fiscal_year_be, a.province_code
)
select
    g.fiscal_year_be || '-' || coalesce(g.province_code, '00') as group_code,
    g.fiscal_year_be,
    g.fiscal_year_be - 543 as fiscal_year_ce,
    g.province_code,
    g.province_name_th,
    g.project_count,
    g.completed_count,
    g.cancelled_count,
    cast(g.budget / 100 as text) || '.' || substr(cast(100 + g.budget % 100 as text), 2) as budget_total,
    case when g.paid < 0 then '-' else '' end
        || cast(abs(g.paid) / 100 as text) || '.' || substr(cast(100 + abs(g.paid) % 100 as text), 2)
        as disbursed_total,
    g.persons as beneficiary_count
from g
order by group_code
