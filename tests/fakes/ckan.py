#!/usr/bin/env python3
"""A scripted CKAN: answers the actions that an upload needs as a real CKAN 2.11 was seen to, and fails on demand.

    ckan.py DIR --token TOKEN [--org NAME] [--max-bytes N] [--form FILE] [--tables] [--port N]

DIR/port      appears when the server listens
DIR/state.json, DIR/files/ID    what is stored; read at the start, so that a restart goes on
DIR/received/NNNN.{head,body}   every request as it came, for scans of what has left the house
DIR/log       one line a request: NUMBER METHOD ACTION read|write STATUS token|anonymous [FAULT]
DIR/faults    script, read at each request; a changed one starts its counts anew. Lines "ACTION NTH FAULT [ARG]":
              the NTH request of ACTION ("*": of any, "write": any write, "download") meets FAULT. NTH "*": every one.

Faults: `400` … `503` answer with that status and change nothing (ARG: Retry-After); html413, html502, html503, html200,
false200, badjson, half: a page, success:false, broken JSON, a reply cut in the middle, changing nothing; the same with
-after: the change is made first. cut, cut-after: the connection is closed without a reply; cut-body: in the middle
of the request's body. torn: the file is stored, its metadata is not, 500. slow ARG: waits ARG seconds. redirect ARG:
302 to URL ARG. huge: a reply without end. stale: somebody changes the package just before.

--tables: with a DataStore, whose loader reads a CSV as soon as it is stored.

Only the standard library.
"""
import argparse
import csv
import html
import io
import json
import os
import re
import socket
import threading
import time
import uuid
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

WRITES = {'package_create', 'package_revise', 'package_patch', 'package_delete', 'resource_create', 'resource_patch',
          'resource_delete', 'datastore_create', 'datastore_delete', 'xloader_submit'}
PACKAGE_KEYS = {'name', 'title', 'notes', 'owner_org', 'license_id', 'url', 'version', 'author', 'author_email',
                'maintainer', 'maintainer_email', 'private', 'state', 'tags', 'extras', 'groups', 'type'}
CORE_TAG = re.compile(r'[\w \-.]{2,100}')
THAI_TAG = re.compile(r'[\u0e01-\u0e59\w \-.]{2,100}')
LICENSES = [('notspecified', 'License not specified'), ('cc-by', 'Creative Commons Attribution'),
            ('cc-by-sa', 'Creative Commons Attribution Share-Alike'), ('odc-by', 'Open Data Commons Attribution')]


class Refused(Exception):
    def __init__(self, status, error):
        self.status, self.error = status, error


def not_found():
    return Refused(404, {'message': 'ไม่พบ', '__type': 'Not Found Error'})


def invalid(**fields):
    return Refused(409, {**fields, '__type': 'Validation Error'})


