#include "check/reader.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "core/arena.h"
#include "core/utf8.h"

enum {
	CHUNK = 1024 * 1024,
	BUFFER = OD_READER_ROW + CHUNK,
	FIRST_CELLS = 64,
	MAX_CELLS = 65536
};

const struct od_dialect od_dialect_default = {
    .delimiter = ',', .quote = '"', .double_quote = true, .header = true};

/* Offsets of a cell within the row: the row moves when the buffer is filled again. */
struct place {
	size_t from, n;
};

struct od_reader {
	int fd;
	bool eof, stopped;
	struct od_dialect d;
	bool ends[256]; /* what ends a run of plain bytes in an unquoted cell */
	char *buf;
	size_t at, end; /* the row begins at `at`; bytes up to `end` are read */
	struct place *places;
	struct od_span *cells;
	size_t n, cap;
	uint64_t number;
	const char *path;
};

/* One row as it is taken apart; offsets count from its first byte. */
struct scan {
	struct od_reader *r;
	size_t in;  /* next byte to read */
	size_t out; /* where the cell's next byte goes: quotes are taken out in place */
	size_t from;  /* where the cell begins */
	uint8_t high; /* the bytes of the cell, or-ed */
	bool over;    /* the row is complete */
	const char *fault;
	struct od_err *err;
	enum od_rc rc;
};

bool
od_dialect_is_usable(const struct od_dialect *d)
{
	const char used[] = {d->delimiter, d->quote, d->escape, d->comment};

	if (!d->delimiter)
		return false;
	for (size_t i = 0; i < sizeof(used); i++) {
		if (used[i] == '\n' || used[i] == '\r' || (unsigned char)used[i] > 127)
			return false;
		for (size_t k = i + 1; k < sizeof(used) && used[i]; k++)
			/* Python's dialects may escape with the quote character. */
			if (used[i] == used[k] && !(i == 1 && k == 2))
				return false;
	}
	return true;
}

enum od_rc
od_reader_open(const char *path, const struct od_dialect *d, struct od_reader **out,
               struct od_err *err)
{
	bool standard = !strcmp(path, "-");
	int fd = standard ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
	struct od_reader *r;

	if (fd < 0)
		return od_err_sys(err, OD_KIND_IO, errno, "cannot open '%s'", path);
	r = od_alloc(sizeof(*r));
	*r = (struct od_reader){.fd = fd, .d = *d, .path = path, .cap = FIRST_CELLS};
	r->buf = od_alloc(BUFFER);
	r->places = od_alloc(r->cap * sizeof(*r->places));
	r->cells = od_alloc(r->cap * sizeof(*r->cells));
	r->ends[(unsigned char)d->delimiter] = true;
	r->ends[(unsigned char)d->escape] = d->escape != 0;
	r->ends['\n'] = r->ends['\r'] = true;
	*out = r;
	return OD_OK;
}

void
od_reader_close(struct od_reader *r)
{
	if (!r)
		return;
	if (r->fd != STDIN_FILENO)
		close(r->fd);
	free(r->buf);
	free(r->places);
	free(r->cells);
	free(r);
}

/* Is there a byte at s->in? Fills the buffer, and ends a row that outgrows it. */
static bool
more(struct scan *s)
{
	struct od_reader *r = s->r;
	ssize_t n;

	if (r->at + s->in < r->end)
		return true;
	if (r->eof || s->rc || s->fault)
		return false;
	if (s->in >= OD_READER_ROW) {
		s->fault = "size";
		return false;
	}
	memmove(r->buf, r->buf + r->at, r->end - r->at);
	r->end -= r->at;
	r->at = 0;
	do
		n = read(r->fd, r->buf + r->end, CHUNK);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		s->rc =
		    od_err_sys(s->err, OD_KIND_IO, errno, "cannot read '%s'", r->path);
	r->eof = n <= 0;
	r->end += n > 0 ? (size_t)n : 0;
	return n > 0;
}

static void
end_cell(struct scan *s)
{
	struct od_reader *r = s->r;
	struct place *p;

	if (r->n == r->cap) {
		r->cap *= 2;
		r->places = od_realloc(r->places, r->cap * sizeof(*r->places));
		r->cells = od_realloc(r->cells, r->cap * sizeof(*r->cells));
	}
	p = &r->places[r->n++];
	*p = (struct place){s->from, s->out - s->from};
	if (p->n > OD_READER_CELL || r->n > MAX_CELLS)
		s->fault = "size";
	else if ((s->high & 0x80) && !s->fault &&
	         !od_utf8_is_valid((struct od_span){r->buf + r->at + p->from, p->n}))
		s->fault = "encoding";
	s->high = 0;
}

static void
keep(struct scan *s)
{
	char *row = s->r->buf + s->r->at;

	s->high |= (uint8_t)row[s->in];
	row[s->out++] = row[s->in++];
}

