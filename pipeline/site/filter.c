/* filter.c - see filter.h */
#include "site/filter.h"

#include <stdint.h>
#include <string.h>

#include "core/utf8.h"
#include "site/chart.h"
#include "site/escape.h"
#include "site/map.h"
#include "site/markdown.h"
#include "site/pages.h"
#include "spec/spec.h"

static const struct od_text2 months[] = {
    {"มกราคม", "January"}, {"กุมภาพันธ์", "February"},  {"มีนาคม", "March"},
    {"เมษายน", "April"},   {"พฤษภาคม", "May"},       {"มิถุนายน", "June"},
    {"กรกฎาคม", "July"},   {"สิงหาคม", "August"},     {"กันยายน", "September"},
    {"ตุลาคม", "October"},  {"พฤศจิกายน", "November"}, {"ธันวาคม", "December"},
};
static const struct od_text2 months_short[] = {
    {"ม.ค.", "Jan"}, {"ก.พ.", "Feb"}, {"มี.ค.", "Mar"}, {"เม.ย.", "Apr"},
    {"พ.ค.", "May"}, {"มิ.ย.", "Jun"}, {"ก.ค.", "Jul"}, {"ส.ค.", "Aug"},
    {"ก.ย.", "Sep"}, {"ต.ค.", "Oct"}, {"พ.ย.", "Nov"}, {"ธ.ค.", "Dec"},
};

/* Buddhist Era = Common Era + 543. */
enum { BE_OFFSET = 543 };

static const char *
pick(const struct od_text2 *t, enum od_lang lang)
{
	return lang == OD_LANG_EN ? t->en : t->th;
}

/* A decimal number in its parts: sign, whole digits, digits after the point. */
struct decimal {
	bool negative;
	struct od_span whole, rest;
};

static bool
is_digits(struct od_span s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] < '0' || s.p[i] > '9')
			return false;
	return s.n > 0;
}

static bool
to_decimal(struct od_span in, struct decimal *d)
{
	const char *point;

	*d = (struct decimal){0};
	if (in.n && in.p[0] == '-') {
		d->negative = true;
		in.p++;
		in.n--;
	}
	if (in.n == 0 || in.n > 40)
		return false;
	point = memchr(in.p, '.', in.n);
	d->whole = (struct od_span){in.p, point ? (size_t)(point - in.p) : in.n};
	if (point)
		d->rest = (struct od_span){point + 1, in.n - d->whole.n - 1};
	return is_digits(d->whole) && (!point || is_digits(d->rest));
}

static bool
to_number(struct od_span s, unsigned limit, unsigned *out)
{
	unsigned v = 0;

	if (!is_digits(s) || s.n > 9)
		return false;
	for (size_t i = 0; i < s.n; i++)
		v = v * 10 + (unsigned)(s.p[i] - '0');
	*out = v;
	return v <= limit;
}

static void
put_grouped(struct od_buf *b, struct od_span digits)
{
	while (digits.n > 1 && digits.p[0] == '0') {
		digits.p++;
		digits.n--;
	}
	for (size_t i = 0; i < digits.n; i++) {
		if (i && (digits.n - i) % 3 == 0)
			od_buf_putc(b, ',');
		od_buf_putc(b, digits.p[i]);
	}
}

static struct od_span
without_zeros(struct od_span s)
{
	while (s.n && s.p[s.n - 1] == '0')
		s.n--;
	return s;
}

static void
put_decimal(struct od_buf *b, const struct decimal *d, struct od_span rest)
{
	if (d->negative)
		od_buf_puts(b, "\xe2\x88\x92"); /* U+2212 */
	put_grouped(b, d->whole);
	if (rest.n) {
		od_buf_putc(b, '.');
		od_buf_span(b, rest);
	}
}

static void
number(struct od_buf *b, struct od_span in, const struct od_span *args, size_t n_args,
       const struct od_filter_env *env)
{
	struct decimal d;

	(void)args, (void)n_args, (void)env;
	if (to_decimal(in, &d))
		put_decimal(b, &d, without_zeros(d.rest));
	else
		od_buf_span(b, in);
}

