/*
 * artefacts.h - the files that emit made, as the later stages see them.
 *
 * Kept as JSON beside the snapshot (never in the release): the portal shows sizes and
 * checksums from it, upload sends the files it names.
 */
#ifndef OD_STAGE_ARTEFACTS_H
#define OD_STAGE_ARTEFACTS_H

#include <stddef.h>
#include <stdint.h>

#include "core/arena.h"
#include "core/err.h"

enum od_role {
	OD_ROLE_DATA,       /* data/<id>/<id>.<ext>: the whole dataset in one format */
	OD_ROLE_PARTITION,  /* data/<id>/<by>=<value>/<id>.<ext> */
	OD_ROLE_BUNDLE,     /* bundles/... */
	OD_ROLE_DICTIONARY, /* dictionary/<id>-dictionary.csv */
	OD_ROLE_METADATA,   /* catalogue, data package, quality report */
	OD_ROLE_EXPORT,     /* stage/export.h; `dataset` is the export's id */
};
extern const char *const od_role_names[]; /* NULL-terminated */

/* Strings are "" where they do not apply. */
struct od_artefact {
	const char *path; /* below the release */
	enum od_role role;
	const char *dataset; /* id */
	const char *format;  /* name of fmt/format.h, or "zip" */
	const char *media_type;
	const char *by, *value; /* partition column and value */
	uint64_t bytes, rows;
	const char *sha256;
	const char *changed; /* date of the release that changed it; changes.h */
};

struct od_artefacts {
	struct od_artefact *v; /* sorted by path once saved or loaded */
	size_t n, cap;
	const char *created; /* date of the release; NULL is "" */
};

/* Copies the strings into the arena. */
void od_artefacts_add(struct od_artefacts *list, struct od_arena *a,
                      const struct od_artefact *one);

void od_artefacts_sort(struct od_artefacts *list);

OD_CHECKED enum od_rc od_artefacts_save(struct od_artefacts *list, const char *path,
                                        struct od_err *err);
OD_CHECKED enum od_rc od_artefacts_load(struct od_artefacts *list, const char *path,
                                        struct od_arena *a, struct od_err *err);

/* The file of one dataset in one format and partition ("" for none), or NULL. */
const struct od_artefact *od_artefacts_find(const struct od_artefacts *list,
                                            enum od_role role, const char *dataset,
                                            const char *format, const char *by,
                                            const char *value);

#endif
