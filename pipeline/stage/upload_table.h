/*
 * upload_table.h - the DataStore's table of a CSV file: its columns, with the types and
 * the labels of the dataset's declaration.
 *
 * The rows come from the server's own loader (ckanext-xloader), which reads the file
 * that was sent; left alone it would make every column text, without a word about it.
 * The table that stands there before it, empty, tells it better, and it keeps types and
 * labels at each later load. A server without DataStore or loader has no tables.
 */
#ifndef OD_STAGE_UPLOAD_TABLE_H
#define OD_STAGE_UPLOAD_TABLE_H

#include <stdbool.h>

#include "core/buf.h"
#include "core/json.h"
#include "spec/spec.h"

/* The columns as datastore_create takes them: a JSON list. */
void od_table_fields(const struct od_dataset *d, struct od_buf *b);

enum od_table_state {
	OD_TABLE_OTHER,   /* other columns or types: must be made anew */
	OD_TABLE_WORDS,   /* the columns are right, what is said of them is not */
	OD_TABLE_CURRENT, /* as declared */
};

/* How a table compares, by the answer of datastore_search. */
enum od_table_state od_table_compare(const struct od_dataset *d,
                                     const struct od_json *answer);

/* Whether the server makes tables of files, by its status_show. */
bool od_table_served(const struct od_json *status);

#endif
