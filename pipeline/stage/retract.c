#include "stage/retract.h"

#include "core/file.h"
#include "core/hash.h"
#include "core/out.h"
#include "core/utf8.h"
#include "row/snapshot.h"

enum { LIST_BYTES = 16 << 20 };

static const char row_word[] = "row ", text_word[] = "text ";

static const char *
list_path(const char *state, struct od_arena *a)
{
	return od_arena_printf(a, "%s/retract.list", state);
}

static bool
begins(struct od_span line, const char *word)
{
	return line.n > strlen(word) && !memcmp(line.p, word, strlen(word));
}

static struct od_span
after(struct od_span line, const char *word)
{
	size_t n = strlen(word);

	return (struct od_span){line.p + n, line.n - n};
}

enum od_rc
od_retract_load(const char *state, struct od_arena *a, struct od_retraction *out,
                struct od_err *err)
{
	const char *path = list_path(state, a);
	struct od_span text = {"", 0}, *rows, *texts;
	size_t lines = 1;
	enum od_rc rc = OD_OK;

	*out = (struct od_retraction){0};
	if (od_file_exists(path))
		rc = od_file_read(path, LIST_BYTES, a, &text, OD_KIND_CONFIG, err);
	if (rc)
		return rc;
	for (size_t i = 0; i < text.n; i++)
		lines += text.p[i] == '\n';
	out->rows = rows = od_arena_array(a, lines, sizeof(*rows));
	out->texts = texts = od_arena_array(a, lines, sizeof(*texts));
	while (text.n) {
		const char *stop = memchr(text.p, '\n', text.n);
		struct od_span line = {text.p, stop ? (size_t)(stop - text.p) : text.n};
		size_t used = line.n + (stop != NULL);

		if (begins(line, row_word))
			rows[out->n_rows++] = after(line, row_word);
		else if (begins(line, text_word))
			texts[out->n_texts++] = after(line, text_word);
		else if (od_err_set(err, OD_KIND_CONFIG, "'%s' is damaged", path))
			return od_err_hint(
			    err, "bring it back as it was: what it lists must "
				 "not be published");
		text.p += used;
		text.n -= used;
	}
	return OD_OK;
}

bool
od_retract_has_row(const struct od_retraction *r, struct od_span key)
{
	for (size_t i = 0; i < r->n_rows; i++)
		if (od_span_equal(r->rows[i], key))
			return true;
	return false;
}

bool
od_retract_has_text(const struct od_retraction *r, struct od_span cell)
{
	for (size_t i = 0; i < r->n_texts; i++)
		if (cell.n >= r->texts[i].n &&
		    memmem(cell.p, cell.n, r->texts[i].p, r->texts[i].n))
			return true;
	return false;
}

static bool
is_listed(const struct od_span *v, size_t n, struct od_span s)
{
	for (size_t i = 0; i < n; i++)
		if (od_span_equal(v[i], s))
			return true;
	return false;
}

static void
put(struct od_out *o, const char *word, const struct od_span *v, size_t n,
    const struct od_span *but, size_t n_but)
{
	for (size_t i = 0; i < n; i++) {
		if (is_listed(but, n_but, v[i]) || is_listed(v, i, v[i]))
			continue;
		od_out_puts(o, word);
		od_out_span(o, v[i]);
		od_out_putc(o, '\n');
	}
}

enum od_rc
od_retract_add(const char *state, const struct od_retraction *more, struct od_err *err)
{
	const struct od_out_opts opts = {.atomic = true, .mode = 0600};
	struct od_arena a = {0};
	struct od_retraction old;
	struct od_out *o;
	enum od_rc rc = od_retract_load(state, &a, &old, err);

	if (!rc) {
		o = od_out_open(list_path(state, &a), &opts);
		put(o, row_word, old.rows, old.n_rows, NULL, 0);
		put(o, row_word, more->rows, more->n_rows, old.rows, old.n_rows);
		put(o, text_word, old.texts, old.n_texts, NULL, 0);
		put(o, text_word, more->texts, more->n_texts, old.texts, old.n_texts);
		rc = od_out_close(o, NULL, err);
	}
	od_arena_release(&a);
	return rc;
}

enum od_rc
od_retract_state(const char *state, struct od_arena *a, const char **out,
                 struct od_err *err)
{
	const char *path = list_path(state, a);
	char *hex = od_arena_alloc(a, OD_SHA256_HEX);
	uint64_t bytes = 0;
	enum od_rc rc =
	    od_file_exists(path) ? od_sha256_file(path, hex, &bytes, err) : OD_OK;

	*out = bytes ? hex : "";
	return rc;
}

const char *
od_retract_fault(struct od_span text)
{
	if (text.n < OD_RETRACT_LEAST)
		return "is shorter than 6 bytes: it would hit what is meant otherwise";
	if (text.n > OD_RETRACT_MOST)
		return "is longer than 400 bytes: give a part of it";
	if (!od_utf8_is_valid(text))
		return "is not UTF-8";
	for (size_t i = 0; i < text.n; i++)
		if ((unsigned char)text.p[i] < 0x20 || strchr("\"'&<>\\%", text.p[i]))
			return "has a sign that files write in other ways: give the "
			       "text before or after it";
	return NULL;
}

/*
 * A record is known in files by its unique code: whoever holds the code holds the
 * record. Looked up in the private snapshots, the newest first.
 */
static enum od_rc
find_code(const struct od_dataset *d, const char *snapshot, const struct od_field *f,
          const char *key, struct od_arena *a, struct od_span *to, struct od_err *err)
{
	const char *sql =
	    od_arena_printf(a, "select \"%s\" from \"%s\" where \"%s\" = :key", f->name,
	                    d->id, d->key[0]->name);
	struct od_err closing = {0};
	struct od_snapshot *s;
	struct od_query *q = NULL;
	bool row = false;
	enum od_rc rc = od_snapshot_open(snapshot, false, &s, err);

	if (rc)
		return rc;
	rc = od_query_open(s, sql, d->id, &q, err);
	if (!rc) {
		od_query_bind(q, 0, (struct od_pub){.v = od_span_str(key)});
		rc = od_query_next(q, &row, err);
	}
	if (!rc && row && !od_query_cell(q, 0).null)
		*to = od_arena_dup(a, od_query_cell(q, 0).v);
	od_query_close(q);
	if (od_snapshot_close(s, false, &closing) && !rc) {
		*err = closing;
		rc = err->rc;
	}
	return rc;
}

enum od_rc
od_retract_codes(const struct od_spec *spec, const char *state, const char *key,
                 struct od_arena *a, struct od_span *texts, size_t *n,
                 struct od_err *err)
{
	const struct od_dataset *d = spec->catalog.created_dataset;
	const char *dir = od_arena_printf(a, "%s/snapshots", state);
	enum od_rc rc = OD_OK;

	for (size_t i = 0; i < d->n_fields && !rc; i++) {
		const struct od_field *f = &d->fields[i];
		char **names = od_dir_list(dir, a);
		struct od_span code = {0};

		if (!f->unique || f->type != OD_TYPE_CODE)
			continue;
		for (; names && *names && !rc; names++) {
			size_t length = strlen(*names);

			if (length > 7 && !strcmp(*names + length - 7, ".sqlite"))
				rc = find_code(d,
				               od_arena_printf(a, "%s/%s", dir, *names),
				               f, key, a, &code, err);
		}
		if (!rc && code.n && !od_retract_fault(code))
			texts[(*n)++] = code;
	}
	return rc;
}
