/*
 * ckan.h - the Action API of a CKAN server: verbs and typed answers, no policy.
 *
 * CKAN 2.9 to 2.12. A reply is judged by status, content type, `__type` and the names
 * of its keys, never by its texts, which come in the site's language. What the server
 * says in words is kept out of our messages.
 *
 * Reads are repeated until they give a clear answer or OD_HTTP_TRIES is reached. A
 * write is sent again only when the server cannot have seen it; a write without a clear
 * answer is OD_CKAN_UNCLEAR, and the caller reads back what became of it.
 */
#ifndef OD_REMOTE_CKAN_H
#define OD_REMOTE_CKAN_H

#include <stdbool.h>
#include <stdint.h>

#include "core/arena.h"
#include "core/err.h"
#include "core/json.h"
#include "core/span.h"
#include "remote/http.h"

enum od_ckan_verb {
	OD_CKAN_STATUS_SHOW,
	OD_CKAN_ORGANIZATION_SHOW,
	OD_CKAN_ORGANIZATION_LIST_FOR_USER,
	OD_CKAN_LICENSE_LIST,
	OD_CKAN_SCHEMING_DATASET_SCHEMA_SHOW,
	OD_CKAN_PACKAGE_SHOW,
	OD_CKAN_RESOURCE_SHOW,
	OD_CKAN_PACKAGE_CREATE,
	OD_CKAN_PACKAGE_REVISE,
	OD_CKAN_PACKAGE_DELETE,
	OD_CKAN_RESOURCE_CREATE,
	OD_CKAN_RESOURCE_PATCH,
	OD_CKAN_RESOURCE_DELETE,
	OD_CKAN_DATASTORE_SEARCH,
	OD_CKAN_DATASTORE_CREATE,
	OD_CKAN_DATASTORE_DELETE,
	OD_CKAN_XLOADER_STATUS,
	OD_CKAN_XLOADER_SUBMIT,
	OD_CKAN_VERBS
};

struct od_ckan_verb_info {
	const char *name;
	bool write;
};
extern const struct od_ckan_verb_info od_ckan_verbs[OD_CKAN_VERBS];

enum od_ckan_answer {
	OD_CKAN_OK,
	OD_CKAN_MISSING,   /* no such object */
	OD_CKAN_DENIED,    /* no right, or a token that does not hold */
	OD_CKAN_INVALID,   /* refused by validation: see fields */
	OD_CKAN_STALE,     /* package_revise: the package was changed meanwhile */
	OD_CKAN_TOO_LARGE, /* the server takes no file of this size */
	OD_CKAN_REFUSED,   /* anything else that asking again will not change */
	OD_CKAN_UNCLEAR,   /* nothing can be said of the outcome */
};
extern const char *const od_ckan_answers[]; /* in words */

struct od_ckan_reply {
	enum od_ckan_answer answer;
	long status;                  /* HTTP, or 0 */
	bool html;                    /* answered by a page, not by the API */
	const struct od_json *result; /* OK only; lives in the arena of the call */
	char fields[256];             /* INVALID: "title, resources.2.name" */
	const char *reason;           /* UNCLEAR without status: why, a constant text */
	long retry_after;             /* seconds, or 0 */
};

/* Judges a reply. Takes any bytes; never fails. */
void od_ckan_judge(const struct od_http_reply *http, struct od_arena *a,
                   struct od_ckan_reply *out);

struct od_ckan;

/*
 * Reads a token: one line of printable ASCII in a file that its owner alone can read;
 * anything else is OD_KIND_KEY.
 */
OD_CHECKED enum od_rc od_ckan_token_load(const char *path, struct od_arena *a,
                                         char **out, struct od_err *err);

/* Opens a client; `opts` as in http.h. */
OD_CHECKED enum od_rc od_ckan_open(const struct od_http_opts *opts, struct od_arena *a,
                                   struct od_ckan **out, struct od_err *err);
void od_ckan_close(struct od_ckan *c);
const char *od_ckan_host(const struct od_ckan *c);

/* Requests sent that were writes: what an idle night must leave at 0. */
uint64_t od_ckan_writes(const struct od_ckan *c);

/* One read, with name and value pairs as the query. */
OD_CHECKED enum od_rc od_ckan_get(struct od_ckan *c, enum od_ckan_verb verb,
                                  const struct od_http_part *args, size_t n,
                                  struct od_arena *a, struct od_ckan_reply *out,
                                  struct od_err *err);

/* One write with a JSON body. */
OD_CHECKED enum od_rc od_ckan_post(struct od_ckan *c, enum od_ckan_verb verb,
                                   struct od_span json, struct od_arena *a,
                                   struct od_ckan_reply *out, struct od_err *err);

/* One write with a file; `file_name` must be ASCII, CKAN drops the rest of it. */
struct od_ckan_file {
	const char *path, *name, *media_type;
};
OD_CHECKED enum od_rc od_ckan_send_file(struct od_ckan *c, enum od_ckan_verb verb,
                                        const struct od_http_part *parts, size_t n,
                                        const struct od_ckan_file *file,
                                        struct od_arena *a, struct od_ckan_reply *out,
                                        struct od_err *err);

/*
 * Downloads the file of a resource and hashes it. The address is built from the base,
 * not taken from the server, and a redirect to a store elsewhere is not followed: then,
 * and where there is no file of at most `limit` bytes, hex is "".
 */
OD_CHECKED enum od_rc od_ckan_hash_resource(struct od_ckan *c, const char *package_id,
                                            const char *resource_id, uint64_t limit,
                                            char hex[OD_SHA256_HEX],
                                            struct od_err *err);

/* Waits before the next look at what became of a write: see od_http_wait(). */
OD_CHECKED enum od_rc od_ckan_wait(struct od_ckan *c, unsigned next,
                                   const struct od_ckan_reply *r, struct od_err *err);

/* An OD_KIND_REMOTE error for a reply that ends the work on `what`. */
OD_CHECKED enum od_rc od_ckan_error(const struct od_ckan *c, enum od_ckan_verb verb,
                                    const char *what, const struct od_ckan_reply *r,
                                    struct od_err *err);

#endif
