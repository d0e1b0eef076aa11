/*
 * upload_want.h - what CKAN should hold.
 *
 * Made from the declarations and the artefacts of the live release alone: nothing in it
 * changes with the date or the serial, so that an unchanged release is an empty
 * difference. Everything lives in the arena given.
 */
#ifndef OD_STAGE_UPLOAD_WANT_H
#define OD_STAGE_UPLOAD_WANT_H

#include <stdbool.h>
#include <stdint.h>

#include "core/arena.h"
#include "core/err.h"
#include "core/json.h"
#include "remote/ckan_text.h"
#include "remote/uuid.h"
#include "spec/spec.h"
#include "stage/artefacts.h"
#include "stage/stage.h"

/* The form of the server: what ckanext-scheming says of type dataset, or NULL. */
struct od_want_form {
	const struct od_json *schema;
};
bool od_want_form_has(const struct od_want_form *f, const char *field);

/* A top-level key of a package, with one text or with a list of them. */
struct od_want_field {
	const char *key;
	bool list;
	const char **values;
	size_t n;
};

struct od_want_resource {
	char id[OD_UUID_TEXT];
	const char *path;      /* below the release: "data/x/x.csv" */
	const char *file_name; /* "x.csv" */
	const char *name, *description, *format, *media_type, *sha256;
	uint64_t bytes, rows;
	bool table; /* its rows belong into the server's DataStore */
};

struct od_want_package {
	const struct od_dataset *dataset;
	char name[OD_CKAN_NAME_MAX + 1];
	const char *owner_org; /* id */
	struct od_want_field *fields;
	size_t n_fields;
	struct od_want_field tags;
	struct od_want_field extras; /* key, value, key, value … */
	struct od_want_resource
	    *resources;     /* as catalogues list them, then the dictionary */
	size_t n_resources; /* few: each call on one makes CKAN rewrite the package */
};

/* What is the same for all packages of a run. */
struct od_want_frame {
	const struct od_stage_ctx *ctx;
	const char *owner_org;  /* id */
	const char *license_id; /* as the server calls it */
	struct od_want_form form;
	const struct od_artefacts *artefacts;
	bool tables; /* the server makes tables of files: upload_table.h */
};

/* Fails (OD_KIND_SCHEMA) if the declaration gives no package that CKAN could take. */
OD_CHECKED enum od_rc od_want_package(const struct od_want_frame *frame,
                                      const struct od_dataset *d, struct od_arena *a,
                                      struct od_want_package *out, struct od_err *err);

/* The namespace of a catalogue, the id of a dataset, and of the resource of a file. */
struct od_uuid od_want_namespace(const struct od_catalog *catalog);
void od_want_dataset_id(const struct od_catalog *catalog, const char *dataset,
                        char to[OD_UUID_TEXT]);
void od_want_resource_id(const struct od_catalog *catalog, const char *dataset,
                         const char *path, char to[OD_UUID_TEXT]);

/* The resource of that id in a package_show, or NULL. */
const struct od_json *od_want_find(const struct od_json *package, const char *id);

/*
 * Whether a resource of the server is one of ours, of this dataset: its id is the one
 * that we would give to the path it says it came from.
 */
bool od_want_is_ours(const struct od_catalog *catalog, const char *dataset,
                     const struct od_json *resource);

#endif
