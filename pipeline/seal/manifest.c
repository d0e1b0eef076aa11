#include "seal/manifest.h"

#include <stdlib.h>
#include <string.h>

#include "core/json.h"
#include "core/utf8.h"

static const char *
segment_fault(const char *p, size_t n)
{
	if (n == 0)
		return "has an empty segment";
	if (n > 255)
		return "has a segment of more than 255 bytes";
	if (p[0] == '.' && (n == 1 || (n == 2 && p[1] == '.')))
		return "has a segment '.' or '..'";
	return NULL;
}

const char *
od_manifest_path_fault(struct od_span path)
{
	const char *from = path.p, *end = path.p + path.n;

	if (path.n == 0)
		return "is empty";
	if (path.n > OD_PATH_LIMIT)
		return "is too long";
	if (!od_utf8_is_valid(path))
		return "is not valid UTF-8";
	for (const char *p = path.p; p < end; p++)
		if ((unsigned char)*p < 0x20 || *p == 0x7f || *p == '\\')
			return "has a control character or a backslash";
	for (;;) {
		const char *slash = memchr(from, '/', (size_t)(end - from));
		const char *fault =
		    segment_fault(from, (size_t)((slash ? slash : end) - from));

		if (fault)
			return fault;
		if (!slash)
			return NULL;
		from = slash + 1;
	}
}

static bool
is_sha256(struct od_span s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!((s.p[i] >= '0' && s.p[i] <= '9') ||
		      (s.p[i] >= 'a' && s.p[i] <= 'f')))
			return false;
	return s.n == 64;
}

/* 2026-03-02T23:00:00+07:00: d a digit, s a sign, the rest as it is. */
static bool
is_timestamp(struct od_span s)
{
	static const char shape[] = "dddd-dd-ddTdd:dd:ddsdd:dd";

	if (s.n != sizeof(shape) - 1 && !(s.n == 20 && s.p[19] == 'Z'))
		return false;
	for (size_t i = 0; i < s.n && !(i == 19 && s.n == 20); i++) {
		char c = s.p[i], want = shape[i];

		if (want == 'd'   ? c < '0' || c > '9'
		    : want == 's' ? c != '+' && c != '-'
		                  : c != want)
			return false;
	}
	return true;
}

/* A whole number without sign, fraction or exponent. */
static bool
get_whole(const struct od_json *object, const char *key, uint64_t *out)
{
	const struct od_json *v = od_json_find(object, key);
	uint64_t n = 0;

	if (!v || v->kind != OD_JSON_NUMBER || v->text.n == 0 || v->text.n > 15)
		return false;
	for (size_t i = 0; i < v->text.n; i++) {
		if (v->text.p[i] < '0' || v->text.p[i] > '9')
			return false;
		n = 10 * n + (uint64_t)(v->text.p[i] - '0');
	}
	*out = n;
	return true;
}

static bool
get_string(const struct od_json *object, const char *key, struct od_span *out)
{
	const struct od_json *v = od_json_find(object, key);

	if (!v || v->kind != OD_JSON_STRING)
		return false;
	*out = v->text;
	return true;
}

static bool
starts_with(const char *s, const char *head)
{
	return strncmp(s, head, strlen(head)) == 0;
}

static enum od_rc
parse_file(const struct od_json *v, const char *what, struct od_manifest_file *f,
           struct od_err *err)
{
	struct od_span path, sha256;
	const char *fault;
	uint64_t rows;

	if (v->kind != OD_JSON_OBJECT || !get_string(v, "path", &path))
		return od_err_set(err, OD_KIND_VERIFY, "%s: an entry without a path",
		                  what);
	if ((fault = od_manifest_path_fault(path)))
		return od_err_set(err, OD_KIND_VERIFY, "%s: a path %s", what, fault);
	if (!get_whole(v, "bytes", &f->bytes) || !get_string(v, "sha256", &sha256) ||
	    !is_sha256(sha256))
		return od_err_set(err, OD_KIND_VERIFY,
		                  "%s: size or SHA-256 of '%s' is missing or malformed",
		                  what, path.p);
	f->path = path.p;
	memcpy(f->sha256, sha256.p, 64);
	f->sha256[64] = '\0';
	f->rows = -1;
	if (od_json_find(v, "rows")) {
		if (!get_whole(v, "rows", &rows))
			return od_err_set(err, OD_KIND_VERIFY,
			                  "%s: rows of '%s' malformed", what, path.p);
		f->rows = (int64_t)rows;
	}
	return OD_OK;
}

static enum od_rc
parse_list(const struct od_json *root, const char *key, const char *what, bool parts,
           struct od_arena *a, const struct od_manifest_file **out, size_t *n,
           struct od_err *err)
{
	const struct od_json *list = od_json_find(root, key);
	struct od_manifest_file *v;

