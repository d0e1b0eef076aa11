-- One row for each publishable project, with the names of its owners and its money.
-- Sums run over whole satang, which is exact in both databases.
with publishable as (
    select p.project_id
    from project p
    where p.status in ('approved', 'in_progress', 'completed', 'cancelled')
      and not p.is_classified
      and not exists (select 1 from project_approval a
                      where a.project_id = p.project_id and a.decision <> 'approved')
),
budget as (
    select project_id, cast(sum(cast(round(amount * 100) as bigint)) as bigint) as satang
    from project_budget
    group by project_id
),
paid as (
    select project_id, cast(sum(cast(round(amount * 100) as bigint)) as bigint) as satang
    from disbursement
    group by project_id
),
-- the newest approved report (an impossible one is refused in the dataset progress and not used here)
latest as (
    select project_id, progress_pct
    from (select project_id, progress_pct,
                 row_number() over (partition by project_id
                                    order by fiscal_year_be desc, quarter desc) as n
          from progress_report
          where approved
            and progress_pct between 0 and 100
            and fiscal_year_be between 2561 and 2600
            and quarter between 1 and 4) ranked
    where n = 1
),
money as (
    select p.project_id, coalesce(b.satang, 0) as budget, coalesce(d.satang, 0) as paid
    from publishable p
    left join budget b on b.project_id = p.project_id
    left join paid d on d.project_id = p.project_id
)
select
    p.project_id,
    p.project_code,
    p.name_th,
    p.name_en,
    p.kind,
    p.status,
    p.fiscal_year_be,
    p.fiscal_year_be - 543 as fiscal_year_ce,
    p.start_date,
    p.end_date,
    ministry.code as ministry_code,
    ministry.name_th as ministry_name_th,
    department.code as department_code,
    department.name_th as department_name_th,
    division.code as division_code,
    division.name_th as division_name_th,
    case when m.budget < 0 then '-' else '' end
        || cast(abs(m.budget) / 100 as text) || '.' || substr(cast(100 + abs(m.budget) % 100 as text), 2)
        as budget_total,
    case when m.paid < 0 then '-' else '' end
        || cast(abs(m.paid) / 100 as text) || '.' || substr(cast(100 + abs(m.paid) % 100 as text), 2)
        as disbursed_total,
    latest.progress_pct,
    p.beneficiary_count,
    p.covid_loan_plan,
    p.created_at,
    p.updated_at
from money m
join project p on p.project_id = m.project_id
left join org_unit division on division.org_unit_id = p.owner_unit_id
left join org_unit department on department.org_unit_id = division.parent_id
left join org_unit ministry on ministry.org_unit_id = department.parent_id
left join latest on latest.project_id = p.project_id
order by p.project_id
