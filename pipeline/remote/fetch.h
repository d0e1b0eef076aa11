/*
 * fetch.h - files of a public web server, many at a time, each known by its hash.
 *
 * What it promises, whatever the server does:
 *   - no file is longer than was announced: bytes are counted as they arrive
 *   - a file gets its name only when its SHA-256 is the one announced
 *   - what a cut transfer left is taken up again by a Range request; since the whole
 *     file is hashed, a piece from another day is found out, and fetched anew once
 *   - http and https only; a redirect is followed on the same host, or to its https,
 *     at most three times: never to another machine inside the network
 *   - a server that is silent, slow without end or busy is given up after some tries
 *
 * Proxies are those of the environment (http_proxy, https_proxy, all_proxy, no_proxy),
 * as are certificates (SSL_CERT_FILE, SSL_CERT_DIR). No secret is ever sent.
 */
#ifndef OD_REMOTE_FETCH_H
#define OD_REMOTE_FETCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/arena.h"
#include "core/err.h"
#include "core/span.h"

enum { OD_FETCH_STREAMS = 12 }; /* transfers at a time */

struct od_fetch;

struct od_fetch_file {
	const char *path;    /* below the base, as it is: "data/a b.csv" */
	const char *partial; /* grows; its folder is there */
	const char *done;    /* its name at the end */
	uint64_t bytes;
	const char *sha256;
};

/* The address, with or without a slash at its end (OD_KIND_CONFIG). */
OD_CHECKED enum od_rc od_fetch_open(const char *url, unsigned tries, struct od_arena *a,
                                    struct od_fetch **out, struct od_err *err);
void od_fetch_close(struct od_fetch *f);

/*
 * A document of at most `limit` bytes, fresh from the server. *found is false if the
 * server says that it has none (404, 410). OD_KIND_REMOTE errors.
 */
OD_CHECKED enum od_rc od_fetch_document(struct od_fetch *f, const char *path,
                                        size_t limit, struct od_arena *a,
                                        struct od_span *out, bool *found,
                                        struct od_err *err);

/*
 * All files, in no particular order; those that came before a failure stay. `below` is
 * put before each path ("current/" or ""). OD_KIND_VERIFY if what came is not what was
 * announced, OD_KIND_REMOTE if nothing came, OD_KIND_IO of the disk. Tells its bytes to
 * od_progress_add().
 */
OD_CHECKED enum od_rc od_fetch_files(struct od_fetch *f, const char *below,
                                     const struct od_fetch_file *files, size_t n,
                                     struct od_err *err);

/* Where a "Content-Range: bytes 5-9/10" begins, or -1. */
int64_t od_fetch_range_start(struct od_span header);

#endif
