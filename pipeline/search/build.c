#include "search/build.h"

#include <stdlib.h>
#include <string.h>

#include "core/buf.h"
#include "core/deflate.h"
#include "core/file.h"
#include "core/hash.h"
#include "core/json.h"
#include "core/log.h"
#include "core/out.h"
#include "core/pool.h"
#include "row/snapshot.h"
#include "search/blocks.h"
#include "search/grams.h"
#include "search/norm.h"
#include "search/suffix.h"
#include "search/terms.h"

enum { SLOTS_A_JOB = 8 };

/* ---- word lists */

struct word {
	struct od_span key;
	const struct od_span *texts; /* normalised */
};

struct words {
	struct word *v;
	size_t n, width; /* texts of a word */
};

/* ---- numbers of a column */

struct numbers {
	struct od_buf b;
	int64_t last;
};

/* ---- one block being made */

enum kind { TEXT_NAME, TEXT_MAIN, TEXT_FACET, TEXT_KINDS };

struct slot {
	struct od_arena a;
	const struct od_span *cells; /* rows * columns */
	struct od_span terms[OD_BLOCK];
	uint32_t first;
	size_t rows;

	struct od_norm norm;
	struct od_buf texts; /* kind, record, length, symbols ... */
	struct od_buf plain, record, prose;
	struct od_gram_set grams;
};

struct batch {
	struct slot *slots;
	size_t n; /* that have rows */
};

struct build {
	const struct od_search_input *in;
	const struct od_search_decl *d;
	const char *dir; /* of the data */
	struct od_snapshot *snapshot;
	struct words *words; /* as in d->words */
	struct batch
	    batches[2]; /* one is made while the other is filed and read anew */
	size_t n_slots; /* of a batch */
	struct od_suffix *texts[TEXT_KINDS];
	struct od_grams *grams;
	struct od_terms *terms;
	size_t key; /* the column `like: key` */
	struct od_blocks records, prose;
	struct numbers *numbers; /* as d->columns */
	struct od_sha256 *hash;
	uint32_t n_read, n;
	bool has_prose;
};

/* ---- reading the word lists */

static int
by_key(const void *a, const void *b)
{
	const struct word *x = a, *y = b;
	size_t n = x->key.n < y->key.n ? x->key.n : y->key.n;
	int c = memcmp(x->key.p, y->key.p, n);

	return c ? c : (x->key.n > y->key.n) - (x->key.n < y->key.n);
}

static void
put_word(struct od_query *q, struct words *w, size_t *cap, struct od_buf *json,
         struct od_arena *a)
{
	struct od_norm norm = {0};
	struct od_buf b = {0};
	struct od_span *texts = od_arena_array(a, w->width + 1, sizeof(*texts));

	if (w->n == *cap) {
		*cap = *cap ? *cap * 2 : 64;
		w->v = od_realloc(w->v, *cap * sizeof(*w->v));
	}
	od_buf_puts(json, w->n ? ",\n[" : "\n[");
	for (size_t i = 0; i <= w->width; i++) {
		struct od_pub cell = od_query_cell(q, i);

		if (i)
			od_buf_putc(json, ',');
		od_json_string(json, cell.v);
		b.n = 0;
		if (i) {
			od_norm_put(&norm, &b, cell.v);
			texts[i - 1] = od_arena_dup(a, od_buf_view(&b));
		} else {
			w->v[w->n].key = od_arena_dup(a, cell.v);
		}
	}
	od_buf_putc(json, ']');
	w->v[w->n++].texts = texts;
	od_buf_release(&b);
	od_norm_release(&norm);
}

static enum od_rc
read_list(struct build *b, const struct od_search_words *decl, struct words *w,
          struct od_buf *json, struct od_arena *a, struct od_err *err)
{
	struct od_query *q;
	size_t cap = 0;
	enum od_rc rc = od_query_open(b->snapshot, decl->sql, decl->name, &q, err);
	bool more = false;

	if (rc)
		return rc;
	w->width = od_query_columns(q) - 1;
	while (!(rc = od_query_next(q, &more, err)) && more)
		put_word(q, w, &cap, json, a);
	od_query_close(q);
	if (w->n)
		qsort(w->v, w->n, sizeof(*w->v), by_key);
	return rc;
}