class Ckan:
    """The stored state and the actions on it. One request at a time."""

    def __init__(self, args):
        self.dir, self.token, self.max_bytes = Path(args.dir), args.token, args.max_bytes
        self.has_tables = args.tables
        self.form = json.loads(Path(args.form).read_text()) if args.form else None
        self.org = {'id': str(uuid.uuid5(uuid.NAMESPACE_DNS, args.org)), 'name': args.org, 'title': args.org,
                    'state': 'active', 'is_organization': True}
        for sub in ('files', 'received'):
            (self.dir / sub).mkdir(parents=True, exist_ok=True)
        self.packages, self.clock = {}, 0
        if (self.dir / 'state.json').exists():
            self.packages, self.clock = json.loads((self.dir / 'state.json').read_text())

    def save(self):
        part = self.dir / 'state.json.part'
        part.write_text(json.dumps([self.packages, self.clock], ensure_ascii=False, indent=1))
        part.replace(self.dir / 'state.json')

    def now(self):
        self.clock += 1
        return (datetime(2026, 1, 1) + timedelta(seconds=self.clock, microseconds=self.clock)).isoformat()

    def package(self, name):
        for p in self.packages.values():
            if name in (p['id'], p['name']) and p['state'] != 'deleted':
                return p
        raise not_found()

    def resource(self, rid):
        for p in self.packages.values():
            for r in p['resources']:
                if r['id'] == rid and p['state'] != 'deleted':
                    return p, r
        raise not_found()

    def touch(self, package):
        package['metadata_modified'] = self.now()

    # what everybody may ask

    def status_show(self, _):
        extensions = ['scheming_datasets'] * bool(self.form) + ['datastore', 'xloader'] * self.has_tables
        return {'ckan_version': '2.11.5', 'extensions': extensions,
                'locale_default': 'th'}

    def organization_show(self, q):
        if q.get('id') not in (self.org['id'], self.org['name']):
            raise not_found()
        return self.org

    def license_list(self, _):
        return [{'id': i, 'title': t} for i, t in LICENSES]

    def package_show(self, q):
        return self.package(q.get('id'))

    def resource_show(self, q):
        return self.resource(q.get('id'))[1]

    def scheming_dataset_schema_show(self, _):
        if not self.form:
            raise Refused(400, 'คำขอไม่เหมาะสม - Action name not known: scheming_dataset_schema_show')
        return self.form

    # writes

    def set_package(self, p, given):
        known = PACKAGE_KEYS | {f['field_name'] for f in (self.form or {}).get('dataset_fields', [])}
        if not re.fullmatch('[a-z0-9_-]{2,%d}' % (70 if self.form else 100), given.get('name', p.get('name', ''))):
            raise invalid(name=['ชื่อไม่ถูกต้อง'])
        tags = [t['name'] for t in given.get('tags', [])]
        tags += [t.strip() for t in given.get('tag_string', '').split(',') if t.strip()]
        for t in tags:
            if not (THAI_TAG if self.form else CORE_TAG).fullmatch(t):
                raise invalid(tags=[f'Tag "{t}" can only contain alphanumeric characters'])
        merged = {**p, **{k: v for k, v in given.items() if k in known and k not in ('tags', 'tag_string')}}
        for f in (self.form or {}).get('dataset_fields', []):
            key = f['field_name']
            if f.get('required') and not (tags or p.get('tags') if key == 'tag_string' else merged.get(key)):
                raise invalid(**{key: ['ค่าที่ขาดหาย']})
            if f.get('preset') == 'multiple_checkbox' and isinstance(merged.get(key), str):
                merged[key] = [merged[key]]
        if 'tags' in given or 'tag_string' in given:
            merged['tags'] = [{'name': t, 'display_name': t, 'state': 'active'} for t in sorted(set(tags))]
        p.clear()
        p.update(merged)

    def package_create(self, q):
        if any(p['name'] == q.get('name') and p['state'] != 'deleted' for p in self.packages.values()):
            raise invalid(name=['URL นั้นมีอยู่แล้ว'])
        if q.get('owner_org') not in (self.org['id'], self.org['name']):
            raise invalid(owner_org=['ไม่มีองค์กรนี้'])
        p = {'state': 'active', 'private': False, 'tags': [], 'extras': [], 'type': 'dataset'}
        self.set_package(p, q)
        p.update(id=str(uuid.uuid4()), owner_org=self.org['id'], resources=[], metadata_created=self.now())
        self.touch(p)
        self.packages[p['id']] = p
        return p

    def package_revise(self, q):
        match = q.get('match') or {}
        p = self.package(match.get('id') or match.get('name'))
        if any(p.get(k) != v for k, v in match.items()):
            raise Refused(409, {'match': sorted(k for k, v in match.items() if p.get(k) != v),
                                '__type': 'Validation Error'})
        self.set_package(p, q.get('update') or {})
        self.touch(p)
        return {} if q.get('include') == ['-*'] else {'package': p}

    def package_patch(self, q):
        p = self.package(q.get('id'))
        self.set_package(p, {k: v for k, v in q.items() if k != 'id'})
        self.touch(p)
        return p

    def package_delete(self, q):
        self.package(q.get('id'))['state'] = 'deleted'
        return None

    def store(self, r, upload):
        if upload is None:
            return
        name, media, data = upload
        if len(data) > self.max_bytes:
            raise invalid(upload=['File upload too large'])
        (self.dir / 'files' / r['id']).write_bytes(data)
        munged = re.sub('[^a-zA-Z0-9_. -]', '', name).replace(' ', '-').lower()
        r.update(url=f'http://elsewhere.example/dataset/{r["package_id"]}/resource/{r["id"]}/download/{munged}',
                 url_type='upload', size=len(data), last_modified=self.now())
        r.setdefault('mimetype', media)
        self.load(r)

    # the DataStore: its table is kept in the resource, and the package tells nothing of its changes

    def load(self, r):
        """As xloader does: text, unless the table that stands there says otherwise; its columns go if others come."""
        if not self.has_tables or r.get('format', '').upper() != 'CSV':
            return
        data = (self.dir / 'files' / r['id']).read_bytes().decode()
        head, *rows = csv.reader(io.StringIO(data, newline=''))
        columns = r.get('columns') or []
        if [c['id'] for c in columns] != head:
            columns = [{'id': c, 'type': 'text'} for c in head]
        r['columns'], r['total'] = columns, len(rows)

    def datastore_search(self, q):
        r = self.resource(q.get('resource_id'))[1]
        if not r.get('columns'):
            raise not_found()
        return {'fields': [{'id': '_id', 'type': 'int'}, *r['columns']], 'records': [], 'total': r['total']}

    def datastore_create(self, q):
        r = self.resource(q.get('resource_id'))[1]
        if r.get('url_type') == 'upload' and q.get('force') is not True:
            raise invalid(**{'read-only': ['x']})
        types = {c['id']: c['type'] for c in r.get('columns') or []}  # of a table that stands they stay
        r['columns'] = [{**c, 'type': types.get(c['id'], c['type'])} for c in q['fields']]
        r['total'] = r['total'] if types else 0
        return {}

    def datastore_delete(self, q):
        r = self.resource(q.get('resource_id'))[1]
        if not r.get('columns'):
            raise not_found()
        r['columns'] = None
        return {}

    def xloader_status(self, q):
        self.resource(q.get('resource_id'))
        task = self.dir / 'task'  # of any load, if a test says how it stands
        return json.loads(task.read_text()) if task.exists() else {'status': 'complete'}

    def xloader_submit(self, q):
        r = self.resource(q.get('resource_id'))[1]
        if q.get('ignore_hash') is True:
            self.load(r)
        return {}

    def resource_create(self, q):
        p = self.package(q.get('package_id'))
        upload = q.pop('upload', None)
        rid = q.get('id') or str(uuid.uuid4())
        try:
            uuid.UUID(rid)
        except ValueError:
            raise invalid(id=['Invalid id provided']) from None
        if self.form and not q.get('name'):
            raise invalid(name=['ค่าที่ขาดหาย'])
        old = next((r for r in p['resources'] if r['id'] == rid), None)
        r = {**(old or {}), 'hash': '', 'state': 'active', 'size': None, **q, 'id': rid, 'package_id': p['id']}
        self.store(r, upload)
        if old:  # as seen: it is moved, and its url leads nowhere
            p['resources'].remove(old)
            r['url'] = f'http://elsewhere.example/dataset/{p["id"]}/resource/{rid}/download/___'
            (self.dir / 'files' / rid).unlink(missing_ok=True)
        p['resources'].append(r)
        self.touch(p)
        return r

    def resource_patch(self, q):
        p, r = self.resource(q.get('id'))
        upload = q.pop('upload', None)
        if upload is not None and len(upload[2]) > self.max_bytes:
            raise invalid(upload=['File upload too large'])
        keep = {k: r[k] for k in ('package_id', 'url')}
        r.update(q)
        r.update(keep)
        self.store(r, upload)
        self.touch(p)
        return r

    def resource_delete(self, q):
        p, r = self.resource(q.get('id'))
        p['resources'].remove(r)
        (self.dir / 'files' / r['id']).unlink(missing_ok=True)
        self.touch(p)
        return None