/* With all its digits, so that a column of amounts stands point below point. */
static void
money(struct od_buf *b, struct od_span in, const struct od_span *args, size_t n_args,
      const struct od_filter_env *env)
{
	struct decimal d;

	(void)args, (void)n_args, (void)env;
	if (to_decimal(in, &d))
		put_decimal(b, &d, d.rest);
	else
		od_buf_span(b, in);
}

/* In running text: with the unit, without ".00". */
static void
baht(struct od_buf *b, struct od_span in, const struct od_span *args, size_t n_args,
     const struct od_filter_env *env)
{
	struct decimal d;

	(void)args, (void)n_args;
	if (to_decimal(in, &d))
		put_decimal(b, &d,
		            without_zeros(d.rest).n ? d.rest : (struct od_span){"", 0});
	else
		od_buf_span(b, in);
	od_buf_puts(b, env->lang == OD_LANG_EN ? " baht" : " บาท");
}

/*
 * Rounds half away from zero to `places` digits after dividing by 10^shift, on the
 * decimal text itself. Returns the new whole and rest in `to`.
 */
static void
rescale(const struct decimal *d, size_t shift, size_t places, char to[96],
        struct decimal *out)
{
	char digits[96] = "";
	size_t n = 0, whole, keep;

	/* Enough leading zeros that the new whole part has a digit. */
	for (size_t i = d->whole.n; i <= shift; i++)
		digits[n++] = '0';
	memcpy(digits + n, d->whole.p, d->whole.n);
	n += d->whole.n;
	whole = n - shift;
	if (d->rest.n)
		memcpy(digits + n, d->rest.p, d->rest.n);
	n += d->rest.n;
	keep = whole + places;
	while (n <= keep)
		digits[n++] = '0';
	to[0] = '0';
	memcpy(to + 1, digits, keep);
	if (digits[keep] >= '5')
		for (size_t i = keep; ++to[i] > '9'; i--)
			to[i] = '0';
	*out = (struct decimal){d->negative, {to, whole + 1}, {to + whole + 1, places}};
}

static void
put_millions(struct od_buf *b, const struct decimal *d, size_t places)
{
	char text[96];
	struct decimal m;

	rescale(d, 6, places, text, &m);
	put_decimal(b, &m, m.rest);
}

/* For tables whose heading says "million baht". */
static void
millions(struct od_buf *b, struct od_span in, const struct od_span *args, size_t n_args,
         const struct od_filter_env *env)
{
	struct decimal d;

	(void)args, (void)n_args, (void)env;
	if (to_decimal(in, &d))
		put_millions(b, &d, 2);
	else
		od_buf_span(b, in);
}

/* In running text: "1,234.5 ล้านบาท"; below a million in full. */
static void
money_short(struct od_buf *b, struct od_span in, const struct od_span *args,
            size_t n_args, const struct od_filter_env *env)
{
	struct decimal d;
	struct od_span whole;
	bool en = env->lang == OD_LANG_EN;

	if (!to_decimal(in, &d)) {
		od_buf_span(b, in);
		return;
	}
	whole = d.whole;
	while (whole.n && whole.p[0] == '0') {
		whole.p++;
		whole.n--;
	}
	if (whole.n < 7) {
		baht(b, in, args, n_args, env);
		return;
	}
	put_millions(b, &d, whole.n < 9 ? 2 : whole.n < 11 ? 1 : 0);
	od_buf_puts(b, en ? " million baht" : " ล้านบาท");
}

/* An integer of satang (as SQL sums them, exactly) as baht. */
static void
satang(struct od_buf *b, struct od_span in, const struct od_span *args, size_t n_args,
       const struct od_filter_env *env)
{
	struct decimal d;

	(void)args, (void)n_args, (void)env;
	if (!to_decimal(in, &d) || d.rest.n) {
		od_buf_span(b, in);
		return;
	}
	if (d.negative)
		od_buf_putc(b, '-');
	if (d.whole.n < 3) {
		od_buf_puts(b, d.whole.n == 1 ? "0.0" : "0.");
		od_buf_span(b, d.whole);
		return;
	}
	od_buf_put(b, d.whole.p, d.whole.n - 2);
	od_buf_putc(b, '.');
	od_buf_put(b, d.whole.p + d.whole.n - 2, 2);
}

