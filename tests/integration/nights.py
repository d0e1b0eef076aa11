"""Edits of a demo database: an ordinary night, or something that went wrong at the source.

usage: nights.py DB night SEED | nights.py DB anomaly NAME | nights.py anomalies
"""
import random, sqlite3, sys

MINISTRY = """select project_id from project where owner_unit_id in (select v.org_unit_id from org_unit v
    join org_unit d on d.org_unit_id = v.parent_id where d.parent_id = (select d.parent_id from project p
    join org_unit v on v.org_unit_id = p.owner_unit_id join org_unit d on d.org_unit_id = v.parent_id
    group by 1 order by count(*) desc limit 1 offset 1))"""
PROVINCE = "(select province_code from project_area where province_code is not null group by 1 order by count(*) desc limit 1)"
CHILDREN = ('project_approval', 'project_plan_link', 'project_area', 'project_budget', 'disbursement', 'activity', 'indicator',
            'progress_report')

# What a broken export, a wrong unit, a lost table look like. Each must hold the release.
ANOMALIES = {
    'a ministry vanishes': f"update project set status = 'draft' where project_id in ({MINISTRY})",
    'the places of a province vanish': f"delete from project_area where province_code = {PROVINCE}",
    'a ministry sends satang as baht': f"update project_budget set amount = amount * 100 where project_id in ({MINISTRY})",
    'a ministry loses its objectives': f"update project set objective_th = null where project_id in ({MINISTRY})",
    'a form puts telephone numbers into every tenth text':
        "update project set rationale_th = rationale_th || ' ติดต่อ 081-234-5678' where project_id % 10 = 3",
    'texts are replaced before they reach us': "update project set rationale_th = 'ตามเอกสารแนบ', objective_th = 'ตามเอกสารแนบ'",
    'half the reports are lost': "delete from progress_report where project_id % 2 = 0",
    'every activity is exported twice':
        "insert into activity select project_id, seq + 1000, name_th, start_date, end_date, weight_pct from activity",
    'years arrive in the Common Era': "update project set fiscal_year_be = fiscal_year_be - 543",
    'end dates are lost': "update project set end_date = null",
    'what GFMIS paid to a ministry is zero': f"update disbursement set amount = 0 where project_id in ({MINISTRY})",
    'the register of units is cut': "delete from org_unit where level = 3 and org_unit_id not in (select owner_unit_id from project)",
}


def columns(db, table):
    return [row[1] for row in db.execute(f'pragma table_info({table})')]


def clone(db, rng, source, new):
    """A project that is entered tonight, made like another one."""
    for table in ('project',) + CHILDREN:
        names = columns(db, table)
        take = [str(new) if n == 'project_id' else f"'จว 2222-69-{new}'" if n == 'project_code' else n for n in names]
        db.execute(f"insert into {table} ({', '.join(names)}) select {', '.join(take)} from {table} where project_id = {source}")
    db.execute("update project set name_th = name_th || ? where project_id = ?", (f' ระยะที่ {rng.randint(2, 9)}', new))


def night(db, seed):
    rng = random.Random(seed)
    ids = [row[0] for row in db.execute("select project_id from project where status in ('approved', 'in_progress', 'completed')")]
    some = lambda share: rng.sample(ids, max(1, int(len(ids) * share)))
    when = f'2026-07-{1 + seed % 28:02} 0{seed % 10}:15:00'
    for p in some(.003):
        db.execute("update project set objective_th = coalesce(objective_th, '') || ' และติดตามผลต่อเนื่อง' where project_id = ?", (p,))
    for p in some(.002):
        db.execute('update project_budget set amount = round(amount * ?, 2) where project_id = ?', (rng.uniform(.8, 1.25), p))
    for p in some(.001):
        db.execute("update project set status = 'completed' where project_id = ?", (p,))
    for p in some(.0005):
        db.execute("update project set status = 'draft' where project_id = ?", (p,))
    top = db.execute('select max(project_id) from project').fetchone()[0]
    for n, p in enumerate(some(.01 if seed % 30 < 4 else .002)):          # October brings more
        clone(db, rng, p, top + 1 + n)
    if seed % 15 < 5:                                                       # a quarter has ended: reports come in
        for p in some(.05):
            row = db.execute('select max(fiscal_year_be * 10 + quarter), max(progress_pct) from progress_report where project_id = ?',
                             (p,)).fetchone()
            year, quarter = divmod(row[0] or 25690, 10)
            year, quarter = (year + 1, 1) if quarter == 4 else (year, quarter + 1)
            if year <= 2570:
                db.execute('insert or ignore into progress_report values (?, ?, ?, ?, 1000, ?, ?, null, ?, 1)',
                           (p, year, quarter, min(100, row[1] or 0), 'ดำเนินการตามแผน',
                            'ฝนตกหนัก' if rng.random() < .43 else None, when))
    for p in some(.004):
        db.execute('update project set updated_at = ? where project_id = ?', (when, p))


if sys.argv[1:] == ['anomalies']:
    print('\n'.join(ANOMALIES))
else:
    with sqlite3.connect(sys.argv[1]) as db:
        if sys.argv[2] == 'night':
            night(db, int(sys.argv[3]))
        else:
            db.execute(ANOMALIES[sys.argv[3]])
