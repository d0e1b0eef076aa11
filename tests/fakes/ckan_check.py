#!/usr/bin/env python3
"""Whether a CKAN holds exactly a release's files: ckan_check.py URL TOKENFILE RELEASE PREFIX [DATASET ...]

Package PREFIX-DATASET must have one resource of ours for each file below RELEASE/data/DATASET/, with equal bytes (it is
downloaded), equal sha256 and size, and no other resource that claims a release_path. Prints what differs; exit 1 then.
`--dates` in place of DATASETs prints metadata_modified of all packages: two equal outputs mean that nothing was written.
"""
import hashlib
import json
import sys
import urllib.error
import urllib.request
from pathlib import Path

url, token_file, release, prefix, *datasets = sys.argv[1:]
token = Path(token_file).read_text().strip()


def get(path):
    with urllib.request.urlopen(urllib.request.Request(url + path, headers={'Authorization': token})) as r:
        return r.read()


def show(name):
    return json.loads(get(f'/api/3/action/package_show?id={name}'))['result']


if datasets and datasets[0] == '--dates':
    for d in datasets[1:]:
        print(d, show(f'{prefix}-{d.replace("_", "-")}')['metadata_modified'])
    sys.exit(0)

faults = []
for d in datasets:
    name = f'{prefix}-{d.replace("_", "-")}'
    try:
        package = show(name)
    except urllib.error.HTTPError as e:
        faults.append(f'{name}: HTTP {e.code}')
        continue
    ours = [r for r in package['resources'] if r.get('release_path')]
    ids = [r['id'] for r in ours]
    if len(ids) != len(set(ids)):
        faults.append(f'{name}: an id twice')
    files = {str(p.relative_to(release)): p.read_bytes() for p in Path(release, 'data', d).iterdir()}
    if sorted(files) != sorted(r['release_path'] for r in ours):
        faults.append(f'{name}: holds {sorted(r["release_path"] for r in ours)}, not {sorted(files)}')
    for r in ours:
        data = files.get(r['release_path'])
        if data is None:
            continue
        try:
            there = get(f'/dataset/{package["id"]}/resource/{r["id"]}/download/x')
        except urllib.error.HTTPError as e:
            there = f'HTTP {e.code}'.encode()
        if there != data:
            faults.append(f'{name}: {r["release_path"]}: the bytes differ')
        if r.get('sha256') != hashlib.sha256(data).hexdigest() or r.get('size') != len(data):
            faults.append(f'{name}: {r["release_path"]}: sha256 or size is wrong')
        if r.get('url_type') != 'upload' or r['url'].endswith('/___'):
            faults.append(f'{name}: {r["release_path"]}: the url is broken')
print('\n'.join(faults))
sys.exit(1 if faults else 0)
