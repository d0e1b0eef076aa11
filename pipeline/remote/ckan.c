#include "remote/ckan.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct od_ckan {
	struct od_http *http;
	uint64_t writes;
};

const struct od_ckan_verb_info od_ckan_verbs[OD_CKAN_VERBS] = {
    [OD_CKAN_STATUS_SHOW] = {"status_show", false},
    [OD_CKAN_ORGANIZATION_SHOW] = {"organization_show", false},
    [OD_CKAN_ORGANIZATION_LIST_FOR_USER] = {"organization_list_for_user", false},
    [OD_CKAN_LICENSE_LIST] = {"license_list", false},
    [OD_CKAN_SCHEMING_DATASET_SCHEMA_SHOW] = {"scheming_dataset_schema_show", false},
    [OD_CKAN_PACKAGE_SHOW] = {"package_show", false},
    [OD_CKAN_RESOURCE_SHOW] = {"resource_show", false},
    [OD_CKAN_PACKAGE_CREATE] = {"package_create", true},
    [OD_CKAN_PACKAGE_REVISE] = {"package_revise", true},
    [OD_CKAN_PACKAGE_DELETE] = {"package_delete", true},
    [OD_CKAN_RESOURCE_CREATE] = {"resource_create", true},
    [OD_CKAN_RESOURCE_PATCH] = {"resource_patch", true},
    [OD_CKAN_RESOURCE_DELETE] = {"resource_delete", true},
    [OD_CKAN_DATASTORE_SEARCH] = {"datastore_search", false},
    [OD_CKAN_DATASTORE_CREATE] = {"datastore_create", true},
    [OD_CKAN_DATASTORE_DELETE] = {"datastore_delete", true},
    [OD_CKAN_XLOADER_STATUS] = {"xloader_status", false},
    [OD_CKAN_XLOADER_SUBMIT] = {"xloader_submit", true},
};

const char *const od_ckan_answers[] = {
    [OD_CKAN_OK] = "was accepted",
    [OD_CKAN_MISSING] = "found no such object",
    [OD_CKAN_DENIED] = "was denied",
    [OD_CKAN_INVALID] = "was refused by validation",
    [OD_CKAN_STALE] = "met a change made meanwhile",
    [OD_CKAN_TOO_LARGE] = "was refused: the file is too large for the server",
    [OD_CKAN_REFUSED] = "was refused",
    [OD_CKAN_UNCLEAR] = "got no clear answer",
};

/* Judging a reply. */

static bool
is_name(struct od_span s)
{
	if (s.n == 0 || s.n > 40)
		return false;
	for (size_t i = 0; i < s.n; i++)
		if (!strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ012345"
		            "6789_-",
		            s.p[i]) ||
		    !s.p[i])
			return false;
	return true;
}

/* Appends ", a.b" if it fits; a key that is no plain name is foreign text: "?". */
static void
add_field(char *to, size_t size, const char *prefix, struct od_span key)
{
	size_t n = strlen(to);
	int wrote;

	if (!is_name(key))
		key = OD_SPAN("?");
	wrote = snprintf(to + n, size - n, "%s%s%.*s", n ? ", " : "", prefix,
	                 (int)key.n, key.p);
	if (wrote < 0 || (size_t)wrote >= size - n)
		to[n] = '\0';
}

/* Names of the fields that a validation refused: {"title": […], "resources": [{}, {…}]}
 */
static void
name_fields(const struct od_json *error, char *to, size_t size)
{
	for (size_t i = 0; i < error->n; i++) {
		const struct od_json *v = &error->items[i];
		bool nested = false;

		if (od_span_is(error->keys[i], "__type"))
			continue;
		for (size_t k = 0; v->kind == OD_JSON_ARRAY && k < v->n; k++) {
			char prefix[80];

			if (v->items[k].kind != OD_JSON_OBJECT)
				continue;
			nested = true;
			snprintf(prefix, sizeof(prefix), "%.*s.%zu.",
			         is_name(error->keys[i]) ? (int)error->keys[i].n : 1,
			         is_name(error->keys[i]) ? error->keys[i].p : "?", k);
			for (size_t j = 0; j < v->items[k].n; j++)
				add_field(to, size, prefix, v->items[k].keys[j]);
		}
		if (!nested)
			add_field(to, size, "", error->keys[i]);
	}
}

