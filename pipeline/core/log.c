#include "core/log.h"

#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "core/buf.h"

/* The one place with state of its own, besides main.c: a process has one stderr. */
static struct {
	bool terminal, json, journal;
	const char *stage, *unit;
	atomic_ullong done, total;
	atomic_llong drawn; /* nanoseconds of the last redraw */
	long long begun;
	pthread_mutex_t lock;
} log_state = {.lock = PTHREAD_MUTEX_INITIALIZER};

static long long
now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (long long)t.tv_sec * 1000000000LL + t.tv_nsec;
}

void
od_log_init(void)
{
	const char *mode = getenv("ODP_LOG");

	log_state.json = mode && !strcmp(mode, "json");
	log_state.journal = mode && !strcmp(mode, "journal");
	log_state.terminal =
	    !log_state.json && !log_state.journal && isatty(STDERR_FILENO);
}

bool
od_log_is_terminal(void)
{
	return log_state.terminal;
}

static void
group_digits(unsigned long long v, char *to, size_t size)
{
	char text[32];
	int n = snprintf(text, sizeof(text), "%llu", v);
	size_t at = 0;

	for (int i = 0; i < n && at + 2 < size; i++) {
		if (i && (n - i) % 3 == 0)
			to[at++] = ',';
		to[at++] = text[i];
	}
	to[at] = '\0';
}

static void
draw(bool last)
{
	unsigned long long done = atomic_load(&log_state.done);
	unsigned long long total = atomic_load(&log_state.total);
	double s = (double)(now_ns() - log_state.begun) / 1e9;
	double rate = s > 0 ? (double)done / s : 0;
	char count[32], of[32], speed[32];

	group_digits(done, count, sizeof(count));
	group_digits(total, of, sizeof(of));
	group_digits((unsigned long long)rate, speed, sizeof(speed));
	fprintf(stderr, "\r\033[K%-9s %s%s%s %s  %s/s  %.0f s", log_state.stage, count,
	        total && !last ? " of " : "", total && !last ? of : "", log_state.unit,
	        speed, s);
	if (!last && total > done && rate > 0)
		fprintf(stderr, "  %.0f s left", (double)(total - done) / rate);
	fputs(last ? "\n" : "", stderr);
	fflush(stderr);
}

void
od_progress_begin(const char *stage, const char *unit, uint64_t total)
{
	log_state.stage = stage;
	log_state.unit = unit;
	atomic_store(&log_state.done, 0);
	atomic_store(&log_state.total, total);
	atomic_store(&log_state.drawn, 0);
	log_state.begun = now_ns();
	if (log_state.json || log_state.journal)
		od_log_event("begin", "%s", stage);
}

void
od_progress_total(uint64_t total)
{
	atomic_store(&log_state.total, total);
}

void
od_progress_add(uint64_t n)
{
	long long now;

	atomic_fetch_add(&log_state.done, n);
	if (!log_state.terminal || !log_state.stage)
		return;
	now = now_ns();
	if (now - atomic_load(&log_state.drawn) < 200000000LL)
		return;
	if (pthread_mutex_trylock(&log_state.lock) == 0) {
		atomic_store(&log_state.drawn, now);
		draw(false);
		pthread_mutex_unlock(&log_state.lock);
	}
}

void
od_progress_end(void)
{
	if (!log_state.stage)
		return;
	if (log_state.terminal)
		draw(true);
	if (log_state.json || log_state.journal)
		od_log_event("end", "%s: %llu %s in %.1f s", log_state.stage,
		             (unsigned long long)atomic_load(&log_state.done),
		             log_state.unit,
		             (double)(now_ns() - log_state.begun) / 1e9);
	log_state.stage = NULL;
}

static void
json_text(const char *s)
{
	for (; *s; s++) {
		if (*s == '"' || *s == '\\')
			putc('\\', stderr);
		if ((unsigned char)*s < 0x20)
			fprintf(stderr, "\\u%04x", (unsigned char)*s);
		else
			putc(*s, stderr);
	}
}

/* syslog's numbers, as sd-daemon(3) has them. */
static const char *
priority(const char *level)
{
	return !strcmp(level, "error") ? "<3>" : !strcmp(level, "warn") ? "<4>" : "<6>";
}

static OD_PRINTF(3, 0) void event(const char *level, const char *name, const char *fmt,
                                  va_list ap)
{
	char text[1024], when[32];
	time_t t = time(NULL);
	struct tm tm;

	if (vsnprintf(text, sizeof(text), fmt, ap) < 0)
		return;
	pthread_mutex_lock(&log_state.lock);
	if (log_state.json) {
		gmtime_r(&t, &tm);
		strftime(when, sizeof(when), "%Y-%m-%dT%H:%M:%SZ", &tm);
		fprintf(
		    stderr,
		    "{\"time\":\"%s\",\"level\":\"%s\",\"event\":\"%s\",\"text\":\"",
		    when, level, name);
		json_text(text);
		fputs("\"}\n", stderr);
	} else {
		fprintf(stderr, "%s%s%s%s\n",
		        log_state.terminal  ? "\r\033[K"
		        : log_state.journal ? priority(level)
		                            : "",
		        name, *name ? ": " : "", text);
	}
	pthread_mutex_unlock(&log_state.lock);
}

void
od_log_event(const char *name, const char *fmt, ...)
{
	va_list ap;

	if (!log_state.json && !log_state.journal && !log_state.terminal)
		return;
	va_start(ap, fmt);
	event("info", name, fmt, ap);
	va_end(ap);
}

void
od_log_warn(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	event("warn", "odp: warning", fmt, ap);
	va_end(ap);
}

static OD_PRINTF(3, 4) void say(const char *level, const char *name, const char *fmt,
                                ...)
{
	va_list ap;

	va_start(ap, fmt);
	event(level, name, fmt, ap);
	va_end(ap);
}

void
od_log_error(const struct od_err *err)
{
	struct od_buf b = {0};
	const char *line;

	od_err_text(err, &b);
	line = od_buf_str(&b);
	while (*line) {
		size_t n = strcspn(line, "\n");
		size_t head = log_state.json ? 5 : 0; /* "odp: " or spaces */

		say("error", log_state.json ? line[0] == 'o' ? "failed" : "advice" : "",
		    "%.*s", (int)(n - head), line + head);
		line += n + 1;
	}
	od_buf_release(&b);
}
