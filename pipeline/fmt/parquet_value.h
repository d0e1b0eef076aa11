/*
 * parquet_value.h - which Parquet type a field has, and a cell in its plain form.
 *
 * Source: https://github.com/apache/parquet-format/blob/master/LogicalTypes.md
 *
 *   id, code, text  BYTE_ARRAY, STRING: a code keeps its zeros, an id is no number
 *   integer         INT64, INTEGER(64, signed)
 *   decimal         INT64, DECIMAL(18, scale): exact in every reader
 *   boolean         BOOLEAN
 *   date            INT32, DATE: days since 1970-01-01
 *   datetime        INT64, TIMESTAMP(microseconds, local): Bangkok's clock, no zone
 */
#ifndef OD_FMT_PARQUET_VALUE_H
#define OD_FMT_PARQUET_VALUE_H

#include <stdbool.h>
#include <stdint.h>

#include "fmt/thrift.h"
#include "spec/spec.h"

/* Numbers of the enum Type. */
enum od_parquet_physical {
	OD_PARQUET_BOOLEAN = 0,
	OD_PARQUET_INT32 = 1,
	OD_PARQUET_INT64 = 2,
	OD_PARQUET_BYTES = 6,
};

struct od_parquet_type {
	enum od_parquet_physical physical;
	unsigned width; /* bytes of a plain value; 0: as many as the text has, after a
	                   length of four */
	int converted;  /* number of the older enum ConvertedType, or -1 */

	/* Writes the member of the union LogicalType; NULL: there is none. */
	void (*logical)(struct od_thrift *t, const struct od_field *f);

	/* The number that stands for a cell; false: not of this type. NULL: text. */
	bool (*number)(const struct od_field *f, struct od_span cell, int64_t *out);
};

/* Digits of a decimal, before and after the point. */
enum { OD_PARQUET_PRECISION = 18 };

const struct od_parquet_type *od_parquet_type(enum od_type type);

#endif
