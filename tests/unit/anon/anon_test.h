/* anon_test.h - a method applied to a literal, for the tests of anon/. */
#ifndef OD_TESTS_UNIT_ANON_TEST_H
#define OD_TESTS_UNIT_ANON_TEST_H

/* cmocka.h wants these before it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "anon/anon.h"
#include "anon/clean.h"

/* The published text, "(null)" or "!" and the reason; lives in the arena. */
static inline const char *
publish(const char *method, struct od_span in, struct od_arena *row,
        struct od_anon_note *note)
{
	const struct od_anon_use use = {.method =
	                                    od_anon_method_find(od_span_str(method))};
	struct od_anon_note none = {0};
	struct od_pub out;
	const char *why;

	assert_non_null(use.method);
	why = use.method->apply(&use, (struct od_raw){in, false}, row, &out,
	                        note ? note : &none);
	if (why)
		return od_arena_printf(row, "!%s", why);
	if (out.null)
		return "(null)";
	return od_arena_dup(row, out.v).p;
}

static inline const char *
redact(const char *in, struct od_arena *row)
{
	return publish("redact", od_span_str(in), row, NULL);
}

/* In and out, in a table that ends with a NULL. */
struct rewrite {
	const char *in;
	const char *out;
};

static inline void
assert_redacted(const struct rewrite *cases)
{
	struct od_arena row = {0};

	for (; cases->in; cases++) {
		assert_string_equal(redact(cases->in, &row), cases->out);
		assert_string_equal(redact(cases->out, &row), cases->out);
	}
	od_arena_release(&row);
}

/* Nothing is found in these texts; ends with NULL. */
static inline void
assert_kept(const char *const *texts)
{
	struct od_arena row = {0};

	for (; *texts; texts++)
		assert_string_equal(redact(*texts, &row), *texts);
	od_arena_release(&row);
}

#endif
