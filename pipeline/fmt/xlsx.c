/*
 * A workbook written as a stream: rows become XML, XML goes into the zip, and no more
 * than a chunk of it is ever in memory. Our own, because emission is half the work of a
 * release: libxlsxwriter compresses with zlib and keeps a temporary file a sheet.
 *
 * What a reader meets: the table on the first sheet (further ones below Excel's limit
 * of rows), its header bold, frozen and with filters; numbers as numbers where a double
 * holds them exactly, dates as dates, ids and codes as text; a last sheet that explains
 * the columns in Thai and English. Text is inline: no cell is ever a formula.
 *
 * The member order _rels, docProps, xl/ lets file(1) and what uses it know the type.
 */
#include <stdio.h>
#include <stdlib.h>

#include "core/arena.h"
#include "core/utf8.h"
#include "fmt/format.h"
#include "fmt/scan.h"
#include "fmt/zip.h"

enum {
	FLUSH = 256 * 1024,
	MAX_ROWS = 1048576, /* a sheet, header included */
	MAX_UNITS = 32767,  /* UTF-16 units a cell */
	MAX_DIGITS = 15,    /* that every double keeps */
	MAX_REF = 4,        /* letters of a column, and NUL */
};

/* A sheet's XML stays far below what a zip member may have without zip64. */
static const uint64_t max_sheet_bytes = UINT64_C(2000000000);

struct od_format_file {
	const struct od_dataset *d;
	struct od_zip *zip;
	struct od_buf xml;
	uint64_t sheet_bytes; /* handed to the zip in this sheet */
	unsigned sheets;
	uint32_t row; /* last row written in this sheet */
	char (*column)[MAX_REF];
};

#define XML_HEAD "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n"
#define NS_MAIN "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
#define NS_RELS "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
#define NS_PACK "http://schemas.openxmlformats.org/package/2006"

static const char cut_mark[] =
    " … [ตัดตอน: ข้อความเต็มอยู่ในไฟล์ CSV / cut: the full text is in the CSV file]";

/* ---- text */

static size_t
plain_length(struct od_span v)
{
	size_t i = 0;

	for (; i + 8 <= v.n; i += 8) {
		uint64_t x = od_scan_load(v.p + i);

		if ((od_scan_below(x, 0x20) | od_scan_equal(x, '&') |
		     od_scan_equal(x, '<') | od_scan_equal(x, '>') |
		     od_scan_equal(x, '_') | od_scan_equal(x, '\xef')) &
		    OD_SCAN_HIGH)
			return i;
	}
	return i;
}

static bool
is_hex(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') ||
	       (c >= 'A' && c <= 'F');
}

/* "_x0041_" in a cell means "A": such text must have its first underscore escaped. */
static bool
looks_escaped(const char *p, const char *end)
{
	return end - p >= 7 && p[1] == 'x' && is_hex(p[2]) && is_hex(p[3]) &&
	       is_hex(p[4]) && is_hex(p[5]) && p[6] == '_';
}

static void
put_special(struct od_buf *b, const char *p, const char *end)
{
	unsigned char c = (unsigned char)*p;

	if (c == '&')
		od_buf_puts(b, "&amp;");
	else if (c == '<')
		od_buf_puts(b, "&lt;");
	else if (c == '>')
		od_buf_puts(b, "&gt;");
	else if (c == '\r')
		od_buf_puts(b, "&#13;");
	else if (c == '_' && looks_escaped(p, end))
		od_buf_puts(b, "_x005F_");
	else if (c < 0x20 && c != '\t' && c != '\n') /* no character of XML 1.0 */
		od_buf_printf(b, "_x%04X_", c);
	else
		od_buf_putc(b, *p);
}

static void
put_xml(struct od_buf *b, struct od_span v)
{
	const char *p = v.p, *end = v.p + v.n;

	while (p < end) {
		size_t n = plain_length((struct od_span){p, (size_t)(end - p)});
		const char *block;

		od_buf_put(b, p, n);
		p += n;
		block = end - p < 8 ? end : p + 8;
		for (; p < block; p++) {
			/* U+FFFE and U+FFFF: no characters of XML either */
			if (*p == '\xef' && end - p >= 3 && p[1] == '\xbf' &&
			    (unsigned char)p[2] >= 0xbe) {
				od_buf_puts(b, "\xef\xbf\xbd");
				p += 2;
				continue;
			}
			put_special(b, p, end);
		}
	}
}

