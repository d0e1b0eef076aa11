-- The publishable projects under the COVID-19 loan decree, with what their reports say they spent beside what
-- GFMIS posted. Sums run over whole satang, which is exact in both databases.
with loan as (
    select p.project_id
    from project p
    where p.covid_loan_plan is not null
      and p.status in ('approved', 'in_progress', 'completed', 'cancelled')
      and not p.is_classified
      and not exists (select 1 from project_approval a
                      where a.project_id = p.project_id and a.decision <> 'approved')
),
budget as (
    select
        project_id,
        cast(sum(cast(round(amount * 100) as bigint)) as bigint) as satang,
        cast(sum(case when source = 'covid_loan' then cast(round(amount * 100) as bigint) else 0 end) as bigint)
            as loan_satang,
        count(*) as row_count,
        sum(case when length(gfmis_code) = 16 and trim(gfmis_code, '0123456789') = '' then 1 else 0 end)
            as code_count
    from project_budget
    where project_id in (select project_id from loan)
    group by project_id
),
paid as (
    select
        project_id,
        cast(sum(cast(round(amount * 100) as bigint)) as bigint) as satang,
        max(posted_at) as last_posted_at
    from disbursement
    where project_id in (select project_id from loan)
    group by project_id
),
-- the newest approved report (an impossible one is refused in the dataset progress and not used here)
latest as (
    select project_id, progress_pct, fiscal_year_be, quarter, cast(round(spent * 100) as bigint) as satang
    from (select project_id, progress_pct, fiscal_year_be, quarter, spent,
                 row_number() over (partition by project_id
                                    order by fiscal_year_be desc, quarter desc) as n
          from progress_report
          where approved
            and progress_pct between 0 and 100
            and fiscal_year_be between 2561 and 2600
            and quarter between 1 and 4
            and project_id in (select project_id from loan)) ranked
    where n = 1
),
money as (
    select
        l.project_id,
        coalesce(b.loan_satang, 0) as loan,
        coalesce(b.satang, 0) as budget,
        coalesce(d.satang, 0) as paid,
        r.satang as reported,
        r.satang - coalesce(d.satang, 0) as difference,
        coalesce(b.row_count, 0) as budget_rows,
        coalesce(b.code_count, 0) as budget_rows_with_gfmis,
        d.last_posted_at,
        r.progress_pct,
        r.fiscal_year_be as report_year,
        r.quarter as report_quarter
    from loan l
    left join budget b on b.project_id = l.project_id
    left join paid d on d.project_id = l.project_id
    left join latest r on r.project_id = l.project_id
)
select
    p.project_id,
    p.project_code,
    p.name_th,
    p.covid_loan_plan,
    p.status,
    p.fiscal_year_be,
    p.fiscal_year_be - 543 as fiscal_year_ce,
    ministry.code as ministry_code,
    ministry.name_th as ministry_name_th,
    department.code as department_code,
    department.name_th as department_name_th,
    case when m.loan < 0 then '-' else '' end
        || cast(abs(m.loan) / 100 as text) || '.' || substr(cast(100 + abs(m.loan) % 100 as text), 2)
        as loan_amount,
    case when m.budget < 0 then '-' else '' end
        || cast(abs(m.budget) / 100 as text) || '.' || substr(cast(100 + abs(m.budget) % 100 as text), 2)
        as budget_total,
    case when m.paid < 0 then '-' else '' end
        || cast(abs(m.paid) / 100 as text) || '.' || substr(cast(100 + abs(m.paid) % 100 as text), 2)
        as disbursed_total,
    case when m.reported < 0 then '-' else '' end
        || cast(abs(m.reported) / 100 as text) || '.' || substr(cast(100 + abs(m.reported) % 100 as text), 2)
        as reported_spent,
    case when m.difference < 0 then '-' else '' end
        || cast(abs(m.difference) / 100 as text) || '.' || substr(cast(100 + abs(m.difference) % 100 as text), 2)
        as difference,
    m.report_year as report_fiscal_year_be,
    m.report_quarter,
    m.progress_pct,
    m.budget_rows,
    m.budget_rows_with_gfmis,
    m.last_posted_at
from money m
join project p on p.project_id = m.project_id
left join org_unit division on division.org_unit_id = p.owner_unit_id
left join org_unit department on department.org_unit_id = division.parent_id
left join org_unit ministry on ministry.org_unit_id = department.parent_id
order by p.project_id
