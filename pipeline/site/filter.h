/*
 * filter.h - how a value is put into words: numbers, money, dates, paragraphs, charts.
 *
 * `{{ amount | money }}`, `{{ name_th | truncate:80 }}`. One table for the compiler of
 * templates, their documentation and the tests. A text filter turns text into text,
 * which is escaped afterwards by place; a markup filter gives finished markup and must
 * be the last one, in element text; a list filter takes a list and gives markup.
 */
#ifndef OD_SITE_FILTER_H
#define OD_SITE_FILTER_H

#include "core/buf.h"
#include "site/value.h"

struct od_spec;
struct od_pages;
struct od_map; /* map.h */

struct od_filter_env {
	enum od_lang lang;
	const char *root;           /* relative path to the release: "../../" */
	const struct od_spec *spec; /* for codelists; may be NULL in tests */
	const struct od_pages
	    *pages;               /* for links between pages; may be NULL in tests */
	const struct od_map *map; /* of the provinces; may be NULL in tests */
	bool thai;                /* the value is Thai on a page that is not */
};

enum od_filter_kind { OD_FILTER_TEXT, OD_FILTER_MARKUP, OD_FILTER_LIST };

struct od_filter {
	const char *name;
	const char *help;
	enum od_filter_kind kind;
	/* Text that is not of the expected form passes unchanged: never a failure. */
	void (*text)(struct od_buf *b, struct od_span in, const struct od_span *args,
	             size_t n_args, const struct od_filter_env *env);
	void (*list)(struct od_buf *b, const struct od_table *in,
	             const struct od_span *args, size_t n_args,
	             const struct od_filter_env *env);
	size_t min_args, max_args;
};

/* Ends with a row whose name is NULL. */
extern const struct od_filter od_filters[];

/* NULL if there is none. */
const struct od_filter *od_filter_find(struct od_span name);

#endif
