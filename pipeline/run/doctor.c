#include "run/doctor.h"

#include <errno.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <sys/timex.h>
#include <time.h>
#include <unistd.h>

#include "core/file.h"
#include "remote/ckan.h"
#include "run/inputs.h"
#include "run/ledger.h"
#include "run/room.h"
#include "run/setup.h"
#include "run/status.h"
#include "seal/manifest.h"
#include "seal/minisign.h"
#include "source/rights.h"
#include "stage/upload.h"

const char *const od_health_words[] = {"ok", "skipped", "finding"};

struct doctor {
	const struct od_options *o;
	struct od_arena *a;
	const struct od_spec *spec; /* NULL: schemas/ could not be read */
	const char *check;
	struct od_diagnosis *v;
	size_t n, cap, findings;
};

static void
tell(struct doctor *d, enum od_health health, const char *text, const char *fix)
{
	if (d->n == d->cap) {
		size_t cap = d->cap ? 2 * d->cap : 32;
		struct od_diagnosis *v = od_arena_array(d->a, cap, sizeof(*v));

		if (d->n)
			memcpy(v, d->v, d->n * sizeof(*v));
		d->v = v;
		d->cap = cap;
	}
	d->v[d->n++] = (struct od_diagnosis){d->check, health, text, fix};
	d->findings += health == OD_FINDING;
}

static void
finding(struct doctor *d, const char *text, const char *fix)
{
	tell(d, OD_FINDING, text, fix);
}

/* A failure of a function that a run would call as well. */
static void
failed(struct doctor *d, const struct od_err *err)
{
	finding(d, od_arena_str(d->a, err->msg),
	        od_arena_str(d->a, err->hint[0] ? err->hint : od_err_row(err)->action));
}

#define SAY(d, ...) od_arena_printf((d)->a, __VA_ARGS__)

/* ---- directories */

/* Keys, decisions, retractions, the ledger; what else lies there tells nothing. */
static bool
is_private(const char *name)
{
	static const char *const endings[] = {".key", ".allow", ".list", ".sqlite"};
	const char *dot = strrchr(name, '.');

	for (size_t i = 0; dot && i < OD_ARRAY_LEN(endings); i++)
		if (!strcmp(dot, endings[i]))
			return true;
	return false;
}

static void
look_at_secrets(struct doctor *d)
{
	char **names = od_dir_list(d->o->state, d->a);
	struct stat st;

	for (; names && *names; names++) {
		const char *path = SAY(d, "%s/%s", d->o->state, *names);

		if (is_private(*names) && lstat(path, &st) == 0 && (st.st_mode & 077))
			finding(d,
			        SAY(d, "'%s' is open to others (mode %04o)", path,
			            (unsigned)(st.st_mode & 07777)),
			        SAY(d, "chmod 600 '%s'", path));
	}
}

static void
check_state(struct doctor *d)
{
	size_t before = d->findings;
	const char *path = d->o->state;
	struct stat st;

	if (stat(path, &st) != 0) {
		finding(d, SAY(d, "there is no state directory '%s'", path),
		        "make it for the user that runs odp (install -d -m 0700), or "
		        "correct --state");
		return;
	}
	if (st.st_mode & 077)
		finding(d,
		        SAY(d, "the state directory '%s' is open to others (mode %04o)",
		            path, (unsigned)(st.st_mode & 07777)),
		        SAY(d, "chmod 700 '%s'", path));
	if (access(path, R_OK | W_OK | X_OK) != 0)
		finding(d, SAY(d, "this user may not write to '%s'", path),
		        "run odp as the user that owns it");
	look_at_secrets(d);
	if (d->findings == before)
		tell(d, OD_WELL, SAY(d, "'%s' is private", path), NULL);
}

static bool
is_below(const char *inner, const char *outer, struct od_arena *a)
{
	char *i = realpath(inner, od_arena_alloc(a, PATH_MAX));
	char *o = realpath(outer, od_arena_alloc(a, PATH_MAX));
	size_t n;

	if (!i || !o)
		return false;
	n = strlen(o);
	return !strncmp(i, o, n) && (i[n] == '/' || i[n] == '\0' || n == 1);
}

static void
check_output(struct doctor *d)
{
	size_t before = d->findings;
	const char *path = d->o->output;
	int64_t live = od_status_live(d->o, d->a);

	if (!od_file_is_dir(path)) {
		finding(d, SAY(d, "there is no output directory '%s'", path),
		        "make it for the user that runs odp, or correct --output");
		return;
	}
	if (access(path, R_OK | W_OK | X_OK) != 0)
		finding(d, SAY(d, "this user may not write to '%s'", path),
		        "run odp as the user that owns it");
	if (is_below(d->o->state, path, d->a))
		finding(
		    d,
		    SAY(d, "the private state lies below '%s', which is served", path),
		    "move it elsewhere and correct --state");
	if (live && !od_file_exists(SAY(d, "%s/current/" OD_MANIFEST_NAME, path)))
		finding(
		    d,
		    SAY(d, "'%s/current' points to a release that is not there", path),
		    "`odp run` builds and publishes a new one");
	else if (live && !od_file_exists(SAY(d, "%s/current/" OD_SIGNATURE_NAME, path)))
		finding(
		    d, SAY(d, "the live release %lld is not signed", (long long)live),
		    "run with --sign-key; mirrors and CKAN take signed releases only");
	if (d->findings == before)
		tell(d, OD_WELL,
		     live ? SAY(d, "release %lld is live", (long long)live)
		          : "nothing is published yet",
		     NULL);
}