static enum od_rc
write_file(struct build *b, const char *name, struct od_span bytes, struct od_err *err)
{
	struct od_buf path = {0};
	struct od_out *out;

	od_buf_printf(&path, "%s/%s", b->dir, name);
	out = od_out_open(od_buf_str(&path), NULL);
	od_out_span(out, bytes);
	od_sha256_field(b->hash, bytes);
	od_buf_release(&path);
	return od_out_close(out, NULL, err);
}

static enum od_rc
read_words(struct build *b, struct od_arena *a, struct od_err *err)
{
	struct od_buf json = {0};
	enum od_rc rc = OD_OK;

	b->words = od_arena_array(a, b->d->n_words + 1, sizeof(*b->words));
	od_buf_putc(&json, '{');
	for (size_t i = 0; i < b->d->n_words && !rc; i++) {
		od_buf_puts(&json, i ? ",\n" : "\n");
		od_json_string(&json, od_span_str(b->d->words[i].name));
		od_buf_puts(&json, ":[");
		rc = read_list(b, &b->d->words[i], &b->words[i], &json, a, err);
		od_buf_putc(&json, ']');
	}
	od_buf_puts(&json, "\n}\n");
	if (!rc)
		rc = write_file(b, "words.json", od_buf_view(&json), err);
	od_buf_release(&json);
	return rc;
}

/* ---- a block, on its own thread */

static void
put_text(struct slot *s, enum kind kind, uint32_t doc, struct od_span symbols)
{
	uint32_t head[3] = {kind, doc, (uint32_t)symbols.n};

	od_buf_put(&s->texts, head, sizeof(head));
	od_buf_span(&s->texts, symbols);
}

static void
index_words(struct slot *s, const struct words *w, uint32_t doc, struct od_span key)
{
	struct word wanted = {.key = key};
	const struct word *found =
	    w->n ? bsearch(&wanted, w->v, w->n, sizeof(*w->v), by_key) : NULL;

	for (size_t i = 0; found && i < w->width; i++)
		put_text(s, TEXT_MAIN, doc, found->texts[i]);
}

static void
index_value(const struct build *b, struct slot *s, const struct od_search_column *c,
            uint32_t doc, struct od_span value)
{
	struct od_buf text = {0};

	if (!value.n)
		return;
	if (c->in) {
		od_norm_put(&s->norm, &text, value);
		if (c->in == OD_IN_PROSE)
			od_gram_set_add(&s->grams, od_buf_view(&text));
		else
			put_text(s, c->in == OD_IN_NAME ? TEXT_NAME : TEXT_MAIN, doc,
			         od_buf_view(&text));
	}
	if (c->words)
		index_words(s, &b->words[c->words - b->d->words], doc, value);
	if (c->facet) {
		text.n = 0;
		od_buf_printf(&text, "%s=", c->facet);
		od_symbols_put(&text, value);
		put_text(s, TEXT_FACET, doc, od_buf_view(&text));
	}
	od_buf_release(&text);
}

static void
index_cell(const struct build *b, struct slot *s, const struct od_search_column *c,
           uint32_t doc, struct od_span cell)
{
	while (cell.n) {
		const char *cut = c->many ? memchr(cell.p, OD_MANY, cell.n) : NULL;
		size_t n = cut ? (size_t)(cut - cell.p) : cell.n;

		index_value(b, s, c, doc, (struct od_span){cell.p, n});
		n += cut != NULL;
		cell.p += n;
		cell.n -= n;
	}
}

