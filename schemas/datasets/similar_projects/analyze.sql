select p.project_id,
       p.name_th as name,
       t.objective_th as objective,
       t.output_th as output,
       t.target_group_th as target_group,
       (select group_concat(coalesce(a.place_th, '') || ' ' || coalesce(a.province_name_th, ''), ' ')
        from project_areas a where a.project_id = p.project_id) as place,
       (select group_concat(l.plan_kind || l.plan_code, ' ')
        from project_plan_links l where l.project_id = p.project_id) as plan,
       p.ministry_code || '/' || p.department_code || '/' || p.division_code as agency,
       (select group_concat(coalesce(a.subdistrict_code, a.district_code, a.province_code), ' ')
        from project_areas a where a.project_id = p.project_id) as places,
       (select group_concat(l.plan_code, ' ')
        from project_plan_links l where l.project_id = p.project_id and l.plan_kind = 'target_y1') as targets,
       cast(julianday(p.start_date) as integer) as start_day,
       cast(julianday(p.end_date) as integer) as end_day,
       cast(replace(p.budget_total, '.', '') as integer) as satang
from projects p left join project_texts t on t.project_id = p.project_id
where p.project_id between :from and :to
order by p.project_id
