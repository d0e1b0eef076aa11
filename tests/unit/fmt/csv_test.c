#include "fmt_test.h"

#include "fmt/guard.h"

static const enum od_type one_text[] = {OD_TYPE_TEXT};

static void
cells_are_quoted_only_where_they_must_be(void **state)
{
	static const struct {
		const char *in, *out;
	} cases[] = {
	    {"a", "a\n"},
	    {"โครงการ", "โครงการ\n"},
	    {"a b", "a b\n"},
	    {"a,b", "\"a,b\"\n"},
	    {"a\"b", "\"a\"\"b\"\n"},
	    {"\"", "\"\"\"\"\n"},
	    {"a\nb", "\"a\nb\"\n"},
	    {"a\rb", "\"a\rb\"\n"},
	    {" a", "\" a\"\n"},
	    {"a ", "\"a \"\n"},
	    {"\ta", "\"\ta\"\n"},
	    {"=1+1", "=1+1\n"},
	    {"12345678,", "\"12345678,\"\n"},
	    {"1234567,9", "\"1234567,9\"\n"},
	    {"12345678901234\"6", "\"12345678901234\"\"6\"\n"},
	    {"\x2b\x2d\x21\x23\x0b\x0e", "\x2b\x2d\x21\x23\x0b\x0e\n"},
	    {"", "\"\"\n"},
	    {NULL, "\"\"\n"},
	};
	struct od_dataset d = dataset_of(one_text, 1);

	(void)state;
	for (size_t i = 0; i < OD_ARRAY_LEN(cases); i++) {
		struct od_pub c = cell(cases[i].in);

		assert_string_equal(encoded(&od_format_csv, &d, &c), cases[i].out);
	}
}

static void
null_and_empty_are_written_alike(void **state)
{
	static const enum od_type types[] = {OD_TYPE_ID, OD_TYPE_TEXT, OD_TYPE_TEXT};
	struct od_dataset d = dataset_of(types, 3);
	const struct od_pub cells[] = {cell("7"), cell(NULL), cell("")};

	(void)state;
	assert_string_equal(encoded(&od_format_csv, &d, cells), "7,,\n");
	assert_string_equal(encoded(&od_format_excel, &d, cells), "7,,\r\n");
}

static void
a_cell_that_begins_a_formula_is_guarded_for_excel(void **state)
{
	static const struct {
		const char *in;
		bool guarded;
	} cases[] = {
	    {"=1+1", true},
	    {"+A1", true},
	    {"-โครงการ", true},
	    {"@SUM(1)", true},
	    {"\tx", true},
	    {"\rx", true},
	    {"\nx", true},
	    {"＝1+1", true},
	    {"＋1", true},
	    {"－1", true},
	    {"＠A1", true},
	    {" =1", true},
	    {"\xe2\x80\x8b=1", true},
	    {"\xef\xbb\xbf-x", true},
	    {"\xc2\xa0+x", true},
	    {"|calc", true},
	    {"%0A=1", true},
	    {"'=1", true},
	    {"- รายการ", true},
	    {"-1,234.50", true},
	    {"-5", false},
	    {"+66", false},
	    {"-5.25", false},
	    {"-5.", true},
	    {"-", true},
	    {"1+1", false},
	    {"a=1", false},
	    {"โครงการ =1", false},
	    {"", false},
	    {"   ", false},
	};

	(void)state;
	for (size_t i = 0; i < OD_ARRAY_LEN(cases); i++)
		if (od_guard_is_needed(od_span_str(cases[i].in)) != cases[i].guarded)
			fail_msg("'%s' should %sbe guarded", cases[i].in,
			         cases[i].guarded ? "" : "not ");
}

static void
only_text_and_codes_are_guarded(void **state)
{
	static const enum od_type types[] = {OD_TYPE_DECIMAL, OD_TYPE_INTEGER,
	                                     OD_TYPE_CODE, OD_TYPE_TEXT};
	struct od_dataset d = dataset_of(types, 4);
	const struct od_pub cells[] = {cell("-1.50"), cell("-7"), cell("-x"),
	                               cell("=a,b")};

	(void)state;
	assert_string_equal(encoded(&od_format_excel, &d, cells),
	                    "-1.50,-7,'-x,\"'=a,b\"\r\n");
	assert_string_equal(encoded(&od_format_csv, &d, cells),
	                    "-1.50,-7,-x,\"=a,b\"\n");
}

static int
hex(char c)
{
	return c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10;
}

