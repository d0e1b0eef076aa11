#include "remote/http.h"

#include <arpa/inet.h>
#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <time.h>

struct od_http {
	CURL *curl;
	const char *base; /* without a slash at its end */
	const char *host; /* with its port, if given */
	bool loopback;
	struct curl_slist *plain,
	    *json; /* headers of a request, without and with a body */
	struct od_http_opts opts;
	uint64_t waited_ms;
};

/* What the callbacks of one transfer know. */
struct transfer {
	CURL *curl;
	const struct od_http_request *q;
	struct od_http_reply *r;
	size_t headers;
	bool too_large;
};

static void
really_sleep(unsigned ms, void *u)
{
	struct timespec t = {.tv_sec = ms / 1000,
	                     .tv_nsec = (long)(ms % 1000) * 1000000};

	(void)u;
	while (nanosleep(&t, &t) != 0)
		continue;
}

static uint32_t
system_random(void *u)
{
	uint32_t v = 0;

	(void)u;
	if (getrandom(&v, sizeof(v), GRND_NONBLOCK) != (ssize_t)sizeof(v))
		v = 0x80000000u; /* the middle: jitter is a courtesy, not a secret */
	return v;
}

bool
od_http_is_loopback(const char *host)
{
	struct in_addr v4;

	if (strcasecmp(host, "localhost") == 0 || strcmp(host, "[::1]") == 0)
		return true;
	return inet_pton(AF_INET, host, &v4) == 1 && ntohl(v4.s_addr) >> 24 == 127;
}

unsigned
od_http_backoff(unsigned next, uint32_t random)
{
	uint64_t full = next > 5 ? 30000 : (uint64_t)1000 << (next ? next - 1 : 0);

	return (unsigned)(full / 2 + (full / 2 * random >> 32));
}

void
od_http_escape(struct od_buf *b, struct od_span s)
{
	static const char hex[] = "0123456789ABCDEF";

	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if ((c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
		    (c >= 'a' && c <= 'z') || (c && strchr("-._~", c))) {
			od_buf_putc(b, (char)c);
			continue;
		}
		od_buf_putc(b, '%');
		od_buf_putc(b, hex[c >> 4]);
		od_buf_putc(b, hex[c & 15]);
	}
}

static enum od_rc
bad_base(struct od_err *err, const char *why)
{
	(void)!od_err_set(err, OD_KIND_CONFIG, "the address of the CKAN server %s",
	                  why);
	return od_err_hint(err, "give it as https://HOST or https://HOST/PATH");
}

/* Splits the base, refuses what must not be spoken to, and copies the rest. */
static enum od_rc
check_base(struct od_http *h, const char *url, struct od_arena *a, struct od_err *err)
{
	char *scheme = NULL, *host = NULL, *port = NULL, *whole = NULL, *extra = NULL;
	CURLU *u = curl_url();
	const char *why = NULL;
	size_t n;

	if (!u || curl_url_set(u, CURLUPART_URL, url, 0) != CURLUE_OK ||
	    curl_url_get(u, CURLUPART_SCHEME, &scheme, 0) != CURLUE_OK ||
	    curl_url_get(u, CURLUPART_HOST, &host, 0) != CURLUE_OK ||
	    curl_url_get(u, CURLUPART_URL, &whole, 0) != CURLUE_OK) {
		why = "is not a URL";
		goto out;
	}
	(void)curl_url_get(u, CURLUPART_PORT, &port, 0);
	h->loopback = od_http_is_loopback(host);
	if (curl_url_get(u, CURLUPART_USER, &extra, 0) == CURLUE_OK ||
	    curl_url_get(u, CURLUPART_PASSWORD, &extra, 0) == CURLUE_OK)
		why = "must not hold a user name or password";
	else if (curl_url_get(u, CURLUPART_QUERY, &extra, 0) == CURLUE_OK ||
	         curl_url_get(u, CURLUPART_FRAGMENT, &extra, 0) == CURLUE_OK)
		why = "must not hold '?' or '#'";
	else if (strcmp(scheme, "https") != 0 && strcmp(scheme, "http") != 0)
		why = "must begin with https://";
	else if (strcmp(scheme, "http") == 0 && !h->loopback)
		why =
		    "must begin with https://, or the token would travel in the clear";
	if (why)
		goto out;
	n = strlen(whole);
	while (n && whole[n - 1] == '/')
		n--;
	h->base = od_arena_dup(a, (struct od_span){whole, n}).p;
	h->host =
	    port ? od_arena_printf(a, "%s:%s", host, port) : od_arena_str(a, host);
out:
	curl_free(scheme);
	curl_free(host);
	curl_free(port);
	curl_free(whole);
	curl_free(extra);
	curl_url_cleanup(u);
	return why ? bad_base(err, why) : OD_OK;
}

