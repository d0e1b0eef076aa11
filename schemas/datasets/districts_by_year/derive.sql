-- Projects and money by fiscal year and district. Sums run over whole satang, which is exact.
-- A project counts in full in each of its districts, and is not in the table if it names none.
-- The source has codes of districts and no names: a district is called what agencies write most often behind its code,
-- as one word after "อำเภอ" or, in Bangkok, "เขต".
with area as materialized (
    select district_code, project_id, place_th
    from project_areas
    where district_code is not null
),
place as (
    select
        district_code,
        case when instr(place_th, 'อำเภอ') > 0 then substr(place_th, instr(place_th, 'อำเภอ') + length('อำเภอ'), 31)
             when instr(place_th, 'เขต') > 0 then substr(place_th, instr(place_th, 'เขต') + length('เขต'), 31) end as words,
        count(*) as n
    from area
    where place_th is not null
    group by district_code, words
),
called as (
    select district_code, substr(words, 1, instr(words || ' ', ' ') - 1) as name_th, sum(n) as n
    from place
    where words is not null
    group by district_code, name_th
),
name as (
    select district_code, name_th
    from (select district_code, name_th, row_number() over (partition by district_code order by n desc, name_th) as nth
          from called
          where length(name_th) between 2 and 30 and instr(name_th, '[') = 0) ranked
    where nth = 1
),
g as (
    select
        p.fiscal_year_be,
        a.district_code,
        count(*) as project_count,
        sum(p.status = 'completed') as completed_count,
        sum(p.status = 'cancelled') as cancelled_count,
        sum(cast(replace(p.budget_total, '.', '') as integer)) as budget,
        sum(cast(replace(p.disbursed_total, '.', '') as integer)) as paid
    from (select distinct district_code, project_id from area) a
    join projects p on p.project_id = a.project_id
    group by p.fiscal_year_be, a.district_code
)
select
    g.fiscal_year_be || '-' || g.district_code as group_code,
    g.fiscal_year_be,
    g.fiscal_year_be - 543 as fiscal_year_ce,
    substr(g.district_code, 1, 2) as province_code,
    g.district_code,
    name.name_th as district_name_th,
    g.project_count,
    g.completed_count,
    g.cancelled_count,
    cast(g.budget / 100 as text) || '.' || substr(cast(100 + g.budget % 100 as text), 2) as budget_total,
    case when g.paid < 0 then '-' else '' end
        || cast(abs(g.paid) / 100 as text) || '.' || substr(cast(100 + abs(g.paid) % 100 as text), 2)
        as disbursed_total
from g
left join name on name.district_code = g.district_code
order by group_code
