/*
 * anon_measure.c - what the detector finds in text whose persons are known.
 *
 *   anon_measure [-f FOLD/FOLDS] [-v] ner FILE    lines with [PERSON]...[/PERSON]
 *   anon_measure [-f FOLD/FOLDS] [-v] plain FILE PLANTED
 * PLANTED has the numbers, from 0 and ascending, of the lines of FILE with somebody in
 * them. Prints counts that add up over folds, a name and a number a line. With -f only
 * that fold is read: what anon_train leaves out with the same argument. With -v also
 * what was missed and what was cut for no reason, with the words around it.
 */
#include <stdio.h>
#include <stdlib.h>

#include "anon/clean.h"
#include "anon/detect.h"
#include "anon_fold.h"

static struct {
	size_t persons, touched, covered;
	size_t titled, titled_touched, titled_covered;
	size_t lines, changed;
	size_t planted;
} count;

static bool verbose;
static FILE *planted;
static size_t next_planted;
static bool more_planted;

static void
tell(const char *what, struct od_span text, size_t at, size_t n)
{
	size_t from = at > 45 ? at - 45 : 0,
	       to = at + n + 45 < text.n ? at + n + 45 : text.n;

	while (from < at && ((unsigned char)text.p[from] & 0xc0) == 0x80)
		from++;
	while (to > at + n && to < text.n && ((unsigned char)text.p[to] & 0xc0) == 0x80)
		to--;
	if (verbose)
		printf("%s\t%.*s<<%.*s>>%.*s\n", what, (int)(at - from), text.p + from,
		       (int)n, text.p + at, (int)(to - at - n), text.p + at + n);
}

/* Whether the person begins with a title, by what the tagged text itself says. */
static bool
is_titled(struct od_span text, const struct od_hit *person)
{
	const char *p = text.p + person->at;

	return untitled(p, p + person->n) > p;
}

static void
person_count(struct od_span text, const struct od_hit *person,
             const struct od_hits *hits)
{
	size_t covered = 0, need = person->n;
	bool titled = is_titled(text, person);

	while (need && text.p[person->at + need - 1] == ' ')
		need--;
	for (size_t i = 0; i < hits->n; i++) {
		size_t from = hits->v[i].at, to = from + hits->v[i].n;

		from = from > person->at ? from : person->at;
		to = to < person->at + person->n ? to : person->at + person->n;
		covered += to > from ? to - from : 0;
	}
	count.persons++;
	count.touched += covered > 0;
	count.covered += covered >= need;
	count.titled += titled;
	count.titled_touched += titled && covered > 0;
	count.titled_covered += titled && covered >= need;
	if (covered < need)
		tell(covered  ? titled ? "part of titled" : "part"
		     : titled ? "missed titled"
		              : "missed",
		     text, person->at, person->n);
}

static void
ner_line(struct od_span line, struct od_arena *row)
{
	static struct od_hit v[FOLD_PERSONS];
	struct od_hits persons = {v, 0}, hits;
	struct od_span cell, text;

	if (od_clean(line, row, &cell))
		return;
	text = tags_out(cell, od_arena_text(row, cell.n), &persons);
	hits = od_detect(text, row);
	for (size_t i = 0; i < persons.n; i++)
		person_count(text, &persons.v[i], &hits);
	if (persons.n)
		return;
	count.lines++;
	count.changed += hits.n > 0;
	for (size_t i = 0; i < hits.n; i++)
		if (hits.v[i].kind == OD_PII_NAME)
			tell("cut from news", text, hits.v[i].at, hits.v[i].n);
}

/* Whether line n is in the list; n grows from call to call. */
static bool
is_planted(size_t n)
{
	while (more_planted && next_planted < n)
		more_planted = fscanf(planted, "%zu", &next_planted) == 1;
	return more_planted && next_planted == n;
}

static void
plain_line(struct od_span line, size_t n, struct od_arena *row)
{
	struct od_span text;
	struct od_hits hits;

	if (od_clean(line, row, &text))
		return;
	hits = od_detect(text, row);
	if (is_planted(n)) {
		count.planted++;
		return;
	}
	count.lines++;
	count.changed += hits.n > 0;
	for (size_t i = 0; i < hits.n; i++)
		tell("cut", text, hits.v[i].at, hits.v[i].n);
}

static struct od_arena arena;
static unsigned fold, folds;
static bool ner;

static void
line(struct od_span s, size_t n)
{
	if (folds && n / FOLD_BLOCK % folds != fold)
		return;
	if (ner)
		ner_line(s, &arena);
	else
		plain_line(s, n, &arena);
	od_arena_reset(&arena);
}

int
main(int argc, char **argv)
{
	int i = 1;

	if (argc > i + 1 && strcmp(argv[i], "-f") == 0) {
		if (sscanf(argv[i + 1], "%u/%u", &fold, &folds) != 2)
			return 2;
		i += 2;
	}
	verbose = argc > i && strcmp(argv[i], "-v") == 0;
	i += verbose;
	ner = argc == i + 2 && strcmp(argv[i], "ner") == 0;
	if (!ner && (argc != i + 3 || strcmp(argv[i], "plain") != 0)) {
		fprintf(stderr, "usage: anon_measure [-f FOLD/FOLDS] [-v] ner FILE | "
		                "plain FILE PLANTED\n");
		return 2;
	}
	planted = ner ? NULL : fopen(argv[i + 2], "r");
	if (!ner && !planted) {
		perror(argv[i + 2]);
		return 1;
	}
	more_planted = planted && fscanf(planted, "%zu", &next_planted) == 1;
	each_line("", argv[i + 1], line);
	if (ner)
		printf("persons %zu\npersons_touched %zu\npersons_covered %zu\ntitled "
		       "%zu\n"
		       "titled_touched %zu\ntitled_covered %zu\n",
		       count.persons, count.touched, count.covered, count.titled,
		       count.titled_touched, count.titled_covered);
	else
		printf("planted %zu\n", count.planted);
	printf("%s_lines %zu\n%s_changed %zu\n", ner ? "news" : "plain", count.lines,
	       ner ? "news" : "plain", count.changed);
	if (planted)
		fclose(planted);
	return 0;
}