class Faults:
    def __init__(self, path):
        self.path, self.text, self.rules, self.seen = path, None, [], {}

    def next(self, action, write):
        """The fault of this request and its argument."""
        text = self.path.read_text() if self.path.exists() else ''
        if text != self.text:
            self.text, self.seen = text, {}
            self.rules = [line.split() for line in text.splitlines() if line.strip()]
        hit = ('', '')
        for name in {action, '*', 'write' if write else 'read'}:
            self.seen[name] = self.seen.get(name, 0) + 1
            for rule in self.rules:
                if rule[0] == name and rule[1] in ('*', str(self.seen[name])):
                    hit = (rule[2], rule[3] if len(rule) > 3 else '')
        return hit


def parse_multipart(body, content_type):
    boundary = re.search('boundary="?([^";]+)', content_type).group(1).encode()
    fields = {}
    for part in (b'\r\n' + body).split(b'\r\n--' + boundary)[1:-1]:
        head, _, data = part.partition(b'\r\n\r\n')
        name = re.search(rb'name="([^"]*)"', head).group(1).decode()
        file_name = re.search(rb'filename="([^"]*)"', head)
        media = re.search(rb'(?i)content-type: *([^\r\n]+)', head)
        fields[name] = (file_name.group(1).decode(), media.group(1).decode() if media else '', data) \
            if file_name else data.decode()
    return fields