/* The rest of a cell outside quotes, up to the delimiter or the end of the row. */
static void
plain(struct scan *s)
{
	struct od_reader *r = s->r;

	for (;;) {
		const char *row = r->buf + r->at;
		size_t end = r->end - r->at, in = s->in;

		if (s->out == in) { /* nothing to move: the common case */
			uint8_t high = s->high;

			while (in < end && !r->ends[(unsigned char)row[in]])
				high |= (uint8_t)row[in++];
			s->high = high;
			s->in = s->out = in;
		} else {
			while (s->in < end && !r->ends[(unsigned char)row[s->in]])
				keep(s);
		}
		if (s->in < end) {
			if (!r->d.escape || row[s->in] != r->d.escape)
				return;
			s->in++;
			if (more(s))
				keep(s);
		} else if (!more(s)) {
			return;
		}
	}
}

/* After the opening quote; what follows the closing one is plain text again. */
static void
quoted(struct scan *s)
{
	const struct od_dialect *d = &s->r->d;

	while (more(s)) {
		char c = s->r->buf[s->r->at + s->in];

		if (d->escape && c == d->escape && c != d->quote) {
			s->in++;
			if (more(s))
				keep(s);
		} else if (c != d->quote) {
			keep(s);
		} else {
			s->in++;
			if (!d->double_quote || !more(s) ||
			    s->r->buf[s->r->at + s->in] != d->quote)
				return;
			keep(s);
		}
	}
	if (!s->fault)
		s->fault = "quote"; /* never closed */
}

static void
one_cell(struct scan *s)
{
	const struct od_dialect *d = &s->r->d;
	bool closed = false;

	while (d->skip_initial && more(s) && s->r->buf[s->r->at + s->in] == ' ')
		s->in++;
	s->from = s->out = s->in;
	if (d->quote && more(s) && s->r->buf[s->r->at + s->in] == d->quote) {
		s->in++;
		s->from = s->out = s->in;
		quoted(s);
		closed = true;
	}
	if (closed && more(s) &&
	    !s->r->ends[(unsigned char)s->r->buf[s->r->at + s->in]] && !s->fault)
		s->fault = "quote"; /* text after the closing quote */
	plain(s);
}

/* What ended the cell: a delimiter goes to the next one, all else ends the row. */
static void
step_over_end(struct scan *s)
{
	char c;

	if (!more(s)) {
		s->over = true;
		return;
	}
	c = s->r->buf[s->r->at + s->in];
	s->in++;
	if (c == s->r->d.delimiter)
		return;
	s->over = true;
	if (c == '\r' && more(s) && s->r->buf[s->r->at + s->in] == '\n')
		s->in++;
}

static bool
is_line_end(struct scan *s)
{
	char c = s->r->buf[s->r->at + s->in];

	return c == '\n' || c == '\r';
}

/* Takes one row apart; false: there is none. */
static bool
one_row(struct scan *s)
{
	struct od_reader *r = s->r;

	r->n = 0;
	if (!more(s))
		return false;
	if (r->number == 0 && (unsigned char)r->buf[r->at] == 0xef) {
		for (s->in = 1; s->in < 3 && more(s); s->in++)
			continue;
		if (r->end - r->at >= 3 && !memcmp(r->buf + r->at, "\xef\xbb\xbf", 3))
			r->at += 3;
		s->in = 0;
		if (!more(s))
			return false;
	}
	r->number++;
	if (is_line_end(s)) {
		step_over_end(s);
		return true;
	}
	while (!s->over && !s->rc && !(s->fault && !strcmp(s->fault, "size"))) {
		one_cell(s);
		end_cell(s);
		step_over_end(s);
	}
	return true;
}

static bool
is_left_out(const struct od_reader *r)
{
	if (r->d.comment && r->n && r->cells[0].n && r->cells[0].p[0] == r->d.comment)
		return true;
	for (size_t i = 0; i < r->n && r->d.skip_blank; i++)
		if (r->cells[i].n)
			return false;
	return r->d.skip_blank;
}

enum od_rc
od_reader_next(struct od_reader *r, struct od_row *row, bool *more_rows,
               struct od_err *err)
{
	do {
		struct scan s = {.r = r, .err = err};

		*more_rows = !r->stopped && one_row(&s);
		if (s.rc || !*more_rows)
			return s.rc;
		for (size_t i = 0; i < r->n; i++)
			r->cells[i] = (struct od_span){
			    r->buf + r->at + r->places[i].from, r->places[i].n};
		r->at += s.in;
		r->stopped = s.fault && !strcmp(s.fault, "size");
		*row = (struct od_row){r->number, r->cells, r->n, s.fault};
	} while (!row->fault && is_left_out(r));
	return OD_OK;
}
