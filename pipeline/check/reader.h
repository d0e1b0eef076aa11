/*
 * reader.h - the rows of a CSV file, one after the other, in constant memory.
 *
 * RFC 4180, and what files in use add to it: LF, CR and CRLF end a row, a byte order
 * mark is skipped, a quote inside an unquoted cell is text. What readers disagree on
 * is no text but a fault of the row: text after a closing quote, a quote that is never
 * closed, bytes that are not UTF-8, a cell or row beyond the limits.
 */
#ifndef OD_CHECK_READER_H
#define OD_CHECK_READER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/err.h"
#include "core/span.h"

enum { OD_READER_CELL = 1024 * 1024, OD_READER_ROW = 4 * 1024 * 1024 };

/* As in the Table Dialect of Data Package 2. */
struct od_dialect {
	char delimiter;
	char quote;        /* 0: cells are never quoted */
	char escape;       /* 0: none */
	char comment;      /* 0: none; else rows that begin with it are not there */
	bool double_quote; /* "" in a quoted cell is a quote */
	bool skip_initial; /* spaces after a delimiter do not count */
	bool header;       /* the first row has the labels */
	bool skip_blank;   /* rows of empty cells are not there */
	bool fold_header;  /* labels match in any case of letters */
};
extern const struct od_dialect od_dialect_default;

/* The same character in two places, or a quote or CR or LF as the delimiter. */
bool od_dialect_is_usable(const struct od_dialect *d);

struct od_reader;

/* A row; its cells live until the next one is read. */
struct od_row {
	uint64_t number; /* from 1, the header counted; a cell may span lines */
	const struct od_span *cells;
	size_t n;          /* 0: an empty line */
	const char *fault; /* "quote", "encoding", "size", or NULL */
};

/* "-" is standard input. */
OD_CHECKED enum od_rc od_reader_open(const char *path, const struct od_dialect *d,
                                     struct od_reader **out, struct od_err *err);

/* *more is false at the end. After a fault "size" there are no more rows. */
OD_CHECKED enum od_rc od_reader_next(struct od_reader *r, struct od_row *row,
                                     bool *more, struct od_err *err);
void od_reader_close(struct od_reader *r);

#endif
