/* load.h - the parts of od_spec_load(); see spec.h for what they fill in. */
#ifndef OD_SPEC_LOAD_H
#define OD_SPEC_LOAD_H

#include "spec/spec.h"
#include "spec/yaml.h"

/* A dataset whose links to others are not resolved yet. */
struct od_draft {
	struct od_dataset *d;
	struct od_field *fields;    /* d->fields, while it may still be written */
	const struct od_node *root; /* dataset.yaml */
};

OD_CHECKED enum od_rc od_codelists_load(const char *dir, struct od_arena *a,
                                        struct od_spec *s, struct od_err *err);

/* schemas/catalog.yaml; *ids is its list of datasets. */
OD_CHECKED enum od_rc od_catalog_load(const char *dir, struct od_arena *a,
                                      struct od_catalog *c, const struct od_node **ids,
                                      struct od_err *err);

/* schemas/advice.yaml; without the file there is none. */
OD_CHECKED enum od_rc od_advice_load(struct od_spec *s, struct od_arena *a,
                                     struct od_err *err);

/* Names a release's date: needs the datasets. */
OD_CHECKED enum od_rc od_catalog_resolve(struct od_spec *s, struct od_err *err);

/* One datasets/<id>/, all but the links to other datasets. */
OD_CHECKED enum od_rc od_dataset_load(const struct od_spec *s, const struct od_node *id,
                                      struct od_arena *a, struct od_draft *draft,
                                      struct od_err *err);

/* parent, references, partitions. */
OD_CHECKED enum od_rc od_dataset_resolve(const struct od_spec *s, struct od_arena *a,
                                         const struct od_draft *draft,
                                         struct od_err *err);

/* The list `exports` of catalog.yaml, which may be missing. */
OD_CHECKED enum od_rc od_exports_load(struct od_spec *s, struct od_arena *a,
                                      struct od_err *err);

/* `{th: ..., en: ...}`: both languages must be there. */
OD_CHECKED enum od_rc od_node_text2(const struct od_node *map, const char *key,
                                    struct od_text2 *out, struct od_err *err);

/* A list of words; a missing key leaves *out alone. NULL-terminated. */
OD_CHECKED enum od_rc od_node_words(const struct od_node *map, const char *key,
                                    struct od_arena *a, const char *const **out,
                                    struct od_err *err);

#endif