static void
percent(struct od_buf *b, struct od_span in, const struct od_span *args, size_t n_args,
        const struct od_filter_env *env)
{
	number(b, in, args, n_args, env);
	if (in.n)
		od_buf_putc(b, '%');
}

struct date {
	unsigned year, month, day;
	struct od_span time; /* "10:00" or empty */
};

static bool
to_date(struct od_span in, struct date *d)
{
	*d = (struct date){0};
	if (in.n < 10 || in.p[4] != '-' || in.p[7] != '-')
		return false;
	if (in.n >= 16 && (in.p[10] == 'T' || in.p[10] == ' '))
		d->time = (struct od_span){in.p + 11, 5};
	else if (in.n != 10)
		return false;
	return to_number((struct od_span){in.p, 4}, 9999, &d->year) &&
	       to_number((struct od_span){in.p + 5, 2}, 12, &d->month) && d->month &&
	       to_number((struct od_span){in.p + 8, 2}, 31, &d->day);
}

static void
put_date(struct od_buf *b, struct od_span in, const struct od_text2 *names,
         const char *era, const struct od_filter_env *env)
{
	struct date d;
	bool en = env->lang == OD_LANG_EN;

	if (!to_date(in, &d)) {
		od_buf_span(b, in);
		return;
	}
	od_buf_printf(b, "%u %s %s%u", d.day, pick(&names[d.month - 1], env->lang),
	              en ? "" : era, en ? d.year : d.year + BE_OFFSET);
}

static void
date(struct od_buf *b, struct od_span in, const struct od_span *args, size_t n_args,
     const struct od_filter_env *env)
{
	(void)args, (void)n_args;
	put_date(b, in, months, "พ.ศ. ", env);
}

static void
date_short(struct od_buf *b, struct od_span in, const struct od_span *args,
           size_t n_args, const struct od_filter_env *env)
{
	(void)args, (void)n_args;
	put_date(b, in, months_short, "", env);
}

static void
date_time(struct od_buf *b, struct od_span in, const struct od_span *args,
          size_t n_args, const struct od_filter_env *env)
{
	struct date d;

	(void)args, (void)n_args;
	put_date(b, in, months, "พ.ศ. ", env);
	if (to_date(in, &d) && d.time.n) {
		od_buf_puts(b, env->lang == OD_LANG_EN ? ", " : " เวลา ");
		od_buf_span(b, d.time);
		if (env->lang != OD_LANG_EN)
			od_buf_puts(b, " น.");
	}
}

/* "2026-03-02" of a date and time. */
static void
iso_date(struct od_buf *b, struct od_span in, const struct od_span *args, size_t n_args,
         const struct od_filter_env *env)
{
	(void)args, (void)n_args, (void)env;
	od_buf_put(b, in.p, in.n < 10 ? in.n : 10);
}

/* A date and time as RFC 3339 has it: with seconds and Bangkok's offset. */
static void
rfc3339(struct od_buf *b, struct od_span in, const struct od_span *args, size_t n_args,
        const struct od_filter_env *env)
{
	(void)args, (void)n_args, (void)env;
	if (in.n > 19) {
		od_buf_span(b, in); /* has an offset */
		return;
	}
	od_buf_put(b, in.p, in.n < 10 ? in.n : 10);
	od_buf_putc(b, 'T');
	if (in.n == 19)
		od_buf_put(b, in.p + 11, 8);
	else
		od_buf_puts(b, "00:00:00");
	od_buf_puts(b, "+07:00");
}

static void
month(struct od_buf *b, struct od_span in, const struct od_span *args, size_t n_args,
      const struct od_filter_env *env)
{
	unsigned m;

	(void)args, (void)n_args;
	if (to_number(in, 12, &m) && m)
		od_buf_puts(b, pick(&months_short[m - 1], env->lang));
	else
		od_buf_span(b, in);
}

