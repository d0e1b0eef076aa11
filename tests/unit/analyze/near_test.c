#include "../core/cmocka_first.h"

#include <math.h>

#include "analyze/grams.h"
#include "analyze/near.h"
#include "analyze/shared.h"
#include "core/compiler.h"

enum { DOCS = 500, COPIES = 20, WORDS = 300, NEAREST = 10 };

static struct od_buf texts;
static const uint8_t *docs[DOCS];
static const double weights[] = {1.5, 1};

/* Numbers that are the same everywhere. */
static uint32_t
next(void)
{
	static uint64_t seed = 1;

	seed = seed * UINT64_C(6364136223846793005) + 1442695040888963407u;
	return (uint32_t)(seed >> 33);
}

/* A word of consonants by its number: frequent ones are many, as in a text. */
static void
put_word(struct od_buf *b, uint32_t word)
{
	uint32_t x = word * 2654435761u;

	for (unsigned i = 0; i < 4 + word % 3; i++, x >>= 5) {
		od_buf_puts(b, "\xe0\xb8");
		od_buf_putc(b, (char)(0x81 + x % 32));
	}
}

static void
put_text(struct od_buf *b, unsigned words)
{
	od_buf_puts(b, "โครงการพัฒนา");
	while (words--)
		put_word(b, next() % (1 + next() % WORDS));
}

/*
 * Of two texts each. The last COPIES are the first ones with another second text of
 * which a half is new.
 */
static int
make_docs(void **state)
{
	static size_t at[DOCS];
	static struct od_buf name[DOCS];

	(void)state;
	for (size_t i = 0; i < DOCS; i++) {
		struct od_buf goal = {0};

		if (i >= DOCS - COPIES)
			od_buf_span(&name[i], od_buf_view(&name[i - (DOCS - COPIES)]));
		else
			put_text(&name[i], 8);
		put_text(&goal, 20);
		at[i] = texts.n;
		od_gram_symbols(&texts, NULL, od_buf_view(&name[i]));
		od_gram_symbols(&texts, NULL, od_buf_view(&goal));
		od_buf_release(&goal);
	}
	for (size_t i = 0; i < DOCS; i++) {
		docs[i] = (const uint8_t *)texts.p + at[i];
		od_buf_release(&name[i]);
	}
	return 0;
}

static int
drop_docs(void **state)
{
	(void)state;
	od_buf_release(&texts);
	return 0;
}

struct found {
	struct od_hit hits[DOCS][NEAREST];
	size_t n[DOCS];
};

static void
find_of_all(unsigned jobs, bool brute, struct found *to)
{
	struct od_vectors *v =
	    od_vectors_open(docs, DOCS, weights, OD_ARRAY_LEN(weights), jobs);
	struct od_near *near = od_near_open(v, jobs);
	struct od_near_desk *desk = od_near_desk_open(near);

	memset(to, 0, sizeof(*to));
	for (size_t i = 0; i < DOCS; i++)
		to->n[i] = (brute ? od_near_find_all
		                  : od_near_find)(near, desk, i, to->hits[i], NEAREST);
	od_near_desk_close(desk);
	od_near_close(near);
	od_vectors_close(v);
}

static void
the_index_finds_what_a_look_at_all_finds(void **state)
{
	static struct found quick, brute;
	size_t found = 0, all = 0, first = 0;

	(void)state;
	find_of_all(1, false, &quick);
	find_of_all(1, true, &brute);
	for (size_t i = 0; i < DOCS; i++) {
		double least = brute.n[i] ? brute.hits[i][brute.n[i] - 1].score : 0;

		assert_int_equal(brute.n[i], NEAREST);
		first += quick.hits[i][0].doc == brute.hits[i][0].doc;
		all += brute.n[i];
		for (size_t k = 0; k < quick.n[i]; k++) {
			found += quick.hits[i][k].score >= least;
			assert_int_not_equal(quick.hits[i][k].doc, i);
			if (k)
				assert_true(quick.hits[i][k].score <=
				            quick.hits[i][k - 1].score);
		}
	}
	/* of words without a subject; projects have one (tests/bench/analyze_bench.c)
	 */
	assert_true((double)found >= 0.9 * (double)all);
	assert_true((double)first >= 0.98 * DOCS);
}

static void
threads_change_nothing(void **state)
{
	static struct found one, three;

	(void)state;
	find_of_all(1, false, &one);
	find_of_all(3, false, &three);
	assert_memory_equal(&one, &three, sizeof(one));
}

static void
a_copy_is_the_nearest_to_both(void **state)
{
	static struct found f;

	(void)state;
	find_of_all(2, false, &f);
	for (uint32_t i = 0; i < COPIES; i++) {
		uint32_t copy = DOCS - COPIES + i;

		assert_int_equal(f.hits[i][0].doc, copy);
		assert_int_equal(f.hits[copy][0].doc, i);
		assert_true(f.hits[i][0].score > 0.5 && f.hits[i][0].score < 1);
		assert_true(f.hits[i][0].score == f.hits[copy][0].score);
	}
}

