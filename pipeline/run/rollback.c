#include "run/rollback.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "core/file.h"
#include "core/json.h"
#include "run/setup.h"
#include "seal/manifest.h"
#include "stage/purge.h"

enum { LIST_BYTES = 64 << 20 };

static enum od_rc
check_withdrawn(const struct od_options *o, struct od_arena *a, struct od_err *err)
{
	const char *path = od_arena_printf(a, "%s/" OD_RETRACTIONS_NAME, o->output);
	const struct od_json *root, *list;
	struct od_span text;
	enum od_rc rc;

	if (!od_file_exists(path))
		return OD_OK;
	rc = od_file_read(path, LIST_BYTES, a, &text, OD_KIND_IO, err);
	if (!rc)
		rc = od_json_parse(text, path, OD_KIND_CONFIG, a, &root, err);
	if (rc)
		return rc;
	list = od_json_find(root, "withdrawn");
	for (size_t i = 0; list && i < list->n; i++)
		if (od_json_int(&list->items[i], "serial") == o->rollback)
			return od_err_set(err, OD_KIND_PRIVACY,
			                  "release %lld was withdrawn by a retraction",
			                  (long long)o->rollback);
	return OD_OK;
}

/* "keys/odp.key" -> "keys/odp.pub", as `odp keygen` names them. */
static const char *
public_key(const struct od_options *o, struct od_arena *a)
{
	size_t n = strlen(o->sign_key);

	if (o->public_key)
		return o->public_key;
	if (n > 4 && !strcmp(o->sign_key + n - 4, ".key"))
		n -= 4;
	return od_arena_printf(a, "%.*s.pub", (int)n, o->sign_key);
}

enum od_rc
od_rollback_check(const struct od_options *o, int64_t live, struct od_verify_fact *fact,
                  struct od_arena *a, struct od_err *err)
{
	const char *path = od_path_release(o, o->rollback, a);
	const struct od_verify_opts opts = {.public_key = public_key(o, a),
	                                    .jobs = (unsigned)o->jobs};
	enum od_rc rc = check_withdrawn(o, a, err);

	if (rc)
		return rc;
	if (o->rollback == live)
		return od_err_set(err, OD_KIND_CONFIG, "release %lld is live",
		                  (long long)live);
	if (!od_file_is_dir(path)) {
		rc = od_err_set(err, OD_KIND_CONFIG, "release %lld is not kept",
		                (long long)o->rollback);
		return od_err_hint(err, "`ls %s/releases` shows those that are",
		                   o->output);
	}
	if (!od_file_exists(opts.public_key)) {
		rc = od_err_set(err, OD_KIND_KEY, "there is no public key '%s'",
		                opts.public_key);
		return od_err_hint(err, "--public-key FILE names the one that the "
		                        "release was signed for");
	}
	return od_verify(path, &opts, fact, err);
}

struct linking {
	const char *to;
	struct od_arena *a;
};

static bool
is_manifest(const char *rel)
{
	return !strcmp(rel, OD_MANIFEST_NAME) || !strcmp(rel, OD_SIGNATURE_NAME) ||
	       !strncmp(rel, OD_PARTS_DIR "/", sizeof(OD_PARTS_DIR));
}

static enum od_rc
link_file(const struct od_walk_file *f, void *u, struct od_err *err)
{
	struct linking *l = u;
	char *target = od_arena_printf(l->a, "%s/%s", l->to, f->rel);
	char *slash = strrchr(target, '/');
	enum od_rc rc;

	if (is_manifest(f->rel))
		return OD_OK;
	*slash = '\0';
	rc = od_dir_make(target, 0755, err);
	*slash = '/';
	if (!rc && link(f->path, target) != 0)
		rc = od_err_sys(err, OD_KIND_IO, errno, "cannot link '%s' to '%s'",
		                f->path, target);
	return rc;
}

enum od_rc
od_rollback_link(const struct od_options *o, const char *to, struct od_arena *a,
                 struct od_err *err)
{
	struct linking l = {to, a};
	enum od_rc rc = od_dir_remove(to, err);

	if (!rc)
		rc = od_dir_make(to, 0755, err);
	return rc ? rc
	          : od_dir_walk(od_path_release(o, o->rollback, a), link_file, &l, err);
}