static void
bytes(struct od_buf *b, struct od_span in, const struct od_span *args, size_t n_args,
      const struct od_filter_env *env)
{
	static const char *const units[] = {"KB", "MB", "GB", "TB"};
	uint64_t v = 0, unit = 1000;
	size_t u = 0;

	(void)args, (void)n_args;
	if (!is_digits(in) || in.n > 18) {
		od_buf_span(b, in);
		return;
	}
	for (size_t i = 0; i < in.n; i++)
		v = v * 10 + (uint64_t)(in.p[i] - '0');
	if (v < unit) {
		od_buf_u64(b, v);
		od_buf_puts(b, env->lang == OD_LANG_EN ? " bytes" : " ไบต์");
		return;
	}
	while (u + 1 < OD_ARRAY_LEN(units) && v >= unit * 1000) {
		unit *= 1000;
		u++;
	}
	/* One decimal below ten. */
	if (v < unit * 10)
		od_buf_printf(b, "%llu.%llu %s", (unsigned long long)(v / unit),
		              (unsigned long long)(v % unit / (unit / 10)), units[u]);
	else
		od_buf_printf(b, "%llu %s", (unsigned long long)(v / unit), units[u]);
}

/* A fiscal year, given in the Buddhist Era, as each language's readers count. */
static void
fiscal_year(struct od_buf *b, struct od_span in, const struct od_span *args,
            size_t n_args, const struct od_filter_env *env)
{
	unsigned be;

	(void)args, (void)n_args;
	if (env->lang == OD_LANG_EN && to_number(in, 9999, &be) && be > BE_OFFSET)
		od_buf_printf(b, "%u (B.E. %u)", be - BE_OFFSET, be);
	else
		od_buf_span(b, in);
}

static void
ce(struct od_buf *b, struct od_span in, const struct od_span *args, size_t n_args,
   const struct od_filter_env *env)
{
	unsigned be;

	(void)args, (void)n_args, (void)env;
	if (to_number(in, 9999, &be) && be > BE_OFFSET)
		od_buf_u64(b, be - BE_OFFSET);
	else
		od_buf_span(b, in);
}

/* Thai marks that sit on the letter before: a cut must not part them. */
static bool
is_mark(uint32_t c)
{
	return c == 0x0e31 || (c >= 0x0e33 && c <= 0x0e3a) ||
	       (c >= 0x0e47 && c <= 0x0e4e);
}

static void
truncate_text(struct od_buf *b, struct od_span in, const struct od_span *args,
              size_t n_args, const struct od_filter_env *env)
{
	const char *p = in.p, *end = p + in.n;
	unsigned limit = 80, seen = 0;

	(void)n_args, (void)env;
	(void)to_number(args[0], 1000000, &limit);
	while (p < end) {
		uint32_t c;
		unsigned n = od_utf8_get(p, end, &c);

		if (seen++ >= limit && !is_mark(c))
			break;
		p += n;
	}
	od_buf_put(b, in.p, (size_t)(p - in.p));
	if (p < end)
		od_buf_puts(b, "…");
}

static void
fallback(struct od_buf *b, struct od_span in, const struct od_span *args, size_t n_args,
         const struct od_filter_env *env)
{
	(void)n_args, (void)env;
	od_buf_span(b, in.n ? in : args[0]);
}

/* A code as the name that a codelist gives it. */
static void
label(struct od_buf *b, struct od_span in, const struct od_span *args, size_t n_args,
      const struct od_filter_env *env)
{
	const struct od_codelist *list = NULL;
	const struct od_code *code;

	(void)n_args;
	for (size_t i = 0; env->spec && i < env->spec->n_codelists && !list; i++)
		if (od_span_is(args[0], env->spec->codelists[i].id))
			list = &env->spec->codelists[i];
	code = list ? od_codelist_find(list, in) : NULL;
	if (!code)
		od_buf_span(b, in);
	else
		od_buf_puts(b, env->lang == OD_LANG_EN ? code->name_en : code->name_th);
}

/*
 * Plain text as paragraphs: an empty line parts them, a line break stays one. A
 * paragraph ends where the next block begins, so none is closed: what a template puts
 * behind them must be a block or the end of one. Of 274,016 projects that is 12 MB.
 */
