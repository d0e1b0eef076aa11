-- Every unit, also those that no longer exist: an old project keeps its owner.
select
    u.code,
    u.level as unit_level,
    parent.code as parent_code,
    u.name_th,
    u.name_en,
    u.abbr_th,
    u.province_code,
    u.active_from,
    u.active_to
from org_unit u
left join org_unit parent on parent.org_unit_id = u.parent_id
order by u.code
