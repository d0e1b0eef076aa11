/*
 * A keyed code in place of a value. Without the key nobody can try out values: a plain
 * hash of an identity number is undone by hashing all of them.
 */
#include "anon/anon.h"
#include "anon/clean.h"
#include "core/buf.h"
#include "core/hash.h"

enum { CODE_BYTES = 16 }; /* of the 32 that HMAC gives: no two alike by chance */

static const char *
prepare(const struct od_field *f, struct od_anon_use *use)
{
	if (!use->argument || !*use->argument)
		return "needs an argument: a name for what is coded";
	return f->type == OD_TYPE_CODE ? NULL : "makes a code: set the type";
}

static const char *
apply(const struct od_anon_use *use, struct od_raw in, struct od_arena *row,
      struct od_pub *out, struct od_anon_note *note)
{
	static const char digits[] = "0123456789abcdef";
	unsigned char mac[OD_SHA256_BYTES];
	struct od_span text;
	struct od_buf b = {0};
	const char *why;
	char *hex;

	(void)note;
	*out = (struct od_pub){.null = true};
	if (in.null)
		return NULL;
	why = od_clean(in.v, row, &text);
	if (why || !text.n)
		return why;
	od_buf_puts(&b, use->argument);
	od_buf_putc(&b, '\0');
	od_buf_span(&b, text);
	od_hmac_sha256(use->key, OD_ANON_KEY, od_buf_view(&b), mac);
	od_buf_release(&b);
	hex = od_arena_text(row, 2 * (size_t)CODE_BYTES);
	for (size_t i = 0; i < CODE_BYTES; i++) {
		hex[2 * i] = digits[mac[i] >> 4];
		hex[2 * i + 1] = digits[mac[i] & 15];
	}
	*out = (struct od_pub){.v = {hex, 2 * (size_t)CODE_BYTES}};
	return NULL;
}

const struct od_anon_method od_anon_code = {
    .name = "code",
    .help = "a keyed code that is equal for equal values; never for persons",
    .rule = "encoding",
    .prepare = prepare,
    .apply = apply,
};
