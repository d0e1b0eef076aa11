/*
 * pages.h - site-templates/pages.yaml: which pages there are, and what is on them.
 *
 * A page kind has a template, a path with holes, its languages, one main query (one
 * row = one page; none: a single page) and lists. A list is one of
 *   shared   a query without parameters: run once, the same on every page
 *   stream   a query ordered by the column `by`: read along with the main query, so
 *            that a quarter of a million pages cost one pass over each table
 *   page     a query with :parameters named like main columns: run for every page
 *   model    rows that the stage hands in (`from: fields`), all or those whose `by` is
 *            the page's key
 * Everything is checked when it is loaded; unknown keys and names are OD_KIND_TEMPLATE
 * errors with their place.
 */
#ifndef OD_SITE_PAGES_H
#define OD_SITE_PAGES_H

#include <stdint.h>

#include "core/buf.h"
#include "core/err.h"
#include "site/value.h"

struct od_node;

/* "p/{project_id/1000}/{project_id}.html": literal, or a column, or a column divided.
 */
struct od_path_part {
	const char *text; /* literal or name of the column; "page" is the number */
	bool hole;
	uint64_t divide; /* 0: as it is */
	size_t column;   /* of the main query, set when that is known */
};
struct od_path {
	const struct od_path_part *parts;
	size_t n;
	const char *pattern;
	unsigned depth; /* number of folders */
};

struct od_list_decl {
	const char *name;
	const char *sql;  /* or NULL */
	const char *from; /* name of a model, or NULL */
	const char *by;   /* column that the page's key is found in, or NULL */
	bool one;         /* a single row: {{ name.column }} */
	const struct od_node *node;
};

struct od_page_kind {
	const char *id;
	struct od_path path;
	const char *template;
	bool langs[OD_LANGS];
	struct od_list_decl rows; /* main query; sql and from NULL: a single page */
	const char *key;          /* main column that lists are joined by */
	bool numeric;             /* the key is ordered as a number */
	const char *cuts;         /* query of all keys, to cut the work by; or NULL */
	const struct od_list_decl *lists;
	size_t n_lists;
	const char *per_page_list; /* the list that is cut into pages, or NULL */
	size_t per_page;
	struct od_path more; /* path of its second page and on */
	bool sitemap;
	const char *lastmod; /* main column, or NULL: the release's date */
	bool absolute;       /* links begin at the server's root: for 404.html */
	const struct od_node *node;
};

struct od_pages {
	const struct od_page_kind *kinds;
	size_t n;
	const struct od_list_decl *shared; /* lists that every page may use */
	size_t n_shared;
	const char *policy;        /* Content-Security-Policy of every page */
	const char *policy_header; /* what only a server can add to it */
};

OD_CHECKED enum od_rc od_pages_load(const char *dir, struct od_arena *a,
                                    const struct od_pages **out, struct od_err *err);

/* NULL if there is none. */
const struct od_page_kind *od_page_kind_find(const struct od_pages *p,
                                             struct od_span id);

/* The first folder or file of a pattern: what a kind owns below the release. */
const char *od_path_head(const struct od_path *p, struct od_arena *a);

/*
 * Writes the path of a page. `row` has the values of the path's columns; `one` stands
 * for every column if row is NULL (links by key). False: a value cannot be part of a
 * file's name.
 */
bool od_path_put(struct od_buf *b, const struct od_path *p, const struct od_value *row,
                 struct od_span one, size_t page);

/* "en/" or "": where the pages of a language lie, for a kind that may lack it. */
const char *od_page_folder(const struct od_page_kind *k, enum od_lang lang);

#endif
