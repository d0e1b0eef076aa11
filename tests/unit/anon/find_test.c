/* Where something may begin, found 64 bytes at a time or letter by letter. */
#include <stdio.h>
#include <stdlib.h>

#include "anon/find.h"
#include "anon/gate.h"
#include "anon/titles.h"
#include "anon_test.h"

enum { PAD = 80 };

/* The first place of `text` behind `pad` other bytes and before as many. */
static unsigned
find(const char *before, const char *text, const char *behind, size_t *at)
{
	char buf[1024];
	size_t n = (size_t)snprintf(buf, sizeof(buf), "%s%s%s", before, text, behind);
	unsigned what = 0;

	struct od_finder f = {.p = buf, .end = buf + n};

	*at = (size_t)(od_find(&f, buf + strlen(before), &what) - buf) - strlen(before);
	return what;
}

/* Each sign, at each offset of a block, with and without much behind it. */
static void
what_begins_anything_is_found_everywhere(void **state)
{
	static const struct {
		const char *text;
		unsigned what;
	} cases[] = {
	    {"5", OD_FIND_DIGIT},
	    {"๕", OD_FIND_DIGIT},
	    {"\xef\xbc\x95", OD_FIND_DIGIT}, /* full-width 5 */
	    {"@", OD_FIND_AT},
	    {"\xef\xbc\xa0", OD_FIND_AT},
	    {"(at)", OD_FIND_AT},
	    {"[@", OD_FIND_AT},
	    {"Line", OD_FIND_LINE},
	    {"line", OD_FIND_LINE},
	    {"Mr.", OD_FIND_ENGLISH},
	    {"Dr ", OD_FIND_ENGLISH},
	    {"Prof.", OD_FIND_ENGLISH},
	};
	char pad[PAD + 1], tail[PAD + 1];

	(void)state;
	memset(tail, '-', PAD);
	tail[PAD] = 0;
	for (size_t i = 0; i < OD_ARRAY_LEN(cases); i++) {
		for (size_t before = 0; before < 40; before++) {
			size_t at;

			memset(pad, '-', before);
			pad[before] = 0;
			assert_int_equal(find(pad, cases[i].text, tail, &at),
			                 cases[i].what);
			assert_int_equal(at, 0);
			assert_int_equal(find(pad, cases[i].text, "", &at),
			                 cases[i].what);
			assert_int_equal(at, 0);
			assert_int_equal(find("", pad, cases[i].text, &at),
			                 cases[i].what);
			assert_int_equal(at, before);
		}
	}
}

/* In the middle of a run only words begin. */
static void
word_is_found(const char *word, unsigned what)
{
	static const char *const runs[] = {"กก", "กกกกกกกกกก",
	                                   "กกกกกกกกกกกกกกกกกกกกกกกก"};

	for (size_t i = 0; i < OD_ARRAY_LEN(runs); i++) {
		for (size_t k = 0; k < OD_ARRAY_LEN(runs); k++) {
			size_t at;

			assert_true(find(runs[i], word, runs[k], &at) & what);
			assert_int_equal(at, 0);
		}
	}
}

static void
every_title_and_leading_word_is_found(void **state)
{
	(void)state;
	for (size_t i = 0; i < 128; i++)
		for (const struct od_title *t = od_titles[i]; t && t->word; t++)
			word_is_found(t->word, OD_FIND_TITLE);
	word_is_found("ไลน์", OD_FIND_TITLE);
	for (const char *const *w = od_weak_titles; *w; w++)
		word_is_found(*w, OD_FIND_LEAD);
	for (const char *const *w = od_weak_leads; *w; w++)
		word_is_found(*w, OD_FIND_LEAD);
}

static void
a_run_is_found_if_a_name_may_begin_so(void **state)
{
	static const char sure[] = "สมชาย";
	size_t at;

	(void)state;
	assert_int_equal(find("12 -", sure, "", &at), OD_FIND_RUN);
	assert_int_equal(at, 0);
	assert_int_equal(find("ก", sure, "", &at), 0);
	assert_int_equal(find("ฯ", sure, "", &at), OD_FIND_RUN);
	assert_int_equal(find("๕", sure, "", &at), OD_FIND_RUN);
}

static void
what_begins_nothing_is_passed_over(void **state)
{
	static const char *const texts[] = {"abcdefghijklmnopqrstuvw-(x)-[y]-xyz!!!",
	                                    "\xef\xbc\x8d\xef\xbc\x8d\xef\xbc\x8d", ""};

	(void)state;
	for (size_t i = 0; i < OD_ARRAY_LEN(texts); i++) {
		size_t at;

		find("", texts[i], "", &at);
		assert_int_equal(at, strlen(texts[i]));
		find("----------------------------------------", texts[i],
		     "----------------------------------------", &at);
		assert_int_equal(at, strlen(texts[i]) + 40);
	}
}

/* Texts of words, pieces of words and signs, long and short, by a fixed sequence. */
static void
both_ways_find_the_same(void **state)
{
	static const char *const pieces[] = {"นาย",
	                                     "นางสาว",
	                                     "พ.ต.ท. ",
	                                     "ศ.",
	                                     "ร้อยตรี",
	                                     "ร้อย",
	                                     "ว่าที่",
	                                     "พระครู",
	                                     "พระ",
	                                     "ไลน์",
	                                     "น้อง",
	                                     "หรือ",
	                                     "สมชาย",
	                                     "ใจดี",
	                                     "กรุงเทพ",
	                                     "การ",
	                                     "ก็",
	                                     "ๆ",
	                                     "ฯ",
	                                     "๕",
	                                     "5",
	                                     "0812345678",
	                                     " ",
	                                     " ",
	                                     "-",
	                                     ".",
	                                     "line",
	                                     "Dr.",
	                                     "(at)",
	                                     "@",
	                                     "\xef\xbc\x95",
	                                     "\xef\xbc\xa0",
	                                     "abc",
	                                     "\n",
	                                     "\xe0\xa4\x95",
	                                     "กข",
	                                     "\xe0",
	                                     "\xe0\xb8",
	                                     "ก"};
	uint64_t x = 88172645463325252;

	(void)state;
	for (unsigned round = 0; round < 4000; round++) {
		char text[512];
		size_t n = 0, room = round % 400;

		for (;;) {
			const char *piece;

			x ^= x << 13, x ^= x >> 7, x ^= x << 17;
			piece = pieces[x % OD_ARRAY_LEN(pieces)];
			if (n + strlen(piece) > room)
				break;
			memcpy(text + n, piece, strlen(piece));
			n += strlen(piece);
		}

		/* Of its own memory, so that a sanitizer sees what is read behind it.
		 */
		char *p = malloc(n ? n : 1);
		struct od_finder f = {.p = p, .end = p + n}, slow = f;
		const char *at = p;

		assert_non_null(p);
		memcpy(p, text, n);
		for (;;) {
			unsigned what = 0, same = 0;
			const char *to = od_find(&f, at, &what);

			assert_ptr_equal(od_find_by_letter(&slow, at, &same), to);
			if (to == f.end)
				break;
			assert_int_equal(what, same);
			at = to + 1;
		}
		free(p);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(what_begins_anything_is_found_everywhere),
	    cmocka_unit_test(every_title_and_leading_word_is_found),
	    cmocka_unit_test(a_run_is_found_if_a_name_may_begin_so),
	    cmocka_unit_test(what_begins_nothing_is_passed_over),
	    cmocka_unit_test(both_ways_find_the_same),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
