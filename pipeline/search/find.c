#include "search/find.h"

#include <stdlib.h>
#include <string.h>

#include "core/file.h"
#include "core/json.h"
#include "search/blocks.h"
#include "search/build.h"
#include "search/index.h"
#include "search/norm.h"
#include "search/query.h"
#include "search/suffix.h"

enum { JSON_LIMIT = 16 << 20, NO_BLOCK = UINT32_MAX, GRAM = 3 };

struct column {
	const char *name;
	enum od_search_where where;
	bool searched, many, prose, like;
	const struct od_json *words; /* list of words, or NULL */
};

/* The block that was read last. */
struct cache {
	struct od_blocks_in *in;
	uint32_t block;
	struct od_arena a;
	struct od_span records[OD_BLOCK];
	size_t n;
};

struct od_search {
	const char *dir;
	uint32_t n;
	struct column columns[OD_SEARCH_COLUMNS];
	size_t n_columns;
	bool has_prose, has_like;
	struct od_index_in *name, *main, *facet, *prose;
	struct cache records, texts;
	struct od_norm norm;
	struct od_buf text; /* of the record being looked at, each field ended by 0 */
};

/* ---- opening */

static enum od_rc
read_json(const char *path, struct od_arena *a, const struct od_json **out,
          struct od_err *err)
{
	struct od_span text;
	enum od_rc rc = od_file_read(path, JSON_LIMIT, a, &text, OD_KIND_IO, err);

	return rc ? rc : od_json_parse(text, path, OD_KIND_VERIFY, a, out, err);
}

static bool
read_columns(struct od_search *s, const struct od_json *list,
             const struct od_json *words)
{
	if (!list || list->kind != OD_JSON_ARRAY || list->n > OD_SEARCH_COLUMNS)
		return false;
	for (size_t i = 0; i < list->n; i++) {
		const struct od_json *c = &list->items[i];
		const struct od_json *many = od_json_find(c, "many");
		const char *in = od_json_text(c, "in");
		const char *named = od_json_text(c, "words");

		s->columns[i] = (struct column){
		    .name = od_json_text(c, "name"),
		    .where = !strcmp(in, "name")    ? OD_SEARCH_NAMES
		             : !strcmp(in, "prose") ? OD_SEARCH_ALL
		                                    : OD_SEARCH_MAIN,
		    .searched = *in,
		    .prose = !strcmp(in, "prose"),
		    .many = many && many->boolean,
		    .like = !strcmp(od_json_text(c, "like"), "text"),
		    .words = *named ? od_json_find(words, named) : NULL,
		};
	}
	s->n_columns = list->n;
	return true;
}

static enum od_rc
open_parts(struct od_search *s, struct od_arena *a, struct od_err *err)
{
	enum od_rc rc = od_index_in_open(s->dir, "name", a, &s->name, err);

	if (!rc)
		rc = od_index_in_open(s->dir, "main", a, &s->main, err);
	if (!rc)
		rc = od_index_in_open(s->dir, "facet", a, &s->facet, err);
	if (!rc)
		rc = od_blocks_open(s->dir, "record", a, &s->records.in, err);
	if (!rc && s->has_prose)
		rc = od_index_in_open(s->dir, "prose", a, &s->prose, err);
	if (!rc && s->has_prose)
		rc = od_blocks_open(s->dir, "text", a, &s->texts.in, err);
	return rc;
}

enum od_rc
od_search_open(const char *dir, struct od_arena *a, struct od_search **out,
               struct od_err *err)
{
	struct od_search *s = od_arena_alloc(a, sizeof(*s));
	const struct od_json *about, *words, *prose, *like;
	enum od_rc rc =
	    read_json(od_arena_printf(a, "%s/index.json", dir), a, &about, err);

