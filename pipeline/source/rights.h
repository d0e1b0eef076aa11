/*
 * rights.h - what the reading role may do in the operational database, for `odp
 * doctor`.
 *
 * The least is SELECT on what extract.sql names; everything else is too much. Asked of
 * the database's own catalogue; names of roles, schemas and relations are told, no row
 * is read.
 */
#ifndef OD_SOURCE_RIGHTS_H
#define OD_SOURCE_RIGHTS_H

#include "source/source.h"

struct od_right {
	/* A right that no reader needs, and how to take it away; or NULL: then the role
	 * may read `relation`, which is right if a query names it. */
	const char *what, *fix;
	const char *schema, *relation;
	bool visible; /* the name without its schema means this relation */
};

/* Tells each right of the role; a database without roles tells nothing. */
OD_CHECKED enum od_rc od_source_rights(struct od_source *s,
                                       void (*tell)(const struct od_right *r, void *u),
                                       void *u, struct od_err *err);

/*
 * Would the query run, with these columns? As od_cursor_open(), but no row is read; the
 * rights on what it names are checked.
 */
OD_CHECKED enum od_rc od_source_try(struct od_source *s, const char *sql,
                                    const char *what, const char *const *columns,
                                    size_t n, struct od_err *err);

#endif