static void
make_block(const struct build *b, struct slot *s)
{
	struct od_buf prose = {0};

	s->texts.n = s->plain.n = s->record.n = s->prose.n = 0;
	od_gram_set_clear(&s->grams);
	for (size_t r = 0; r < s->rows; r++) {
		uint32_t doc = s->first + (uint32_t)r;

		for (size_t c = 0; c < b->d->n; c++) {
			const struct od_search_column *column = &b->d->columns[c];
			struct od_span cell = s->cells[r * b->d->n + c];

			od_block_value(column->in == OD_IN_PROSE ? &prose : &s->plain,
			               cell);
			index_cell(b, s, column, doc, cell);
		}
		od_buf_putc(&s->plain, OD_END_RECORD);
		od_buf_putc(&prose, OD_END_RECORD);
	}
	od_gzip(od_buf_view(&s->plain), &s->record);
	if (b->has_prose)
		od_gzip(od_buf_view(&prose), &s->prose);
	od_buf_release(&prose);
}

/* ---- blocks, in their order */

static void
take_texts(struct build *b, const struct slot *s)
{
	struct od_span rest = od_buf_view(&s->texts);
	uint32_t head[3];

	while (rest.n) {
		memcpy(head, rest.p, sizeof(head));
		rest.p += sizeof(head);
		od_suffix_add(b->texts[head[0]], head[1],
		              (struct od_span){rest.p, head[2]});
		rest.p += head[2];
		rest.n -= sizeof(head) + head[2];
	}
}

/* Whole baht, or YYYYMMDD; a cell that is none is 0. */
static int64_t
number_in(struct od_span cell, enum od_search_number kind)
{
	int64_t v = 0;

	for (size_t i = 0; i < cell.n; i++) {
		char c = cell.p[i];

		if (kind == OD_NUMBER_DATE && (i == 4 || i == 7))
			continue;
		if (c < '0' || c > '9' || (kind == OD_NUMBER_DATE && i >= 10))
			break;
		v = v * 10 + (c - '0');
	}
	return v;
}

static void
take_numbers(struct build *b, const struct slot *s)
{
	for (size_t r = 0; r < s->rows; r++)
		for (size_t c = 0; c < b->d->n; c++) {
			struct numbers *x = &b->numbers[c];
			int64_t v, step;
			uint64_t z;

			if (!b->d->columns[c].number)
				continue;
			v = number_in(s->cells[r * b->d->n + c],
			              b->d->columns[c].number);
			step = v - x->last;
			x->last = v;
			z = step < 0 ? (uint64_t)(-step) * 2 - 1 : (uint64_t)step * 2;
			for (; z >= 128; z >>= 7)
				od_buf_putc(&x->b, (char)(z & 127) | (char)128);
			od_buf_putc(&x->b, (char)z);
		}
}

static void
file_batch(struct build *b, const struct batch *made)
{
	for (size_t i = 0; i < made->n; i++) {
		const struct slot *s = &made->slots[i];

		take_texts(b, s);
		take_numbers(b, s);
		for (size_t r = 0; r < s->rows; r++)
			od_terms_take(b->terms, s->first + (uint32_t)r, s->terms[r]);
		od_blocks_put(&b->records, od_buf_view(&s->record));
		if (b->has_prose) {
			od_grams_add(b->grams, b->prose.n, &s->grams);
			od_blocks_put(&b->prose, od_buf_view(&s->prose));
		}
		b->n += (uint32_t)s->rows;
		od_progress_add(s->rows);
	}
}

static enum od_rc
fill_slot(struct build *b, struct od_query *q, struct slot *s, uint32_t first,
          bool *more, struct od_err *err)
{
	struct od_span *cells;
	enum od_rc rc = OD_OK;

	od_arena_reset(&s->a);
	cells = od_arena_array(&s->a, OD_BLOCK * b->d->n, sizeof(*cells));
	s->cells = cells;
	s->first = first;
	for (s->rows = 0; s->rows < OD_BLOCK && *more; s->rows++) {
		rc = od_query_next(q, more, err);
		if (rc || !*more)
			break;
		for (size_t c = 0; c < b->d->n; c++)
			*cells++ = od_arena_dup(&s->a, od_query_cell(q, c).v);
		rc = od_terms_read(b->terms, cells[b->key - b->d->n], &s->a,
		                   &s->terms[s->rows], err);
		if (rc)
			break;
	}
	return rc;
}

