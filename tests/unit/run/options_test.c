#include "../core/cmocka_first.h"

#include "run/options.h"

static struct od_arena a;

static enum od_rc
read_line(struct od_options *o, unsigned uses, struct od_err *err,
          const char *const *words)
{
	char *argv[16];
	int argc = 0;

	argv[argc++] = od_arena_str(&a, "run");
	for (; *words; words++)
		argv[argc++] = od_arena_str(&a, *words);
	*err = (struct od_err){0};
	return od_options_read(o, uses, argc, argv, &a, err);
}

#define READ(...)                                                                      \
	read_line(&o, OD_USE_RUN, &err, (const char *const[]){__VA_ARGS__, NULL})

static void
options_have_two_spellings(void **state)
{
	struct od_options o;
	struct od_err err;

	(void)state;
	assert_int_equal(READ("--base-url", "https://x/", "--jobs=3", "--force"),
	                 OD_OK);
	assert_string_equal(o.base_url, "https://x/");
	assert_int_equal(o.jobs, 3);
	assert_true(o.force);
	assert_false(o.is_unsigned);
	assert_string_equal(o.output, "output"); /* its default */
	assert_null(o.sign_key);
}

static void
the_environment_is_read_and_the_command_line_wins(void **state)
{
	struct od_options o;
	struct od_err err;

	(void)state;
	setenv("ODP_OUTPUT", "/from/env", 1);
	setenv("ODP_BASE_URL", "https://env/", 1);
	setenv("ODP_FORCE", "0", 1);
	setenv("ODP_UNSIGNED", "1", 1);
	setenv("ODP_STATE", "", 1);
	assert_int_equal(READ("--output", "/from/line"), OD_OK);
	assert_string_equal(o.output, "/from/line");
	assert_string_equal(o.base_url, "https://env/");
	assert_false(o.force);
	assert_true(o.is_unsigned);
	assert_string_equal(o.state, "state");
	setenv("ODP_JOBS", "many", 1);
	assert_int_equal(READ("--force"), OD_RUN);
	assert_non_null(strstr(err.msg, "ODP_JOBS"));
	unsetenv("ODP_OUTPUT");
	unsetenv("ODP_BASE_URL");
	unsetenv("ODP_FORCE");
	unsetenv("ODP_UNSIGNED");
	unsetenv("ODP_STATE");
	unsetenv("ODP_JOBS");
}

/* Each refused with status 2 and a message that holds the word. */
static const struct {
	const char *words[3], *tells;
} refused[] = {
    {{"--nosuch"}, "--nosuch"},
    {{"-x"}, "-x"},
    {{"--jobs"}, "needs a value"},
    {{"--jobs", "0"}, "1 to 256"},
    {{"--jobs", "257"}, "1 to 256"},
    {{"--jobs", "-1"}, "whole number"},
    {{"--jobs", "1x"}, "whole number"},
    {{"--jobs", "99999999999999999999"}, "whole number"},
    {{"--force=1"}, "takes no value"},
    {{"--serial", "4"}, "--serial"}, /* between the runner and its stages */
    {{"--known-source", "x"}, "--known-source"},
    {{"--part", "x"}, "--part"}, /* of verify */
    {{"--source", "postgresql://u:secret@h/d"}, "password"},
    {{"--source=postgres://u:secret@h/d"}, "password"},
    {{"--source", "postgresql://h/d?password=secret"}, "password"},
};

static void
wrong_lines_are_refused_without_a_secret(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(refused) / sizeof(*refused); i++) {
		struct od_options o;
		struct od_err err;

		assert_int_equal(read_line(&o, OD_USE_RUN, &err, refused[i].words),
		                 OD_RUN);
		assert_int_equal(err.kind, OD_KIND_USAGE);
		if (!strstr(err.msg, refused[i].tells))
			fail_msg("%s: %s", refused[i].words[0], err.msg);
		assert_null(strstr(err.msg, "secret"));
		assert_null(strstr(err.hint, "secret"));
	}
}

static void
a_colon_that_is_no_password_passes(void **state)
{
	struct od_options o;
	struct od_err err;

	(void)state;
	assert_int_equal(READ("--source", "postgresql://u@h:5432/d"), OD_OK);
	assert_int_equal(READ("--source", "postgresql://h:5432/d?user=a@b"), OD_OK);
	assert_int_equal(READ("--source", "sqlite:/a:b@c.sqlite"), OD_OK);
	assert_string_equal(o.source, "sqlite:/a:b@c.sqlite");
}

static void
a_password_in_the_environment_is_allowed(void **state)
{
	struct od_options o;
	struct od_err err;

	(void)state;
	setenv("ODP_SOURCE", "postgresql://u:secret@h/d", 1);
	assert_int_equal(READ("--force"), OD_OK);
	assert_string_equal(o.source, "postgresql://u:secret@h/d");
	unsetenv("ODP_SOURCE");
}

static void
what_is_no_option_is_an_operand(void **state)
{
	struct od_options o;
	struct od_err err;

	(void)state;
	assert_int_equal(READ("DIR", "--force", "-"), OD_OK);
	assert_int_equal(o.n_operands, 2);
	assert_string_equal(o.operands[0], "DIR");
	assert_int_equal(READ("1", "2", "3", "4", "5"), OD_RUN);
}

static void
the_table_is_sound(void **state)
{
	(void)state;
	for (const struct od_option *o = od_options_table; o->name; o++) {
		assert_true(o->uses != 0);
		assert_true(strlen(o->help) > 5);
		assert_true((o->kind == OD_OPTION_FLAG) == (o->argument == NULL));
		assert_null(strpbrk(o->name, "_ ABCDEFGHIJKLMNOPQRSTUVWXYZ"));
		for (const struct od_option *p = od_options_table; p < o; p++) {
			assert_string_not_equal(o->name, p->name);
			/* --plan is --dry-run under the name that people look for */
			assert_true(o->offset != p->offset ||
			            (strcmp(o->name, "plan") == 0 &&
			             strcmp(p->name, "dry-run") == 0));
		}
	}
	assert_string_equal(od_option_env(&od_options_table[0], &a), "ODP_SOURCE");
}

static int
release(void **state)
{
	(void)state;
	od_arena_release(&a);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(options_have_two_spellings),
	    cmocka_unit_test(the_environment_is_read_and_the_command_line_wins),
	    cmocka_unit_test(wrong_lines_are_refused_without_a_secret),
	    cmocka_unit_test(a_colon_that_is_no_password_passes),
	    cmocka_unit_test(a_password_in_the_environment_is_allowed),
	    cmocka_unit_test(what_is_no_option_is_an_operand),
	    cmocka_unit_test(the_table_is_sound),
	};

	return cmocka_run_group_tests(tests, NULL, release);
}
