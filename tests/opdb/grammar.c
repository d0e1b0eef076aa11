#include "grammar.h"

#include <stdio.h>
#include <stdlib.h>

enum op {
	OP_TEXT,
	OP_RULE,
	OP_SLOT,
	OP_VAR,
	OP_NUMBER,
	OP_PLAIN,
	OP_THOUSANDTH,
	OP_YEAR
};

struct part {
	enum op op;
	const char *p; /* OP_TEXT */
	int64_t a, b;  /* length, rule, slot, variable, bounds */
};

struct alternative {
	unsigned part, nparts;
};

struct rule {
	const char *name; /* NULL: made from brackets */
	const char *source;
	unsigned alt, nalts;
};

struct od_grammar {
	struct part *parts;
	struct alternative *alts;
	struct rule *rules;
	unsigned nparts, nalts, nrules;
	unsigned parts_cap, alts_cap, rules_cap;
	unsigned ntopics;
	unsigned *slots; /* ntopics * OD_SLOT_COUNT rule numbers */
	unsigned phrases[OD_SAY_COUNT];
};

/* Most parts an alternative may have; the longest has 23. */
#define MAX_PARTS 64

static const char var_letters[] = "PDTVAM";

static const char *const slot_names[OD_SLOT_COUNT] = {
    "title",   "object", "cause",  "trouble", "action", "goal",  "output",
    "outcome", "group",  "metric", "step",    "result", "hitch", "english",
};

static const char *const phrase_names[OD_SAY_COUNT] = {
    "why_open",   "why_fact",   "why_trouble",  "why_effect", "why_do", "why_close",
    "aim",        "aim_note",   "made",         "made_more",  "gain",   "group",
    "did",        "did_more",   "hitch",        "step",       "serve",  "title_wide",
    "title_tail", "comment_ok", "comment_back", "about",
};

static void
bug(const char *what, const char *p, size_t n)
{
	fprintf(stderr, "opdb: grammar: %s '%.*s'\n", what, (int)n, p);
	exit(70);
}

static void *
grown(void *p, unsigned n, unsigned *cap, size_t size)
{
	if (n < *cap)
		return p;
	while (*cap <= n)
		*cap = *cap ? *cap * 2 : 1024;
	p = realloc(p, *cap * size);
	if (!p) {
		fprintf(stderr, "opdb: out of memory\n");
		exit(1);
	}
	return p;
}

static unsigned
add_rule(struct od_grammar *g, const char *name, const char *source)
{
	g->rules = grown(g->rules, g->nrules, &g->rules_cap, sizeof(*g->rules));
	g->rules[g->nrules] = (struct rule){.name = name, .source = source};
	return g->nrules++;
}

static unsigned
find(const struct od_grammar *g, const char *p, size_t n)
{
	for (unsigned i = 0; i < g->nrules; i++) {
		const char *name = g->rules[i].name;

		if (name && !strncmp(name, p, n) && !name[n])
			return i;
	}
	bug("no rule", p, n);
	return 0;
}

/* Where the alternative at `p` ends: at the separator or at the end. */
static const char *
alternative_end(const char *p, const char *end, char sep)
{
	int depth = 0;

	for (; p < end; p++) {
		if (*p == '[')
			depth++;
		else if (*p == ']')
			depth--;
		else if (*p == sep && !depth)
			break;
	}
	return p;
}

/* What stands between the braces. */
static struct part
parse_reference(const struct od_grammar *g, const char *p, size_t n)
{
	const char *var = n == 1 ? memchr(var_letters, *p, OD_VAR_COUNT) : NULL;
	struct part part = {.op = OP_NUMBER};
	long long lo, hi;

	if (var)
		return (struct part){.op = OP_VAR, .a = var - var_letters};
	if (*p == 'Y' && (n == 1 || p[1] == '+'))
		return (struct part){.op = OP_YEAR, .a = n > 2 ? p[2] - '0' : 0};
	if (*p == '.') {
		for (int i = 0; i < OD_SLOT_COUNT; i++)
			if (strlen(slot_names[i]) == n - 1 &&
			    !memcmp(slot_names[i], p + 1, n - 1))
				return (struct part){.op = OP_SLOT, .a = i};
		bug("no slot", p, n);
	}
	if (*p >= '7' && *p <= '9') {
		if (sscanf(p + 1, ":%lld:%lld}", &lo, &hi) != 2 || lo > hi)
			bug("bad bounds", p, n);
		part.op = *p == '9' ? OP_NUMBER : *p == '8' ? OP_THOUSANDTH : OP_PLAIN;
		part.a = lo;
		part.b = hi;
		return part;
	}
	return (struct part){.op = OP_RULE, .a = find(g, p, n)};
}

static void compile(struct od_grammar *g, unsigned rule, const char *p, const char *end,
                    char sep);

/* The bracket that closes the one at `p`. */
static const char *
bracket_end(const char *p, const char *end)
{
	int depth = 0;

	for (const char *q = p; q < end; q++) {
		depth += (*q == '[') - (*q == ']');
		if (!depth)
			return q;
	}
	bug("open bracket in", p, (size_t)(end - p));
	return end;
}

