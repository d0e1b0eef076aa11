#include "cmocka_first.h"

#include "core/arena.h"

static void
memory_is_aligned_and_zeroed(void **state)
{
	struct od_arena a = {0};

	(void)state;
	for (size_t n = 0; n < 5000; n += 37) {
		unsigned char *p = od_arena_alloc(&a, n);

		assert_int_equal((uintptr_t)p % _Alignof(max_align_t), 0);
		for (size_t i = 0; i < n; i++)
			assert_int_equal(p[i], 0);
		if (n)
			memset(p, 0xee, n);
		*od_arena_text(&a, 1) =
		    'x'; /* so that the next one starts at an odd place */
	}
	od_arena_release(&a);
}

static void
memory_is_zeroed_again_after_a_reset(void **state)
{
	struct od_arena a = {0};

	(void)state;
	memset(od_arena_alloc(&a, 1000), 0xee, 1000);
	od_arena_reset(&a);
	for (int round = 0; round < 3; round++) {
		unsigned char *p = od_arena_alloc(&a, 900);

		for (size_t i = 0; i < 900; i++)
			assert_int_equal(p[i], 0);
		memset(p, 0xee, 900);
		od_arena_reset(&a);
	}
	od_arena_release(&a);
}

static void
large_pieces_do_not_overlap(void **state)
{
	enum { PIECES = 20 };
	struct od_arena a = {0};
	char *p[PIECES];
	size_t size[PIECES];

	(void)state;
	for (int i = 0; i < PIECES; i++) {
		size[i] = (size_t)1 << i;
		p[i] = od_arena_text(&a, size[i]);
		memset(p[i], 'a' + i, size[i]);
	}
	for (int i = 0; i < PIECES; i++)
		for (size_t k = 0; k < size[i]; k++)
			assert_int_equal(p[i][k], 'a' + i);
	od_arena_release(&a);
	assert_null(a.head);
	od_arena_release(&a);
}

static void
a_copy_is_terminated_and_keeps_its_nuls(void **state)
{
	struct od_arena a = {0};
	struct od_span s = od_arena_dup(&a, (struct od_span){"a\0b", 3});

	(void)state;
	assert_int_equal(s.n, 3);
	assert_memory_equal(s.p, "a\0b", 4);
	s = od_arena_dup(&a, (struct od_span){NULL, 0});
	assert_int_equal(s.n, 0);
	assert_int_equal(s.p[0], '\0');
	assert_string_equal(od_arena_str(&a, "ก"), "ก");
	od_arena_release(&a);
}

static void
formatted_text_has_no_limit(void **state)
{
	struct od_arena a = {0};
	char *long_text = od_arena_text(&a, 100001);

	(void)state;
	memset(long_text, 'x', 100000);
	long_text[100000] = '\0';
	assert_string_equal(od_arena_printf(&a, "%d-%s", 42, "b"), "42-b");
	assert_int_equal(strlen(od_arena_printf(&a, "%s%s", long_text, long_text)),
	                 200000);
	od_arena_release(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(memory_is_aligned_and_zeroed),
	    cmocka_unit_test(memory_is_zeroed_again_after_a_reset),
	    cmocka_unit_test(large_pieces_do_not_overlap),
	    cmocka_unit_test(a_copy_is_terminated_and_keeps_its_nuls),
	    cmocka_unit_test(formatted_text_has_no_limit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