static enum od_rc
check_columns(const struct build *b, struct od_query *q, struct od_err *err)
{
	if (od_query_columns(q) != b->d->n)
		return od_err_set(err, OD_KIND_TEMPLATE,
		                  "search.yaml: the query has %zu columns, %zu are "
		                  "described",
		                  od_query_columns(q), b->d->n);
	for (size_t i = 0; i < b->d->n; i++)
		if (strcmp(od_query_column(q, i), b->d->columns[i].name) != 0)
			return od_err_set(err, OD_KIND_TEMPLATE,
			                  "search.yaml: column %zu of the query is "
			                  "'%s', not '%s'",
			                  i + 1, od_query_column(q, i),
			                  b->d->columns[i].name);
	return OD_OK;
}

static enum od_rc
read_batch(struct build *b, struct od_query *q, struct batch *to, bool *more,
           struct od_err *err)
{
	enum od_rc rc = OD_OK;

	to->n = 0;
	while (to->n < b->n_slots && *more && !rc) {
		struct slot *s = &to->slots[to->n];

		rc = fill_slot(b, q, s, b->n_read, more, err);
		b->n_read += (uint32_t)s->rows;
		to->n += s->rows > 0;
	}
	return rc;
}

struct round {
	struct build *b;
	struct od_query *q;
	struct batch *making, *made;
	bool more; /* rows to read */
};

/* The first task is the one that cannot be shared out. */
static enum od_rc
run_task(size_t i, void *u, struct od_err *err)
{
	struct round *r = u;

	if (i) {
		make_block(r->b, &r->making->slots[i - 1]);
		return OD_OK;
	}
	file_batch(r->b, r->made);
	return read_batch(r->b, r->q, r->made, &r->more, err);
}

static enum od_rc
read_rows(struct build *b, struct od_err *err)
{
	struct round r = {b, NULL, &b->batches[0], &b->batches[1], true};
	enum od_rc rc = od_query_open(b->snapshot, b->d->rows, "records", &r.q, err);

	if (rc)
		return rc;
	rc = check_columns(b, r.q, err);
	if (!rc)
		rc = read_batch(b, r.q, r.making, &r.more, err);
	while (!rc && r.making->n) {
		struct batch *made = r.making;

		rc = od_pool_run(b->in->jobs, r.making->n + 1, run_task, &r, err);
		r.making = r.made;
		r.made = made;
	}
	if (!rc)
		file_batch(b, r.made);
	od_query_close(r.q);
	return rc;
}

/* ---- the files */

static enum od_rc
write_suffixes(struct build *b, enum kind kind, const char *name,
               struct od_index_fact *fact, struct od_err *err)
{
	struct od_index *x = od_index_open(b->dir, name, b->n, b->hash);
	struct od_err ignored;
	enum od_rc rc = OD_OK, closed;

	if (kind == TEXT_FACET)
		od_suffix_write_whole(b->texts[kind], x);
	else
		rc = od_suffix_write(b->texts[kind], b->in->jobs, x, err);
	od_suffix_close(b->texts[kind]);
	b->texts[kind] = NULL;
	closed = od_index_close(x, fact, rc ? &ignored : err);
	return rc ? rc : closed;
}

static enum od_rc
write_grams(struct build *b, struct od_index_fact *fact, struct od_err *err)
{
	struct od_index *x = od_index_open(b->dir, "prose", b->prose.n, b->hash);

	od_grams_write(b->grams, x);
	return od_index_close(x, fact, err);
}

/* What the finder for drafts reads. */
static enum od_rc
write_terms(struct build *b, struct od_search_fact *fact, struct od_err *err)
{
	struct od_buf grams = {0};
	struct od_index *x;
	enum od_rc rc = od_terms_grams(b->terms, &grams, err);

	if (!rc)
		rc = write_file(b, OD_TERMS_GRAMS, od_buf_view(&grams), err);
	fact->files++;
	fact->bytes += grams.n;
	od_buf_release(&grams);
	if (rc)
		return rc;
	x = od_index_open(b->dir, OD_TERMS_INDEX, b->n, b->hash);
	od_terms_write(b->terms, x);
	return od_index_close(x, &fact->terms, err);
}