static enum od_ckan_answer
judge_conflict(const struct od_json *body, struct od_ckan_reply *out)
{
	const struct od_json *error = od_json_find(body, "error");

	if (!error || error->kind != OD_JSON_OBJECT)
		return OD_CKAN_REFUSED;
	if (od_json_find(error, "match"))
		return OD_CKAN_STALE;
	/* The one reason that a file is refused for; the text is not translated, but is
	 * not read either. */
	if (od_json_find(error, "upload"))
		return OD_CKAN_TOO_LARGE;
	name_fields(error, out->fields, sizeof(out->fields));
	return OD_CKAN_INVALID;
}

static enum od_ckan_answer
judge_status(long status, const struct od_json *body, struct od_ckan_reply *out)
{
	const struct od_json *success = od_json_find(body, "success");
	const char *type = od_json_text(od_json_find(body, "error"), "__type");

	if (status == 200) {
		out->result = od_json_find(body, "result");
		if (success && success->kind == OD_JSON_BOOL && success->boolean &&
		    out->result)
			return OD_CKAN_OK;
		/* A page of a proxy, a cut body, success:false: not a promise. */
		out->result = NULL;
		return OD_CKAN_UNCLEAR;
	}
	if (status == 401 || status == 403)
		return OD_CKAN_DENIED;
	if (status == 404) /* a page is a wrong address, not a missing object */
		return strcmp(type, "Not Found Error") == 0 ? OD_CKAN_MISSING
		                                            : OD_CKAN_REFUSED;
	if (status == 409)
		return judge_conflict(body, out);
	if (status == 413)
		return OD_CKAN_TOO_LARGE;
	if (status == 429 || status == 408 || status == 425 || status >= 500 ||
	    (status >= 100 && status < 300))
		return OD_CKAN_UNCLEAR;
	return OD_CKAN_REFUSED;
}

void
od_ckan_judge(const struct od_http_reply *http, struct od_arena *a,
              struct od_ckan_reply *out)
{
	const struct od_json *body = NULL;
	struct od_err ignored;

	memset(out, 0, sizeof(*out));
	out->status = http->status;
	out->retry_after = http->retry_after;
	if (http->outcome != OD_HTTP_ANSWERED) {
		out->answer = OD_CKAN_UNCLEAR;
		out->reason = http->reason;
		return;
	}
	if (strcmp(http->type, "application/json") != 0)
		out->html = true;
	else if (od_json_parse(od_buf_view(&http->body), "reply", OD_KIND_REMOTE, a,
	                       &body, &ignored) != OD_OK)
		body = NULL;
	out->answer = judge_status(http->status, body, out);
}

/* The token. */

enum { TOKEN_MAX = 1024 };

static enum od_rc
read_token(int fd, const char *path, char *to, size_t *n, struct od_err *err)
{
	struct stat st;
	ssize_t r;

	if (fstat(fd, &st) != 0)
		return od_err_sys(err, OD_KIND_KEY, errno, "cannot read '%s'", path);
	if (!S_ISREG(st.st_mode))
		return od_err_set(err, OD_KIND_KEY,
		                  "the token '%s' is not a regular file", path);
	if (st.st_mode & (S_IRWXG | S_IRWXO)) {
		(void)!od_err_set(err, OD_KIND_KEY,
		                  "the token '%s' can be read by others than its owner",
		                  path);
		return od_err_hint(err,
		                   "chmod 0400 it; if others use this machine, make a "
		                   "new token");
	}
	*n = 0;
	do {
		r = read(fd, to + *n, TOKEN_MAX + 2 - *n);
		if (r > 0)
			*n += (size_t)r;
	} while (r > 0 && *n < TOKEN_MAX + 2);
	if (r < 0)
		return od_err_sys(err, OD_KIND_KEY, errno, "cannot read '%s'", path);
	return OD_OK;
}

