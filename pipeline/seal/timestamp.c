#include "seal/timestamp.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "core/file.h"
#include "core/hash.h"
#include "core/json.h"
#include "core/out.h"
#include "seal/manifest.h"

void
od_time_put(char to[21], int64_t seconds)
{
	time_t t = (time_t)seconds;
	struct tm tm;

	if (seconds < 0 || !gmtime_r(&t, &tm) || tm.tm_year > 9999 - 1900 ||
	    strftime(to, 21, "%Y-%m-%dT%H:%M:%SZ", &tm) != 20)
		memcpy(to, "1970-01-01T00:00:00Z", 21);
}

static int
number(const char *p, size_t n)
{
	int v = 0;

	for (size_t i = 0; i < n; i++)
		v = 10 * v + (p[i] - '0');
	return v;
}

int64_t
od_time_get(struct od_span s)
{
	static const char shape[] = "dddd-dd-ddTdd:dd:ddZ";
	struct tm tm = {0};
	char again[21];
	int64_t t;

	if (s.n != sizeof(shape) - 1)
		return -1;
	for (size_t i = 0; i < s.n; i++)
		if (shape[i] == 'd' ? s.p[i] < '0' || s.p[i] > '9' : s.p[i] != shape[i])
			return -1;
	tm.tm_year = number(s.p, 4) - 1900;
	tm.tm_mon = number(s.p + 5, 2) - 1;
	tm.tm_mday = number(s.p + 8, 2);
	tm.tm_hour = number(s.p + 11, 2);
	tm.tm_min = number(s.p + 14, 2);
	tm.tm_sec = number(s.p + 17, 2);
	t = (int64_t)timegm(&tm);
	if (t < 0)
		return -1;
	/* timegm() makes the 2nd of March of a 30th of February. */
	od_time_put(again, t);
	return memcmp(again, s.p, s.n) == 0 ? t : -1;
}

static bool
get_hash(const struct od_json *o, const char *key, char to[65])
{
	const char *s = od_json_text(o, key);

	if (strlen(s) != 64 || strspn(s, "0123456789abcdef") != 64)
		return false;
	memcpy(to, s, 65);
	return true;
}

enum od_rc
od_timestamp_parse(struct od_span text, struct od_arena *a, struct od_timestamp *out,
                   struct od_err *err)
{
	const struct od_json *o, *list;
	int64_t serial, bytes, listed = 0;

	*out = (struct od_timestamp){0};
	if (text.n > OD_TIMESTAMP_LIMIT)
		return od_err_set(err, OD_KIND_VERIFY,
		                  OD_TIMESTAMP_NAME " is larger than %d bytes",
		                  OD_TIMESTAMP_LIMIT);
	if (od_json_parse(text, OD_TIMESTAMP_NAME, OD_KIND_VERIFY, a, &o, err))
		return err->rc;
	serial = od_json_int(o, "serial");
	bytes = od_json_int(o, "bytes");
	out->created = od_time_get(od_span_str(od_json_text(o, "created")));
	out->expires = od_time_get(od_span_str(od_json_text(o, "expires")));
	list = od_json_find(o, "retractions");
	if (list) {
		listed = od_json_int(list, "bytes");
		out->has_retractions = true;
	}
	if (serial <= 0 || bytes <= 0 || bytes > OD_MANIFEST_LIMIT ||
	    out->created < 0 || out->expires < out->created ||
	    !get_hash(o, "root", out->root) ||
	    (list && (listed <= 0 || listed > OD_RETRACTIONS_LIMIT ||
	              !get_hash(list, "sha256", out->retractions))))
		return od_err_set(err, OD_KIND_VERIFY,
		                  OD_TIMESTAMP_NAME " is malformed");
	out->serial = (uint64_t)serial;
	out->bytes = (uint64_t)bytes;
	out->retractions_bytes = (uint64_t)listed;
	return OD_OK;
}

void
od_timestamp_put(struct od_buf *b, const struct od_timestamp *t)
{
	char created[21], expires[21];

	od_time_put(created, t->created);
	od_time_put(expires, t->expires);
	od_buf_printf(b,
	              "{\"serial\":%llu,\"root\":\"%s\",\"bytes\":%llu,\n"
	              "\"created\":\"%s\",\"expires\":\"%s\"",
	              (unsigned long long)t->serial, t->root,
	              (unsigned long long)t->bytes, created, expires);
	if (t->has_retractions)
		od_buf_printf(b,
		              ",\n\"retractions\":{\"bytes\":%llu,\"sha256\":\"%s\"}",
		              (unsigned long long)t->retractions_bytes, t->retractions);
	od_buf_puts(b, "}\n");
}

static const char *
comment(const struct od_timestamp *t, struct od_arena *a)
{
	char expires[21];

	od_time_put(expires, t->expires);
	return od_arena_printf(a, "serial:%llu\texpires:%s\tfile:" OD_TIMESTAMP_NAME,
	                       (unsigned long long)t->serial, expires);
}

enum od_rc
od_timestamp_verify(const struct od_public_key *key, struct od_span text,
                    struct od_span signature, struct od_arena *a,
                    struct od_timestamp *out, struct od_err *err)
{
	const char *trusted;

	if (od_minisign_verify(key, text, signature, OD_TIMESTAMP_NAME, a, &trusted,
	                       err) ||
	    od_timestamp_parse(text, a, out, err))
		return err->rc;
	/* A manifest is signed with the same key: one must not pass for the other. */
	if (strcmp(trusted, comment(out, a)) != 0)
		return od_err_set(
		    err, OD_KIND_VERIFY,
		    "the trusted comment is not that of this " OD_TIMESTAMP_NAME);
	return OD_OK;
}

enum od_rc
od_timestamp_write(const char *output, const struct od_secret_key *key, int64_t now,
                   struct od_err *err)
{
	struct od_arena a = {0};
	const char *list = od_arena_printf(&a, "%s/" OD_RETRACTIONS_NAME, output);
	const char *path = od_arena_printf(&a, "%s/" OD_TIMESTAMP_NAME, output);
	const char *root = od_arena_printf(&a, "%s/current/" OD_MANIFEST_NAME, output);
	struct od_timestamp t = {.created = now,
	                         .expires = now + OD_TIMESTAMP_HOURS * 3600};
	struct od_manifest m;
	struct od_buf b = {0};
	struct od_span text;
	enum od_rc rc;

	rc = od_file_read(root, OD_MANIFEST_LIMIT, &a, &text, OD_KIND_IO, err);
	if (!rc)
		rc = od_manifest_parse(text, root, &a, &m, err);
	if (rc)
		goto out;
	t.serial = m.serial;
	t.bytes = text.n;
	od_sha256_hex(text, t.root);
	t.has_retractions = od_file_exists(list);
	if (t.has_retractions)
		rc = od_sha256_file(list, t.retractions, &t.retractions_bytes, err);
	if (rc)
		goto out;
	od_timestamp_put(&b, &t);
	text = od_minisign_sign(key, od_buf_view(&b), comment(&t, &a), &a);
	rc = od_out_file(path, od_buf_view(&b), err);
	if (!rc)
		rc = od_out_file(od_arena_printf(&a, "%s.minisig", path), text, err);
out:
	od_buf_release(&b);
	od_arena_release(&a);
	return rc;
}
