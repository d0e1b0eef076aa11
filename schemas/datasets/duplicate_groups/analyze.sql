with member as (
  select g.group_id, g.project_id, g.score, g.near_id, p.name_th, p.fiscal_year_be, p.status,
         p.ministry_code, p.department_code, p.department_name_th, p.budget_total,
         cast(replace(p.budget_total, '.', '') as integer) as satang
  from temp._groups g join projects p on p.project_id = g.project_id
),
sums as (
  select group_id, count(*) as projects, sum(satang) as satang,
         row_number() over (order by sum(satang) desc, group_id) as place
  from member group by group_id
)
select m.group_id, m.project_id, s.place, s.projects,
       printf('%d.%02d', s.satang / 100, s.satang % 100),
       m.near_id, m.score, m.name_th, m.fiscal_year_be, m.status, m.ministry_code, m.department_code,
       m.department_name_th, m.budget_total
from member m join sums s on s.group_id = m.group_id
order by m.group_id, m.project_id
