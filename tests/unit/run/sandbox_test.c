#include "../core/cmocka_first.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/file.h"
#include "core/out.h"
#include "run/sandbox.h"

/* What a process can do once it is in the sandbox; a bit each. */
enum {
	INET = 1,
	LOCAL = 2,
	PACKET = 4,
	PROGRAM = 8,
	PASSWORD = 16, /* /etc/odp/pgpass, as it were */
	TOKEN = 32,
	KEY = 64,
	OUTPUT = 128, /* writes */
	STATE = 256,  /* writes */
	LINKS = 512,  /* from one release to another */
	TRACE = 1024,
	NOT_ENTERED = 2048,
};

static struct od_arena a;
static const char *top;

static const char *
in(const char *name)
{
	return od_arena_printf(&a, "%s/%s", top, name);
}

static int
can_socket(int family, int type, int bit)
{
	int fd = socket(family, type, 0);

	if (fd < 0)
		return 0;
	close(fd);
	return bit;
}

static int
can_open(const char *path, int flags, int bit)
{
	int fd = open(path, flags | O_CLOEXEC, 0600);

	if (fd < 0)
		return 0;
	close(fd);
	return bit;
}

static int
can_run(void)
{
	pid_t child = fork();
	int status = 0;

	if (child == 0) {
		execl("/bin/true", "true", (char *)NULL);
		_exit(errno == EPERM ? 1 : 0);
	}
	waitpid(child, &status, 0);
	return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? PROGRAM : 0;
}

static int
look(void)
{
	int bits = can_socket(AF_INET, SOCK_STREAM, INET) |
	           can_socket(AF_UNIX, SOCK_STREAM, LOCAL) |
	           can_socket(AF_PACKET, SOCK_RAW, PACKET) | can_run();

	bits |= can_open(in("etc/pgpass"), O_RDONLY, PASSWORD);
	bits |= can_open(in("etc/token"), O_RDONLY, TOKEN);
	bits |= can_open(in("etc/odp.key"), O_RDONLY, KEY);
	bits |= can_open(in("output/releases/2.part/new"), O_WRONLY | O_CREAT, OUTPUT);
	bits |= can_open(in("state/new"), O_WRONLY | O_CREAT, STATE);
	bits |= link(in("output/releases/1/file"), in("output/releases/2.part/file"))
	            ? 0
	            : LINKS;
	bits |= syscall(SYS_process_vm_readv, getppid(), NULL, 0, NULL, 0, 0) < 0 &&
	                errno == EPERM
	            ? 0
	            : TRACE;
	return bits;
}

/* In a process of its own: what it enters cannot be left. */
static int
inside(const struct od_stage *stage, const char *source)
{
	struct od_options o = {.output = in("output"),
	                       .state = in("state"),
	                       .schemas = in("schemas"),
	                       .templates = in("templates"),
	                       .sign_key = in("etc/odp.key"),
	                       .ckan_token = in("etc/token"),
	                       .source = source};
	struct od_err err = {0};
	int ends[2], bits = NOT_ENTERED;
	pid_t child;

	unlink(in("output/releases/2.part/file"));
	assert_int_equal(pipe(ends), 0);
	child = fork();
	if (child == 0) {
		if (!stage || !od_sandbox_enter(stage, &o, &err))
			bits = look();
		_exit(write(ends[1], &bits, sizeof(bits)) != sizeof(bits));
	}
	close(ends[1]);
	assert_int_equal(read(ends[0], &bits, sizeof(bits)), sizeof(bits));
	close(ends[0]);
	waitpid(child, NULL, 0);
	return bits;
}

/* Not below /tmp, where every stage may write. */
static int
make_tree(void **state)
{
	static const char *const files[] = {
	    "etc/pgpass",   "etc/token", "etc/odp.key", "output/releases/1/file",
	    "state/ledger", "schemas/x", "templates/x"};
	char *name = od_arena_str(&a, "/dev/shm/sandbox-test-XXXXXX");
	struct od_err err;

	(void)state;
	unsetenv("TMPDIR");
	if (!mkdtemp(name) || !(top = realpath(name, NULL)))
		return -1;
	for (size_t i = 0; i < OD_ARRAY_LEN(files); i++)
		if (od_out_file(in(files[i]), od_span_str("x"), &err))
			return -1;
	return mkdir(in("output/releases/2.part"), 0755);
}

static int
remove_tree(void **state)
{
	struct od_err err;

	(void)state;
	return od_dir_remove(top, &err) ? -1 : 0;
}

static bool
has_landlock(void)
{
	return syscall(SYS_landlock_create_ruleset, NULL, 0,
	               LANDLOCK_CREATE_RULESET_VERSION) >= 2;
}

#ifdef __SANITIZE_ADDRESS__
#define MAY_RUN PROGRAM /* see sandbox.c */
#else
#define MAY_RUN 0
#endif

static void
without_a_sandbox_all_of_it_can_be_done(void **state)
{
	int bits = inside(NULL, NULL);

	(void)state;
	/* packets need a privilege; the rest shows that the test can see */
	assert_int_equal(bits & ~PACKET, INET | LOCAL | PROGRAM | PASSWORD | TOKEN |
	                                     KEY | OUTPUT | STATE | LINKS | TRACE);
}

static void
each_stage_can_do_what_it_needs_and_nothing_else(void **state)
{
	static const char postgres[] = "postgresql://reader@db/x", lite[] = "sqlite:x";
	const struct {
		const struct od_stage *stage;
		const char *source;
		int may;
	} cases[] = {
	    {&od_stage_extract, postgres,
	     INET | LOCAL | PASSWORD | TOKEN | KEY | STATE},
	    {&od_stage_extract, lite, PASSWORD | TOKEN | KEY | STATE},
	    {&od_stage_validate, postgres, OUTPUT | STATE | LINKS},
	    {&od_stage_emit, postgres, OUTPUT | STATE | LINKS},
	    {&od_stage_portal, postgres, OUTPUT | STATE | LINKS},
	    {&od_stage_seal, postgres, KEY | OUTPUT | STATE | LINKS},
	    {&od_stage_upload, NULL, INET | LOCAL | TOKEN | STATE},
	};

	(void)state;
	if (!has_landlock())
		skip();
	for (size_t i = 0; i < OD_ARRAY_LEN(cases); i++) {
		int bits = inside(cases[i].stage, cases[i].source);

		if (bits != (cases[i].may | MAY_RUN))
			fail_msg("%s: %x, not %x", cases[i].stage->name, (unsigned)bits,
			         (unsigned)(cases[i].may | MAY_RUN));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(without_a_sandbox_all_of_it_can_be_done),
	    cmocka_unit_test(each_stage_can_do_what_it_needs_and_nothing_else),
	};

	return cmocka_run_group_tests(tests, make_tree, remove_tree);
}
