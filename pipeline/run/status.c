#include "run/status.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/file.h"
#include "run/room.h"

int64_t
od_status_live(const struct od_options *o, struct od_arena *a)
{
	char target[PATH_MAX];
	ssize_t n = readlink(od_arena_printf(a, "%s/current", o->output), target,
	                     sizeof(target) - 1);
	char *end;
	long long serial;

	if (n <= 0)
		return 0;
	target[n] = '\0';
	if (strncmp(target, "releases/", 9) != 0)
		return 0;
	serial = strtoll(target + 9, &end, 10);
	return *end || serial < 0 ? 0 : serial;
}

/* ---- figures */

#define SECONDS(column) "cast(strftime('%s', " column ") as integer)"
#define LAST_RUN "from runs where ended is not null order by id desc limit 1"
#define LIVE_STAGES                                                                    \
	"from stages s where s.serial = case s.stage when 'extract' then (select "     \
	"data_serial from releases where serial = ?1) else ?1 end"

const struct od_metric od_metrics_table[] = {
    {"odp_last_run_status", "gauge", "Exit status of the last run; 0 is success.", NULL,
     "select null, status " LAST_RUN},
    {"odp_last_run_failed_step", "gauge",
     "1 for the step in which the last run failed.", "step",
     "select step, 1 from failures where run = (select id " LAST_RUN ")"},
    {"odp_last_run_end_timestamp_seconds", "gauge", "When the last run ended.", NULL,
     "select null, " SECONDS("ended") " " LAST_RUN},
    {"odp_last_run_duration_seconds", "gauge", "How long the last run took.", NULL,
     "select null, " SECONDS("ended") " - " SECONDS("began") " " LAST_RUN},
    {"odp_last_success_timestamp_seconds", "gauge",
     "When a run last ended with status 0.", NULL,
     "select null, " SECONDS("max(ended)") " from runs where status = 0 having "
                                           "max(ended) is not null"},
    {"odp_runs_total", "counter", "Runs that ended.", NULL,
     "select null, count(*) from runs where ended is not null"},
    {"odp_runs_failed_total", "counter", "Runs that ended with another status than 0.",
     NULL, "select null, count(*) from runs where status <> 0"},
    {"odp_live_serial", "gauge", "Serial of the live release; 0 if there is none.",
     NULL, "select null, ?1"},
    {"odp_live_data_timestamp_seconds", "gauge",
     "Date that the live release shows: its newest data.", NULL,
     "select null, " SECONDS("created") " from releases where serial = ?1 and created "
                                        "<> ''"},
    {"odp_live_files", "gauge", "Files of the live release.", NULL,
     "select null, files from stages where serial = ?1 and stage = 'seal'"},
    {"odp_live_bytes", "gauge", "Bytes of the live release.", NULL,
     "select null, bytes from stages where serial = ?1 and stage = 'seal'"},
    {"odp_live_rows_read", "gauge", "Rows of the source behind the live release.", NULL,
     "select null, rows " LIVE_STAGES " and stage = 'extract'"},
    {"odp_stage_duration_seconds", "gauge",
     "How long a stage of the live release took.", "stage",
     "select stage, round(seconds, 3) " LIVE_STAGES " order by stage"},
    {"odp_stage_memory_bytes", "gauge",
     "Memory that a stage of the live release held at most.", "stage",
     "select stage, peak " LIVE_STAGES " order by stage"},
    {"odp_held_serial", "gauge",
     "Serial of a release that waits for a decision; 0 if none does.", NULL,
     "select null, coalesce((select max(serial) from releases where state = 'held' and "
     "serial > ?1), 0)"},
    {NULL, NULL, NULL, NULL, NULL},
};

struct figures {
	const struct od_metric *m;
	struct od_buf *b;
};

static void
put_figure(const struct figures *f, const char *label, const char *value)
{
	od_buf_puts(f->b, f->m->name);
	/* a label's value is a word of the program: nothing in it to escape */
	if (f->m->label)
		od_buf_printf(f->b, "{%s=\"%s\"}", f->m->label, label);
	od_buf_printf(f->b, " %s\n", value);
}

static void
put_row(const char *const *columns, void *u)
{
	put_figure(u, columns[0], *columns[1] ? columns[1] : "0");
}

static void
put_head(struct od_buf *b, const struct od_metric *m)
{
	od_buf_printf(b, "# HELP %s %s\n# TYPE %s %s\n", m->name, m->help, m->name,
	              m->type);
}

static void
put_bytes(const struct figures *f, const char *directory, uint64_t n,
          struct od_arena *a)
{
	put_figure(f, directory, od_arena_printf(a, "%llu", (unsigned long long)n));
}

