#include "remote/uuid.h"

#include <stdint.h>
#include <string.h>

const struct od_uuid od_uuid_dns = {{0x6b, 0xa7, 0xb8, 0x10, 0x9d, 0xad, 0x11, 0xd1,
                                     0x80, 0xb4, 0x00, 0xc0, 0x4f, 0xd4, 0x30, 0xc8}};
const struct od_uuid od_uuid_url = {{0x6b, 0xa7, 0xb8, 0x11, 0x9d, 0xad, 0x11, 0xd1,
                                     0x80, 0xb4, 0x00, 0xc0, 0x4f, 0xd4, 0x30, 0xc8}};

/* A running SHA-1 (FIPS 180-4, section 6.1). libcrypto belongs to core/, which has no
 * use for SHA-1; so it stands here, where nobody takes it for protection. */
struct sha1 {
	uint32_t h[5];
	unsigned char block[64];
	size_t fill;
	uint64_t bytes;
};

static uint32_t
rotate(uint32_t v, unsigned n)
{
	return v << n | v >> (32 - n);
}

static void
digest_block(struct sha1 *s)
{
	static const uint32_t k[4] = {0x5a827999, 0x6ed9eba1, 0x8f1bbcdc, 0xca62c1d6};
	uint32_t w[80], a = s->h[0], b = s->h[1], c = s->h[2], d = s->h[3], e = s->h[4];

	for (unsigned i = 0; i < 16; i++)
		w[i] = (uint32_t)s->block[4 * i] << 24 |
		       (uint32_t)s->block[4 * i + 1] << 16 |
		       (uint32_t)s->block[4 * i + 2] << 8 | s->block[4 * i + 3];
	for (unsigned i = 16; i < 80; i++)
		w[i] = rotate(w[i - 3] ^ w[i - 8] ^ w[i - 14] ^ w[i - 16], 1);
	for (unsigned i = 0; i < 80; i++) {
		uint32_t f = i < 20   ? (b & c) | (~b & d)
		             : i < 40 ? b ^ c ^ d
		             : i < 60 ? (b & c) | (b & d) | (c & d)
		                      : b ^ c ^ d;
		uint32_t t = rotate(a, 5) + f + e + k[i / 20] + w[i];

		e = d;
		d = c;
		c = rotate(b, 30);
		b = a;
		a = t;
	}
	s->h[0] += a;
	s->h[1] += b;
	s->h[2] += c;
	s->h[3] += d;
	s->h[4] += e;
	s->fill = 0;
}

static void
digest_put(struct sha1 *s, const void *p, size_t n)
{
	const unsigned char *from = p;

	s->bytes += n;
	for (size_t i = 0; i < n; i++) {
		s->block[s->fill++] = from[i];
		if (s->fill == sizeof(s->block))
			digest_block(s);
	}
}

static void
digest_end(struct sha1 *s, unsigned char out[20])
{
	static const unsigned char one = 0x80, zero = 0;
	uint64_t bits = s->bytes * 8;
	unsigned char length[8];

	digest_put(s, &one, 1);
	while (s->fill != 56)
		digest_put(s, &zero, 1);
	for (unsigned i = 0; i < 8; i++)
		length[i] = (unsigned char)(bits >> (56 - 8 * i));
	digest_put(s, length, sizeof(length));
	for (unsigned i = 0; i < 20; i++)
		out[i] = (unsigned char)(s->h[i / 4] >> (24 - 8 * (i % 4)));
}

struct od_uuid
od_uuid_v5(struct od_uuid space, struct od_span name)
{
	struct sha1 s = {
	    .h = {0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0},
	};
	unsigned char hash[20];
	struct od_uuid id;

	digest_put(&s, space.b, sizeof(space.b));
	digest_put(&s, name.p, name.n);
	digest_end(&s, hash);
	memcpy(id.b, hash, sizeof(id.b));
	id.b[6] = (unsigned char)((id.b[6] & 0x0f) | 0x50);
	id.b[8] = (unsigned char)((id.b[8] & 0x3f) | 0x80);
	return id;
}

void
od_uuid_text(struct od_uuid id, char to[OD_UUID_TEXT])
{
	static const char hex[] = "0123456789abcdef";
	size_t n = 0;

	for (size_t i = 0; i < sizeof(id.b); i++) {
		if (i == 4 || i == 6 || i == 8 || i == 10)
			to[n++] = '-';
		to[n++] = hex[id.b[i] >> 4];
		to[n++] = hex[id.b[i] & 15];
	}
	to[n] = '\0';
}
