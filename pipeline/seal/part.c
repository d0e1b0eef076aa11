#include <stdio.h>
#include <string.h>

#include "core/buf.h"
#include "seal/manifest.h"

/*
 * Which part a file belongs to: the first pattern that fits. `*` stands for anything
 * within one folder or name, `**` at the end for everything below; $1, $2 are what the
 * stars stood for. What belongs to a province comes first, because a provincial centre
 * mirrors that part alone.
 */
static const struct {
	const char *pattern, *part;
} rules[] = {
    {"data/*/province_code=*/**", "province-$2"},
    {"data/*/**", "dataset-$1"},
    {"bundles/province-*.zip", "province-$1"},
    {"bundles/fiscal-year-*.zip", "year-$1"},
    {"bundles/*.zip", "dataset-$1"},
    {"provinces/*/**", "province-$1"},
    {"en/provinces/*/**", "province-$1"},
    {"p/*/**", "pages-$1"},
    {"en/p/*/**", "pages-en-$1"},
    {"en/*/**", "site-en-$1"},
    {"*/**", "site-$1"},
    {"*", "site"},
};

enum { STARS = 4 };

struct capture {
	struct od_span star[STARS];
	unsigned n;
};

/* One segment: at most one star, with text before and after it. */
static bool
segment_fits(struct od_span pattern, struct od_span s, struct capture *c)
{
	const char *star = memchr(pattern.p, '*', pattern.n);
	size_t head, tail;

	if (!star)
		return od_span_equal(pattern, s);
	head = (size_t)(star - pattern.p);
	tail = pattern.n - head - 1;
	if (s.n <= head + tail || memcmp(s.p, pattern.p, head) != 0 ||
	    memcmp(s.p + s.n - tail, star + 1, tail) != 0)
		return false;
	c->star[c->n++] = (struct od_span){s.p + head, s.n - head - tail};
	return true;
}

static struct od_span
take_segment(struct od_span *s)
{
	const char *slash = memchr(s->p, '/', s->n);
	struct od_span one = {s->p, slash ? (size_t)(slash - s->p) : s->n};

	s->p += one.n + (slash ? 1 : 0);
	s->n -= one.n + (slash ? 1 : 0);
	return one;
}

static bool
path_fits(const char *pattern, const char *path, struct capture *c)
{
	struct od_span p = od_span_str(pattern), s = od_span_str(path);

	c->n = 0;
	while (p.n && s.n) {
		struct od_span want = take_segment(&p), have;

		if (od_span_is(want, "**"))
			return true;
		have = take_segment(&s);
		if (!segment_fits(want, have, c))
			return false;
	}
	return p.n == 0 && s.n == 0;
}

/* A part's name is a file name and an option's value: plain characters only. */
static void
put_plain(struct od_buf *b, struct od_span s)
{
	for (size_t i = 0; i < s.n && i < 60; i++) {
		char c = s.p[i];

		od_buf_putc(b, (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
		                       (c >= 'A' && c <= 'Z') || c == '_' || c == '-'
		                   ? c
		                   : '_');
	}
}

static const char *
finish(struct od_buf *b, struct od_arena *a)
{
	const char *name = od_arena_dup(a, od_buf_view(b)).p;

	od_buf_release(b);
	return name;
}

const char *
od_part_name(const char *path, struct od_arena *a)
{
	struct capture c = {0};
	struct od_buf b = {0};
	size_t i = 0;

	while (i + 1 < OD_ARRAY_LEN(rules) && !path_fits(rules[i].pattern, path, &c))
		i++;
	for (const char *t = rules[i].part; *t; t++) {
		if (*t == '$' && t[1] >= '1' && t[1] <= '9') {
			unsigned k = (unsigned)(*++t - '1');

			if (k < c.n)
				put_plain(&b, c.star[k]);
		} else {
			od_buf_putc(&b, *t);
		}
	}
	return finish(&b, a);
}

const char *
od_part_finer(const char *name, const char *path, unsigned depth, size_t head,
              struct od_arena *a)
{
	struct od_span s = od_span_str(path), one = {0};
	struct od_buf b = {0};

	for (unsigned i = 0; i <= depth; i++)
		one = take_segment(&s);
	if (one.n == 0)
		return NULL;
	od_buf_puts(&b, name);
	od_buf_putc(&b, '-');
	put_plain(&b, (struct od_span){one.p, one.n < head ? one.n : head});
	return finish(&b, a);
}