/* One part from the beginning of `p`; returns where the next begins. */
static const char *
parse_part(struct od_grammar *g, const char *p, const char *end, struct part *part)
{
	const char *q;

	if (*p == '{') {
		q = memchr(p, '}', (size_t)(end - p));
		if (!q || q == p + 1)
			bug("bad reference in", p, (size_t)(end - p));
		*part = parse_reference(g, p + 1, (size_t)(q - p - 1));
		return q + 1;
	}
	if (*p == '[') {
		unsigned rule = add_rule(g, NULL, NULL);

		q = bracket_end(p, end);
		compile(g, rule, p + 1, q, '~');
		*part = (struct part){.op = OP_RULE, .a = rule};
		return q + 1;
	}
	for (q = p; q < end && *q != '{' && *q != '['; q++)
		continue;
	*part = (struct part){.op = OP_TEXT, .p = p, .a = q - p};
	return q;
}

static void
compile(struct od_grammar *g, unsigned rule, const char *p, const char *end, char sep)
{
	unsigned n = 1, first = g->nalts;

	for (const char *q = alternative_end(p, end, sep); q < end;
	     q = alternative_end(q + 1, end, sep))
		n++;
	/* all alternatives of a rule lie together: reserve before nested ones come */
	for (unsigned i = 0; i < n; i++) {
		g->alts = grown(g->alts, g->nalts, &g->alts_cap, sizeof(*g->alts));
		g->alts[g->nalts++] = (struct alternative){0};
	}
	g->rules[rule].alt = first;
	g->rules[rule].nalts = n;
	for (unsigned i = 0; i < n; i++) {
		const char *q = alternative_end(p, end, sep);
		struct part own[MAX_PARTS];
		unsigned nown = 0;

		while (p < q) {
			if (nown == MAX_PARTS)
				bug("too many parts in", p, (size_t)(q - p));
			p = parse_part(g, p, q, &own[nown++]);
		}
		g->alts[first + i] = (struct alternative){g->nparts, nown};
		for (unsigned k = 0; k < nown; k++) {
			g->parts = grown(g->parts, g->nparts, &g->parts_cap,
			                 sizeof(*g->parts));
			g->parts[g->nparts++] = own[k];
		}
		p = q + 1;
	}
}

/* The numbers of the rules that are asked for from outside. */
static void
bind_names(struct od_grammar *g)
{
	char name[64];

	while (od_topics[g->ntopics].id)
		g->ntopics++;
	g->slots = calloc(g->ntopics, OD_SLOT_COUNT * sizeof(*g->slots));
	if (!g->slots)
		bug("out of memory", "", 0);
	for (unsigned t = 0; t < g->ntopics; t++)
		for (unsigned s = 0; s < OD_SLOT_COUNT; s++) {
			snprintf(name, sizeof(name), "%s.%s", od_topics[t].id,
			         slot_names[s]);
			g->slots[t * OD_SLOT_COUNT + s] = find(g, name, strlen(name));
		}
	for (unsigned i = 0; i < OD_SAY_COUNT; i++)
		g->phrases[i] = find(g, phrase_names[i], strlen(phrase_names[i]));
}

struct od_grammar *
od_grammar_load(void)
{
	struct od_grammar *g = calloc(1, sizeof(*g));
	unsigned named;

	if (!g)
		bug("out of memory", "", 0);
	for (size_t i = 0; od_rule_sets[i]; i++)
		for (const struct od_rule *r = od_rule_sets[i]; r->name; r++)
			add_rule(g, r->name, r->alternatives);
	named = g->nrules;
	for (unsigned i = 0; i < named; i++) {
		const char *source = g->rules[i].source;

		compile(g, i, source, source + strlen(source), '|');
	}
	bind_names(g);
	return g;
}
void
od_grammar_close(struct od_grammar *g)
{
	free(g->parts);
	free(g->alts);
	free(g->rules);
	free(g->slots);
	free(g);
}

static void expand(const struct od_grammar *g, unsigned rule, const struct od_scene *s,
                   struct od_text *out);

static void
expand_part(const struct od_grammar *g, const struct part *part,
            const struct od_scene *s, struct od_text *out)
{
	switch (part->op) {
	case OP_TEXT:
		od_text_put(out, part->p, (size_t)part->a);
		break;
	case OP_RULE:
		expand(g, (unsigned)part->a, s, out);
		break;
	case OP_SLOT:
		od_grammar_slot(g, (enum od_slot)part->a, s, out);
		break;
	case OP_VAR:
		od_text_slice(out, s->var[part->a]);
		break;
	case OP_NUMBER:
		od_text_commas(out, (uint64_t)od_rng_range(s->rng, part->a, part->b));
		break;
	case OP_PLAIN:
		od_text_int(out, od_rng_range(s->rng, part->a, part->b));
		break;
	case OP_THOUSANDTH:
		od_text_fixed(out, od_rng_range(s->rng, part->a, part->b), 3);
		break;
	case OP_YEAR:
		od_text_int(out, s->year_be + part->a);
		break;
	}
}

static void
expand(const struct od_grammar *g, unsigned rule, const struct od_scene *s,
       struct od_text *out)
{
	const struct rule *r = &g->rules[rule];
	unsigned pick = r->nalts > 1 ? od_rng_below(s->rng, r->nalts) : 0;
	const struct alternative *alt = &g->alts[r->alt + pick];

	for (unsigned i = 0; i < alt->nparts; i++)
		expand_part(g, &g->parts[alt->part + i], s, out);
}

void
od_grammar_say(const struct od_grammar *g, enum od_phrase phrase,
               const struct od_scene *s, struct od_text *out)
{
	expand(g, g->phrases[phrase], s, out);
}

void
od_grammar_slot(const struct od_grammar *g, enum od_slot slot, const struct od_scene *s,
                struct od_text *out)
{
	expand(g, g->slots[s->topic * OD_SLOT_COUNT + (unsigned)slot], s, out);
}
