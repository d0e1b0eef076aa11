#include "mirror/head.h"

#include <string.h>

#include "core/hash.h"

enum { CLOCK_SLACK = 3600 }; /* seconds that two machines' clocks may differ */

const char *
od_head_span(int64_t s, struct od_arena *a)
{
	static const struct {
		int64_t seconds;
		const char *one, *many;
	} units[] = {{86400, "day", "days"}, {3600, "hour", "hours"}};

	for (size_t i = 0; i < OD_ARRAY_LEN(units); i++)
		if (s >= 2 * units[i].seconds || (i == 1 && s >= units[i].seconds))
			return od_arena_printf(
			    a, "%lld %s", (long long)(s / units[i].seconds),
			    s / units[i].seconds == 1 ? units[i].one : units[i].many);
	return od_arena_printf(a, "%lld minutes", (long long)(s / 60));
}

static enum od_rc
get_signature(const struct od_origin *o, const char *path, struct od_arena *a,
              struct od_span *signature, struct od_err *err)
{
	bool found = false;

	if (od_origin_document(o, od_arena_printf(a, "%s.minisig", path),
	                       OD_SIGNATURE_FILE_LIMIT, a, signature, &found, err))
		return err->rc;
	return found ? OD_OK
	             : od_err_set(err, OD_KIND_VERIFY, "'%s' is not signed", path);
}

/* A document and its signature; *found is that of the document. */
static enum od_rc
get_signed(const struct od_origin *o, const char *path, size_t limit,
           struct od_arena *a, struct od_span *text, struct od_span *signature,
           bool *found, struct od_err *err)
{
	if (od_origin_document(o, path, limit, a, text, found, err))
		return err->rc;
	return *found ? get_signature(o, path, a, signature, err) : OD_OK;
}

static enum od_rc
check_clock(const struct od_timestamp *t, int64_t now, struct od_arena *a,
            struct od_err *err)
{
	char text[21];

	if (t->created > now + CLOCK_SLACK) {
		od_time_put(text, t->created);
		(void)!od_err_set(err, OD_KIND_VERIFY,
		                  OD_TIMESTAMP_NAME " is of %s, %s from now", text,
		                  od_head_span(t->created - now, a));
		return od_err_hint(err, "check this machine's clock");
	}
	if (t->expires < now) {
		od_time_put(text, t->expires);
		(void)!od_err_set(err, OD_KIND_VERIFY,
		                  OD_TIMESTAMP_NAME
		                  " expired at %s: the publisher was last heard %s ago",
		                  text, od_head_span(now - t->created, a));
		return od_err_hint(
		    err, "the publisher stands still, or somebody shows you an old "
			 "copy: ask the publisher; a stick that was long on its way "
			 "is taken with --accept-stale");
	}
	return OD_OK;
}

static enum od_rc
check_retractions(const struct od_public_key *key, struct od_arena *a,
                  struct od_head *h, struct od_err *err)
{
	char hex[OD_SHA256_HEX];

	od_sha256_hex(h->retractions, hex);
	if (h->has_time && (h->retractions.n != h->time.retractions_bytes ||
	                    strcmp(hex, h->time.retractions) != 0))
		return od_err_set(err, OD_KIND_VERIFY,
		                  OD_RETRACTIONS_NAME
		                  " is not the one that " OD_TIMESTAMP_NAME " names");
	return od_minisign_verify(key, h->retractions, h->retractions_signature,
	                          OD_RETRACTIONS_NAME, a, NULL, err);
}

