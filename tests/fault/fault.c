/*
 * fault.c - LD_PRELOAD: the n-th call of a kind fails, counted over all processes of a
 *run.
 *
 *	FAULT_COUNT=FILE   64 bytes, shared by the processes: how many calls there were
 *	FAULT_KIND=write   write sync rename create link truncate close
 *	FAULT_N=17         which one fails; 0: none, only count
 *	FAULT_ERRNO=28     with what
 *	FAULT_STICKY=1     all later ones of this kind fail too, as on a disk that stays
 *full FAULT_LOG=FILE     the call that failed and its file
 *
 * Only regular files opened for writing count; what a process says on its standard
 * output and error does not. The publisher gives its stages an environment of its own
 * making, so execve() adds these variables again.
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#define REAL(name)                                                                     \
	static __typeof__(name) *real;                                                 \
	if (!real)                                                                     \
	*(void **)(&real) = dlsym(RTLD_NEXT, #name)

static atomic_long *counter;
static long fail_at;
static int fail_errno;
static int sticky;
static const char *kind = "", *log_path;

__attribute__((constructor)) static void
start(void)
{
	const char *count = getenv("FAULT_COUNT"), *v;
	long fd;
	void *p;

	if (!count)
		return;
	fd = syscall(SYS_openat, AT_FDCWD, count, O_RDWR | O_CLOEXEC, 0);
	if (fd < 0)
		return;
	p = mmap(NULL, 64, PROT_READ | PROT_WRITE, MAP_SHARED, (int)fd, 0);
	syscall(SYS_close, fd);
	if (p == MAP_FAILED)
		return;
	kind = (v = getenv("FAULT_KIND")) ? v : "";
	fail_at = (v = getenv("FAULT_N")) ? atol(v) : 0;
	fail_errno = (v = getenv("FAULT_ERRNO")) ? atoi(v) : ENOSPC;
	sticky = (v = getenv("FAULT_STICKY")) && *v == '1';
	log_path = getenv("FAULT_LOG");
	counter = p;
}

static void
tell(const char *call, const char *path)
{
	char line[PATH_MAX + 64];
	int n = snprintf(line, sizeof(line), "%s %s\n", call, path);
	long fd = log_path ? syscall(SYS_openat, AT_FDCWD, log_path,
	                             O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0666)
	                   : -1;

	if (fd >= 0 && n > 0) {
		(void)!syscall(SYS_write, fd, line, (size_t)n);
		syscall(SYS_close, fd);
	}
}

/* Does this call fail? Then errno is set. */
static int
fails(const char *of, const char *call, const char *path)
{
	long n;

	if (!counter || strcmp(kind, of) != 0)
		return 0;
	n = atomic_fetch_add(counter, 1) + 1;
	if (!fail_at || n < fail_at || (n > fail_at && !sticky))
		return 0;
	if (n == fail_at)
		tell(call, path);
	errno = fail_errno;
	return 1;
}

static int
fd_fails(const char *of, const char *call, int fd)
{
	char link[64], path[PATH_MAX] = "";
	struct stat st;
	int flags;

	if (!counter || strcmp(kind, of) != 0 || fd <= 2 || fstat(fd, &st) != 0)
		return 0;
	flags = fcntl(fd, F_GETFL);
	/* a directory is opened for reading only, and synced all the same */
	if (S_ISDIR(st.st_mode)
	        ? strcmp(of, "sync") != 0
	        : !S_ISREG(st.st_mode) || (flags & O_ACCMODE) == O_RDONLY)
		return 0;
	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	(void)!readlink(link, path, sizeof(path) - 1);
	return fails(of, call, path);
}

ssize_t
write(int fd, const void *p, size_t n)
{
	REAL(write);
	return fd_fails("write", "write", fd) ? -1 : real(fd, p, n);
}

ssize_t
writev(int fd, const struct iovec *v, int n)
{
	REAL(writev);
	return fd_fails("write", "writev", fd) ? -1 : real(fd, v, n);
}

ssize_t
pwrite(int fd, const void *p, size_t n, off_t at)
{
	REAL(pwrite);
	return fd_fails("write", "pwrite", fd) ? -1 : real(fd, p, n, at);
}