/* \\ \n \r \t \xNN */
static struct od_span
unescape(char *line)
{
	char *to = line;

	for (const char *p = line; *p && *p != '\n'; p++) {
		if (*p != '\\') {
			*to++ = *p;
			continue;
		}
		p++;
		if (*p == 'x') {
			*to++ = (char)(hex(p[1]) << 4 | hex(p[2]));
			p += 2;
		} else {
			*to++ = *p == 'n'   ? '\n'
			        : *p == 'r' ? '\r'
			        : *p == 't' ? '\t'
			                    : *p;
		}
	}
	return (struct od_span){line, (size_t)(to - line)};
}

static bool
begins_formula(struct od_span s)
{
	return s.n && (memchr("=+-@\t\r\n", s.p[0], 7) ||
	               (s.n > 2 && (!memcmp(s.p, "＝", 3) || !memcmp(s.p, "＋", 3) ||
	                            !memcmp(s.p, "－", 3) || !memcmp(s.p, "＠", 3))));
}

/* The acceptance pack's list of formulas, where it is at hand. */
static void
every_known_formula_is_guarded(void **state)
{
	FILE *file = fopen("../shared/accept/browser/formulas.txt", "r");
	struct od_dataset d = dataset_of(one_text, 1);
	char line[4096];
	size_t n = 0;

	(void)state;
	if (!file)
		skip();
	while (fgets(line, sizeof(line), file)) {
		const char *out;
		struct od_pub c;

		if (line[0] == '#')
			continue;
		c = (struct od_pub){.v = unescape(line)};
		if (!begins_formula(c.v))
			continue;
		out = encoded(&od_format_excel, &d, &c);
		assert_true(out[0] == '\'' || (out[0] == '"' && out[1] == '\''));
		n++;
	}
	fclose(file);
	assert_true(n > 100);
}

static void
a_file_has_a_header_and_its_own_line_ends(void **state)
{
	static const enum od_type types[] = {OD_TYPE_ID, OD_TYPE_TEXT};
	static const struct {
		const struct od_format *f;
		const char *text;
	} cases[] = {
	    {&od_format_csv, "a,b\n1,ก\n2,\"x\ny\"\n"},
	    {&od_format_excel, "\xef\xbb\xbf"
	                       "a,b\r\n1,ก\r\n2,\"x\ny\"\r\n"},
	};
	struct od_dataset d = dataset_of(types, 2);
	struct od_arena a = {0};

	(void)state;
	for (size_t i = 0; i < OD_ARRAY_LEN(cases); i++) {
		const char *path = new_path("t.csv");
		struct od_format_file *f = cases[i].f->open(path, &d);
		struct od_err err = {0};
		struct od_out_fact fact;
		struct od_span text;

		cases[i].f->row(f, (const struct od_pub[]){cell("1"), cell("ก")});
		cases[i].f->row(f, (const struct od_pub[]){cell("2"), cell("x\ny")});
		assert_int_equal(cases[i].f->close(f, &fact, &err), OD_OK);
		text = read_file(path, &a);
		assert_string_equal(text.p, cases[i].text);
		assert_int_equal(fact.bytes, text.n);
		assert_int_equal(strlen(fact.sha256), 64);
		remove_path(path);
	}
	od_arena_release(&a);
}

static void
a_file_that_cannot_be_made_is_told_at_close(void **state)
{
	struct od_dataset d = dataset_of(one_text, 1);
	struct od_pub c = cell("x");

	(void)state;
	for (size_t i = 0; od_formats[i]; i++) {
		struct od_format_file *f = od_formats[i]->open("/dev/null/x/t", &d);
		struct od_err err = {0};

		od_formats[i]->row(f, &c);
		assert_int_equal(od_formats[i]->close(f, NULL, &err), OD_RUN);
		assert_int_equal(err.kind, OD_KIND_IO);
	}
}

static void
formats_are_found_by_name(void **state)
{
	(void)state;
	assert_ptr_equal(od_format_find("ndjson"), &od_format_ndjson);
	assert_ptr_equal(od_format_find("parquet"), &od_format_parquet);
	assert_null(od_format_find("sas"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(cells_are_quoted_only_where_they_must_be),
	    cmocka_unit_test(null_and_empty_are_written_alike),
	    cmocka_unit_test(a_cell_that_begins_a_formula_is_guarded_for_excel),
	    cmocka_unit_test(only_text_and_codes_are_guarded),
	    cmocka_unit_test(every_known_formula_is_guarded),
	    cmocka_unit_test(a_file_has_a_header_and_its_own_line_ends),
	    cmocka_unit_test(a_file_that_cannot_be_made_is_told_at_close),
	    cmocka_unit_test(formats_are_found_by_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
