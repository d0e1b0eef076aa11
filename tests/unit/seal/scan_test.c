#include "tree.h"

#include <archive.h>
#include <archive_entry.h>
#include <sqlite3.h>

#include "fmt/format.h"

/* All numbers and names are made up. */
static const struct {
	const char *text;
	int kind; /* the one rule that fires once; -1: none */
} cases[] = {
    /* citizen ids, as people write them */
    {"8486553464628", OD_SCAN_CITIZEN_ID},
    {"เลข 8486553464628 ของ", OD_SCAN_CITIZEN_ID},
    {"เลขบัตร8486553464628ของ", OD_SCAN_CITIZEN_ID},
    {"8-4865-53464-62-8", OD_SCAN_CITIZEN_ID},
    {"8\xe2\x80\x93"
     "4865\xe2\x80\x93"
     "53464\xe2\x80\x93"
     "62\xe2\x80\x93"
     "8",
     OD_SCAN_CITIZEN_ID},
    {"8 4865 53464 62 8", OD_SCAN_CITIZEN_ID},
    {"8.4865.53464.62.8", OD_SCAN_CITIZEN_ID},
    {"8\xc2\xa0"
     "4865\xc2\xa0"
     "53464\xc2\xa0"
     "62\xc2\xa0"
     "8",
     OD_SCAN_CITIZEN_ID},
    {"8 486553464628", OD_SCAN_CITIZEN_ID},
    {"84865\xe2\x80\x8b"
     "53464628",
     OD_SCAN_CITIZEN_ID},
    {"(8-4865-53464-62-8)", OD_SCAN_CITIZEN_ID},
    {"id_8486553464628", OD_SCAN_CITIZEN_ID},
    {"ID8486553464628", OD_SCAN_CITIZEN_ID},
    {"๘๔๘๖๕๕๓๔๖๔๖๒๘", OD_SCAN_CITIZEN_ID},
    {"๘-๔๘๖๕-๕๓๔๖๔-๖๒-๘", OD_SCAN_CITIZEN_ID},
    {"848655๓๔๖๔๖๒๘", OD_SCAN_CITIZEN_ID},
    {"８４８６５５３４６４６２８", OD_SCAN_CITIZEN_ID},
    {"8&nbsp;4865&nbsp;53464&nbsp;62&nbsp;8", OD_SCAN_CITIZEN_ID},
    {"8&#45;4865&#x2d;53464-62-8", OD_SCAN_CITIZEN_ID},
    {"\"\\u0e58\\u0e54\\u0e58\\u0e56\\u0e55\\u0e55\\u0e53\\u0e54\\u0e56\\u0e54\\u0e56\\"
     "u0e52\\u0e58\"",
     OD_SCAN_CITIZEN_ID},
    {"&#3672;&#3668;&#3672;&#3670;&#3669;&#3669;&#3667;&#3668;&#3670;&#3668;&#3670;&#"
     "3666;&#3672;",
     OD_SCAN_CITIZEN_ID},
    {"q=%E0%B9%98%E0%B9%94%E0%B9%98%E0%B9%96%E0%B9%95%E0%B9%95%E0%B9%93%E0%B9%94%E0%B9%"
     "96%E0%B9%94"
     "%E0%B9%96%E0%B9%92%E0%B9%98",
     OD_SCAN_CITIZEN_ID},
    {"a\\n8486553464628\\nb", OD_SCAN_CITIZEN_ID},
    {"1,\"8486553464628\",2", OD_SCAN_CITIZEN_ID},
    {"1,8486553464628,2", OD_SCAN_CITIZEN_ID},
    /* what is none */
    {"8486553464629", -1},
    {"0105505024806", -1},
    {"18486553464628", -1},
    {"84865534646281", -1},
    {"1234567890123.50", -1},
    {"3185000000000.00", -1},
    {"0.8486553464628", -1},
    {"img_8486553464628.jpg", -1},
    {"a8486553464628f0", -1},
    {"84865\n53464628", -1},
    {"13.756331,100.501762", -1},
    {"2021-02-15 10:00:00,2021-02-16 11:00:00", -1},
    {"3b5d8f0812345678a9c0", -1},
    {"2500700831000023,13,2566", -1},
    {"2567-2570", -1},
    {"พ.ศ. 2566 2567 2568 2569", -1},
    /* mobiles */
    {"0812345670", OD_SCAN_MOBILE},
    {"081-234-5670", OD_SCAN_MOBILE},
    {"081 234 5670", OD_SCAN_MOBILE},
    {"081-2345670", OD_SCAN_MOBILE},
    {"08-1234-5670", OD_SCAN_MOBILE},
    {"(081) 234-5670", OD_SCAN_MOBILE},
    {"+66812345670", OD_SCAN_MOBILE},
    {"+66 81 234 5670", OD_SCAN_MOBILE},
    {"+66-8-1234-5670", OD_SCAN_MOBILE},
    {"+66 (0)81 234 5670", OD_SCAN_MOBILE},
    {"0066812345670", OD_SCAN_MOBILE},
    {"๐๘๑-๒๓๔-๕๖๗๐", OD_SCAN_MOBILE},
    {"โทร.0812345670", OD_SCAN_MOBILE},
    {"%2B66812345670", OD_SCAN_MOBILE},
    {"02-123-4567", -1},
    {"0212345678", -1},
    {"66012345678", -1},
    {"0800100000", -1},
    {"กษ 0912-63-0014", -1},
    {"09 2566 2567", -1},
    {"081234567", -1},
    {"08123456701", -1},
    {"083.5607358", -1},
    {"+0812345670", -1},
    /* e-mail */
    {"somchai@example.com", OD_SCAN_EMAIL},
    {"mailto:somchai@example.com", OD_SCAN_EMAIL},
    {"อีเมลsomchai.s+x@mail.example.co.thนะ", OD_SCAN_EMAIL},
    {"somchai&#64;example.com", OD_SCAN_EMAIL},
    {"somchai (at) example.com", OD_SCAN_EMAIL},
    {"somchai\\u0040example.com", OD_SCAN_EMAIL},
    {"somchai%40example.com", OD_SCAN_EMAIL},
    {"OpenData@office.example", -1},
    {"x@role.example", -1},
    {"xopendata@office.example", OD_SCAN_EMAIL},
    {"@media screen", -1},
    {"{\"@context\":\"https://schema.org\"}", -1},
    {"logo@2x.png", -1},
    {"npm i minisearch@7.1.0", -1},
    {"a @ b", -1},
    /* LINE */
    {"LINE : nn_abcdefg", OD_SCAN_LINE},
    {"Line ID: somchai", OD_SCAN_LINE},
    {"ไลน์ไอดี somchai99", OD_SCAN_LINE},
    {"ไอดีไลน์: somchai99", OD_SCAN_LINE},
    {"online: training9", -1},
    {"LINE : Official Account", -1},
    {"Production line : SUS304", -1},
    {"line-height: 1.5em", -1},
    {"underline:none", -1},
    {"LINE Official", -1},
    /* bank accounts */
    {"เลขที่บัญชี 123-4-56789-0", OD_SCAN_BANK},
    {"กรุงไทย 123-4-56789-0", OD_SCAN_BANK},
    {"เลขที่บัญชี 1234567890", OD_SCAN_BANK},
    {"เลขที่บัญชี: 123 4 56789 0", OD_SCAN_BANK},
    {"บัญชี 5 หมวด 1234567890", -1},
    {"123 4 56789 0", -1},
    /* houses */
    {"บ้านเลขที่ 12/345", OD_SCAN_HOUSE},
    {"บ้านเลขที่ ๑๒/๓", OD_SCAN_HOUSE},
    {"บ้านเลขที่ 12", -1},
    {"ถนน 12/345", -1},
    /* names: counted, not held */
    {"นายสมชาย ใจดี", OD_SCAN_NAME},
    {"พ.ต.อ.สมชาย ใจดี", OD_SCAN_NAME},
    {"น.ส. สมหญิง ใจดี", OD_SCAN_NAME},
    {"นายกรัฐมนตรี แถลง", -1},
    {"นายอำเภอ เมืองเชียงใหม่", -1},
    {"เจ้านาย ใจดี", -1},
    {"ตำบลนางลือ อำเภอเมือง", -1},
    {"อำเภอนางรอง จังหวัดบุรีรัมย์", -1},
};

