/*
 * inputs.h - what a stage is made from, in words that can be compared and told.
 *
 * Facts are named hashes ("schemas", "source", "templates", ...). Each stage lists the
 * facts it depends on; its input is "version:1 schemas:3f2a... source:91bc...". A word
 * that differs is the reason to run.
 */
#ifndef OD_RUN_INPUTS_H
#define OD_RUN_INPUTS_H

#include "core/arena.h"
#include "core/err.h"
#include "core/hash.h"
#include "stage/stage.h"

struct od_facts {
	const char *schemas, *templates; /* hashes of the files */
	const char *source;              /* hash of the rows read, or "" */
	const char *decisions;           /* hash of what officers decided, or "" */
	const char *analyzed;            /* version of the analysis of these rows */
	const char *created, *base;      /* date and base URL, as they are */
	const char *is_signed;           /* "yes", "no" */
	const char *root, *ckan;         /* of upload: the release, where it goes */
};

/* Hash of all files below site-templates/, README.md aside. */
OD_CHECKED enum od_rc od_inputs_templates(const char *dir, struct od_arena *a,
                                          const char **out, struct od_err *err);

/* The input of a stage. */
const char *od_inputs(const struct od_stage *stage, const struct od_facts *f,
                      struct od_arena *a);

/* Names of the words that differ, "schemas, templates"; "first run" if `old` is "". */
const char *od_inputs_difference(const char *old, const char *now, struct od_arena *a);

#endif
