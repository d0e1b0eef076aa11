/*
 * parquet_read.h - a small reader of Parquet files, written from the standard for the
 * tests: what it reads is text as in a CSV, so that cells can be compared.
 *
 * It shares nothing with the writer. It trusts nothing: whatever does not fit the
 * standard, or lies outside the file, makes it return false.
 */
#ifndef OD_TESTS_PARQUET_READ_H
#define OD_TESTS_PARQUET_READ_H

#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <zstd.h>

#include "core/arena.h"
#include "core/span.h"
#include "seal/thrift_tree.h"

/* ---- levels and numbers of a dictionary */

static inline bool
read_hybrid(struct od_span from, unsigned width, uint32_t *to, size_t n)
{
	const char *p = from.p, *end = from.p + from.n;
	size_t done = 0;

	while (done < n) {
		uint64_t head, count;
		size_t bytes;

		if (!od_varint_read(&p, end, &head))
			return false;
		count = head >> 1;
		bytes = head & 1 ? count * width : (width + 7) / 8;
		if (!count || count > (uint64_t)INT32_MAX || bytes > (size_t)(end - p))
			return false;
		if (head & 1) {
			for (uint64_t i = 0; i < 8 * count && done < n; i++) {
				uint64_t bit = i * width;
				uint32_t v = 0;

				for (unsigned k = 0; k < width; k++, bit++)
					v |= (uint32_t)((unsigned char)p[bit / 8] >>
					                    bit % 8 &
					                1)
					     << k;
				to[done++] = v;
			}
		} else {
			uint32_t v = 0;

			for (size_t k = 0; k < bytes; k++)
				v |= (uint32_t)(unsigned char)p[k] << 8 * k;
			for (uint64_t i = 0; i < count && done < n; i++)
				to[done++] = v;
		}
		p += bytes;
	}
	return p == end;
}

/* ---- values */

struct parquet {
	struct od_span file;
	struct od_arena *a;
	const struct od_tnode *footer; /* FileMetaData */
	size_t rows, columns, groups;
	struct od_span *cells; /* rows x columns; p NULL: null */
};

static inline int64_t
little(const char *p, size_t n)
{
	uint64_t v = 0;

	for (size_t i = 0; i < n; i++)
		v |= (uint64_t)(unsigned char)p[i] << 8 * i;
	return n == 4 ? (int32_t)v : (int64_t)v;
}

static inline const char *
day_text(struct od_arena *a, int64_t day)
{
	static const int length[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	int64_t year = 1970, month = 0;

	for (;; year++, day -= 365) {
		bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);

		if (day < 365 + leap)
			break;
		day -= leap;
	}
	for (; year > 0 && day < 0; year--) {
		bool leap = (year - 1) % 4 == 0 &&
		            ((year - 1) % 100 != 0 || (year - 1) % 400 == 0);

		day += 365 + leap;
	}
	for (;; month++) {
		bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
		int most = length[month] + (month == 1 && leap);

		if (day < most)
			break;
		day -= most;
	}
	return od_arena_printf(a, "%04d-%02d-%02d", (int)year, (int)month + 1,
	                       (int)day + 1);
}

static inline const char *
time_text(struct od_arena *a, int64_t micros)
{
	int64_t seconds = micros / 1000000, day = seconds / 86400;

	if (seconds % 86400 < 0)
		day--;
	seconds -= day * 86400;
	return od_arena_printf(a, "%sT%02d:%02d:%02d", day_text(a, day),
	                       (int)(seconds / 3600), (int)(seconds / 60 % 60),
	                       (int)(seconds % 60));
}

static inline const char *
decimal_text(struct od_arena *a, int64_t v, unsigned scale)
{
	char text[40];
	int n = snprintf(text, sizeof(text), "%0*lld", (int)scale + 1,
	                 v < 0 ? -(long long)v : (long long)v);

	return od_arena_printf(a, "%s%.*s%s%s", v < 0 ? "-" : "", n - (int)scale, text,
	                       scale ? "." : "", text + n - scale);
}

