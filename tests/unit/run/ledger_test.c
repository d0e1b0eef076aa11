/* What was done, and what of the state directory is kept for it. */
#include "../core/cmocka_first.h"

#include <sys/stat.h>
#include <unistd.h>

#include "core/file.h"
#include "run/ledger.h"
#include "run/tidy.h"

static char dir[64];
static struct od_arena a;
static struct od_ledger *l;
static struct od_err err;

static int
open_ledger(void **state)
{
	(void)state;
	snprintf(dir, sizeof(dir), "/tmp/odp-ledger-XXXXXX");
	assert_non_null(mkdtemp(dir));
	return od_ledger_open(dir, &l, &err) == OD_OK ? 0 : -1;
}

static int
close_ledger(void **state)
{
	(void)state;
	od_ledger_close(l);
	od_arena_release(&a);
	return od_dir_remove(dir, &err);
}

static void
put(int64_t serial, const char *state, int64_t data, int64_t emit)
{
	const struct od_release r = {.serial = serial,
	                             .state = state,
	                             .created = "2026-01-01",
	                             .source_hash = "s",
	                             .data_serial = data,
	                             .emit_serial = emit,
	                             .root = "r",
	                             .reason = "why"};

	assert_int_equal(od_ledger_put(l, &r, &err), OD_OK);
}

static void
a_release_is_found_by_serial_and_state(void **state)
{
	struct od_release r;
	int64_t highest;

	(void)state;
	assert_int_equal(od_ledger_highest(l, &highest, &err), OD_OK);
	assert_int_equal(highest, 0);
	assert_int_equal(od_ledger_release(l, 1, &a, &r, &err), OD_OK);
	assert_int_equal(r.serial, 0);
	put(1, "live", 1, 1);
	put(2, "live", 1, 2);
	put(3, "building", 3, 3);
	assert_int_equal(od_ledger_newest(l, "live", &a, &r, &err), OD_OK);
	assert_int_equal(r.serial, 2);
	assert_int_equal(r.data_serial, 1);
	assert_string_equal(r.root, "r");
	assert_int_equal(od_ledger_newest(l, "held", &a, &r, &err), OD_OK);
	assert_int_equal(r.serial, 0);
	put(3, "held", 3, 3); /* replaces */
	assert_int_equal(od_ledger_newest(l, "held", &a, &r, &err), OD_OK);
	assert_int_equal(r.serial, 3);
	assert_string_equal(r.reason, "why");
	assert_int_equal(od_ledger_highest(l, &highest, &err), OD_OK);
	assert_int_equal(highest, 3);
}

static const char *
input(int64_t serial, const char *stage)
{
	const char *text;

	assert_int_equal(od_ledger_stage(l, serial, stage, &a, &text, &err), OD_OK);
	return text;
}

static void
done(int64_t serial, const char *stage, const char *words)
{
	const struct od_stage_done d = {
	    .stage = stage, .input = words, .note = "n", .seconds = 1};

	assert_int_equal(od_ledger_done(l, serial, &d, &err), OD_OK);
}

static void
a_stage_is_done_until_it_is_forgotten(void **state)
{
	struct od_release r;

	(void)state;
	put(1, "live", 1, 1);
	assert_string_equal(input(1, "emit"), "");
	done(1, "emit", "a:1");
	done(1, "seal", "b:1");
	done(1, "emit", "a:2"); /* replaces */
	assert_string_equal(input(1, "emit"), "a:2");
	assert_int_equal(od_ledger_copy_stages(l, 1, 2, &err), OD_OK);
	assert_int_equal(od_ledger_forget(l, 1, "emit", &err), OD_OK);
	assert_string_equal(input(1, "emit"), "");
	assert_string_equal(input(1, "seal"), "b:1");
	assert_string_equal(input(2, "emit"), "a:2");
	assert_int_equal(od_ledger_forget(l, 1, NULL, &err), OD_OK);
	assert_string_equal(input(1, "seal"), "");
	assert_int_equal(od_ledger_release(l, 1, &a, &r, &err), OD_OK);
	assert_int_equal(r.serial, 0);
	assert_string_equal(input(2, "emit"), "a:2");
	assert_string_equal(input(2, "seal"), ""); /* each release has its own seal */
}

static void
what_is_written_outlives_the_process(void **state)
{
	struct od_release r;
	struct stat st;
	char path[96];

	(void)state;
	put(7, "live", 7, 7);
	od_ledger_close(l);
	snprintf(path, sizeof(path), "%s/ledger.sqlite", dir);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	assert_int_equal(od_ledger_open(dir, &l, &err), OD_OK);
	assert_int_equal(od_ledger_newest(l, "live", &a, &r, &err), OD_OK);
	assert_int_equal(r.serial, 7);
}

