#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/cmd.h"
#include "core/file.h"
#include "core/json.h"
#include "run/lock.h"
#include "stage/review.h"

enum { FINDINGS_BYTES = 1 << 30, DECISIONS_BYTES = 64 << 20 };

/* A withheld text, as the findings tell of it. */
struct doubtful {
	const char *ref, *dataset, *row, *key, *field, *rule;
};

struct review {
	struct od_arena *a;
	const char *state;
	struct doubtful *v; /* of the newest findings */
	size_t n;
	const char **refs; /* that are allowed */
	size_t n_refs;
	const char **was; /* that were when the file was opened */
	size_t n_was;
};

/* The next line, without its end. */
static struct od_span
next_line(struct od_span *rest)
{
	const char *stop = memchr(rest->p, '\n', rest->n);
	struct od_span line = {rest->p, stop ? (size_t)(stop - rest->p) : rest->n};

	rest->p += line.n + (stop != NULL);
	rest->n -= line.n + (stop != NULL);
	return line;
}

static size_t
count_lines(struct od_span text)
{
	size_t n = 1;

	for (size_t i = 0; i < text.n; i++)
		n += text.p[i] == '\n';
	return n;
}

/* state/findings/<highest serial>.ndjson, or NULL. */
static const char *
newest_findings(const struct review *r)
{
	const char *dir = od_arena_printf(r->a, "%s/findings", r->state);
	char **names = od_dir_list(dir, r->a);
	long long highest = 0;

	for (; names && *names; names++) {
		char *end;
		long long serial = strtoll(*names, &end, 10);

		if (!strcmp(end, ".ndjson") && serial > highest)
			highest = serial;
	}
	return highest ? od_arena_printf(r->a, "%s/%lld.ndjson", dir, highest) : NULL;
}

static enum od_rc
load_findings(struct review *r, struct od_err *err)
{
	const char *path = newest_findings(r);
	struct od_span text;
	enum od_rc rc;

	if (!path) {
		rc = od_err_set(err, OD_KIND_CONFIG, "there are no findings in '%s'",
		                r->state);
		return od_err_hint(err, "run `odp run` first, or give --state");
	}
	rc = od_file_read(path, FINDINGS_BYTES, r->a, &text, OD_KIND_IO, err);
	r->v = rc ? NULL : od_arena_array(r->a, count_lines(text), sizeof(*r->v));
	while (!rc && text.n) {
		struct od_span line = next_line(&text);
		const struct od_json *j;

		rc = od_json_parse(line, path, OD_KIND_IO, r->a, &j, err);
		if (rc || strcmp(od_json_text(j, "effect"), "withheld") != 0)
			continue;
		r->v[r->n++] = (struct doubtful){
		    od_json_text(j, "ref"),   od_json_text(j, "dataset"),
		    od_json_text(j, "row"),   od_json_text(j, "key"),
		    od_json_text(j, "field"), od_json_text(j, "rule")};
	}
	return rc;
}

static bool
has_ref(const char *const *refs, size_t n, struct od_span ref)
{
	for (size_t i = 0; i < n; i++)
		if (od_span_is(ref, refs[i]))
			return true;
	return false;
}

static bool
is_allowed(const struct review *r, struct od_span ref)
{
	return has_ref(r->refs, r->n_refs, ref);
}

static bool
is_found(const struct review *r, struct od_span ref)
{
	for (size_t i = 0; i < r->n; i++)
		if (od_span_is(ref, r->v[i].ref))
			return true;
	return false;
}

/* The first word of a line; empty of an empty line or a comment. */
static struct od_span
first_word(struct od_span line)
{
	size_t n = 0;

	while (n < line.n && !strchr(" \t\r#", line.p[n]))
		n++;
	return (struct od_span){line.p, n};
}

