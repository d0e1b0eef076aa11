#include "run/options.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "spec/yaml.h"

#define AT(member) offsetof(struct od_options, member)

const struct od_option od_options_table[] = {
    {"source", OD_OPTION_TEXT, AT(source), NULL, "URL",
     "operational database: postgresql://... or sqlite:FILE",
     OD_USE_RUN | OD_USE_INNER},
    {"output", OD_OPTION_TEXT, AT(output), "output", "DIR",
     "where releases/ and current are made", OD_USE_RUN | OD_USE_STATUS | OD_USE_INNER},
    {"state", OD_OPTION_TEXT, AT(state), "state", "DIR",
     "private state: ledger, snapshots, findings",
     OD_USE_RUN | OD_USE_STATUS | OD_USE_INNER | OD_USE_REVIEW},
    {"schemas", OD_OPTION_TEXT, AT(schemas), "schemas", "DIR",
     "declarations of what is published", OD_USE_RUN | OD_USE_INNER | OD_USE_CHECK},
    {"templates", OD_OPTION_TEXT, AT(templates), "site-templates", "DIR",
     "templates of the portal", OD_USE_RUN | OD_USE_INNER},
    {"jobs", OD_OPTION_NUMBER, AT(jobs), NULL, "N",
     "threads and connections; default: the number of cores",
     OD_USE_RUN | OD_USE_VERIFY | OD_USE_INNER},
    {"sign-key", OD_OPTION_TEXT, AT(sign_key), NULL, "FILE",
     "secret key that signs the release (odp keygen)", OD_USE_RUN | OD_USE_INNER},
    {"unsigned", OD_OPTION_FLAG, AT(is_unsigned), NULL, NULL,
     "build a preview without a signature; never replaces a signed release",
     OD_USE_RUN | OD_USE_INNER},
    {"base-url", OD_OPTION_TEXT, AT(base_url), NULL, "URL",
     "where the release is served; default: base_url of catalog.yaml",
     OD_USE_RUN | OD_USE_INNER},
    {"ckan", OD_OPTION_TEXT, AT(ckan), NULL, "URL",
     "CKAN to upload the live release to", OD_USE_RUN | OD_USE_INNER},
    {"ckan-org", OD_OPTION_TEXT, AT(ckan_org), NULL, "NAME", "organization there",
     OD_USE_RUN | OD_USE_INNER},
    {"ckan-token", OD_OPTION_TEXT, AT(ckan_token), NULL, "FILE",
     "file that holds the API token", OD_USE_RUN | OD_USE_INNER},
    {"only", OD_OPTION_TEXT, AT(only), NULL, "STAGE", "run this stage alone",
     OD_USE_RUN},
    {"from", OD_OPTION_TEXT, AT(from), NULL, "STAGE",
     "run this stage and those after it, whether or not their inputs changed",
     OD_USE_RUN},
    {"force", OD_OPTION_FLAG, AT(force), NULL, NULL,
     "run every stage, whether or not its inputs changed", OD_USE_RUN},
    {"dry-run", OD_OPTION_FLAG, AT(dry_run), NULL, NULL,
     "say what would be done and change nothing", OD_USE_RUN | OD_USE_INNER},
    {"plan", OD_OPTION_FLAG, AT(dry_run), NULL, NULL,
     "say how CKAN differs from the live release, a line a write, and send nothing",
     OD_USE_UPLOAD},
    {"watch", OD_OPTION_FLAG, AT(watch), NULL, NULL,
     "make the pages again whenever a template changes, until Ctrl-C", OD_USE_PORTAL},
    {"metrics", OD_OPTION_TEXT, AT(metrics), NULL, "FILE",
     "write figures for Prometheus (a textfile of node_exporter) when the run ends",
     OD_USE_RUN},
    {"notify", OD_OPTION_TEXT, AT(notify), NULL, "COMMAND",
     "program and words to start when a run failed, recovered or released", OD_USE_RUN},
    {"json", OD_OPTION_FLAG, AT(json), NULL, NULL, "print JSON",
     OD_USE_STATUS | OD_USE_DOCTOR},
    {"man", OD_OPTION_FLAG, AT(man), NULL, NULL, "print the manual page, odp(1)",
     OD_USE_HELP},
    {"completion", OD_OPTION_FLAG, AT(completion), NULL, NULL,
     "print a script that completes commands in bash", OD_USE_HELP},
    {"public-key", OD_OPTION_TEXT, AT(public_key), NULL, "FILE",
     "public key to verify with (odp.pub)", OD_USE_VERIFY | OD_USE_ROLLBACK},
    {"key", OD_OPTION_TEXT, AT(key), NULL, "FILE",
     "public key of the publisher (odp.pub)", OD_USE_MIRROR},
    {"part", OD_OPTION_TEXT, AT(part), NULL, "NAME",
     "one part alone, such as province-50", OD_USE_VERIFY | OD_USE_MIRROR},
    {"against", OD_OPTION_TEXT, AT(against), NULL, "URL",
     "compare with the release that is served there; names the parts that differ",
     OD_USE_VERIFY},
    {"accept-stale", OD_OPTION_FLAG, AT(accept_stale), NULL, NULL,
     "take a copy whose timestamp.json has expired or is missing", OD_USE_MIRROR},
    {"tries", OD_OPTION_NUMBER, AT(tries), "5", "N",
     "how often a file is asked for when the line is cut", OD_USE_MIRROR},
    {"schema", OD_OPTION_TEXT, AT(schema), NULL, "X",
     "a Table Schema, data package or dataset to check against", OD_USE_CHECK},
    {"limit", OD_OPTION_NUMBER, AT(limit), "1000", "N",
     "findings listed of each rule and field; results listed",
     OD_USE_CHECK | OD_USE_SEARCH},
    {"in", OD_OPTION_TEXT, AT(in), "main", "WHAT",
     "name: names only; main: also code, place, agency and plan; all: also prose",
     OD_USE_SEARCH},
    {"where", OD_OPTION_TEXT, AT(where), NULL, "FACET=VALUE,...",
     "only projects that have all these values", OD_USE_SEARCH},
    {"count", OD_OPTION_FLAG, AT(count), NULL, NULL,
     "print the number of projects alone", OD_USE_SEARCH},
    {"text", OD_OPTION_TEXT, AT(text), NULL, "FILE",
     "the draft: its name, objectives, outputs, as plain text in UTF-8",
     OD_USE_SIMILAR},
    {"quasi", OD_OPTION_TEXT, AT(quasi), NULL, "a,b,c",
     "columns that an outsider may know of a person", OD_USE_RISK},
    {"sensitive", OD_OPTION_TEXT, AT(sensitive), NULL, "d,e",
     "columns that nobody should learn of a person", OD_USE_RISK},
    {"threshold", OD_OPTION_TEXT, AT(threshold), "0.09", "RISK",
     "a record above this risk is counted as at risk", OD_USE_RISK},
    {"k", OD_OPTION_NUMBER, AT(least_k), "0", "N",
     "status 4 unless every class has N records", OD_USE_RISK},
    {"delimiter", OD_OPTION_TEXT, AT(delimiter), ",", "CHAR",
     "character between the cells", OD_USE_RISK},
    {"accept", OD_OPTION_TEXT, AT(accept), NULL, "REASON",
     "why a held release is right all the same; stands in its manifest",
     OD_USE_RELEASE | OD_USE_INNER},
    {"allow", OD_OPTION_TEXT, AT(allow), NULL, "FILE",
     "publish the withheld texts whose references begin the lines of FILE",
     OD_USE_REVIEW},
    {"withdraw", OD_OPTION_TEXT, AT(withdraw), NULL, "FILE", "withhold them again",
     OD_USE_REVIEW},
    {"project", OD_OPTION_TEXT, AT(project), NULL, "ID", "project to retract",
     OD_USE_RETRACT},
    {"match", OD_OPTION_TEXT, AT(match), NULL, "FILE", "texts to retract, one a line",
     OD_USE_RETRACT},
    {"serial", OD_OPTION_NUMBER, AT(serial), NULL, "N", "release being built",
     OD_USE_INNER},
    {"data-serial", OD_OPTION_NUMBER, AT(data_serial), NULL, "N",
     "release whose snapshot is used", OD_USE_INNER},
    {"emit-serial", OD_OPTION_NUMBER, AT(emit_serial), NULL, "N",
     "release whose list of files is used", OD_USE_INNER},
    {"created", OD_OPTION_TEXT, AT(created), NULL, "TIME", "date of the release",
     OD_USE_INNER},
    {"live", OD_OPTION_TEXT, AT(live), NULL, "DIR", "release that is live",
     OD_USE_INNER},
    {"previous", OD_OPTION_TEXT, AT(previous), NULL, "FILE",
     "snapshot of the live release", OD_USE_INNER},
    {"known-source", OD_OPTION_TEXT, AT(known_source), NULL, "HASH",
     "hash of the source as last read", OD_USE_INNER},
    {NULL, OD_OPTION_TEXT, 0, NULL, NULL, NULL, 0},
};