/* The text of a number by the column's logical type. */
static inline const char *
number_text(const struct parquet *f, const struct od_tnode *element, int64_t v)
{
	const struct od_tnode *logical = od_tnode_field(element, 10);

	if (!logical)
		return v ? "true" : "false";
	switch (logical->items ? logical->items->id : 0) {
	case 5:
		return decimal_text(f->a, v,
		                    (unsigned)od_tnode_number(logical->items, 1, 0));
	case 6:
		return day_text(f->a, v);
	case 8:
		return time_text(f->a, v);
	default:
		return od_arena_printf(f->a, "%lld", (long long)v);
	}
}

/* Reads `n` plain values; false: they are not exactly the bytes given. */
static inline bool
read_plain(const struct parquet *f, const struct od_tnode *element, struct od_span from,
           struct od_span *to, size_t n)
{
	int64_t physical = od_tnode_number(element, 1, -1);
	size_t width = physical == 1 ? 4 : 8, at = 0;

	if (physical == 0) {
		for (size_t i = 0; i < n; i++) {
			if (i / 8 >= from.n)
				return false;
			to[i] = od_span_str(number_text(
			    f, element, (unsigned char)from.p[i / 8] >> i % 8 & 1));
		}
		return from.n == (n + 7) / 8;
	}
	for (size_t i = 0; i < n; i++) {
		if (physical == 6) {
			size_t length;

			if (from.n - at < 4)
				return false;
			length = (size_t)(uint32_t)little(from.p + at, 4);
			at += 4;
			if (from.n - at < length)
				return false;
			to[i] = (struct od_span){from.p + at, length};
			at += length;
		} else {
			if (from.n - at < width)
				return false;
			to[i] = od_span_str(
			    number_text(f, element, little(from.p + at, width)));
			at += width;
		}
	}
	return at == from.n;
}

/* ---- pages */

struct chunk {
	const struct od_tnode *element, *meta;
	struct od_span *dictionary;
	size_t n_dictionary;
	size_t column, row; /* where its next cell goes */
};

static inline bool
read_data(struct parquet *f, struct chunk *c, const struct od_tnode *head,
          struct od_span page)
{
	size_t n = (size_t)od_tnode_number(head, 1, 0), values = 0;
	uint32_t *levels = od_arena_array(f->a, n + 1, sizeof(*levels)), *numbers;
	struct od_span *v;
	size_t length;

	if (page.n < 4 || n > f->rows - c->row)
		return false;
	length = (size_t)(uint32_t)little(page.p, 4);
	if (length > page.n - 4 ||
	    !read_hybrid((struct od_span){page.p + 4, length}, 1, levels, n))
		return false;
	page = (struct od_span){page.p + 4 + length, page.n - 4 - length};
	for (size_t i = 0; i < n; i++)
		values += levels[i];
	v = od_arena_array(f->a, values + 1, sizeof(*v));
	numbers = od_arena_array(f->a, values + 1, sizeof(*numbers));
	if (od_tnode_number(head, 2, -1) == 0) {
		if (!read_plain(f, c->element, page, v, values))
			return false;
	} else if (od_tnode_number(head, 2, -1) == 8 && page.n && page.p[0] <= 32) {
		if (!read_hybrid((struct od_span){page.p + 1, page.n - 1},
		                 (unsigned)page.p[0], numbers, values))
			return false;
		for (size_t i = 0; i < values; i++) {
			if (numbers[i] >= c->n_dictionary)
				return false;
			v[i] = c->dictionary[numbers[i]];
		}
	} else {
		return false;
	}
	for (size_t i = 0; i < n; i++, c->row++)
		f->cells[c->row * f->columns + c->column] =
		    levels[i] ? *v++ : (struct od_span){0};
	return true;
}

static inline bool
read_page(struct parquet *f, struct chunk *c, const struct od_tnode *head,
          struct od_span packed)
{
	size_t plain = (size_t)od_tnode_number(head, 2, -1);
	char *bytes;

