#include "../core/cmocka_first.h"

#include "run/inputs.h"

static struct od_arena a;
static const struct od_facts facts = {.schemas = "s1",
                                      .templates = "t1",
                                      .source = "r1",
                                      .created = "2026-01-01",
                                      .base = "https://x/",
                                      .is_signed = "yes"};

static void
a_stage_depends_on_its_facts_alone(void **state)
{
	struct od_facts other = facts;

	(void)state;
	other.templates = "t2";
	assert_string_equal(od_inputs(&od_stage_emit, &facts, &a),
	                    od_inputs(&od_stage_emit, &other, &a));
	assert_string_not_equal(od_inputs(&od_stage_portal, &facts, &a),
	                        od_inputs(&od_stage_portal, &other, &a));
	other = facts;
	other.source = "r2";
	for (const struct od_stage *const *s = od_stages; *s; s++)
		if (*s != &od_stage_extract && *s != &od_stage_upload)
			assert_string_not_equal(od_inputs(*s, &facts, &a),
			                        od_inputs(*s, &other, &a));
	other = facts;
	other.is_signed = "no";
	assert_string_not_equal(od_inputs(&od_stage_seal, &facts, &a),
	                        od_inputs(&od_stage_seal, &other, &a));
}

static void
what_differs_is_named(void **state)
{
	struct od_facts other = facts;
	const char *old = od_inputs(&od_stage_portal, &facts, &a);

	(void)state;
	assert_string_equal(od_inputs_difference(old, old, &a), "");
	assert_string_equal(od_inputs_difference("", old, &a), "not done yet");
	other.templates = "t2";
	other.schemas = "s2";
	assert_string_equal(
	    od_inputs_difference(old, od_inputs(&od_stage_portal, &other, &a), &a),
	    "changed: schemas, templates");
}

static void
a_value_that_begins_like_another_differs(void **state)
{
	(void)state;
	assert_string_equal(od_inputs_difference("a:12", "a:1", &a), "changed: a");
	assert_string_equal(od_inputs_difference("a:1", "a:12", &a), "changed: a");
	assert_string_equal(od_inputs_difference("xa:1", "a:1", &a), "changed: a");
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
	    cmocka_unit_test(a_stage_depends_on_its_facts_alone),
	    cmocka_unit_test(what_differs_is_named),
	    cmocka_unit_test(a_value_that_begins_like_another_differs),
	};

	return cmocka_run_group_tests(tests, NULL, release);
}