struct fixture {
	struct od_arena a;
	struct od_scanner *scanner;
	struct od_scan *scan;
};

static void
fixture_open(struct fixture *f)
{
	static const char *const allowed[] = {"opendata@office.example",
	                                      "@role.example", NULL};
	struct od_err err;

	*f = (struct fixture){0};
	assert_int_equal(od_scanner_open(allowed, &f->a, &f->scanner, &err), OD_OK);
	assert_int_equal(od_scan_open(f->scanner, &f->a, &f->scan, &err), OD_OK);
}

static void
fixture_close(struct fixture *f)
{
	od_scan_close(f->scan);
	od_scanner_close(f->scanner);
	od_arena_release(&f->a);
}

static void
check(const char *text, int kind, const struct od_scan_hits *hits, unsigned times)
{
	for (int k = 0; k < OD_SCAN_KINDS; k++)
		if (hits->n[k] != (k == kind ? times : 0))
			fail_msg("%s fires %u times on: %s", od_scan_rules[k].name,
			         hits->n[k], text);
}

static void
each_rule_fires_on_what_it_names_and_on_nothing_else(void **state)
{
	struct fixture f;

	(void)state;
	fixture_open(&f);
	for (size_t i = 0; i < OD_ARRAY_LEN(cases); i++) {
		struct od_scan_hits hits = {0};

		od_scan_start(f.scan);
		od_scan_put(f.scan, cases[i].text, strlen(cases[i].text));
		od_scan_end(f.scan, &hits);
		check(cases[i].text, cases[i].kind, &hits, 1);
	}
	fixture_close(&f);
}

