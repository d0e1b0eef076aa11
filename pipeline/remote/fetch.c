#include "remote/fetch.h"

#include <curl/curl.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "core/buf.h"
#include "core/hash.h"
#include "core/log.h"
#include "remote/address.h"
#include "remote/http.h"

enum {
	REDIRECTS = 3,
	STALL_SECONDS = 60, /* of less than 64 bytes a second */
	SLOWEST = 1024,     /* bytes a second, over a whole file */
	PROGRESS = 1 << 20, /* so much more gives a cut transfer new tries */
	HEADERS_MAX = 256 * 1024,
	CHUNK = 256 * 1024,
};

struct od_fetch {
	CURLM *multi;
	const char *base; /* ends with a slash */
	unsigned tries;
	struct curl_slist *fresh; /* header that asks caches to ask */
};

/* What became of one request. */
enum verdict {
	GOING,
	CAME,    /* whole, as the server sees it */
	ABSENT,  /* 404, 410 */
	CUT,     /* may be asked again */
	RESTART, /* the range cannot be had: again from the first byte */
	ENDLESS, /* more than was announced */
	REFUSED, /* no second try helps */
	DISK,    /* our own fault: errno in `sys` */
};

/* One request at a time, for a document (`text`) or a file. */
struct transfer {
	struct od_fetch *f;
	CURL *curl;
	char *url; /* of this request: the file's, or where a redirect led */
	unsigned redirects, tries;
	uint64_t limit, at; /* bytes allowed, bytes there */
	enum verdict verdict;
	long status;
	int64_t range; /* where the server's piece begins, -1: not said */
	size_t headers;
	int sys;
	const char *reason;
	uint64_t wait_until; /* milliseconds of the monotonic clock */
	unsigned retry_after;

	struct od_buf *text;

	const struct od_fetch_file *file;
	int fd;
	struct od_sha256 *hash;
	uint64_t from, best; /* where this request began; how far any one came */
	bool begun;          /* the first byte of the body was looked at */
	bool anew;           /* wrong bytes came once: no range, no cache */
};

static uint64_t
now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

int64_t
od_fetch_range_start(struct od_span s)
{
	static const char name[] = "content-range:", unit[] = "bytes ";
	size_t i = sizeof(name) - 1;
	int64_t v = 0;

	if (s.n < i || strncasecmp(s.p, name, i) != 0)
		return -1;
	while (i < s.n && (s.p[i] == ' ' || s.p[i] == '\t'))
		i++;
	if (s.n - i < sizeof(unit) - 1 || strncasecmp(s.p + i, unit, 6) != 0)
		return -1;
	i += 6;
	if (i >= s.n || s.p[i] < '0' || s.p[i] > '9')
		return -1;
	for (; i < s.n && s.p[i] >= '0' && s.p[i] <= '9'; i++) {
		if (v > INT64_MAX / 10 - 1)
			return -1;
		v = 10 * v + (s.p[i] - '0');
	}
	return i < s.n && s.p[i] == '-' ? v : -1;
}

enum od_rc
od_fetch_open(const char *url, unsigned tries, struct od_arena *a,
              struct od_fetch **out, struct od_err *err)
{
	struct od_fetch *f = od_arena_alloc(a, sizeof(*f));
	size_t n = strlen(url);

	*out = NULL;
	if (od_address_check(url, err))
		return err->rc;
	f->base = od_arena_printf(a, "%s%s", url, n && url[n - 1] == '/' ? "" : "/");
	f->tries = tries ? tries : 1;
	if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
		return od_err_set(err, OD_KIND_INTERNAL, "cannot start libcurl");
	f->multi = curl_multi_init();
	f->fresh = curl_slist_append(NULL, "Cache-Control: no-cache");
	if (!f->multi || !f->fresh) {
		od_fetch_close(f);
		return od_err_set(err, OD_KIND_INTERNAL, "cannot start libcurl");
	}
	*out = f;
	return OD_OK;
}

void
od_fetch_close(struct od_fetch *f)
{
	if (!f)
		return;
	curl_multi_cleanup(f->multi);
	curl_slist_free_all(f->fresh);
	curl_global_cleanup();
}

