#include "cmocka_first.h"

#include <unistd.h>

#include "core/hash.h"

/* FIPS 180-2, appendix B, and the empty text. */
static const struct {
	const char *text, *hex;
} vectors[] = {
    {"", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
    {"abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
    {"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
     "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
};

static void
texts_hash_as_the_standard_says(void **state)
{
	char hex[OD_SHA256_HEX];

	(void)state;
	for (size_t i = 0; i < sizeof(vectors) / sizeof(*vectors); i++) {
		od_sha256_hex(od_span_str(vectors[i].text), hex);
		assert_string_equal(hex, vectors[i].hex);
	}
}

static void
a_million_letters_in_pieces(void **state)
{
	struct od_sha256 *h = od_sha256_open();
	char text[1000], hex[OD_SHA256_HEX];

	(void)state;
	memset(text, 'a', sizeof(text));
	for (int i = 0; i < 1000; i++)
		od_sha256_put(h, text, sizeof(text));
	od_sha256_close(h, hex);
	assert_string_equal(
	    hex, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

static void
hash_fields(const char *const *fields, size_t n, char hex[OD_SHA256_HEX])
{
	struct od_sha256 *h = od_sha256_open();

	for (size_t i = 0; i < n; i++)
		od_sha256_field(h, od_span_str(fields[i]));
	od_sha256_close(h, hex);
}

static void
neighbouring_fields_are_not_mistaken_for_one(void **state)
{
	char a[OD_SHA256_HEX], b[OD_SHA256_HEX], c[OD_SHA256_HEX];

	(void)state;
	hash_fields((const char *[]){"ab", "c"}, 2, a);
	hash_fields((const char *[]){"a", "bc"}, 2, b);
	hash_fields((const char *[]){"ab", "c", ""}, 3, c);
	assert_string_not_equal(a, b);
	assert_string_not_equal(a, c);
}

static void
a_file_hashes_like_its_bytes(void **state)
{
	char path[] = "/tmp/odp-hash-XXXXXX", hex[OD_SHA256_HEX];
	int fd = mkstemp(path);
	struct od_err err;
	uint64_t bytes;

	(void)state;
	assert_true(fd >= 0);
	assert_int_equal(write(fd, "abc", 3), 3);
	assert_int_equal(od_sha256_file(path, hex, &bytes, &err), OD_OK);
	assert_string_equal(hex, vectors[1].hex);
	assert_int_equal(bytes, 3);
	close(fd);
	unlink(path);
	assert_int_equal(od_sha256_file(path, hex, &bytes, &err), OD_RUN);
	assert_int_equal(err.kind, OD_KIND_IO);
}

/* RFC 4231, test case 1 */
static void
hmac_is_that_of_the_rfc(void **state)
{
	static const unsigned char want[OD_SHA256_BYTES] = {
	    0xb0, 0x34, 0x4c, 0x61, 0xd8, 0xdb, 0x38, 0x53, 0x5c, 0xa8, 0xaf,
	    0xce, 0xaf, 0x0b, 0xf1, 0x2b, 0x88, 0x1d, 0xc2, 0x00, 0xc9, 0x83,
	    0x3d, 0xa7, 0x26, 0xe9, 0x37, 0x6c, 0x2e, 0x32, 0xcf, 0xf7};
	unsigned char key[20], out[OD_SHA256_BYTES];

	(void)state;
	memset(key, 0x0b, sizeof(key));
	od_hmac_sha256(key, sizeof(key), OD_SPAN("Hi There"), out);
	assert_memory_equal(out, want, sizeof(want));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(texts_hash_as_the_standard_says),
	    cmocka_unit_test(a_million_letters_in_pieces),
	    cmocka_unit_test(neighbouring_fields_are_not_mistaken_for_one),
	    cmocka_unit_test(a_file_hashes_like_its_bytes),
	    cmocka_unit_test(hmac_is_that_of_the_rfc),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