/* Calls `take` for each reference that begins a line of the file. */
static enum od_rc
each_ref(struct review *r, const char *path,
         const char *(*take)(struct review *r, struct od_span ref), struct od_err *err)
{
	struct od_span text;
	size_t number = 0;
	enum od_rc rc =
	    od_file_read(path, DECISIONS_BYTES, r->a, &text, OD_KIND_CONFIG, err);

	if (!rc) {
		const char **more =
		    od_arena_array(r->a, r->n_refs + count_lines(text), sizeof(*more));

		if (r->n_refs)
			memcpy(more, r->refs, r->n_refs * sizeof(*more));
		r->was = r->refs;
		r->n_was = r->n_refs;
		r->refs = more;
	}
	while (!rc && text.n) {
		struct od_span word = first_word(next_line(&text));
		const char *why;

		number++;
		if (!word.n)
			continue;
		why = od_review_is_ref(word) ? take(r, word)
		                             : "does not begin with a reference";
		if (why)
			rc = od_err_set(err, OD_KIND_CONFIG, "%s: line %zu %s", path,
			                number, why);
	}
	return rc;
}

static const char *
allow(struct review *r, struct od_span ref)
{
	if (is_allowed(r, ref))
		return NULL;
	if (!is_found(r, ref))
		return "names no text that is withheld";
	r->refs[r->n_refs++] = od_arena_dup(r->a, ref).p;
	return NULL;
}

static const char *
withdraw(struct review *r, struct od_span ref)
{
	size_t kept = 0;

	/* equal texts have equal lines: the second one is no mistake */
	if (!has_ref(r->was, r->n_was, ref))
		return "names no text that is allowed";
	for (size_t i = 0; i < r->n_refs; i++)
		if (!od_span_is(ref, r->refs[i]))
			r->refs[kept++] = r->refs[i];
	r->n_refs = kept;
	return NULL;
}

static enum od_rc
decide(struct review *r, const struct od_options *o, struct od_err *err)
{
	size_t before = r->n_refs;
	enum od_rc rc = OD_OK;

	if (o->allow)
		rc = each_ref(r, o->allow, allow, err);
	if (!rc && o->withdraw)
		rc = each_ref(r, o->withdraw, withdraw, err);
	if (!rc)
		rc = od_review_save(r->state, r->refs, r->n_refs, err);
	if (!rc)
		printf("odp: %zu texts are allowed, %zu before; the next run follows\n",
		       r->n_refs, before);
	return rc;
}

static void
list(const struct review *r)
{
	printf("# ref dataset row key field rule decision\n");
	for (size_t i = 0; i < r->n; i++) {
		const struct doubtful *d = &r->v[i];

		printf("%s %s %s %s %s %s %s\n", d->ref, d->dataset, d->row, d->key,
		       d->field, d->rule,
		       is_allowed(r, od_span_str(d->ref)) ? "allowed" : "withheld");
	}
}

static enum od_rc
run(const struct od_cmd *cmd, struct od_options *o, struct od_arena *a,
    struct od_err *err)
{
	struct review r = {.a = a, .state = o->state};
	int lock = -1;
	enum od_rc rc = OD_OK;

	(void)cmd;
	if (!od_file_is_dir(o->state))
		return od_err_set(err, OD_KIND_CONFIG,
		                  "there is no state directory '%s'", o->state);
	if (o->allow || o->withdraw)
		rc = od_lock_take(o->state, &lock, err);
	if (!rc)
		rc = load_findings(&r, err);
	if (!rc)
		rc = od_review_load(o->state, a, &r.refs, &r.n_refs, err);
	if (!rc && (o->allow || o->withdraw))
		rc = decide(&r, o, err);
	else if (!rc)
		list(&r);
	if (lock >= 0)
		od_lock_release(lock);
	return rc;
}

const struct od_cmd od_cmd_review = {
    .name = "review",
    .summary = "list the texts that are withheld; allow those that are harmless",
    .uses = OD_USE_REVIEW,
    .details =
	"A text that may still tell of a person after redaction is withheld: its cell "
	"is\n"
	"empty, its row is published. Each is a line of reference, dataset, number of "
	"the\n"
	"row (in the order of extract.sql), key, field, rule and decision; no text is "
	"shown or\n"
	"kept. Look the row up in the operational database. If the text is harmless, "
	"put "
	"its\n"
	"line into FILE for --allow: the reference is kept in state/review.allow, and "
	"the "
	"next\n"
	"run publishes the text, redacted, in every row that has it. A text that "
	"changes "
	"is\n"
	"judged anew.\n",
    .run = run,
};
