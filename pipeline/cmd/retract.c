#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "anon/clean.h"
#include "cmd/cmd.h"
#include "core/file.h"
#include "run/lock.h"
#include "run/runner.h"
#include "run/setup.h"
#include "seal/minisign.h"
#include "seal/publish.h"
#include "seal/timestamp.h"
#include "stage/purge.h"
#include "stage/retract.h"

enum { MATCH_BYTES = 1 << 20, SHOWN = 20 };

struct retraction {
	struct od_options *o;
	struct od_arena *a;
	const struct od_spec *spec;
	struct od_retraction asked; /* by this command */
	struct od_retraction all;   /* with those of before */
	struct od_purge found;      /* what holds it before anything is done */
};

/* Lines of the file: each a text, cleaned as cells are. */
static enum od_rc
read_texts(struct retraction *r, struct od_span *texts, size_t *n, struct od_err *err)
{
	const char *path = r->o->match;
	struct od_span text;
	size_t number = 0;
	enum od_rc rc =
	    od_file_read(path, MATCH_BYTES, r->a, &text, OD_KIND_CONFIG, err);

	while (!rc && text.n) {
		const char *stop = memchr(text.p, '\n', text.n), *why;
		struct od_span line = {text.p, stop ? (size_t)(stop - text.p) : text.n};

		text.p += line.n + (stop != NULL);
		text.n -= line.n + (stop != NULL);
		number++;
		why = od_clean(line, r->a, &texts[*n]);
		if (!why && !texts[*n].n)
			continue;
		if (!why)
			why = od_retract_fault(texts[*n]);
		if (why)
			rc = od_err_set(err, OD_KIND_CONFIG, "%s: line %zu %s", path,
			                number, why);
		else
			(*n)++;
	}
	return rc;
}

static enum od_rc
read_request(struct retraction *r, struct od_err *err)
{
	struct od_span *rows = od_arena_array(r->a, 1, sizeof(*rows));
	struct od_span *texts =
	    od_arena_array(r->a, MATCH_BYTES / 6 + 64, sizeof(*texts));
	const char *key = r->o->project;
	enum od_rc rc = OD_OK;

	if (key) {
		if (!*key ||
		    strspn(key, "0123456789abcdefghijklmnopqrstuvwxyz"
		                "ABCDEFGHIJKLMNOPQRSTUVWXYZ-_./") != strlen(key))
			return od_err_set(err, OD_KIND_USAGE,
			                  "--project takes the id of a project");
		rows[r->asked.n_rows++] = od_span_str(key);
		rc = od_retract_codes(r->spec, r->o->state, key, r->a, texts,
		                      &r->asked.n_texts, err);
	}
	if (!rc && r->o->match)
		rc = read_texts(r, texts, &r->asked.n_texts, err);
	r->asked.rows = rows;
	r->asked.texts = texts;
	if (!rc && !r->asked.n_rows && !r->asked.n_texts)
		rc = od_err_set(err, OD_KIND_CONFIG, "'%s' holds no text", r->o->match);
	return rc;
}

/* Which files held it, and since when. Paths are public, what they hold is not told. */
static void
tell_files(const struct retraction *r)
{
	const struct od_purge *p = &r->found;
	size_t shown = 0;

	for (size_t i = 0; i < p->n_held; i++) {
		const struct od_held *h = &p->held[i];

		if (i && strcmp(h->release, p->held[i - 1].release) != 0)
			shown = 0;
		if (shown++ == 0)
			printf("release %s of %s:\n", h->release,
			       od_purge_created(p, h->release));
		if (shown <= SHOWN)
			printf("  %s\n", h->path);
		else if (i + 1 == p->n_held ||
		         strcmp(h->release, p->held[i + 1].release) != 0)
			printf("  and %zu more\n", shown - SHOWN);
	}
	printf("odp: %zu files held it, of %" PRIu64 " in %" PRIu64 " releases\n",
	       p->n_held, p->files, p->releases);
}

static enum od_rc
find(struct retraction *r, struct od_err *err)
{
	enum od_rc rc;

	r->found = (struct od_purge){.a = r->a, .output = r->o->output};
	rc = od_purge_find(&r->found, r->asked.texts, r->asked.n_texts, err);
	if (!rc)
		tell_files(r);
	return rc;
}

/* After the new release is live: what holds it goes, the list is written, all is
 * proved.
 */