static bool
add_header(struct curl_slist **list, const char *line)
{
	struct curl_slist *more = curl_slist_append(*list, line);

	if (more)
		*list = more;
	return more != NULL;
}

static enum od_rc
build_headers(struct od_http *h, struct od_err *err)
{
	struct od_buf b = {0};
	bool good;

	/* Without "Expect:" curl waits a second for a "100 Continue" before a body. */
	good = add_header(&h->plain, "Expect:") &&
	       add_header(&h->plain, "Accept: application/json") &&
	       add_header(&h->plain, "Cache-Control: no-cache") &&
	       add_header(&h->json, "Expect:") &&
	       add_header(&h->json, "Accept: application/json") &&
	       add_header(&h->json, "Content-Type: application/json; charset=utf-8");
	if (h->opts.token) {
		od_buf_puts(&b, "Authorization: ");
		od_buf_puts(&b, h->opts.token);
		good = good && add_header(&h->plain, od_buf_str(&b)) &&
		       add_header(&h->json, od_buf_str(&b));
		explicit_bzero(b.p, b.n);
		od_buf_release(&b);
	}
	if (!good)
		return od_err_set(err, OD_KIND_INTERNAL, "cannot prepare a request");
	return OD_OK;
}

enum od_rc
od_http_open(const struct od_http_opts *opts, struct od_arena *a, struct od_http **out,
             struct od_err *err)
{
	struct od_http *h = od_arena_alloc(a, sizeof(*h));
	enum od_rc rc;

	h->opts = *opts;
	if (!h->opts.connect_seconds)
		h->opts.connect_seconds = 20;
	if (!h->opts.stall_seconds)
		h->opts.stall_seconds = 120;
	if (!h->opts.sleep_ms)
		h->opts.sleep_ms = really_sleep;
	if (!h->opts.random)
		h->opts.random = system_random;
	if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
		return od_err_set(err, OD_KIND_INTERNAL, "cannot start libcurl");
	rc = check_base(h, opts->base ? opts->base : "", a, err);
	if (rc == OD_OK)
		rc = build_headers(h, err);
	if (rc == OD_OK && !(h->curl = curl_easy_init()))
		rc = od_err_set(err, OD_KIND_INTERNAL, "cannot start libcurl");
	if (rc != OD_OK) {
		od_http_close(h);
		return rc;
	}
	*out = h;
	return OD_OK;
}

static void
forget_headers(struct curl_slist *list)
{
	for (struct curl_slist *s = list; s; s = s->next)
		explicit_bzero(s->data, strlen(s->data));
	curl_slist_free_all(list);
}

void
od_http_close(struct od_http *h)
{
	if (!h)
		return;
	curl_easy_cleanup(h->curl);
	forget_headers(h->plain);
	forget_headers(h->json);
	h->curl = NULL;
	h->plain = h->json = NULL;
	curl_global_cleanup();
}

const char *
od_http_host(const struct od_http *h)
{
	return h->host;
}

void
od_http_reply_release(struct od_http_reply *r)
{
	od_buf_release(&r->body);
	memset(r, 0, sizeof(*r));
}

static size_t
on_body(char *p, size_t size, size_t n, void *u)
{
	struct transfer *t = u;
	uint64_t limit = OD_HTTP_REPLY_MAX;
	bool hashed = false;
	long status = 0;

	n *= size;
	if (t->q->into) {
		curl_easy_getinfo(t->curl, CURLINFO_RESPONSE_CODE, &status);
		hashed = status == 200;
		if (hashed)
			limit = t->q->limit;
	}
	if (n > limit - t->r->bytes) {
		t->too_large = true;
		return CURL_WRITEFUNC_ERROR;
	}
	t->r->bytes += n;
	if (hashed)
		od_sha256_put(t->q->into, p, n);
	else
		od_buf_put(&t->r->body, p, n);
	return n;
}

static size_t
on_header(char *p, size_t size, size_t n, void *u)
{
	struct transfer *t = u;

	(void)p;
	n *= size;
	t->headers += n;
	if (t->headers > OD_HTTP_HEADERS_MAX) {
		t->too_large = true;
		return 0;
	}
	return n;
}