static void
paragraphs(struct od_buf *b, struct od_span in, const struct od_span *args,
           size_t n_args, const struct od_filter_env *env)
{
	const char *p = in.p, *end = p + in.n;
	bool open = false;
	unsigned breaks = 0;

	(void)args, (void)n_args;
	while (p < end) {
		const char *eol = memchr(p, '\n', (size_t)(end - p));
		const char *stop = eol ? eol : end, *from = p, *to = stop;

		while (from < to && (*from == ' ' || *from == '\t' || *from == '\r'))
			from++;
		while (to > from && (to[-1] == ' ' || to[-1] == '\t' || to[-1] == '\r'))
			to--;
		if (from == to) {
			breaks = 2;
		} else {
			if (breaks >= 2)
				open = false;
			if (open)
				od_buf_puts(b, "<br>");
			else
				od_buf_puts(b, env->thai ? "<p lang=\"th\">" : "<p>");
			od_escape_html(b, (struct od_span){from, (size_t)(to - from)});
			open = true;
			breaks = 1;
		}
		p = eol ? eol + 1 : end;
	}
}

static void
markdown(struct od_buf *b, struct od_span in, const struct od_span *args, size_t n_args,
         const struct od_filter_env *env)
{
	unsigned level = 2;

	if (n_args)
		(void)to_number(args[0], 5, &level);
	od_markdown(b, in, level, env->root);
}

static void
url_query(struct od_buf *b, struct od_span in, const struct od_span *args,
          size_t n_args, const struct od_filter_env *env)
{
	(void)args, (void)n_args, (void)env;
	od_escape_url_query(b, in);
}

/* The path of the page of another kind that has this key: the one rule of paths. */
static void
page_path(struct od_buf *b, struct od_span in, const struct od_span *args,
          size_t n_args, const struct od_filter_env *env)
{
	const struct od_page_kind *k = od_page_kind_find(env->pages, args[0]);
	size_t n;

	(void)n_args;
	if (!k)
		return;
	od_buf_puts(b, od_page_folder(k, env->lang));
	n = b->n;
	if (!od_path_put(b, &k->path, NULL, in, 1))
		b->n = n;
}

static void
page(struct od_buf *b, struct od_span in, const struct od_span *args, size_t n_args,
     const struct od_filter_env *env)
{
	od_buf_puts(b, env->root);
	page_path(b, in, args, n_args, env);
}

/* An empty argument is one that was left out. */
static struct od_chart
chart_of(enum od_chart_kind kind, const struct od_span *args, size_t n_args,
         const struct od_filter_env *env)
{
	struct od_chart c = {.kind = kind, .title = args[0], .env = env};

	if (n_args > 1)
		c.format = od_filter_find(args[1]);
	if (n_args > 2 && args[2].n) {
		c.label = od_filter_find(OD_SPAN("label"));
		c.label_arg = args[2];
	}
	if (n_args > 3) {
		c.link = od_filter_find(OD_SPAN("page"));
		c.link_arg = args[3];
	}
	return c;
}

static void
chart(struct od_buf *b, const struct od_table *in, enum od_chart_kind kind,
      const struct od_span *args, size_t n_args, const struct od_filter_env *env)
{
	const struct od_chart c = chart_of(kind, args, n_args, env);

	od_chart(b, &c, in);
}

static void
chart_multiples(struct od_buf *b, const struct od_table *in, const struct od_span *args,
                size_t n_args, const struct od_filter_env *env)
{
	const struct od_chart c = chart_of(OD_CHART_COLUMNS, args, n_args, env);

	od_chart_multiples(b, &c, in);
}

static void
chart_bars(struct od_buf *b, const struct od_table *in, const struct od_span *args,
           size_t n_args, const struct od_filter_env *env)
{
	chart(b, in, OD_CHART_BARS, args, n_args, env);
}

static void
chart_columns(struct od_buf *b, const struct od_table *in, const struct od_span *args,
              size_t n_args, const struct od_filter_env *env)
{
	chart(b, in, OD_CHART_COLUMNS, args, n_args, env);
}

static void
chart_line(struct od_buf *b, const struct od_table *in, const struct od_span *args,
           size_t n_args, const struct od_filter_env *env)
{
	chart(b, in, OD_CHART_LINE, args, n_args, env);
}

static void
map(struct od_buf *b, const struct od_table *in, const struct od_span *args,
    size_t n_args, const struct od_filter_env *env)
{
	(void)n_args;
	od_map_draw(b, in, args[0], od_filter_find(args[1]), args[2], args[3], env);
}