const char *
od_option_env(const struct od_option *o, struct od_arena *a)
{
	char *name = od_arena_printf(a, "ODP_%s", o->name);

	for (char *c = name; *c; c++)
		*c = *c == '-' ? '_' : (char)(*c >= 'a' && *c <= 'z' ? *c - 32 : *c);
	return name;
}

static enum od_rc
set(struct od_options *o, const struct od_option *opt, const char *name,
    const char *value, struct od_err *err)
{
	char *to = (char *)o + opt->offset, *end;
	int64_t n;

	switch (opt->kind) {
	case OD_OPTION_TEXT:
		memcpy(to, &value, sizeof(value));
		return OD_OK;
	case OD_OPTION_FLAG:
		*(bool *)(void *)to = strcmp(value, "0") != 0 && *value;
		return OD_OK;
	case OD_OPTION_NUMBER:
		n = strtoll(value, &end, 10);
		if (end == value || *end || n < 0 || n > INT32_MAX)
			return od_err_set(err, OD_KIND_USAGE,
			                  "%s must be a whole number", name);
		memcpy(to, &n, sizeof(n));
		return OD_OK;
	}
	return OD_OK;
}

static const struct od_option *
find_option(const char *name, size_t n, unsigned uses)
{
	for (const struct od_option *o = od_options_table; o->name; o++)
		if ((o->uses & uses) && strlen(o->name) == n &&
		    !strncmp(o->name, name, n))
			return o;
	return NULL;
}

