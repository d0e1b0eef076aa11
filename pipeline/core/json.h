/*
 * json.h - JSON out, into a buffer, and in, strictly.
 *
 * The writer escapes what RFC 8259 demands and U+2028/2029; other text stays UTF-8.
 * Numbers come as text that is already a JSON number: no doubles anywhere.
 */
#ifndef OD_CORE_JSON_H
#define OD_CORE_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/arena.h"
#include "core/buf.h"
#include "core/err.h"
#include "core/span.h"

/* A quoted JSON string. The text must be valid UTF-8. */
void od_json_string(struct od_buf *b, struct od_span s);

/* The bytes of a string without its quotes, for use in a larger one. */
void od_json_escape(struct od_buf *b, struct od_span s);

/* A read document. Everything lives in the arena. */
enum od_json_kind {
	OD_JSON_NULL,
	OD_JSON_BOOL,
	OD_JSON_NUMBER, /* text as written */
	OD_JSON_STRING,
	OD_JSON_ARRAY,
	OD_JSON_OBJECT,
};
struct od_json {
	enum od_json_kind kind;
	bool boolean;
	struct od_span text;         /* number or string, NUL-terminated */
	const struct od_span *keys;  /* object */
	const struct od_json *items; /* array or object */
	size_t n;
};

/*
 * Reads one document of valid UTF-8, depth at most 64, no duplicate keys, nothing
 * after it. `what` names it in the message; kind is the error's kind.
 */
OD_CHECKED enum od_rc od_json_parse(struct od_span text, const char *what,
                                    enum od_kind kind, struct od_arena *a,
                                    const struct od_json **out, struct od_err *err);

/* A member of an object, or NULL (also for NULL or another kind). */
const struct od_json *od_json_find(const struct od_json *object, const char *key);

/* The text of a string or number member, or "" if there is none. */
const char *od_json_text(const struct od_json *object, const char *key);

/* The value of a whole number member, or -1. */
int64_t od_json_int(const struct od_json *object, const char *key);

#endif