/* ---- the file on our side */

static bool
disk(struct transfer *t)
{
	t->sys = errno;
	t->verdict = DISK;
	return false;
}

static bool
start_over(struct transfer *t)
{
	char hex[OD_SHA256_HEX];

	if (t->hash)
		od_sha256_close(t->hash, hex);
	t->hash = od_sha256_open();
	t->at = 0;
	if (ftruncate(t->fd, 0) != 0 || lseek(t->fd, 0, SEEK_SET) < 0)
		return disk(t);
	return true;
}

/* Opens what an earlier try left and hashes it. */
static bool
take_up(struct transfer *t)
{
	char *chunk;
	ssize_t n = 0;

	if (t->fd < 0)
		t->fd = open(t->file->partial,
		             O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0644);
	if (t->fd < 0)
		return disk(t);
	if (t->hash) { /* a later try of this run: all is known */
		t->from = t->at;
		return true;
	}
	t->hash = od_sha256_open();
	chunk = od_alloc(CHUNK);
	t->at = 0;
	while (t->at <= t->limit && (n = read(t->fd, chunk, CHUNK)) != 0) {
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			break;
		od_sha256_put(t->hash, chunk, (size_t)n);
		t->at += (uint64_t)n;
	}
	free(chunk);
	if (n < 0)
		return disk(t);
	if (t->at > t->limit && !start_over(t))
		return false;
	t->from = t->best = t->at;
	return true;
}

static void
close_file(struct transfer *t)
{
	char hex[OD_SHA256_HEX];

	if (t->hash)
		od_sha256_close(t->hash, hex);
	if (t->fd >= 0)
		close(t->fd);
	t->hash = NULL;
	t->fd = -1;
}

static bool
write_all(struct transfer *t, const char *p, size_t n)
{
	while (n) {
		ssize_t done = write(t->fd, p, n);

		if (done < 0 && errno == EINTR)
			continue;
		if (done < 0)
			return disk(t);
		p += done;
		n -= (size_t)done;
	}
	return true;
}

/* ---- callbacks */

static size_t
on_header(char *p, size_t size, size_t n, void *u)
{
	struct transfer *t = u;
	int64_t start;

	n *= size;
	t->headers += n;
	start = od_fetch_range_start((struct od_span){p, n});
	if (start >= 0)
		t->range = start;
	return t->headers > HEADERS_MAX ? 0 : n;
}

/* Is the body what we asked for? Looked at once, before its first byte is kept. */
static bool
begin_body(struct transfer *t)
{
	t->begun = true;
	curl_easy_getinfo(t->curl, CURLINFO_RESPONSE_CODE, &t->status);
	if (t->text || t->status != 206)
		return t->status != 200 || t->text || t->from == 0 || start_over(t);
	if (t->range == (int64_t)t->from)
		return true;
	t->verdict = RESTART;
	return false;
}

static size_t
on_body(char *p, size_t size, size_t n, void *u)
{
	struct transfer *t = u;

	n *= size;
	if (!t->begun && !begin_body(t))
		return CURL_WRITEFUNC_ERROR;
	if (t->status != 200 && (t->text || t->status != 206)) {
		t->headers += n; /* the page of an error, read and forgotten */
		return t->headers > HEADERS_MAX ? CURL_WRITEFUNC_ERROR : n;
	}
	if (n > t->limit - t->at) {
		t->verdict = ENDLESS;
		return CURL_WRITEFUNC_ERROR;
	}
	if (t->text) {
		od_buf_put(t->text, p, n);
	} else {
		if (!write_all(t, p, n))
			return CURL_WRITEFUNC_ERROR;
		od_sha256_put(t->hash, p, n);
		od_progress_add(n);
	}
	t->at += n;
	return n;
}

/* ---- one request */