	if (plain > 1 << 30)
		return false;
	bytes = od_arena_text(f->a, plain + 1);
	if (ZSTD_decompress(bytes, plain, packed.p, packed.n) != plain)
		return false;
	if (od_tnode_number(head, 1, -1) == 0)
		return read_data(f, c, od_tnode_field(head, 5),
		                 (struct od_span){bytes, plain});
	head = od_tnode_field(head, 7);
	c->n_dictionary = (size_t)od_tnode_number(head, 1, 0);
	if (!head || od_tnode_number(head, 2, -1) != 0 || c->n_dictionary > plain)
		return false;
	c->dictionary =
	    od_arena_array(f->a, c->n_dictionary + 1, sizeof(*c->dictionary));
	return read_plain(f, c->element, (struct od_span){bytes, plain}, c->dictionary,
	                  c->n_dictionary);
}

static inline bool
read_chunk(struct parquet *f, struct chunk *c, size_t rows)
{
	int64_t from = od_tnode_number(c->meta, 11, od_tnode_number(c->meta, 9, -1));
	int64_t left = od_tnode_number(c->meta, 7, -1), plain = 0;
	size_t end = c->row + rows;

	if (from < 4 || left < 0 || (uint64_t)(from + left) > f->file.n ||
	    od_tnode_number(c->meta, 5, -1) != (int64_t)rows ||
	    od_tnode_number(c->meta, 4, -1) != 6)
		return false;
	while (left > 0) {
		const char *p = f->file.p + from;
		size_t used = 0;
		const struct od_tnode *head =
		    od_tnode_read((struct od_span){p, (size_t)left}, f->a, &used);
		int64_t packed = od_tnode_number(head, 3, -1);

		if (!head || packed < 0 || packed > left - (int64_t)used ||
		    !read_page(f, c, head, (struct od_span){p + used, (size_t)packed}))
			return false;
		plain += (int64_t)used + od_tnode_number(head, 2, 0);
		from += (int64_t)used + packed;
		left -= (int64_t)used + packed;
	}
	return c->row == end && plain == od_tnode_number(c->meta, 6, -1);
}

/* Reads a whole file into the arena. */
static inline bool
parquet_read(struct parquet *f, struct od_span file, struct od_arena *a)
{
	const struct od_tnode *schema, *groups;
	size_t length, used = 0, row = 0;

	*f = (struct parquet){.file = file, .a = a};
	if (file.n < 12 || memcmp(file.p, "PAR1", 4) ||
	    memcmp(file.p + file.n - 4, "PAR1", 4))
		return false;
	length = (size_t)(uint32_t)little(file.p + file.n - 8, 4);
	if (length > file.n - 12)
		return false;
	f->footer = od_tnode_read(
	    (struct od_span){file.p + file.n - 8 - length, length}, a, &used);
	schema = od_tnode_field(f->footer, 2);
	groups = od_tnode_field(f->footer, 4);
	if (used != length || !schema || schema->n < 1 || !groups)
		return false;
	f->columns = schema->n - 1;
	f->rows = (size_t)od_tnode_number(f->footer, 3, 0);
	f->groups = groups->n;
	if (f->rows > 1 << 24)
		return false;
	f->cells = od_arena_array(a, f->rows * f->columns + 1, sizeof(*f->cells));
	for (size_t g = 0; g < f->groups; g++) {
		const struct od_tnode *group = od_tnode_item(groups, g);
		size_t rows = (size_t)od_tnode_number(group, 3, 0);

		if (rows > f->rows - row)
			return false;
		for (size_t i = 0; i < f->columns; i++) {
			struct chunk chunk = {
			    .element = od_tnode_item(schema, i + 1),
			    .meta = od_tnode_field(
				od_tnode_item(od_tnode_field(group, 1), i), 3),
			    .column = i,
			    .row = row};

			if (!read_chunk(f, &chunk, rows))
				return false;
		}
		row += rows;
	}
	return row == f->rows;
}

static inline struct od_span
parquet_cell(const struct parquet *f, size_t row, size_t column)
{
	return f->cells[row * f->columns + column];
}

/* ColumnMetaData of a column in a row group. */
static inline const struct od_tnode *
parquet_chunk(const struct parquet *f, size_t group, size_t column)
{
	return od_tnode_field(
	    od_tnode_item(
		od_tnode_field(od_tnode_item(od_tnode_field(f->footer, 4), group), 1),
		column),
	    3);
}

#endif
