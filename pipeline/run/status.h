/*
 * status.h - what an operator and a monitor are told of the runs: text, JSON, figures.
 *
 * All of it is read from the ledger, from output/current and from the file systems;
 * nothing is counted twice. No name of a person, no path, no value from the data.
 */
#ifndef OD_RUN_STATUS_H
#define OD_RUN_STATUS_H

#include "core/buf.h"
#include "run/ledger.h"
#include "run/options.h"

/* `odp status`, with o->json as one JSON document. */
OD_CHECKED enum od_rc od_status_print(const struct od_options *o, struct od_arena *a,
                                      struct od_err *err);

/*
 * The figures for Prometheus in its text format (version 0.0.4), as node_exporter's
 * textfile collector reads them. Appends to `b`.
 */
OD_CHECKED enum od_rc od_metrics(const struct od_options *o, struct od_ledger *l,
                                 struct od_buf *b, struct od_arena *a,
                                 struct od_err *err);

/* The table of figures: documentation and tests walk it. Ends with a NULL name. */
struct od_metric {
	const char *name; /* "odp_runs_total" */
	const char *type; /* "gauge" or "counter" */
	const char *help;
	const char *label; /* name of the label, or NULL */
	const char *sql;   /* rows of (label's value, figure); ?1 is the live serial */
};
extern const struct od_metric od_metrics_table[];

/* The serial that output/current points to; 0 if there is none. */
int64_t od_status_live(const struct od_options *o, struct od_arena *a);

#endif