enum od_rc
od_ckan_token_load(const char *path, struct od_arena *a, char **out, struct od_err *err)
{
	char text[TOKEN_MAX + 2];
	enum od_rc rc;
	bool good;
	size_t n = 0;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

	if (fd < 0)
		return od_err_sys(err, OD_KIND_KEY, errno, "cannot open the token '%s'",
		                  path);
	rc = read_token(fd, path, text, &n, err);
	close(fd);
	if (rc == OD_OK) {
		while (n && strchr(" \t\r\n", text[n - 1]) && text[n - 1])
			n--;
		good = n > 0 && n <= TOKEN_MAX;
		for (size_t i = 0; i < n; i++)
			good = good && text[i] > ' ' && text[i] < 0x7f;
		if (good)
			*out = od_arena_printf(a, "%.*s", (int)n, text);
		else
			rc = od_err_set(
			    err, OD_KIND_KEY,
			    "'%s' is not a token: one line of printable ASCII "
			    "without spaces is expected",
			    path);
	}
	explicit_bzero(text, sizeof(text));
	return rc;
}

/* Asking. */

enum od_rc
od_ckan_open(const struct od_http_opts *opts, struct od_arena *a, struct od_ckan **out,
             struct od_err *err)
{
	struct od_ckan *c = od_arena_alloc(a, sizeof(*c));

	*out = c;
	return od_http_open(opts, a, &c->http, err);
}

void
od_ckan_close(struct od_ckan *c)
{
	if (!c)
		return;
	od_http_close(c->http);
	c->http = NULL;
}

const char *
od_ckan_host(const struct od_ckan *c)
{
	return od_http_host(c->http);
}

uint64_t
od_ckan_writes(const struct od_ckan *c)
{
	return c->writes;
}

/* A read may always be asked again; a write only if the server cannot have done it. */
static bool
may_repeat(const struct od_http_request *q, const struct od_http_reply *http,
           const struct od_ckan_reply *out)
{
	if (out->answer != OD_CKAN_UNCLEAR)
		return false;
	return !q->write || http->outcome == OD_HTTP_UNSENT || http->status == 429;
}

static enum od_rc
ask(struct od_ckan *c, struct od_http_request *q, enum od_ckan_verb verb,
    struct od_arena *a, struct od_ckan_reply *out, struct od_err *err)
{
	struct od_http_reply http = {0};
	struct od_buf path = {0};
	enum od_rc rc = OD_OK;

	od_buf_puts(&path, "/api/3/action/");
	od_buf_puts(&path, od_ckan_verbs[verb].name);
	q->path = od_buf_str(&path);
	q->write = od_ckan_verbs[verb].write;
	for (unsigned try = 1;; try++) {
		c->writes += q->write;
		rc = od_http_send(c->http, q, &http, err);
		if (rc != OD_OK)
			break;
		od_ckan_judge(&http, a, out);
		if (try == OD_HTTP_TRIES || !may_repeat(q, &http, out))
			break;
		rc = od_http_wait(c->http, try, &http, err);
		if (rc != OD_OK)
			break;
	}
	od_http_reply_release(&http);
	od_buf_release(&path);
	return rc;
}

enum od_rc
od_ckan_get(struct od_ckan *c, enum od_ckan_verb verb, const struct od_http_part *args,
            size_t n, struct od_arena *a, struct od_ckan_reply *out, struct od_err *err)
{
	struct od_http_request q = {0};
	struct od_buf query = {0};
	enum od_rc rc;

	for (size_t i = 0; i < n; i++) {
		if (i)
			od_buf_putc(&query, '&');
		od_http_escape(&query, od_span_str(args[i].name));
		od_buf_putc(&query, '=');
		od_http_escape(&query, od_span_str(args[i].value));
	}
	q.query = n ? od_buf_str(&query) : NULL;
	rc = ask(c, &q, verb, a, out, err);
	od_buf_release(&query);
	return rc;
}

enum od_rc
od_ckan_post(struct od_ckan *c, enum od_ckan_verb verb, struct od_span json,
             struct od_arena *a, struct od_ckan_reply *out, struct od_err *err)
{
	struct od_http_request q = {.json = json};

