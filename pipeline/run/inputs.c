#include "run/inputs.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "core/buf.h"
#include "core/file.h"

enum { TEMPLATE_BYTES = 64 << 20 };

#define FACT(member)                                                                   \
	{                                                                              \
#member, offsetof(struct od_facts, member)                             \
	}

static const struct {
	const struct od_stage *stage;
	struct {
		const char *name;
		size_t offset;
	} facts[10];
} depends[] = {
    {&od_stage_extract, {FACT(schemas), FACT(decisions)}},
    {&od_stage_validate, {FACT(schemas), FACT(decisions), FACT(source)}},
    {&od_stage_analyze, {FACT(schemas), FACT(decisions), FACT(source)}},
    {&od_stage_emit,
     {FACT(schemas), FACT(decisions), FACT(source), FACT(analyzed), FACT(created),
      FACT(base)}},
    {&od_stage_portal,
     {FACT(schemas), FACT(decisions), FACT(source), FACT(analyzed), FACT(created),
      FACT(base), FACT(templates), FACT(is_signed)}},
    {&od_stage_seal,
     {FACT(schemas), FACT(decisions), FACT(source), FACT(analyzed), FACT(created),
      FACT(base), FACT(templates), FACT(is_signed)}},
    {&od_stage_upload, {FACT(root), FACT(ckan)}},
};

const char *
od_inputs(const struct od_stage *stage, const struct od_facts *f, struct od_arena *a)
{
	struct od_buf b = {0};
	const char *out;

	od_buf_printf(&b, "version:%s", stage->version);
	for (size_t i = 0; i < OD_ARRAY_LEN(depends); i++) {
		if (depends[i].stage != stage)
			continue;
		for (size_t k = 0; depends[i].facts[k].name; k++) {
			const char *value;

			memcpy(&value, (const char *)f + depends[i].facts[k].offset,
			       sizeof(value));
			od_buf_printf(&b, " %s:%s", depends[i].facts[k].name,
			              value ? value : "");
		}
	}
	out = od_arena_str(a, od_buf_str(&b));
	od_buf_release(&b);
	return out;
}

static bool
has_word(const char *text, const char *word, size_t n)
{
	for (const char *p = text; *p;) {
		size_t length = strcspn(p, " ");

		if (length == n && !memcmp(p, word, n))
			return true;
		p += length + (p[length] == ' ');
	}
	return false;
}

const char *
od_inputs_difference(const char *old, const char *now, struct od_arena *a)
{
	struct od_buf b = {0};
	const char *out;

	if (!*old)
		return "not done yet";
	for (const char *p = now; *p;) {
		size_t length = strcspn(p, " ");

		if (!has_word(old, p, length))
			od_buf_printf(&b, "%s%.*s", b.n ? ", " : "",
			              (int)strcspn(p, ":"), p);
		p += length + (p[length] == ' ');
	}
	out = b.n ? od_arena_printf(a, "changed: %s", od_buf_str(&b)) : "";
	od_buf_release(&b);
	return out;
}

struct hashing {
	struct od_sha256 *h;
};

static enum od_rc
hash_template(const struct od_walk_file *f, void *u, struct od_err *err)
{
	struct hashing *x = u;
	struct od_arena a = {0};
	struct od_span text;
	enum od_rc rc = OD_OK;

	if (strcmp(f->rel, "README.md") != 0) {
		rc = od_file_read(f->path, TEMPLATE_BYTES, &a, &text, OD_KIND_TEMPLATE,
		                  err);
		if (!rc) {
			od_sha256_field(x->h, od_span_str(f->rel));
			od_sha256_field(x->h, text);
		}
	}
	od_arena_release(&a);
	return rc;
}

enum od_rc
od_inputs_templates(const char *dir, struct od_arena *a, const char **out,
                    struct od_err *err)
{
	char *hex = od_arena_alloc(a, OD_SHA256_HEX);
	struct hashing x = {od_sha256_open()};
	enum od_rc rc;

	if (!od_file_is_dir(dir))
		rc = od_err_set(err, OD_KIND_TEMPLATE, "cannot read directory '%s'",
		                dir);
	else
		rc = od_dir_walk(dir, hash_template, &x, err);
	od_sha256_close(x.h, hex);
	*out = hex;
	return rc;
}