/* Wherever the pieces of a large file are cut, a hit is found, and once. */
static void
a_hit_is_found_once_wherever_pieces_meet(void **state)
{
	enum { PIECE = 1 << 20 };
	static const char filler[] = "ข้อความ 12,345.00 ";
	struct od_buf b = {0};
	struct fixture f;

	(void)state;
	fixture_open(&f);
	for (size_t i = 0; i < OD_ARRAY_LEN(cases); i++) {
		size_t n = strlen(cases[i].text);
		struct od_scan_hits hits = {0};
		unsigned times = 0;

		if (cases[i].kind < 0)
			continue;
		b.n = 0;
		/* Around the piece, and where the look ahead and behind begin. */
		for (size_t at = PIECE - 1200; at < PIECE + 1200;
		     at += n + 7, times++) {
			while (b.n < at)
				od_buf_put(&b, filler,
				           at - b.n < sizeof(filler) - 1
				               ? at - b.n
				               : sizeof(filler) - 1);
			od_buf_putc(&b, '\n');
			od_buf_put(&b, cases[i].text, n);
			od_buf_putc(&b, '\n');
		}
		od_scan_start(f.scan);
		od_scan_put(f.scan, b.p, b.n);
		od_scan_end(f.scan, &hits);
		check(cases[i].text, cases[i].kind, &hits, times);
	}
	od_buf_release(&b);
	fixture_close(&f);
}

static void
put_zip(const char *path, const char *name, struct od_span body)
{
	struct archive *ar = archive_write_new();
	struct archive_entry *e = archive_entry_new();

	archive_write_set_format_zip(ar);
	assert_int_equal(archive_write_open_filename(ar, path), ARCHIVE_OK);
	archive_entry_set_pathname(e, name);
	archive_entry_set_filetype(e, AE_IFREG);
	archive_entry_set_perm(e, 0644);
	archive_entry_set_size(e, (la_int64_t)body.n);
	assert_int_equal(archive_write_header(ar, e), ARCHIVE_OK);
	assert_int_equal(archive_write_data(ar, body.p, body.n), (la_ssize_t)body.n);
	archive_entry_free(e);
	assert_int_equal(archive_write_free(ar), ARCHIVE_OK);
}

static void
put_gz(const char *path, struct od_span body)
{
	struct archive *ar = archive_write_new();
	struct archive_entry *e = archive_entry_new();

	archive_write_set_format_raw(ar);
	archive_write_add_filter_gzip(ar);
	assert_int_equal(archive_write_open_filename(ar, path), ARCHIVE_OK);
	archive_entry_set_filetype(e, AE_IFREG);
	assert_int_equal(archive_write_header(ar, e), ARCHIVE_OK);
	assert_int_equal(archive_write_data(ar, body.p, body.n), (la_ssize_t)body.n);
	archive_entry_free(e);
	assert_int_equal(archive_write_free(ar), ARCHIVE_OK);
}

