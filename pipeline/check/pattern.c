#include "check/pattern.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/arena.h"

/* Steps of one match: some 10 ms. `(a+)+$` needs 2^n of them for n letters. */
enum { MATCH_LIMIT = 1000000, MAX_PATTERN = 64 * 1024 };

struct od_pattern {
	pcre2_code *code;
	pcre2_match_data *data;
	pcre2_match_context *context;
};

struct od_pattern *
od_pattern_open(struct od_span text, bool fold, char *why, size_t size)
{
	/* UCP: \d, \w and \s mean what they mean in Python, characters of any script */
	uint32_t options = PCRE2_UTF | PCRE2_UCP | PCRE2_ANCHORED |
	                   PCRE2_NEVER_BACKSLASH_C | (fold ? PCRE2_CASELESS : 0);
	struct od_pattern *p;
	pcre2_code *code;
	PCRE2_SIZE at;
	int error;

	if (text.n > MAX_PATTERN) {
		snprintf(why, size, "longer than %d bytes", MAX_PATTERN);
		return NULL;
	}
	code = pcre2_compile((PCRE2_SPTR)text.p, text.n, options, &error, &at, NULL);
	if (!code) {
		if (pcre2_get_error_message(error, (PCRE2_UCHAR *)why, size) < 0)
			snprintf(why, size, "bad expression");
		return NULL;
	}
	p = od_alloc(sizeof(*p));
	p->code = code;
	/* Without it (an unknown processor) the same matches take longer. */
	(void)pcre2_jit_compile(code, PCRE2_JIT_COMPLETE);
	p->data = pcre2_match_data_create(OD_PATTERN_GROUPS, NULL);
	p->context = pcre2_match_context_create(NULL);
	if (!p->data || !p->context)
		abort();
	pcre2_set_match_limit(p->context, MATCH_LIMIT);
	return p;
}

void
od_pattern_close(struct od_pattern *p)
{
	if (!p)
		return;
	pcre2_match_data_free(p->data);
	pcre2_match_context_free(p->context);
	pcre2_code_free(p->code);
	free(p);
}

bool
od_pattern_match(const struct od_pattern *p, struct od_span subject, struct od_match *m)
{
	/* Checked when the row was read. */
	int n = pcre2_match(p->code, (PCRE2_SPTR)(subject.n ? subject.p : ""),
	                    subject.n, 0, PCRE2_NO_UTF_CHECK, p->data, p->context);
	const PCRE2_SIZE *at = pcre2_get_ovector_pointer(p->data);

	if (n < 0)
		return false;
	for (size_t i = 0; m && i < OD_PATTERN_GROUPS; i++) {
		bool set = i < (size_t)n && at[2 * i] != PCRE2_UNSET;

		m->groups[i] = set ? (struct od_span){subject.p + at[2 * i],
		                                      at[2 * i + 1] - at[2 * i]}
		                   : (struct od_span){NULL, 0};
	}
	return true;
}
