#include "cmocka_first.h"

#include "core/file.h"
#include "core/utf8.h"

#define CORPUS "../shared/corpora/utf8/utf8tests.txt"

static const struct {
	const char *p;
	size_t n;
	bool valid;
	size_t count;
} cases[] = {
    {"", 0, true, 0},
    {"abc", 3, true, 3},
    {"a\0b", 3, true, 3},
    {"ก้ำ", 9, true, 3},
    {"\xf0\x9f\x98\x80", 4, true, 1},
    {"\xef\xbf\xbf", 3, true, 1},
    {"\xf4\x8f\xbf\xbf", 4, true, 1},
    {"\x80", 1, false, 0},
    {"\xc0\x80", 2, false, 0},         /* overlong NUL */
    {"\xc1\xbf", 2, false, 0},         /* overlong */
    {"\xe0\x9f\xbf", 3, false, 0},     /* overlong */
    {"\xf0\x8f\xbf\xbf", 4, false, 0}, /* overlong */
    {"\xed\xa0\x80", 3, false, 0},     /* surrogate */
    {"\xed\xbf\xbf", 3, false, 0},     /* surrogate */
    {"\xf4\x90\x80\x80", 4, false, 0}, /* beyond U+10FFFF */
    {"\xf5\x80\x80\x80", 4, false, 0},
    {"\xe0\xb8", 2, false, 0}, /* cut short */
    {"a\xe0\xb8", 3, false, 0},
    {"\xf0\x9f\x98", 3, false, 0},
    {"\xff", 1, false, 0},
};

static void
texts_are_valid_or_not(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct od_span s = {cases[i].p, cases[i].n};

		assert_int_equal(od_utf8_is_valid(s), cases[i].valid);
		if (cases[i].valid)
			assert_int_equal(od_utf8_count(s), cases[i].count);
	}
}

static void
every_character_reads_back(void **state)
{
	(void)state;
	for (uint32_t c = 0; c <= 0x10ffff; c++) {
		char text[4];
		uint32_t again;
		unsigned n;

		if (c >= 0xd800 && c <= 0xdfff)
			continue;
		n = od_utf8_put(text, c);
		assert_true(od_utf8_is_valid((struct od_span){text, n}));
		assert_int_equal(od_utf8_get(text, text + n, &again), n);
		assert_int_equal(again, c);
		/* one byte less is no character */
		assert_false(n > 1 && od_utf8_is_valid((struct od_span){text, n - 1}));
	}
}

static void
an_invalid_byte_is_one_replacement(void **state)
{
	static const char bad[] = "\xe0\xb8";
	uint32_t c;

	(void)state;
	assert_int_equal(od_utf8_get(bad, bad + 2, &c), 1);
	assert_int_equal(c, 0xfffd);
	assert_int_equal(od_utf8_get(bad, bad + 1, &c), 1);
	assert_int_equal(c, 0xfffd);
}

/* All of two bytes, and of three that begin like more than one, against a slow rule. */
static bool
slow_is_valid(const unsigned char *p, size_t n)
{
	for (size_t i = 0; i < n;) {
		unsigned more = p[i] < 0x80   ? 0
		                : p[i] < 0xc2 ? 9
		                : p[i] < 0xe0 ? 1
		                : p[i] < 0xf0 ? 2
		                : p[i] < 0xf5 ? 3
		                              : 9;
		uint32_t c = more == 0   ? p[i]
		             : more == 1 ? p[i] & 31u
		             : more == 2 ? p[i] & 15u
		                         : p[i] & 7u;

		if (more == 9 || i + more >= n)
			return false;
		for (unsigned k = 1; k <= more; k++) {
			if ((p[i + k] & 0xc0) != 0x80)
				return false;
			c = c << 6 | (p[i + k] & 63u);
		}
		if ((more == 2 && c < 0x800) || (more == 3 && c < 0x10000) ||
		    c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff))
			return false;
		i += more + 1;
	}
	return true;
}

static void
all_short_texts_agree_with_a_slow_rule(void **state)
{
	(void)state;
	for (uint32_t v = 0; v < 1u << 24; v += v < 1u << 16 ? 1 : 7) {
		unsigned char t[3] = {(unsigned char)(v >> 16), (unsigned char)(v >> 8),
		                      (unsigned char)v};

		if (od_utf8_is_valid((struct od_span){(char *)t, 3}) !=
		    slow_is_valid(t, 3))
			fail_msg("%02x %02x %02x", t[0], t[1], t[2]);
	}
}

static size_t
unhex(const char *p, char *to)
{
	size_t n = 0;

	while (*p && *p != ':' && *p != '\n') {
		unsigned v;

		if (*p == ' ') {
			p++;
			continue;
		}
		assert_int_equal(sscanf(p, "%2x", &v), 1);
		to[n++] = (char)v;
		p += 2;
	}
	return n;
}

static void
the_public_corpus_is_judged_right(void **state)
{
	FILE *f = fopen(CORPUS, "r");
	char line[1024], bytes[512];
	unsigned valid = 0, invalid = 0;

	(void)state;
	if (!f)
		skip();
	while (fgets(line, sizeof(line), f)) {
		const char *good = strstr(line, ":valid hex:"),
			   *bad = strstr(line, ":invalid hex:");
		size_t n;

		if (*line == '#' || (!good && !bad))
			continue;
		n = unhex(good ? good + 11 : bad + 13, bytes);
		if (od_utf8_is_valid((struct od_span){bytes, n}) != (good != NULL)) {
			print_message("%s", line);
			fail();
		}
		valid += good != NULL;
		invalid += bad != NULL;
	}
	fclose(f);
	assert_true(valid > 10 && invalid > 30);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(texts_are_valid_or_not),
	    cmocka_unit_test(every_character_reads_back),
	    cmocka_unit_test(an_invalid_byte_is_one_replacement),
	    cmocka_unit_test(all_short_texts_agree_with_a_slow_rule),
	    cmocka_unit_test(the_public_corpus_is_judged_right),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
