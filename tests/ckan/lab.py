#!/usr/bin/env python3
"""A real CKAN on loopback, without containers, for tests to talk to.

    lab.py install TOOLS             Debian packages, a virtual environment and Solr's jars into TOOLS; nothing if they are there
    lab.py start TOOLS RUN           a new, empty CKAN whose every file lies in RUN; RUN/url and RUN/token say how to reach it
    lab.py harvest TOOLS RUN URL [KIND [CONFIG]]
                                     one harvest of a source, now; what became of it as JSON
    lab.py stop RUN                  ends its processes and removes RUN

CKAN with DataStore, xloader, harvest, DCAT and its harvester; PostgreSQL, redis and Solr of its own, on free ports. Nothing is
kept from one start to the next: starting from nothing takes some ten seconds, and no test sees what another one left.
"""
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

HERE = Path(__file__).resolve().parent
PACKAGES = 'postgresql redis-server openjdk-17-jre-headless maven python3-venv libmagic1'.split()
POSTGRES = {'user': 'postgres', 'group': 'postgres', 'extra_groups': []} if os.geteuid() == 0 else {}


def run(*command, **options):
    return subprocess.run([str(word) for word in command], check=True, **options)


# ---- install

def missing_packages():
    def is_installed(name):
        asked = subprocess.run(['dpkg-query', '-W', '-f', '${Status}', name], capture_output=True, text=True)
        return asked.stdout.endswith('ok installed')
    return [name for name in PACKAGES if not is_installed(name)]


def wanted():
    """What was installed is there if this is what the stamp says."""
    return ''.join((HERE / name).read_text() for name in ('constraints.txt', 'solr/pom.xml'))


def install(tools):
    stamp = tools / 'installed'
    if not missing_packages() and stamp.exists() and stamp.read_text() == wanted():
        return
    if missing_packages():
        if os.geteuid() != 0:
            sys.exit('as root: apt-get install ' + ' '.join(missing_packages()))
        # no cluster and no service of the machine's own: what tests use, they start
        Path('/etc/postgresql-common').mkdir(exist_ok=True)
        settings = Path('/etc/postgresql-common/createcluster.conf')
        if not settings.exists():
            settings.write_text('create_main_cluster = false\n')
        quiet = dict(os.environ, DEBIAN_FRONTEND='noninteractive', RUNLEVEL='1')
        run('apt-get', '-q', 'update')
        run('apt-get', '-qy', 'install', '--no-install-recommends', *missing_packages(), env=quiet)
    stamp.unlink(missing_ok=True)
    tools.mkdir(parents=True, exist_ok=True)
    shutil.rmtree(tools / 'solr', ignore_errors=True)
    jars = subprocess.Popen(['mvn', '-q', '-B', f'-Dmaven.repo.local={tools}/maven', '-f', HERE / 'solr/pom.xml',
                             'dependency:copy-dependencies', f'-DoutputDirectory={tools}/solr'])
    pip = tools / 'venv/bin/pip'
    if not pip.exists():
        run(sys.executable, '-m', 'venv', tools / 'venv')
    # The list is whole: nothing is left for pip to choose, in the environments it builds in neither.
    run(pip, '-q', '--cache-dir', tools / 'pip', 'install', '--no-deps', '--use-pep517', '-r', HERE / 'constraints.txt',
        env=dict(os.environ, PIP_CONSTRAINT=str(HERE / 'constraints.txt')))
    run(pip, 'check')
    if jars.wait() != 0:
        sys.exit('Solr cannot be fetched')
    stamp.write_text(wanted())


# ---- start and stop

def free_ports(count):
    held = [socket.create_server(('127.0.0.1', 0)) for _ in range(count)]
    ports = [s.getsockname()[1] for s in held]
    for s in held:
        s.close()
    return ports


def until(seconds, what, is_up):
    end = time.monotonic() + seconds
    while True:
        try:
            if is_up():
                return
        except OSError:
            pass
        if time.monotonic() > end:
            sys.exit(f'{what} did not come up in {seconds} s')
        time.sleep(0.05)


def answers(url):
    return lambda: urllib.request.urlopen(url, timeout=5).status == 200