enum od_rc
od_head_time(const struct od_origin *o, const struct od_public_key *key, bool stale,
             int64_t now, struct od_arena *a, struct od_head *h, struct od_err *err)
{
	size_t limit = OD_RETRACTIONS_LIMIT;
	bool found;

	*h = (struct od_head){.retractions = {"", 0}};
	if (get_signed(o, OD_TIMESTAMP_NAME, OD_TIMESTAMP_LIMIT, a, &h->time_text,
	               &h->time_signature, &h->has_time, err))
		return err->rc;
	if (!h->has_time && !stale) {
		(void)!od_err_set(err, OD_KIND_VERIFY,
		                  "there is no " OD_TIMESTAMP_NAME " at '%s'", o->url);
		return od_err_hint(
		    err, "without it nobody can tell how old a release is; give the "
			 "address of the folder that has 'current' and "
			 "'timestamp.json', or --accept-stale");
	}
	if (h->has_time && (od_timestamp_verify(key, h->time_text, h->time_signature, a,
	                                        &h->time, err) ||
	                    (!stale && check_clock(&h->time, now, a, err))))
		return err->rc;
	if (h->has_time && !h->time.has_retractions)
		return OD_OK;
	if (h->has_time)
		limit = (size_t)h->time.retractions_bytes;
	if (get_signed(o, OD_RETRACTIONS_NAME, limit, a, &h->retractions,
	               &h->retractions_signature, &found, err))
		return err->rc;
	if (!found && h->has_time)
		return od_err_set(err, OD_KIND_VERIFY,
		                  "'%s' is missing, though " OD_TIMESTAMP_NAME
		                  " names it",
		                  OD_RETRACTIONS_NAME);
	return found ? check_retractions(key, a, h, err) : OD_OK;
}

static enum od_rc
check_root(const struct od_public_key *key, struct od_arena *a, struct od_head *h,
           struct od_err *err)
{
	const char *trusted, *want;

	if (od_minisign_verify(key, h->text, h->signature, OD_MANIFEST_NAME, a,
	                       &trusted, err) ||
	    od_manifest_parse(h->text, OD_MANIFEST_NAME, a, &h->manifest, err))
		return err->rc;
	want = od_arena_printf(a, "serial:%llu\tcreated:%s\tfile:" OD_MANIFEST_NAME,
	                       (unsigned long long)h->manifest.serial,
	                       h->manifest.created);
	if (strcmp(trusted, want) != 0)
		return od_err_set(
		    err, OD_KIND_VERIFY,
		    "the trusted comment is not that of this " OD_MANIFEST_NAME);
	if (h->manifest.preview)
		return od_err_set(err, OD_KIND_VERIFY, "the release is a preview");
	if (h->has_time && h->manifest.serial != h->time.serial)
		return od_err_set(err, OD_KIND_VERIFY,
		                  OD_TIMESTAMP_NAME " and " OD_MANIFEST_NAME
		                                    " are of two releases");
	return OD_OK;
}

enum od_rc
od_head_root(const struct od_origin *o, const struct od_public_key *key,
             struct od_arena *a, struct od_head *h, struct od_err *err)
{
	const char *places[3];
	size_t n = 0;
	bool found = false, any = false;

	/* By its number first: that one stays what it is while `current` moves on. */
	if (h->has_time)
		places[n++] = od_arena_printf(a, "releases/%llu/",
		                              (unsigned long long)h->time.serial);
	places[n++] = "";
	places[n++] = "current/";
	for (size_t i = 0; i < n; i++) {
		const char *path = od_arena_printf(a, "%s" OD_MANIFEST_NAME, places[i]);

		h->below = places[i];
		if (od_origin_document(o, path,
		                       h->has_time ? (size_t)h->time.bytes
		                                   : (size_t)OD_MANIFEST_LIMIT,
		                       a, &h->text, &found, err)) {
			/* `current` of a folder is a symlink: none is followed. */
			if (i == 0 || o->web)
				return err->rc;
			continue;
		}
		any |= found;
		od_sha256_hex(h->text, h->root);
		if (!found || (h->has_time && strcmp(h->root, h->time.root) != 0))
			continue;
		if (get_signature(o, path, a, &h->signature, err))
			return err->rc;
		return check_root(key, a, h, err);
	}
	if (any)
		return od_err_set(
		    err, OD_KIND_VERIFY,
		    "'%s' serves another release than its " OD_TIMESTAMP_NAME " names",
		    o->url);
	return od_err_set(err, OD_KIND_REMOTE, "there is no release at '%s'", o->url);
}
