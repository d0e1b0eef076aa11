/* delta_notes.c - what changed, in plain words: CHANGES.th.md and CHANGES.en.md. */
#include <stdlib.h>
#include <string.h>

#include "stage/delta.h"

/* The words, Thai and English; of numbers, the plural is that of many. */
static const struct {
	const char *head, *none, *release, *since, *added, *changed, *removed, *whole,
	    *columns, *withheld, *schema, *same;
} words[2] = {
    {"# สิ่งที่เปลี่ยนไปในแต่ละชุดเผยแพร่\n\nไฟล์รายแถวอยู่ในโฟลเดอร์ `changes/` (อธิบายใน "
     "`changes/index.json`)\n",
     "\nยังไม่มีการเปลี่ยนแปลงให้เทียบ: นี่เป็นชุดแรก\n", "ชุดเผยแพร่ที่", "เทียบกับชุดที่", "เพิ่ม", "แก้ไข",
     "ถอนออก", "เปลี่ยนทั้งตาราง ให้ใช้ไฟล์ของทั้งชุดข้อมูล", "ช่องที่แก้", "ไม่เปิดเผยค่าเดิม",
     "โครงสร้างเปลี่ยน", "\nข้อมูลทุกแถวเหมือนเดิม\n"},
    {"# What changed in each release\n\nThe rows are in `changes/`; "
     "`changes/index.json` "
     "describes them.\n",
     "\nNothing to compare yet: this is the first release.\n", "Release",
     "since release", "added", "changed", "removed",
     "the whole table changed: take its files", "columns changed",
     "old values withheld", "schema changed", "\nAll rows are as they were.\n"},
};

static const char *
title_of(const struct od_spec *spec, const char *id, bool english)
{
	const struct od_dataset *d = od_dataset_find(spec, id);

	return !d ? id : english ? d->title.en : d->title.th;
}

static const char *
column_of(const struct od_spec *spec, const char *id, const char *name, bool english)
{
	const struct od_dataset *d = od_dataset_find(spec, id);
	const struct od_field *f = d ? od_field_find(d, name) : NULL;

	return !f ? name : english ? f->title.en : f->title.th;
}

static void
put_count(struct od_buf *b, const char *word, uint64_t n, bool *begun)
{
	if (!n)
		return;
	od_buf_printf(b, "%s%s ", *begun ? " · " : "", word);
	od_buf_u64(b, n);
	*begun = true;
}

static void
put_table(struct od_buf *b, const struct od_spec *spec, const struct od_delta_table *t,
          bool english)
{
	bool begun = false, first = true;

	od_buf_printf(b, "- **%s** (`%s`): ", title_of(spec, t->dataset, english),
	              t->dataset);
	if (t->whole) {
		od_buf_printf(b, "%s\n", words[english].whole);
		return;
	}
	put_count(b, words[english].added, t->added, &begun);
	put_count(b, words[english].changed, t->changed, &begun);
	put_count(b, words[english].removed, t->removed, &begun);
	put_count(b, words[english].withheld, t->withheld, &begun);
	for (size_t i = 0; i < t->n_columns; i++) {
		if (!t->cells[i])
			continue;
		if (first)
			od_buf_printf(b, "\n  - %s: ", words[english].columns);
		od_buf_printf(b, "%s%s ", first ? "" : ", ",
		              column_of(spec, t->dataset, t->columns[i], english));
		od_buf_u64(b, t->cells[i]);
		first = false;
	}
	od_buf_putc(b, '\n');
}

static void
put_schemas(struct od_buf *b, const struct od_spec *spec, const struct od_json *history,
            uint64_t release, bool english)
{
	for (size_t i = 0; history && i < history->n; i++) {
		const struct od_json *v = &history->items[i],
				     *changes = od_json_find(v, "changes");
		const char *id = od_json_text(v, "dataset");

		if (od_json_int(v, "release") != (int64_t)release)
			continue;
		od_buf_printf(b, "- **%s** (`%s`): %s %s → %s",
		              title_of(spec, id, english), id, words[english].schema,
		              od_json_text(v, "from"), od_json_text(v, "to"));
		for (size_t k = 0; changes && k < changes->n; k++)
			od_buf_printf(b, "%s`%s` %s", k ? ", " : ": ",
			              od_json_text(&changes->items[k], "field"),
			              od_json_text(&changes->items[k], "change"));
		od_buf_putc(b, '\n');
	}
}

void
od_deltas_notes(const struct od_spec *spec, const struct od_deltas *d,
                const struct od_json *history, bool english, struct od_buf *b)
{
	od_buf_puts(b, words[english].head);
	if (!d->n)
		od_buf_puts(b, words[english].none);
	for (size_t i = d->n; i-- > 0;) {
		const struct od_delta *one = &d->v[i];

		od_buf_printf(b, "\n## %s %llu · %.10s (%s %llu · %.10s)\n",
		              words[english].release, (unsigned long long)one->release,
		              one->created, words[english].since,
		              (unsigned long long)one->since, one->before);
		od_buf_puts(b, one->n ? "\n" : words[english].same);
		for (size_t k = 0; k < one->n; k++)
			put_table(b, spec, &one->tables[k], english);
		put_schemas(b, spec, history, one->release, english);
	}
}
