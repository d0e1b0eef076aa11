/*
 * The shared examples, where they are: ids in all written forms, what is no id, places
 * that look like persons. Skipped on a machine without them.
 */
#include <stdio.h>

#include "anon_test.h"

#define SHARED "../shared/pii/"

/* Calls `fn` for each line (without its end) of a file; skips the test without it. */
static void
each_line(const char *path, void (*fn)(char *line, struct od_arena *row, unsigned *bad),
          unsigned *lines, unsigned *bad)
{
	struct od_arena row = {0};
	FILE *f = fopen(path, "r");
	char line[4096];

	*lines = *bad = 0;
	if (!f) {
		print_message("%s is not there: skipped\n", path);
		skip();
	}
	while (fgets(line, sizeof(line), f)) {
		line[strcspn(line, "\r\n")] = 0;
		fn(line, &row, bad);
		od_arena_reset(&row);
		++*lines;
	}
	fclose(f);
	od_arena_release(&row);
}

/* The value of "text" of a flat JSON object; it has no escapes but \n. */
static char *
text_of(char *line)
{
	char *from = strstr(line, "\"text\": \""), *to = strrchr(line, '"'), *p;

	assert_non_null(from);
	from += strlen("\"text\": \"");
	*to = 0;
	for (p = from; (p = strstr(p, "\\n")) != NULL;) {
		*p = '\n';
		memmove(p + 1, p + 2, strlen(p + 2) + 1);
	}
	return from;
}

static void
id_is_missed(char *line, struct od_arena *row, unsigned *bad)
{
	struct od_anon_note note = {0};

	publish("redact", od_span_str(text_of(line)), row, &note);
	*bad += note.cut[OD_PII_CITIZEN_ID] != 1;
}

static void
text_is_changed(char *line, struct od_arena *row, unsigned *bad)
{
	char *text = text_of(line);

	*bad += strcmp(redact(text, row), text) != 0;
}

static void
place_is_changed(char *line, struct od_arena *row, unsigned *bad)
{
	char *name = strchr(line, '\t'), *end;

	assert_non_null(name);
	name++;
	end = strchr(name, '\t');
	assert_non_null(end);
	*end = 0;
	*bad += strcmp(redact(name, row), name) != 0;
	*bad += strcmp(redact(line, row), line) != 0;
}

static void
every_id_of_the_corpus_is_found(void **state)
{
	unsigned lines, bad;

	(void)state;
	each_line(SHARED "tnin_positive.jsonl", id_is_missed, &lines, &bad);
	assert_true(lines >= 64);
	assert_int_equal(bad, 0);
}

static void
nothing_of_the_negatives_is_touched(void **state)
{
	unsigned lines, bad;

	(void)state;
	each_line(SHARED "tnin_negative.jsonl", text_is_changed, &lines, &bad);
	assert_true(lines >= 42);
	assert_int_equal(bad, 0);
}

static void
places_that_look_like_persons_stay(void **state)
{
	unsigned lines, bad;

	(void)state;
	each_line(SHARED "place_hard_negatives.tsv", place_is_changed, &lines, &bad);
	assert_true(lines >= 20);
	assert_int_equal(bad, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_id_of_the_corpus_is_found),
	    cmocka_unit_test(nothing_of_the_negatives_is_touched),
	    cmocka_unit_test(places_that_look_like_persons_stay),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
