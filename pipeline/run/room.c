#include "run/room.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

#include "core/file.h"
#include "run/setup.h"

struct size {
	uint64_t bytes, files;
};

static void
read_size(const char *const *columns, void *u)
{
	struct size *s = u;

	s->bytes = strtoull(columns[0], NULL, 10);
	s->files = strtoull(columns[1], NULL, 10);
}

static uint64_t
size_of(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 ? (uint64_t)st.st_size : 0;
}

/* Of a directory that is not there yet, its parent is asked. */
static void
ask_disk(const char *path, struct od_room *r, uint64_t *block, dev_t *disk,
         struct od_arena *a)
{
	char *at = od_arena_str(a, path);
	struct statvfs v;
	struct stat st;
	char *slash;

	while (statvfs(at, &v) != 0 || stat(at, &st) != 0) {
		slash = strrchr(at, '/');
		if (!slash) {
			at = od_arena_str(a, ".");
			if (statvfs(at, &v) != 0 || stat(at, &st) != 0)
				return;
			break;
		}
		*(slash == at ? slash + 1 : slash) = '\0';
		if (slash == at && (statvfs(at, &v) != 0 || stat(at, &st) != 0))
			return;
	}
	r->free = (uint64_t)v.f_bavail * v.f_frsize;
	r->free_files = v.f_files ? (uint64_t)v.f_favail : 0;
	*block = v.f_frsize;
	*disk = st.st_dev;
}

enum od_rc
od_room_measure(const struct od_options *o, struct od_ledger *l, int64_t live,
                struct od_room *output, struct od_room *state, struct od_arena *a,
                struct od_err *err)
{
	struct size release = {0};
	struct od_release r = {0};
	uint64_t block = 0, unused = 0;
	dev_t of_output = 0, of_state = 0;
	enum od_rc rc = od_ledger_release(l, live, a, &r, err);

	*output = *state = (struct od_room){0};
	ask_disk(o->output, output, &block, &of_output, a);
	ask_disk(o->state, state, &unused, &of_state, a);
	if (!rc)
		rc = od_ledger_rows(l,
		                    "select bytes, files from stages where serial = ?1 "
		                    "and stage = 'seal'",
		                    live, read_size, &release, err);
	if (rc)
		return rc;
	output->needed = release.bytes + release.files * (block / 2);
	output->needed_files = output->free_files ? release.files : 0;
	state->needed = size_of(od_path_snapshot(o, r.data_serial, a));
	if (of_output == of_state) /* one disk has to take both */
		output->needed += state->needed;
	return OD_OK;
}

/* Files of the tree that nothing else links to: their room comes back. */
static enum od_rc
add_own(const struct od_walk_file *f, void *u, struct od_err *err)
{
	struct size *s = u;
	struct stat st;

	(void)err;
	if (lstat(f->path, &st) == 0 && st.st_nlink == 1) {
		s->bytes += (uint64_t)st.st_blocks * 512;
		s->files++;
	}
	return OD_OK;
}

static void
count_leftovers(const char *dir, const char *ending, struct od_room *r,
                struct od_arena *a)
{
	struct size own = {0};
	struct od_err ignored;
	char **names = od_dir_list(dir, a);

	for (; names && *names; names++) {
		const char *dot = strchr(*names, '.');

		if (dot && !strcmp(dot, ending) &&
		    od_dir_walk(od_arena_printf(a, "%s/%s", dir, *names), add_own, &own,
		                &ignored))
			continue;
	}
	r->free += own.bytes;
	r->free_files += r->free_files ? own.files : 0;
}

static bool
fits(const struct od_room *r)
{
	return r->free >= r->needed &&
	       (!r->needed_files || r->free_files >= r->needed_files);
}

static enum od_rc
check(const char *dir, const struct od_room *r, struct od_err *err)
{
	enum od_rc rc;

	if (fits(r))
		return OD_OK;
	if (r->free < r->needed)
		rc = od_err_set(
		    err, OD_KIND_IO,
		    "a release like the last one needs %.1f MB in '%s', %.1f MB are "
		    "free",
		    (double)r->needed / 1e6, dir, (double)r->free / 1e6);
	else
		rc = od_err_set(
		    err, OD_KIND_IO,
		    "a release like the last one needs %llu files in '%s', the disk "
		    "has room for %llu",
		    (unsigned long long)r->needed_files, dir,
		    (unsigned long long)r->free_files);
	return rc ? od_err_hint(err,
	                        "free space, or keep fewer releases (`retention` of "
	                        "schemas/catalog.yaml); `odp run --from extract` "
	                        "begins all the same")
	          : rc;
}

enum od_rc
od_room_check(const struct od_options *o, struct od_ledger *l, int64_t live,
              struct od_arena *a, struct od_err *err)
{
	struct od_room output, state;
	enum od_rc rc = od_room_measure(o, l, live, &output, &state, a, err);

	if (rc)
		return rc;
	/* looked for only where it matters: it means to look at every file */
	if (!fits(&output))
		count_leftovers(od_arena_printf(a, "%s/releases", o->output), ".part",
		                &output, a);
	rc = check(o->output, &output, err);
	return rc ? rc : check(o->state, &state, err);
}
