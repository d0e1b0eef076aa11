-- The budget rows of each publishable project, by year and source.
-- A GFMIS code that is not 16 digits is left empty.
with publishable as (
    select p.project_id
    from project p
    where p.status in ('approved', 'in_progress', 'completed', 'cancelled')
      and not p.is_classified
      and not exists (select 1 from project_approval a
                      where a.project_id = p.project_id and a.decision <> 'approved')
)
select
    b.project_id,
    b.seq,
    b.fiscal_year_be,
    b.fiscal_year_be - 543 as fiscal_year_ce,
    b.source,
    case when length(b.gfmis_code) = 16 and trim(b.gfmis_code, '0123456789') = '' then b.gfmis_code end as gfmis_code,
    b.amount
from project_budget b
where b.project_id in (select project_id from publishable)
order by b.project_id, b.seq
