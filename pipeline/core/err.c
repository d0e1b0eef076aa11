#include "core/err.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

const struct od_status od_statuses[] = {
    {OD_KIND_NONE, 0, "done", "everything asked for was done", "nothing"},
    {OD_KIND_USAGE, 2, "usage", "the command line is wrong",
     "read the message and `odp help`"},
    {OD_KIND_CONFIG, 3, "config",
     "an option's value or the state directory is unusable",
     "correct the option or variable that the message names"},
    {OD_KIND_HELD, 4, "held",
     "a gate held the release back; the live release is untouched",
     "look at `odp status` and the findings; correct the source, or raise the "
     "threshold in the schema if the change is right"},
    {OD_KIND_SOURCE, 5, "source",
     "the operational database is unreachable or lacks a declared column",
     "check address, role and network; compare the source with extract.sql"},
    {OD_KIND_SCHEMA, 6, "schema", "a declaration below schemas/ is wrong",
     "correct file, line and column that the message names"},
    {OD_KIND_PRIVACY, 7, "privacy", "personal data was found in finished bytes",
     "do not publish; look at the rule and the file named, extend the detector or "
     "correct the source, run again"},
    {OD_KIND_IO, 8, "io", "reading or writing a file failed, often a full disk",
     "free space or repair the disk and run again; nothing was lost"},
    {OD_KIND_REMOTE, 9, "remote", "CKAN or another server refused or did not answer",
     "the release is live; run `odp upload` again when the server is well"},
    {OD_KIND_BUSY, 10, "busy", "another run holds the lock of this state directory",
     "wait for it to end; a killed run leaves no lock behind"},
    {OD_KIND_VERIFY, 11, "verify", "a manifest, a hash or a signature does not hold",
     "do not serve or mirror that tree; fetch or build it again"},
    {OD_KIND_TEMPLATE, 12, "template", "a file below site-templates/ is wrong",
     "correct file and line that the message names"},
    {OD_KIND_KEY, 13, "key", "a key or token file is missing, unreadable or malformed",
     "check path, owner and mode; make a key pair with `odp keygen`"},
    {OD_KIND_DATA, 14, "data", "the checked table breaks its schema",
     "correct the rows that the lines on standard output name, or the schema"},
    {OD_KIND_INTERNAL, 70, "internal", "the program contradicted itself: a bug",
     "report it with the message and the version"},
    {OD_KIND_NONE, 0, NULL, NULL, NULL},
};

static OD_PRINTF(3, 0) void vformat(char *to, size_t size, const char *fmt, va_list ap)
{
	if (vsnprintf(to, size, fmt, ap) < 0)
		to[0] = '\0';
}

enum od_rc
od_err_set(struct od_err *err, enum od_kind kind, const char *fmt, ...)
{
	va_list ap;

	err->rc = OD_RUN;
	err->kind = kind;
	err->hint[0] = '\0';
	va_start(ap, fmt);
	vformat(err->msg, sizeof(err->msg), fmt, ap);
	va_end(ap);
	return err->rc;
}

enum od_rc
od_err_sys(struct od_err *err, enum od_kind kind, int errnum, const char *fmt, ...)
{
	va_list ap;
	size_t n;

	err->rc = OD_RUN;
	err->kind = kind;
	err->hint[0] = '\0';
	va_start(ap, fmt);
	vformat(err->msg, sizeof(err->msg), fmt, ap);
	va_end(ap);
	n = strlen(err->msg);
	snprintf(err->msg + n, sizeof(err->msg) - n, ": %s", strerror(errnum));
	return err->rc;
}

enum od_rc
od_err_hint(struct od_err *err, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vformat(err->hint, sizeof(err->hint), fmt, ap);
	va_end(ap);
	return err->rc;
}

enum od_rc
od_err_wrap(struct od_err *err, const char *fmt, ...)
{
	char text[sizeof(err->msg)], head[256];
	va_list ap;

	va_start(ap, fmt);
	vformat(head, sizeof(head), fmt, ap);
	va_end(ap);
	memcpy(text, err->msg, sizeof(text));
	snprintf(err->msg, sizeof(err->msg), "%s: %.500s", head, text);
	return err->rc;
}

int
od_err_status(enum od_kind kind)
{
	for (const struct od_status *s = od_statuses; s->name; s++)
		if (s->kind == kind)
			return s->status;
	return 70;
}
