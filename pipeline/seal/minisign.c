#include "seal/minisign.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/buf.h"
#include "core/file.h"

/* The files hold these structs as bytes: no padding, no byte order. */
struct secret_file {
	unsigned char algorithm[2];          /* "Ed" */
	unsigned char kdf[2];                /* 0 0: no password; "Sc": scrypt */
	unsigned char checksum_algorithm[2]; /* "B2" */
	unsigned char salt[32], opslimit[8], memlimit[8];
	unsigned char id[OD_KEY_ID_BYTES];
	unsigned char key[64];
	unsigned char checksum[32]; /* BLAKE2b-256 of algorithm, id and key */
};
struct public_file {
	unsigned char algorithm[2];
	unsigned char id[OD_KEY_ID_BYTES];
	unsigned char key[32];
};
struct signature_file {
	unsigned char algorithm[2]; /* "ED" prehashed, "Ed" not */
	unsigned char id[OD_KEY_ID_BYTES];
	unsigned char signature[64];
};
_Static_assert(sizeof(struct secret_file) == 158, "no padding");
_Static_assert(sizeof(struct public_file) == 42, "no padding");
_Static_assert(sizeof(struct signature_file) == 74, "no padding");

struct od_secret_key {
	struct secret_file file;
};

static const char untrusted[] = "untrusted comment: ";
static const char trusted_head[] = "trusted comment: ";

enum { BASE64 = sodium_base64_VARIANT_ORIGINAL };

static void
put_base64(struct od_buf *b, const void *p, size_t n)
{
	size_t room = sodium_base64_ENCODED_LEN(n, BASE64);

	sodium_bin2base64(od_buf_room(b, room), room, p, n, BASE64);
	b->n += room - 1;
}

/*
 * Exactly `n` bytes, nothing before or after them, in the one form that put_base64()
 * writes: libsodium 1.0.18 also takes letters with the high bit set.
 */
static bool
get_base64(void *to, size_t n, struct od_span line)
{
	struct od_buf again = {0};
	size_t got = 0;
	bool good;

	if (sodium_base642bin(to, n, line.p, line.n, NULL, &got, NULL, BASE64) != 0 ||
	    got != n)
		return false;
	put_base64(&again, to, n);
	good = od_span_equal(od_buf_view(&again), line);
	sodium_memzero(again.p, again.n); /* it may be a secret key */
	od_buf_release(&again);
	return good;
}

/* Takes a line off *text; a last line need not end with a line feed. */
static bool
get_line(struct od_span *text, struct od_span *line)
{
	const char *end;

	if (text->n == 0)
		return false;
	end = memchr(text->p, '\n', text->n);
	*line = (struct od_span){text->p, end ? (size_t)(end - text->p) : text->n};
	text->p += line->n + (end ? 1 : 0);
	text->n -= line->n + (end ? 1 : 0);
	if (line->n && line->p[line->n - 1] == '\r')
		line->n--;
	return true;
}

static bool
has_head(struct od_span line, const char *head)
{
	size_t n = strlen(head);

	return line.n >= n && memcmp(line.p, head, n) == 0;
}

static void
secret_checksum(const struct secret_file *f, unsigned char out[32])
{
	crypto_generichash_state st;

	crypto_generichash_init(&st, NULL, 0, 32);
	crypto_generichash_update(&st, f->algorithm, sizeof(f->algorithm));
	crypto_generichash_update(&st, f->id, sizeof(f->id));
	crypto_generichash_update(&st, f->key, sizeof(f->key));
	crypto_generichash_final(&st, out, 32);
	sodium_memzero(&st, sizeof(st));
}

static enum od_rc
start_sodium(struct od_err *err)
{
	if (sodium_init() < 0)
		return od_err_set(err, OD_KIND_INTERNAL, "cannot start libsodium");
	return OD_OK;
}

/* O_EXCL: a key that is in use is never replaced by accident. */
static enum od_rc
write_new(const char *path, mode_t mode, struct od_span text, struct od_err *err)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode);
	enum od_rc rc = OD_OK;
	size_t at = 0;

	if (fd < 0 && errno == EEXIST) {
		rc = od_err_set(err, OD_KIND_KEY, "cannot write '%s': it exists", path);
		return od_err_hint(err,
		                   "a key in use is never overwritten; move it away "
		                   "first, or choose another directory");
	}
	if (fd < 0)
		return od_err_sys(err, OD_KIND_KEY, errno, "cannot write '%s'", path);
	while (at < text.n && !rc) {
		ssize_t n = write(fd, text.p + at, text.n - at);

		if (n >= 0)
			at += (size_t)n;
		else if (errno != EINTR)
			rc = od_err_sys(err, OD_KIND_IO, errno, "cannot write '%s'",
			                path);
	}
	if (!rc && (fchmod(fd, mode) != 0 || fsync(fd) != 0))
		rc = od_err_sys(err, OD_KIND_IO, errno, "cannot write '%s'", path);
	if (close(fd) != 0 && !rc)
		rc = od_err_sys(err, OD_KIND_IO, errno, "cannot write '%s'", path);
	if (rc)
		unlink(path);
	return rc;
}

