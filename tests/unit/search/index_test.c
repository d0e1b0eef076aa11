#include "../core/cmocka_first.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/file.h"
#include "search/grams.h"
#include "search/index.h"
#include "search/suffix.h"

enum { DOCS = 1200, WORDS = 600, LENGTH = 40 };

/* Texts of few symbols that repeat each other, as names of projects do. */
struct texts {
	char v[DOCS][LENGTH + 1];
	char dir[64];
	struct od_arena a;
	struct od_index_in *in;
	struct od_index_fact fact;
};

static uint32_t
next(uint64_t *seed)
{
	*seed = *seed * UINT64_C(6364136223846793005) + 1442695040888963407u;
	return (uint32_t)(*seed >> 33);
}

static void
make_texts(struct texts *t, unsigned symbols)
{
	uint64_t seed = symbols;

	for (size_t i = 0; i < DOCS; i++) {
		size_t n = next(&seed) % LENGTH;

		/* A third begin as an earlier one did; some are the same. */
		if (i && next(&seed) % 3 == 0)
			memcpy(t->v[i], t->v[next(&seed) % i], LENGTH + 1);
		else
			n = LENGTH;
		for (size_t k = next(&seed) % LENGTH; k < n; k++)
			t->v[i][k] = (char)(0x80 + 1 + next(&seed) % symbols);
		for (size_t k = 0; k < LENGTH; k++)
			if (!t->v[i][k])
				t->v[i][k] = 'a';
		t->v[i][LENGTH - next(&seed) % 20] = 0;
	}
	strcpy(t->dir, "/tmp/odp-search-XXXXXX");
	assert_non_null(mkdtemp(t->dir));
}

static void
open_index(struct texts *t)
{
	struct od_err err;

	assert_int_equal(od_index_in_open(t->dir, "x", &t->a, &t->in, &err), OD_OK);
}

static void
drop(struct texts *t)
{
	struct od_err err;

	od_index_in_close(t->in);
	od_arena_release(&t->a);
	assert_int_equal(od_dir_remove(t->dir, &err), OD_OK);
	free(t);
}

static struct texts *
index_suffixes(unsigned symbols, unsigned jobs)
{
	struct texts *t = calloc(1, sizeof(*t));
	struct od_sha256 *hash = od_sha256_open();
	struct od_suffix *s = od_suffix_open();
	char hex[OD_SHA256_HEX];
	struct od_index *x;
	struct od_err err;

	make_texts(t, symbols);
	for (uint32_t i = 0; i < DOCS; i++) {
		/* Two fields: a word is in one of them, never across. */
		size_t half = strlen(t->v[i]) / 2;

		od_suffix_add(s, i, (struct od_span){t->v[i], half});
		od_suffix_add(s, i, od_span_str(t->v[i] + half));
	}
	x = od_index_open(t->dir, "x", DOCS, hash);
	assert_int_equal(od_suffix_write(s, jobs, x, &err), OD_OK);
	assert_int_equal(od_index_close(x, &t->fact, &err), OD_OK);
	od_suffix_close(s);
	od_sha256_close(hash, hex);
	open_index(t);
	return t;
}

static bool
has(const char *text, struct od_span word)
{
	size_t n = strlen(text), half = n / 2;

	return memmem(text, half, word.p, word.n) ||
	       memmem(text + half, n - half, word.p, word.n);
}

/* What is sure has the word, what has the word is sure or may be looked at. */
static void
check_word(struct texts *t, struct od_span word, size_t *many)
{
	struct od_arena a = {0};
	struct od_docs sure = od_docs_make(DOCS, &a), maybe = od_docs_make(DOCS, &a);
	struct od_err err;
	size_t doubts = 0;

	assert_int_equal(od_index_find(t->in, word, &sure, &maybe, &err), OD_OK);
	for (uint32_t i = 0; i < DOCS; i++) {
		bool is = has(t->v[i], word);

		if (od_docs_has(&sure, i))
			assert_true(is);
		else if (is)
			assert_true(od_docs_has(&maybe, i));
		doubts += od_docs_has(&maybe, i);
	}
	assert_true(doubts <= OD_FEW);
	*many += doubts > 0;
	od_arena_release(&a);
}

static void
suffixes(unsigned symbols)
{
	struct texts *t = index_suffixes(symbols, 2);
	uint64_t seed = 7;
	size_t doubtful = 0;

	for (size_t i = 0; i < WORDS; i++) {
		const char *text = t->v[next(&seed) % DOCS];
		size_t n = strlen(text), from = next(&seed) % n;
		size_t length = 1 + next(&seed) % (n - from);

		if (length > 3 && next(&seed) % 2)
			length = 1 + next(&seed) % 3;
		check_word(t, (struct od_span){text + from, length}, &doubtful);
	}
	check_word(t, OD_SPAN("zz"), &doubtful);
	check_word(t, OD_SPAN("\xff\xff"), &doubtful);
	check_word(t, OD_SPAN("!"), &doubtful);
	assert_true(doubtful > 0);
	assert_true(t->fact.pages > 3);
	drop(t);
}

static void
any_part_of_a_text_is_found(void **state)
{
	(void)state;
	suffixes(25);
	suffixes(3);
}

static void
runs_of_pages_answer_for_common_words(void **state)
{
	struct texts *t = index_suffixes(3, 1);

	(void)state;
	assert_true(t->fact.runs > 0);
	assert_true(t->fact.list_bytes > 0);
	drop(t);
}

