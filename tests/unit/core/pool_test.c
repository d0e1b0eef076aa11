#include "cmocka_first.h"

#include <stdatomic.h>

#include "core/pool.h"

enum { TASKS = 1000 };

struct work {
	atomic_uint ran[TASKS];
	size_t fails_at, fails_at_too;
	atomic_uint last;
};

static enum od_rc
task(size_t i, void *u, struct od_err *err)
{
	struct work *w = u;

	atomic_fetch_add(&w->ran[i], 1);
	if (i == w->fails_at || i == w->fails_at_too)
		return od_err_set(err, OD_KIND_IO, "task %zu", i);
	return OD_OK;
}

static void
every_task_runs_once(void **state)
{
	static const unsigned jobs[] = {1, 2, 3, 64};

	(void)state;
	for (size_t j = 0; j < sizeof(jobs) / sizeof(*jobs); j++)
		for (size_t n = 0; n <= TASKS; n += n < 5 ? 1 : 199) {
			struct work w = {.fails_at = TASKS, .fails_at_too = TASKS};
			struct od_err err;

			assert_int_equal(od_pool_run(jobs[j], n, task, &w, &err),
			                 OD_OK);
			for (size_t i = 0; i < TASKS; i++)
				assert_int_equal(w.ran[i], i < n);
		}
}

static void
the_lowest_failure_is_told(void **state)
{
	(void)state;
	for (unsigned jobs = 1; jobs <= 8; jobs++)
		for (int round = 0; round < 20; round++) {
			struct work w = {.fails_at = 500, .fails_at_too = 501};
			struct od_err err;

			assert_int_equal(od_pool_run(jobs, TASKS, task, &w, &err),
			                 OD_RUN);
			assert_string_equal(err.msg, "task 500");
			assert_int_equal(err.kind, OD_KIND_IO);
			for (size_t i = 0; i <= 500; i++)
				assert_int_equal(w.ran[i], 1);
		}
}

static void
after_a_failure_no_more_are_started(void **state)
{
	struct work w = {.fails_at = 0, .fails_at_too = TASKS};
	struct od_err err;
	unsigned ran = 0;

	(void)state;
	assert_int_equal(od_pool_run(1, TASKS, task, &w, &err), OD_RUN);
	for (size_t i = 0; i < TASKS; i++)
		ran += w.ran[i];
	assert_int_equal(ran, 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_task_runs_once),
	    cmocka_unit_test(the_lowest_failure_is_told),
	    cmocka_unit_test(after_a_failure_no_more_are_started),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
