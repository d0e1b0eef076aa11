#include "seal/scan.h"

#include <errno.h>
#include <fcntl.h>
#include <hs/hs.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/buf.h"
#include "seal/scan_inside.h"
#include "seal/scan_text.h"

/* A larger read is no faster; two threads hold two of them. */
enum { PIECE = 1 << 20 };

const struct od_scan_rule od_scan_rules[OD_SCAN_KINDS] = {
    [OD_SCAN_CITIZEN_ID] = {"citizen_id", "citizen id", true},
    [OD_SCAN_MOBILE] = {"mobile", "mobile number", true},
    [OD_SCAN_EMAIL] = {"email", "e-mail address", true},
    [OD_SCAN_LINE] = {"line", "LINE id", true},
    [OD_SCAN_BANK] = {"bank", "bank account", true},
    [OD_SCAN_HOUSE] = {"house", "house number", true},
    [OD_SCAN_NAME] = {"name", "name with a title", false},
    [OD_SCAN_NEEDLE] = {"retracted", "retracted text", true},
};

/* What the matcher looks for; the rules look around it. */
enum anchor {
	A_ESCAPE, /* an escape sequence: the text is looked at again without them */
	A_EMAIL,
	A_LINE,
	A_LINE_ID,
	A_BANK,
	A_HOUSE,
	A_TITLE,
	A_TITLE_WHOLE,
};

#define TITLE(literal)                                                                 \
	{                                                                              \
		literal, 0, A_TITLE_WHOLE                                              \
	}

static const struct {
	const char *pattern;
	unsigned flags;
	enum anchor anchor;
} patterns[] = {
    {"&#[0-9xX]", 0, A_ESCAPE},
    {"&(nbsp|commat|period|shy|zwnj|zwj|ndash|mdash|ensp|emsp|plus|lowbar);", 0,
     A_ESCAPE},
    {"\\\\u[0-9a-f]{4}", HS_FLAG_CASELESS, A_ESCAPE},
    {"%(E0%B[89]|E2%80|C2%A0|40|2B|EF%BC)", HS_FLAG_CASELESS, A_ESCAPE},
    {"@", 0, A_EMAIL},
    {"[\\(\\[]at[\\)\\]]", HS_FLAG_CASELESS, A_EMAIL},
    {"\xef\xbc\xa0", 0, A_EMAIL},
    {"line[ :=\\t\\xc2]", HS_FLAG_CASELESS, A_LINE},
    {"ไลน์ไอดี", 0, A_LINE_ID},
    {"ไอดีไลน์", 0, A_LINE_ID},
    {"เลขที่บัญชี", 0, A_BANK},
    {"เลขบัญชี", 0, A_BANK},
    {"บัญชีเลขที่", 0, A_BANK},
    {"บ้านเลขที่", 0, A_HOUSE},
    {"นาย", 0, A_TITLE},
    {"นาง", 0, A_TITLE},
    {"นางสาว", 0, A_TITLE},
    /*
     * Each title whole: with more than some 70 literals the matcher takes another way,
     * at 2.0 GB/s instead of 0.6.
     */
    /* clang-format off */
    TITLE("พันตำรวจเอก"), TITLE("พันตำรวจโท"), TITLE("พันตำรวจตรี"),
    TITLE("ร้อยตำรวจเอก"), TITLE("ร้อยตำรวจโท"), TITLE("ร้อยตำรวจตรี"),
    TITLE("ดาบตำรวจ"), TITLE("เด็กชาย"), TITLE("เด็กหญิง"), TITLE("น\\.ส\\."),
    TITLE("ด\\.ช\\."), TITLE("ด\\.ญ\\."), TITLE("พล\\.อ\\."), TITLE("พล\\.ท\\."),
    TITLE("พล\\.ต\\."), TITLE("พล\\.ต\\.อ\\."), TITLE("พล\\.ต\\.ท\\."),
    TITLE("พล\\.ต\\.ต\\."), TITLE("พล\\.ร\\.อ\\."), TITLE("พล\\.ร\\.ท\\."),
    TITLE("พล\\.ร\\.ต\\."), TITLE("พล\\.อ\\.อ\\."), TITLE("พล\\.อ\\.ท\\."),
    TITLE("พล\\.อ\\.ต\\."), TITLE("พ\\.อ\\."), TITLE("พ\\.ท\\."), TITLE("พ\\.ต\\."),
    TITLE("พ\\.ต\\.อ\\."), TITLE("พ\\.ต\\.ท\\."), TITLE("พ\\.ต\\.ต\\."),
    TITLE("พ\\.อ\\.อ\\."), TITLE("พ\\.อ\\.ท\\."), TITLE("พ\\.อ\\.ต\\."),
    TITLE("ร\\.อ\\."), TITLE("ร\\.ท\\."), TITLE("ร\\.ต\\."), TITLE("ร\\.ต\\.อ\\."),
    TITLE("ร\\.ต\\.ท\\."), TITLE("ร\\.ต\\.ต\\."), TITLE("จ\\.ส\\.อ\\."),
    TITLE("จ\\.ส\\.ท\\."), TITLE("จ\\.ส\\.ต\\."), TITLE("ส\\.อ\\."), TITLE("ส\\.ท\\."),
    TITLE("ส\\.ต\\."), TITLE("ส\\.ต\\.อ\\."), TITLE("ส\\.ต\\.ท\\."),
    TITLE("ส\\.ต\\.ต\\."), TITLE("น\\.อ\\."), TITLE("น\\.ท\\."), TITLE("น\\.ต\\."),
    TITLE("พ\\.จ\\.อ\\."), TITLE("ด\\.ต\\."), TITLE("จ\\.อ\\."), TITLE("จ\\.ท\\."),
    TITLE("จ\\.ต\\."), TITLE("นพ\\."), TITLE("พญ\\."), TITLE("ทพ\\."), TITLE("ทพญ\\."),
    TITLE("ภก\\."), TITLE("ภญ\\."), TITLE("ผศ\\."), TITLE("รศ\\."), TITLE("ดร\\."),
    TITLE("น\\.สพ\\."), TITLE("สพ\\.ญ\\."),
    /* clang-format on */
};