static enum od_rc
write_numbers(struct build *b, struct od_search_fact *fact, struct od_err *err)
{
	struct od_buf small = {0}, name = {0};
	enum od_rc rc = OD_OK;

	for (size_t c = 0; c < b->d->n && !rc; c++) {
		if (!b->d->columns[c].number)
			continue;
		small.n = name.n = 0;
		od_buf_put(&small, OD_SHARD_MAGIC, OD_SHARD_HEAD);
		od_gzip(od_buf_view(&b->numbers[c].b), &small);
		od_buf_printf(&name, "%s.num", b->d->columns[c].name);
		rc = write_file(b, od_buf_str(&name), od_buf_view(&small), err);
		fact->files++;
		fact->bytes += small.n;
	}
	od_buf_release(&small);
	od_buf_release(&name);
	return rc;
}

static void
put_member(struct od_buf *b, const char *key, const char *value)
{
	od_buf_printf(b, ",\"%s\":", key);
	od_json_string(b, od_span_str(value));
}

static void
put_column(struct od_buf *b, const struct od_search_column *c)
{
	static const char *const ins[] = {"", "name", "main", "prose"};
	static const char *const numbers[] = {"", "money", "date"};
	static const char *const likes[] = {"", "key", "text"};

	od_buf_puts(b, "{\"name\":");
	od_json_string(b, od_span_str(c->name));
	if (c->in)
		put_member(b, "in", ins[c->in]);
	if (c->words)
		put_member(b, "words", c->words->name);
	if (c->facet)
		put_member(b, "facet", c->facet);
	if (c->number)
		put_member(b, "number", numbers[c->number]);
	if (c->many)
		od_buf_puts(b, ",\"many\":true");
	if (c->like)
		put_member(b, "like", likes[c->like]);
	od_buf_putc(b, '}');
}

/* The folder of the data gets its name; index.json points to it. */
static enum od_rc
publish(struct build *b, struct od_arena *a, struct od_err *err)
{
	char hex[OD_SHA256_HEX];
	struct od_buf json = {0};
	struct od_out *out;
	enum od_rc rc;

	for (size_t c = 0; c < b->d->n; c++) {
		if (c)
			od_buf_puts(&json, ",\n");
		put_column(&json, &b->d->columns[c]);
	}
	od_sha256_field(b->hash, od_buf_view(&json));
	od_sha256_close(b->hash, hex);
	b->hash = NULL;
	rc = od_file_rename(b->dir, od_arena_printf(a, "%s/%.10s", b->in->dir, hex),
	                    err);
	if (!rc) {
		out =
		    od_out_open(od_arena_printf(a, "%s/index.json", b->in->dir), NULL);
		od_out_puts(out,
		            od_arena_printf(a,
		                            "{\"version\":%d,\"data\":\"%.10s\","
		                            "\"records\":%u,\"block\":%d,"
		                            "\"prose\":%s,\"like\":%s,"
		                            "\"columns\":[\n",
		                            OD_SEARCH_VERSION, hex, (unsigned)b->n,
		                            OD_BLOCK, b->has_prose ? "true" : "false",
		                            b->terms ? "true" : "false"));
		od_out_span(out, od_buf_view(&json));
		od_out_puts(out, "\n]}\n");
		rc = od_out_close(out, NULL, err);
	}
	od_buf_release(&json);
	return rc;
}

static enum od_rc
write_all(struct build *b, struct od_arena *a, struct od_search_fact *fact,
          struct od_err *err)
{
	enum od_rc rc = write_suffixes(b, TEXT_NAME, "name", &fact->name, err);

	if (!rc)
		rc = write_suffixes(b, TEXT_MAIN, "main", &fact->main, err);
	if (!rc)
		rc = write_suffixes(b, TEXT_FACET, "facet", &fact->facet, err);
	if (!rc && b->has_prose)
		rc = write_grams(b, &fact->prose, err);
	if (!rc && b->terms)
		rc = write_terms(b, fact, err);
	if (!rc)
		rc = write_numbers(b, fact, err);
	(void)a;
	return rc;
}