	*out = s;
	if (rc)
		return rc;
	if (od_json_int(about, "version") != OD_SEARCH_VERSION ||
	    od_json_int(about, "block") != OD_BLOCK)
		return od_err_set(err, OD_KIND_VERIFY,
		                  "'%s' holds an index of another version", dir);
	s->dir = od_arena_printf(a, "%s/%s", dir, od_json_text(about, "data"));
	s->n = (uint32_t)od_json_int(about, "records");
	prose = od_json_find(about, "prose");
	s->has_prose = prose && prose->boolean;
	like = od_json_find(about, "like");
	s->has_like = like && like->boolean;
	s->records.block = s->texts.block = NO_BLOCK;
	rc = read_json(od_arena_printf(a, "%s/words.json", s->dir), a, &words, err);
	if (!rc && !read_columns(s, od_json_find(about, "columns"), words))
		rc = od_err_set(err, OD_KIND_VERIFY, "the search index is damaged");
	return rc ? rc : open_parts(s, a, err);
}

void
od_search_close(struct od_search *s)
{
	if (!s)
		return;
	od_index_in_close(s->name);
	od_index_in_close(s->main);
	od_index_in_close(s->facet);
	od_index_in_close(s->prose);
	od_blocks_in_close(s->records.in);
	od_blocks_in_close(s->texts.in);
	od_arena_release(&s->records.a);
	od_arena_release(&s->texts.a);
	od_norm_release(&s->norm);
	od_buf_release(&s->text);
}

/* ---- the texts of a record */

static enum od_rc
read_record(struct cache *c, uint32_t doc, struct od_span *record, struct od_err *err)
{
	struct od_span block;
	enum od_rc rc = OD_OK;

	*record = (struct od_span){0};
	if (c->block != doc / OD_BLOCK) {
		c->block = NO_BLOCK;
		c->n = 0;
		od_arena_reset(&c->a);
		if (doc / OD_BLOCK >= od_blocks_count(c->in))
			return od_err_set(err, OD_KIND_VERIFY,
			                  "the search index is damaged");
		rc = od_blocks_get(c->in, doc / OD_BLOCK, &c->a, &block, err);
		while (!rc && block.n && c->n < OD_BLOCK) {
			const char *end = memchr(block.p, OD_END_RECORD, block.n);
			size_t n = end ? (size_t)(end - block.p) + 1 : block.n;

			c->records[c->n++] = (struct od_span){block.p, n};
			block.p += n;
			block.n -= n;
		}
		if (!rc)
			c->block = doc / OD_BLOCK;
	}
	if (!rc && doc % OD_BLOCK < c->n)
		*record = c->records[doc % OD_BLOCK];
	return rc;
}

/* The next of several values. */
static struct od_span
next_value(struct od_span *rest, bool many)
{
	const char *cut = many ? memchr(rest->p, OD_NEXT_VALUE, rest->n) : NULL;
	size_t n = cut ? (size_t)(cut - rest->p) : rest->n;
	struct od_span value = {rest->p, n};

	n += cut != NULL;
	rest->p += n;
	rest->n -= n;
	return value;
}

static void
add_text(struct od_search *s, struct od_span text)
{
	od_norm_put(&s->norm, &s->text, text);
	od_buf_putc(&s->text, 0);
}

static void
add_words(struct od_search *s, const struct od_json *words, struct od_span key)
{
	for (size_t i = 0; i < words->n; i++) {
		const struct od_json *w = &words->items[i];

		if (!w->n || !od_span_equal(w->items[0].text, key))
			continue;
		for (size_t k = 1; k < w->n; k++)
			add_text(s, w->items[k].text);
		return;
	}
}

static void
add_value(struct od_search *s, const struct column *c, struct od_span cell)
{
	while (cell.n) {
		struct od_span value = next_value(&cell, c->many);

		if (c->searched)
			add_text(s, value);
		if (c->words)
			add_words(s, c->words, value);
	}
}

