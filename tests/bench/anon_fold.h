/*
 * anon_fold.h - the texts that the model of persons is trained and measured on, read
 * the same way by both: lines in blocks, blocks in folds, names in tags.
 */
#ifndef OD_TESTS_BENCH_ANON_FOLD_H
#define OD_TESTS_BENCH_ANON_FOLD_H

#include <stdio.h>
#include <stdlib.h>

#include "anon/scan.h"
#include "anon/titles.h"

/* Neighbouring lines are of one article: they lie in one fold. */
enum { FOLD_BLOCK = 100, FOLD_PERSONS = 4096 };

/* The lines of a file without their ends, counted from 0. */
static inline void
each_line(const char *folder, const char *name,
          void (*fn)(struct od_span line, size_t n))
{
	char path[4096], *line = NULL;
	size_t room = 0, n = 0;
	ssize_t len;
	FILE *f;

	snprintf(path, sizeof(path), "%s%s%s", folder, *folder ? "/" : "", name);
	f = fopen(path, "r");
	if (!f) {
		perror(path);
		exit(1);
	}
	while ((len = getline(&line, &room, f)) > 0) {
		struct od_span s = {line, (size_t)len};

		if (s.n >= 3 && memcmp(s.p, "\xef\xbb\xbf", 3) == 0) {
			s.p += 3;
			s.n -= 3;
		}
		while (s.n && (s.p[s.n - 1] == '\n' || s.p[s.n - 1] == '\r'))
			s.n--;
		fn(s, n++);
	}
	free(line);
	fclose(f);
}

/* Past the titles at `p`. */
static inline const char *
untitled(const char *p, const char *to)
{
	for (bool more = true; more;) {
		more = false;
		p = od_spaces(p, to, 2);
		const struct od_title *t =
		    od_is_thai(p, to) ? od_titles[od_letter(p)] : NULL;
		for (; t && t->word && !more; t++) {
			if (od_starts(p, to, t->word)) {
				p += strlen(t->word);
				more = true;
			}
		}
	}
	return p;
}

/* Takes the tags out of a line; the persons in it. */
static inline struct od_span
tags_out(struct od_span in, char *text, struct od_hits *persons)
{
	struct od_span out = {text, 0};
	bool person_open = false;

	persons->n = 0;
	for (size_t i = 0; i < in.n;) {
		size_t j = i + 1, from;

		if (in.p[i] == '[') {
			bool close = j < in.n && in.p[j] == '/';

			from = j += close;
			while (j < in.n && in.p[j] >= 'A' && in.p[j] <= 'Z')
				j++;
			if (j < in.n && in.p[j] == ']' && j > from + 1) {
				if (j - from == 6 &&
				    memcmp(in.p + from, "PERSON", 6) == 0) {
					struct od_hit *h = &persons->v[persons->n];

					if (!close)
						h->at = out.n;
					else if (person_open)
						h->n = out.n - h->at;
					if (close && person_open &&
					    persons->n < FOLD_PERSONS - 1)
						persons->n++;
					person_open = !close;
				}
				i = j + 1;
				continue;
			}
		}
		text[out.n++] = in.p[i++];
	}
	return out;
}

#endif
