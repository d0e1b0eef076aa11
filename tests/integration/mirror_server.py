#!/usr/bin/env python3
"""A web server for tests/integration/mirror.sh: serves a folder, well or badly.

    mirror_server.py ROOT CONTROL LOG

prints its port. CONTROL is a file that is read at each request, one word and its
arguments a line:
    cut N           after N bytes of bodies every connection is closed
    throttle N      N bytes a second on each connection
    wrong WORD      one bit of every body whose path has WORD is flipped
    endless WORD    such a body never ends
    half WORD       such a body is cut in its middle, if it is asked for from its start
    short WORD      such a body lacks its last byte
    absent WORD     such a path is not found
    busy N          the first N requests get status 503
    norange         Range is ignored
    badrange        a piece from another place is sent
    redirect URL    every path leads to URL + path, except below /there/
    proxy           requests for whole URLs are answered as a proxy would
LOG gets a line a request: status, bytes sent, range, path.
"""
import http.server
import os
import sys
import threading
import time
import urllib.parse

root, control, log = sys.argv[1:4]
lock = threading.Lock()
count = {"stamp": None, "bytes": 0, "requests": 0}


def read_control():
    modes = {}
    with open(control) as f:
        text = f.read()
    for line in text.splitlines():
        words = line.split()
        if words:
            modes[words[0]] = words[1] if len(words) > 1 else ""
    stamp = (os.stat(control).st_mtime_ns, text)
    with lock:
        if stamp != count["stamp"]:
            count.update(stamp=stamp, bytes=0, requests=0)
        count["requests"] += 1
        return modes, count["requests"]


class Cut(Exception):
    pass


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # or each answer waits 40 ms

    def log_message(self, *args):
        pass

    def note(self, status, sent, path):
        with lock, open(log, "a") as f:
            print(status, sent, self.headers.get("Range", "-"), path, file=f)

    def simple(self, status, path, **headers):
        body = b"an error, in words\n"
        self.send_response(status)
        for k, v in headers.items():
            self.send_header(k, v)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
        self.note(status, 0, path)

    def body(self, data, modes):
        """Bytes sent; stops where the line is cut."""
        sent = 0
        limit = int(modes["cut"]) if "cut" in modes else None
        step = max(1, int(modes["throttle"]) // 20) if "throttle" in modes else 65536
        while sent < len(data):
            piece = data[sent:sent + step]
            if limit is not None:
                with lock:
                    left = limit - count["bytes"]
                    piece = piece[:max(left, 0)]
                    count["bytes"] += len(piece)
            self.wfile.write(piece)
            sent += len(piece)
            if limit is not None and len(piece) == 0:
                raise Cut()
            if "throttle" in modes:
                time.sleep(0.05)
        return sent

    def do_GET(self):
        modes, number = read_control()
        path = self.path
        if "proxy" in modes:
            path = urllib.parse.urlsplit(path).path
        if "busy" in modes and number <= int(modes["busy"]):
            return self.simple(503, path)
        if "redirect" in modes and not path.startswith("/there/"):
            return self.simple(302, path, Location=modes["redirect"] + path)
        if path.startswith("/there/"):
            path = path[len("/there"):]
        name = root + urllib.parse.unquote(path)
        if ("absent" in modes and modes["absent"] in path) or not os.path.isfile(name):
            return self.simple(404, path)
        with open(name, "rb") as f:
            data = f.read()
        if "wrong" in modes and modes["wrong"] in path and data:
            data = data[:-1] + bytes([data[-1] ^ 1])
        if "endless" in modes and modes["endless"] in path:
            self.close_connection = True
            self.send_response(200)
            self.end_headers()
            self.note(200, -1, path)
            try:
                while True:
                    self.wfile.write(b" " * 65536)
            except OSError:
                return
        status, first = 200, 0
        asked = self.headers.get("Range", "")
        if asked.startswith("bytes=") and asked.endswith("-") and "norange" not in modes:
            status, first = 206, int(asked[6:-1])
            if first >= len(data):
                return self.simple(416, path)
        self.send_response(status)
        if status == 206:
            told = 0 if "badrange" in modes else first
            self.send_header("Content-Range", "bytes %d-%d/%d" % (told, len(data) - 1, len(data)))
        data = data[first:]
        if "short" in modes and modes["short"] in path:
            data = data[:-1]
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        if "half" in modes and modes["half"] in path and first == 0:
            data = data[:len(data) // 2]
            self.close_connection = True
        try:
            self.note(status, self.body(data, modes), path)
        except (Cut, OSError):
            self.close_connection = True
            self.note(status, -1, path)


http.server.ThreadingHTTPServer.request_queue_size = 64
server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
server.daemon_threads = True
print(server.server_address[1], flush=True)
server.serve_forever()
