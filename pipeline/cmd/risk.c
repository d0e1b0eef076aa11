#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "check/reader.h"
#include "cmd/cmd.h"
#include "risk/classes.h"

/* Columns asked for by name: their names, and where they stand in the file. */
struct columns {
	const char **names;
	size_t *at;
	struct od_span *cells; /* of the row at hand */
	size_t n;
};

static struct columns
split(const char *list, struct od_arena *a)
{
	struct columns c = {0};
	size_t room = 1;

	for (const char *p = list; *p; p++)
		room += *p == ',';
	c.names = od_arena_array(a, room, sizeof(*c.names));
	c.at = od_arena_array(a, room, sizeof(*c.at));
	c.cells = od_arena_array(a, room, sizeof(*c.cells));
	while (*list) {
		size_t n = strcspn(list, ",");

		if (n)
			c.names[c.n++] = od_arena_dup(a, (struct od_span){list, n}).p;
		list += n + (list[n] == ',');
	}
	return c;
}

static enum od_rc
find(struct columns *c, const struct od_row *header, const char *path,
     struct od_err *err)
{
	for (size_t i = 0; i < c->n; i++) {
		while (c->at[i] < header->n &&
		       !od_span_is(header->cells[c->at[i]], c->names[i]))
			c->at[i]++;
		if (c->at[i] == header->n)
			return od_err_set(err, OD_KIND_USAGE, "'%s' has no column '%s'",
			                  path, c->names[i]);
	}
	return OD_OK;
}

static void
take(struct columns *c, const struct od_row *row)
{
	for (size_t i = 0; i < c->n; i++)
		c->cells[i] = row->cells[c->at[i]];
}

static enum od_rc
read_rows(struct od_reader *reader, const char *path, struct columns *quasi,
          struct columns *sensitive, struct od_classes *classes, struct od_err *err)
{
	struct od_row row;
	size_t width = 0;
	bool more;
	enum od_rc rc = od_reader_next(reader, &row, &more, err);

	if (!rc && !more)
		rc = od_err_set(err, OD_KIND_CONFIG, "'%s' is empty", path);
	if (!rc)
		rc = find(quasi, &row, path, err);
	if (!rc)
		rc = find(sensitive, &row, path, err);
	width = rc ? 0 : row.n;
	while (!rc && !(rc = od_reader_next(reader, &row, &more, err)) && more) {
		if (row.fault)
			return od_err_set(err, OD_KIND_CONFIG,
			                  "'%s': row %llu is damaged: %s", path,
			                  (unsigned long long)row.number, row.fault);
		if (row.n == 0)
			continue;
		if (row.n != width)
			return od_err_set(
			    err, OD_KIND_CONFIG,
			    "'%s': row %llu has %zu cells, the header %zu", path,
			    (unsigned long long)row.number, row.n, width);
		take(quasi, &row);
		take(sensitive, &row);
		od_classes_add(classes, quasi->cells, sensitive->cells);
	}
	return rc;
}

/* The shortest decimal number that is read back as `v`. */
static void
print_number(const char *name, double v)
{
	char text[40];

	for (int digits = 15; digits <= 17; digits++) {
		snprintf(text, sizeof(text), "%.*g", digits, v);
		if (strtod(text, NULL) >= v && strtod(text, NULL) <= v)
			break;
	}
	printf("%-20s %s\n", name, text);
}

static void
print_count(const char *name, uint64_t n)
{
	printf("%-20s %llu\n", name, (unsigned long long)n);
}

static void
print_risk(const struct od_risk *r, double threshold)
{
	double records = r->records ? (double)r->records : 1;

	print_count("records", r->records);
	print_count("classes", r->classes);
	print_count("k", r->k);
	print_count("largest_class", r->largest);
	print_count("uniques", r->uniques);
	print_number("uniques_share", (double)r->uniques / records);
	print_number("prosecutor_highest", r->highest);
	print_number("prosecutor_average", r->average);
	print_number("journalist_highest", r->highest);
	print_number("marketer", r->average);
	print_number("threshold", threshold);
	print_number("records_at_risk", r->at_risk);
	print_number("distinction", r->average);
	print_number("separation", r->separation);
}

