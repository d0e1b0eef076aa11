#include "fmt/lines.h"

#include <stdlib.h>

#include "core/arena.h"

struct od_format_file {
	const struct od_lines *form;
	const struct od_dataset *d;
	struct od_out *out;
	struct od_buf row;
	struct od_span between;
	bool begun;
};

struct od_format_file *
od_lines_open(const char *path, const struct od_dataset *d, const struct od_lines *form)
{
	struct od_format_file *f = od_alloc(sizeof(*f));

	*f = (struct od_format_file){
	    .form = form,
	    .d = d,
	    .out = od_out_open(path, &(struct od_out_opts){.sha256 = true}),
	    .between = od_span_str(form->between),
	};
	form->head(d, &f->row);
	if (f->row.n)
		od_out_span(f->out, od_buf_view(&f->row));
	return f;
}

void
od_lines_line(struct od_format_file *f, struct od_span encoded)
{
	if (f->begun)
		od_out_span(f->out, f->between);
	f->begun = true;
	od_out_span(f->out, encoded);
}

void
od_lines_row(struct od_format_file *f, const struct od_pub *cells)
{
	f->row.n = 0;
	f->form->encode(f->d, cells, &f->row);
	od_lines_line(f, od_buf_view(&f->row));
}

enum od_rc
od_lines_close(struct od_format_file *f, struct od_out_fact *fact, struct od_err *err)
{
	enum od_rc rc;

	od_out_puts(f->out, f->begun ? f->form->tail : f->form->empty);
	rc = od_out_close(f->out, fact, err);
	od_buf_release(&f->row);
	free(f);
	return rc;
}
