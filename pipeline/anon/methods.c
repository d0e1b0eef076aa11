#include "anon/anon.h"

#include "anon/clean.h"
#include "anon/detect.h"
#include "anon/doubt.h"
#include "core/buf.h"
#include "core/utf8.h"

/*
 * A marker is no personal data to the detector, also beside what is left of the text,
 * begins no formula, and needs no escape in CSV or HTML.
 */
const struct od_pii_kind od_pii_kinds[OD_PII_KINDS] = {
    [OD_PII_CITIZEN_ID] = {"citizen_id", "[ปกปิด:เลขประจำตัว]", "เลขประจำตัวประชาชน",
                           "national id"},
    [OD_PII_PHONE] = {"phone", "[ปกปิด:โทรศัพท์]", "หมายเลขโทรศัพท์", "telephone number"},
    [OD_PII_EMAIL] = {"email", "[ปกปิด:อีเมล]", "ที่อยู่อีเมล", "e-mail address"},
    [OD_PII_LINE] = {"line", "[ปกปิด:ไลน์]", "ไอดีไลน์", "LINE id"},
    [OD_PII_BANK] = {"bank", "[ปกปิด:บัญชีธนาคาร]", "เลขที่บัญชีธนาคาร", "bank account"},
    [OD_PII_PASSPORT] = {"passport", "[ปกปิด:หนังสือเดินทาง]", "เลขที่หนังสือเดินทาง",
                         "passport number"},
    [OD_PII_NAME] = {"name", "[ปกปิด:ชื่อบุคคล]", "ชื่อบุคคล", "name of a person"},
    [OD_PII_ADDRESS] = {"address", "[ปกปิด:ที่อยู่]", "ที่อยู่ของบุคคล", "house address"},
};

/* Cutting may bring together what was apart; it never did more than twice in tests. */
enum { PASSES = 8 };

static const char *
public_apply(const struct od_anon_use *use, struct od_raw in, struct od_arena *row,
             struct od_pub *out, struct od_anon_note *note)
{
	const char *why;

	(void)use;
	*out = (struct od_pub){.null = true};
	if (in.null)
		return NULL;
	why = od_clean(in.v, row, &out->v);
	if (why)
		return why;
	note->cleaned =
	    out->v.n != in.v.n || (in.v.n && memcmp(out->v.p, in.v.p, in.v.n) != 0);
	out->null = out->v.n == 0;
	return NULL;
}

/* The text with each hit replaced by the marker of its kind, in the row arena. */
static struct od_span
cut(struct od_span text, struct od_hits hits, struct od_arena *row,
    struct od_anon_note *note)
{
	struct od_span out = {NULL, text.n};
	size_t from = 0;
	char *p;

	for (size_t i = 0; i < hits.n; i++)
		out.n += strlen(od_pii_kinds[hits.v[i].kind].marker) - hits.v[i].n;
	out.p = p = od_arena_text(row, out.n);
	for (size_t i = 0; i < hits.n; i++) {
		const struct od_hit *h = &hits.v[i];
		struct od_span marker = od_span_str(od_pii_kinds[h->kind].marker);

		memcpy(p, text.p + from, h->at - from);
		p += h->at - from;
		memcpy(p, marker.p, marker.n);
		p += marker.n;
		from = h->at + h->n;
		note->cut[h->kind]++;
	}
	memcpy(p, text.p + from, text.n - from);
	return out;
}

static const char *
redact_apply(const struct od_anon_use *use, struct od_raw in, struct od_arena *row,
             struct od_pub *out, struct od_anon_note *note)
{
	const char *why = public_apply(use, in, row, out, note);
	const struct od_doubt *doubt;
	struct od_hits hits;

	if (why || out->null)
		return why;
	hits = od_detect(out->v, row);
	for (unsigned i = 0; i < PASSES && hits.n; i++) {
		out->v = cut(out->v, hits, row, note);
		hits = od_detect(out->v, row);
	}
	doubt = od_doubt_find(out->v);
	note->doubt = doubt ? doubt->name : NULL;
	/* No text is known of which anything is left. Allowed or not, it would stay. */
	note->doubt = hits.n ? OD_DOUBT_REMAINS : note->doubt;
	out->null = hits.n > 0;
	out->v.n = out->null ? 0 : out->v.n;
	return NULL;
}

static const struct od_anon_method public_method = {
    .name = "public",
    .help = "publish the text as it is, cleaned",
    .rule = "encoding",
    .apply = public_apply,
};

static const struct od_anon_method redact_method = {
    .name = "redact",
    .help = "clean the text and cut personal data out of it",
    .rule = "encoding",
    .apply = redact_apply,
};

const struct od_anon_method *const od_anon_methods[] = {
    &public_method, &redact_method, &od_anon_drop, &od_anon_generalize,
    &od_anon_round, &od_anon_code,  NULL,
};

const struct od_anon_method *
od_anon_method_find(struct od_span name)
{
	for (size_t i = 0; od_anon_methods[i]; i++)
		if (od_span_is(name, od_anon_methods[i]->name))
			return od_anon_methods[i];
	return NULL;
}

const char *
od_anon_prepare(const struct od_field *f, const unsigned char *key,
                struct od_anon_use *use)
{
	*use = (struct od_anon_use){.method =
	                                od_anon_method_find(od_span_str(f->anonymize)),
	                            .argument = f->anonymize_to,
	                            .key = key};
	if (use->method->prepare)
		return use->method->prepare(f, use);
	return use->argument ? "takes no argument" : NULL;
}
