"""The part of lab.py that runs inside CKAN's virtual environment; CKAN_INI names its settings.

    lab_site.py init                            tables, the rights of the DataStore, a sysadmin; prints a token of his
    lab_site.py harvest URL [KIND [CONFIG]]     the three stages of a harvest in this process
    lab_site:application                        for gunicorn
"""
import hashlib
import json
import os
import sys

from ckan.cli import load_config
from ckan.config.middleware import make_app

application = make_app(load_config(os.environ['CKAN_INI']))

from ckan import model  # noqa: E402  (CKAN's modules want its settings)
from ckan.plugins import toolkit  # noqa: E402


def act(action, by='admin', /, **data):
    return toolkit.get_action(action)({'user': by, 'ignore_auth': True}, data)


def init():
    import psycopg2
    from ckan.cli import db
    from ckanext.datastore.cli import permissions_sql

    db._run_migrations('')
    db._migrate_plugins(apply=True)
    rights = permissions_sql('ckan', 'datastore', 'ckan', 'ckan', 'reader')
    with psycopg2.connect(os.environ['LAB_DATASTORE']) as connection:
        # one line is no SQL but tells psql where to connect to
        connection.cursor().execute('\n'.join(line for line in rights.split('\n') if line[:1] != '\\'))
    robot = toolkit.get_action('get_site_user')({'ignore_auth': True}, {})['name']
    admin = act('user_create', robot, name='admin', email='admin@lab.example', password='only-for-the-lab-1')
    act('user_patch', robot, id=admin['id'], sysadmin=True)
    print(act('api_token_create', user='admin', name='lab')['token'])


def source_of(url, kind, config):
    """The harvest source, made at its first harvest."""
    name = 'source-' + hashlib.sha256(f'{kind} {url}'.encode()).hexdigest()[:10]
    known = model.Package.get(name)
    if known:
        return known.id
    if not model.Group.get('harvested'):
        act('organization_create', name='harvested', title='Harvested')
    return act('harvest_source_create', name=name, title=name, url=url, source_type=kind, owner_org='harvested',
               frequency='MANUAL', config=config)['id']


def harvest(url, kind='dcat_rdf', config=''):
    from ckanext.harvest import queue
    from ckanext.harvest.model import HarvestJob, HarvestObject

    if kind == 'dcat_rdf' and not config and url.endswith('.ttl'):
        config = json.dumps({'rdf_format': 'text/turtle'})
    source = source_of(url, kind, config)
    job = HarvestJob.get(act('harvest_job_create', source_id=source, run=False)['id'])
    job.status = 'Running'
    job.save()
    harvester, failure = queue.get_harvester(kind), None
    try:
        for each in queue.gather_stage(harvester, job) or []:
            queue.fetch_and_import_stages(harvester, HarvestObject.get(each))
    except Exception as e:  # what would stop the queue of a real site
        model.Session.rollback()
        failure = repr(e)
    act('harvest_jobs_run', source_id=source)  # closes it
    model.Session.expire_all()
    job = HarvestJob.get(job.id)
    stats = act('harvest_job_show', id=job.id)['stats']
    told = [e.message for e in job.gather_errors] + [e.message for o in job.objects for e in o.errors]
    print(json.dumps({'status': job.status, 'failure': failure, 'stats': stats, 'errors': told}, ensure_ascii=False, indent=1))
    return 1 if failure or told or job.status != 'Finished' else 0


if __name__ == '__main__':
    sys.exit(init() if sys.argv[1] == 'init' else harvest(*sys.argv[2:]))