static void
set_options(struct transfer *t)
{
	CURL *c = t->curl;
	bool fresh = t->text || t->anew;

	curl_easy_reset(c);
	curl_easy_setopt(c, CURLOPT_URL, t->url);
	curl_easy_setopt(c, CURLOPT_PRIVATE, t);
	curl_easy_setopt(c, CURLOPT_USERAGENT, "odp");
	curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, "https,http");
	curl_easy_setopt(c, CURLOPT_FOLLOWLOCATION, 0L);
	curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(c, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
	if (getenv("SSL_CERT_FILE"))
		curl_easy_setopt(c, CURLOPT_CAINFO, getenv("SSL_CERT_FILE"));
	if (getenv("SSL_CERT_DIR"))
		curl_easy_setopt(c, CURLOPT_CAPATH, getenv("SSL_CERT_DIR"));
	curl_easy_setopt(c, CURLOPT_CONNECTTIMEOUT, 20L);
	curl_easy_setopt(c, CURLOPT_LOW_SPEED_LIMIT, 64L);
	curl_easy_setopt(c, CURLOPT_LOW_SPEED_TIME, (long)STALL_SECONDS);
	curl_easy_setopt(c, CURLOPT_TIMEOUT, 600L + (long)(t->limit / SLOWEST));
	curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, on_body);
	curl_easy_setopt(c, CURLOPT_WRITEDATA, t);
	curl_easy_setopt(c, CURLOPT_HEADERFUNCTION, on_header);
	curl_easy_setopt(c, CURLOPT_HEADERDATA, t);
	if (fresh)
		curl_easy_setopt(c, CURLOPT_HTTPHEADER, t->f->fresh);
	if (!t->text && t->from)
		curl_easy_setopt(c, CURLOPT_RESUME_FROM_LARGE, (curl_off_t)t->from);
}

static void
prepare(struct transfer *t)
{
	t->verdict = GOING;
	t->status = 0;
	t->range = -1;
	t->headers = 0;
	t->begun = false;
	t->retry_after = 0;
	t->reason = "";
	set_options(t);
}

static bool
follow(struct transfer *t)
{
	const char *to = NULL;
	struct od_buf b = {0};

	curl_easy_getinfo(t->curl, CURLINFO_REDIRECT_URL, &to);
	if (!to || t->redirects++ >= REDIRECTS || !od_address_may_follow(t->url, to)) {
		t->reason = "it leads to another server, or in a circle";
		return false;
	}
	od_buf_puts(&b, to);
	(void)od_buf_str(&b);
	free(t->url);
	t->url = b.p;
	return true;
}

static bool
is_certificate_fault(CURLcode code)
{
	return code == CURLE_PEER_FAILED_VERIFICATION ||
	       code == CURLE_SSL_CERTPROBLEM || code == CURLE_SSL_CACERT_BADFILE ||
	       code == CURLE_SSL_ISSUER_ERROR;
}

/* GOING: a redirect, to be asked at once. */
static void
judge(struct transfer *t, CURLcode code)
{
	curl_off_t after = 0;

	if (t->verdict != GOING)
		return;
	t->reason = curl_easy_strerror(code);
	if (is_certificate_fault(code)) {
		t->verdict = REFUSED;
		return;
	}
	curl_easy_getinfo(t->curl, CURLINFO_RESPONSE_CODE, &t->status);
	curl_easy_getinfo(t->curl, CURLINFO_RETRY_AFTER, &after);
	t->retry_after = after > OD_HTTP_WAIT_MAX ? OD_HTTP_WAIT_MAX : (unsigned)after;
	if (code == CURLE_RANGE_ERROR || t->status == 416) {
		t->verdict = RESTART;
		return;
	}
	if (code != CURLE_OK) {
		t->verdict = CUT;
		return;
	}
	t->reason = "";
	if (t->status == 200 || (t->status == 206 && !t->text))
		t->verdict = CAME;
	else if (t->status == 404 || t->status == 410)
		t->verdict = ABSENT;
	else if (t->status / 100 == 3)
		t->verdict = follow(t) ? GOING : REFUSED;
	else if (t->status == 429 || t->status / 100 == 5)
		t->verdict = CUT;
	else
		t->verdict = REFUSED;
}