/* The longest beginning of at most `units` UTF-16 units, by whole characters. */
static size_t
fitting(struct od_span v, size_t units)
{
	const char *p = v.p, *end = v.p + v.n;
	size_t used = 0;

	while (p < end) {
		uint32_t c;
		unsigned n = od_utf8_get(p, end, &c);

		used += c > 0xffff ? 2 : 1;
		if (used > units)
			break;
		p += n;
	}
	return (size_t)(p - v.p);
}

static bool
is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static void
put_text(struct od_buf *b, struct od_span v)
{
	bool edge = v.n && (is_space(v.p[0]) || is_space(v.p[v.n - 1]));
	size_t fit = v.n <= MAX_UNITS ? v.n : fitting(v, MAX_UNITS);

	od_buf_puts(b, edge ? "\" t=\"inlineStr\"><is><t xml:space=\"preserve\">"
	                    : "\" t=\"inlineStr\"><is><t>");
	if (fit < v.n) {
		/* Excel calls a file with a longer cell corrupt. The mark has fewer
		 * units than bytes. */
		put_xml(
		    b, (struct od_span){v.p, fitting(v, MAX_UNITS - sizeof(cut_mark))});
		put_xml(b, od_span_str(cut_mark));
	} else {
		put_xml(b, v);
	}
	od_buf_puts(b, "</t></is></c>");
}

/* ---- numbers and dates */

/* A plain number whose significant digits a double keeps. */
static bool
is_exact_number(struct od_span v)
{
	size_t i = v.n && v.p[0] == '-', digits = 0, from = i;
	bool point = false;

	for (; i < v.n; i++) {
		if (v.p[i] == '.' && !point && i > from && i + 1 < v.n)
			point = true;
		else if (v.p[i] < '0' || v.p[i] > '9')
			return false;
		else
			digits += digits || v.p[i] != '0';
	}
	return v.n > from && digits <= MAX_DIGITS;
}

/* Days since 1899-12-30, or 0: not a date that Excel and its rivals agree on. */
static int
serial_day(struct od_span v)
{
	static const short before[] = {0,   31,  59,  90,  120, 151,
	                               181, 212, 243, 273, 304, 334};
	int year, month, day, y;

	if (v.n != 10 || v.p[4] != '-' || v.p[7] != '-')
		return 0;
	for (size_t i = 0; i < 10; i++)
		if (i != 4 && i != 7 && (v.p[i] < '0' || v.p[i] > '9'))
			return 0;
	year = (v.p[0] - '0') * 1000 + (v.p[1] - '0') * 100 + (v.p[2] - '0') * 10 +
	       v.p[3] - '0';
	month = (v.p[5] - '0') * 10 + v.p[6] - '0';
	day = (v.p[8] - '0') * 10 + v.p[9] - '0';
	if (year < 1901 || month < 1 || month > 12 || day < 1 || day > 31)
		return 0;
	y = year - 1;
	return (y * 365 + y / 4 - y / 100 + y / 400) + before[month - 1] +
	       (month > 2 && (year % 4 == 0 && (year % 100 != 0 || year % 400 == 0))) +
	       day - 693594;
}

/* ---- sheets */

static void
flush(struct od_format_file *f)
{
	od_zip_put(f->zip, f->xml.p, f->xml.n);
	f->sheet_bytes += f->xml.n;
	f->xml.n = 0;
}

static unsigned
width_of(const struct od_field *f)
{
	size_t name = strlen(f->name) + 3;
	size_t w = f->type == OD_TYPE_TEXT       ? 40
	           : f->type == OD_TYPE_DECIMAL  ? 18
	           : f->type == OD_TYPE_DATETIME ? 20
	                                         : 12;

	return (unsigned)(w > name ? w : name);
}

/* snprintf costs more than the rest of a narrow row. */
static void
row_digits(uint32_t row, char digits[16])
{
	char reversed[16];
	size_t n = 0, k = 0;

	for (; row; row /= 10)
		reversed[n++] = (char)('0' + row % 10);
	while (n)
		digits[k++] = reversed[--n];
	digits[k] = '\0';
}

static void
begin_row(struct od_format_file *f, char digits[16])
{
	row_digits(++f->row, digits);
	od_buf_puts(&f->xml, "<row r=\"");
	od_buf_puts(&f->xml, digits);
	od_buf_puts(&f->xml, "\">");
}

static void
begin_cell(struct od_buf *b, const char *column, const char *digits)
{
	od_buf_puts(b, "<c r=\"");
	od_buf_puts(b, column);
	od_buf_puts(b, digits);
}

static void
head_cell(struct od_format_file *f, const char *column, const char *digits,
          const char *text)
{
	begin_cell(&f->xml, column, digits);
	od_buf_puts(&f->xml, "\" s=\"1");
	put_text(&f->xml, od_span_str(text));
}

