/*
 * maker.h - all pages of the portal, from declaration and snapshot to bytes.
 *
 * od_maker_open() checks everything (queries, names, templates) and runs what pages
 * share; the work is then a number of tasks that may run in any order and on any
 * thread: what a task hands to its sink depends on the task alone.
 */
#ifndef OD_SITE_MAKER_H
#define OD_SITE_MAKER_H

#include <stdbool.h>
#include <stddef.h>

#include "core/arena.h"
#include "core/err.h"
#include "site/pages.h"
#include "site/value.h"

struct od_spec;
struct od_lexicon;
struct od_map;

/* A list that the stage hands in. */
struct od_model {
	const char *name;
	struct od_table table;
};

/* A row that every page has: {{ site.title }}, {{ asset.style_css }}. */
struct od_fixed_row {
	struct od_shape shape;
	const struct od_value *values;
};

struct od_maker_input {
	const char *templates; /* site-templates */
	const char *snapshot;
	const char *news;     /* a second file, whose tables are news.NAME; or NULL */
	const char *base_url; /* ends with '/' */
	const char *created;
	const struct od_spec *spec;
	const struct od_pages *pages;
	const struct od_lexicon *lexicon;
	const struct od_map *map;
	const struct od_model *models;
	size_t n_models;
	const struct od_fixed_row *fixed;
	size_t n_fixed;
	struct od_arena *arena; /* lives as long as the maker */
};

struct od_page_out {
	const char *path; /* below the release */
	struct od_span body;
	struct od_span lastmod; /* YYYY-MM-DD */
	bool sitemap;
};

/* Takes a finished page; its bytes are valid during the call. */
struct od_page_sink {
	enum od_rc (*put)(void *u, const struct od_page_out *page, struct od_err *err);
	void *u;
};

struct od_maker;

OD_CHECKED enum od_rc od_maker_open(const struct od_maker_input *in,
                                    struct od_maker **out, struct od_err *err);
size_t od_maker_tasks(const struct od_maker *m);
OD_CHECKED enum od_rc od_maker_run(const struct od_maker *m, size_t task,
                                   const struct od_page_sink *sink, struct od_err *err);

#endif
