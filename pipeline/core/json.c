#include "core/json.h"

#include <stdlib.h>
#include <string.h>

#include "core/utf8.h"

/* 0: as it is; 'u': \u00XX; else the letter after the backslash. */
static const char escapes[256] = {
    ['"'] = '"',  ['\\'] = '\\', ['\b'] = 'b', ['\f'] = 'f', ['\n'] = 'n',
    ['\r'] = 'r', ['\t'] = 't',  [0] = 'u',    [1] = 'u',    [2] = 'u',
    [3] = 'u',    [4] = 'u',     [5] = 'u',    [6] = 'u',    [7] = 'u',
    [11] = 'u',   [14] = 'u',    [15] = 'u',   [16] = 'u',   [17] = 'u',
    [18] = 'u',   [19] = 'u',    [20] = 'u',   [21] = 'u',   [22] = 'u',
    [23] = 'u',   [24] = 'u',    [25] = 'u',   [26] = 'u',   [27] = 'u',
    [28] = 'u',   [29] = 'u',    [30] = 'u',   [31] = 'u',   [0x7f] = 'u',
    [0xe2] = '8', /* may begin U+2028 or U+2029, line ends to JavaScript */
};

void
od_json_escape(struct od_buf *b, struct od_span s)
{
	static const char digits[] = "0123456789abcdef";
	const char *from = s.p, *end = s.p + s.n;

	for (const char *p = s.p; p < end; p++) {
		unsigned char c = (unsigned char)*p;

		if (!escapes[c])
			continue;
		if (c == 0xe2 && !(end - p >= 3 && (unsigned char)p[1] == 0x80 &&
		                   ((unsigned char)p[2] & 0xfe) == 0xa8))
			continue;
		od_buf_put(b, from, (size_t)(p - from));
		if (c == 0xe2) {
			od_buf_puts(b, (unsigned char)p[2] == 0xa8 ? "\\u2028"
			                                           : "\\u2029");
			p += 2;
		} else if (escapes[c] == 'u') {
			od_buf_puts(b, "\\u00");
			od_buf_putc(b, digits[c >> 4]);
			od_buf_putc(b, digits[c & 15]);
		} else {
			od_buf_putc(b, '\\');
			od_buf_putc(b, escapes[c]);
		}
		from = p + 1;
	}
	od_buf_put(b, from, (size_t)(end - from));
}

void
od_json_string(struct od_buf *b, struct od_span s)
{
	od_buf_putc(b, '"');
	od_json_escape(b, s);
	od_buf_putc(b, '"');
}

/*
 * A strict reader of our own: json-c 0.16 takes 34 of the 188 files of JSONTestSuite
 * that a reader must refuse, and a manifest is read before its signature is known to
 * be worth anything.
 */
struct reader {
	const char *p, *end, *start, *what;
	enum od_kind kind;
	struct od_arena *a;
	struct od_err *err;
	unsigned depth;
};

enum { MAX_DEPTH = 64 };

static enum od_rc
bad(struct reader *r, const char *why)
{
	return od_err_set(r->err, r->kind, "%s is not valid JSON at byte %zu: %s",
	                  r->what, (size_t)(r->p - r->start), why);
}

static void
skip_space(struct reader *r)
{
	while (r->p < r->end &&
	       (*r->p == ' ' || *r->p == '\n' || *r->p == '\t' || *r->p == '\r'))
		r->p++;
}

static int
hex4(const char *p)
{
	int v = 0;

	for (int i = 0; i < 4; i++) {
		char c = p[i];
		int d = c >= '0' && c <= '9'   ? c - '0'
		        : c >= 'a' && c <= 'f' ? c - 'a' + 10
		        : c >= 'A' && c <= 'F' ? c - 'A' + 10
		                               : -1;

		if (d < 0)
			return -1;
		v = v << 4 | d;
	}
	return v;
}

static enum od_rc
read_unicode_escape(struct reader *r, char **to)
{
	int hi, lo;
	uint32_t c;

	if (r->end - r->p < 4 || (hi = hex4(r->p)) < 0)
		return bad(r, "bad \\u escape");
	r->p += 4;
	c = (uint32_t)hi;
	if (hi >= 0xd800 && hi <= 0xdbff) {
		if (r->end - r->p < 6 || r->p[0] != '\\' || r->p[1] != 'u' ||
		    (lo = hex4(r->p + 2)) < 0xdc00 || lo > 0xdfff)
			return bad(r, "lone surrogate");
		r->p += 6;
		c = 0x10000 + ((uint32_t)(hi - 0xd800) << 10) + (uint32_t)(lo - 0xdc00);
	} else if (hi >= 0xdc00 && hi <= 0xdfff) {
		return bad(r, "lone surrogate");
	}
	*to += od_utf8_put(*to, c);
	return OD_OK;
}

