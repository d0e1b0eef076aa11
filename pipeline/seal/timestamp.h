/*
 * timestamp.h - says which release is the newest, and until when that may be believed.
 *
 * A release knows no clock, so a server that goes on showing an old one could not be
 * told from one where nothing changed. OUTPUT/timestamp.json stands beside `current`,
 * signed as a manifest is (timestamp.json.minisig), and is renewed by every run:
 *
 *   {"serial":12,"root":"<sha256 of manifest.json>","bytes":4711,
 *    "created":"2026-03-02T18:05:00Z","expires":"2026-03-05T18:05:00Z",
 *    "retractions":{"bytes":812,"sha256":"..."}}
 *
 * "retractions" is there if there is a list OUTPUT/retractions.json, so that nobody can
 * keep it from a mirror. Reading is strict: OD_KIND_VERIFY for any other form.
 */
#ifndef OD_SEAL_TIMESTAMP_H
#define OD_SEAL_TIMESTAMP_H

#include <stdbool.h>
#include <stdint.h>

#include "core/arena.h"
#include "core/buf.h"
#include "core/err.h"
#include "core/span.h"
#include "seal/minisign.h"

#define OD_TIMESTAMP_NAME "timestamp.json"
#define OD_RETRACTIONS_NAME "retractions.json"

enum {
	OD_TIMESTAMP_LIMIT = 4096,       /* bytes of the document */
	OD_TIMESTAMP_HOURS = 72,         /* how long it is believed */
	OD_TIMESTAMP_STALE_HOURS = 36,   /* a night was missed: worth a warning */
	OD_RETRACTIONS_LIMIT = 64 << 20, /* bytes of retractions.json */
};

struct od_timestamp {
	uint64_t serial, bytes;
	char root[65];
	int64_t created, expires; /* seconds since 1970 */
	bool has_retractions;
	uint64_t retractions_bytes;
	char retractions[65];
};

OD_CHECKED enum od_rc od_timestamp_parse(struct od_span text, struct od_arena *a,
                                         struct od_timestamp *out, struct od_err *err);
void od_timestamp_put(struct od_buf *b, const struct od_timestamp *t);

/* Checks the signature and its trusted comment, and reads. */
OD_CHECKED enum od_rc od_timestamp_verify(const struct od_public_key *key,
                                          struct od_span text, struct od_span signature,
                                          struct od_arena *a, struct od_timestamp *out,
                                          struct od_err *err);

/* Writes OUTPUT/timestamp.json for the live release, and its signature. */
OD_CHECKED enum od_rc od_timestamp_write(const char *output,
                                         const struct od_secret_key *key, int64_t now,
                                         struct od_err *err);

/* "2026-03-02T18:05:00Z", 20 characters. */
void od_time_put(char to[21], int64_t seconds);

/* The seconds of such a text, or -1. */
int64_t od_time_get(struct od_span s);

#endif