static void
check_disk(struct doctor *d)
{
	struct od_ledger *ledger = NULL;
	struct od_room output, state;
	struct od_err err = {0};
	int64_t live = od_status_live(d->o, d->a);
	enum od_rc rc;

	if (!od_file_exists(SAY(d, "%s/ledger.sqlite", d->o->state))) {
		tell(d, OD_SKIPPED,
		     "no release was made yet: what one needs is not known", NULL);
		return;
	}
	rc = od_ledger_open(d->o->state, &ledger, &err);
	if (!rc)
		rc = od_room_measure(d->o, ledger, live, &output, &state, d->a, &err);
	if (!rc)
		rc = od_room_check(d->o, ledger, live, d->a, &err);
	od_ledger_close(ledger);
	if (rc)
		failed(d, &err);
	else
		tell(d, OD_WELL,
		     SAY(d, "a release needs %.1f MB in '%s', %.1f MB are free",
		         (double)output.needed / 1e6, d->o->output,
		         (double)output.free / 1e6),
		     NULL);
}

/* ---- what is declared */

static void
check_schemas(struct doctor *d)
{
	struct od_err err = {0};

	if (od_setup_spec(d->o, d->a, &d->spec, &err)) {
		d->spec = NULL;
		failed(d, &err);
	} else {
		tell(d, OD_WELL,
		     SAY(d, "%zu datasets are declared", d->spec->n_datasets), NULL);
	}
}

static void
check_templates(struct doctor *d)
{
	const char *hash;
	struct od_err err = {0};

	if (od_inputs_templates(d->o->templates, d->a, &hash, &err))
		failed(d, &err);
	else
		tell(d, OD_WELL, SAY(d, "'%s' can be read", d->o->templates), NULL);
}

/* ---- keys */

/* The key of the next release should be that of the live one, or mirrors refuse it. */
static void
compare_with_live(struct doctor *d, const struct od_secret_key *key)
{
	const char *dir = SAY(d, "%s/current", d->o->output);
	struct od_span text, signature;
	struct od_public_key public;
	struct od_err err;

	if (od_file_read(SAY(d, "%s/" OD_MANIFEST_NAME, dir), OD_MANIFEST_LIMIT, d->a,
	                 &text, OD_KIND_IO, &err) ||
	    od_file_read(SAY(d, "%s/" OD_SIGNATURE_NAME, dir), OD_SIGNATURE_FILE_LIMIT,
	                 d->a, &signature, OD_KIND_IO, &err))
		return; /* told by the check of the output */
	od_secret_key_public(key, &public);
	if (od_minisign_verify(&public, text, signature, "the live release", d->a, NULL,
	                       &err))
		finding(
		    d, "the live release was signed with another key",
		    "if the key was changed on purpose, tell the mirrors; else give "
		    "the former key to --sign-key");
}

static void
check_keys(struct doctor *d)
{
	struct od_secret_key *key = NULL;
	size_t before = d->findings;
	struct od_err err = {0};
	char *token;

	if (!d->o->sign_key && !d->o->ckan_token) {
		tell(d, OD_SKIPPED, "neither --sign-key nor --ckan-token is given",
		     NULL);
		return;
	}
	if (d->o->sign_key && od_secret_key_open(d->o->sign_key, &key, &err))
		failed(d, &err);
	else if (d->o->sign_key)
		compare_with_live(d, key);
	od_secret_key_close(key);
	if (d->o->sign_key && is_below(d->o->sign_key, d->o->output, d->a))
		finding(d, "the signing key lies below the output, which is served",
		        "take the portal down, make a new key pair elsewhere, tell the "
		        "mirrors");
	if (d->o->ckan_token &&
	    od_ckan_token_load(d->o->ckan_token, d->a, &token, &err))
		failed(d, &err);
	else if (d->o->ckan_token)
		explicit_bzero(token, strlen(token));
	if (d->findings == before)
		tell(d, OD_WELL, "keys are there, and their owner's alone", NULL);
}

/* ---- the operational database */

static bool
is_name_byte(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9') || c == '_' || (unsigned char)c >= 0x80;
}

/* Does the SQL name it as a word? */
static bool
has_word(const char *sql, const char *word)
{
	size_t n = strlen(word);

	for (const char *at = sql; (at = strstr(at, word)); at++)
		if ((at == sql || !is_name_byte(at[-1])) && !is_name_byte(at[n]))
			return true;
	return false;
}

static bool
is_read(const struct doctor *d, const struct od_right *r)
{
	const char *full = SAY(d, "%s.%s", r->schema, r->relation);

	for (size_t i = 0; i < d->spec->n_datasets; i++) {
		const struct od_dataset *set = &d->spec->datasets[i];

		if (!set->derived && (has_word(set->sql, full) ||
		                      (r->visible && has_word(set->sql, r->relation))))
			return true;
	}
	return false;
}

