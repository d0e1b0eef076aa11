#include "remote/uuid.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void
names_give_the_ids_of_the_rfc(void **state)
{
	static const struct {
		const struct od_uuid *space;
		const char *name, *id;
	} cases[] = {
	    {&od_uuid_dns, "www.example.com", "2ed6657d-e927-568b-95e1-2665a8aea6a2"},
	    {&od_uuid_dns, "python.org", "886313e1-3b8a-5372-9b90-0c9aee199e5d"},
	    {&od_uuid_dns, "", "4ebd0208-8328-5d69-8c44-ec50939c0967"},
	    {&od_uuid_url, "https://opendata.nesdc.go.th/open-d/",
	     "a3fe6cd1-8614-5f2e-b9d5-a20bba0cabc2"},
	};
	char text[OD_UUID_TEXT];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		od_uuid_text(od_uuid_v5(*cases[i].space, od_span_str(cases[i].name)),
		             text);
		assert_string_equal(text, cases[i].id);
	}
}

/* Lengths around the block and the padding of SHA-1. */
static void
every_length_of_name_is_hashed_whole(void **state)
{
	static const struct {
		size_t n;
		const char *id;
	} cases[] = {
	    {38, "1692765d-1c95-5ac5-a073-ac1b4660febe"},
	    {39, "615eac0e-03db-567b-8580-916c1aca1cc2"},
	    {40, "c5c985c8-6875-5a42-b6e3-2872703afed4"},
	    {47, "60100e11-180f-59cb-911f-bdb3aa734c9d"},
	    {48, "aa33c522-9edc-58a5-b5af-e2a12995886e"},
	    {49, "5f34ff08-c93f-5aca-811f-32e7d0b994bd"},
	    {1000, "7f46a8f9-f8ba-5a67-983a-ffc2101475df"},
	};
	char name[1000], text[OD_UUID_TEXT];

	(void)state;
	memset(name, 'a', sizeof(name));
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		od_uuid_text(
		    od_uuid_v5(od_uuid_url, (struct od_span){name, cases[i].n}), text);
		assert_string_equal(text, cases[i].id);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(names_give_the_ids_of_the_rfc),
	    cmocka_unit_test(every_length_of_name_is_hashed_whole),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
