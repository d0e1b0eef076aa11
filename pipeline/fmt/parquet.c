/*
 * Apache Parquet, for programs: typed columns that DuckDB, pyarrow, pandas and Spark
 * read with the values of the CSV. Source: https://github.com/apache/parquet-format,
 * version 2.10
 *
 * Our own, because the libraries are C++ and larger than this program. Rows are
 * gathered into row groups of a bounded size; their pages are compressed as they fill,
 * so that an open file holds some megabytes, however long the table. The footer says
 * what the columns mean.
 */
#include <stdlib.h>

#include "core/arena.h"
#include "core/json.h"
#include "fmt/format.h"
#include "fmt/pack.h"
#include "fmt/parquet_column.h"
#include "fmt/parquet_value.h"

/* A row group: as many rows as readers like for a task, or as many bytes as we may hold
 * for a file. */
enum { GROUP_ROWS = 1 << 17, GROUP_BYTES = 8 << 20, LOOK_EVERY = 256 };

/* Numbers of the enums FieldRepetitionType, Encoding and CompressionCodec. */
enum { OPTIONAL = 1 };
enum { PLAIN = 0, RLE = 3, RLE_DICTIONARY = 8 };
enum { ZSTD = 6 };

static const char magic[] = "PAR1";

struct od_format_file {
	const struct od_dataset *d;
	char *path;
	struct od_out *out;
	struct od_pack *pack;
	struct od_parquet_column **columns;
	uint64_t rows;        /* written */
	uint32_t group_rows;  /* gathered */
	struct od_buf groups; /* of the footer: RowGroup structs */
	size_t n_groups;
	const struct od_field *failed; /* has a cell that is not of its type */
};

static struct od_format_file *
open_file(const char *path, const struct od_dataset *d)
{
	struct od_format_file *f = od_alloc(sizeof(*f));
	size_t n = strlen(path) + 1;

	*f = (struct od_format_file){
	    .d = d,
	    .path = memcpy(od_alloc(n), path, n),
	    .out = od_out_open(path, &(struct od_out_opts){.sha256 = true}),
	    .pack = od_pack_open(),
	    .columns = od_alloc((d->n_fields + 1) * sizeof(*f->columns)),
	};
	for (size_t i = 0; i < d->n_fields; i++)
		f->columns[i] = od_parquet_column_open(&d->fields[i], f->pack);
	od_out_puts(f->out, magic);
	return f;
}

/* ---- row groups */

static void
put_statistics(struct od_thrift *t, const struct od_parquet_chunk *c)
{
	od_thrift_begin(t, 12);
	od_thrift_i64(t, 3, c->nulls);
	if (c->least.n) {
		od_thrift_binary(t, 5, c->most);
		od_thrift_binary(t, 6, c->least);
	}
	od_thrift_end(t);
}

static void
put_chunk(struct od_thrift *t, const struct od_field *f,
          const struct od_parquet_chunk *c)
{
	int64_t start = c->dictionary ? c->dictionary : c->data;

	od_thrift_item_begin(t);
	od_thrift_i64(t, 2, start);
	od_thrift_begin(t, 3);
	od_thrift_i32(t, 1, (int32_t)od_parquet_type(f->type)->physical);
	od_thrift_list(t, 2, OD_THRIFT_I32, c->numbered ? 3 : 2);
	od_thrift_item_i32(t, PLAIN);
	od_thrift_item_i32(t, RLE);
	if (c->numbered)
		od_thrift_item_i32(t, RLE_DICTIONARY);
	od_thrift_list(t, 3, OD_THRIFT_BINARY, 1);
	od_thrift_item_binary(t, od_span_str(f->name));
	od_thrift_i32(t, 4, ZSTD);
	od_thrift_i64(t, 5, c->values);
	od_thrift_i64(t, 6, c->plain);
	od_thrift_i64(t, 7, c->packed);
	od_thrift_i64(t, 9, c->data);
	if (c->dictionary)
		od_thrift_i64(t, 11, c->dictionary);
	put_statistics(t, c);
	od_thrift_end(t);
	od_thrift_end(t);
}

static void
end_group(struct od_format_file *f)
{
	struct od_thrift t = {.to = &f->groups};
	int64_t plain = 0, packed = 0, start = (int64_t)od_out_tell(f->out);

	od_thrift_list(&t, 1, OD_THRIFT_STRUCT, f->d->n_fields);
	for (size_t i = 0; i < f->d->n_fields; i++) {
		struct od_parquet_chunk c;

		od_parquet_column_write(f->columns[i], f->out, &c);
		put_chunk(&t, &f->d->fields[i], &c);
		plain += c.plain;
		packed += c.packed;
	}
	od_thrift_i64(&t, 2, plain);
	od_thrift_i64(&t, 3, f->group_rows);
	od_thrift_i64(&t, 5, start);
	od_thrift_i64(&t, 6, packed);
	od_thrift_end(&t);
	f->n_groups++;
	f->rows += f->group_rows;
	f->group_rows = 0;
}

static bool
is_group_full(const struct od_format_file *f)
{
	size_t bytes = 0;

	if (f->group_rows == GROUP_ROWS)
		return true;
	if (f->group_rows % LOOK_EVERY)
		return false;
	for (size_t i = 0; i < f->d->n_fields; i++)
		bytes += od_parquet_column_waiting(f->columns[i]);
	return bytes >= GROUP_BYTES;
}

static void
put_row(struct od_format_file *f, const struct od_pub *cells)
{
	for (size_t i = 0; i < f->d->n_fields; i++)
		if (!od_parquet_column_put(f->columns[i], cells[i]) && !f->failed)
			f->failed = &f->d->fields[i];
	f->group_rows++;
	if (is_group_full(f))
		end_group(f);
}