enum od_rc
od_metrics(const struct od_options *o, struct od_ledger *l, struct od_buf *b,
           struct od_arena *a, struct od_err *err)
{
	static const struct od_metric disk[] = {
	    {"odp_free_bytes", "gauge", "Room left on the disk of a directory.",
	     "directory", NULL},
	    {"odp_needed_bytes", "gauge", "Room that the next release needs at most.",
	     "directory", NULL}};
	struct figures f = {.b = b};
	struct od_room output, state;
	enum od_rc rc =
	    od_room_measure(o, l, od_status_live(o, a), &output, &state, a, err);

	for (f.m = od_metrics_table; f.m->name && !rc; f.m++) {
		put_head(b, f.m);
		rc =
		    od_ledger_rows(l, f.m->sql, od_status_live(o, a), put_row, &f, err);
	}
	for (size_t i = 0; i < OD_ARRAY_LEN(disk) && !rc; i++) {
		f.m = &disk[i];
		put_head(b, f.m);
		put_bytes(&f, "output", i ? output.needed : output.free, a);
		put_bytes(&f, "state", i ? state.needed : state.free, a);
	}
	return rc;
}

/* ---- JSON */

/* SQLite writes the JSON: each query gives one row with one document. */
static const struct {
	const char *key, *sql;
} documents[] = {
    {"live",
     "select coalesce((select json_object('serial', serial, 'created', created, "
     "'root', "
     "root, 'rows_read', (select rows " LIVE_STAGES
     " and stage = 'extract'), 'files', (select files " LIVE_STAGES
     " and stage = 'seal'), 'bytes', (select bytes " LIVE_STAGES
     " and stage = 'seal')) from releases where serial = ?1), case ?1 when 0 then "
     "'null' else json_object('serial', ?1) end)"},
    {"stages",
     "select json_group_array(json_object('stage', stage, 'seconds', "
     "round(seconds, 3), "
     "'memory_bytes', peak, 'note', note)) from (select * " LIVE_STAGES
     " order by instr('extract validate analyze emit portal seal upload', stage))"},
    {"held",
     "select json_group_array(json_object('serial', serial, 'created', created, "
     "'reason', reason)) from (select * from releases where state = 'held' and "
     "serial > ?1 order by serial desc)"},
    {"runs",
     "select json_group_array(json_object('began', began, 'ended', ended, 'status', "
     "status, 'serial', serial, 'step', step, 'summary', summary)) from (select r.*, "
     "f.step from runs r left join failures f on f.run = r.id order by id desc limit "
     "10)"},
};

static void
put_document(const char *const *columns, void *u)
{
	od_buf_puts(u, columns[0]);
}

static enum od_rc
print_json(const struct od_options *o, struct od_ledger *l, struct od_arena *a,
           struct od_err *err)
{
	struct od_buf b = {0};
	struct od_room output, state;
	enum od_rc rc =
	    od_room_measure(o, l, od_status_live(o, a), &output, &state, a, err);

	for (size_t i = 0; i < OD_ARRAY_LEN(documents) && !rc; i++) {
		od_buf_printf(&b, "%s\"%s\":", i ? ",\n" : "{", documents[i].key);
		rc = od_ledger_rows(l, documents[i].sql, od_status_live(o, a),
		                    put_document, &b, err);
	}
	if (!rc)
		od_buf_printf(&b,
		              ",\n\"free_bytes\":{\"output\":%llu,\"state\":%llu},\n"
		              "\"needed_bytes\":{\"output\":%llu,\"state\":%llu}}",
		              (unsigned long long)output.free,
		              (unsigned long long)state.free,
		              (unsigned long long)output.needed,
		              (unsigned long long)state.needed);
	if (!rc)
		puts(od_buf_str(&b));
	od_buf_release(&b);
	return rc;
}

enum od_rc
od_status_print(const struct od_options *o, struct od_arena *a, struct od_err *err)
{
	struct od_ledger *ledger = NULL;
	int64_t serial = od_status_live(o, a);
	enum od_rc rc;

	if (!od_file_is_dir(o->state))
		return od_err_set(err, OD_KIND_CONFIG,
		                  "there is no state directory '%s'", o->state);
	if (o->json) {
		rc = od_ledger_open(o->state, &ledger, err);
		if (!rc)
			rc = print_json(o, ledger, a, err);
		od_ledger_close(ledger);
		return rc;
	}
	if (serial)
		printf("live release: %lld (%s/current)\n", (long long)serial,
		       o->output);
	else
		printf("live release: none\n");
	rc = od_ledger_open(o->state, &ledger, err);
	if (!rc)
		rc = od_ledger_print(ledger, stdout, err);
	od_ledger_close(ledger);
	return rc;
}
