#include "stage/review.h"

#include <stdlib.h>
#include <string.h>

#include "anon/anon.h"
#include "core/buf.h"
#include "core/file.h"
#include "core/hash.h"
#include "core/out.h"
#include "stage/retract.h"
#include "stage/statekey.h"

enum { ALLOW_BYTES = 64 << 20, REF_DIGITS = OD_REVIEW_REF - 1 };

struct od_review {
	const unsigned char *key;
	const char **refs;
	size_t n;
	struct od_retraction retraction;
};

static const char *
allow_path(const char *state, struct od_arena *a)
{
	return od_arena_printf(a, "%s/review.allow", state);
}

static int
by_ref(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

bool
od_review_is_ref(struct od_span s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!memchr("0123456789abcdef", s.p[i], 16))
			return false;
	return s.n == REF_DIGITS;
}

enum od_rc
od_review_load(const char *state, struct od_arena *a, const char ***refs, size_t *n,
               struct od_err *err)
{
	const char *path = allow_path(state, a), *at, *end;
	struct od_span text = {"", 0};
	enum od_rc rc = OD_OK;

	*n = 0;
	if (od_file_exists(path))
		rc = od_file_read(path, ALLOW_BYTES, a, &text, OD_KIND_CONFIG, err);
	if (rc)
		return rc;
	*refs = od_arena_array(a, text.n / OD_REVIEW_REF + 1, sizeof(**refs));
	for (at = text.p, end = at + text.n; at < end; at += OD_REVIEW_REF) {
		if (end - at < OD_REVIEW_REF || at[REF_DIGITS] != '\n' ||
		    !od_review_is_ref((struct od_span){at, REF_DIGITS})) {
			rc = od_err_set(err, OD_KIND_CONFIG, "'%s' is damaged", path);
			return od_err_hint(err, "bring it back, or remove it: then "
			                        "all doubtful texts are withheld");
		}
		(*refs)[(*n)++] = od_arena_dup(a, (struct od_span){at, REF_DIGITS}).p;
	}
	return OD_OK;
}

enum od_rc
od_review_save(const char *state, const char **refs, size_t n, struct od_err *err)
{
	const struct od_out_opts opts = {.atomic = true, .mode = 0600};
	struct od_arena a = {0};
	struct od_out *o = od_out_open(allow_path(state, &a), &opts);

	if (n)
		qsort(refs, n, sizeof(*refs), by_ref);
	for (size_t i = 0; i < n; i++) {
		if (i && !strcmp(refs[i], refs[i - 1]))
			continue;
		od_out_puts(o, refs[i]);
		od_out_putc(o, '\n');
	}
	od_arena_release(&a);
	return od_out_close(o, NULL, err);
}

enum od_rc
od_review_open(const char *state, struct od_arena *a, const struct od_review **out,
               struct od_err *err)
{
	struct od_review *r = od_arena_alloc(a, sizeof(*r));
	enum od_rc rc =
	    od_state_key(state, "review.key", "every decision of `odp review` is lost",
	                 a, &r->key, err);

	if (!rc)
		rc = od_review_load(state, a, &r->refs, &r->n, err);
	if (!rc)
		rc = od_retract_load(state, a, &r->retraction, err);
	*out = r;
	return rc;
}

const struct od_retraction *
od_review_retraction(const struct od_review *r)
{
	return &r->retraction;
}

void
od_review_ref(const struct od_review *r, struct od_span text, char ref[OD_REVIEW_REF])
{
	static const char digits[] = "0123456789abcdef";
	unsigned char mac[OD_SHA256_BYTES];

	od_hmac_sha256(r->key, OD_ANON_KEY, text, mac);
	for (size_t i = 0; i < REF_DIGITS / 2; i++) {
		ref[2 * i] = digits[mac[i] >> 4];
		ref[2 * i + 1] = digits[mac[i] & 15];
	}
	ref[REF_DIGITS] = '\0';
}

bool
od_review_allows(const struct od_review *r, const char *ref)
{
	return r->n && bsearch(&ref, r->refs, r->n, sizeof(*r->refs), by_ref);
}

enum od_rc
od_review_state(const char *state, struct od_arena *a, const char **out,
                struct od_err *err)
{
	const char *path = allow_path(state, a);
	char *hex = od_arena_alloc(a, OD_SHA256_HEX);
	const char *retracted;
	uint64_t bytes = 0;
	enum od_rc rc =
	    od_file_exists(path) ? od_sha256_file(path, hex, &bytes, err) : OD_OK;

	if (!rc)
		rc = od_retract_state(state, a, &retracted, err);
	if (!rc)
		*out = od_arena_printf(a, "%s%s%s", bytes ? hex : "",
		                       *retracted ? "-" : "", retracted);
	return rc;
}
