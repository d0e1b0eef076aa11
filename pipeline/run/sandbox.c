#include "run/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <seccomp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* ---- system calls */

/* What no stage ever asks for. */
static const int never[] = {
#ifndef __SANITIZE_ADDRESS__ /* which looks for leaks as a tracer, and starts a        \
                                symbolizer */
    SCMP_SYS(execve),
    SCMP_SYS(execveat),
    SCMP_SYS(ptrace),
#endif
    SCMP_SYS(process_vm_readv),
    SCMP_SYS(process_vm_writev),
    SCMP_SYS(pidfd_getfd),
    SCMP_SYS(mount),
    SCMP_SYS(umount2),
    SCMP_SYS(pivot_root),
    SCMP_SYS(chroot),
    SCMP_SYS(unshare),
    SCMP_SYS(setns),
    SCMP_SYS(bpf),
    SCMP_SYS(perf_event_open),
    SCMP_SYS(userfaultfd),
    SCMP_SYS(keyctl),
    SCMP_SYS(add_key),
    SCMP_SYS(request_key),
    SCMP_SYS(init_module),
    SCMP_SYS(finit_module),
    SCMP_SYS(delete_module),
    SCMP_SYS(kexec_load),
    SCMP_SYS(reboot),
    SCMP_SYS(swapon),
    SCMP_SYS(acct),
    /* would open sockets past the rule below */
    SCMP_SYS(io_uring_setup),
};

/* With a network: these kinds of sockets and no other. */
static const int families[] = {AF_UNIX, AF_INET, AF_INET6, AF_NETLINK};

static int
rule_sockets(scmp_filter_ctx c, bool network)
{
	int rc = 0;

	if (!network)
		return seccomp_rule_add(c, SCMP_ACT_ERRNO(EACCES), SCMP_SYS(socket), 0);
	/* one rule for each gap between the families that are allowed */
	for (int f = 0; f <= AF_NETLINK && !rc; f++) {
		bool allowed = false;

		for (size_t i = 0; i < OD_ARRAY_LEN(families); i++)
			allowed |= families[i] == f;
		if (!allowed)
			rc = seccomp_rule_add(c, SCMP_ACT_ERRNO(EACCES),
			                      SCMP_SYS(socket), 1,
			                      SCMP_A0(SCMP_CMP_EQ, (scmp_datum_t)f));
	}
	return rc ? rc
	          : seccomp_rule_add(c, SCMP_ACT_ERRNO(EACCES), SCMP_SYS(socket), 1,
	                             SCMP_A0(SCMP_CMP_GT, AF_NETLINK));
}

static enum od_rc
filter_calls(bool network, struct od_err *err)
{
	scmp_filter_ctx c = seccomp_init(SCMP_ACT_ALLOW);
	int rc = c ? 0 : -ENOMEM;

	for (size_t i = 0; i < OD_ARRAY_LEN(never) && !rc; i++)
		rc = seccomp_rule_add(c, SCMP_ACT_ERRNO(EPERM), never[i], 0);
	if (!rc)
		rc = rule_sockets(c, network);
	if (!rc)
		rc = seccomp_load(c);
	seccomp_release(c);
	/* a kernel without it, or a container that forbids it: the units hold */
	if (!rc || rc == -EINVAL || rc == -ENOSYS || rc == -EPERM || rc == -EACCES)
		return OD_OK;
	return od_err_sys(err, OD_KIND_INTERNAL, -rc,
	                  "cannot give up system calls that are not needed");
}

/* ---- files */

enum {
	READS = LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR,
	/* Of Landlock's second version: what 6.1 knows, the kernel of Debian 12. A
	 * newer one is asked for no more, so that all behave alike. */
	ALL = (LANDLOCK_ACCESS_FS_REFER << 1) - 1,
	OF_A_FILE = LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_WRITE_FILE |
	            LANDLOCK_ACCESS_FS_READ_FILE,
};