static void
threads_change_no_byte(void **state)
{
	struct texts *one = index_suffixes(9, 1), *two = index_suffixes(9, 3);
	static const char *const names[] = {"x.root", "x0.bin", "xl0.bin"};
	struct od_err err;

	(void)state;
	for (size_t i = 0; i < OD_ARRAY_LEN(names); i++) {
		char path[128], a[OD_SHA256_HEX], b[OD_SHA256_HEX];
		uint64_t n;

		snprintf(path, sizeof(path), "%s/%s", one->dir, names[i]);
		assert_int_equal(od_sha256_file(path, a, &n, &err), OD_OK);
		snprintf(path, sizeof(path), "%s/%s", two->dir, names[i]);
		assert_int_equal(od_sha256_file(path, b, &n, &err), OD_OK);
		assert_string_equal(a, b);
	}
	drop(one);
	drop(two);
}

static void
a_word_begins_where_a_cluster_does(void **state)
{
	static const struct {
		const char *word;
		size_t at;
	} words[] = {{"\xb2\xa1", 1}, {"\xa1\xb2", 0}, {" a", 1},
	             {"\xc8\xb4", 2}, {"\xc0\xa1", 0}, {"\x02\x10", 0}};

	(void)state;
	for (size_t i = 0; i < OD_ARRAY_LEN(words); i++)
		assert_int_equal(od_suffix_start(od_span_str(words[i].word)),
		                 words[i].at);
}

static void
an_empty_index_finds_nothing(void **state)
{
	struct texts *t = calloc(1, sizeof(*t));
	struct od_sha256 *hash = od_sha256_open();
	char hex[OD_SHA256_HEX];
	struct od_docs none;
	struct od_err err;

	(void)state;
	strcpy(t->dir, "/tmp/odp-search-XXXXXX");
	assert_non_null(mkdtemp(t->dir));
	assert_int_equal(
	    od_index_close(od_index_open(t->dir, "x", 0, hash), &t->fact, &err), OD_OK);
	od_sha256_close(hash, hex);
	open_index(t);
	none = od_docs_make(0, &t->a);
	assert_int_equal(od_index_find(t->in, OD_SPAN("a"), &none, &none, &err), OD_OK);
	drop(t);
}

static void
damage_is_told(void **state)
{
	struct texts *t = index_suffixes(25, 1);
	struct od_docs docs = od_docs_make(DOCS, &t->a);
	char path[128];
	struct od_err err;

	(void)state;
	snprintf(path, sizeof(path), "%s/x0.bin", t->dir);
	assert_int_equal(truncate(path, 100), 0);
	assert_int_equal(od_index_find(t->in, OD_SPAN("\x85"), &docs, &docs, &err),
	                 OD_RUN);
	assert_int_equal(err.kind, OD_KIND_VERIFY);
	snprintf(path, sizeof(path), "%s/x.root", t->dir);
	assert_int_equal(truncate(path, 30), 0);
	od_index_in_close(t->in);
	assert_int_equal(od_index_in_open(t->dir, "x", &t->a, &t->in, &err), OD_RUN);
	t->in = NULL;
	drop(t);
}

static void
trigrams_tell_the_blocks(void **state)
{
	struct texts *t = calloc(1, sizeof(*t));
	struct od_sha256 *hash = od_sha256_open();
	struct od_grams *g = od_grams_open();
	struct od_gram_set set = {0};
	char hex[OD_SHA256_HEX];
	struct od_index *x;
	struct od_err err;

	(void)state;
	make_texts(t, 12);
	for (uint32_t i = 0; i < DOCS; i++) {
		od_gram_set_clear(&set);
		od_gram_set_add(&set, od_span_str(t->v[i]));
		od_grams_add(g, i, &set);
	}
	x = od_index_open(t->dir, "x", DOCS, hash);
	od_grams_write(g, x);
	assert_int_equal(od_index_close(x, &t->fact, &err), OD_OK);
	od_grams_close(g);
	od_gram_set_release(&set);
	od_sha256_close(hash, hex);
	open_index(t);
	for (uint32_t i = 0; i < DOCS; i += 29)
		for (size_t n = 1; n <= 3; n++) {
			size_t from = i % (strlen(t->v[i]) - n + 1);
			struct od_arena a = {0};
			struct od_docs sure = od_docs_make(DOCS, &a);
			struct od_docs maybe = od_docs_make(DOCS, &a);
			struct od_span word = {t->v[i] + from, n};

			assert_int_equal(
			    od_index_find(t->in, word, &sure, &maybe, &err), OD_OK);
			for (uint32_t k = 0; k < DOCS; k++)
				assert_int_equal(od_docs_has(&sure, k),
				                 memmem(t->v[k], strlen(t->v[k]),
				                        word.p, word.n) != NULL);
			od_arena_release(&a);
		}
	drop(t);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(any_part_of_a_text_is_found),
	    cmocka_unit_test(runs_of_pages_answer_for_common_words),
	    cmocka_unit_test(threads_change_no_byte),
	    cmocka_unit_test(a_word_begins_where_a_cluster_does),
	    cmocka_unit_test(an_empty_index_finds_nothing),
	    cmocka_unit_test(damage_is_told),
	    cmocka_unit_test(trigrams_tell_the_blocks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
