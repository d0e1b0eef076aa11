#!/usr/bin/env python3
"""Writes 1,000 hostile texts into every free text of a demo source, payload k into the k-th record:
    hostile.py SOURCE.sqlite PAYLOADS     PAYLOADS: a file to write, one JSON string a line
"""
import json
import sqlite3
import sys

CORES = [
    '<script>pwned({n})</script>', '<img src=x onerror=pwned({n})>', '<svg onload=pwned({n})>', '<svg><script>pwned({n})</script></svg>',
    '<iframe src="javascript:pwned({n})"></iframe>', '<body onload=pwned({n})>', '<input autofocus onfocus=pwned({n})>',
    '<details open ontoggle=pwned({n})>', '<video><source onerror=pwned({n})></video>', '<a href="javascript:pwned({n})">x</a>',
    '<img src=http://attacker.invalid/{n}>', '<link rel=stylesheet href=//attacker.invalid/{n}>', '<base href=//attacker.invalid/{n}/>',
    '<meta http-equiv=refresh content="0;url=//attacker.invalid/{n}">', '<style>@import "//attacker.invalid/{n}";</style>',
    '<object data=//attacker.invalid/{n}></object>', '<embed src=//attacker.invalid/{n}>', '<form action=//attacker.invalid/{n}><button>',
    '" onmouseover="pwned({n})" x="', "' onfocus='pwned({n})' x='", '" autofocus onfocus=pwned({n}) x="', 'javascript:pwned({n})',
    'data:text/html,<script>pwned({n})</script>', '[x](javascript:pwned({n}))', '![x](//attacker.invalid/{n})', '<javascript:pwned({n})>',
    '{{{{ site.title }}}}<script>pwned({n})</script>', '{{{{ include "parts/head.html" }}}}pwned({n})', '${{pwned({n})}}', '<%= pwned({n}) %>',
    '&lt;script&gt;pwned({n})&lt;/script&gt;', '&#60;script&#62;pwned({n})&#60;/script&#62;', '\\u003cscript\\u003epwned({n})\\u003c/script\\u003e',
    '<template><script>pwned({n})</script></template>', '<noscript><img src=x onerror=pwned({n})></noscript>',
    '<math><a xlink:href="javascript:pwned({n})">x</a></math>', '<portal src=//attacker.invalid/{n}>', '<x onclick=pwned({n}) tabindex=1>',
    '<?xml-stylesheet href="//attacker.invalid/{n}"?>', '<!ENTITY x SYSTEM "//attacker.invalid/{n}">',
]
WRAPS = [
    '{}', 'โครงการ {} ปี 2567', '">{}', "'>{}", '</title>{}', '</textarea>{}', '</script>{}', '</style>{}', '-->{}', ']]>{}', '<!--{}', '<{}', '{}<',
    '</a></td></table>{}', '"/>{}<a title="', '\t{}', 'ก\u200b{}', '\u202e{}', '＜b＞{}', '&quot;&gt;{}', '%22%3E{}', '\\"{}\\"', '{}//', '\u0e33\u0e4d{}', '  {}  ',
]
FIELDS = {
    'project': ('name_th', 'name_en', 'rationale_th', 'objective_th', 'output_th', 'outcome_th', 'target_group_th'),
    'project_area': ('place_th',), 'activity': ('name_th',), 'indicator': ('name_th', 'unit_th'), 'project_plan_link': ('contribution_th',),
    'progress_report': ('result_th', 'problem_th'), 'org_unit': ('name_th', 'name_en'), 'plan_item': ('name_th', 'name_en'),
}

payloads = [wrap.format(core.format(n=i * len(WRAPS) + k)) for i, core in enumerate(CORES) for k, wrap in enumerate(WRAPS)]
db = sqlite3.connect(sys.argv[1])
for table, columns in FIELDS.items():
    rows = [r[0] for r in db.execute(f'select rowid from {table} order by rowid')]
    for at, column in enumerate(columns):
        db.executemany(f'update {table} set {column} = ? where rowid = ?',
                       ((payloads[(k + 7 * at) % len(payloads)], row) for k, row in enumerate(rows)))
# Each project its own payload as its name.
ids = [r[0] for r in db.execute('select project_id from project order by project_id')]
db.executemany('update project set name_th = ? where project_id = ?', ((payloads[k % len(payloads)], i) for k, i in enumerate(ids)))
db.commit()
with open(sys.argv[2], 'w', encoding='utf-8') as out:
    for p in payloads:
        print(json.dumps(p), file=out)
