#include "truth.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "sink.h"

struct od_truth {
	char dir[4000];
	FILE *file[OD_TRUTH_FILES];
	struct od_text line;
	bool failed;
};

static const char *const names[OD_TRUTH_FILES] = {
    "published", "approved_reports", "canary", "defect", "duplicate",
};

static bool
complain(struct od_truth *t, unsigned i)
{
	if (!t->failed)
		fprintf(stderr, "opdb: cannot write '%s/%s.tsv': %s\n", t->dir,
		        names[i], strerror(errno));
	t->failed = true;
	return false;
}

struct od_truth *
od_truth_open(const char *dir)
{
	struct od_truth *t = calloc(1, sizeof(*t));
	char path[4096];

	if (!t) {
		fprintf(stderr, "opdb: out of memory\n");
		return NULL;
	}
	if (!dir)
		return t;
	snprintf(t->dir, sizeof(t->dir), "%s", dir);
	if (!od_folder_make(dir)) {
		free(t);
		return NULL;
	}
	for (unsigned i = 0; i < OD_TRUTH_FILES && !t->failed; i++) {
		snprintf(path, sizeof(path), "%s/%s.tsv.part", t->dir, names[i]);
		t->file[i] = fopen(path, "wb");
		if (!t->file[i])
			complain(t, i);
	}
	if (t->failed) {
		od_truth_close(t);
		return NULL;
	}
	return t;
}

static void
put_line(struct od_truth *t, unsigned i)
{
	od_text_put(&t->line, "\n", 1);
	if (t->file[i] && fwrite(t->line.p, 1, t->line.n, t->file[i]) != t->line.n)
		complain(t, i);
	od_text_clear(&t->line);
}

static struct od_text *
tab(struct od_truth *t)
{
	od_text_put(&t->line, "\t", 1);
	return &t->line;
}

void
od_truth_published(struct od_truth *t, uint64_t id, struct od_slice code,
                   const char *verdict)
{
	od_text_int(&t->line, (int64_t)id);
	od_text_slice(tab(t), code);
	od_text_puts(tab(t), verdict);
	put_line(t, OD_TRUTH_PUBLISHED);
}

void
od_truth_report(struct od_truth *t, uint64_t id, int year_be, int quarter)
{
	od_text_int(&t->line, (int64_t)id);
	od_text_int(tab(t), year_be);
	od_text_int(tab(t), quarter);
	put_line(t, OD_TRUTH_REPORTS);
}

void
od_truth_canary(struct od_truth *t, const char *kind, struct od_slice plain,
                struct od_slice typed, const char *column, uint64_t key)
{
	od_text_puts(&t->line, kind);
	od_text_slice(tab(t), plain);
	od_text_slice(tab(t), typed);
	od_text_puts(tab(t), column);
	od_text_int(tab(t), (int64_t)key);
	put_line(t, OD_TRUTH_CANARY);
}

void
od_truth_defect(struct od_truth *t, uint64_t id, const char *kind)
{
	od_text_int(&t->line, (int64_t)id);
	od_text_puts(tab(t), kind);
	put_line(t, OD_TRUTH_DEFECT);
}

void
od_truth_duplicate(struct od_truth *t, uint64_t earlier, uint64_t later)
{
	od_text_int(&t->line, (int64_t)earlier);
	od_text_int(tab(t), (int64_t)later);
	put_line(t, OD_TRUTH_DUPLICATE);
}

bool
od_truth_close(struct od_truth *t)
{
	char part[4096], final[4096];
	bool ok;

	for (unsigned i = 0; i < OD_TRUTH_FILES; i++)
		if (t->file[i] && fclose(t->file[i]))
			complain(t, i);
	for (unsigned i = 0; i < OD_TRUTH_FILES; i++) {
		if (!t->file[i])
			continue;
		snprintf(part, sizeof(part), "%s/%s.tsv.part", t->dir, names[i]);
		snprintf(final, sizeof(final), "%s/%s.tsv", t->dir, names[i]);
		if (t->failed)
			remove(part);
		else if (rename(part, final))
			complain(t, i);
	}
	od_text_release(&t->line);
	ok = !t->failed;
	free(t);
	return ok;
}