static void
the_status_of_the_run_before_is_known(void **state)
{
	int64_t one, two, three;
	int status;

	(void)state;
	assert_int_equal(od_ledger_begin_run(l, &one, &err), OD_OK);
	assert_int_equal(od_ledger_status_before(l, one, &status, &err), OD_OK);
	assert_int_equal(status, 0);
	assert_int_equal(od_ledger_end_run(l, one, 4, 0, "held", "validate", &err),
	                 OD_OK);
	assert_int_equal(od_ledger_begin_run(l, &two, &err), OD_OK);
	assert_int_equal(od_ledger_status_before(l, two, &status, &err), OD_OK);
	assert_int_equal(status, 4);
	assert_int_equal(od_ledger_begin_run(l, &three, &err), OD_OK);
	assert_int_equal(od_ledger_status_before(l, three, &status, &err), OD_OK);
	assert_int_equal(status, 0); /* the second did not end */
}

static void
what_is_printed_names_runs_and_releases(void **state)
{
	char *text = NULL;
	size_t n = 0;
	int64_t run;
	FILE *f = open_memstream(&text, &n);

	(void)state;
	assert_non_null(f);
	put(1, "live", 1, 1);
	put(2, "held", 2, 2);
	done(1, "seal", "b:1");
	assert_int_equal(od_ledger_begin_run(l, &run, &err), OD_OK);
	assert_int_equal(od_ledger_end_run(l, run, 0, 1, "all good", NULL, &err),
	                 OD_OK);
	assert_int_equal(od_ledger_begin_run(l, &run, &err), OD_OK);
	assert_int_equal(od_ledger_print(l, f, &err), OD_OK);
	assert_int_equal(fclose(f), 0);
	assert_non_null(strstr(text, "not ended"));
	assert_non_null(strstr(text, "status 0  all good"));
	assert_non_null(strstr(text, "2  2026-01-01  why"));
	assert_non_null(strstr(text, "seal"));
	free(text);
}

static void
a_damaged_ledger_is_told_with_what_to_do(void **state)
{
	struct od_ledger *other;
	char path[96];
	FILE *f;

	(void)state;
	od_ledger_close(l);
	snprintf(path, sizeof(path), "%s/ledger.sqlite", dir);
	f = fopen(path, "w");
	assert_non_null(f);
	for (unsigned i = 0; i < 4096; i++)
		assert_true(fputc('x', f) == 'x');
	assert_int_equal(fclose(f), 0);
	assert_int_not_equal(od_ledger_open(dir, &other, &err), OD_OK);
	assert_int_equal(err.kind, OD_KIND_IO);
	assert_non_null(strstr(err.hint, "move the file away"));
	assert_int_equal(unlink(path), 0);
	assert_int_equal(od_ledger_open(dir, &l, &err), OD_OK);
}

static const char *
path_of(const char *rel)
{
	return od_arena_printf(&a, "%s/%s", dir, rel);
}

static void
touch(const char *rel)
{
	FILE *f = fopen(path_of(rel), "w");

	assert_non_null(f);
	assert_int_equal(fclose(f), 0);
}

/* Live 1 to 4 (4 made of 3's snapshot), held 5; of 1 and 3 the folder is kept. */
static void
tidying_up_keeps_what_a_later_run_can_use(void **state)
{
	static const struct {
		const char *rel;
		bool stays;
	} files[] = {
	    {"snapshots/1.sqlite", false},        {"snapshots/1.artefacts.json", true},
	    {"snapshots/2.sqlite", false},        {"snapshots/2.artefacts.json", false},
	    {"snapshots/3.sqlite", true},         {"snapshots/3.artefacts.json", true},
	    {"snapshots/4.artefacts.json", true}, {"snapshots/5.sqlite", true},
	    {"snapshots/12.sqlite", false},       {"snapshots/notes", true},
	    {"findings/1.ndjson", false},         {"findings/3.ndjson", true},
	    {"findings/5.ndjson", true},
	};
	static const char *const folders[] = {
	    "snapshots",    "findings",       "out",
	    "out/releases", "out/releases/1", "out/releases/3"};
	struct od_options o = {.state = dir};

	(void)state;
	o.output = path_of("out");
	for (size_t i = 0; i < OD_ARRAY_LEN(folders); i++)
		assert_int_equal(mkdir(path_of(folders[i]), 0700), 0);
	for (size_t i = 0; i < OD_ARRAY_LEN(files); i++)
		touch(files[i].rel);
	for (int64_t i = 1; i <= 4; i++)
		put(i, "live", i == 4 ? 3 : i, i);
	put(5, "held", 5, 5);
	for (unsigned twice = 0; twice < 2; twice++) {
		assert_int_equal(od_tidy_state(&o, l, &a, &err), OD_OK);
		for (size_t i = 0; i < OD_ARRAY_LEN(files); i++)
			if (od_file_exists(path_of(files[i].rel)) != files[i].stays)
				fail_msg("%s", files[i].rel);
	}
}

#define WITH_LEDGER(f) cmocka_unit_test_setup_teardown(f, open_ledger, close_ledger)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    WITH_LEDGER(a_release_is_found_by_serial_and_state),
	    WITH_LEDGER(a_stage_is_done_until_it_is_forgotten),
	    WITH_LEDGER(what_is_written_outlives_the_process),
	    WITH_LEDGER(the_status_of_the_run_before_is_known),
	    WITH_LEDGER(what_is_printed_names_runs_and_releases),
	    WITH_LEDGER(a_damaged_ledger_is_told_with_what_to_do),
	    WITH_LEDGER(tidying_up_keeps_what_a_later_run_can_use),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
