#!/usr/bin/env python3
"""kill_at.py N before|after SERVER COMMAND...: kills COMMAND, a client of a web server, at its N-th write.

COMMAND runs with URL in its arguments replaced by the address of a proxy to SERVER. Writes are CKAN's actions by POST that do
not only read; they are counted. At the N-th, COMMAND gets SIGKILL before the server has seen the request, or after the server
has done all of it and before an answer came back. Exit 0: killed; 3: COMMAND ended before (it made fewer writes); N = 0 never kills.
The last line on standard output is the number of writes.
"""
import http.client
import os
import signal
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

nth, when, server, *command = sys.argv[1:]
host = server.removeprefix('http://')
READS = ('_show', '_list', '_search', '_list_for_user')
lock, seen, killed = threading.Lock(), 0, threading.Event()
client = None


class Proxy(BaseHTTPRequestHandler):
    protocol_version = 'HTTP/1.1'

    def log_message(self, *args):
        pass

    def relay(self):
        global seen
        body = self.rfile.read(int(self.headers.get('Content-Length') or 0))
        fatal = False
        if self.command == 'POST' and not self.path.split('?')[0].endswith(READS):
            with lock:
                seen += 1
                fatal = seen == int(nth)
        if fatal and when == 'before':
            return self.strike()
        upstream = http.client.HTTPConnection(host, timeout=60)
        headers = {k: v for k, v in self.headers.items() if k.lower() not in ('host', 'connection')}
        upstream.request(self.command, self.path, body or None, {**headers, 'Host': host})
        answer = upstream.getresponse()
        data = answer.read()
        if fatal:
            return self.strike()
        self.send_response(answer.status)
        for k, v in answer.getheaders():
            if k.lower() not in ('transfer-encoding', 'content-length', 'connection', 'server', 'date'):
                self.send_header(k, v)
        self.send_header('Content-Length', str(len(data)))
        self.end_headers()
        if self.command != 'HEAD':
            self.wfile.write(data)

    do_GET = do_POST = do_HEAD = relay

    def strike(self):
        os.kill(client.pid, signal.SIGKILL)
        killed.set()
        self.close_connection = True


proxy = ThreadingHTTPServer(('127.0.0.1', 0), Proxy)
proxy.daemon_threads = True
threading.Thread(target=proxy.serve_forever, daemon=True).start()
url = 'http://127.0.0.1:%d' % proxy.server_address[1]
client = subprocess.Popen([url if word == 'URL' else word for word in command])
client.wait()
print(seen)
sys.exit(0 if killed.is_set() else 3)
