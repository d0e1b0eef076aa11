/* One run at a time. */
#include "../core/cmocka_first.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/file.h"
#include "run/lock.h"

static char dir[64], state[96];

static int
make_dir(void **unused)
{
	(void)unused;
	snprintf(dir, sizeof(dir), "/tmp/odp-lock-XXXXXX");
	assert_non_null(mkdtemp(dir));
	snprintf(state, sizeof(state), "%s/state", dir);
	return 0;
}

static int
remove_dir(void **unused)
{
	struct od_err err;

	(void)unused;
	return od_dir_remove(dir, &err);
}

static void
the_second_is_busy_until_the_first_lets_go(void **unused)
{
	struct od_err err;
	struct stat st;
	int first, second;

	(void)unused;
	assert_int_equal(od_lock_take(state, &first, &err), OD_OK);
	assert_int_equal(stat(state, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0700);
	assert_int_not_equal(od_lock_take(state, &second, &err), OD_OK);
	assert_int_equal(err.kind, OD_KIND_BUSY);
	assert_non_null(strstr(err.msg, state));
	od_lock_release(first);
	assert_int_equal(od_lock_take(state, &second, &err), OD_OK);
	od_lock_release(second);
}

/* A child that inherits the descriptor holds the lock when its parent let go. */
static void
an_orphan_keeps_the_lock_until_it_ends(void **unused)
{
	struct od_err err;
	int fd, other, go[2], status;
	pid_t child;

	(void)unused;
	assert_int_equal(pipe(go), 0);
	assert_int_equal(od_lock_take(state, &fd, &err), OD_OK);
	child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		char c;

		close(go[1]);
		_exit(read(go[0], &c, 1) == 0 ? 0 : 1);
	}
	close(go[0]);
	od_lock_release(fd);
	assert_int_not_equal(od_lock_take(state, &other, &err), OD_OK);
	assert_int_equal(err.kind, OD_KIND_BUSY);
	close(go[1]);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	assert_int_equal(od_lock_take(state, &other, &err), OD_OK);
	od_lock_release(other);
}

static void
a_link_or_a_file_in_the_place_is_refused(void **unused)
{
	struct od_err err;
	char path[128];
	int fd;

	(void)unused;
	assert_int_equal(mkdir(state, 0700), 0);
	snprintf(path, sizeof(path), "%s/lock", state);
	assert_int_equal(symlink("/dev/null", path), 0);
	assert_int_not_equal(od_lock_take(state, &fd, &err), OD_OK);
	assert_int_equal(err.kind, OD_KIND_IO);
	assert_non_null(strstr(err.msg, "cannot open"));
	assert_int_not_equal(od_lock_take("/dev/null", &fd, &err), OD_OK);
	assert_int_not_equal(err.kind, OD_KIND_BUSY);
}

#define IN_DIR(f) cmocka_unit_test_setup_teardown(f, make_dir, remove_dir)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    IN_DIR(the_second_is_busy_until_the_first_lets_go),
	    IN_DIR(an_orphan_keeps_the_lock_until_it_ends),
	    IN_DIR(a_link_or_a_file_in_the_place_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
