#include "seal/assemble.h"

#include <stdlib.h>
#include <string.h>

#include "core/file.h"
#include "core/hash.h"
#include "core/out.h"

/* A file and the part it goes to. */
struct placed {
	const char *part;
	struct od_manifest_file file;
};

struct making {
	const struct od_assembly *as;
	struct od_arena *a;
	struct od_manifest live; /* root of the live release; zeroed if there is none */
	struct od_manifest_file *parts;
	size_t n, kept;
	struct od_err *err;
};

static int
by_part(const void *a, const void *b)
{
	const struct placed *x = a, *y = b;
	int order = strcmp(x->part, y->part);

	return order ? order : strcmp(x->file.path, y->file.path);
}

/* The most files that one finer name would get; 0 if it does not tell them apart. */
static size_t
largest_share(const struct placed *v, size_t n, unsigned depth, size_t head,
              struct od_arena *a)
{
	const char *last = NULL;
	size_t share = 0, most = 0, names = 0;

	for (size_t i = 0; i < n; i++) {
		const char *name =
		    od_part_finer(v[i].part, v[i].file.path, depth, head, a);

		if (!name)
			continue;
		if (!last || strcmp(name, last) != 0) {
			share = 0;
			names++;
		}
		last = name;
		if (++share > most)
			most = share;
	}
	return names > 1 ? most : 0;
}

/*
 * Cuts a part that is too large by the first letters of the next folder or name that
 * tells its files apart: few letters, so that the pages of divisions go by ministry and
 * not each to a part of its own.
 */
static void
cut_finer(struct placed *v, size_t n, struct od_arena *a)
{
	enum { DEPTH = 8, HEAD = 6 };

	for (unsigned depth = 0; depth < DEPTH; depth++) {
		size_t head = 0, most = 0;

		while (head < HEAD && (most == 0 || most > OD_PART_FILES))
			most = largest_share(v, n, depth, ++head, a);
		if (most == 0)
			continue;
		for (size_t i = 0; i < n; i++) {
			const char *name =
			    od_part_finer(v[i].part, v[i].file.path, depth, head, a);

			if (name)
				v[i].part = name;
		}
		return;
	}
}

static size_t
same_part(const struct placed *v, size_t n)
{
	size_t i = 1;

	while (i < n && !strcmp(v[i].part, v[0].part))
		i++;
	return i;
}

static struct placed *
place(const struct od_assembly *as, struct od_arena *a)
{
	struct placed *v = od_arena_array(a, as->n_files ? as->n_files : 1, sizeof(*v));
	bool cut = false;

	for (size_t i = 0; i < as->n_files; i++)
		v[i] =
		    (struct placed){od_part_name(as->files[i].path, a), as->files[i]};
	if (as->n_files)
		qsort(v, as->n_files, sizeof(*v), by_part);
	for (size_t i = 0, n; i < as->n_files; i += n) {
		n = same_part(v + i, as->n_files - i);
		if (n > OD_PART_FILES) {
			cut_finer(v + i, n, a);
			cut = true;
		}
	}
	if (cut)
		qsort(v, as->n_files, sizeof(*v), by_part);
	return v;
}

/*
 * The live release's part of that name, in `a`; zeroed if there is none that can be
 * read.
 */
static struct od_manifest
live_part(const struct making *m, const char *path, struct od_arena *a)
{
	struct od_manifest_file want = {.path = path}, *have = NULL;
	struct od_manifest part = {0};
	struct od_err ignored;
	struct od_span text;
	char hex[OD_SHA256_HEX];

	if (m->live.n_parts)
		have = bsearch(&want, m->live.parts, m->live.n_parts, sizeof(want),
		               od_manifest_file_order);
	if (!have)
		return part;
	if (od_file_read(od_arena_printf(a, "%s/%s", m->as->live, path),
	                 OD_MANIFEST_LIMIT, a, &text, OD_KIND_VERIFY, &ignored))
		return part;
	od_sha256_hex(text, hex);
	if (strcmp(hex, have->sha256) != 0 ||
	    od_manifest_parse(text, path, a, &part, &ignored))
		return (struct od_manifest){0};
	return part;
}

static enum od_rc
put_file(struct making *m, const char *path, struct od_span text)
{
	struct od_out *o =
	    od_out_open(od_arena_printf(m->a, "%s/%s", m->as->dir, path), NULL);

	od_out_span(o, text);
	return od_out_close(o, NULL, m->err);
}

