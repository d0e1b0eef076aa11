/*
 * scan_inside.h - what lies inside files that are no text: archives, databases.
 *
 * Internal to the scanner. A file is told by its first bytes, never by its name. What
 * cannot be opened is an error, not a pass: nothing is published unseen.
 */
#ifndef OD_SEAL_SCAN_INSIDE_H
#define OD_SEAL_SCAN_INSIDE_H

#include "seal/scan.h"

enum od_inside {
	OD_INSIDE_TEXT,    /* or anything else that is looked at as it is */
	OD_INSIDE_ARCHIVE, /* zip, xlsx, gz, xz, zstd, bzip2 */
	OD_INSIDE_SQLITE,
	OD_INSIDE_PARQUET, /* as fmt/ writes it */
	OD_INSIDE_OPAQUE,  /* images and fonts: nothing to read */
};

enum od_inside od_inside_find(const char *p, size_t n);

/* Feeds the contents to the scanner and adds to the hits. */
OD_CHECKED enum od_rc od_inside_scan(struct od_scan *scan, enum od_inside inside,
                                     const char *path, struct od_scan_hits *hits,
                                     struct od_err *err);

/* od_inside_scan() of a Parquet file. */
OD_CHECKED enum od_rc od_parquet_scan(struct od_scan *scan, const char *path,
                                      struct od_scan_hits *hits, struct od_err *err);

#endif