static enum od_rc
read_string(struct reader *r, struct od_span *out)
{
	static const char plain[256] = {
	    ['"'] = '"',  ['\\'] = '\\', ['/'] = '/',  ['b'] = '\b',
	    ['f'] = '\f', ['n'] = '\n',  ['r'] = '\r', ['t'] = '\t'};
	const char *close = r->p + 1;
	char *text, *to;

	/* The text is never longer than its escaped form. */
	while (close < r->end && *close != '"')
		close += *close == '\\' && close + 1 < r->end ? 2 : 1;
	if (close >= r->end)
		return bad(r, "string without end");
	to = text = od_arena_text(r->a, (size_t)(close - r->p) + 1);
	for (r->p++; r->p < close;) {
		unsigned char c = (unsigned char)*r->p++;

		if (c < 0x20)
			return bad(r, "control character in a string");
		if (c != '\\') {
			*to++ = (char)c;
		} else if (*r->p == 'u') {
			r->p++;
			if (read_unicode_escape(r, &to))
				return r->err->rc;
		} else {
			char e = plain[(unsigned char)*r->p];

			if (!e)
				return bad(r, "unknown escape");
			*to++ = e;
			r->p++;
		}
	}
	r->p = close + 1;
	*to = '\0';
	*out = (struct od_span){text, (size_t)(to - text)};
	return OD_OK;
}

static bool
digits(struct reader *r)
{
	const char *from = r->p;

	while (r->p < r->end && *r->p >= '0' && *r->p <= '9')
		r->p++;
	return r->p > from;
}

static enum od_rc
read_number(struct reader *r, struct od_json *v)
{
	const char *from = r->p;

	if (*r->p == '-')
		r->p++;
	if (r->p < r->end && *r->p == '0')
		r->p++;
	else if (!digits(r))
		return bad(r, "not a value");
	if (r->p < r->end && *r->p == '.') {
		r->p++;
		if (!digits(r))
			return bad(r, "digits are missing after the point");
	}
	if (r->p < r->end && (*r->p == 'e' || *r->p == 'E')) {
		r->p++;
		if (r->p < r->end && (*r->p == '+' || *r->p == '-'))
			r->p++;
		if (!digits(r))
			return bad(r, "digits are missing in the exponent");
	}
	v->kind = OD_JSON_NUMBER;
	v->text = od_arena_dup(r->a, (struct od_span){from, (size_t)(r->p - from)});
	return OD_OK;
}

static enum od_rc read_value(struct reader *r, struct od_json *v);

/* Elements of a container, gathered before their number is known. */
struct gather {
	struct od_json *items;
	struct od_span *keys;
	size_t n, cap;
};

static enum od_rc
read_member(struct reader *r, struct gather *g, bool object)
{
	if (g->n == g->cap) {
		g->cap = g->cap ? 2 * g->cap : 8;
		g->items = od_realloc(g->items, g->cap * sizeof(*g->items));
		g->keys = od_realloc(g->keys, g->cap * sizeof(*g->keys));
	}
	g->keys[g->n] = (struct od_span){0};
	if (object) {
		skip_space(r);
		if (r->p >= r->end || *r->p != '"')
			return bad(r, "a key is missing");
		if (read_string(r, &g->keys[g->n]))
			return r->err->rc;
		skip_space(r);
		if (r->p >= r->end || *r->p++ != ':')
			return bad(r, "a colon is missing");
	}
	g->items[g->n] = (struct od_json){0};
	if (read_value(r, &g->items[g->n]))
		return r->err->rc;
	g->n++;
	return OD_OK;
}

static int
by_span(const void *a, const void *b)
{
	const struct od_span *x = a, *y = b;
	int c = memcmp(x->p, y->p, x->n < y->n ? x->n : y->n);

	return c ? c : (x->n > y->n) - (x->n < y->n);
}