static void
archives_are_looked_into(void **state)
{
	struct od_span body = OD_SPAN("x,8486553464628,y\n");
	struct od_scan_fact fact;
	struct fixture f;
	struct od_err err;
	struct tree t;

	(void)state;
	fixture_open(&f);
	tree_open(&t);
	put_zip(tree_path(&t, "a.zip"), "a.csv", body);
	put_zip(tree_path(&t, "b.zip"), "a.xlsx", tree_get(&t, "a.zip"));
	put_gz(tree_path(&t, "a.gz"), body);
	assert_int_equal(od_scan_file(f.scan, tree_path(&t, "a.zip"), &fact, &err),
	                 OD_OK);
	check("a.zip", OD_SCAN_CITIZEN_ID, &fact.hits, 1);
	assert_true(od_scan_holds(&fact.hits));
	assert_int_equal(od_scan_file(f.scan, tree_path(&t, "b.zip"), &fact, &err),
	                 OD_OK);
	check("b.zip", OD_SCAN_CITIZEN_ID, &fact.hits, 1);
	assert_int_equal(od_scan_file(f.scan, tree_path(&t, "a.gz"), &fact, &err),
	                 OD_OK);
	check("a.gz", OD_SCAN_CITIZEN_ID, &fact.hits, 1);
	/* What cannot be read is not passed over. */
	tree_put(&t, "bad.zip", "PK\3\4 and then nothing of the kind");
	assert_int_equal(od_scan_file(f.scan, tree_path(&t, "bad.zip"), &fact, &err),
	                 OD_RUN);
	tree_close(&t);
	fixture_close(&f);
}

static void
database_cells_are_looked_at_one_by_one(void **state)
{
	struct od_scan_fact fact;
	struct fixture f;
	struct od_err err;
	struct tree t;
	sqlite3 *db;

	(void)state;
	fixture_open(&f);
	tree_open(&t);
	assert_int_equal(sqlite3_open(tree_path(&t, "a.sqlite"), &db), SQLITE_OK);
	/* Two cells that side by side would be a citizen id. */
	assert_int_equal(sqlite3_exec(db,
	                              "create table t(a text, b text);"
	                              "insert into t values('848655', '3464628')",
	                              NULL, NULL, NULL),
	                 SQLITE_OK);
	assert_int_equal(od_scan_file(f.scan, tree_path(&t, "a.sqlite"), &fact, &err),
	                 OD_OK);
	check("neighbours", -1, &fact.hits, 0);
	assert_int_equal(sqlite3_exec(db, "insert into t values('x', '8486553464628')",
	                              NULL, NULL, NULL),
	                 SQLITE_OK);
	assert_int_equal(od_scan_file(f.scan, tree_path(&t, "a.sqlite"), &fact, &err),
	                 OD_OK);
	check("a cell", OD_SCAN_CITIZEN_ID, &fact.hits, 1);
	sqlite3_exec(db, "create table u as select * from t; drop table u", NULL, NULL,
	             NULL);
	assert_int_equal(od_scan_file(f.scan, tree_path(&t, "a.sqlite"), &fact, &err),
	                 OD_RUN);
	assert_int_equal(err.kind, OD_KIND_PRIVACY);
	sqlite3_close(db);
	tree_close(&t);
	fixture_close(&f);
}

static void
put_bytes(const char *path, const char *p, size_t n)
{
	struct od_out *o = od_out_open(path, NULL);
	struct od_err err;

	od_out_put(o, p, n);
	assert_int_equal(od_out_close(o, NULL, &err), OD_OK);
}

