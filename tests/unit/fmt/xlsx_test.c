#include "unzip.h"

static const enum od_type all[] = {OD_TYPE_ID,      OD_TYPE_CODE,    OD_TYPE_TEXT,
                                   OD_TYPE_INTEGER, OD_TYPE_DECIMAL, OD_TYPE_BOOLEAN,
                                   OD_TYPE_DATE,    OD_TYPE_DATETIME};

/* A book of one row; the text of its first sheet. */
static char *
sheet_of(const enum od_type *types, const struct od_pub *cells, size_t n)
{
	struct od_dataset d = dataset_of(types, n);
	const char *path = new_path("t.xlsx");
	struct od_format_file *f = od_format_xlsx.open(path, &d);
	struct od_err err = {0};
	char *text;

	od_format_xlsx.row(f, cells);
	assert_int_equal(od_format_xlsx.close(f, NULL, &err), OD_OK);
	text = unzip(path, "xl/worksheets/sheet1.xml", NULL, NULL);
	remove_path(path);
	assert_non_null(text);
	return text;
}

static void
assert_holds(const char *text, const char *part)
{
	if (!strstr(text, part))
		fail_msg("lacks %s in %s", part, text);
}

static void
cells_have_the_type_of_their_field(void **state)
{
	const struct od_pub cells[] = {cell("42"),         cell("007"),
	                               cell("ก & <ข>"),    cell("-12"),
	                               cell("1500000.50"), cell("true"),
	                               cell("2024-02-29"), cell("2024-11-18T09:39:00")};
	char *text = sheet_of(all, cells, 8);

	(void)state;
	assert_holds(text, "<c r=\"A2\" t=\"inlineStr\"><is><t>42</t></is></c>");
	assert_holds(text, "<c r=\"B2\" t=\"inlineStr\"><is><t>007</t></is></c>");
	assert_holds(text, "<t>ก &amp; &lt;ข&gt;</t>");
	assert_holds(text, "<c r=\"D2\"><v>-12</v></c>");
	assert_holds(text, "<c r=\"E2\"><v>1500000.50</v></c>");
	assert_holds(text, "<c r=\"F2\" t=\"b\"><v>1</v></c>");
	assert_holds(text, "<c r=\"G2\" s=\"2\"><v>45351</v></c>");
	assert_holds(text, "<t>2024-11-18T09:39:00</t>");
	assert_holds(text, "<c r=\"A1\" s=\"1\" t=\"inlineStr\"><is><t>a</t>");
	assert_holds(text, "state=\"frozen\"");
	assert_holds(text, "<autoFilter ref=\"A1:H2\"/>");
	free(text);
}

static void
dates_count_from_the_end_of_1899(void **state)
{
	static const enum od_type types[] = {OD_TYPE_DATE};
	static const struct {
		const char *in, *out;
	} cases[] = {
	    {"1901-01-01", "<v>367</v>"},
	    {"2000-02-28", "<v>36584</v>"},
	    {"2000-02-29", "<v>36585</v>"},
	    {"2000-03-01", "<v>36586</v>"},
	    {"2100-03-01", "<v>73110</v>"},
	    {"2025-12-31", "<v>46022</v>"},
	    {"1899-01-01", "<t>1899-01-01"},
	    {"2024-13-01", "<t>2024-13-01"},
	    {"2567", "<t>2567"},
	};

	(void)state;
	for (size_t i = 0; i < OD_ARRAY_LEN(cases); i++) {
		struct od_pub c = cell(cases[i].in);
		char *text = sheet_of(types, &c, 1);

		assert_holds(text, cases[i].out);
		free(text);
	}
}

static void
a_number_that_a_double_would_change_is_text(void **state)
{
	static const enum od_type types[] = {OD_TYPE_DECIMAL};
	static const struct {
		const char *in, *out;
	} cases[] = {
	    {"1234567890123.45", "<v>1234567890123.45</v>"},
	    {"12345678901234.56", "<t>12345678901234.56</t>"},
	    {"0.000123456789012345", "<v>0.000123456789012345</v>"},
	    {"0.00", "<v>0.00</v>"},
	    {"-", "<t>-</t>"},
	};

	(void)state;
	for (size_t i = 0; i < OD_ARRAY_LEN(cases); i++) {
		struct od_pub c = cell(cases[i].in);
		char *text = sheet_of(types, &c, 1);

		assert_holds(text, cases[i].out);
		free(text);
	}
}