static enum od_rc
put_part(struct making *m, const struct placed *v, size_t n)
{
	const char *path = od_arena_printf(m->a, OD_PARTS_DIR "/%s.json", v[0].part);
	struct od_manifest_file *files = od_arena_array(m->a, n, sizeof(*files));
	struct od_manifest_file *entry = &m->parts[m->n++];
	struct od_manifest part = {.serial = m->as->serial,
	                           .created = m->as->created,
	                           .files = files,
	                           .n_files = n};
	struct od_manifest before;
	struct od_arena old = {0};
	struct od_buf b = {0};
	enum od_rc rc;

	for (size_t i = 0; i < n; i++)
		files[i] = v[i].file;
	before = live_part(m, path, &old);
	if (before.serial && before.serial <= m->as->serial && before.n_parts == 0 &&
	    od_manifest_files_equal(files, n, before.files, before.n_files)) {
		part.serial = before.serial;
		part.created = od_arena_str(m->a, before.created);
		m->kept++;
	}
	od_arena_release(&old);
	od_manifest_put(&b, &part);
	*entry = (struct od_manifest_file){.path = path, .bytes = b.n, .rows = -1};
	od_sha256_hex(od_buf_view(&b), entry->sha256);
	rc = put_file(m, path, od_buf_view(&b));
	od_buf_release(&b);
	return rc;
}

static enum od_rc
put_root(struct making *m)
{
	const struct od_assembly *as = m->as;
	struct od_manifest root = {.serial = as->serial,
	                           .created = as->created,
	                           .preview = as->preview,
	                           .accepted = as->accepted,
	                           .accepted_gates = as->accepted_gates,
	                           .parts = m->parts,
	                           .n_parts = m->n};
	struct od_buf b = {0};
	enum od_rc rc;

	qsort(m->parts, m->n, sizeof(*m->parts), od_manifest_file_order);
	od_manifest_put(&b, &root);
	rc = put_file(m, OD_MANIFEST_NAME, od_buf_view(&b));
	if (!rc && as->key)
		rc = put_file(
		    m, OD_SIGNATURE_NAME,
		    od_minisign_sign(
			as->key, od_buf_view(&b),
			od_arena_printf(
			    m->a, "serial:%llu\tcreated:%s\tfile:" OD_MANIFEST_NAME,
			    (unsigned long long)as->serial, as->created),
			m->a));
	od_buf_release(&b);
	return rc;
}

enum od_rc
od_assemble_clean(const char *dir, struct od_err *err)
{
	static const char *const names[] = {OD_SIGNATURE_NAME, OD_MANIFEST_NAME,
	                                    OD_PARTS_DIR};
	struct od_arena a = {0};
	enum od_rc rc = OD_OK;

	for (size_t i = 0; i < OD_ARRAY_LEN(names) && !rc; i++)
		rc = od_dir_remove(od_arena_printf(&a, "%s/%s", dir, names[i]), err);
	od_arena_release(&a);
	return rc;
}

enum od_rc
od_assemble(struct od_assembly *as, size_t *parts, size_t *kept, struct od_err *err)
{
	struct od_arena a = {0};
	struct making m = {.as = as, .a = &a, .err = err};
	struct placed *v = place(as, &a);
	struct od_err ignored;
	struct od_span text;
	enum od_rc rc = OD_OK;

	/* A live release that cannot be read only costs the taking over. */
	if (as->live[0] &&
	    (od_file_read(od_arena_printf(&a, "%s/" OD_MANIFEST_NAME, as->live),
	                  OD_MANIFEST_LIMIT, &a, &text, OD_KIND_VERIFY, &ignored) ||
	     od_manifest_parse(text, as->live, &a, &m.live, &ignored)))
		m.live = (struct od_manifest){0};
	m.parts = od_arena_array(&a, as->n_files ? as->n_files : 1, sizeof(*m.parts));
	for (size_t i = 0, n; i < as->n_files && !rc; i += n) {
		n = same_part(v + i, as->n_files - i);
		rc = put_part(&m, v + i, n);
	}
	if (!rc)
		rc = put_root(&m);
	*parts = m.n;
	*kept = m.kept;
	od_arena_release(&a);
	return rc;
}