/* A Parquet file of texts, whole numbers and amounts; cells three a row. */
static void
put_parquet(const char *path, const char *const *cells, size_t rows)
{
	static const struct od_field fields[] = {
	    {.name = "a", .type = OD_TYPE_TEXT, .title = {"ก", "A"}},
	    {.name = "n", .type = OD_TYPE_INTEGER, .title = {"ข", "N"}},
	    {.name = "m", .type = OD_TYPE_DECIMAL, .scale = 2, .title = {"ค", "M"}},
	};
	static const struct od_dataset d = {.id = "t",
	                                    .version = "1.0.0",
	                                    .title = {"ต", "T"},
	                                    .fields = fields,
	                                    .n_fields = 3};
	struct od_format_file *f = od_format_parquet.open(path, &d);
	struct od_err err;

	for (size_t i = 0; i < rows; i++) {
		struct od_pub row[3];

		for (size_t k = 0; k < 3; k++)
			row[k] = (struct od_pub){.v = od_span_str(cells[3 * i + k]),
			                         .null = !cells[3 * i + k]};
		od_format_parquet.row(f, row);
	}
	assert_int_equal(od_format_parquet.close(f, NULL, &err), OD_OK);
}

/*
 * The least and greatest value of a column stand in the metadata too, so that a hit may
 * be counted three times: what counts here is whether there are any.
 */
static void
values_of_parquet_files_are_looked_at_one_by_one(void **state)
{
	/* 48 bytes: the length before the text is the digit 0 */
	static const char long_text[] =
	    "ab 123456789 123456789 123456789 123456789 12345";
	static const struct {
		const char *what;
		int kind;
		const char *cells[8 * 3];
	} files[] = {
	    {"neighbours",
	     -1,
	     {"848655", NULL, NULL, "3464628", NULL, NULL, "x", NULL, NULL}},
	    {"the length of a text",
	     -1,
	     {"848655346462", NULL, NULL, long_text, NULL, NULL, "y", NULL, NULL}},
	    {"a text",
	     OD_SCAN_CITIZEN_ID,
	     {"a", "1", "1.00", "8486553464628", "2", NULL}},
	    {"a text that is repeated, by its number in a dictionary",
	     OD_SCAN_MOBILE,
	     {"โทร 0812345678 ก่อน 16.00 น.", NULL, NULL, "โทร 0812345678 ก่อน 16.00 น.",
	      NULL, NULL, "โทร 0812345678 ก่อน 16.00 น.", NULL, NULL,
	      "โทร 0812345678 ก่อน 16.00 น.", NULL, NULL, "โทร 0812345678 ก่อน 16.00 น.",
	      NULL, NULL, "โทร 0812345678 ก่อน 16.00 น.", NULL, NULL}},
	    {"a number",
	     OD_SCAN_CITIZEN_ID,
	     {"a", "8486553464628", NULL, "b", "1", NULL}},
	    {"an amount is written with its point",
	     -1,
	     {"a", "1", "84865534646.28", "b", "2", "-84865534646.28"}},
	};
	struct od_scan_fact fact;
	struct fixture f;
	struct od_err err;
	struct tree t;

	(void)state;
	fixture_open(&f);
	tree_open(&t);
	for (size_t i = 0; i < OD_ARRAY_LEN(files); i++) {
		size_t n = 0;

		while (n < 8 && files[i].cells[3 * n])
			n++;
		put_parquet(tree_path(&t, "a.parquet"), files[i].cells, n);
		assert_int_equal(
		    od_scan_file(f.scan, tree_path(&t, "a.parquet"), &fact, &err),
		    OD_OK);
		for (int k = 0; k < OD_SCAN_KINDS; k++)
			if ((k == files[i].kind) != (fact.hits.n[k] > 0))
				fail_msg("%s: %u of %s", files[i].what, fact.hits.n[k],
				         od_scan_rules[k].name);
	}
	tree_close(&t);
	fixture_close(&f);
}

