#include "seal/publish.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/file.h"
#include "seal/manifest.h"

const char *
od_live_name(const char *output, struct od_arena *a)
{
	static const char head[] = "releases/";
	char target[512];
	ssize_t n = readlink(od_arena_printf(a, "%s/current", output), target,
	                     sizeof(target) - 1);

	if (n <= 0)
		return "";
	target[n] = '\0';
	if (strncmp(target, head, sizeof(head) - 1) != 0 ||
	    strchr(target + sizeof(head) - 1, '/'))
		return "";
	return od_arena_str(a, target + sizeof(head) - 1);
}

bool
od_live_is_signed(const char *output)
{
	struct od_arena a = {0};
	const char *name = od_live_name(output, &a);
	bool is =
	    name[0] && od_file_exists(od_arena_printf(
			   &a, "%s/releases/%s/" OD_SIGNATURE_NAME, output, name));

	od_arena_release(&a);
	return is;
}

enum od_rc
od_live_switch(const char *output, const char *name, struct od_err *err)
{
	struct od_arena a = {0};
	const char *to = od_arena_printf(&a, "releases/%s", name);
	const char *link = od_arena_printf(&a, "%s/current", output);
	const char *next = od_arena_printf(&a, "%s/.current.next", output);
	enum od_rc rc = OD_OK;
	struct stat st;

	if (lstat(link, &st) == 0 && !S_ISLNK(st.st_mode))
		rc = od_err_set(err, OD_KIND_IO, "'%s' is not a symlink", link);
	else if (unlink(next) != 0 && errno != ENOENT)
		rc = od_err_sys(err, OD_KIND_IO, errno, "cannot remove '%s'", next);
	else if (symlink(to, next) != 0)
		rc = od_err_sys(err, OD_KIND_IO, errno, "cannot make symlink '%s'",
		                next);
	if (!rc)
		rc = od_file_rename(next, link, err);
	od_arena_release(&a);
	return rc;
}

static enum od_rc
fix_mode(int dirfd, const char *name, mode_t have, mode_t want, const char *dir,
         struct od_err *err)
{
	if ((have & 07777) == want || fchmodat(dirfd, name, want, 0) == 0)
		return OD_OK;
	return od_err_sys(err, OD_KIND_IO, errno, "cannot change the mode of '%s/%s'",
	                  dir, name);
}

enum od_rc
od_tree_fix_modes(const char *dir, struct od_err *err)
{
	struct od_arena a = {0};
	char **names = od_dir_list(dir, &a);
	int fd = open(dir, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	enum od_rc rc = OD_OK;
	struct stat st;

	if (fd < 0 || !names || fstat(fd, &st) != 0)
		rc = od_err_sys(err, OD_KIND_IO, errno, "cannot read directory '%s'",
		                dir);
	else if ((st.st_mode & 07777) != 0755 && fchmod(fd, 0755) != 0)
		rc = od_err_sys(err, OD_KIND_IO, errno,
		                "cannot change the mode of '%s'", dir);
	for (; !rc && *names; names++) {
		if (fstatat(fd, *names, &st, AT_SYMLINK_NOFOLLOW) != 0)
			rc = od_err_sys(err, OD_KIND_IO, errno, "cannot read '%s/%s'",
			                dir, *names);
		else if (S_ISDIR(st.st_mode))
			rc = od_tree_fix_modes(
			    od_arena_printf(&a, "%s/%s", dir, *names), err);
		else if (S_ISREG(st.st_mode))
			rc = fix_mode(fd, *names, st.st_mode, 0644, dir, err);
	}
	if (fd >= 0)
		close(fd);
	od_arena_release(&a);
	return rc;
}
