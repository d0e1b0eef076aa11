#include "fmt/parquet_column.h"

#include <stdlib.h>

#include "core/arena.h"
#include "fmt/dictionary.h"
#include "fmt/parquet_value.h"
#include "fmt/rle.h"

/* Numbers of the enums PageType and Encoding. */
enum { DATA_PAGE = 0, DICTIONARY_PAGE = 2 };
enum { PLAIN = 0, RLE = 3, RLE_DICTIONARY = 8 };

enum dictionary_use {
	TRIED, /* no page is written yet */
	USED,
	GIVEN_UP, /* until the next row group, if it was used; else for good */
};

struct od_parquet_column {
	const struct od_field *f;
	const struct od_parquet_type *type;
	struct od_pack *pack;
	struct od_dictionary dictionary;
	enum dictionary_use use;
	bool hopeless; /* a dictionary was tried and did not pay */

	/* the page under way */
	uint32_t rows;
	struct od_rle levels;
	struct od_buf level_bytes;
	struct od_buf values;  /* plain; of booleans one byte each */
	struct od_buf numbers; /* uint32_t, instead of values */

	/* the chunk */
	struct od_buf pages;
	struct od_buf page; /* scratch: a page before it is compressed */
	struct od_parquet_chunk chunk;
	int64_t least, most;             /* of numbers */
	struct od_buf least_at, most_at; /* of texts; of numbers once the chunk ends */
	bool bounded;                    /* least and most hold something */
};

static void
begin_page(struct od_parquet_column *c)
{
	c->rows = 0;
	c->values.n = c->numbers.n = c->level_bytes.n = 0;
	c->levels = (struct od_rle){.to = &c->level_bytes, .width = 1};
}

static void
begin_chunk(struct od_parquet_column *c)
{
	begin_page(c);
	od_dictionary_reset(&c->dictionary);
	c->use = c->hopeless ? GIVEN_UP : TRIED;
	c->pages.n = 0;
	c->bounded = false;
	c->chunk = (struct od_parquet_chunk){0};
}

struct od_parquet_column *
od_parquet_column_open(const struct od_field *f, struct od_pack *pack)
{
	struct od_parquet_column *c = od_alloc(sizeof(*c));
	const struct od_parquet_type *type = od_parquet_type(f->type);

	*c = (struct od_parquet_column){
	    .f = f,
	    .type = type,
	    .pack = pack,
	    .dictionary = {.width = type->width},
	    .hopeless = type->physical == OD_PARQUET_BOOLEAN,
	};
	begin_chunk(c);
	return c;
}

/* ---- bounds */

static void
keep(struct od_buf *to, struct od_span v)
{
	to->n = 0;
	od_buf_span(to, v);
}

/* Texts are ordered by their bytes, which for UTF-8 is the order of code points. */
static int
compare(struct od_span a, struct od_span b)
{
	int order = memcmp(a.p, b.p, a.n < b.n ? a.n : b.n);

	return order ? order : a.n < b.n ? -1 : a.n > b.n;
}

static void
bound_text(struct od_parquet_column *c, struct od_span v)
{
	if (!c->bounded || compare(v, od_buf_view(&c->least_at)) < 0)
		keep(&c->least_at, v);
	if (!c->bounded || compare(v, od_buf_view(&c->most_at)) > 0)
		keep(&c->most_at, v);
	c->bounded = true;
}

static void
bound_number(struct od_parquet_column *c, int64_t v)
{
	if (!c->bounded || v < c->least)
		c->least = v;
	if (!c->bounded || v > c->most)
		c->most = v;
	c->bounded = true;
}

/* ---- pages */

/* The head of a page and its frame. */
static void
put_page(struct od_parquet_column *c, struct od_span page, struct od_buf *to,
         int32_t values, bool dictionary, int encoding)
{
	struct od_buf frame = {0}, head = {0};
	struct od_thrift t = {.to = &head};

	od_pack_put(c->pack, page, &frame);
	od_thrift_i32(&t, 1, dictionary ? DICTIONARY_PAGE : DATA_PAGE);
	od_thrift_i32(&t, 2, (int32_t)page.n);
	od_thrift_i32(&t, 3, (int32_t)frame.n);
	od_thrift_begin(&t, dictionary ? 7 : 5);
	od_thrift_i32(&t, 1, values);
	od_thrift_i32(&t, 2, encoding);
	if (!dictionary) {
		od_thrift_i32(&t, 3, RLE); /* definition levels */
		od_thrift_i32(&t, 4, RLE); /* repetition levels: there are none */
	}
	od_thrift_end(&t);
	od_thrift_end(&t);
	od_buf_span(to, od_buf_view(&head));
	od_buf_span(to, od_buf_view(&frame));
	c->chunk.plain += (int64_t)(head.n + page.n);
	c->chunk.packed += (int64_t)(head.n + frame.n);
	od_buf_release(&head);
	od_buf_release(&frame);
}

static uint32_t
number_at(const struct od_parquet_column *c, size_t i)
{
	uint32_t v;

	memcpy(&v, c->numbers.p + i * sizeof(v), sizeof(v));
	return v;
}

static size_t
count_numbers(const struct od_parquet_column *c)
{
	return c->numbers.n / sizeof(uint32_t);
}

/* Numbers take fewer bytes, dictionary included, than the values themselves. */
static bool
pays(const struct od_parquet_column *c)
{
	size_t n = count_numbers(c), plain = 0;

	for (size_t i = 0; i < n; i++)
		plain += od_dictionary_plain(&c->dictionary, number_at(c, i)).n;
	return c->dictionary.plain.n + n * od_rle_width(c->dictionary.n) / 8 <
	       plain * 3 / 4;
}