ssize_t
pwrite64(int fd, const void *p, size_t n, off64_t at)
{
	REAL(pwrite64);
	return fd_fails("write", "pwrite", fd) ? -1 : real(fd, p, n, at);
}

int
fsync(int fd)
{
	REAL(fsync);
	return fd_fails("sync", "fsync", fd) ? -1 : real(fd);
}

int
fdatasync(int fd)
{
	REAL(fdatasync);
	return fd_fails("sync", "fdatasync", fd) ? -1 : real(fd);
}

int
syncfs(int fd)
{
	REAL(syncfs);
	return fd_fails("sync", "syncfs", fd) ? -1 : real(fd);
}

int
ftruncate(int fd, off_t n)
{
	REAL(ftruncate);
	return fd_fails("truncate", "ftruncate", fd) ? -1 : real(fd, n);
}

int
ftruncate64(int fd, off64_t n)
{
	REAL(ftruncate64);
	return fd_fails("truncate", "ftruncate", fd) ? -1 : real(fd, n);
}

/* The descriptor is gone all the same, as with close(2). */
int
close(int fd)
{
	REAL(close);
	if (!fd_fails("close", "close", fd))
		return real(fd);
	real(fd);
	errno = fail_errno;
	return -1;
}

int
rename(const char *from, const char *to)
{
	size_t n = strlen(from), twin = strlen(".twin");
	/* a link takes the place of a file that is as good */
	bool link = n > twin && !strcmp(from + n - twin, ".twin");

	REAL(rename);
	return fails(link ? "link" : "rename", "rename", to) ? -1 : real(from, to);
}

int
renameat(int fd, const char *from, int tofd, const char *to)
{
	REAL(renameat);
	return fails("rename", "renameat", to) ? -1 : real(fd, from, tofd, to);
}

int
link(const char *from, const char *to)
{
	REAL(link);
	return fails("link", "link", to) ? -1 : real(from, to);
}

int
linkat(int fd, const char *from, int tofd, const char *to, int flags)
{
	REAL(linkat);
	return fails("link", "linkat", to) ? -1 : real(fd, from, tofd, to, flags);
}

int
symlink(const char *to, const char *path)
{
	REAL(symlink);
	return fails("create", "symlink", path) ? -1 : real(to, path);
}

int
mkdir(const char *path, mode_t mode)
{
	struct stat st;
	REAL(mkdir);

	/* what is there already takes no space */
	if (stat(path, &st) == 0)
		return real(path, mode);
	return fails("create", "mkdir", path) ? -1 : real(path, mode);
}

#define OPEN(name, named, before, ...)                                                 \
	int name(__VA_ARGS__, ...)                                                     \
	{                                                                              \
		mode_t mode = 0;                                                       \
		va_list ap;                                                            \
		REAL(name);                                                            \
		if (flags & O_CREAT) {                                                 \
			va_start(ap, flags);                                           \
			mode = (mode_t)va_arg(ap, int);                                \
			va_end(ap);                                                    \
			if (fails("create", #named, path))                             \
				return -1;                                             \
		}                                                                      \
		return real(before path, flags, mode);                                 \
	}
#define COMMA ,
OPEN(open, open, , const char *path, int flags)
OPEN(open64, open, , const char *path, int flags)
OPEN(openat, openat, dir COMMA, int dir, const char *path, int flags)
OPEN(openat64, openat, dir COMMA, int dir, const char *path, int flags)

int
execve(const char *path, char *const argv[], char *const env[])
{
	static const char *const names[] = {"LD_PRELOAD", "FAULT_COUNT", "FAULT_KIND",
	                                    "FAULT_N",    "FAULT_ERRNO", "FAULT_STICKY",
	                                    "FAULT_LOG",  NULL};
	static char texts[8][PATH_MAX];
	char *words[256];
	size_t n = 0, k = 0;
	REAL(execve);

	for (; env[n] && n < 240; n++)
		words[n] = env[n];
	for (; names[k]; k++) {
		const char *v = getenv(names[k]);

		if (!v)
			continue;
		snprintf(texts[k], sizeof(texts[k]), "%s=%s", names[k], v);
		words[n++] = texts[k];
	}
	words[n] = NULL;
	return real(path, argv, words);
}