/* To be raised when a rule changes in code: what was scanned before is scanned again.
 */
static const char version[] = "1";

struct od_scanner {
	hs_database_t *db;
	const char *const *allowed;
	const struct od_span *needles;
	size_t n_needles;
	unsigned width[OD_ARRAY_LEN(patterns)]; /* bytes of a match */
	char id[OD_SHA256_HEX];
};

struct od_scan {
	const struct od_scanner *scanner;
	hs_scratch_t *scratch;
	struct od_buf
	    text; /* what waits to be looked at, behind OD_SCAN_BEHIND old bytes */
	struct od_buf plain; /* the same without escapes */
	size_t done;         /* bytes of text whose hits are counted */
	struct od_scan_hits hits;
	uint64_t looked_at;
};

static void
make_id(struct od_scanner *s)
{
	struct od_sha256 *h = od_sha256_open();

	od_sha256_field(h, od_span_str(version));
	for (size_t i = 0; i < OD_ARRAY_LEN(patterns); i++)
		od_sha256_field(h, od_span_str(patterns[i].pattern));
	for (const char *const *a = s->allowed; a && *a; a++)
		od_sha256_field(h, od_span_str(*a));
	for (size_t i = 0; i < s->n_needles; i++)
		od_sha256_field(h, s->needles[i]);
	od_sha256_close(h, s->id);
}

void
od_scanner_look_for(struct od_scanner *s, const struct od_span *texts, size_t n)
{
	s->needles = texts;
	s->n_needles = n;
	make_id(s);
}

const char *
od_scanner_id(const struct od_scanner *s)
{
	return s->id;
}

/*
 * The matcher says where a match ends; where it begins costs it speed, and all patterns
 * but those of escapes, of which nothing is asked, match a fixed number of bytes.
 */
static bool
find_widths(struct od_scanner *s)
{
	for (size_t i = 0; i < OD_ARRAY_LEN(patterns); i++) {
		hs_compile_error_t *why = NULL;
		hs_expr_info_t *info = NULL;

		if (hs_expression_info(patterns[i].pattern, patterns[i].flags, &info,
		                       &why) != HS_SUCCESS) {
			hs_free_compile_error(why);
			return false;
		}
		s->width[i] = info->min_width;
		if (info->max_width != info->min_width &&
		    patterns[i].anchor != A_ESCAPE)
			s->width[i] = 0;
		free(info);
		if (s->width[i] == 0)
			return false;
	}
	return true;
}

enum od_rc
od_scanner_open(const char *const *allowed, struct od_arena *a, struct od_scanner **out,
                struct od_err *err)
{
	const char *text[OD_ARRAY_LEN(patterns)];
	unsigned flags[OD_ARRAY_LEN(patterns)], ids[OD_ARRAY_LEN(patterns)];
	struct od_scanner *s = od_arena_alloc(a, sizeof(*s));
	hs_compile_error_t *why = NULL;