/* The first page did not show that a dictionary pays: its values are written plain. */
static void
give_up(struct od_parquet_column *c)
{
	for (size_t i = 0; i < count_numbers(c); i++)
		od_buf_span(&c->values,
		            od_dictionary_plain(&c->dictionary, number_at(c, i)));
	c->numbers.n = 0;
	c->use = GIVEN_UP;
	c->hopeless = true;
}

static void
put_numbers(struct od_parquet_column *c)
{
	struct od_rle r = {.to = &c->page, .width = od_rle_width(c->dictionary.n - 1)};

	od_buf_putc(&c->page, (char)r.width);
	for (size_t i = 0; i < count_numbers(c); i++)
		od_rle_put(&r, number_at(c, i));
	od_rle_end(&r);
}

static void
end_page(struct od_parquet_column *c)
{
	bool numbered;

	if (c->use == TRIED && c->numbers.n) {
		if (pays(c))
			c->use = USED;
		else
			give_up(c);
	}
	numbered = c->numbers.n > 0;
	od_rle_end(&c->levels);
	c->page.n = 0;
	od_plain_put(&c->page, 0, od_buf_view(&c->level_bytes));
	if (numbered)
		put_numbers(c);
	else if (c->type->physical == OD_PARQUET_BOOLEAN)
		od_bits_put(&c->page, c->values.p, c->values.n);
	else
		od_buf_span(&c->page, od_buf_view(&c->values));
	put_page(c, od_buf_view(&c->page), &c->pages, (int32_t)c->rows, false,
	         numbered ? RLE_DICTIONARY : PLAIN);
	c->chunk.numbered |= numbered;
	c->chunk.unnumbered |= !numbered;
	begin_page(c);
}

/* ---- values */

/* A page holds either numbers or values. */
static void
put_value(struct od_parquet_column *c, struct od_span plain, int64_t number)
{
	bool added = true;

	if (c->use != GIVEN_UP) {
		uint32_t at = od_dictionary_put(&c->dictionary, plain, &added);

		if (at != OD_DICTIONARY_FULL) {
			od_buf_put(&c->numbers, &at, sizeof(at));
		} else {
			if (c->use == TRIED && c->numbers.n && pays(c))
				c->use = USED;
			if (c->use == TRIED)
				give_up(c);
			else if (c->rows)
				end_page(c);
			c->use = GIVEN_UP;
		}
	}
	if (c->use == GIVEN_UP)
		od_plain_put(&c->values, c->type->width, plain);
	if (added && c->type->number)
		bound_number(c, number);
	else if (added)
		bound_text(c, plain);
}

bool
od_parquet_column_put(struct od_parquet_column *c, struct od_pub cell)
{
	bool null = cell.null || !cell.v.n;

	c->chunk.values++;
	if (null) {
		c->chunk.nulls++;
	} else if (c->type->number) {
		char plain[8];
		int64_t number;

		if (!c->type->number(c->f, cell.v, &number))
			return false;
		for (unsigned i = 0; i < c->type->width; i++)
			plain[i] = (char)((uint64_t)number >> 8 * i);
		put_value(c, (struct od_span){plain, c->type->width}, number);
	} else {
		put_value(c, cell.v, 0);
	}
	od_rle_put(&c->levels, !null);
	c->rows++;
	if (c->rows == OD_PARQUET_PAGE_ROWS || c->values.n >= OD_PARQUET_PAGE_BYTES)
		end_page(c);
	return true;
}

size_t
od_parquet_column_waiting(const struct od_parquet_column *c)
{
	return c->pages.n + c->values.n + c->dictionary.plain.n;
}

static void
tell_bounds(struct od_parquet_column *c)
{
	if (!c->bounded || c->least_at.n > OD_PARQUET_BOUND_BYTES ||
	    c->most_at.n > OD_PARQUET_BOUND_BYTES)
		return;
	c->chunk.least = od_buf_view(&c->least_at);
	c->chunk.most = od_buf_view(&c->most_at);
}

static void
keep_number(struct od_buf *to, unsigned width, int64_t v)
{
	to->n = 0;
	for (unsigned i = 0; i < width; i++)
		od_buf_putc(to, (char)((uint64_t)v >> 8 * i));
}

void
od_parquet_column_write(struct od_parquet_column *c, struct od_out *out,
                        struct od_parquet_chunk *chunk)
{
	if (c->rows)
		end_page(c);
	if (c->chunk.numbered) {
		struct od_buf page = {0};

		put_page(c, od_buf_view(&c->dictionary.plain), &page,
		         (int32_t)c->dictionary.n, true, PLAIN);
		c->chunk.dictionary = (int64_t)od_out_tell(out);
		od_out_span(out, od_buf_view(&page));
		od_buf_release(&page);
	}
	c->chunk.data = (int64_t)od_out_tell(out);
	od_out_span(out, od_buf_view(&c->pages));
	if (c->type->number) {
		keep_number(&c->least_at, c->type->width, c->least);
		keep_number(&c->most_at, c->type->width, c->most);
	}
	tell_bounds(c);
	*chunk = c->chunk;
	begin_chunk(c);
}

void
od_parquet_column_close(struct od_parquet_column *c)
{
	od_dictionary_release(&c->dictionary);
	od_buf_release(&c->level_bytes);
	od_buf_release(&c->values);
	od_buf_release(&c->numbers);
	od_buf_release(&c->pages);
	od_buf_release(&c->page);
	od_buf_release(&c->least_at);
	od_buf_release(&c->most_at);
	free(c);
}
