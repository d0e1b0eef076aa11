/*
 * minisign.h - signatures that the minisign program makes and checks too (libsodium).
 *
 * A signature is Ed25519 over the BLAKE2b-512 of the file ("ED", minisign's default
 * since 0.10), with a trusted comment that is signed as well. Older signatures over the
 * file itself ("Ed") are accepted, not made. Key files carry no password: the nightly
 * run has nobody to type one, so the file's mode guards it (0600).
 *
 * Every fault of a key file is an OD_KIND_KEY error, every fault of a signature an
 * OD_KIND_VERIFY error.
 */
#ifndef OD_SEAL_MINISIGN_H
#define OD_SEAL_MINISIGN_H

#include "core/arena.h"
#include "core/err.h"
#include "core/span.h"

enum {
	OD_KEY_ID_BYTES = 8,
	OD_KEY_FILE_LIMIT = 4096,
	OD_SIGNATURE_FILE_LIMIT = 16384,
	OD_TRUSTED_COMMENT_LIMIT = 1024,
};

struct od_public_key {
	unsigned char id[OD_KEY_ID_BYTES];
	unsigned char key[32];
};

/* Holds secrets in locked memory; od_secret_key_close() wipes them. */
struct od_secret_key;

/*
 * Writes DIR/odp.key (0600) and DIR/odp.pub (0644), making DIR if need be. Files that
 * are there already are never overwritten.
 */
OD_CHECKED enum od_rc od_keygen(const char *dir, struct od_err *err);

/*
 * Loads a secret key without password. Refuses a file that group or others may read.
 * *out is NULL on failure.
 */
OD_CHECKED enum od_rc od_secret_key_open(const char *path, struct od_secret_key **out,
                                         struct od_err *err);
void od_secret_key_close(struct od_secret_key *key);

/* The public half of a secret key. */
void od_secret_key_public(const struct od_secret_key *key, struct od_public_key *out);

OD_CHECKED enum od_rc od_public_key_load(const char *path, struct od_public_key *out,
                                         struct od_err *err);

/*
 * The text of a signature file for `bytes`. `trusted` is one line, at most
 * OD_TRUSTED_COMMENT_LIMIT bytes. The same input gives the same text.
 */
struct od_span od_minisign_sign(const struct od_secret_key *key, struct od_span bytes,
                                const char *trusted, struct od_arena *a);

/*
 * Checks `signature` (the text of a signature file) over `bytes`; `what` names the
 * signed file in messages. *trusted, if not NULL, is the trusted comment.
 */
OD_CHECKED enum od_rc od_minisign_verify(const struct od_public_key *key,
                                         struct od_span bytes, struct od_span signature,
                                         const char *what, struct od_arena *a,
                                         const char **trusted, struct od_err *err);

#endif