/* s->text becomes all that is searched of a record. */
static enum od_rc
gather(struct od_search *s, uint32_t doc, enum od_search_where where,
       struct od_err *err)
{
	struct od_span record, texts = {0}, values[OD_SEARCH_COLUMNS];
	size_t n, n_texts = 0, at = 0;
	struct od_span prose[OD_SEARCH_COLUMNS];
	enum od_rc rc = read_record(&s->records, doc, &record, err);

	if (!rc && where == OD_SEARCH_ALL && s->has_prose)
		rc = read_record(&s->texts, doc, &texts, err);
	if (rc)
		return rc;
	(void)od_block_next(&record, values, OD_SEARCH_COLUMNS, &n);
	(void)od_block_next(&texts, prose, OD_SEARCH_COLUMNS, &n_texts);
	s->text.n = 0;
	for (size_t i = 0, k = 0; i < s->n_columns; i++) {
		const struct column *c = &s->columns[i];

		if (c->prose) {
			if (at < n_texts && where == OD_SEARCH_ALL)
				add_value(s, c, prose[at]);
			at++;
		} else {
			if (k < n && c->where <= where && (c->searched || c->words))
				add_value(s, c, values[k]);
			k++;
		}
	}
	return OD_OK;
}

static bool
fits(const struct od_search *s, const struct od_query_terms *t)
{
	for (size_t i = 0; i < t->n; i++) {
		bool has = memmem(s->text.p, s->text.n, t->v[i].text.p, t->v[i].text.n);

		if (has == t->v[i].unwanted)
			return false;
	}
	return true;
}

/* ---- what the indexes say of a word */

struct claim {
	struct od_docs sure, maybe;
};

static void
fill(struct od_docs *d)
{
	for (uint32_t i = 0; i < d->bound; i++)
		od_docs_add(d, i);
}

static enum od_rc
ask_suffixes(struct od_index_in *x, struct od_span word, struct claim *c,
             struct od_err *err)
{
	size_t skip = od_suffix_start(word);
	struct od_span rest = {word.p + skip, word.n - skip};

	if (!rest.n) {
		fill(&c->maybe);
		return OD_OK;
	}
	/* What begins in the middle of a cluster is found by what follows. */
	return od_index_find(x, rest, skip ? &c->maybe : &c->sure, &c->maybe, err);
}

/* The records of the blocks that have all trigrams of the word. */
static enum od_rc
ask_grams(struct od_search *s, struct od_span word, struct claim *c, struct od_arena *a,
          struct od_err *err)
{
	uint32_t blocks = od_index_in_bound(s->prose);
	struct od_docs all = od_docs_make(blocks, a);
	enum od_rc rc = OD_OK;

	fill(&all);
	for (size_t at = 0; !rc && (at == 0 || at + GRAM <= word.n); at++) {
		struct od_docs one = od_docs_make(blocks, a);
		size_t n = word.n - at < GRAM ? word.n - at : GRAM;

		rc = od_index_find(s->prose, (struct od_span){word.p + at, n}, &one,
		                   &one, err);
		for (size_t i = 0; i < od_docs_words(blocks); i++)
			all.w[i] &= one.w[i];
	}
	for (uint32_t i = 0; i < s->n && !rc; i++)
		if (od_docs_has(&all, i / OD_BLOCK))
			od_docs_add(&c->maybe, i);
	return rc;
}

static enum od_rc
ask(struct od_search *s, struct od_span word, enum od_search_where where,
    struct claim *c, struct od_arena *a, struct od_err *err)
{
	enum od_rc rc;

	*c = (struct claim){od_docs_make(s->n, a), od_docs_make(s->n, a)};
	rc = ask_suffixes(s->name, word, c, err);
	if (!rc && where >= OD_SEARCH_MAIN)
		rc = ask_suffixes(s->main, word, c, err);
	if (!rc && where >= OD_SEARCH_ALL && s->has_prose)
		rc = ask_grams(s, word, c, a, err);
	return rc;
}

/* ---- filters */

static enum od_rc
filter(struct od_search *s, const char *filters, struct od_docs *docs,
       struct od_arena *a, struct od_err *err)
{
	enum od_rc rc = OD_OK;

