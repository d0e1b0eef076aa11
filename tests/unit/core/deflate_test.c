#include "core/deflate.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <zlib.h>

enum { GZIP = MAX_WBITS + 16, RAW = -MAX_WBITS };

/* zlib takes it apart to `want` and needs all of it; false if not. */
static bool
unpacks_to(int form, struct od_span packed, struct od_span want)
{
	z_stream z = {0};
	unsigned char *out = malloc(want.n + 1);
	bool same;

	assert_int_equal(inflateInit2(&z, form), Z_OK);
	memcpy(&z.next_in, &packed.p, sizeof(packed.p));
	z.avail_in = (unsigned)packed.n;
	z.next_out = out;
	z.avail_out = (unsigned)want.n + 1;
	same = inflate(&z, Z_FINISH) == Z_STREAM_END && z.avail_in == 0 &&
	       z.total_out == want.n && (!want.n || !memcmp(out, want.p, want.n));
	inflateEnd(&z);
	free(out);
	return same;
}

/* Noise does not compress, the other does; a block of libdeflate's has 300,000 bytes.
 */
static char *
text_of(bool is_noise, size_t n)
{
	char *text = malloc(n + 1);
	uint32_t noise = 1;

	assert_non_null(text);
	for (size_t k = 0; k < n; k++) {
		noise = noise * 1664525u + 1013904223u;
		text[k] = is_noise ? (char)(noise >> 24)
		                   : "open data "[(noise >> 30) + k % 6];
	}
	return text;
}

/* Text that compresses, and noise that does not and fills the output many times over.
 */
static void
what_is_packed_unpacks(void **state)
{
	static const size_t sizes[] = {0, 1, 100, 65536, 1000000};

	(void)state;
	for (size_t kind = 0; kind < 2; kind++)
		for (size_t i = 0; i < OD_ARRAY_LEN(sizes); i++) {
			struct od_buf packed = {0}, back = {0};
			char *text = text_of(kind, sizes[i]);
			struct od_span want = {text, sizes[i]};

			od_gzip(want, &packed);
			assert_true(unpacks_to(GZIP, od_buf_view(&packed), want));
			assert_true(od_gunzip(od_buf_view(&packed), sizes[i], &back));
			assert_int_equal(back.n, sizes[i]);
			if (sizes[i]) {
				assert_memory_equal(back.p, text, sizes[i]);
				assert_false(od_gunzip(od_buf_view(&packed),
				                       sizes[i] - 1, &back));
			}
			packed.p[packed.n / 2] ^= 1;
			packed.n--;
			assert_false(od_gunzip(od_buf_view(&packed), 2000000, &back));
			assert_int_equal(back.n, sizes[i]);
			free(text);
			od_buf_release(&packed);
			od_buf_release(&back);
		}
}

/* Of every size, so that the last block ends at every bit of a byte. */
static void
pieces_are_one_stream(void **state)
{
	enum { SMALL = 3000, LARGE = 2500000 };
	struct od_deflate *d = od_deflate_new();
	struct od_buf stream = {0};

	(void)state;
	for (size_t kind = 0; kind < 2; kind++) {
		char *text = text_of(kind, LARGE);
		size_t at = 0;

		stream.n = 0;
		for (size_t n = 0; n < SMALL; at += n++)
			od_buf_span(
			    &stream,
			    od_deflate_piece(d, (struct od_span){text + at % SMALL, n},
			                     false));
		od_buf_span(&stream,
		            od_deflate_piece(d, (struct od_span){text, 0}, true));
		{
			struct od_buf want = {0};

			at = 0;
			for (size_t n = 0; n < SMALL; at += n++)
				od_buf_put(&want, text + at % SMALL, n);
			assert_true(
			    unpacks_to(RAW, od_buf_view(&stream), od_buf_view(&want)));
			od_buf_release(&want);
		}

		stream.n = 0;
		for (at = 0; at + 1000000 < LARGE; at += 1000000)
			od_buf_span(
			    &stream,
			    od_deflate_piece(d, (struct od_span){text + at, 1000000},
			                     false));
		od_buf_span(
		    &stream,
		    od_deflate_piece(d, (struct od_span){text + at, LARGE - at}, true));
		assert_true(unpacks_to(RAW, od_buf_view(&stream),
		                       (struct od_span){text, LARGE}));
		free(text);
	}
	od_buf_release(&stream);
	od_deflate_free(d);
}

static void
no_name_and_no_time_stand_in_the_header(void **state)
{
	struct od_buf packed = {0};

	(void)state;
	od_buf_puts(&packed, "before");
	od_gzip(od_span_str("text"), &packed);
	assert_memory_equal(packed.p, "before\x1f\x8b\x08\0\0\0\0\0", 14);
	od_buf_release(&packed);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(what_is_packed_unpacks),
	    cmocka_unit_test(pieces_are_one_stream),
	    cmocka_unit_test(no_name_and_no_time_stand_in_the_header),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