	*out = NULL;
	for (unsigned i = 0; i < OD_ARRAY_LEN(patterns); i++) {
		text[i] = patterns[i].pattern;
		flags[i] = patterns[i].flags | HS_FLAG_DOTALL;
		ids[i] = i;
	}
	s->allowed = allowed;
	make_id(s);
	if (!find_widths(s))
		return od_err_set(err, OD_KIND_INTERNAL,
		                  "a pattern of the scanner is not of one width");
	if (hs_compile_multi(text, flags, ids, OD_ARRAY_LEN(patterns), HS_MODE_BLOCK,
	                     NULL, &s->db, &why) != HS_SUCCESS) {
		enum od_rc rc =
		    od_err_set(err, OD_KIND_INTERNAL,
		               "cannot compile the scanner's patterns: %.200s",
		               why ? why->message : "unknown error");

		hs_free_compile_error(why);
		return rc;
	}
	*out = s;
	return OD_OK;
}

void
od_scanner_close(struct od_scanner *s)
{
	if (s) {
		hs_free_database(s->db);
		s->db = NULL;
	}
}

enum od_rc
od_scan_open(const struct od_scanner *s, struct od_arena *a, struct od_scan **out,
             struct od_err *err)
{
	struct od_scan *scan = od_arena_alloc(a, sizeof(*scan));

	*out = NULL;
	scan->scanner = s;
	if (hs_alloc_scratch(s->db, &scan->scratch) != HS_SUCCESS)
		return od_err_set(err, OD_KIND_IO, "no memory for the scanner");
	od_buf_room(&scan->text, PIECE + OD_SCAN_BEHIND + OD_SCAN_AHEAD);
	*out = scan;
	return OD_OK;
}

void
od_scan_close(struct od_scan *scan)
{
	if (!scan)
		return;
	hs_free_scratch(scan->scratch);
	scan->scratch = NULL;
	od_buf_release(&scan->text);
	od_buf_release(&scan->plain);
}

struct look {
	const struct od_scan *scan;
	struct od_scan_view v;
	bool plain; /* escapes are undone already */
	bool escaped;
	struct od_scan_hits hits;
	size_t last[OD_SCAN_KINDS]; /* end of the last anchor that was a hit */
};

static int
on_anchor(unsigned id, unsigned long long from, unsigned long long to, unsigned flags,
          void *u)
{
	struct look *l = u;
	const struct od_scan_view *v = &l->v;
	size_t at = (size_t)to, anchor = at - l->scan->scanner->width[id],
	       start = anchor;
	enum od_scan_kind kind;
	bool hit;

	(void)from;
	(void)flags;
	if (patterns[id].anchor == A_ESCAPE) {
		l->escaped = !l->plain;
		return l->escaped; /* ends the search: it begins anew without escapes */
	}
	if (anchor < v->from || anchor >= v->to)
		return 0;
	switch (patterns[id].anchor) {
	case A_EMAIL:
		kind = OD_SCAN_EMAIL;
		hit = od_leak_email(v, anchor, at, l->scan->scanner->allowed, &start);
		break;
	case A_LINE:
	case A_LINE_ID:
		kind = OD_SCAN_LINE;
		hit =
		    od_leak_line(v, anchor, patterns[id].anchor == A_LINE ? at - 1 : at,
		                 patterns[id].anchor == A_LINE_ID);
		break;
	case A_BANK:
		kind = OD_SCAN_BANK;
		hit = od_scan_account(v, at);
		break;
	case A_HOUSE:
		kind = OD_SCAN_HOUSE;
		hit = od_scan_house(v, at);
		break;
	default:
		kind = OD_SCAN_NAME;
		hit = od_leak_name(v, anchor, at, patterns[id].anchor == A_TITLE_WHOLE);
	}
	if (hit && anchor >= l->last[kind]) {
		l->hits.n[kind]++;
		l->last[kind] = at;
	}
	return 0;
}

static void
look_for_needles(struct look *l)
{
	const struct od_scanner *s = l->scan->scanner;
	const struct od_scan_view *v = &l->v;

	for (size_t i = 0; i < s->n_needles; i++) {
		struct od_span needle = s->needles[i];
		const char *at = v->p + v->from, *end = v->p + v->n;

		while ((at = memmem(at, (size_t)(end - at), needle.p, needle.n)) &&
		       (size_t)(at - v->p) < v->to) {
			l->hits.n[OD_SCAN_NEEDLE]++;
			at += needle.n;
			if (at > end)
				break;
		}
	}
}

