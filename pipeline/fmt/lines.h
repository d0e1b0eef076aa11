/*
 * lines.h - files whose rows are lines: csv, excel.csv, json, ndjson.
 *
 * A form says what stands before, between and after the rows and how a row is encoded;
 * opening, hashing and closing are the same for all.
 */
#ifndef OD_FMT_LINES_H
#define OD_FMT_LINES_H

#include "fmt/format.h"

struct od_lines {
	/* Appends what stands before the first row. */
	void (*head)(const struct od_dataset *d, struct od_buf *b);
	void (*encode)(const struct od_dataset *d, const struct od_pub *cells,
	               struct od_buf *b);
	const char *between; /* two rows */
	const char *tail;    /* after the last row */
	const char *empty;   /* instead of a tail where there are no rows */
};

struct od_format_file *od_lines_open(const char *path, const struct od_dataset *d,
                                     const struct od_lines *form);
void od_lines_row(struct od_format_file *f, const struct od_pub *cells);
void od_lines_line(struct od_format_file *f, struct od_span encoded);
OD_CHECKED enum od_rc od_lines_close(struct od_format_file *f, struct od_out_fact *fact,
                                     struct od_err *err);

#endif