	return ask(c, &q, verb, a, out, err);
}

enum od_rc
od_ckan_send_file(struct od_ckan *c, enum od_ckan_verb verb,
                  const struct od_http_part *parts, size_t n,
                  const struct od_ckan_file *file, struct od_arena *a,
                  struct od_ckan_reply *out, struct od_err *err)
{
	struct od_http_request q = {
	    .parts = parts,
	    .n_parts = n,
	    .file = file->path,
	    .file_part = "upload",
	    .file_name = file->name,
	    .file_type = file->media_type,
	};

	return ask(c, &q, verb, a, out, err);
}

enum od_rc
od_ckan_hash_resource(struct od_ckan *c, const char *package_id,
                      const char *resource_id, uint64_t limit, char hex[OD_SHA256_HEX],
                      struct od_err *err)
{
	struct od_http_reply http = {0};
	struct od_buf path = {0};
	struct od_http_request q = {.limit = limit};
	enum od_rc rc = OD_OK;

	od_buf_puts(&path, "/dataset/");
	od_http_escape(&path, od_span_str(package_id));
	od_buf_puts(&path, "/resource/");
	od_http_escape(&path, od_span_str(resource_id));
	od_buf_puts(&path, "/download/file");
	q.path = od_buf_str(&path);
	for (unsigned try = 1;; try++) {
		struct od_sha256 *hash = od_sha256_open();

		q.into = hash;
		rc = od_http_send(c->http, &q, &http, err);
		od_sha256_close(hash, hex);
		if (rc != OD_OK || http.status != 200)
			hex[0] = '\0';
		if (rc != OD_OK || try == OD_HTTP_TRIES ||
		    (http.outcome == OD_HTTP_ANSWERED && http.status < 500 &&
		     http.status != 429))
			break;
		rc = od_http_wait(c->http, try, &http, err);
		if (rc != OD_OK)
			break;
	}
	od_http_reply_release(&http);
	od_buf_release(&path);
	return rc;
}

enum od_rc
od_ckan_wait(struct od_ckan *c, unsigned next, const struct od_ckan_reply *r,
             struct od_err *err)
{
	struct od_http_reply http = {.retry_after = r ? r->retry_after : 0};

	return od_http_wait(c->http, next, &http, err);
}

enum od_rc
od_ckan_error(const struct od_ckan *c, enum od_ckan_verb verb, const char *what,
              const struct od_ckan_reply *r, struct od_err *err)
{
	char why[360] = "";

	if (r->fields[0])
		snprintf(why, sizeof(why), " (fields: %s)", r->fields);
	else if (r->status)
		snprintf(why, sizeof(why), " (HTTP %ld%s)", r->status,
		         r->html ? ", a page instead of JSON" : "");
	else if (r->reason)
		snprintf(why, sizeof(why), " (%s)", r->reason);
	(void)!od_err_set(err, OD_KIND_REMOTE, "%s of '%s' at '%s' %s%s",
	                  od_ckan_verbs[verb].name, what, od_ckan_host(c),
	                  od_ckan_answers[r->answer], why);
	switch (r->answer) {
	case OD_CKAN_TOO_LARGE:
		return od_err_hint(err,
		                   "ask for a larger ckan.max_resource_size (and body "
		                   "size of the web server before it), or leave the "
		                   "format out of the dataset's declaration");
	case OD_CKAN_DENIED:
		return od_err_hint(err,
		                   "the token's user needs the role editor or admin in "
		                   "the organization");
	case OD_CKAN_INVALID:
		return od_err_hint(err,
		                   "compare the declaration of the dataset (gdc:) with "
		                   "the server's form; a name in the server's trash "
		                   "must be purged there");
	case OD_CKAN_UNCLEAR:
		return od_err_hint(err,
		                   "the server is ill or unreachable: run `odp upload` "
		                   "again, it goes on where it stopped");
	case OD_CKAN_REFUSED:
		return od_err_hint(err, r->status >= 300 && r->status < 400
		                            ? "the server redirects and that is not "
		                              "followed: give its final address"
		                            : "check the address: it must be a CKAN's");
	default:
		return err->rc;
	}
}
