#include "run/doctor.h"

#include <stdio.h>

#include "cmd/cmd.h"
#include "core/json.h"

static void
print_text(const struct od_diagnosis *v, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		printf("%-8s %-10s %s\n", od_health_words[v[i].health], v[i].check,
		       v[i].text);
		if (v[i].fix)
			printf("%-8s %-10s fix: %s\n", "", "", v[i].fix);
	}
}

static void
put_member(struct od_buf *b, const char *key, const char *value)
{
	od_buf_printf(b, "%s\"%s\":", key[0] == 'c' ? "{" : ",", key);
	od_json_string(b, od_span_str(value));
}

static void
print_json(const struct od_diagnosis *v, size_t n, size_t findings)
{
	struct od_buf b = {0};

	od_buf_printf(&b, "{\"findings\":%zu,\n\"checks\":[", findings);
	for (size_t i = 0; i < n; i++) {
		od_buf_puts(&b, i ? ",\n" : "\n");
		put_member(&b, "check", v[i].check);
		put_member(&b, "result", od_health_words[v[i].health]);
		put_member(&b, "text", v[i].text);
		if (v[i].fix)
			put_member(&b, "fix", v[i].fix);
		od_buf_putc(&b, '}');
	}
	od_buf_puts(&b, "]}");
	puts(od_buf_str(&b));
	od_buf_release(&b);
}

static enum od_rc
run(const struct od_cmd *cmd, struct od_options *o, struct od_arena *a,
    struct od_err *err)
{
	size_t n, findings = 0;
	const struct od_diagnosis *v = od_doctor(o, a, &n);

	(void)cmd;
	for (size_t i = 0; i < n; i++)
		findings += v[i].health == OD_FINDING;
	if (o->json)
		print_json(v, n, findings);
	else
		print_text(v, n);
	if (!findings)
		return OD_OK;
	if (od_err_set(err, OD_KIND_CONFIG, "%zu %s", findings,
	               findings == 1 ? "finding" : "findings"))
		return od_err_hint(err, "each has its fix on standard output");
	return err->rc;
}

const struct od_cmd od_cmd_doctor = {
    .name = "doctor",
    .summary = "look for what would make the next run fail, and say how to mend it",
    .uses = OD_USE_RUN | OD_USE_DOCTOR,
    .details =
	"Looks at the state and output directories and their modes, room on the disk,\n"
	"schemas, templates, keys, the operational database (every query may run, and "
	"the\n"
	"role may do nothing else), the clock, the locale and CKAN, with the options "
	"of a\n"
	"run. Changes nothing and reads no row. Status 3 if there is a finding.\n",
    .run = run,
};