	if (!list || list->kind != OD_JSON_ARRAY)
		return od_err_set(err, OD_KIND_VERIFY, "%s: no list \"%s\"", what, key);
	if (list->n > (parts ? OD_RELEASE_PARTS_LIMIT : OD_RELEASE_FILES_LIMIT))
		return od_err_set(err, OD_KIND_VERIFY, "%s: too many \"%s\"", what,
		                  key);
	v = od_arena_array(a, list->n ? list->n : 1, sizeof(*v));
	for (size_t i = 0; i < list->n; i++) {
		if (parse_file(&list->items[i], what, &v[i], err))
			return err->rc;
		if (i && strcmp(v[i - 1].path, v[i].path) >= 0)
			return od_err_set(
			    err, OD_KIND_VERIFY,
			    "%s: \"%s\" is not sorted or names '%s' twice", what, key,
			    v[i].path);
		if (starts_with(v[i].path, OD_PARTS_DIR "/") != parts ||
		    !strcmp(v[i].path, OD_MANIFEST_NAME) ||
		    !strcmp(v[i].path, OD_SIGNATURE_NAME))
			return od_err_set(err, OD_KIND_VERIFY,
			                  "%s: '%s' may not stand in \"%s\"", what,
			                  v[i].path, key);
	}
	*out = v;
	*n = list->n;
	return OD_OK;
}

static enum od_rc
parse_acceptance(const struct od_json *root, const char *what, struct od_manifest *out,
                 struct od_err *err)
{
	const struct od_json *accepted = od_json_find(root, "accepted");
	struct od_span reason, gates;

	if (!accepted)
		return OD_OK;
	if (accepted->kind != OD_JSON_OBJECT ||
	    !get_string(accepted, "reason", &reason) ||
	    !get_string(accepted, "gates", &gates))
		return od_err_set(err, OD_KIND_VERIFY, "%s: \"accepted\" is malformed",
		                  what);
	out->accepted = reason.p;
	out->accepted_gates = gates.p;
	return OD_OK;
}

enum od_rc
od_manifest_parse(struct od_span text, const char *what, struct od_arena *a,
                  struct od_manifest *out, struct od_err *err)
{
	const struct od_json *root, *preview;
	struct od_span created;

	*out = (struct od_manifest){0};
	if (text.n > OD_MANIFEST_LIMIT)
		return od_err_set(err, OD_KIND_VERIFY, "%s: larger than %d bytes", what,
		                  OD_MANIFEST_LIMIT);
	if (od_json_parse(text, what, OD_KIND_VERIFY, a, &root, err))
		return err->rc;
	if (root->kind != OD_JSON_OBJECT)
		return od_err_set(err, OD_KIND_VERIFY, "%s: not an object", what);
	if (!get_whole(root, "serial", &out->serial) || out->serial == 0)
		return od_err_set(err, OD_KIND_VERIFY, "%s: no serial", what);
	if (!get_string(root, "created", &created) || !is_timestamp(created))
		return od_err_set(err, OD_KIND_VERIFY, "%s: no date \"created\"", what);
	out->created = created.p;
	preview = od_json_find(root, "preview");
	if (preview && preview->kind != OD_JSON_BOOL)
		return od_err_set(err, OD_KIND_VERIFY, "%s: \"preview\" is malformed",
		                  what);
	out->preview = preview && preview->boolean;
	if (parse_acceptance(root, what, out, err))
		return err->rc;
	if (parse_list(root, "files", what, false, a, &out->files, &out->n_files, err))
		return err->rc;
	return parse_list(root, "parts", what, true, a, &out->parts, &out->n_parts,
	                  err);
}

static void
put_list(struct od_buf *b, const char *key, const struct od_manifest_file *v, size_t n)
{
	od_buf_puts(b, ",\n\"");
	od_buf_puts(b, key);
	od_buf_puts(b, "\":[");
	for (size_t i = 0; i < n; i++) {
		od_buf_puts(b, i ? ",\n{\"path\":" : "\n{\"path\":");
		od_json_string(b, od_span_str(v[i].path));
		od_buf_puts(b, ",\"bytes\":");
		od_buf_u64(b, v[i].bytes);
		od_buf_puts(b, ",\"sha256\":\"");
		od_buf_puts(b, v[i].sha256);
		od_buf_putc(b, '"');
		if (v[i].rows >= 0) {
			od_buf_puts(b, ",\"rows\":");
			od_buf_u64(b, (uint64_t)v[i].rows);
		}
		od_buf_putc(b, '}');
	}
	od_buf_putc(b, ']');
}

void
od_manifest_put(struct od_buf *b, const struct od_manifest *m)
{
	od_buf_puts(b, "{\"serial\":");
	od_buf_u64(b, m->serial);
	od_buf_puts(b, ",\"created\":");
	od_json_string(b, od_span_str(m->created));
	if (m->preview)
		od_buf_puts(b, ",\"preview\":true");
	if (m->accepted) {
		od_buf_puts(b, ",\"accepted\":{\"reason\":");
		od_json_string(b, od_span_str(m->accepted));
		od_buf_puts(b, ",\"gates\":");
		od_json_string(b, od_span_str(m->accepted_gates));
		od_buf_putc(b, '}');
	}
	put_list(b, "files", m->files, m->n_files);
	put_list(b, "parts", m->parts, m->n_parts);
	od_buf_puts(b, "}\n");
}

int
od_manifest_file_order(const void *a, const void *b)
{
	return strcmp(((const struct od_manifest_file *)a)->path,
	              ((const struct od_manifest_file *)b)->path);
}

bool
od_manifest_files_equal(const struct od_manifest_file *a, size_t n_a,
                        const struct od_manifest_file *b, size_t n_b)
{
	for (size_t i = 0; n_a == n_b && i < n_a; i++)
		if (a[i].bytes != b[i].bytes || a[i].rows != b[i].rows ||
		    strcmp(a[i].sha256, b[i].sha256) != 0 ||
		    strcmp(a[i].path, b[i].path) != 0)
			return false;
	return n_a == n_b;
}