class Handler(BaseHTTPRequestHandler):
    protocol_version = 'HTTP/1.1'
    disable_nagle_algorithm, wbufsize = True, 65536  # or each reply waits 40 ms for an ACK
    server_version, sys_version = 'fake', ''

    def log_message(self, *_):
        pass

    def do_GET(self):
        self.answer(b'')

    def do_POST(self):
        if self.headers.get('Transfer-Encoding'):
            return self.send_page(411, 'chunked bodies are not accepted')
        self.answer(None)

    def cut(self):
        self.close_connection = True
        try:
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b'\1\0\0\0\0\0\0\0')
            self.connection.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass

    def send(self, status, media, data, **headers):
        self.send_response(status)
        self.send_header('Content-Type', media)
        self.send_header('Content-Length', str(len(data)))
        for k, v in headers.items():
            self.send_header(k.replace('_', '-'), v)
        self.end_headers()
        self.wfile.write(data)

    def send_page(self, status, text, **headers):
        page = f'<!DOCTYPE html><title>{status}</title><p>{html.escape(text)}</p>'
        self.send(status, 'text/html; charset=utf-8', page.encode(), **headers)

    def send_json(self, status, value, **headers):
        self.send(status, 'application/json;charset=utf-8', json.dumps(value, ensure_ascii=False).encode(), **headers)

    def perform(self, action, query, known):
        """Status and envelope of an action; changes the state."""
        ckan = self.server.ckan
        try:
            if action == 'organization_list_for_user':
                result = [ckan.org] if known else []
            elif action not in WRITES | {'status_show', 'organization_show', 'license_list', 'package_show',
                                         'resource_show', 'scheming_dataset_schema_show', 'datastore_search',
                                         'xloader_status'}:
                raise Refused(400, f'คำขอไม่เหมาะสม - Action name not known: {action}')
            elif action in WRITES and not known:
                raise Refused(403, {'__type': 'Authorization Error', 'message': 'ปฏิเสธการเข้าถึง: ผู้ใช้  ไม่มีสิทธิ์'})
            else:
                result = getattr(ckan, action)(query)
                if action in WRITES:
                    ckan.save()
            return 200, {'help': '', 'success': True, 'result': result}
        except Refused as e:
            return e.status, e.error if isinstance(e.error, str) else {'help': '', 'success': False, 'error': e.error}

    def read_body(self, cut):
        n = int(self.headers.get('Content-Length') or 0)
        if cut:
            self.rfile.read(n // 2)
            return None
        return self.rfile.read(n)

    def answer(self, body):
        server = self.server
        url = urlsplit(self.path)
        action = url.path.rsplit('/api/3/action/', 1)[-1] if '/api/3/action/' in url.path else 'download'
        write = action in WRITES
        known = self.headers.get('Authorization') == server.ckan.token
        with server.lock:
            server.number += 1
            number = server.number
            fault, arg = server.faults.next(action, write)
        if body is None:
            body = self.read_body(fault == 'cut-body')
        received = server.ckan.dir / 'received' / f'{number:04}'
        received.with_suffix('.head').write_text(f'{self.command} {self.path}\n{self.headers}')
        received.with_suffix('.body').write_bytes(body or b'')
        self.note = lambda status: server.note(
            f'{number} {self.command} {action} {"write" if write else "read"} {status} '
            f'{"token" if known else "anonymous"} {fault}'.rstrip())
        if body is None:
            self.note('cut')
            return self.cut()
        if fault == 'slow':
            time.sleep(float(arg))
        with server.lock:
            self.reply(action, url, body, known, fault, arg)

    def query(self, url, body):
        media = self.headers.get('Content-Type', '')
        if self.command == 'GET':
            return {k: v[0] for k, v in parse_qs(url.query).items()}
        if media.startswith('multipart/form-data'):
            return parse_multipart(body, media)
        return json.loads(body or b'{}')

    def reply(self, action, url, body, known, fault, arg):
        ckan, after = self.server.ckan, fault.endswith('-after')
        kind = fault[:-6] if after else fault
        if action == 'download' and not kind:
            return self.download(url)
        query = self.query(url, body)
        if kind == 'stale':
            p = ckan.package((query.get('match') or {}).get('id'))
            p['metadata_modified'] = ckan.now()
            p['notes'] += ' changed by somebody else'
        if kind == 'torn' and 'upload' in query:
            ckan.store(dict(ckan.resource(query['id'])[1]), query['upload'])
        status, value = 200, {}
        if kind in ('', 'slow', 'stale') or after:
            status, value = self.perform(action, query, known)
        if kind in ('', 'slow', 'stale'):
            self.note(status)
            return self.send_json(status, value)
        self.note(kind)
        self.misbehave(kind, arg, value)

    def misbehave(self, kind, arg, value):
        retry = {'Retry_After': arg} if arg else {}
        if kind == 'cut':
            self.cut()
        elif kind == 'torn':
            self.send_json(500, {'success': False, 'error': {'__type': 'Internal Server Error'}})
        elif kind == 'redirect':
            self.send(302, 'text/html', b'', Location=arg)
        elif kind == 'false200':
            self.send_json(200, {'help': '', 'success': False, 'error': {'message': 'x'}})
        elif kind == 'badjson':
            self.send(200, 'application/json', b'{"success": true, "result": {')
        elif kind == 'half':
            data = json.dumps(value).encode() + b' ' * 64
            self.send_response(200)
            self.send_header('Content-Type', 'application/json')
            self.send_header('Content-Length', str(len(data)))
            self.end_headers()
            self.wfile.write(data[:len(data) // 2])
            self.wfile.flush()
            self.cut()
        elif kind == 'huge':
            self.send_response(200)
            self.send_header('Content-Type', 'application/json')
            self.send_header('Content-Length', str(1 << 40))
            self.end_headers()
            try:
                while True:
                    self.wfile.write(b' ' * 65536)
            except OSError:
                self.cut()
        elif kind.startswith('html'):
            self.send_page(int(kind[4:]), 'nginx', **retry)
        elif kind in ('403', '404', '409', '400'):
            types = {'403': 'Authorization Error', '404': 'Not Found Error', '409': 'Validation Error'}
            self.send_json(int(kind), {'help': '', 'success': False,
                                       'error': {'__type': types.get(kind, ''), 'title': ['ค่าที่ขาดหาย']}}, **retry)
        else:
            self.send_json(int(kind), {'help': '', 'success': False,
                                       'error': {'__type': 'Internal Server Error'}}, **retry)

    def download(self, url):
        m = re.search('/dataset/([^/]+)/resource/([^/]+)/download', url.path)
        try:
            p, r = self.server.ckan.resource(m.group(2)) if m else (None, None)
        except Refused:
            m = None
        file = self.server.ckan.dir / 'files' / m.group(2) if m else None
        if not m or r['url'].endswith('/___') or not file.exists():
            self.note(404)
            return self.send_page(404, 'not found')
        self.note(200)
        self.send(200, r.get('mimetype') or 'application/octet-stream', file.read_bytes())


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def note(self, line):
        with open(self.ckan.dir / 'log', 'a') as f:
            f.write(line + '\n')

    def handle_error(self, request, client_address):
        pass  # a client that hangs up is no news


def main():
    args = argparse.ArgumentParser()
    args.add_argument('dir')
    args.add_argument('--token', required=True)
    args.add_argument('--org', default='nesdc')
    args.add_argument('--max-bytes', type=int, default=10 << 20)
    args.add_argument('--form')
    args.add_argument('--tables', action='store_true')
    args.add_argument('--port', type=int, default=0)
    args = args.parse_args()
    os.makedirs(args.dir, exist_ok=True)
    server = Server(('127.0.0.1', args.port), Handler)
    server.ckan, server.lock, server.number = Ckan(args), threading.RLock(), 0
    server.faults = Faults(Path(args.dir) / 'faults')
    part = Path(args.dir) / 'port.part'
    part.write_text(str(server.server_address[1]))
    part.replace(Path(args.dir) / 'port')
    server.serve_forever()


if __name__ == '__main__':
    main()