static void
count(struct od_buf *b, const struct od_table *in, const struct od_span *args,
      size_t n_args, const struct od_filter_env *env)
{
	char digits[24];
	struct od_buf text = {0};

	(void)args, (void)n_args;
	od_buf_u64(&text, in->n_rows);
	memcpy(digits, text.p, text.n);
	number(b, (struct od_span){digits, text.n}, NULL, 0, env);
	od_buf_release(&text);
}

#define TEXT(fn) OD_FILTER_TEXT, fn, NULL
#define MARKUP(fn) OD_FILTER_MARKUP, fn, NULL
#define LIST(fn) OD_FILTER_LIST, NULL, fn

const struct od_filter od_filters[] = {
    {"number", "1234.50 → 1,234.5", TEXT(number), 0, 0},
    {"money", "1234.50 → 1,234.50", TEXT(money), 0, 0},
    {"baht", "1234.00 → 1,234 บาท / baht", TEXT(baht), 0, 0},
    {"millions", "1234567.89 → 1.23, for columns in million baht", TEXT(millions), 0,
     0},
    {"money_short", "1234567890.00 → 1,234.6 ล้านบาท / million baht", TEXT(money_short),
     0, 0},
    {"satang", "123456 → 1234.56, before a money filter", TEXT(satang), 0, 0},
    {"percent", "45.50 → 45.5%", TEXT(percent), 0, 0},
    {"date", "2026-03-02 → 2 มีนาคม พ.ศ. 2569 / 2 March 2026", TEXT(date), 0, 0},
    {"date_short", "2026-03-02 → 2 มี.ค. 2569 / 2 Mar 2026", TEXT(date_short), 0, 0},
    {"date_time", "as date, with the time", TEXT(date_time), 0, 0},
    {"iso_date", "the date of a date and time, for machines", TEXT(iso_date), 0, 0},
    {"rfc3339", "a date and time with Bangkok's offset, for feeds", TEXT(rfc3339), 0,
     0},
    {"month", "10 → ต.ค. / Oct", TEXT(month), 0, 0},
    {"bytes", "1234567 → 1.2 MB", TEXT(bytes), 0, 0},
    {"fiscal_year", "2567 → 2567 / 2024 (B.E. 2567)", TEXT(fiscal_year), 0, 0},
    {"ce", "2567 → 2024", TEXT(ce), 0, 0},
    {"truncate", "at most so many characters, then …", TEXT(truncate_text), 1, 1},
    {"default", "the argument if the value is empty", TEXT(fallback), 1, 1},
    {"label", "the name of a code in a codelist of schemas/vocab/", TEXT(label), 1, 1},
    {"page", "a key → the link to its page of the kind named", TEXT(page), 1, 1},
    {"page_path", "as page, from the root of the release: for feeds", TEXT(page_path),
     1, 1},
    {"url_query", "percent-encoded once more: a URL within a URL", TEXT(url_query), 0,
     0},
    {"paragraphs", "plain text as paragraphs, the last left open: a block must follow",
     MARKUP(paragraphs), 0, 0},
    {"markdown", "our own Markdown; argument: level of its first headings",
     MARKUP(markdown), 0, 1},
    {"bars",
     "list → bar chart: title, filter of values, codelist of labels, kind of page that "
     "`key` leads to",
     LIST(chart_bars), 1, 4},
    {"multiples", "list → a small column chart for each label, as bars",
     LIST(chart_multiples), 1, 4},
    {"columns", "list → column chart, as bars", LIST(chart_columns), 1, 3},
    {"line", "list → line chart, as bars", LIST(chart_line), 1, 3},
    {"map",
     "list → map of the provinces: title, filter of values, codelist, kind of page",
     LIST(map), 4, 4},
    {"count", "list → number of its rows", LIST(count), 0, 0},
    {NULL, NULL, OD_FILTER_TEXT, NULL, NULL, 0, 0},
};

const struct od_filter *
od_filter_find(struct od_span name)
{
	for (const struct od_filter *f = od_filters; f->name; f++)
		if (od_span_is(name, f->name))
			return f;
	return NULL;
}