static enum od_rc
refuse_twins(struct reader *r, const struct gather *g)
{
	struct od_span *sorted;
	bool twin = false;

	if (g->n < 2)
		return OD_OK;
	sorted = od_alloc(g->n * sizeof(*sorted));
	memcpy(sorted, g->keys, g->n * sizeof(*sorted));
	qsort(sorted, g->n, sizeof(*sorted), by_span);
	for (size_t i = 1; i < g->n; i++)
		twin |= od_span_equal(sorted[i - 1], sorted[i]);
	free(sorted);
	return twin ? bad(r, "a key stands twice in an object") : OD_OK;
}

static enum od_rc
read_container(struct reader *r, struct od_json *v, bool object)
{
	char close = object ? '}' : ']';
	struct gather g = {0};
	enum od_rc rc = OD_OK;

	if (++r->depth > MAX_DEPTH)
		return bad(r, "too deep");
	r->p++;
	skip_space(r);
	if (r->p < r->end && *r->p == close) {
		r->p++;
	} else {
		for (;;) {
			rc = read_member(r, &g, object);
			if (rc)
				break;
			skip_space(r);
			if (r->p < r->end && *r->p == ',') {
				r->p++;
				continue;
			}
			if (r->p >= r->end || *r->p != close)
				rc = bad(r, "a comma or the end of a list or object is "
				            "missing");
			else
				r->p++;
			break;
		}
	}
	if (!rc && object)
		rc = refuse_twins(r, &g);
	if (!rc) {
		struct od_json *items = od_arena_array(r->a, g.n, sizeof(*items));
		struct od_span *keys = od_arena_array(r->a, g.n, sizeof(*keys));

		if (g.n) {
			memcpy(items, g.items, g.n * sizeof(*items));
			memcpy(keys, g.keys, g.n * sizeof(*keys));
		}
		*v = (struct od_json){.kind = object ? OD_JSON_OBJECT : OD_JSON_ARRAY,
		                      .keys = object ? keys : NULL,
		                      .items = items,
		                      .n = g.n};
	}
	free(g.items);
	free(g.keys);
	r->depth--;
	return rc;
}

static bool
word(struct reader *r, const char *w)
{
	size_t n = strlen(w);

	if ((size_t)(r->end - r->p) < n || memcmp(r->p, w, n) != 0)
		return false;
	r->p += n;
	return true;
}

static enum od_rc
read_value(struct reader *r, struct od_json *v)
{
	skip_space(r);
	if (r->p >= r->end)
		return bad(r, "a value is missing");
	if (*r->p == '{' || *r->p == '[')
		return read_container(r, v, *r->p == '{');
	if (*r->p == '"') {
		v->kind = OD_JSON_STRING;
		return read_string(r, &v->text);
	}
	if (word(r, "true") || word(r, "false")) {
		v->kind = OD_JSON_BOOL;
		v->boolean = r->p[-2] == 'u';
		return OD_OK;
	}
	if (word(r, "null"))
		return OD_OK;
	return read_number(r, v);
}

enum od_rc
od_json_parse(struct od_span text, const char *what, enum od_kind kind,
              struct od_arena *a, const struct od_json **out, struct od_err *err)
{
	struct reader r = {text.p, text.p + text.n, text.p, what, kind, a, err, 0};
	struct od_json *root = od_arena_alloc(a, sizeof(*root));

	if (!od_utf8_is_valid(text))
		return od_err_set(err, kind, "%s is not valid JSON: not UTF-8", what);
	if (read_value(&r, root))
		return err->rc;
	skip_space(&r);
	if (r.p != r.end)
		return bad(&r, "something stands after the document");
	*out = root;
	return OD_OK;
}

const struct od_json *
od_json_find(const struct od_json *object, const char *key)
{
	if (object && object->kind == OD_JSON_OBJECT)
		for (size_t i = 0; i < object->n; i++)
			if (od_span_is(object->keys[i], key))
				return &object->items[i];
	return NULL;
}

const char *
od_json_text(const struct od_json *object, const char *key)
{
	const struct od_json *v = od_json_find(object, key);

	if (v && (v->kind == OD_JSON_STRING || v->kind == OD_JSON_NUMBER))
		return v->text.p;
	return "";
}

int64_t
od_json_int(const struct od_json *object, const char *key)
{
	const struct od_json *v = od_json_find(object, key);
	int64_t n = 0;

	if (!v || v->kind != OD_JSON_NUMBER || v->text.n > 18)
		return -1;
	for (size_t i = 0; i < v->text.n; i++) {
		if (v->text.p[i] < '0' || v->text.p[i] > '9')
			return -1;
		n = n * 10 + (v->text.p[i] - '0');
	}
	return n;
}