static enum od_rc
unknown(const char *arg, unsigned uses, struct od_arena *a, struct od_err *err)
{
	const char *names[64], *near;
	size_t n = 0;

	for (const struct od_option *o = od_options_table; o->name && n < 63; o++)
		if (o->uses & uses & ~(unsigned)OD_USE_INNER)
			names[n++] = od_arena_printf(a, "--%s", o->name);
	names[n] = NULL;
	/* Only the name: what follows '=' may be a secret. */
	if (od_err_set(err, OD_KIND_USAGE, "unknown option '%.*s'",
	               (int)strcspn(arg, "="), arg) &&
	    (near = od_nearest(arg, names)))
		return od_err_hint(err, "did you mean '%s'? `odp help` lists all",
		                   near);
	return err->rc;
}

/* user:password@ in a URL on the command line is seen by everybody who runs ps. */
static bool
has_password(const char *url)
{
	const char *host = strstr(url, "://"), *at, *colon;

	if (!host)
		return false;
	host += 3;
	at = memchr(host, '@', strcspn(host, "/?"));
	colon = at ? memchr(host, ':', (size_t)(at - host)) : NULL;
	return colon != NULL || strstr(url, "password=") != NULL;
}

static enum od_rc
read_arguments(struct od_options *o, unsigned uses, int argc, char **argv,
               struct od_arena *a, struct od_err *err)
{
	for (int i = 1; i < argc; i++) {
		const struct od_option *opt;
		const char *name = argv[i] + 2, *value = "1";
		size_t n = strcspn(name, "=");
		enum od_rc rc;

		if (strncmp(argv[i], "--", 2) != 0) {
			if (argv[i][0] == '-' && argv[i][1])
				return unknown(argv[i], uses, a, err);
			if (o->n_operands == OD_ARRAY_LEN(o->operands))
				return od_err_set(err, OD_KIND_USAGE,
				                  "too many arguments");
			o->operands[o->n_operands++] = argv[i];
			continue;
		}
		opt = find_option(name, n, uses);
		if (!opt)
			return unknown(argv[i], uses, a, err);
		if (name[n] == '=' && opt->kind != OD_OPTION_FLAG)
			value = name + n + 1;
		else if (name[n] == '=')
			return od_err_set(err, OD_KIND_USAGE, "--%s takes no value",
			                  opt->name);
		else if (opt->kind != OD_OPTION_FLAG && ++i >= argc)
			return od_err_set(err, OD_KIND_USAGE, "--%s needs a value",
			                  opt->name);
		else if (opt->kind != OD_OPTION_FLAG)
			value = argv[i];
		rc = set(o, opt,
		         argv[opt->kind == OD_OPTION_FLAG ? i : i - (name[n] != '=')],
		         value, err);
		if (rc)
			return rc;
		if (opt->offset == AT(source) && has_password(value)) {
			rc =
			    od_err_set(err, OD_KIND_USAGE,
			               "a password must not stand on the command line");
			return od_err_hint(
			    err, "put the URL into ODP_SOURCE, or the password into "
				 "a pgpass file");
		}
	}
	return OD_OK;
}

enum od_rc
od_options_read(struct od_options *o, unsigned uses, int argc, char **argv,
                struct od_arena *a, struct od_err *err)
{
	long cores = sysconf(_SC_NPROCESSORS_ONLN);
	enum od_rc rc;

	*o = (struct od_options){.jobs = cores > 0 ? cores : 1};
	for (const struct od_option *opt = od_options_table; opt->name; opt++) {
		const char *name = od_option_env(opt, a), *value;

		if (!(opt->uses & uses))
			continue;
		value = opt->uses == OD_USE_INNER ? NULL : getenv(name);
		if (!value || !*value)
			value = opt->fallback;
		if (!value)
			continue;
		rc = set(o, opt, name, value, err);
		if (rc)
			return rc;
	}
	rc = read_arguments(o, uses, argc, argv, a, err);
	if (!rc && (o->jobs < 1 || o->jobs > 256))
		rc = od_err_set(err, OD_KIND_USAGE, "--jobs must be 1 to 256");
	return rc;
}
