#include "run/process.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "core/buf.h"
#include "core/file.h"
#include "core/json.h"
#include "core/out.h"
#include "run/sandbox.h"
#include "run/setup.h"

enum { RESULT_BYTES = 64 * 1024, MAX_ARGUMENTS = 64 };

/* Environment that any stage may have: none of it is a secret. */
static const char *const shared_env[] = {
    "PATH", "HOME", "TMPDIR", "ODP_LOG", "SOURCE_DATE_EPOCH", "TERM", NULL};
/* Of libpq, for extract; the proxy and certificates, for upload. */
static const char *const source_env[] = {
    "PGPASSFILE", "PGPASSWORD",    "PGSSLMODE", "PGSSLROOTCERT", "PGSSLCERT",
    "PGSSLKEY",   "PGHOST",        "PGPORT",    "PGUSER",        "PGDATABASE",
    "PGSERVICE",  "PGSERVICEFILE", NULL};
static const char *const network_env[] = {
    "https_proxy",   "HTTPS_PROXY",  "no_proxy", "NO_PROXY",
    "SSL_CERT_FILE", "SSL_CERT_DIR", NULL};

struct line {
	char *words[MAX_ARGUMENTS];
	size_t n;
	struct od_arena *a;
};

static void
add(struct line *l, const char *name, const char *value)
{
	if (value && *value && l->n + 1 < MAX_ARGUMENTS)
		l->words[l->n++] = od_arena_printf(l->a, "--%s=%s", name, value);
}

static void
keep_env(struct line *l, const char *const *names)
{
	for (; *names; names++) {
		const char *v = getenv(*names);

		if (v && l->n + 1 < MAX_ARGUMENTS)
			l->words[l->n++] = od_arena_printf(l->a, "%s=%s", *names, v);
	}
}

static void
add_number(struct line *l, const char *name, int64_t n)
{
	add(l, name, od_arena_printf(l->a, "%lld", (long long)n));
}

static void
arguments(struct line *l, const struct od_stage *stage, const struct od_options *o)
{
	l->words[l->n++] = od_arena_str(l->a, "odp");
	l->words[l->n++] = od_arena_printf(l->a, "@%s", stage->name);
	add(l, "output", o->output);
	add(l, "state", o->state);
	add(l, "schemas", o->schemas);
	add(l, "templates", o->templates);
	add(l, "base-url", o->base_url);
	add(l, "created", o->created);
	add(l, "live", o->live);
	add(l, "previous", o->previous);
	add_number(l, "jobs", o->jobs);
	add_number(l, "serial", o->serial);
	add_number(l, "data-serial", o->data_serial);
	add_number(l, "emit-serial", o->emit_serial);
	if (o->is_unsigned)
		l->words[l->n++] = od_arena_str(l->a, "--unsigned");
	if (o->dry_run)
		l->words[l->n++] = od_arena_str(l->a, "--dry-run");
	if (stage == &od_stage_validate)
		add(l, "accept", o->accept);
	if (stage == &od_stage_extract)
		add(l, "known-source", o->known_source);
	if (stage == &od_stage_seal)
		add(l, "sign-key", o->sign_key);
	if (stage == &od_stage_upload) {
		add(l, "ckan", o->ckan);
		add(l, "ckan-org", o->ckan_org);
		add(l, "ckan-token", o->ckan_token);
	}
}

static void
environment(struct line *l, const struct od_stage *stage, const struct od_options *o)
{
	keep_env(l, shared_env);
	if (stage == &od_stage_extract) {
		keep_env(l, source_env);
		l->words[l->n++] = od_arena_printf(l->a, "ODP_SOURCE=%s", o->source);
	}
	if (stage == &od_stage_upload)
		keep_env(l, network_env);
}

static const char *
result_path(const struct od_stage *stage, const struct od_options *o,
            struct od_arena *a)
{
	return od_arena_printf(a, "%s/work/%s.json", o->state, stage->name);
}

static enum od_rc
read_result(const struct od_stage *stage, const struct od_options *o,
            struct od_arena *a, struct od_stage_result *out, struct od_err *err)
{
	const struct od_json *j;
	struct od_span text;
	const char *path = result_path(stage, o, a);
	enum od_rc rc =
	    od_file_read(path, RESULT_BYTES, a, &text, OD_KIND_INTERNAL, err);

	if (!rc)
		rc = od_json_parse(text, path, OD_KIND_INTERNAL, a, &j, err);
	if (rc)
		return rc;
	out->rows = (uint64_t)od_json_int(j, "rows");
	out->files = (uint64_t)od_json_int(j, "files");
	out->bytes = (uint64_t)od_json_int(j, "bytes");
	out->note = od_json_text(j, "note");
	out->source_hash = od_json_text(j, "source_hash");
	out->created = od_json_text(j, "created");
	out->unchanged = od_json_int(j, "unchanged") == 1;
	return OD_OK;
}

/*
 * A stage that failed leaves its error in the result file and prints nothing. If it
 * could not even write that (a full disk), it printed the error itself: then the
 * message here is empty.
 */
