/*
 * fuzz_anon.c - cleaning and redaction of arbitrary bytes.
 *
 * Holds for every input that is not refused: the output is valid UTF-8 without control
 * characters, cleaning and redaction change nothing the second time, and what was found
 * is sorted and does not overlap.
 */
#include <stdint.h>
#include <stdlib.h>

#include "anon/anon.h"
#include "anon/clean.h"
#include "anon/detect.h"
#include "core/utf8.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
require(bool ok)
{
	if (!ok)
		abort();
}

static void
check_hits(struct od_span text, struct od_arena *row)
{
	struct od_hits hits = od_detect(text, row);
	size_t done = 0;

	for (size_t i = 0; i < hits.n; i++) {
		const struct od_hit *h = &hits.v[i];

		require(h->at >= done && h->n > 0 && h->at + h->n <= text.n);
		require((unsigned)h->kind < OD_PII_KINDS);
		require(od_utf8_is_valid((struct od_span){text.p + h->at, h->n}));
		done = h->at + h->n;
	}
}

static void
check_method(const char *name, struct od_span in, struct od_arena *row)
{
	const struct od_anon_use use = {.method =
	                                    od_anon_method_find(od_span_str(name))};
	struct od_anon_note note = {0};
	struct od_pub once, twice;

	if (use.method->apply(&use, (struct od_raw){in, false}, row, &once, &note))
		return;
	if (once.null)
		return;
	require(od_utf8_is_valid(once.v));
	for (size_t i = 0; i < once.v.n; i++) {
		unsigned char c = (unsigned char)once.v.p[i];

		require(c >= 0x20 || c == '\t' || c == '\n');
		require(c != 0x7f);
	}
	require(use.method->apply(&use, (struct od_raw){once.v, false}, row, &twice,
	                          &note) == NULL);
	require(!twice.null && od_span_equal(once.v, twice.v));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct od_arena row;
	struct od_span in = {(const char *)data, size}, out;

	if (od_utf8_is_valid(in))
		check_hits(in, &row); /* also of a text that was not cleaned */
	if (!od_clean(in, &row, &out))
		check_hits(out, &row);
	check_method("public", in, &row);
	check_method("redact", in, &row);
	od_arena_release(&row);
	return 0;
}
