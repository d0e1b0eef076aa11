/* fuzz_manifest.c - what a mirror reads from strangers: manifests and signatures. */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/arena.h"
#include "core/buf.h"
#include "seal/manifest.h"
#include "seal/minisign.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

/* What was read is written and read again: the same. */
static void
round_trip(const struct od_manifest *m, struct od_arena *a)
{
	struct od_manifest again;
	struct od_buf b = {0};
	struct od_err err;

	od_manifest_put(&b, m);
	if (od_manifest_parse(od_buf_view(&b), "again", a, &again, &err) != OD_OK)
		abort();
	if (again.serial != m->serial || again.preview != m->preview ||
	    !od_manifest_files_equal(m->files, m->n_files, again.files,
	                             again.n_files) ||
	    !od_manifest_files_equal(m->parts, m->n_parts, again.parts, again.n_parts))
		abort();
	for (size_t i = 0; i < m->n_files; i++)
		if (od_manifest_path_fault(od_span_str(m->files[i].path)))
			abort();
	od_buf_release(&b);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct od_span text = {(const char *)data, n};
	struct od_public_key key = {{0}, {0}};
	struct od_arena a = {0};
	struct od_manifest m;
	struct od_err err;

	if (od_manifest_parse(text, "fuzz", &a, &m, &err) == OD_OK)
		round_trip(&m, &a);
	if (od_minisign_verify(&key, OD_SPAN("x"), text, "fuzz", &a, NULL, &err) ==
	    OD_OK)
		abort();
	od_arena_release(&a);
	return 0;
}