#define SHEET_HEAD                                                                     \
	XML_HEAD                                                                       \
	"<worksheet xmlns=\"" NS_MAIN "\"><sheetViews><sheetView "                     \
	"workbookViewId=\"0\"%s><pane ySplit=\"1\" topLeftCell=\"A2\" "                \
	"activePane=\"bottomLeft\" state=\"frozen\"/></sheetView></sheetViews>"        \
	"<sheetFormatPr defaultRowHeight=\"15\"/><cols>"

static void
begin_sheet(struct od_format_file *f)
{
	char name[64], digits[16];

	snprintf(name, sizeof(name), "xl/worksheets/sheet%u.xml", ++f->sheets);
	od_zip_begin(f->zip, name);
	f->row = 0;
	f->sheet_bytes = 0;
	od_buf_printf(&f->xml, SHEET_HEAD, f->sheets == 1 ? " tabSelected=\"1\"" : "");
	for (size_t i = 0; i < f->d->n_fields; i++)
		od_buf_printf(
		    &f->xml,
		    "<col min=\"%zu\" max=\"%zu\" width=\"%u\" customWidth=\"1\"/>",
		    i + 1, i + 1, width_of(&f->d->fields[i]));
	od_buf_puts(&f->xml, "</cols><sheetData>\n");
	begin_row(f, digits);
	for (size_t i = 0; i < f->d->n_fields; i++)
		head_cell(f, f->column[i], digits, f->d->fields[i].name);
	od_buf_puts(&f->xml, "</row>\n");
}

static void
end_sheet(struct od_format_file *f)
{
	od_buf_printf(&f->xml,
	              "</sheetData><autoFilter ref=\"A1:%s%u\"/></worksheet>\n",
	              f->column[f->d->n_fields - 1], (unsigned)f->row);
	flush(f);
	od_zip_end(f->zip);
}

/* A1-style letters of a column from 0: A … Z, AA … XFD. */
static void
column_letters(size_t i, char to[MAX_REF])
{
	char reversed[MAX_REF];
	size_t n = 0;

	for (i++; i && n < MAX_REF - 1; i = (i - 1) / 26)
		reversed[n++] = (char)('A' + (i - 1) % 26);
	for (size_t k = 0; k < n; k++)
		to[k] = reversed[n - 1 - k];
	to[n] = '\0';
}

/* ---- the parts around the sheets */

static const char rels[] =
    XML_HEAD "<Relationships xmlns=\"" NS_PACK "/relationships\">"
	     "<Relationship Id=\"rId1\" Type=\"" NS_RELS "/officeDocument\" "
	     "Target=\"xl/workbook.xml\"/>"
	     "<Relationship Id=\"rId2\" Type=\"" NS_PACK
	     "/relationships/metadata/core-properties\" "
	     "Target=\"docProps/core.xml\"/></Relationships>\n";

/* Styles: 0 plain, 1 bold header, 2 date. */
static const char styles[] = XML_HEAD
    "<styleSheet xmlns=\"" NS_MAIN "\">"
    "<numFmts count=\"1\"><numFmt numFmtId=\"164\" "
    "formatCode=\"yyyy\\-mm\\-dd\"/></numFmts>"
    "<fonts count=\"2\"><font><sz val=\"11\"/><name val=\"Tahoma\"/><family "
    "val=\"2\"/></font>"
    "<font><b/><sz val=\"11\"/><name val=\"Tahoma\"/><family val=\"2\"/></font></fonts>"
    "<fills count=\"2\"><fill><patternFill patternType=\"none\"/></fill>"
    "<fill><patternFill patternType=\"gray125\"/></fill></fills>"
    "<borders "
    "count=\"1\"><border><left/><right/><top/><bottom/><diagonal/></border></borders>"
    "<cellStyleXfs count=\"1\"><xf numFmtId=\"0\" fontId=\"0\" fillId=\"0\" "
    "borderId=\"0\"/>"
    "</cellStyleXfs><cellXfs count=\"3\">"
    "<xf numFmtId=\"0\" fontId=\"0\" fillId=\"0\" borderId=\"0\" xfId=\"0\"/>"
    "<xf numFmtId=\"0\" fontId=\"1\" fillId=\"0\" borderId=\"0\" xfId=\"0\" "
    "applyFont=\"1\"/>"
    "<xf numFmtId=\"164\" fontId=\"0\" fillId=\"0\" borderId=\"0\" xfId=\"0\" "
    "applyNumberFormat=\"1\"/></cellXfs>"
    "<cellStyles count=\"1\"><cellStyle name=\"Normal\" xfId=\"0\" builtinId=\"0\"/>"
    "</cellStyles></styleSheet>\n";