/* Is another try due? Then *ms says when. */
static bool
try_again(struct transfer *t, unsigned *ms)
{
	uint32_t random = 0;

	if (t->at >= t->best + PROGRESS) {
		t->best = t->at;
		t->tries = 0;
	}
	if (++t->tries >= t->f->tries)
		return false;
	if (getrandom(&random, sizeof(random), GRND_NONBLOCK) != sizeof(random))
		random = 0x80000000u;
	*ms = od_http_backoff(t->tries, random);
	if (t->retry_after * 1000 > *ms)
		*ms = t->retry_after * 1000;
	return true;
}

static enum od_rc
tell_failure(const struct transfer *t, const char *path, struct od_err *err)
{
	switch (t->verdict) {
	case ENDLESS:
		return od_err_set(err, OD_KIND_VERIFY,
		                  "the server sends more of '%s' than the %llu bytes "
		                  "that it has",
		                  path, (unsigned long long)t->limit);
	case DISK:
		return od_err_sys(err, OD_KIND_IO, t->sys, "cannot write '%s'",
		                  t->file ? t->file->partial : path);
	case ABSENT:
		return od_err_set(err, OD_KIND_REMOTE, "the server has no '%s'", path);
	case REFUSED:
		(void)!od_err_set(err, OD_KIND_REMOTE, "cannot fetch '%s': %s%s%.0ld",
		                  path, t->reason, t->status ? " status " : "",
		                  t->status);
		return od_err_hint(err, "check the address, the proxy (https_proxy) "
		                        "and this machine's clock and certificates");
	default:
		(void)!od_err_set(
		    err, OD_KIND_REMOTE, "cannot fetch '%s': %s%s%.0ld, %u tries", path,
		    t->reason, t->status ? " status " : "", t->status, t->f->tries);
		return od_err_hint(err, "start it again: it goes on where it was cut");
	}
}

/* ---- a document */

enum od_rc
od_fetch_document(struct od_fetch *f, const char *path, size_t limit,
                  struct od_arena *a, struct od_span *out, bool *found,
                  struct od_err *err)
{
	struct od_buf text = {0};
	struct transfer t = {.f = f,
	                     .curl = curl_easy_init(),
	                     .url = od_address_below(f->base, "", path),
	                     .limit = limit,
	                     .text = &text,
	                     .fd = -1};
	enum od_rc rc = OD_OK;
	unsigned ms;

	for (;;) {
		t.at = text.n = 0;
		prepare(&t);
		judge(&t, curl_easy_perform(t.curl));
		if (t.verdict == GOING)
			continue;
		if (t.verdict != CUT || !try_again(&t, &ms))
			break;
		usleep(ms * 1000);
	}
	*found = t.verdict == CAME;
	if (t.verdict != CAME && t.verdict != ABSENT)
		rc = tell_failure(&t, path, err);
	*out = *found ? od_arena_dup(a, od_buf_view(&text)) : (struct od_span){"", 0};
	curl_easy_cleanup(t.curl);
	free(t.url);
	od_buf_release(&text);
	return rc;
}

/* ---- files */

struct fetching {
	struct od_fetch *f;
	const char *below;
	const struct od_fetch_file *files;
	size_t n, next;
	struct transfer slots[OD_FETCH_STREAMS];
	struct od_err *err;
};

/* The hash holds: the file gets its name. Else once more from the start. */
static bool
finish_file(struct transfer *t, struct od_err *err)
{
	char hex[OD_SHA256_HEX];

	od_sha256_close(t->hash, hex);
	t->hash = NULL;
	if (!strcmp(hex, t->file->sha256)) {
		close_file(t);
		if (rename(t->file->partial, t->file->done) != 0)
			(void)!od_err_sys(err, OD_KIND_IO, errno, "cannot rename '%s'",
			                  t->file->partial);
		t->file = NULL;
		return true;
	}
	if (t->anew || !start_over(t)) {
		unlink(t->file->partial);
		if (t->verdict == DISK)
			(void)!tell_failure(t, t->file->path, err);
		else
			(void)!od_err_set(err, OD_KIND_VERIFY,
			                  "'%s' is not the file that was published: "
			                  "SHA-256 differs",
			                  t->file->path);
		return true;
	}
	t->anew = true;
	t->from = 0;
	return false;
}