static enum od_rc
failed(const struct od_stage *stage, int status, const char *path, struct od_arena *a,
       struct od_err *err)
{
	enum od_kind kind = OD_KIND_INTERNAL;
	const struct od_json *j;
	struct od_err reading;
	struct od_span text;

	if (WIFSIGNALED(status))
		return od_err_set(err, kind, "stage '%s' was ended by signal %d",
		                  stage->name, WTERMSIG(status));
	for (const struct od_status *s = od_statuses; s->name; s++)
		if (s->status == WEXITSTATUS(status) && s->kind != OD_KIND_NONE)
			kind = s->kind;
	if (od_file_read(path, RESULT_BYTES, a, &text, kind, &reading) ||
	    od_json_parse(text, path, kind, a, &j, &reading))
		return od_err_set(err, kind, "%s", "");
	if (od_err_set(err, kind, "%s", od_json_text(j, "error")))
		return od_err_hint(err, "%s", od_json_text(j, "hint"));
	return err->rc;
}

/* No core file may hold a row; a killed runner takes its stage with it. */
static void
become(const struct line *argv, const struct line *envp, pid_t runner)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != runner)
		_exit(70);
	execve("/proc/self/exe", argv->words, envp->words);
	_exit(70);
}

enum od_rc
od_process_run(const struct od_stage *stage, const struct od_options *o, int lock_fd,
               struct od_arena *a, struct od_stage_result *out, struct od_err *err)
{
	struct line argv = {.a = a}, envp = {.a = a};
	struct timespec from, to;
	pid_t runner = getpid(), child;
	struct rusage usage;
	int status;

	(void)lock_fd; /* inherited: the lock lives as long as the stage */
	*out = (struct od_stage_result){.note = "", .source_hash = "", .created = ""};
	arguments(&argv, stage, o);
	environment(&envp, stage, o);
	unlink(result_path(stage, o, a));
	clock_gettime(CLOCK_MONOTONIC, &from);
	fflush(NULL);
	child = fork();
	if (child == 0)
		become(&argv, &envp, runner);
	if (child < 0)
		return od_err_sys(err, OD_KIND_INTERNAL, errno,
		                  "cannot start a process");
	while (wait4(child, &status, 0, &usage) < 0)
		if (errno != EINTR)
			return od_err_sys(err, OD_KIND_INTERNAL, errno,
			                  "cannot wait for stage '%s'", stage->name);
	clock_gettime(CLOCK_MONOTONIC, &to);
	out->seconds = (double)(to.tv_sec - from.tv_sec) +
	               (double)(to.tv_nsec - from.tv_nsec) / 1e9;
	out->peak = (uint64_t)usage.ru_maxrss * 1024;
	if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
		return failed(stage, status, result_path(stage, o, a), a, err);
	return read_result(stage, o, a, out, err);
}

static enum od_rc
write_error(const struct od_err *failure, const char *path, struct od_err *err)
{
	struct od_buf b = {0};
	enum od_rc rc;

	od_buf_puts(&b, "{\"error\":");
	od_json_string(&b, od_span_str(failure->msg));
	od_buf_puts(&b, ",\"hint\":");
	od_json_string(&b, od_span_str(failure->hint));
	od_buf_puts(&b, "}\n");
	rc = od_out_file(path, od_buf_view(&b), err);
	od_buf_release(&b);
	return rc;
}

static enum od_rc
write_result(const struct od_stage_ctx *ctx, const char *path, struct od_err *err)
{
	struct od_buf b = {0};
	enum od_rc rc;

	od_buf_printf(&b,
	              "{\"rows\":%llu,\"files\":%llu,\"bytes\":%llu,\"unchanged\":%d",
	              (unsigned long long)ctx->rows, (unsigned long long)ctx->files,
	              (unsigned long long)ctx->bytes, ctx->unchanged);
	od_buf_puts(&b, ",\"note\":");
	od_json_string(&b, od_span_str(ctx->note ? ctx->note : ""));
	od_buf_puts(&b, ",\"source_hash\":");
	od_json_string(&b, od_span_str(ctx->source_hash ? ctx->source_hash : ""));
	od_buf_puts(&b, ",\"created\":");
	od_json_string(&b, od_span_str(ctx->created));
	od_buf_puts(&b, "}\n");
	rc = od_out_file(path, od_buf_view(&b), err);
	od_buf_release(&b);
	return rc;
}

enum od_rc
od_process_stage(const struct od_stage *stage, const struct od_options *o,
                 struct od_arena *run, bool *tell, struct od_err *err)
{
	const struct rlimit no_core = {0, 0};
	struct od_stage_ctx ctx;
	enum od_rc rc;

	*tell = true;
	setrlimit(RLIMIT_CORE, &no_core);
	prctl(PR_SET_DUMPABLE, 0);
	rc = od_sandbox_enter(stage, o, err);
	if (!rc)
		rc = od_setup_context(o, run, &ctx, err);
	if (!rc)
		rc = stage->run(&ctx, err);
	if (!rc)
		rc = write_result(&ctx, result_path(stage, o, run), err);
	if (rc && !write_error(err, result_path(stage, o, run), &(struct od_err){0}))
		*tell = false;
	return rc;
}
