#include "remote/address.h"

#include <curl/curl.h>
#include <string.h>
#include <strings.h>

#include "core/buf.h"
#include "remote/http.h"

struct address {
	char *scheme, *host, *port;
};

static bool
split(const char *url, struct address *out)
{
	CURLU *u = curl_url();
	bool good = u && curl_url_set(u, CURLUPART_URL, url, 0) == CURLUE_OK &&
	            curl_url_get(u, CURLUPART_SCHEME, &out->scheme, 0) == CURLUE_OK &&
	            curl_url_get(u, CURLUPART_HOST, &out->host, 0) == CURLUE_OK &&
	            curl_url_get(u, CURLUPART_PORT, &out->port, CURLU_DEFAULT_PORT) ==
	                CURLUE_OK;

	curl_url_cleanup(u);
	return good;
}

static void
release_address(struct address *x)
{
	curl_free(x->scheme);
	curl_free(x->host);
	curl_free(x->port);
}

bool
od_address_may_follow(const char *from, const char *to)
{
	struct address a = {0}, b = {0};
	bool may = split(from, &a) && split(to, &b) && !strcasecmp(a.host, b.host);

	if (may && !strcmp(a.scheme, b.scheme))
		may = !strcmp(a.port, b.port);
	else if (may)
		may = !strcmp(a.scheme, "http") && !strcmp(a.port, "80") &&
		      !strcmp(b.scheme, "https") && !strcmp(b.port, "443");
	release_address(&a);
	release_address(&b);
	return may;
}

enum od_rc
od_address_check(const char *url, struct od_err *err)
{
	CURLU *u = curl_url();
	const char *why = NULL;
	char *scheme = NULL, *extra = NULL;

	if (!u || curl_url_set(u, CURLUPART_URL, url, 0) != CURLUE_OK ||
	    curl_url_get(u, CURLUPART_SCHEME, &scheme, 0) != CURLUE_OK)
		why = "is not a URL";
	else if (strcmp(scheme, "http") != 0 && strcmp(scheme, "https") != 0)
		why = "must begin with https://, http:// or file:///";
	else if (curl_url_get(u, CURLUPART_USER, &extra, 0) == CURLUE_OK ||
	         curl_url_get(u, CURLUPART_PASSWORD, &extra, 0) == CURLUE_OK)
		why = "must not hold a user name or password";
	else if (curl_url_get(u, CURLUPART_QUERY, &extra, 0) == CURLUE_OK ||
	         curl_url_get(u, CURLUPART_FRAGMENT, &extra, 0) == CURLUE_OK)
		why = "must not hold '?' or '#'";
	curl_free(scheme);
	curl_free(extra);
	curl_url_cleanup(u);
	return why ? od_err_set(err, OD_KIND_CONFIG, "the address of the release %s",
	                        why)
	           : OD_OK;
}

char *
od_address_below(const char *base, const char *below, const char *path)
{
	struct od_buf b = {0};
	const char *slash;

	od_buf_puts(&b, base);
	od_buf_puts(&b, below);
	for (; (slash = strchr(path, '/')); path = slash + 1) {
		od_http_escape(&b, (struct od_span){path, (size_t)(slash - path)});
		od_buf_putc(&b, '/');
	}
	od_http_escape(&b, od_span_str(path));
	(void)od_buf_str(&b);
	return b.p; /* a buffer's bytes are freed so too */
}