static void
send_again(struct fetching *g, struct transfer *t)
{
	if (!take_up(t)) {
		(void)!tell_failure(t, t->file->path, g->err);
		return;
	}
	prepare(t);
	curl_multi_add_handle(g->f->multi, t->curl);
}

/* Takes files until one needs the server; those that lie there whole do not. */
static void
next_file(struct fetching *g, struct transfer *t)
{
	while (!t->file && g->next < g->n && !g->err->rc) {
		t->file = &g->files[g->next++];
		t->limit = t->file->bytes;
		t->tries = t->redirects = 0;
		t->anew = false;
		t->wait_until = 0;
		if (!take_up(t)) {
			(void)!tell_failure(t, t->file->path, g->err);
			return;
		}
		if (t->at == t->limit && finish_file(t, g->err))
			continue;
		free(t->url);
		t->url = od_address_below(g->f->base, g->below, t->file->path);
		prepare(t);
		curl_multi_add_handle(g->f->multi, t->curl);
	}
}

static void
ended(struct fetching *g, struct transfer *t, CURLcode code)
{
	unsigned ms = 0;

	curl_multi_remove_handle(g->f->multi, t->curl);
	judge(t, code);
	if (t->verdict == CAME && t->at < t->limit) {
		/* libcurl drops a piece from another place if it is as long as what
		 * lies here: it takes the file for whole. */
		t->verdict = t->from && !t->begun ? RESTART : CUT;
		t->reason = "it ended too early";
	}
	if (t->verdict == CAME) {
		if (finish_file(t, g->err))
			next_file(g, t);
		else
			send_again(g, t);
		return;
	}
	if (t->verdict == RESTART && !t->anew) {
		t->anew = start_over(t);
		send_again(g, t);
	} else if (t->verdict == GOING) {
		send_again(g, t);
	} else if (t->verdict == CUT && try_again(t, &ms)) {
		t->wait_until = now_ms() + ms;
	} else {
		(void)!tell_failure(t, t->file->path, g->err);
	}
}

/* Those whose pause is over. */
static void
wake(struct fetching *g)
{
	uint64_t now = now_ms();

	for (size_t i = 0; i < OD_FETCH_STREAMS; i++) {
		struct transfer *t = &g->slots[i];

		if (!t->file || !t->wait_until || now < t->wait_until)
			continue;
		t->wait_until = 0;
		send_again(g, t);
	}
}

static bool
is_at_work(const struct fetching *g)
{
	for (size_t i = 0; i < OD_FETCH_STREAMS; i++)
		if (g->slots[i].file)
			return true;
	return false;
}

enum od_rc
od_fetch_files(struct od_fetch *f, const char *below, const struct od_fetch_file *files,
               size_t n, struct od_err *err)
{
	struct fetching g = {
	    .f = f, .below = below, .files = files, .n = n, .err = err};
	CURLMsg *m;
	int left;

	*err = (struct od_err){0};
	for (size_t i = 0; i < OD_FETCH_STREAMS; i++) {
		g.slots[i] =
		    (struct transfer){.f = f, .curl = curl_easy_init(), .fd = -1};
		next_file(&g, &g.slots[i]);
	}
	while (!err->rc && is_at_work(&g)) {
		curl_multi_perform(f->multi, &left);
		while (!err->rc && (m = curl_multi_info_read(f->multi, &left))) {
			struct transfer *t;

			if (m->msg != CURLMSG_DONE)
				continue;
			curl_easy_getinfo(m->easy_handle, CURLINFO_PRIVATE, &t);
			ended(&g, t, m->data.result);
		}
		wake(&g);
		if (!err->rc)
			curl_multi_poll(f->multi, NULL, 0, 200, NULL);
	}
	for (size_t i = 0; i < OD_FETCH_STREAMS; i++) {
		struct transfer *t = &g.slots[i];

		curl_multi_remove_handle(f->multi, t->curl);
		curl_easy_cleanup(t->curl);
		close_file(t);
		free(t->url);
	}
	return err->rc;
}
