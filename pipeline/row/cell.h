/*
 * cell.h - one value, before and after it may be published.
 *
 * An od_raw comes from the operational database and may hold personal data. An od_pub
 * may be written to disk. They are different types so that handing a raw value to a
 * writer does not compile. An od_pub is made in anon/, and by row/snapshot.c when it
 * reads back what anon/ made.
 */
#ifndef OD_ROW_CELL_H
#define OD_ROW_CELL_H

#include <stdbool.h>

#include "core/span.h"

struct od_raw {
	struct od_span v;
	bool null;
};

struct od_pub {
	struct od_span v;
	bool null;
};

#endif