static void
add_properties(struct od_format_file *f)
{
	struct od_buf b = {0};

	od_buf_puts(&b, XML_HEAD
	            "<cp:coreProperties xmlns:cp=\"" NS_PACK
	            "/metadata/core-properties\" "
	            "xmlns:dc=\"http://purl.org/dc/elements/1.1/\"><dc:title>");
	put_xml(&b, od_span_str(f->d->title.th));
	od_buf_puts(&b, " / ");
	put_xml(&b, od_span_str(f->d->title.en));
	od_buf_puts(&b, "</dc:title></cp:coreProperties>\n");
	od_zip_add(f->zip, "docProps/core.xml", od_buf_view(&b));
	od_buf_release(&b);
}

/* The last sheet: what each column means. */
static void
add_dictionary(struct od_format_file *f)
{
	static const char *const names[] = {
	    "column",         "type",           "title_th", "title_en",
	    "description_th", "description_en", "unit",     "codelist"};
	char digits[16], name[64];

	snprintf(name, sizeof(name), "xl/worksheets/sheet%u.xml", ++f->sheets);
	od_zip_begin(f->zip, name);
	f->row = 0;
	od_buf_printf(&f->xml,
	              SHEET_HEAD "<col min=\"1\" max=\"4\" width=\"24\" "
	                         "customWidth=\"1\"/><col min=\"5\" max=\"6\" "
	                         "width=\"60\" customWidth=\"1\"/></cols><sheetData>\n",
	              "");
	begin_row(f, digits);
	for (size_t i = 0; i < OD_ARRAY_LEN(names); i++) {
		char column[MAX_REF];

		column_letters(i, column);
		head_cell(f, column, digits, names[i]);
	}
	od_buf_puts(&f->xml, "</row>\n");
	for (size_t k = 0; k < f->d->n_fields; k++) {
		const struct od_field *d = &f->d->fields[k];
		const char *cells[OD_ARRAY_LEN(names)] = {
		    d->name,           od_type_names[d->type],
		    d->title.th,       d->title.en,
		    d->description.th, d->description.en,
		    d->unit,           d->codelist ? d->codelist->id : NULL};

		begin_row(f, digits);
		for (size_t i = 0; i < OD_ARRAY_LEN(names); i++) {
			char column[MAX_REF];

			if (!cells[i] || !cells[i][0])
				continue;
			column_letters(i, column);
			begin_cell(&f->xml, column, digits);
			put_text(&f->xml, od_span_str(cells[i]));
		}
		od_buf_puts(&f->xml, "</row>\n");
	}
	od_buf_puts(&f->xml, "</sheetData></worksheet>\n");
	flush(f);
	od_zip_end(f->zip);
}

static void
add_workbook(struct od_format_file *f)
{
	struct od_buf b = {0};

	od_buf_puts(&b, XML_HEAD "<workbook xmlns=\"" NS_MAIN "\" xmlns:r=\"" NS_RELS
	                         "\"><sheets>");
	for (unsigned i = 1; i <= f->sheets; i++) {
		/* A sheet's name has at most 31 characters. */
		if (i == f->sheets)
			od_buf_puts(&b, "<sheet name=\"columns");
		else if (i == 1)
			od_buf_printf(&b, "<sheet name=\"%.27s", f->d->id);
		else
			od_buf_printf(&b, "<sheet name=\"%.24s %u", f->d->id, i);
		od_buf_printf(&b, "\" sheetId=\"%u\" r:id=\"rId%u\"/>", i, i);
	}
	od_buf_puts(&b, "</sheets></workbook>\n");
	od_zip_add(f->zip, "xl/workbook.xml", od_buf_view(&b));
	b.n = 0;
	od_buf_puts(&b, XML_HEAD "<Relationships xmlns=\"" NS_PACK "/relationships\">");
	for (unsigned i = 1; i <= f->sheets; i++)
		od_buf_printf(&b,
		              "<Relationship Id=\"rId%u\" Type=\"" NS_RELS
		              "/worksheet\" Target=\"worksheets/sheet%u.xml\"/>",
		              i, i);
	od_buf_printf(&b,
	              "<Relationship Id=\"rId%u\" Type=\"" NS_RELS
	              "/styles\" Target=\"styles.xml\"/></Relationships>\n",
	              f->sheets + 1);
	od_zip_add(f->zip, "xl/_rels/workbook.xml.rels", od_buf_view(&b));
	od_buf_release(&b);
}