/* ---- the footer */

static void
put_schema(struct od_thrift *t, const struct od_dataset *d)
{
	od_thrift_list(t, 2, OD_THRIFT_STRUCT, d->n_fields + 1);
	od_thrift_item_begin(t);
	od_thrift_binary(t, 4, OD_SPAN("schema"));
	od_thrift_i32(t, 5, (int32_t)d->n_fields);
	od_thrift_end(t);
	for (size_t i = 0; i < d->n_fields; i++) {
		const struct od_field *f = &d->fields[i];
		const struct od_parquet_type *type = od_parquet_type(f->type);

		od_thrift_item_begin(t);
		od_thrift_i32(t, 1, (int32_t)type->physical);
		od_thrift_i32(t, 3, OPTIONAL);
		od_thrift_binary(t, 4, od_span_str(f->name));
		if (type->converted >= 0)
			od_thrift_i32(t, 6, type->converted);
		if (f->type == OD_TYPE_DECIMAL) {
			od_thrift_i32(t, 7, (int32_t)f->scale);
			od_thrift_i32(t, 8, OD_PARQUET_PRECISION);
		}
		if (type->logical) {
			od_thrift_begin(t, 10);
			type->logical(t, f);
			od_thrift_end(t);
		}
		od_thrift_end(t);
	}
}

static void
put_note(struct od_thrift *t, const char *key, struct od_span value)
{
	od_thrift_item_begin(t);
	od_thrift_binary(t, 1, od_span_str(key));
	od_thrift_binary(t, 2, value);
	od_thrift_end(t);
}

/* {"project_id":{"th":"…","en":"…","unit":"…"}, …} */
static void
put_titles(struct od_buf *b, const struct od_dataset *d)
{
	for (size_t i = 0; i < d->n_fields; i++) {
		const struct od_field *f = &d->fields[i];

		od_buf_puts(b, i ? "," : "{");
		od_json_string(b, od_span_str(f->name));
		od_buf_puts(b, ":{\"th\":");
		od_json_string(b, od_span_str(f->title.th));
		od_buf_puts(b, ",\"en\":");
		od_json_string(b, od_span_str(f->title.en));
		if (f->unit) {
			od_buf_puts(b, ",\"unit\":");
			od_json_string(b, od_span_str(f->unit));
		}
		od_buf_putc(b, '}');
	}
	od_buf_putc(b, '}');
}

static void
put_notes(struct od_thrift *t, const struct od_dataset *d)
{
	struct od_buf titles = {0};
	const struct {
		const char *key, *value;
	} notes[] = {
	    {"dataset", d->id},
	    {"version", d->version},
	    {"title_th", d->title.th},
	    {"title_en", d->title.en},
	    {"license", d->catalog ? d->catalog->license_uri : ""},
	};

	od_thrift_list(t, 5, OD_THRIFT_STRUCT, OD_ARRAY_LEN(notes) + 1);
	for (size_t i = 0; i < OD_ARRAY_LEN(notes); i++)
		put_note(t, notes[i].key, od_span_str(notes[i].value));
	put_titles(&titles, d);
	put_note(t, "columns", od_buf_view(&titles));
	od_buf_release(&titles);
}

static void
put_footer(struct od_format_file *f)
{
	struct od_buf b = {0};
	struct od_thrift t = {.to = &b};

	od_thrift_i32(&t, 1, 2); /* the format's second version */
	put_schema(&t, f->d);
	od_thrift_i64(&t, 3, (int64_t)f->rows);
	od_thrift_list(&t, 4, OD_THRIFT_STRUCT, f->n_groups);
	od_buf_span(&b, od_buf_view(&f->groups));
	put_notes(&t, f->d);
	od_thrift_binary(&t, 6, OD_SPAN("odp version 1.0.0"));
	/* Without it no reader trusts the bounds of texts. */
	od_thrift_list(&t, 7, OD_THRIFT_STRUCT, f->d->n_fields);
	for (size_t i = 0; i < f->d->n_fields; i++) {
		od_thrift_item_begin(&t);
		od_thrift_begin(&t, 1); /* the order of the type */
		od_thrift_end(&t);
		od_thrift_end(&t);
	}
	od_thrift_end(&t);
	od_out_span(f->out, od_buf_view(&b));
	for (unsigned i = 0; i < 4; i++)
		od_out_putc(f->out, (char)(b.n >> 8 * i));
	od_out_puts(f->out, magic);
	od_buf_release(&b);
}

static enum od_rc
close_file(struct od_format_file *f, struct od_out_fact *fact, struct od_err *err)
{
	enum od_rc rc;

	if (f->group_rows)
		end_group(f);
	put_footer(f);
	rc = od_out_close(f->out, fact, err);
	if (!rc && f->failed)
		rc = od_err_set(err, OD_KIND_INTERNAL,
		                "cannot write '%s': a cell of '%s' is not of type %s",
		                f->path, f->failed->name,
		                od_type_names[f->failed->type]);
	for (size_t i = 0; i < f->d->n_fields; i++)
		od_parquet_column_close(f->columns[i]);
	od_pack_close(f->pack);
	od_buf_release(&f->groups);
	free(f->columns);
	free(f->path);
	free(f);
	return rc;
}

const struct od_format od_format_parquet = {
    .name = "parquet",
    .extension = "parquet",
    .media_type = "application/vnd.apache.parquet",
    .eu_file_type = "PARQUET",
    .title = {"Parquet สำหรับนักวิเคราะห์ข้อมูล", "Parquet for data analysis"},
    .open = open_file,
    .row = put_row,
    .close = close_file,
};