static void
text_that_xml_or_excel_would_change_is_escaped(void **state)
{
	static const enum od_type types[] = {OD_TYPE_TEXT};
	static const struct {
		const char *in, *out;
	} cases[] = {
	    {" a", "<t xml:space=\"preserve\"> a</t>"},
	    {"a\n", "<t xml:space=\"preserve\">a\n</t>"},
	    {"a\r\nb", "<t>a&#13;\nb</t>"},
	    {"_x0041_", "<t>_x005F_x0041_</t>"},
	    {"a_b", "<t>a_b</t>"},
	    {"12345678_x00E9_", "<t>12345678_x005F_x00E9_</t>"},
	    {"a\x01", "<t>a_x0001_</t>"},
	    {"a\xef\xbf\xbe", "<t>a\xef\xbf\xbd</t>"},
	    {"＝1", "<t>＝1</t>"},
	    {"=1+1", "<t>=1+1</t>"},
	};

	(void)state;
	for (size_t i = 0; i < OD_ARRAY_LEN(cases); i++) {
		struct od_pub c = cell(cases[i].in);
		char *text = sheet_of(types, &c, 1);

		assert_holds(text, cases[i].out);
		assert_null(strstr(text, "<f>"));
		free(text);
	}
}

static void
a_cell_too_long_for_excel_is_cut_with_a_mark(void **state)
{
	static const enum od_type types[] = {OD_TYPE_TEXT};
	enum { LIMIT = 32767 };
	char *long_text = malloc(LIMIT + 2), *text;
	struct od_pub c;

	(void)state;
	memset(long_text, 'x', LIMIT + 1);
	long_text[LIMIT + 1] = '\0';
	c = (struct od_pub){.v = {long_text, LIMIT}};
	text = sheet_of(types, &c, 1);
	assert_null(strstr(text, "CSV"));
	free(text);
	c.v.n++;
	text = sheet_of(types, &c, 1);
	assert_holds(text, "full text is in the CSV file]</t>");
	free(text);
	free(long_text);
}

static void
a_long_table_goes_on_in_a_second_sheet(void **state)
{
	static const enum od_type types[] = {OD_TYPE_INTEGER};
	enum { ROWS = 1048576 };
	struct od_dataset d = dataset_of(types, 1);
	const char *path = new_path("t.xlsx");
	struct od_format_file *f = od_format_xlsx.open(path, &d);
	struct od_err err = {0};
	struct od_pub c = cell("7");
	char *text;

	(void)state;
	for (size_t i = 0; i < ROWS; i++)
		od_format_xlsx.row(f, &c);
	assert_int_equal(od_format_xlsx.close(f, NULL, &err), OD_OK);
	text = unzip(path, "xl/worksheets/sheet1.xml", NULL, NULL);
	assert_holds(text + strlen(text) - 200, "<row r=\"1048576\">");
	assert_holds(text + strlen(text) - 200, "<autoFilter ref=\"A1:A1048576\"/>");
	free(text);
	text = unzip(path, "xl/worksheets/sheet2.xml", NULL, NULL);
	assert_holds(text, "<row r=\"2\"><c r=\"A2\"><v>7</v></c></row>\n</sheetData>");
	free(text);
	text = unzip(path, "xl/workbook.xml", NULL, NULL);
	assert_holds(text, "<sheet name=\"table\" sheetId=\"1\" r:id=\"rId1\"/>"
	                   "<sheet name=\"table 2\" sheetId=\"2\" r:id=\"rId2\"/>"
	                   "<sheet name=\"columns\" sheetId=\"3\" r:id=\"rId3\"/>");
	free(text);
	remove_path(path);
}

/* file(1) and what uses it look at the first three members. */
static void
members_stand_where_readers_look_for_them(void **state)
{
	static const char *const first[] = {"_rels/.rels", "docProps/core.xml",
	                                    "xl/styles.xml"};
	struct od_dataset d = dataset_of(all, 8);
	const char *path = new_path("t.xlsx");
	struct od_format_file *f = od_format_xlsx.open(path, &d);
	struct od_err err = {0};
	char *text;

	(void)state;
	assert_int_equal(od_format_xlsx.close(f, NULL, &err), OD_OK);
	for (size_t i = 0; i < OD_ARRAY_LEN(first); i++) {
		size_t at = 99;

		free(unzip(path, first[i], NULL, &at));
		assert_int_equal(at, i);
	}
	text = unzip(path, "docProps/core.xml", NULL, NULL);
	assert_holds(text, "<dc:title>ตาราง &amp; &lt;อื่น&gt; / Table</dc:title>");
	free(text);
	text = unzip(path, "xl/worksheets/sheet2.xml", NULL, NULL);
	assert_holds(text, "<t>Meaning</t>");
	free(text);
	text = unzip(path, "[Content_Types].xml", NULL, NULL);
	assert_holds(text, "/xl/worksheets/sheet2.xml");
	free(text);
	remove_path(path);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(cells_have_the_type_of_their_field),
	    cmocka_unit_test(dates_count_from_the_end_of_1899),
	    cmocka_unit_test(a_number_that_a_double_would_change_is_text),
	    cmocka_unit_test(text_that_xml_or_excel_would_change_is_escaped),
	    cmocka_unit_test(a_cell_too_long_for_excel_is_cut_with_a_mark),
	    cmocka_unit_test(a_long_table_goes_on_in_a_second_sheet),
	    cmocka_unit_test(members_stand_where_readers_look_for_them),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
