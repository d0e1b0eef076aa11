/*
 * parquet_column.h - one column of a row group: cells in, pages out.
 *
 * Source: https://github.com/apache/parquet-format/blob/master/README.md. Data pages of
 * the first version, which every reader takes, each compressed on its own as soon as it
 * is full: what waits for the end of the row group is compressed. Every column may have
 * nulls. Null and the empty text are both null, as both are nothing in a CSV.
 *
 * Values are numbers of a dictionary as long as that pays; then the pages that follow
 * hold them plain. Booleans are always plain.
 */
#ifndef OD_FMT_PARQUET_COLUMN_H
#define OD_FMT_PARQUET_COLUMN_H

#include <stdbool.h>
#include <stdint.h>

#include "core/buf.h"
#include "core/out.h"
#include "fmt/pack.h"
#include "row/cell.h"
#include "spec/spec.h"

struct od_parquet_column;

/* What the footer tells of a column chunk. */
struct od_parquet_chunk {
	int64_t values; /* nulls included */
	int64_t nulls;
	int64_t packed, plain;     /* bytes of pages and their heads; not compressed */
	int64_t dictionary, data;  /* offsets in the file; dictionary 0: none */
	bool numbered, unnumbered; /* there are pages with numbers; with plain values */
	/* Least and greatest value in plain form without length; n 0: none is told.
	 * Valid until the next put. */
	struct od_span least, most;
};

/* Rows of a page: what a reader must at least unpack. */
enum { OD_PARQUET_PAGE_ROWS = 1 << 15, OD_PARQUET_PAGE_BYTES = 512 << 10 };

/* Longer texts are not told as least or greatest. */
enum { OD_PARQUET_BOUND_BYTES = 64 };

struct od_parquet_column *od_parquet_column_open(const struct od_field *f,
                                                 struct od_pack *pack);

/* false: the cell is not of the field's type; then the chunk is of no use. */
OD_CHECKED bool od_parquet_column_put(struct od_parquet_column *c, struct od_pub cell);

/* Bytes that wait to be written. */
size_t od_parquet_column_waiting(const struct od_parquet_column *c);

/* Writes the chunk and begins the next one. */
void od_parquet_column_write(struct od_parquet_column *c, struct od_out *out,
                             struct od_parquet_chunk *chunk);

void od_parquet_column_close(struct od_parquet_column *c);

#endif
