#include "run/lock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/file.h"

enum od_rc
od_lock_take(const char *state, int *fd, struct od_err *err)
{
	struct od_arena a = {0};
	char *path = od_arena_printf(&a, "%s/lock", state);
	enum od_rc rc = od_dir_make(state, 0700, err);

	if (rc)
		goto out;
	*fd = open(path, O_RDWR | O_CREAT | O_NOFOLLOW, 0600);
	if (*fd < 0) {
		rc = od_err_sys(err, OD_KIND_IO, errno, "cannot open '%s'", path);
	} else if (flock(*fd, LOCK_EX | LOCK_NB) != 0) {
		rc = errno == EWOULDBLOCK
		         ? od_err_set(err, OD_KIND_BUSY,
		                      "another run is at work in '%s'", state)
		         : od_err_sys(err, OD_KIND_IO, errno, "cannot lock '%s'", path);
		close(*fd);
		if (err->kind == OD_KIND_BUSY)
			rc = od_err_hint(
			    err, "wait for it to end; `odp status` shows since when");
	}
out:
	od_arena_release(&a);
	return rc;
}

void
od_lock_release(int fd)
{
	close(fd);
}