static void
key_name(struct od_buf *b, const unsigned char id[OD_KEY_ID_BYTES])
{
	/* As minisign prints it: a little-endian number in hexadecimal. */
	for (size_t i = OD_KEY_ID_BYTES; i-- > 0;)
		od_buf_printf(b, "%02X", id[i]);
}

static void
make_pair(struct secret_file *secret, struct public_file *public)
{
	*secret = (struct secret_file){.algorithm = {'E', 'd'},
	                               .checksum_algorithm = {'B', '2'}};
	randombytes_buf(secret->id, sizeof(secret->id));
	crypto_sign_keypair(public->key, secret->key);
	secret_checksum(secret, secret->checksum);
	memcpy(public->algorithm, secret->algorithm, sizeof(public->algorithm));
	memcpy(public->id, secret->id, sizeof(public->id));
}

static enum od_rc
write_pair(const char *dir, const struct secret_file *secret,
           const struct public_file *public, struct od_err *err)
{
	struct od_arena a = {0};
	struct od_buf text = {0}, pub = {0};
	const char *key_path = od_arena_printf(&a, "%s/odp.key", dir);
	const char *pub_path = od_arena_printf(&a, "%s/odp.pub", dir);
	enum od_rc rc;

	od_buf_room(&text, 1024); /* so that it never moves and leaves a copy behind */
	od_buf_puts(&text, untrusted);
	od_buf_puts(&text, "minisign unencrypted secret key of an Open-D publisher\n");
	put_base64(&text, secret, sizeof(*secret));
	od_buf_putc(&text, '\n');
	od_buf_puts(&pub, untrusted);
	od_buf_puts(&pub, "minisign public key ");
	key_name(&pub, public->id);
	od_buf_putc(&pub, '\n');
	put_base64(&pub, public, sizeof(*public));
	od_buf_putc(&pub, '\n');

	/* The public key first: if it cannot be had, no secret one is left behind. */
	rc = write_new(pub_path, 0644, od_buf_view(&pub), err);
	if (!rc) {
		rc = write_new(key_path, 0600, od_buf_view(&text), err);
		if (rc)
			unlink(pub_path);
	}
	if (!rc)
		rc = od_file_sync(dir, err);
	sodium_memzero(text.p, text.n);
	od_buf_release(&text);
	od_buf_release(&pub);
	od_arena_release(&a);
	return rc;
}

enum od_rc
od_keygen(const char *dir, struct od_err *err)
{
	struct secret_file secret;
	struct public_file public;
	enum od_rc rc = start_sodium(err);

	if (rc || (rc = od_dir_make(dir, 0700, err)))
		return rc;
	sodium_mlock(&secret, sizeof(secret));
	make_pair(&secret, &public);
	rc = write_pair(dir, &secret, &public, err);
	sodium_munlock(&secret, sizeof(secret)); /* wipes it too */
	return rc;
}

/* Reads a key file whole; a secret one must be its owner's alone. */
static enum od_rc
read_key_file(const char *path, bool secret, char *to, size_t *n, struct od_err *err)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	enum od_rc rc = OD_OK;
	struct stat st;
	ssize_t got = 0;

	if (fd < 0) {
		rc = od_err_sys(err, OD_KIND_KEY, errno, "cannot open %s key '%s'",
		                secret ? "signing" : "public", path);
		if (errno == ENOENT && secret)
			rc = od_err_hint(err, "`odp keygen DIR` makes a key pair");
		return rc;
	}
	*n = 0;
	if (fstat(fd, &st) != 0)
		rc = od_err_sys(err, OD_KIND_KEY, errno, "cannot read key '%s'", path);
	else if (!S_ISREG(st.st_mode))
		rc = od_err_set(err, OD_KIND_KEY,
		                "cannot read key '%s': not a regular file", path);
	else if (secret && (st.st_mode & 077)) {
		rc = od_err_set(err, OD_KIND_KEY,
		                "signing key '%s' may be read by others (mode %04o)",
		                path, (unsigned)(st.st_mode & 07777));
		rc = od_err_hint(err,
		                 "chmod 600 '%.200s'; if others could read it, make a "
		                 "new pair and tell the mirrors",
		                 path);
	}
	while (!rc && (got = read(fd, to + *n, OD_KEY_FILE_LIMIT - *n)) != 0) {
		if (got > 0)
			*n += (size_t)got;
		else if (errno != EINTR)
			rc = od_err_sys(err, OD_KIND_KEY, errno, "cannot read key '%s'",
			                path);
		if (*n == OD_KEY_FILE_LIMIT && !rc)
			rc = od_err_set(err, OD_KIND_KEY,
			                "key '%s' is not in minisign's form: too long",
			                path);
	}
	close(fd);
	return rc;
}

