#include "core/pool.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "core/arena.h"

struct pool {
	atomic_size_t next;
	size_t n;
	enum od_rc (*fn)(size_t i, void *u, struct od_err *err);
	void *u;
	pthread_mutex_t lock;
	size_t failed; /* lowest index that failed; n: none */
	struct od_err err;
};

static void *
work(void *arg)
{
	struct pool *p = arg;
	size_t i;

	while ((i = atomic_fetch_add(&p->next, 1)) < p->n) {
		struct od_err err = {0};

		if (!p->fn(i, p->u, &err))
			continue;
		pthread_mutex_lock(&p->lock);
		if (i < p->failed) {
			p->failed = i;
			p->err = err;
		}
		pthread_mutex_unlock(&p->lock);
		atomic_store(&p->next, p->n);
	}
	return NULL;
}

enum od_rc
od_pool_run(unsigned jobs, size_t n,
            enum od_rc (*fn)(size_t i, void *u, struct od_err *err), void *u,
            struct od_err *err)
{
	struct pool p = {.n = n, .fn = fn, .u = u, .failed = n};
	unsigned started = 0;
	pthread_t *threads;

	if (jobs > n)
		jobs = (unsigned)n;
	pthread_mutex_init(&p.lock, NULL);
	threads = od_alloc((jobs + 1) * sizeof(*threads));
	/* The caller's thread works too; a thread that cannot be had is done without.
	 */
	while (started + 1 < jobs &&
	       pthread_create(&threads[started], NULL, work, &p) == 0)
		started++;
	work(&p);
	while (started)
		pthread_join(threads[--started], NULL);
	free(threads);
	pthread_mutex_destroy(&p.lock);
	if (p.failed < n) {
		*err = p.err;
		return p.err.rc;
	}
	return OD_OK;
}