static void
print_diversity(const struct od_classes *classes, const struct columns *sensitive,
                struct od_arena *a)
{
	for (size_t i = 0; i < sensitive->n; i++) {
		const char *name = sensitive->names[i];
		struct od_diversity d;

		od_classes_diversity(classes, i, &d);
		print_count(od_arena_printf(a, "%s.l_distinct", name), d.distinct);
		print_number(od_arena_printf(a, "%s.l_entropy", name), d.entropy);
		print_number(od_arena_printf(a, "%s.c_recursive", name), d.c);
		print_number(od_arena_printf(a, "%s.t_closeness", name), d.t);
	}
}

static enum od_rc
measure(struct od_options *o, const struct od_dialect *dialect, double threshold,
        struct od_arena *a, struct od_err *err)
{
	struct columns quasi = split(o->quasi, a);
	struct columns sensitive = split(o->sensitive ? o->sensitive : "", a);
	struct od_classes *classes = od_classes_open(quasi.n, sensitive.n);
	struct od_reader *reader = NULL;
	struct od_risk r;
	enum od_rc rc = od_reader_open(o->operands[0], dialect, &reader, err);

	if (!rc)
		rc =
		    read_rows(reader, o->operands[0], &quasi, &sensitive, classes, err);
	od_reader_close(reader);
	if (!rc) {
		od_classes_risk(classes, threshold, &r);
		print_risk(&r, threshold);
		print_diversity(classes, &sensitive, a);
		if (r.records && (int64_t)r.k < o->least_k)
			rc = od_err_set(err, OD_KIND_HELD, "k is %llu, less than %lld",
			                (unsigned long long)r.k, (long long)o->least_k);
	}
	od_classes_close(classes);
	return rc;
}

static enum od_rc
run(const struct od_cmd *cmd, struct od_options *o, struct od_arena *a,
    struct od_err *err)
{
	struct od_dialect dialect = od_dialect_default;
	char *end;
	double threshold;

	if (o->n_operands != 1 || !o->quasi)
		return od_err_set(err, OD_KIND_USAGE,
		                  "usage: odp %s %s --quasi a,b,c [--sensitive d,e]",
		                  cmd->name, cmd->operands);
	threshold = strtod(o->threshold, &end);
	if (end == o->threshold || *end || !(threshold >= 0 && threshold <= 1))
		return od_err_set(err, OD_KIND_USAGE,
		                  "--threshold must be a number from 0 to 1");
	dialect.delimiter = o->delimiter[0];
	if (strlen(o->delimiter) != 1 || !od_dialect_is_usable(&dialect))
		return od_err_set(err, OD_KIND_USAGE,
		                  "--delimiter must be one character of ASCII, no "
		                  "quote and no line end");
	return measure(o, &dialect, threshold, a, err);
}

const struct od_cmd od_cmd_risk = {
    .name = "risk",
    .summary = "measure how easily persons are told apart in a CSV file",
    .operands = "FILE",
    .uses = OD_USE_RISK,
    .details =
	"FILE is UTF-8 with a header; - is standard input. Records alike in all "
	"--quasi "
	"columns\n"
	"are an equivalence class. Printed, a name and a number a line: classes; k, "
	"the "
	"size of\n"
	"the smallest; records alone in their class; the highest and the average risk "
	"that a\n"
	"person known to be in the file (prosecutor) is found; the share of records "
	"above the\n"
	"threshold. Without a table of the population the file is taken as it: then "
	"journalist\n"
	"risk is prosecutor risk, and marketer risk the average. For each --sensitive "
	"column, of\n"
	"the worst class: l_distinct values, l_entropy, c_recursive (the table is (c, "
	"2)-diverse\n"
	"for every greater c; inf: for none) and t_closeness with equal distances.\n",
    .run = run,
};