/* The second line of a key file: the first is a comment. */
static bool
key_line(const char *text, size_t n, struct od_span *line)
{
	struct od_span rest = {text, n}, more;

	return get_line(&rest, line) && has_head(*line, untrusted) &&
	       get_line(&rest, line) && !get_line(&rest, &more);
}

static enum od_rc
check_secret(const struct secret_file *f, const char *path, struct od_err *err)
{
	static const unsigned char no_kdf[2];
	unsigned char sum[32], public[32], again[64];
	enum od_rc rc = OD_OK;
	bool whole;

	if (memcmp(f->algorithm, "Ed", 2) != 0 ||
	    memcmp(f->checksum_algorithm, "B2", 2) != 0)
		return od_err_set(err, OD_KIND_KEY,
		                  "signing key '%s' is of an unknown algorithm", path);
	if (memcmp(f->kdf, no_kdf, 2) != 0) {
		rc = od_err_set(err, OD_KIND_KEY,
		                "signing key '%s' is locked by a password", path);
		return od_err_hint(err,
		                   "a nightly run cannot type it: make a pair without "
		                   "one (`odp keygen DIR` or `minisign -G -W`)");
	}
	/* minisign 0.11 -W leaves the checksum zero; the key pair itself tells more. */
	secret_checksum(f, sum);
	crypto_sign_seed_keypair(public, again, f->key);
	whole = sodium_memcmp(again, f->key, sizeof(again)) == 0 &&
	        (sodium_is_zero(f->checksum, sizeof(f->checksum)) ||
	         sodium_memcmp(sum, f->checksum, sizeof(sum)) == 0);
	sodium_memzero(sum, sizeof(sum));
	sodium_memzero(again, sizeof(again));
	if (!whole)
		rc = od_err_set(err, OD_KIND_KEY, "signing key '%s' is damaged", path);
	return rc;
}

enum od_rc
od_secret_key_open(const char *path, struct od_secret_key **out, struct od_err *err)
{
	char text[OD_KEY_FILE_LIMIT];
	struct od_secret_key *key;
	struct od_span line;
	size_t n = 0;
	enum od_rc rc;

	*out = NULL;
	if ((rc = start_sodium(err)))
		return rc;
	/* Guarded pages, locked where the limits allow it, wiped by sodium_free(). */
	key = sodium_malloc(sizeof(*key));
	if (!key)
		return od_err_set(err, OD_KIND_IO, "no memory for the signing key");
	sodium_mlock(text, sizeof(text));
	rc = read_key_file(path, true, text, &n, err);
	if (!rc && (!key_line(text, n, &line) ||
	            !get_base64(&key->file, sizeof(key->file), line)))
		rc = od_err_set(err, OD_KIND_KEY,
		                "'%s' is not a signing key in minisign's form", path);
	if (!rc)
		rc = check_secret(&key->file, path, err);
	sodium_munlock(text, sizeof(text));
	if (rc)
		sodium_free(key);
	else
		*out = key;
	return rc;
}

void
od_secret_key_close(struct od_secret_key *key)
{
	sodium_free(key);
}

void
od_secret_key_public(const struct od_secret_key *key, struct od_public_key *out)
{
	memcpy(out->id, key->file.id, sizeof(out->id));
	crypto_sign_ed25519_sk_to_pk(out->key, key->file.key);
}

enum od_rc
od_public_key_load(const char *path, struct od_public_key *out, struct od_err *err)
{
	char text[OD_KEY_FILE_LIMIT];
	struct public_file f;
	struct od_span line;
	size_t n = 0;
	enum od_rc rc = start_sodium(err);

	if (rc || (rc = read_key_file(path, false, text, &n, err)))
		return rc;
	if (!key_line(text, n, &line) || !get_base64(&f, sizeof(f), line) ||
	    memcmp(f.algorithm, "Ed", 2) != 0)
		return od_err_set(err, OD_KIND_KEY,
		                  "'%s' is not a public key in minisign's form", path);
	memcpy(out->id, f.id, sizeof(out->id));
	memcpy(out->key, f.key, sizeof(out->key));
	return OD_OK;
}

static void
prehash(struct od_span bytes, unsigned char out[64])
{
	static const unsigned char none;

	crypto_generichash(out, 64, bytes.n ? (const unsigned char *)bytes.p : &none,
	                   bytes.n, NULL, 0);
}

