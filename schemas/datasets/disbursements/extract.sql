-- The monthly postings of each publishable project. The source has no key: seq numbers the rows of a project
-- in the order of the fiscal year, from October to September, with every other column to break a tie.
-- A GFMIS code that is not 16 digits is left empty.
with publishable as (
    select p.project_id
    from project p
    where p.status in ('approved', 'in_progress', 'completed', 'cancelled')
      and not p.is_classified
      and not exists (select 1 from project_approval a
                      where a.project_id = p.project_id and a.decision <> 'approved')
),
posting as (
    select
        d.project_id, d.fiscal_year_be, d.month, d.amount, d.posted_at,
        case when length(d.gfmis_code) = 16 and trim(d.gfmis_code, '0123456789') = '' then d.gfmis_code end as gfmis_code
    from disbursement d
    where d.project_id in (select project_id from publishable)
)
select
    project_id,
    row_number() over (partition by project_id
                       order by fiscal_year_be, (month + 2) % 12, posted_at, amount, coalesce(gfmis_code, ''))
        as seq,
    fiscal_year_be,
    fiscal_year_be - 543 as fiscal_year_ce,
    month,
    gfmis_code,
    amount,
    posted_at
from posting
order by project_id, seq