static curl_mime *
build_mime(CURL *curl, const struct od_http_request *q)
{
	curl_mime *mime = curl_mime_init(curl);
	curl_mimepart *part;

	for (size_t i = 0; mime && i < q->n_parts; i++) {
		part = curl_mime_addpart(mime);
		if (!part || curl_mime_name(part, q->parts[i].name) != CURLE_OK ||
		    curl_mime_data(part, q->parts[i].value, CURL_ZERO_TERMINATED) !=
		        CURLE_OK)
			goto fail;
	}
	if (mime && q->file) {
		/* A regular file: its length is known, so that nothing is sent chunked
		 * (uwsgi refuses chunks), and it is read while it is sent. */
		part = curl_mime_addpart(mime);
		if (!part || curl_mime_name(part, q->file_part) != CURLE_OK ||
		    curl_mime_filedata(part, q->file) != CURLE_OK ||
		    curl_mime_filename(part, q->file_name) != CURLE_OK ||
		    curl_mime_type(part, q->file_type) != CURLE_OK)
			goto fail;
	}
	return mime;
fail:
	curl_mime_free(mime);
	return NULL;
}

/* Seconds after which a transfer ends however it goes: 16 KiB/s is too slow for us. */
static long
patience(const struct od_http_request *q)
{
	uint64_t bytes = q->into ? q->limit : 0;
	struct stat st;

	if (q->file && stat(q->file, &st) == 0)
		bytes = (uint64_t)st.st_size;
	return 300 + (long)(bytes / 16384);
}

static void
set_options(struct od_http *h, struct transfer *t, const char *url)
{
	const struct od_http_request *q = t->q;
	CURL *c = h->curl;

	curl_easy_setopt(c, CURLOPT_URL, url);
	curl_easy_setopt(c, CURLOPT_USERAGENT, "odp");
	curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR,
	                 h->loopback ? "https,http" : "https");
	curl_easy_setopt(c, CURLOPT_FOLLOWLOCATION, 0L);
	curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(c, CURLOPT_HEADEROPT, (long)CURLHEADER_SEPARATE);
	curl_easy_setopt(c, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
	if (h->loopback)
		curl_easy_setopt(c, CURLOPT_NOPROXY, "*");
	/* As the curl program does: an agency's own authority need not be the system's.
	 */
	if (getenv("SSL_CERT_FILE"))
		curl_easy_setopt(c, CURLOPT_CAINFO, getenv("SSL_CERT_FILE"));
	if (getenv("SSL_CERT_DIR"))
		curl_easy_setopt(c, CURLOPT_CAPATH, getenv("SSL_CERT_DIR"));
	curl_easy_setopt(c, CURLOPT_CONNECTTIMEOUT, (long)h->opts.connect_seconds);
	curl_easy_setopt(c, CURLOPT_LOW_SPEED_LIMIT, 64L);
	curl_easy_setopt(c, CURLOPT_LOW_SPEED_TIME, (long)h->opts.stall_seconds);
	curl_easy_setopt(c, CURLOPT_TIMEOUT, patience(q));
	curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, on_body);
	curl_easy_setopt(c, CURLOPT_WRITEDATA, t);
	curl_easy_setopt(c, CURLOPT_HEADERFUNCTION, on_header);
	curl_easy_setopt(c, CURLOPT_HEADERDATA, t);
	curl_easy_setopt(c, CURLOPT_HTTPHEADER, q->json.p ? h->json : h->plain);
	if (q->write) {
		/* On a connection used before, curl itself sends a POST again when the
		 * server has closed it meanwhile: a write could happen twice unseen. */
		curl_easy_setopt(c, CURLOPT_FRESH_CONNECT, 1L);
		curl_easy_setopt(c, CURLOPT_FORBID_REUSE, 1L);
	}
	if (q->json.p) {
		curl_easy_setopt(c, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)q->json.n);
		curl_easy_setopt(c, CURLOPT_POSTFIELDS, q->json.p);
	}
}

static void
note_reply(CURL *c, struct od_http_reply *r)
{
	const char *type = NULL;
	curl_off_t after = 0;
	size_t n = 0;

	r->outcome = OD_HTTP_ANSWERED;
	curl_easy_getinfo(c, CURLINFO_RESPONSE_CODE, &r->status);
	curl_easy_getinfo(c, CURLINFO_RETRY_AFTER, &after);
	r->retry_after = after > 1000000 ? 1000000 : (long)after;
	curl_easy_getinfo(c, CURLINFO_CONTENT_TYPE, &type);
	for (; type && type[n] && !strchr("; \t", type[n]) && n < sizeof(r->type) - 1;
	     n++)
		r->type[n] =
		    (char)(type[n] >= 'A' && type[n] <= 'Z' ? type[n] + 32 : type[n]);
	r->type[n] = '\0';
}