	while (filters && *filters && !rc) {
		size_t n = strcspn(filters, ",");
		struct od_docs one = od_docs_make(s->n, a), no = od_docs_make(s->n, a);
		struct od_buf key = {0};

		od_symbols_put(&key, (struct od_span){filters, n});
		od_buf_putc(&key, 0);
		rc = od_index_find(s->facet, od_buf_view(&key), &one, &no, err);
		od_buf_release(&key);
		for (size_t i = 0; i < od_docs_words(s->n); i++)
			docs->w[i] &= one.w[i];
		filters += n + (filters[n] == ',');
	}
	return rc;
}

/* ---- searching */

/* Looks at the texts of those in `docs` that are not in `certain`. */
static enum od_rc
look(struct od_search *s, const struct od_query_terms *t, enum od_search_where where,
     const struct od_docs *certain, struct od_search_result *out, struct od_err *err)
{
	for (uint32_t doc = 0; doc < s->n; doc++) {
		enum od_rc rc;

		if (!od_docs_has(&out->docs, doc) || od_docs_has(certain, doc))
			continue;
		rc = gather(s, doc, where, err);
		if (rc)
			return rc;
		out->looked_at++;
		if (!fits(s, t))
			out->docs.w[doc / 64] &= ~(UINT64_C(1) << (doc % 64));
	}
	return OD_OK;
}

enum od_rc
od_search_run(struct od_search *s, const struct od_search_query *q, struct od_arena *a,
              struct od_search_result *out, struct od_err *err)
{
	struct od_query_terms t = od_query_parse(q->text, a);
	struct od_docs certain = od_docs_make(s->n, a);
	size_t words = od_docs_words(s->n);
	enum od_rc rc = OD_OK;

	*out = (struct od_search_result){.docs = od_docs_make(s->n, a)};
	if (!t.wanted)
		return OD_OK;
	fill(&out->docs);
	fill(&certain);
	for (size_t i = 0; i < t.n && !rc; i++) {
		struct claim c;

		rc = ask(s, t.v[i].text, q->where, &c, a, err);
		for (size_t k = 0; k < words && !rc; k++) {
			uint64_t sure = c.sure.w[k], any = sure | c.maybe.w[k];

			out->docs.w[k] &= t.v[i].unwanted ? ~sure : any;
			certain.w[k] &= t.v[i].unwanted ? ~any : sure;
		}
	}
	if (!rc)
		rc = filter(s, q->filters, &out->docs, a, err);
	if (!rc)
		rc = look(s, &t, q->where, &certain, out, err);
	for (size_t k = 0; k < words; k++)
		out->n += (size_t)__builtin_popcountll(out->docs.w[k]);
	return rc;
}

const char *
od_search_folder(const struct od_search *s)
{
	return s->dir;
}

const char *
od_search_like_column(const struct od_search *s, size_t i)
{
	for (size_t c = 0; c < s->n_columns && s->has_like; c++)
		if (s->columns[c].like && !i--)
			return s->columns[c].name;
	return NULL;
}

enum od_rc
od_search_value(struct od_search *s, uint32_t doc, const char *column,
                struct od_arena *a, struct od_span *value, struct od_err *err)
{
	struct od_span record, values[OD_SEARCH_COLUMNS];
	size_t n, k[2] = {0}, i = 0;
	bool prose;
	enum od_rc rc;

	*value = (struct od_span){"", 0};
	for (; i < s->n_columns && strcmp(s->columns[i].name, column) != 0; i++)
		k[s->columns[i].prose]++;
	if (i == s->n_columns)
		return OD_OK;
	prose = s->columns[i].prose;
	rc = read_record(prose ? &s->texts : &s->records, doc, &record, err);
	if (rc)
		return rc;
	(void)od_block_next(&record, values, OD_SEARCH_COLUMNS, &n);
	if (k[prose] < n)
		*value = od_arena_dup(a, values[k[prose]]);
	return OD_OK;
}