static void
prepare(struct build *b, struct od_arena *a)
{
	for (size_t c = 0; c < b->d->n; c++) {
		b->has_prose = b->has_prose || b->d->columns[c].in == OD_IN_PROSE;
		b->key = b->d->columns[c].like == OD_LIKE_KEY ? c : b->key;
	}
	b->hash = od_sha256_open();
	for (size_t i = 0; i < TEXT_KINDS; i++)
		b->texts[i] = od_suffix_open();
	b->grams = od_grams_open();
	b->n_slots = (size_t)b->in->jobs * SLOTS_A_JOB;
	for (size_t i = 0; i < OD_ARRAY_LEN(b->batches); i++)
		b->batches[i].slots =
		    od_arena_array(a, b->n_slots, sizeof(*b->batches[i].slots));
	b->numbers = od_arena_array(a, b->d->n, sizeof(*b->numbers));
	od_blocks_init(&b->records, b->dir, "record", b->hash);
	od_blocks_init(&b->prose, b->dir, "text", b->hash);
}

static void
release(struct build *b)
{
	char hex[OD_SHA256_HEX];

	if (b->hash)
		od_sha256_close(b->hash, hex);
	for (size_t i = 0; i < TEXT_KINDS; i++)
		od_suffix_close(b->texts[i]);
	od_grams_close(b->grams);
	od_terms_close(b->terms);
	for (size_t i = 0; i < 2 * b->n_slots; i++) {
		struct slot *s = &b->batches[i % 2].slots[i / 2];

		od_arena_release(&s->a);
		od_norm_release(&s->norm);
		od_buf_release(&s->texts);
		od_buf_release(&s->plain);
		od_buf_release(&s->record);
		od_buf_release(&s->prose);
		od_gram_set_release(&s->grams);
	}
	for (size_t c = 0; c < b->d->n; c++)
		od_buf_release(&b->numbers[c].b);
	for (size_t i = 0; i < b->d->n_words; i++)
		free(b->words ? b->words[i].v : NULL);
}

static void
sum_up(const struct build *b, struct od_search_fact *f)
{
	const struct od_index_fact *all[] = {&f->name, &f->main, &f->facet, &f->prose,
	                                     &f->terms};

	f->records = b->n;
	f->record_bytes = b->records.out.bytes + b->records.root_bytes;
	f->text_bytes = b->prose.out.bytes + b->prose.root_bytes;
	f->files += 2 + b->records.out.files + 1; /* index.json, words.json, a root */
	f->bytes += f->record_bytes + f->text_bytes;
	if (b->has_prose)
		f->files += b->prose.out.files + 1;
	for (size_t i = 0; i < OD_ARRAY_LEN(all); i++) {
		f->files += all[i]->files;
		f->bytes += all[i]->bytes;
	}
}

enum od_rc
od_search_build(const struct od_search_input *in, struct od_arena *a,
                struct od_search_fact *fact, struct od_err *err)
{
	struct build b = {
	    .in = in, .d = in->decl, .dir = od_arena_printf(a, "%s/new", in->dir)};
	struct od_err ignored;
	enum od_rc rc, closed;

	*fact = (struct od_search_fact){0};
	rc = od_snapshot_open(in->snapshot, false, &b.snapshot, err);
	if (rc)
		return rc;
	prepare(&b, a);
	rc = od_dir_make(b.dir, 0755, err);
	if (!rc && od_terms_wanted(b.d))
		rc = od_terms_open(b.snapshot, &b.terms, err);
	if (!rc)
		rc = read_words(&b, a, err);
	if (!rc)
		rc = read_rows(&b, err);
	closed = od_blocks_close(&b.records, rc ? &ignored : err);
	rc = rc ? rc : closed;
	if (b.has_prose) {
		closed = od_blocks_close(&b.prose, rc ? &ignored : err);
		rc = rc ? rc : closed;
	} else {
		free(b.prose.path);
		free(b.prose.out.dir);
	}
	if (!rc)
		rc = write_all(&b, a, fact, err);
	if (!rc)
		rc = publish(&b, a, err);
	sum_up(&b, fact);
	release(&b);
	closed = od_snapshot_close(b.snapshot, false, rc ? &ignored : err);
	rc = rc ? rc : closed;
	return rc;
}
