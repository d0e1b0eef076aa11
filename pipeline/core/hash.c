#include "core/hash.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/arena.h"

struct od_sha256 {
	EVP_MD_CTX *ctx;
};

struct od_sha256 *
od_sha256_open(void)
{
	struct od_sha256 *h = od_alloc(sizeof(*h));

	h->ctx = EVP_MD_CTX_new();
	if (!h->ctx || EVP_DigestInit_ex(h->ctx, EVP_sha256(), NULL) != 1)
		_exit(70);
	return h;
}

void
od_sha256_put(struct od_sha256 *h, const void *p, size_t n)
{
	if (EVP_DigestUpdate(h->ctx, p, n) != 1)
		_exit(70);
}

void
od_sha256_field(struct od_sha256 *h, struct od_span s)
{
	uint64_t n = s.n;

	od_sha256_put(h, &n, sizeof(n));
	od_sha256_put(h, s.p, s.n);
}

void
od_sha256_close(struct od_sha256 *h, char hex[OD_SHA256_HEX])
{
	static const char digits[] = "0123456789abcdef";
	unsigned char md[EVP_MAX_MD_SIZE];
	unsigned n = 0;

	if (EVP_DigestFinal_ex(h->ctx, md, &n) != 1 || n != OD_SHA256_BYTES)
		_exit(70);
	for (unsigned i = 0; i < n; i++) {
		hex[2 * i] = digits[md[i] >> 4];
		hex[2 * i + 1] = digits[md[i] & 15];
	}
	hex[2 * n] = '\0';
	EVP_MD_CTX_free(h->ctx);
	free(h);
}

void
od_sha256_hex(struct od_span s, char hex[OD_SHA256_HEX])
{
	struct od_sha256 *h = od_sha256_open();

	od_sha256_put(h, s.p, s.n);
	od_sha256_close(h, hex);
}

enum od_rc
od_sha256_file(const char *path, char hex[OD_SHA256_HEX], uint64_t *bytes,
               struct od_err *err)
{
	enum { BLOCK = 1 << 18 };
	enum od_rc rc = OD_OK;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	struct od_sha256 *h;
	char *block;
	ssize_t n;

	if (fd < 0)
		return od_err_sys(err, OD_KIND_IO, errno, "cannot open '%s'", path);
	h = od_sha256_open();
	block = od_alloc(BLOCK);
	*bytes = 0;
	while ((n = read(fd, block, BLOCK)) != 0) {
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0) {
			rc = od_err_sys(err, OD_KIND_IO, errno, "cannot read '%s'",
			                path);
			break;
		}
		od_sha256_put(h, block, (size_t)n);
		*bytes += (uint64_t)n;
	}
	od_sha256_close(h, hex);
	free(block);
	close(fd);
	return rc;
}

void
od_hmac_sha256(const unsigned char *key, size_t n, struct od_span s,
               unsigned char out[OD_SHA256_BYTES])
{
	const unsigned char *p = (const unsigned char *)(s.n ? s.p : "");
	unsigned written = 0;

	if (!HMAC(EVP_sha256(), key, (int)n, p, s.n, out, &written) ||
	    written != OD_SHA256_BYTES)
		_exit(70);
}
