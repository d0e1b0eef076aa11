/*
 * JSON twice: an array with one object a line, and one object a line (NDJSON). Members
 * in the order of the schema. Integers and decimals are numbers with their exact text;
 * ids and codes are strings, so that leading zeros and eighteen digits survive.
 */
#include "core/json.h"

#include "fmt/lines.h"
#include "fmt/scan.h"

/* Length of the beginning of v that needs no escape; 0xe2 may begin U+2028. */
static size_t
plain_length(struct od_span v)
{
	size_t i = 0;

	for (; i + 8 <= v.n; i += 8) {
		uint64_t x = od_scan_load(v.p + i);

		if ((od_scan_below(x, 0x20) | od_scan_equal(x, '"') |
		     od_scan_equal(x, '\\') | od_scan_equal(x, '\x7f') |
		     od_scan_equal(x, '\xe2')) &
		    OD_SCAN_HIGH)
			return i;
	}
	for (; i < v.n; i++) {
		unsigned char c = (unsigned char)v.p[i];

		if (c < 0x20 || c == '"' || c == '\\' || c == 0x7f || c == 0xe2)
			return i;
	}
	return v.n;
}

/* Skips clean stretches eight bytes at a time and leaves the rest to core/json.h. */
static void
put_string(struct od_buf *b, struct od_span v)
{
	od_buf_putc(b, '"');
	while (v.n) {
		size_t n = plain_length(v), block;

		od_buf_put(b, v.p, n);
		v.p += n;
		v.n -= n;
		if (!v.n)
			break;
		/* One block, ended where a character begins. */
		block = v.n < 16 ? v.n : 16;
		while (block < v.n && ((unsigned char)v.p[block] & 0xc0) == 0x80)
			block++;
		od_json_escape(b, (struct od_span){v.p, block});
		v.p += block;
		v.n -= block;
	}
	od_buf_putc(b, '"');
}

/* Is the text a JSON number as it stands? */
static bool
is_number(struct od_span v)
{
	size_t i = v.n && v.p[0] == '-', from = i;

	while (i < v.n && v.p[i] >= '0' && v.p[i] <= '9')
		i++;
	if (i == from || (v.p[from] == '0' && i > from + 1))
		return false;
	if (i < v.n && v.p[i] == '.') {
		from = ++i;
		while (i < v.n && v.p[i] >= '0' && v.p[i] <= '9')
			i++;
		if (i == from)
			return false;
	}
	return i == v.n;
}

static void
put_value(struct od_buf *b, enum od_type type, struct od_span v)
{
	if ((type == OD_TYPE_INTEGER || type == OD_TYPE_DECIMAL) && is_number(v))
		od_buf_span(b, v);
	else if (type == OD_TYPE_BOOLEAN &&
	         (od_span_is(v, "true") || od_span_is(v, "false")))
		od_buf_span(b, v);
	else
		put_string(b, v);
}

static void
encode(const struct od_dataset *d, const struct od_pub *cells, struct od_buf *b)
{
	for (size_t i = 0; i < d->n_fields; i++) {
		od_buf_puts(b, i ? ",\"" : "{\"");
		od_buf_puts(b, d->fields[i].name);
		od_buf_puts(b, "\":");
		if (cells[i].null)
			od_buf_puts(b, "null");
		else
			put_value(b, d->fields[i].type, cells[i].v);
	}
	od_buf_putc(b, '}');
}

static void
json_head(const struct od_dataset *d, struct od_buf *b)
{
	(void)d;
	od_buf_puts(b, "[\n");
}

static void
ndjson_head(const struct od_dataset *d, struct od_buf *b)
{
	(void)d;
	(void)b;
}

static const struct od_lines json = {json_head, encode, ",\n", "\n]\n", "]\n"};
static const struct od_lines ndjson = {ndjson_head, encode, "\n", "\n", ""};

static struct od_format_file *
json_open(const char *path, const struct od_dataset *d)
{
	return od_lines_open(path, d, &json);
}

static struct od_format_file *
ndjson_open(const char *path, const struct od_dataset *d)
{
	return od_lines_open(path, d, &ndjson);
}

const struct od_format od_format_json = {
    .name = "json",
    .extension = "json",
    .media_type = "application/json",
    .eu_file_type = "JSON",
    .title = {"JSON", "JSON"},
    .open = json_open,
    .row = od_lines_row,
    .close = od_lines_close,
    .encode = encode,
    .line = od_lines_line,
};

const struct od_format od_format_ndjson = {
    .name = "ndjson",
    .extension = "ndjson",
    .media_type = "application/x-ndjson",
    .eu_file_type = "JSON",
    .title = {"JSON ทีละบรรทัด (NDJSON)", "JSON, one object a line (NDJSON)"},
    .open = ndjson_open,
    .row = od_lines_row,
    .close = od_lines_close,
    .encode = encode,
    .line = od_lines_line,
};