static void
look_at(struct look *l)
{
	hs_scan(l->scan->scanner->db, l->v.p, (unsigned)l->v.n, 0, l->scan->scratch,
	        on_anchor, l);
	if (l->escaped)
		return;
	od_scan_digits(&l->v, &l->hits);
	look_for_needles(l);
}

/* Counts the hits that start up to `to`, and forgets what no later hit needs. */
static void
advance(struct od_scan *scan, size_t to)
{
	struct look l = {.scan = scan,
	                 .v = {scan->text.p, scan->text.n, scan->done, to}};
	size_t keep;

	if (to > scan->done || scan->text.n == 0)
		look_at(&l);
	if (l.escaped) {
		size_t mark[] = {scan->done, to};

		scan->plain.n = 0;
		od_scan_unescape(&scan->plain, scan->text.p, scan->text.n, mark, 2);
		l = (struct look){.scan = scan,
		                  .v = {scan->plain.p, scan->plain.n, mark[0], mark[1]},
		                  .plain = true};
		look_at(&l);
	}
	for (size_t i = 0; i < OD_SCAN_KINDS; i++)
		scan->hits.n[i] += l.hits.n[i];
	keep = to > OD_SCAN_BEHIND ? to - OD_SCAN_BEHIND : 0;
	memmove(scan->text.p, scan->text.p + keep, scan->text.n - keep);
	scan->text.n -= keep;
	scan->done = to - keep;
}

void
od_scan_start(struct od_scan *scan)
{
	scan->text.n = 0;
	scan->done = 0;
	scan->hits = (struct od_scan_hits){0};
}

/* Room for the next piece; what was put there is told by filled(). */
static char *
room(struct od_scan *scan, size_t *n)
{
	*n = PIECE;
	return od_buf_room(&scan->text, PIECE);
}

static void
filled(struct od_scan *scan, size_t n)
{
	scan->text.n += n;
	scan->looked_at += n;
	if (scan->text.n >= PIECE)
		advance(scan, scan->text.n - OD_SCAN_AHEAD);
}

void
od_scan_put(struct od_scan *scan, const void *p, size_t n)
{
	const char *from = p;

	while (n) {
		size_t most, some;
		char *to = room(scan, &most);

		some = n < most ? n : most;
		memcpy(to, from, some);
		filled(scan, some);
		from += some;
		n -= some;
	}
}

void
od_scan_end(struct od_scan *scan, struct od_scan_hits *hits)
{
	if (scan->text.n)
		advance(scan, scan->text.n);
	for (size_t i = 0; i < OD_SCAN_KINDS; i++)
		hits->n[i] += scan->hits.n[i];
	od_scan_start(scan);
}

bool
od_scan_holds(const struct od_scan_hits *hits)
{
	for (size_t i = 0; i < OD_SCAN_KINDS; i++)
		if (od_scan_rules[i].holds && hits->n[i])
			return true;
	return false;
}

static enum od_rc
read_all(struct od_scan *scan, int fd, const char *path, struct od_scan_fact *fact,
         enum od_inside *inside, struct od_err *err)
{
	struct od_sha256 *hash = od_sha256_open();
	enum od_rc rc = OD_OK;

	od_scan_start(scan);
	*inside = OD_INSIDE_TEXT;
	for (;;) {
		size_t most;
		char *to = room(scan, &most);
		ssize_t n = read(fd, to, most);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			rc = od_err_sys(err, OD_KIND_IO, errno, "cannot read '%s'",
			                path);
		if (n <= 0)
			break;
		od_sha256_put(hash, to, (size_t)n);
		if (fact->bytes == 0)
			*inside = od_inside_find(to, (size_t)n);
		fact->bytes += (uint64_t)n;
		if (*inside == OD_INSIDE_TEXT)
			filled(scan, (size_t)n);
	}
	od_sha256_close(hash, fact->sha256);
	od_scan_end(scan, &fact->hits);
	return rc;
}

enum od_rc
od_scan_file(struct od_scan *scan, const char *path, struct od_scan_fact *fact,
             struct od_err *err)
{
	int fd = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	uint64_t before = scan->looked_at;
	enum od_inside inside;
	enum od_rc rc;

	*fact = (struct od_scan_fact){0};
	if (fd < 0)
		return od_err_sys(err, OD_KIND_IO, errno, "cannot open '%s'", path);
	rc = read_all(scan, fd, path, fact, &inside, err);
	close(fd);
	if (!rc && inside != OD_INSIDE_TEXT)
		rc = od_inside_scan(scan, inside, path, &fact->hits, err);
	fact->looked_at = scan->looked_at - before;
	return rc;
}
