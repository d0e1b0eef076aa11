#include "fmt/gzip.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <isa-l/igzip_lib.h>

/* Unpacks a gzip file of a known size; false if it is none or of another size. */
static bool
unpacks_to(struct od_span packed, struct od_span want)
{
	struct inflate_state z;
	unsigned char *out = malloc(want.n + 1);
	bool same;

	isal_inflate_init(&z);
	z.crc_flag = ISAL_GZIP;
	memcpy(&z.next_in, &packed.p, sizeof(packed.p));
	z.avail_in = (uint32_t)packed.n;
	z.next_out = out;
	z.avail_out = (uint32_t)want.n + 1;
	same = isal_inflate(&z) == ISAL_DECOMP_OK &&
	       z.block_state == ISAL_BLOCK_FINISH && z.total_out == want.n &&
	       (!want.n || !memcmp(out, want.p, want.n));
	free(out);
	return same;
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
			struct od_buf packed = {0};
			char *text = malloc(sizes[i] + 1);
			uint32_t noise = 1;

			for (size_t k = 0; k < sizes[i]; k++) {
				noise = noise * 1664525u + 1013904223u;
				text[k] =
				    kind ? (char)(noise >> 24) : "open data "[k % 10];
			}
			od_gzip((struct od_span){text, sizes[i]}, &packed);
			assert_true(unpacks_to(od_buf_view(&packed),
			                       (struct od_span){text, sizes[i]}));
			free(text);
			od_buf_release(&packed);
		}
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
	    cmocka_unit_test(no_name_and_no_time_stand_in_the_header),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
