/*
 * format.h - the forms in which a table is written.
 *
 * A format turns rows of publishable cells into a file. The portal and the catalogue
 * take media type and extension from the same entry that writes the file.
 *
 * Most forms are lines: the bytes of a row are the same in every file of a dataset. Who
 * writes a row into several files (the whole dataset, the parts of a year and of a
 * province) encodes it once and hands the bytes to each.
 */
#ifndef OD_FMT_FORMAT_H
#define OD_FMT_FORMAT_H

#include <stdint.h>

#include "core/buf.h"
#include "core/err.h"
#include "core/out.h"
#include "row/cell.h"
#include "spec/spec.h"

struct od_format_file; /* a file being written, its type known to its format alone */

struct od_format {
	const char *name; /* word in dataset.yaml: "csv", "excel" */
	const char
	    *extension; /* after the dataset's id and a dot: "csv", "excel.csv" */
	const char *media_type;   /* "text/csv" */
	const char *eu_file_type; /* code of the EU file-type table: "CSV" */
	struct od_text2 title;    /* for people */

	/* Never NULL; sticky like od_out. `path` is copied. */
	struct od_format_file *(*open)(const char *path, const struct od_dataset *d);
	/* One cell a field of d, in order. */
	void (*row)(struct od_format_file *f, const struct od_pub *cells);
	/* Ends and frees the file; `fact` has bytes and SHA-256. */
	OD_CHECKED enum od_rc (*close)(struct od_format_file *f,
	                               struct od_out_fact *fact, struct od_err *err);

	/*
	 * row() in two halves: encode() appends the bytes of a row, line() writes them.
	 * Both NULL where a row's bytes depend on the file (xlsx, parquet). Formats
	 * with the same encode() share their bytes.
	 */
	void (*encode)(const struct od_dataset *d, const struct od_pub *cells,
	               struct od_buf *line);
	void (*line)(struct od_format_file *f, struct od_span encoded);
};

/* Ends with NULL: csv, excel, json, ndjson, xlsx, parquet. */
extern const struct od_format *const od_formats[];

/* NULL if there is none. */
const struct od_format *od_format_find(const char *name);

enum { OD_FORMATS_MAX = 16 };

/*
 * The forms of a whole table of so many rows, in the order of od_formats: those that
 * the dataset names and, if it is small, those of the catalogue's `small_tables`.
 * Returns how many.
 */
size_t od_formats_of_table(const struct od_catalog *c, const struct od_dataset *d,
                           uint64_t rows, const struct od_format *to[OD_FORMATS_MAX]);

extern const struct od_format od_format_csv, od_format_excel, od_format_json,
    od_format_ndjson, od_format_xlsx, od_format_parquet;

#endif
