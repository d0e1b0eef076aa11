#include "run/notify.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/buf.h"
#include "core/log.h"

enum { WORDS = 32, SECONDS = 60 };

struct list {
	char *v[WORDS + 1];
	size_t n;
	struct od_arena *a;
};

static void
add_fact(struct list *l, const char *name, const char *value)
{
	if (l->n < WORDS)
		l->v[l->n++] = od_arena_printf(l->a, "%s=%s", name, value);
}

static void
keep(struct list *l, const char *name)
{
	const char *value = getenv(name);

	if (value)
		add_fact(l, name, value);
}

static void
split_words(struct list *l, const char *command)
{
	while (l->n < WORDS) {
		size_t n;

		command += strspn(command, " \t");
		n = strcspn(command, " \t");
		if (!n)
			break;
		l->v[l->n++] = od_arena_printf(l->a, "%.*s", (int)n, command);
		command += n;
	}
}

static void
add_facts(struct list *l, const struct od_notice *n)
{
	static const struct od_err none = {.msg = "", .hint = ""};
	const struct od_err *e = n->err ? n->err : &none;
	const struct od_status *row = od_err_row(e);

	keep(l, "PATH");
	keep(l, "HOME");
	keep(l, "LANG");
	add_fact(l, "ODP_EVENT", n->event);
	add_fact(l, "ODP_STATUS", od_arena_printf(l->a, "%d", row->status));
	add_fact(l, "ODP_STATUS_NAME", row->name);
	add_fact(l, "ODP_SERIAL", od_arena_printf(l->a, "%lld", (long long)n->serial));
	add_fact(l, "ODP_STEP", e->step ? e->step : "");
	add_fact(l, "ODP_STEP_TH", e->step_th ? e->step_th : "");
	add_fact(l, "ODP_MESSAGE", n->err ? e->msg : n->summary);
	add_fact(l, "ODP_HINT", e->hint);
	add_fact(l, "ODP_CAUSE", row->meaning);
	add_fact(l, "ODP_CAUSE_TH", row->meaning_th);
	add_fact(l, "ODP_NEXT", row->action);
	add_fact(l, "ODP_NEXT_TH", row->action_th);
}

/* A pipe that holds the whole message already: the command reads it when it likes. */
static int
message(const struct od_notice *n)
{
	struct od_buf b = {0};
	int ends[2];

	if (n->err)
		od_err_text(n->err, &b);
	else
		od_buf_printf(&b, "odp: %s\n     ทำงานครบถ้วน ชุดที่ %lld เผยแพร่อยู่\n",
		              n->summary, (long long)n->serial);
	if (pipe2(ends, O_CLOEXEC | O_NONBLOCK) != 0) {
		od_buf_release(&b);
		return -1;
	}
	if (write(ends[1], b.p, b.n) != (ssize_t)b.n) {
		close(ends[0]);
		ends[0] = -1;
	}
	close(ends[1]);
	od_buf_release(&b);
	return ends[0];
}

static void
become(const struct list *words, const struct list *facts, int input)
{
	dup2(input, STDIN_FILENO);
	fcntl(STDIN_FILENO, F_SETFL, 0);
	dup2(STDERR_FILENO, STDOUT_FILENO); /* ours is for the summary of the run */
	alarm(SECONDS);                     /* outlives the exec */
	execvpe(words->v[0], words->v, facts->v);
	_exit(127);
}

void
od_notify(const char *command, const struct od_notice *n, struct od_arena *a)
{
	struct list words = {.a = a}, facts = {.a = a};
	struct od_notice told = *n;
	struct od_err e;
	int input, status;
	pid_t child;

	if (n->err && !n->err->msg[0]) {
		/* A stage that could not hand its message over printed it itself. */
		e = *n->err;
		snprintf(e.msg, sizeof(e.msg), "%s", od_err_row(&e)->meaning);
		told.err = &e;
	}
	split_words(&words, command);
	add_facts(&facts, &told);
	if (!words.n)
		return;
	input = message(&told);
	fflush(NULL);
	child = input < 0 ? -1 : fork();
	if (child == 0)
		become(&words, &facts, input);
	if (input >= 0)
		close(input);
	if (child < 0) {
		od_log_warn("cannot start the notification '%s'", words.v[0]);
		return;
	}
	while (waitpid(child, &status, 0) < 0)
		if (errno != EINTR)
			return;
	if (WIFSIGNALED(status))
		od_log_warn("the notification '%s' was ended by signal %d", words.v[0],
		            WTERMSIG(status));
	else if (WEXITSTATUS(status) != 0)
		od_log_warn("the notification '%s' ended with status %d%s", words.v[0],
		            WEXITSTATUS(status),
		            WEXITSTATUS(status) == 127 ? ": is it there?" : "");
}