static bool
is_certificate_fault(CURLcode code)
{
	return code == CURLE_PEER_FAILED_VERIFICATION ||
	       code == CURLE_SSL_CERTPROBLEM || code == CURLE_SSL_CACERT_BADFILE ||
	       code == CURLE_SSL_ISSUER_ERROR ||
	       code == CURLE_SSL_PINNEDPUBKEYNOTMATCH ||
	       code == CURLE_SSL_INVALIDCERTSTATUS;
}

/* What became of a transfer that curl did not finish. */
static enum od_rc
note_failure(struct od_http *h, const struct transfer *t, CURLcode code,
             struct od_err *err)
{
	long sent = 0;

	if (t->too_large)
		return od_err_set(err, OD_KIND_REMOTE, "the reply of '%s' is too large",
		                  h->host);
	if (code == CURLE_READ_ERROR || code == CURLE_FILE_COULDNT_READ_FILE ||
	    code == CURLE_ABORTED_BY_CALLBACK)
		return od_err_set(err, OD_KIND_IO, "cannot read '%s' while sending it",
		                  t->q->file ? t->q->file : "");
	if (is_certificate_fault(code)) {
		(void)!od_err_set(err, OD_KIND_REMOTE, "cannot trust '%s': %s", h->host,
		                  curl_easy_strerror(code));
		return od_err_hint(err,
		                   "check the server's certificate and this machine's "
		                   "clock and ca-certificates");
	}
	if (code == CURLE_UNSUPPORTED_PROTOCOL || code == CURLE_URL_MALFORMAT ||
	    code == CURLE_OUT_OF_MEMORY || code == CURLE_BAD_FUNCTION_ARGUMENT)
		return od_err_set(err, OD_KIND_INTERNAL, "cannot ask '%s': %s", h->host,
		                  curl_easy_strerror(code));
	curl_easy_getinfo(h->curl, CURLINFO_REQUEST_SIZE, &sent);
	t->r->outcome = sent == 0 ? OD_HTTP_UNSENT : OD_HTTP_CUT;
	t->r->reason = curl_easy_strerror(code);
	return OD_OK;
}

enum od_rc
od_http_send(struct od_http *h, const struct od_http_request *q,
             struct od_http_reply *r, struct od_err *err)
{
	struct transfer t = {.curl = h->curl, .q = q, .r = r};
	struct od_buf url = {0}, body = r->body;
	curl_mime *mime = NULL;
	enum od_rc rc = OD_OK;
	CURLcode code;

	memset(r, 0, sizeof(*r));
	r->body = body;
	r->body.n = 0;
	curl_easy_reset(h->curl);
	od_buf_puts(&url, h->base);
	od_buf_puts(&url, q->path);
	if (q->query) {
		od_buf_putc(&url, '?');
		od_buf_puts(&url, q->query);
	}
	set_options(h, &t, od_buf_str(&url));
	if (q->n_parts || q->file) {
		mime = build_mime(h->curl, q);
		if (!mime) {
			rc = od_err_set(err, OD_KIND_IO,
			                "cannot prepare '%s' for sending",
			                q->file ? q->file : "");
			goto out;
		}
		curl_easy_setopt(h->curl, CURLOPT_MIMEPOST, mime);
	}
	code = curl_easy_perform(h->curl);
	if (code == CURLE_OK)
		note_reply(h->curl, r);
	else
		rc = note_failure(h, &t, code, err);
out:
	curl_easy_reset(h->curl);
	curl_mime_free(mime);
	od_buf_release(&url);
	return rc;
}

enum od_rc
od_http_wait(struct od_http *h, unsigned next, const struct od_http_reply *r,
             struct od_err *err)
{
	unsigned ms = od_http_backoff(next, h->opts.random(h->opts.u));

	if (r && r->retry_after > OD_HTTP_WAIT_MAX) {
		(void)!od_err_set(err, OD_KIND_REMOTE,
		                  "'%s' asks to come back in %ld seconds", h->host,
		                  r->retry_after);
		return od_err_hint(err, "run `odp upload` again later");
	}
	if (r && r->retry_after > 0 && (unsigned)r->retry_after * 1000u > ms)
		ms = (unsigned)r->retry_after * 1000u;
	if (h->waited_ms + ms > (uint64_t)OD_HTTP_WAIT_TOTAL * 1000) {
		(void)!od_err_set(
		    err, OD_KIND_REMOTE,
		    "'%s' answers too seldom: gave up after waiting %d minutes",
		    h->host, OD_HTTP_WAIT_TOTAL / 60);
		return od_err_hint(err,
		                   "run `odp upload` again when the server is well");
	}
	h->waited_ms += ms;
	h->opts.sleep_ms(ms, h->opts.u);
	return OD_OK;
}