static void
equal_texts_are_alike_and_strangers_are_not(void **state)
{
	static const char *const names[] = {"ระบบสูบน้ำแสงอาทิตย์", "ระบบสูบน้ำแสงอาทิตย์",
	                                    "อบรมภาษาอังกฤษ", "อบรมภาษาอังกฤษ", ""};
	struct od_buf b = {0};
	const uint8_t *few[OD_ARRAY_LEN(names)];
	size_t at[OD_ARRAY_LEN(names)];
	struct od_vectors *v;
	struct od_near *near;
	struct od_near_desk *desk;
	struct od_hit hits[NEAREST];

	(void)state;
	for (size_t i = 0; i < OD_ARRAY_LEN(names); i++) {
		at[i] = b.n;
		od_gram_symbols(&b, NULL, od_span_str(names[i]));
	}
	for (size_t i = 0; i < OD_ARRAY_LEN(names); i++)
		few[i] = (const uint8_t *)b.p + at[i];
	v = od_vectors_open(few, OD_ARRAY_LEN(names), weights, 1, 1);
	near = od_near_open(v, 1);
	desk = od_near_desk_open(near);
	assert_int_equal(od_near_find(near, desk, 0, hits, NEAREST), 1);
	assert_int_equal(hits[0].doc, 1);
	assert_true(fabs(hits[0].score - 1) < 1e-9);
	assert_int_equal(od_near_find(near, desk, 4, hits, NEAREST), 0);
	od_near_desk_close(desk);
	od_near_close(near);
	od_vectors_close(v);
	od_buf_release(&b);
}

static void
logarithms_are_right_to_six_digits(void **state)
{
	(void)state;
	for (uint64_t n = 1; n < 300000; n = n * 3 / 2 + 1)
		for (uint64_t d = 1; d <= n; d = d * 2 + 1)
			assert_true(fabs(od_log_ratio(n, d) -
			                 log((double)n / (double)d)) < 1e-6);
}

/* ---- phrases */

static void
phrases_are_the_rarest_that_both_have(void **state)
{
	static const char *const names[] = {
	    "โครงการพัฒนาระบบสูบน้ำพลังงานแสงอาทิตย์บ้านหนองแวง",
	    "ติดตั้งระบบสูบน้ำพลังงานแสงอาทิตย์ ตำบลวังไผ่",
	    "โครงการพัฒนาอาชีพผู้สูงอายุ",
	    "โครงการพัฒนาถนนลาดยาง",
	};
	struct od_buf b = {0};
	const uint8_t *few[OD_ARRAY_LEN(names)];
	size_t at[OD_ARRAY_LEN(names)], n;
	struct od_vectors *v;
	struct od_near *near;
	struct od_near_desk *desk;
	struct od_shared *shared = od_shared_open();
	struct od_phrase found[OD_PHRASES_MAX];

	(void)state;
	for (size_t i = 0; i < OD_ARRAY_LEN(names); i++) {
		at[i] = b.n;
		od_gram_symbols(&b, NULL, od_span_str(names[i]));
	}
	for (size_t i = 0; i < OD_ARRAY_LEN(names); i++)
		few[i] = (const uint8_t *)b.p + at[i];
	v = od_vectors_open(few, OD_ARRAY_LEN(names), weights, 1, 1);
	near = od_near_open(v, 1);
	desk = od_near_desk_open(near);
	od_shared_set(shared, few[0], 1, od_near_weights(near, desk, 0), v->of_gram);

	n = od_shared_find(shared, few[1], found, 2);
	assert_int_equal(n, 1);
	/* "ระบบสูบน้ำพลังงานแสงอาทิตย์" behind a blank and "โครงการพัฒนา" */
	assert_int_equal(found[0].from, 1 + 12);
	assert_int_equal(found[0].n, 27);
	assert_true(found[0].worth > 0);

	n = od_shared_find(shared, few[2], found, 2);
	assert_int_equal(n, 1);
	assert_int_equal(found[0].from, 0); /* with the blank before */
	assert_int_equal(found[0].n, 13);

	od_shared_close(shared);
	od_near_desk_close(desk);
	od_near_close(near);
	od_vectors_close(v);
	od_buf_release(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_index_finds_what_a_look_at_all_finds),
	    cmocka_unit_test(threads_change_nothing),
	    cmocka_unit_test(a_copy_is_the_nearest_to_both),
	    cmocka_unit_test(equal_texts_are_alike_and_strangers_are_not),
	    cmocka_unit_test(logarithms_are_right_to_six_digits),
	    cmocka_unit_test(phrases_are_the_rarest_that_both_have),
	};

	return cmocka_run_group_tests(tests, make_docs, drop_docs);
}