static enum od_rc
purge(struct retraction *r, struct od_err *err)
{
	struct od_purge left = {.a = r->a, .output = r->o->output};
	struct od_secret_key *key = NULL;
	const char *live = od_live_name(r->o->output, r->a);
	size_t snapshots;
	enum od_rc rc = od_purge_find(&left, r->all.texts, r->all.n_texts, err);

	if (!rc && r->o->sign_key)
		rc = od_secret_key_open(r->o->sign_key, &key, err);
	if (!rc) /* the list first: it names what is removed next */
		rc = od_purge_tell(&left, strtoull(live, NULL, 10), r->asked.rows,
		                   r->asked.n_rows, r->asked.n_texts, key, err);
	if (!rc && key)
		rc = od_timestamp_write(r->o->output, key, (int64_t)time(NULL), err);
	od_secret_key_close(key);
	if (!rc)
		rc = od_purge_releases(&left, err);
	if (!rc)
		rc = od_purge_snapshots(r->o->state, r->all.texts, r->all.n_texts,
		                        &snapshots, err);
	if (!rc)
		rc = od_purge_find(&left, r->all.texts, r->all.n_texts, err);
	if (!rc && left.n_held)
		rc = od_err_set(err, OD_KIND_PRIVACY, "%zu files still hold it",
		                left.n_held);
	if (!rc)
		printf("odp: 0 hits in %" PRIu64 " files of %" PRIu64
		       " releases; %s/" OD_RETRACTIONS_NAME " tells mirrors\n",
		       left.files, left.releases, r->o->output);
	if (!rc && !r->o->ckan)
		printf("odp: CKAN was not asked; `odp upload` brings it up to the live "
		       "release\n");
	return rc;
}

static enum od_rc
locked(struct retraction *r,
       enum od_rc (*step)(struct retraction *r, struct od_err *err), struct od_err *err)
{
	int lock = -1;
	enum od_rc rc = od_lock_take(r->o->state, &lock, err);

	if (!rc)
		rc = step(r, err);
	if (lock >= 0)
		od_lock_release(lock);
	return rc;
}

static enum od_rc
begin(struct retraction *r, struct od_err *err)
{
	enum od_rc rc = read_request(r, err);

	if (!rc)
		rc = find(r, err);
	if (!rc && !r->o->dry_run)
		rc = od_retract_add(r->o->state, &r->asked, err);
	return rc ? rc : od_retract_load(r->o->state, r->a, &r->all, err);
}

static enum od_rc
run(const struct od_cmd *cmd, struct od_options *o, struct od_arena *a,
    struct od_err *err)
{
	struct retraction r = {.o = o, .a = a};
	enum od_rc rc;

	if ((!o->project && !o->match) || o->only || o->from)
		return od_err_set(err, OD_KIND_USAGE,
		                  "usage: odp %s --project ID | --match FILE, and the "
		                  "options of a whole run",
		                  cmd->name);
	if (!o->dry_run && (!o->source || (!o->sign_key && !o->is_unsigned)))
		return od_err_set(err, OD_KIND_USAGE,
		                  "a retraction makes a new release: it needs --source "
		                  "and --sign-key");
	rc = od_setup_spec(o, a, &r.spec, err);
	if (!rc && !od_file_is_dir(o->state))
		rc = od_err_set(err, OD_KIND_CONFIG, "there is no state directory '%s'",
		                o->state);
	if (!rc)
		rc = locked(&r, begin, err);
	if (rc || o->dry_run)
		return rc;
	rc = od_run(o, a, err);
	return rc ? rc : locked(&r, purge, err);
}

const struct od_cmd od_cmd_retract = {
    .name = "retract",
    .summary = "take a project or a text out of all that is published, for good",
    .uses = OD_USE_RUN | OD_USE_RETRACT,
    .details = "Says which files of which releases held it; then publishes a release "
	       "without it, "
	       "removes\n"
	       "every older release that has it, and proves by a scan that none is "
	       "left. FILE has "
	       "a text\n"
	       "a line, each of 6 to 400 bytes: a cell that holds one is published "
	       "empty, now and "
	       "in\n"
	       "later runs. What was retracted is kept in state/retract.list, private. "
	       "OUTPUT/retractions.json,\n"
	       "signed, tells mirrors what to remove. --dry-run only answers. If it "
	       "fails half-way, "
	       "give\n"
	       "the same command again.\n",
    .run = run,
};
