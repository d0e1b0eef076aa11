"""Applies the deltas of a release to the CSV files of an earlier one, as changes/index.json describes them.

usage: deltas_replay.py OLD NEW ... the directories of releases: from the tables of OLD and the deltas of NEW, those of NEW
"""
import csv, io, json, os, sys

csv.field_size_limit(1 << 30)


def read(path):
    with open(path, encoding='utf-8', newline='') as f:
        return list(csv.reader(f))


def cell(text):
    """As the tables are written: quoted where it must be, and where a space stands at an end."""
    if text and (text[0] in ' \t' or text[-1] in ' \t' or any(c in text for c in ',"\n\r')):
        return '"' + text.replace('"', '""') + '"'
    return text


def replay(old, new, dataset, types):
    """The bytes of the table, by the CSV files; None if a delta says to take the whole table."""
    rows = read(f'{old}/data/{dataset}/{dataset}.csv')
    columns, table = rows[0], [dict(zip(rows[0], r)) for r in rows[1:]]
    since = int(os.path.basename(os.path.realpath(old)))
    key = None
    for delta in json.load(open(f'{new}/changes/index.json'))['deltas']:
        if delta['release'] <= since:
            continue
        for t in delta['datasets']:
            if t['dataset'] != dataset:
                continue
            if t['whole']:
                return None
            key, columns = t['key'], t['columns']
            ident = lambda r: tuple(r[k] for k in key)
            table = {ident(r): r for r in table}
            lines = {os.path.basename(f)[len(dataset) + 1:-4]: read(f'{new}/{f}') for f in t['files'] if f.endswith('.csv')}
            for line in lines.get('removed', [])[1:]:
                table.pop(tuple(line), None)
            for line in lines.get('added', [])[1:]:
                r = dict(zip(lines['added'][0], line))
                table[ident(r)] = r
            for line in lines.get('changed', [])[1:]:
                r = dict(zip(lines['changed'][0], line))
                row = table.get(tuple(r[k] for k in key))
                if row is not None:
                    if not r['old_withheld'] and not t['lessened']:
                        assert row.get(r['field'], '') == r['old'], (dataset, r['field'], 'the old value is not that of the table')
                    row[r['field']] = r['new']
            table = list(table.values())
    if key:
        table.sort(key=lambda r: tuple(int(r[k]) if types[k] in ('id', 'integer') else r[k].encode() for k in key))
    out = io.StringIO()
    for r in [columns] + [[r.get(c, '') for c in columns] for r in table]:
        out.write((','.join(map(cell, r)) or '""') + '\n')
    return out.getvalue().encode()


def same_in_ndjson(new):
    """Both forms tell the same."""
    for delta in json.load(open(f'{new}/changes/index.json'))['deltas']:
        for t in delta['datasets']:
            if t['whole']:
                continue
            told = {'added': [], 'changed': [], 'removed': []}
            for f in t['files']:
                kind = os.path.basename(f)[len(t['dataset']) + 1:-4]
                if f.endswith('.csv'):
                    told[kind] = read(f'{new}/{f}')[1:]
            lines = {'added': [], 'changed': [], 'removed': []}
            text = lambda v: '' if v is None else v
            for line in open(f"{new}/changes/{delta['release']}/{t['dataset']}.ndjson", encoding='utf-8') if t['files'] else []:
                x = json.loads(line)
                key = [text(x['key'][k]) for k in t['key']]
                if x['change'] == 'added':
                    lines['added'].append([text(x['values'][c]) for c in t['columns']])
                elif x['change'] == 'removed':
                    lines['removed'].append(key)
                else:
                    lines['changed'] += [key + [f, text(v.get('old')), text(v['new']), 'true' if v.get('old_withheld') else '']
                                         for f, v in x['fields'].items()]
            assert lines == told, (delta['release'], t['dataset'])
            assert (len(told['added']), len(told['removed'])) == (t['added'], t['removed'])
            assert sum(t['cells'].values()) == len(told['changed'])


def main():
    *olds, new = sys.argv[1:]
    schemas = json.load(open(f'{new}/schema-changes.json'))['datasets']
    n = 0
    for old in olds:
        for s in schemas:
            d = s['dataset']
            made = replay(old, new, d, {f['name']: f['type'] for f in s['fields']})
            if made is None:
                continue
            there = open(f'{new}/data/{d}/{d}.csv', 'rb').read()
            assert made == there, f'{d}: replayed from {old}, {len(made)} bytes, differ from the table, {len(there)} bytes'
            n += made != open(f'{old}/data/{d}/{d}.csv', 'rb').read()
    same_in_ndjson(new)
    print(n, 'tables were other before')
    assert n


main()