static void
a_parquet_file_is_looked_at_whole_or_refused(void **state)
{
	static const char *const cells[] = {"a", "1", "1.00", "b", "2", "2.00"};
	struct od_scan_fact fact;
	struct od_arena a = {0};
	struct fixture f;
	struct od_span whole;
	struct od_err err;
	struct tree t;
	char *p;

	(void)state;
	fixture_open(&f);
	tree_open(&t);
	put_parquet(tree_path(&t, "a.parquet"), cells, 2);
	whole = tree_get(&t, "a.parquet");
	p = od_arena_text(&a, whole.n + 8);
	for (size_t cut = 4; cut < whole.n; cut++) {
		put_bytes(tree_path(&t, "b.parquet"), whole.p, cut);
		assert_int_equal(
		    od_scan_file(f.scan, tree_path(&t, "b.parquet"), &fact, &err),
		    OD_RUN);
	}
	/* bytes between the last page and the footer that no chunk tells of */
	for (size_t at = 4; at + 8 < whole.n; at++) {
		size_t footer = (size_t)(unsigned char)whole.p[whole.n - 8] |
		                (size_t)(unsigned char)whole.p[whole.n - 7] << 8;

		if (at + 8 + footer != whole.n)
			continue;
		memcpy(p, whole.p, at);
		memcpy(p + at, "hidden!!", 8);
		memcpy(p + at + 8, whole.p + at, whole.n - at);
		put_bytes(tree_path(&t, "b.parquet"), p, whole.n + 8);
		assert_int_equal(
		    od_scan_file(f.scan, tree_path(&t, "b.parquet"), &fact, &err),
		    OD_RUN);
	}
	put_zip(tree_path(&t, "b.zip"), "a.parquet", whole);
	assert_int_equal(od_scan_file(f.scan, tree_path(&t, "b.zip"), &fact, &err),
	                 OD_RUN);
	od_arena_release(&a);
	tree_close(&t);
	fixture_close(&f);
}

/* In plain, in entities and escapes, and wherever the pieces of a file meet. */
static void
a_retracted_text_is_found_in_every_form_and_place(void **state)
{
	enum { PIECE = 1 << 20 };
	const struct od_span needle = OD_SPAN("ซอยลับ 7 @ก");
	static const struct {
		const char *text;
		uint32_t n;
	} forms[] = {
	    {"ซอยลับ 7 @ก", 1},
	    {"aซอยลับ 7 @กซอยลับ 7 @ก", 2},
	    {"ซอยลับ 7&#32;&commat;ก", 1},
	    {"\"\\u0e0b\\u0e2d\\u0e22\\u0e25\\u0e31\\u0e1a 7 @\\u0e01\"", 1},
	    {"ซอยลับ 8 @ก", 0},
	    {"ซอยลับ 7 @", 0},
	    {"", 0},
	};
	struct od_buf b = {0};
	struct fixture f;
	char plain[OD_SHA256_HEX];

	(void)state;
	fixture_open(&f);
	memcpy(plain, od_scanner_id(f.scanner), sizeof(plain));
	od_scanner_look_for(f.scanner, &needle, 1);
	assert_string_not_equal(od_scanner_id(f.scanner), plain);
	for (size_t i = 0; i < OD_ARRAY_LEN(forms); i++) {
		struct od_scan_hits hits = {0};

		od_scan_start(f.scan);
		od_scan_put(f.scan, forms[i].text, strlen(forms[i].text));
		od_scan_end(f.scan, &hits);
		assert_int_equal(hits.n[OD_SCAN_NEEDLE], forms[i].n);
		assert_true(od_scan_holds(&hits) == (forms[i].n > 0));
	}
	for (size_t at = PIECE - 1030; at < PIECE + 1030; at += 13) {
		struct od_scan_hits hits = {0};

		b.n = 0;
		while (b.n < at)
			od_buf_putc(&b, 'x');
		od_buf_span(&b, needle);
		for (size_t i = 0; i < 2000; i++)
			od_buf_putc(&b, 'y');
		od_scan_start(f.scan);
		od_scan_put(f.scan, b.p, b.n);
		od_scan_end(f.scan, &hits);
		assert_int_equal(hits.n[OD_SCAN_NEEDLE], 1);
	}
	od_buf_release(&b);
	fixture_close(&f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_retracted_text_is_found_in_every_form_and_place),
	    cmocka_unit_test(each_rule_fires_on_what_it_names_and_on_nothing_else),
	    cmocka_unit_test(a_hit_is_found_once_wherever_pieces_meet),
	    cmocka_unit_test(archives_are_looked_into),
	    cmocka_unit_test(database_cells_are_looked_at_one_by_one),
	    cmocka_unit_test(values_of_parquet_files_are_looked_at_one_by_one),
	    cmocka_unit_test(a_parquet_file_is_looked_at_whole_or_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
