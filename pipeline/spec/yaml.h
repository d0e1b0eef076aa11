/*
 * yaml.h - a declaration file as a tree of nodes that know their place.
 *
 * A strict subset of YAML 1.1 as libyaml reads it: one document, mappings with unique
 * plain keys, sequences, scalars; no anchors, aliases, tags or merge keys; depth at
 * most OD_YAML_DEPTH, size at most OD_YAML_BYTES. Every scalar is text: what it means
 * is decided by who asks. Trees live in the arena given and are const.
 *
 * Errors read "FILE:LINE:COLUMN: what is wrong", with "did you mean" as the hint.
 */
#ifndef OD_SPEC_YAML_H
#define OD_SPEC_YAML_H

#include <stdbool.h>
#include <stdint.h>

#include "core/arena.h"
#include "core/err.h"
#include "core/span.h"

enum { OD_YAML_DEPTH = 16, OD_YAML_BYTES = 4 * 1024 * 1024 };

enum od_node_kind { OD_NODE_SCALAR, OD_NODE_LIST, OD_NODE_MAP };

struct od_node {
	enum od_node_kind kind;
	const char *file;
	unsigned line, column;       /* from 1 */
	struct od_span text;         /* scalar: NUL-terminated */
	bool quoted;                 /* scalar: written with quotes or as a block */
	const struct od_node *items; /* list: elements; map: values */
	const struct od_node *keys;  /* map: scalar nodes, parallel to items */
	size_t n;
};

/* `kind` is the error kind of a bad file: OD_KIND_SCHEMA or OD_KIND_TEMPLATE. */
OD_CHECKED enum od_rc od_yaml_load(const char *path, enum od_kind kind,
                                   struct od_arena *a, const struct od_node **root,
                                   struct od_err *err);

/* The value of a key of a map, or NULL; NULL for a NULL or non-map node. */
const struct od_node *od_node_find(const struct od_node *map, const char *key);

/* An error at a node's place. Kind as the file was loaded with. */
OD_CHECKED OD_PRINTF(3, 4) enum od_rc
    od_node_error(const struct od_node *at, struct od_err *err, const char *fmt, ...);

/*
 * Every key of the map is one of `known` (NULL-terminated); otherwise an error at the
 * key with the nearest known one as the hint.
 */
OD_CHECKED enum od_rc od_node_keys(const struct od_node *map, const char *const *known,
                                   struct od_err *err);

/*
 * Reads typed values of a map. A missing key leaves *out alone and is an error only if
 * `required`. Text is NUL-terminated and lives as long as the tree.
 */
OD_CHECKED enum od_rc od_node_text(const struct od_node *map, const char *key,
                                   bool required, const char **out, struct od_err *err);
OD_CHECKED enum od_rc od_node_bool(const struct od_node *map, const char *key,
                                   bool required, bool *out, struct od_err *err);
OD_CHECKED enum od_rc od_node_int(const struct od_node *map, const char *key,
                                  bool required, int64_t *out, struct od_err *err);

/* The word of `words` (NULL-terminated) nearest to `word`, or NULL if none is near. */
const char *od_nearest(const char *word, const char *const *words);

#endif