static void
add_content_types(struct od_format_file *f)
{
	static const char sheet_type[] =
	    "application/vnd.openxmlformats-officedocument.spreadsheetml.";
	struct od_buf b = {0};

	od_buf_printf(
	    &b,
	    XML_HEAD
	    "<Types xmlns=\"" NS_PACK "/content-types\">"
	    "<Default Extension=\"rels\" ContentType=\"application/"
	    "vnd.openxmlformats-package.relationships+xml\"/>"
	    "<Default Extension=\"xml\" ContentType=\"application/xml\"/>"
	    "<Override PartName=\"/docProps/core.xml\" ContentType=\"application/"
	    "vnd.openxmlformats-package.core-properties+xml\"/>"
	    "<Override PartName=\"/xl/workbook.xml\" ContentType=\"%ssheet.main+xml\"/>"
	    "<Override PartName=\"/xl/styles.xml\" ContentType=\"%sstyles+xml\"/>",
	    sheet_type, sheet_type);
	for (unsigned i = 1; i <= f->sheets; i++)
		od_buf_printf(&b,
		              "<Override PartName=\"/xl/worksheets/sheet%u.xml\" "
		              "ContentType=\"%sworksheet+xml\"/>",
		              i, sheet_type);
	od_buf_puts(&b, "</Types>\n");
	od_zip_add(f->zip, "[Content_Types].xml", od_buf_view(&b));
	od_buf_release(&b);
}

/* ---- the format */

static struct od_format_file *
open_book(const char *path, const struct od_dataset *d)
{
	struct od_format_file *f = od_alloc(sizeof(*f));

	*f = (struct od_format_file){.d = d, .zip = od_zip_open(path)};
	f->column = od_alloc((d->n_fields + 1) * sizeof(*f->column));
	for (size_t i = 0; i < d->n_fields; i++)
		column_letters(i, f->column[i]);
	od_zip_add(f->zip, "_rels/.rels", od_span_str(rels));
	add_properties(f);
	od_zip_add(f->zip, "xl/styles.xml", od_span_str(styles));
	begin_sheet(f);
	return f;
}

static void
put_value(struct od_buf *b, enum od_type type, struct od_span v)
{
	int day;

	switch (type) {
	case OD_TYPE_INTEGER:
	case OD_TYPE_DECIMAL:
		if (!is_exact_number(v))
			break;
		od_buf_puts(b, "\"><v>");
		od_buf_span(b, v);
		od_buf_puts(b, "</v></c>");
		return;
	case OD_TYPE_BOOLEAN:
		if (!od_span_is(v, "true") && !od_span_is(v, "false"))
			break;
		od_buf_puts(b, "\" t=\"b\"><v>");
		od_buf_putc(b, v.p[0] == 't' ? '1' : '0');
		od_buf_puts(b, "</v></c>");
		return;
	case OD_TYPE_DATE:
		day = serial_day(v);
		if (!day)
			break;
		od_buf_puts(b, "\" s=\"2\"><v>");
		od_buf_u64(b, (uint64_t)day);
		od_buf_puts(b, "</v></c>");
		return;
	case OD_TYPE_ID:
	case OD_TYPE_CODE:
	case OD_TYPE_TEXT:
	case OD_TYPE_DATETIME: /* a double keeps no exact second */
		break;
	}
	put_text(b, v);
}

static void
put_row(struct od_format_file *f, const struct od_pub *cells)
{
	char digits[16];

	if (f->row == MAX_ROWS || f->sheet_bytes > max_sheet_bytes) {
		end_sheet(f);
		begin_sheet(f);
	}
	begin_row(f, digits);
	for (size_t i = 0; i < f->d->n_fields; i++) {
		if (cells[i].null || !cells[i].v.n)
			continue;
		begin_cell(&f->xml, f->column[i], digits);
		put_value(&f->xml, f->d->fields[i].type, cells[i].v);
	}
	od_buf_puts(&f->xml, "</row>\n");
	if (f->xml.n >= FLUSH)
		flush(f);
}

static enum od_rc
close_book(struct od_format_file *f, struct od_out_fact *fact, struct od_err *err)
{
	enum od_rc rc;

	end_sheet(f);
	add_dictionary(f);
	add_workbook(f);
	add_content_types(f);
	rc = od_zip_close(f->zip, fact, err);
	od_buf_release(&f->xml);
	free(f->column);
	free(f);
	return rc;
}

const struct od_format od_format_xlsx = {
    .name = "xlsx",
    .extension = "xlsx",
    .media_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    .eu_file_type = "XLSX",
    .title = {"Excel (xlsx)", "Excel (xlsx)"},
    .open = open_book,
    .row = put_row,
    .close = close_book,
};