def listens(port):
    def connect():
        socket.create_connection(('127.0.0.1', port), timeout=1).close()
        return True
    return connect


class Lab:
    def __init__(self, tools, home):
        self.tools, self.home = tools, home
        self.bin = tools / 'venv/bin'
        self.env = dict(os.environ, CKAN_INI=str(home / 'ckan.ini'), PYTHONPATH=str(HERE), LC_ALL='C.UTF-8')

    def spawn(self, name, *command, **options):
        """A server in a session of its own; the pids are for stop()."""
        with open(self.home / f'{name}.log', 'wb') as log:
            child = subprocess.Popen([str(word) for word in command], stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                                     start_new_session=True, **{'cwd': self.home, 'env': self.env, **options})
        with open(self.home / 'pids', 'a') as pids:
            print(child.pid, file=pids)

    def postgres(self, port):
        programs = max(Path('/usr/lib/postgresql').iterdir(), key=lambda p: int(p.name)) / 'bin'
        data = self.home / 'postgres'
        data.mkdir(mode=0o700)
        if POSTGRES:
            shutil.chown(data, 'postgres', 'postgres')
        run(programs / 'initdb', '-D', data, '-U', 'lab', '-A', 'trust', '-E', 'UTF8', '--locale=C.UTF-8', '--no-sync',
            cwd=data, stdout=subprocess.DEVNULL, **POSTGRES)
        # nothing of it has to outlive a power cut
        self.spawn('postgres', programs / 'postgres', '-D', data, '-p', port, '-h', '127.0.0.1', '-k', '', '-F',
                   '-c', 'full_page_writes=off', cwd=data, **POSTGRES)
        until(30, 'PostgreSQL', lambda: subprocess.run(
            [programs / 'pg_isready', '-q', '-h', '127.0.0.1', '-p', str(port)]).returncode == 0)
        self.psql = [programs / 'psql', '-qX', '-v', 'ON_ERROR_STOP=1', f'postgresql://lab@127.0.0.1:{port}/postgres']
        for statement in ('create role ckan login', 'create role reader login', 'create database ckan owner ckan',
                          'create database datastore owner ckan'):
            run(*self.psql, '-c', statement)

    def solr(self, port):
        core = self.home / 'solr/ckan'
        (core / 'conf').mkdir(parents=True)
        (self.home / 'solr/solr.xml').write_text('<solr/>\n')
        (core / 'core.properties').write_text('name=ckan\n')
        for words in ('protwords', 'synonyms', 'stopwords'):
            (core / f'conf/{words}.txt').touch()
        shutil.copy(HERE / 'solr/solrconfig.xml', core / 'conf')
        schema, = (self.tools / 'venv').glob('lib/python3*/site-packages/ckan/config/solr/schema.xml')
        shutil.copy(schema, core / 'conf')
        # a short life: compiled in haste, collected by one thread
        self.spawn('solr', 'java', '-Xmx512m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', f'-Dsolr.log.dir={self.home}',
                   '-cp', f'{self.tools}/solr/*', HERE / 'solr/Solr.java', self.home / 'solr', port)

    def settings(self, ports, token=None):
        """ckan.ini: what is not said here is as CKAN has it."""
        site, database, redis, solr = ports
        url = 'postgresql://{}@127.0.0.1:%d/{}' % database
        values = {
            'use': 'egg:ckan', 'SECRET_KEY': 'of a lab', 'ckan.site_id': 'lab', 'ckan.site_url': f'http://127.0.0.1:{site}',
            'ckan.plugins': 'activity datastore xloader harvest ckan_harvester dcat dcat_rdf_harvester structured_data',
            'ckan.locale_default': 'th', 'ckan.storage_path': self.home / 'storage', 'ckan.max_resource_size': 10,
            'sqlalchemy.url': url.format('ckan', 'ckan'),
            'ckan.datastore.write_url': url.format('ckan', 'datastore'),
            'ckan.datastore.read_url': url.format('reader', 'datastore'),
            'solr_url': f'http://127.0.0.1:{solr}/solr/ckan', 'ckan.redis.url': f'redis://127.0.0.1:{redis}/0',
            'ckan.harvest.mq.type': 'redis', 'ckanext.dcat.rdf.profiles': 'euro_dcat_ap_3',
            'ckanext.xloader.jobs_db.uri': f'sqlite:///{self.home}/xloader.db', 'ckanext.xloader.api_token': token or 'NOT_SET',
        }
        logging = {
            'loggers': {'keys': 'root'}, 'handlers': {'keys': 'err'}, 'formatters': {'keys': 'line'},
            'logger_root': {'level': 'WARNING', 'handlers': 'err'},
            'handler_err': {'class': 'StreamHandler', 'args': '(sys.stderr,)', 'formatter': 'line'},
            'formatter_line': {'format': '%(asctime)s %(name)s %(message)s'},
        }
        sections = {'DEFAULT': {'debug': 'false'}, 'app:main': values, **logging}
        (self.home / 'ckan.ini').write_text('\n'.join(
            f'[{name}]\n' + ''.join(f'{k} = {v}\n' for k, v in section.items()) for name, section in sections.items()))

    def start(self):
        self.home.mkdir(parents=True)
        self.home.chmod(0o755)  # the user postgres passes through
        site, database, redis, solr = ports = free_ports(4)
        self.solr(solr)
        self.spawn('redis', 'redis-server', '--bind', '127.0.0.1', '--port', redis, '--save', '', '--appendonly', 'no')
        self.postgres(database)
        until(10, 'redis', listens(redis))
        (self.home / 'storage').mkdir()
        self.settings(ports)
        until(60, 'Solr', answers(f'http://127.0.0.1:{solr}/solr/ckan/schema'))
        made = subprocess.run([self.bin / 'python', HERE / 'lab_site.py', 'init'], capture_output=True, text=True, cwd=self.home,
                              env=dict(self.env, LAB_DATASTORE=f'postgresql://lab@127.0.0.1:{database}/datastore'))
        if made.returncode:
            sys.exit('CKAN makes no tables: ' + made.stderr[-2000:])
        token = made.stdout.split()[-1]
        (self.home / 'token').touch(mode=0o600)
        (self.home / 'token').write_text(token)
        self.settings(ports, token)
        self.spawn('worker', self.bin / 'ckan', 'jobs', 'worker')
        self.spawn('ckan', self.bin / 'gunicorn', '--preload', '-w', 1, '-k', 'gthread', '--threads', 8, '-t', 300,
                   '-b', f'127.0.0.1:{site}', 'lab_site:application')
        until(60, 'CKAN', answers(f'http://127.0.0.1:{site}/api/3/action/status_show'))
        (self.home / 'url').write_text(f'http://127.0.0.1:{site}\n')

    def harvest(self, *args):
        os.chdir(self.home)
        os.execve(self.bin / 'python', [str(self.bin / 'python'), HERE / 'lab_site.py', 'harvest', *args], self.env)


def stop(home):
    """The last started first; what does not end in time is killed."""
    def is_ours(pid):
        try:
            return Path(os.readlink(f'/proc/{pid}/cwd')).is_relative_to(home)
        except OSError:
            return False

    pids = [int(line) for line in (home / 'pids').read_text().split()] if (home / 'pids').exists() else []
    for send, seconds in ((signal.SIGINT, 5), (signal.SIGTERM, 5), (signal.SIGKILL, 5)):
        for pid in reversed([pid for pid in pids if is_ours(pid)]):
            os.killpg(pid, send)
        end = time.monotonic() + seconds
        while any(map(is_ours, pids)) and time.monotonic() < end:
            time.sleep(0.05)
    shutil.rmtree(home, ignore_errors=True)


def main():
    words = sys.argv[1:]
    if len(words) == 2 and words[0] == 'install':
        return install(Path(words[1]).resolve())
    if len(words) == 2 and words[0] == 'stop':
        return stop(Path(words[1]).resolve())
    if len(words) >= 3 and words[0] in ('start', 'harvest'):
        lab = Lab(Path(words[1]).resolve(), Path(words[2]).resolve())
        return lab.start() if words[0] == 'start' else lab.harvest(*words[3:])
    sys.exit(__doc__)


main()
