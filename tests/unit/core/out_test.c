#include "cmocka_first.h"

#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/arena.h"
#include "core/file.h"
#include "core/out.h"

static char top[64];

static int
make_top(void **state)
{
	(void)state;
	strcpy(top, "/tmp/odp-out-XXXXXX");
	return mkdtemp(top) ? 0 : -1;
}

static int
remove_top(void **state)
{
	struct od_err err;

	(void)state;
	return od_dir_remove(top, &err);
}

static const char *
path(const char *rel)
{
	static char texts[2][256];
	static unsigned turn;
	char *text = texts[turn++ % 2];

	snprintf(text, sizeof(texts[0]), "%s/%s", top, rel);
	return text;
}

static void
holds(const char *rel, const char *text)
{
	struct od_arena a = {0};
	struct od_span s;
	struct od_err err;

	assert_int_equal(od_file_read(path(rel), 1 << 20, &a, &s, OD_KIND_IO, &err),
	                 OD_OK);
	assert_string_equal(s.p, text);
	od_arena_release(&a);
}

static unsigned
names_in_top(void)
{
	struct od_arena a = {0};
	char **n = od_dir_list(top, &a);
	unsigned count = 0;

	while (n[count])
		count++;
	od_arena_release(&a);
	return count;
}

static void
a_file_tells_its_size_and_hash(void **state)
{
	const struct od_out_opts opts = {.sha256 = true, .size = 2};
	struct od_out *o = od_out_open(path("deep/er/x"), &opts);
	struct od_out_fact fact;
	struct od_err err;
	struct stat st;

	(void)state;
	od_out_puts(o, "a");
	od_out_putc(o, 'b');
	od_out_put(o, "c", 1);
	assert_int_equal(od_out_tell(o), 3);
	assert_int_equal(od_out_close(o, &fact, &err), OD_OK);
	assert_int_equal(fact.bytes, 3);
	assert_string_equal(
	    fact.sha256,
	    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
	holds("deep/er/x", "abc");
	assert_int_equal(stat(path("deep/er/x"), &st), 0);
	assert_int_equal(st.st_mode & 07777, 0644);
}

static void
an_atomic_file_appears_at_its_close(void **state)
{
	const struct od_out_opts opts = {.atomic = true, .mode = 0600};
	struct od_err err;
	struct od_out *o;
	struct stat st;

	(void)state;
	assert_int_equal(od_out_file(path("x"), OD_SPAN("old"), &err), OD_OK);
	o = od_out_open(path("x"), &opts);
	od_out_puts(o, "new");
	holds("x", "old");
	assert_int_equal(od_out_close(o, NULL, &err), OD_OK);
	holds("x", "new");
	assert_int_equal(stat(path("x"), &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	assert_int_equal(names_in_top(), 1);
}

static void
an_abandoned_atomic_file_never_appears(void **state)
{
	const struct od_out_opts opts = {.atomic = true};
	struct od_err err;
	struct od_out *o;

	(void)state;
	assert_int_equal(od_out_file(path("x"), OD_SPAN("old"), &err), OD_OK);
	o = od_out_open(path("x"), &opts);
	od_out_puts(o, "new");
	od_out_abandon(o);
	holds("x", "old");
	assert_int_equal(names_in_top(), 1);
}

static void
what_stands_there_is_not_written_into(void **state)
{
	const struct od_out_opts opts = {0};
	struct od_err err;
	struct od_out *o;

	(void)state;
	assert_int_equal(od_out_file(path("live"), OD_SPAN("live"), &err), OD_OK);
	assert_int_equal(link(path("live"), path("new")), 0);
	o = od_out_open(path("new"), &opts);
	od_out_puts(o, "changed");
	assert_int_equal(od_out_close(o, NULL, &err), OD_OK);
	holds("new", "changed");
	holds("live", "live");
}

static void
a_failed_open_is_told_by_close(void **state)
{
	const struct od_out_opts opts = {0};
	struct od_err err;
	struct od_out *o;

	(void)state;
	assert_int_equal(od_out_file(path("file"), OD_SPAN(""), &err), OD_OK);
	o = od_out_open(path("file/below"), &opts);
	assert_non_null(o);
	od_out_puts(o, "x");
	assert_int_equal(od_out_close(o, NULL, &err), OD_RUN);
	assert_int_equal(err.kind, OD_KIND_IO);
	assert_true(strlen(err.msg) > 0);
}

static void
the_first_failed_write_is_told_by_close(void **state)
{
	struct rlimit old, small;
	const struct od_out_opts opts = {.atomic = true, .size = 4096};
	char text[8192];
	struct od_err err;
	struct od_out *o;
	enum od_rc rc;

	(void)state;
	memset(text, 'x', sizeof(text));
	assert_int_equal(od_out_file(path("x"), OD_SPAN("old"), &err), OD_OK);
	signal(SIGXFSZ, SIG_IGN);
	getrlimit(RLIMIT_FSIZE, &old);
	small = old;
	small.rlim_cur = 10000;
	setrlimit(RLIMIT_FSIZE, &small);
	o = od_out_open(path("x"), &opts);
	for (int i = 0; i < 10; i++)
		od_out_put(o, text, sizeof(text));
	rc = od_out_close(o, NULL, &err);
	setrlimit(RLIMIT_FSIZE, &old);
	assert_int_equal(rc, OD_RUN);
	assert_int_equal(err.kind, OD_KIND_IO);
	holds("x", "old");
	assert_int_equal(names_in_top(), 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(a_file_tells_its_size_and_hash, make_top,
	                                    remove_top),
	    cmocka_unit_test_setup_teardown(an_atomic_file_appears_at_its_close,
	                                    make_top, remove_top),
	    cmocka_unit_test_setup_teardown(an_abandoned_atomic_file_never_appears,
	                                    make_top, remove_top),
	    cmocka_unit_test_setup_teardown(what_stands_there_is_not_written_into,
	                                    make_top, remove_top),
	    cmocka_unit_test_setup_teardown(a_failed_open_is_told_by_close, make_top,
	                                    remove_top),
	    cmocka_unit_test_setup_teardown(the_first_failed_write_is_told_by_close,
	                                    make_top, remove_top),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