static void
judge_right(const struct od_right *r, void *u)
{
	struct doctor *d = u;

	if (r->what)
		finding(d, od_arena_str(d->a, r->what), od_arena_str(d->a, r->fix));
	else if (!is_read(d, r))
		finding(d,
		        SAY(d, "the role may read %s.%s, which no extract.sql names",
		            r->schema, r->relation),
		        SAY(d,
		            "revoke select on %s.%s from the role (and from public); "
		            "cron/source-role.sql makes a role that has what is needed",
		            r->schema, r->relation));
}

static void
try_queries(struct doctor *d, struct od_source *s)
{
	for (size_t i = 0; i < d->spec->n_datasets; i++) {
		const struct od_dataset *set = &d->spec->datasets[i];
		const char **columns;
		struct od_err err = {0};

		if (set->derived)
			continue;
		columns = od_arena_array(d->a, set->n_fields + 1, sizeof(*columns));
		for (size_t f = 0; f < set->n_fields; f++)
			columns[f] = set->fields[f].name;
		if (od_source_try(s, set->sql, set->id, columns, set->n_fields, &err))
			failed(d, &err);
	}
}

static void
check_source(struct doctor *d)
{
	struct od_source *s = NULL;
	size_t before = d->findings;
	struct od_err err = {0};

	if (!d->o->source || !d->spec) {
		tell(d, OD_SKIPPED,
		     d->spec ? "--source is not given" : "the schemas cannot be read",
		     NULL);
		return;
	}
	if (od_source_open(d->o->source, NULL, &s, &err)) {
		failed(d, &err);
		return;
	}
	try_queries(d, s);
	if (od_source_rights(s, judge_right, d, &err))
		failed(d, &err);
	od_source_close(s);
	if (d->findings == before)
		tell(d, OD_WELL,
		     "every query may run, and the role may do nothing else", NULL);
}

/* ---- the machine */

static void
check_clock(struct doctor *d)
{
	struct timex t = {.modes = 0};
	size_t before = d->findings;
	time_t now = time(NULL);
	struct stat st;
	int state = adjtimex(&t);

	if (stat(SAY(d, "%s/current/" OD_MANIFEST_NAME, d->o->output), &st) == 0 &&
	    st.st_mtime > now + 60)
		finding(
		    d, "the clock is behind the time when the live release was made",
		    "set the clock (timedatectl set-ntp true); serials still grow, "
		    "but certificates and the ages that mirrors see would be wrong");
	if (state == TIME_ERROR || (state >= 0 && (t.status & STA_UNSYNC)))
		finding(
		    d, "the clock is not kept right by any time server",
		    "timedatectl set-ntp true, or install chrony; in a container look "
		    "at its host");
	if (d->findings == before)
		tell(d, OD_WELL, "the clock is kept right", NULL);
}

static void
check_locale(struct doctor *d)
{
	static const char *const names[] = {"LC_ALL", "LC_CTYPE", "LANG"};
	const char *v = NULL;

	for (size_t i = 0; i < OD_ARRAY_LEN(names) && (!v || !*v); i++)
		v = getenv(names[i]);
	if (v && (strcasestr(v, "utf-8") || strcasestr(v, "utf8")))
		tell(d, OD_WELL, "UTF-8; no output depends on it", NULL);
	else
		finding(d,
		        "the locale is not UTF-8: messages in Thai may not be readable "
		        "(what is published does not depend on it)",
		        "export LANG=C.UTF-8");
}

static void
check_ckan(struct doctor *d)
{
	struct od_stage_ctx ctx = {.spec = d->spec,
	                           .ckan = d->o->ckan,
	                           .ckan_org = d->o->ckan_org,
	                           .ckan_token = d->o->ckan_token,
	                           .run = d->a};
	struct od_err err = {0};

	if (!d->o->ckan || !d->spec)
		tell(d, OD_SKIPPED,
		     d->spec ? "--ckan is not given" : "the schemas cannot be read",
		     NULL);
	else if (od_upload_check(&ctx, &err))
		failed(d, &err);
	else
		tell(d, OD_WELL, "it answers, and the token may make datasets there",
		     NULL);
}

const struct od_diagnosis *
od_doctor(const struct od_options *o, struct od_arena *a, size_t *n)
{
	static const struct {
		const char *name;
		void (*look)(struct doctor *d);
	} checks[] = {
	    {"state", check_state},         {"output", check_output},
	    {"disk", check_disk},           {"schemas", check_schemas},
	    {"templates", check_templates}, {"keys", check_keys},
	    {"source", check_source},       {"clock", check_clock},
	    {"locale", check_locale},       {"ckan", check_ckan},
	};
	struct doctor d = {.o = o, .a = a};

	for (size_t i = 0; i < OD_ARRAY_LEN(checks); i++) {
		d.check = checks[i].name;
		checks[i].look(&d);
	}
	*n = d.n;
	return d.v;
}
