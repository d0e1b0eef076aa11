/*
 * http.h - one server, asked over HTTP by one request at a time.
 *
 * The only folder that knows libcurl. What it promises:
 *   - https only; plain http only to a loopback host, for tests
 *   - no redirect is ever followed, so that neither body nor token reaches another host
 *   - the token travels in the Authorization header alone: it is in no URL, argument,
 *     log or message, and not sent to a proxy
 *   - a request is sent once. Whether it may be sent again is the caller's decision,
 *     because only the caller knows how to look what became of it
 *   - a reply is at most OD_HTTP_REPLY_MAX bytes, counted as they arrive
 *
 * A proxy named by https_proxy (or HTTPS_PROXY; minus no_proxy) is used,
 * since many government networks have no other way out: it sees a CONNECT and TLS,
 * never the token. Loopback hosts are never asked through a proxy. The variables reach
 * the stage only if whoever starts it passes them on.
 *
 * Sleeping and randomness are given by tests. Not for use by several threads.
 */
#ifndef OD_REMOTE_HTTP_H
#define OD_REMOTE_HTTP_H

#include <stdbool.h>
#include <stdint.h>

#include "core/arena.h"
#include "core/buf.h"
#include "core/err.h"
#include "core/hash.h"
#include "core/span.h"

enum {
	OD_HTTP_REPLY_MAX = 16 * 1024 * 1024,
	OD_HTTP_HEADERS_MAX = 256 * 1024,
	OD_HTTP_TRIES = 5,
	OD_HTTP_WAIT_MAX = 120, /* seconds: the longest Retry-After that is obeyed */
	OD_HTTP_WAIT_TOTAL = 15 * 60, /* seconds slept in the life of a client */
};

struct od_http;

struct od_http_opts {
	const char *base;  /* "https://opendata.example.go.th", with or without path */
	const char *token; /* or NULL; read by od_http_open() alone */
	unsigned connect_seconds; /* 0: 20 */
	unsigned
	    stall_seconds; /* 0: 120; silence after which a connection counts as cut */
	void (*sleep_ms)(unsigned ms, void *u); /* NULL: really sleep */
	uint32_t (*random)(void *u);            /* NULL: the system's */
	void *u;
};

/* Checks the base URL (OD_KIND_CONFIG). The client lives in the arena. */
OD_CHECKED enum od_rc od_http_open(const struct od_http_opts *opts, struct od_arena *a,
                                   struct od_http **out, struct od_err *err);
void od_http_close(struct od_http *h);

/* "opendata.example.go.th:8443": for messages. */
const char *od_http_host(const struct od_http *h);

struct od_http_part {
	const char *name, *value;
};

/* A GET, unless there is a JSON body or there are parts. */
struct od_http_request {
	const char *path;  /* below the base, begins with '/' */
	const char *query; /* escaped, without '?'; or NULL */
	bool write;        /* on a connection of its own: see http.c */

	struct od_span json; /* POST application/json, if p is not NULL */

	/* POST multipart/form-data, if n_parts is not 0; the file comes last. */
	const struct od_http_part *parts;
	size_t n_parts;
	const char *file;      /* path, streamed; or NULL */
	const char *file_part; /* name of its part */
	const char *file_name; /* as told to the server: ASCII */
	const char *file_type; /* media type */

	/* The body of a 200 goes here instead of into the reply, at most `limit` bytes.
	 */
	struct od_sha256 *into;
	uint64_t limit;
};

enum od_http_outcome {
	OD_HTTP_ANSWERED, /* status and body are whole */
	OD_HTTP_UNSENT,   /* no connection came about: the server has seen nothing */
	OD_HTTP_CUT,      /* broken or silent: what was written may stand or not */
};

/* Zeroed before the first use; may be used again; released by its owner. */
struct od_http_reply {
	enum od_http_outcome outcome;
	long status;        /* 0 unless ANSWERED */
	long retry_after;   /* seconds, 0 if the server asked for nothing */
	uint64_t bytes;     /* of the body */
	char type[64];      /* "application/json", lower case, no parameters */
	const char *reason; /* of UNSENT and CUT: a constant text */
	struct od_buf body;
};

void od_http_reply_release(struct od_http_reply *r);

/*
 * Sends a request once. Fails only where no second try can help: a certificate that
 * does not hold, a reply without end, a file that cannot be read.
 */
OD_CHECKED enum od_rc od_http_send(struct od_http *h, const struct od_http_request *q,
                                   struct od_http_reply *r, struct od_err *err);

/*
 * Waits before try number `next` (from 1), as long as the reply asks or, if it does
 * not, as od_http_backoff() says. Fails if the server asks for more than
 * OD_HTTP_WAIT_MAX or the client has waited OD_HTTP_WAIT_TOTAL altogether.
 */
OD_CHECKED enum od_rc od_http_wait(struct od_http *h, unsigned next,
                                   const struct od_http_reply *r, struct od_err *err);

/*
 * Milliseconds before try `next`: half of min(1 s * 2^(next-1), 30 s), and a random
 * part of the other half, so that clients that failed together do not come back
 * together.
 */
unsigned od_http_backoff(unsigned next, uint32_t random);

/* Percent-encodes all but the unreserved characters of RFC 3986. */
void od_http_escape(struct od_buf *b, struct od_span s);

/* Whether plain http may be spoken to this host (as in a URL: "[::1]"). */
bool od_http_is_loopback(const char *host);

#endif
