/* hash.h - SHA-256 and HMAC-SHA-256 (libcrypto). */
#ifndef OD_CORE_HASH_H
#define OD_CORE_HASH_H

#include <stddef.h>
#include <stdint.h>

#include "core/err.h"
#include "core/span.h"

enum { OD_SHA256_BYTES = 32, OD_SHA256_HEX = 65 };

struct od_sha256; /* a running hash */

struct od_sha256 *od_sha256_open(void);
void od_sha256_put(struct od_sha256 *h, const void *p, size_t n);

/* Length-prefixed text: two neighbouring values cannot be mistaken for one. */
void od_sha256_field(struct od_sha256 *h, struct od_span s);

/* Ends the hash, frees `h` and writes 64 hex digits and NUL. */
void od_sha256_close(struct od_sha256 *h, char hex[OD_SHA256_HEX]);

/* The hash of a text. */
void od_sha256_hex(struct od_span s, char hex[OD_SHA256_HEX]);

/* HMAC (RFC 2104) of a text under a key of `n` bytes. */
void od_hmac_sha256(const unsigned char *key, size_t n, struct od_span s,
                    unsigned char out[OD_SHA256_BYTES]);

/* The hash and size of a file. */
OD_CHECKED enum od_rc od_sha256_file(const char *path, char hex[OD_SHA256_HEX],
                                     uint64_t *bytes, struct od_err *err);

#endif