/* What the second signature covers: the first one and the trusted comment. */
static size_t
global_text(unsigned char to[64 + OD_TRUSTED_COMMENT_LIMIT],
            const unsigned char signature[64], struct od_span trusted)
{
	memcpy(to, signature, 64);
	memcpy(to + 64, trusted.p, trusted.n);
	return 64 + trusted.n;
}

struct od_span
od_minisign_sign(const struct od_secret_key *key, struct od_span bytes,
                 const char *trusted, struct od_arena *a)
{
	unsigned char hash[64], global[64], text[64 + OD_TRUSTED_COMMENT_LIMIT];
	struct signature_file f = {.algorithm = {'E', 'D'}};
	struct od_span comment = od_span_str(trusted), out;
	struct od_buf b = {0};

	if (comment.n > OD_TRUSTED_COMMENT_LIMIT)
		comment.n = OD_TRUSTED_COMMENT_LIMIT;
	memcpy(f.id, key->file.id, sizeof(f.id));
	prehash(bytes, hash);
	crypto_sign_detached(f.signature, NULL, hash, sizeof(hash), key->file.key);
	crypto_sign_detached(global, NULL, text,
	                     global_text(text, f.signature, comment), key->file.key);

	od_buf_puts(&b, untrusted);
	od_buf_puts(&b, "signature from an Open-D publisher, key ");
	key_name(&b, f.id);
	od_buf_putc(&b, '\n');
	put_base64(&b, &f, sizeof(f));
	od_buf_putc(&b, '\n');
	od_buf_puts(&b, trusted_head);
	od_buf_span(&b, comment);
	od_buf_putc(&b, '\n');
	put_base64(&b, global, sizeof(global));
	od_buf_putc(&b, '\n');
	out = od_arena_dup(a, od_buf_view(&b));
	od_buf_release(&b);
	return out;
}

struct signature {
	struct signature_file file;
	struct od_span trusted;
	unsigned char global[64];
};

static bool
parse_signature(struct od_span text, struct signature *s)
{
	struct od_span line, more;

	if (text.n > OD_SIGNATURE_FILE_LIMIT || !get_line(&text, &line) ||
	    !has_head(line, untrusted) || !get_line(&text, &line) ||
	    !get_base64(&s->file, sizeof(s->file), line) || !get_line(&text, &line) ||
	    !has_head(line, trusted_head))
		return false;
	s->trusted = (struct od_span){line.p + sizeof(trusted_head) - 1,
	                              line.n - (sizeof(trusted_head) - 1)};
	if (s->trusted.n > OD_TRUSTED_COMMENT_LIMIT ||
	    (s->trusted.n && memchr(s->trusted.p, '\0', s->trusted.n)))
		return false;
	return get_line(&text, &line) &&
	       get_base64(s->global, sizeof(s->global), line) &&
	       !get_line(&text, &more);
}

enum od_rc
od_minisign_verify(const struct od_public_key *key, struct od_span bytes,
                   struct od_span signature, const char *what, struct od_arena *a,
                   const char **trusted, struct od_err *err)
{
	unsigned char hash[64], text[64 + OD_TRUSTED_COMMENT_LIMIT];
	const unsigned char *signed_bytes = (const unsigned char *)bytes.p;
	size_t signed_n = bytes.n;
	struct signature s;
	enum od_rc rc = start_sodium(err);

	if (rc)
		return rc;
	if (!parse_signature(signature, &s))
		return od_err_set(err, OD_KIND_VERIFY,
		                  "the signature of '%s' is not in minisign's form",
		                  what);
	if (memcmp(s.file.id, key->id, sizeof(key->id)) != 0)
		return od_err_set(err, OD_KIND_VERIFY,
		                  "'%s' was signed with another key", what);
	if (memcmp(s.file.algorithm, "ED", 2) == 0) {
		prehash(bytes, hash);
		signed_bytes = hash;
		signed_n = sizeof(hash);
	} else if (memcmp(s.file.algorithm, "Ed", 2) != 0) {
		return od_err_set(err, OD_KIND_VERIFY,
		                  "the signature of '%s' is of an unknown algorithm",
		                  what);
	}
	if (crypto_sign_verify_detached(s.file.signature, signed_bytes, signed_n,
	                                key->key) != 0)
		return od_err_set(err, OD_KIND_VERIFY, "the signature of '%s' is wrong",
		                  what);
	if (crypto_sign_verify_detached(s.global, text,
	                                global_text(text, s.file.signature, s.trusted),
	                                key->key) != 0)
		return od_err_set(
		    err, OD_KIND_VERIFY,
		    "the trusted comment of the signature of '%s' is wrong", what);
	if (trusted)
		*trusted = od_arena_dup(a, s.trusted).p;
	return OD_OK;
}
