"""The judge of tests/integration/search.sh: a plain look at every text, from the published tables.

    search_scan.py make RELEASE N SEED      N queries, cut out of the texts, one a line
    search_scan.py scan RELEASE WHERE       answers the queries of standard input as `odp search DIR -`
    search_scan.py sort                     puts the ids of such answers in order

It shares nothing with the program: normal form and meaning of a query are written here again.
"""
import csv
import random
import re
import sys
import unicodedata

csv.field_size_limit(1 << 30)
ODD = ['ร.ร.', '-', '"', ' ', '- ก', 'อบต.', '"" ก', 'ๆ', '-ก', 'า', 'ก"ข c"', '"ยัง', '2567', 'ฯ ถนน', 'A', 'é',
       '\u0e33', 'น้ํา', 'น้ำ', 'นํ้า', '\u200bถนน', 'จัก', 'โครงการ', 'โครงการ -โครงการ', '๒๕๖๗', 'ถนน ' * 20]
THAI_DIGITS = str.maketrans('0123456789', '๐๑๒๓๔๕๖๗๘๙')


def rows(release, table):
    with open(f'{release}/data/{table}/{table}.csv', encoding='utf-8', newline='') as f:
        yield from csv.DictReader(f)


def normal(text):
    def order(run):
        rank = {c: 1 if '\u0e48' <= c <= '\u0e4b' else 2 if c in '\u0e4c\u0e4e' else 0 for c in run[0]}
        return ''.join(sorted(rank, key=rank.get))
    text = unicodedata.normalize('NFC', text)
    text = re.sub('[\u200b\u2060\ufeff]', '', text).replace('\u0e33', '\u0e4d\u0e32')
    text = re.sub('[\u0e31\u0e34-\u0e3a\u0e47-\u0e4e]{2,}', order, text)
    text = re.sub('[๐-๙]', lambda d: str(ord(d[0]) - 0xe50), text).lower()
    return re.sub(r'[\sฯๆ.]+', ' ', text).strip()


def terms(query):
    wanted, unwanted = [], []
    for minus, phrase, word in re.findall(r'(-?)(?:"([^"]*)"?|(\S+))', query):
        if normal(phrase or word):
            (unwanted if minus else wanted).append(normal(phrase or word))
    return wanted, unwanted


def texts(release, where):
    found = {r['project_id']: [r['name_th'], r['name_en']] for r in rows(release, 'projects')}
    if where != 'name':
        units = {r['code']: r for r in rows(release, 'org_units')}
        plans = {r['plan_item_id']: r for r in rows(release, 'plan_items')}
        for r in rows(release, 'projects'):
            found[r['project_id']] += [r['project_code'], r['division_name_th']]
            for key in 'ministry_code', 'department_code':
                if r[key] in units:
                    found[r['project_id']] += [units[r[key]][c] for c in ('name_th', 'name_en', 'abbr_th')]
        for r in rows(release, 'project_areas'):
            found[r['project_id']] += [r['place_th'], r['province_name_th']]
        for r in rows(release, 'project_plan_links'):
            found[r['project_id']] += [plans[r['plan_item_id']][c] for c in ('code', 'name_th', 'name_en')]
    if where == 'all':
        for r in rows(release, 'project_texts'):
            found[r['project_id']] += [v for k, v in r.items() if k != 'project_id']
    return found


def make(release, n, seed):
    random.seed(seed)
    pool = [[t for t in v if t] for v in texts(release, 'all').values()]
    names = [v[0] for v in pool]

    def text():
        return random.choice(names if random.random() < .4 else random.choice(pool)).replace('\n', ' ')

    def part():
        whole, length = text(), random.choice([1, 2, 2, 3, 3, 4, 5, 6, 8, 10, 14, 20, 40])
        at = random.randrange(max(1, len(whole) - length + 1))
        return whole[at:at + length].replace('"', '')

    def word():
        if random.random() < .4:
            return part().strip() or 'ก'
        return random.choice(text().split() or ['ก'])[:random.choice([3, 5, 8, 12, 40])]

    kinds = [(.35, lambda: word()), (.6, lambda: f'{word()} {word()}'),
             (.7, lambda: f'{word()} {word()} {word()}'), (.8, lambda: f'"{part()}"'),
             (.9, lambda: f'{word()} -{word()}'), (.94, lambda: f'{word()} -"{part()}"'),
             (.97, lambda: word().translate(THAI_DIGITS)), (2, lambda: random.choice(ODD))]
    for _ in range(n):
        dice = random.random()
        print(re.sub(r'[\r\n]', ' ', next(f for share, f in kinds if dice < share)()))


def scan(release, where):
    found = {i: '\0'.join(normal(t) for t in v if t) for i, v in texts(release, where).items()}
    for line in sys.stdin:
        wanted, unwanted = terms(line.rstrip('\n'))
        ids = [int(i) for i, t in found.items()
               if wanted and all(w in t for w in wanted) and not any(w in t for w in unwanted)]
        print(len(ids), *sorted(ids))


def main():
    sys.stdin.reconfigure(newline='\n')
    if sys.argv[1] == 'make':
        make(sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
    elif sys.argv[1] == 'scan':
        scan(sys.argv[2], sys.argv[3])
    else:
        for line in sys.stdin:
            n, *ids = line.split()
            print(n, *sorted(map(int, ids)))


main()