/* What is not there needs no rule. */
static int
allow(int rules, const char *path, uint64_t access)
{
	struct landlock_path_beneath_attr beneath = {.allowed_access = access};
	struct stat st;
	int rc;

	beneath.parent_fd = path && *path ? open(path, O_PATH | O_CLOEXEC) : -1;
	if (beneath.parent_fd < 0)
		return 0;
	if (fstat(beneath.parent_fd, &st) == 0 && !S_ISDIR(st.st_mode))
		beneath.allowed_access &= OF_A_FILE;
	rc = (int)syscall(SYS_landlock_add_rule, rules, LANDLOCK_RULE_PATH_BENEATH,
	                  &beneath, 0);
	close(beneath.parent_fd);
	return rc;
}

static int
allow_all(int rules, const char *const *paths, uint64_t access)
{
	int rc = 0;

	for (; *paths && !rc; paths++)
		rc = allow(rules, *paths, access);
	return rc;
}

/* Read by whoever asks for the address of a host and checks its certificate. */
static const char *const of_network[] = {"/etc/resolv.conf",
                                         "/etc/hosts",
                                         "/etc/host.conf",
                                         "/etc/nsswitch.conf",
                                         "/etc/gai.conf",
                                         "/etc/services",
                                         "/etc/ssl",
                                         "/etc/ca-certificates",
                                         "/run/systemd/resolve",
                                         "/run/resolvconf",
                                         NULL};
static const char *const of_all[] = {"/usr",
                                     "/lib",
                                     "/lib64",
                                     "/proc",
                                     "/sys/devices/system/cpu",
                                     "/etc/ld.so.cache",
                                     "/dev/urandom",
                                     NULL};
static const char *const temporary[] = {"/tmp", "/var/tmp", "/dev/null", NULL};

static int
rule_files(int rules, const struct od_stage *stage, const struct od_options *o)
{
	bool extracts = stage == &od_stage_extract, uploads = stage == &od_stage_upload;
	int rc = allow_all(rules, of_all, READS);

	if (!rc)
		rc = allow_all(rules, temporary, ALL);
	if (!rc)
		rc = allow(rules, getenv("TMPDIR"), ALL);
	if (!rc)
		rc = allow(rules, o->state, ALL);
	if (!rc)
		rc = allow(rules, o->output, uploads || extracts ? READS : ALL);
	if (!rc)
		rc = allow(rules, o->schemas, READS);
	if (!rc)
		rc = allow(rules, o->templates, READS);
	if (!rc && extracts)
		rc = allow(rules, "/", READS);
	if (!rc && stage == &od_stage_seal)
		rc = allow(rules, o->sign_key, READS);
	if (!rc && uploads) {
		rc = allow_all(rules, of_network, READS);
		if (!rc)
			rc = allow(rules, o->ckan_token, READS);
		if (!rc)
			rc = allow(rules, getenv("SSL_CERT_FILE"), READS);
		if (!rc)
			rc = allow(rules, getenv("SSL_CERT_DIR"), READS);
	}
	return rc;
}

static enum od_rc
fence_files(const struct od_stage *stage, const struct od_options *o,
            struct od_err *err)
{
	const struct landlock_ruleset_attr handled = {.handled_access_fs = ALL};
	enum od_rc rc = OD_OK;
	int rules;

	/* The first version cannot allow a link into another directory. */
	if (syscall(SYS_landlock_create_ruleset, NULL, 0,
	            LANDLOCK_CREATE_RULESET_VERSION) < 2)
		return OD_OK;
	rules = (int)syscall(SYS_landlock_create_ruleset, &handled, sizeof(handled), 0);
	if (rules < 0 || rule_files(rules, stage, o) ||
	    syscall(SYS_landlock_restrict_self, rules, 0) != 0)
		rc = od_err_sys(err, OD_KIND_INTERNAL, errno,
		                "cannot give up files that are not needed");
	if (rules >= 0)
		close(rules);
	return rc;
}

enum od_rc
od_sandbox_enter(const struct od_stage *stage, const struct od_options *o,
                 struct od_err *err)
{
	bool network =
	    stage == &od_stage_upload || (stage == &od_stage_extract && o->source &&
	                                  strncmp(o->source, "sqlite:", 7) != 0);
	enum od_rc rc;

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
		return od_err_sys(err, OD_KIND_INTERNAL, errno,
		                  "cannot give up new privileges");
	rc = fence_files(stage, o, err);
	return rc ? rc : filter_calls(network, err);
}
