#include "seal/retain.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "core/arena.h"
#include "core/file.h"
#include "seal/manifest.h"
#include "seal/publish.h"

/* "2026-03-..." as a count of months, or -1. */
static long
month_of(const char *created)
{
	for (size_t i = 0; i < 7; i++)
		if (i == 4 ? created[i] != '-' : created[i] < '0' || created[i] > '9')
			return -1;
	return 12 * strtol(created, NULL, 10) + (created[5] - '0') * 10 +
	       (created[6] - '0');
}

/* "2026-03-02..." as a count of days, or -1 (Fliegel and Van Flandern). */
static long
day_of(const char *created)
{
	long y = strtol(created, NULL, 10), m, d, shift;

	if (month_of(created) < 0 || strlen(created) < 10 || created[7] != '-')
		return -1;
	m = strtol(created + 5, NULL, 10);
	d = strtol(created + 8, NULL, 10);
	shift = (m - 14) / 12;
	return 1461 * (y + 4800 + shift) / 4 + 367 * (m - 2 - 12 * shift) / 12 -
	       3 * ((y + 4900 + shift) / 100) / 4 + d - 32075;
}

static bool
is_too_old(const char *created, long newest_day, unsigned days)
{
	long day = day_of(created);

	return days && day >= 0 && newest_day - day > (long)days;
}

void
od_retain_mark(struct od_retained *v, size_t n, uint64_t live,
               const struct od_retention *r)
{
	long newest_month = -1, newest_day = -1, last = -1;
	unsigned before = 0;

	for (size_t i = 0; i < n; i++)
		if (v[i].serial == live && v[i].finished) {
			newest_month = month_of(v[i].created);
			newest_day = day_of(v[i].created);
		}
	for (size_t i = 0; i < n; i++) {
		long month = month_of(v[i].created);

		if (v[i].serial > live || (v[i].serial == live && v[i].finished)) {
			v[i].keep = true;
		} else if (v[i].finished) {
			bool of_month = month >= 0 && month != last &&
			                newest_month - month < (long)r->months;

			v[i].keep = (before++ < r->newest || of_month) &&
			            !is_too_old(v[i].created, newest_day, r->days);
		}
		if (v[i].finished && v[i].serial <= live && month >= 0)
			last = month;
	}
}

static int
by_falling_serial(const void *a, const void *b)
{
	const struct od_retained *x = a, *y = b;

	return x->serial < y->serial   ? 1
	       : x->serial > y->serial ? -1
	                               : strcmp(x->name, y->name);
}

/* "12" or "12.word"; anything else is not ours and is left alone. */
static bool
read_name(const char *name, struct od_retained *out)
{
	char *end;

	if (name[0] < '1' || name[0] > '9')
		return false;
	out->name = name;
	out->created = "";
	out->serial = strtoull(name, &end, 10);
	out->finished = *end == '\0';
	return out->finished || !strcmp(end, ".part") || !strcmp(end, ".held") ||
	       !strcmp(end, ".preview") || !strcmp(end, ".gone");
}

static const char *
created_of(const char *dir, struct od_arena *a)
{
	struct od_err ignored;
	struct od_manifest m;
	struct od_span text;

	if (od_file_read(od_arena_printf(a, "%s/" OD_MANIFEST_NAME, dir),
	                 OD_MANIFEST_LIMIT, a, &text, OD_KIND_VERIFY, &ignored) ||
	    od_manifest_parse(text, dir, a, &m, &ignored))
		return "";
	return m.created;
}

/* First under another name: a half-removed release must not look like one. */
static enum od_rc
remove_release(const char *path, bool finished, struct od_arena *a, struct od_err *err)
{
	const char *gone = finished ? od_arena_printf(a, "%s.gone", path) : path;

	if (finished && (od_dir_remove(gone, err) || od_file_rename(path, gone, err)))
		return err->rc;
	return od_dir_remove(gone, err);
}

/* Bytes on disk that a release takes: its share of each file, and what only it has. */
struct taken {
	uint64_t share, own;
};

static enum od_rc
add_taken(const struct od_walk_file *f, void *u, struct od_err *err)
{
	struct taken *t = u;
	struct stat st;

	if (lstat(f->path, &st) != 0)
		return od_err_sys(err, OD_KIND_IO, errno, "cannot read '%s'", f->path);
	t->share += (uint64_t)st.st_blocks * 512 / st.st_nlink;
	if (st.st_nlink == 1)
		t->own += (uint64_t)st.st_blocks * 512;
	return OD_OK;
}

static enum od_rc
measure(const char *path, struct taken *t, struct od_err *err)
{
	*t = (struct taken){0};
	return od_dir_walk(path, add_taken, t, err);
}

/*
 * The oldest go until the rest fits. The shares of all links of a file add up to the
 * file, and a removed release gives back what nobody else links to: so no list of
 * inodes is needed, however many files there are.
 */
static enum od_rc
fit_into(const char *dir, struct od_retained *v, size_t n, uint64_t live,
         uint64_t limit, size_t *removed, struct od_arena *a, struct od_err *err)
{
	uint64_t all = 0;
	struct taken t;
	enum od_rc rc = OD_OK;

	for (size_t i = 0; i < n && !rc; i++) {
		if (!v[i].keep || !v[i].finished)
			continue;
		rc = measure(od_arena_printf(a, "%s/%s", dir, v[i].name), &t, err);
		all += t.share;
	}
	for (size_t i = n; i-- > 0 && all > limit && !rc;) {
		const char *path = od_arena_printf(a, "%s/%s", dir, v[i].name);

		if (!v[i].keep || !v[i].finished || v[i].serial >= live)
			continue;
		rc = measure(path, &t, err);
		if (!rc)
			rc = remove_release(path, true, a, err);
		all -= t.own < all ? t.own : all;
		*removed += !rc;
	}
	return rc;
}

enum od_rc
od_retain_prune(const char *output, const struct od_retention *r, size_t *removed,
                struct od_err *err)
{
	struct od_arena a = {0};
	const char *dir = od_arena_printf(&a, "%s/releases", output);
	char **names = od_dir_list(dir, &a);
	struct od_retained live, *v;
	size_t n = 0, all = 0;
	enum od_rc rc = OD_OK;

	*removed = 0;
	if (!names || !read_name(od_live_name(output, &a), &live) || !live.finished)
		goto out; /* nothing is live: nothing is old */
	while (names[all])
		all++;
	v = od_arena_array(&a, all + 1, sizeof(*v));
	for (size_t i = 0; i < all; i++)
		if (read_name(names[i], &v[n]))
			n++;
	for (size_t i = 0; i < n; i++)
		if (v[i].finished)
			v[i].created = created_of(
			    od_arena_printf(&a, "%s/%s", dir, v[i].name), &a);
	if (n)
		qsort(v, n, sizeof(*v), by_falling_serial);
	od_retain_mark(v, n, live.serial, r);
	for (size_t i = 0; i < n && !rc; i++) {
		if (v[i].keep)
			continue;
		rc = remove_release(od_arena_printf(&a, "%s/%s", dir, v[i].name),
		                    v[i].finished, &a, err);
		*removed += !rc;
	}
	if (r->bytes && !rc)
		rc = fit_into(dir, v, n, live.serial, r->bytes, removed, &a, err);
out:
	od_arena_release(&a);
	return rc;
}
