/*
 * lexicon.h - every word that a visitor reads, in Thai and in English.
 *
 * site-templates/i18n/th.yaml and en.yaml: maps of words, one level deep or two
 * (`page.next` is the key of {page: {next: …}}). Both have the same keys, and none is
 * empty; anything else is an error at the place of the word.
 */
#ifndef OD_SITE_LEXICON_H
#define OD_SITE_LEXICON_H

#include "core/arena.h"
#include "core/err.h"
#include "site/value.h"

struct od_word {
	const char *key;
	struct od_span text[2]; /* OD_LANG_TH, OD_LANG_EN */
	const char *file[2];
	unsigned line[2];
};

struct od_lexicon {
	const struct od_word *v; /* sorted by key */
	size_t n;
};

OD_CHECKED enum od_rc od_lexicon_load(const char *dir, struct od_arena *a,
                                      const struct od_lexicon **out,
                                      struct od_err *err);

/* NULL if there is none. */
const struct od_word *od_lexicon_find(const struct od_lexicon *w, struct od_span key);

#endif
