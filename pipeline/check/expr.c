#include "check/expr.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "check/number.h"
#include "check/temporal.h"

enum { DEPTH = 64, TEXT_BYTES = 4096, MAX_ARGS = 3, MAX_SCALE = 9, MAX_ITEMS = 256 };

enum op {
	OP_LITERAL,
	OP_FIELD,
	OP_PREV,
	OP_CALL,
	OP_OR,
	OP_AND,
	OP_NOT,
	OP_EQ,
	OP_NE,
	OP_LT,
	OP_LE,
	OP_GT,
	OP_GE,
	OP_IN,
	OP_IS_NULL,
	OP_ADD,
	OP_SUB,
	OP_MUL,
	OP_NEGATE,
	OP_TO_DAY,
	OP_TO_MOMENT,
};

struct od_expr {
	enum op op;
	enum od_ekind kind;
	const struct od_expr *args[MAX_ARGS];
	size_t n;
	struct od_evalue literal;
	size_t field;
	const struct od_function *function;
	const void *list;            /* codelist of listed() */
	const struct od_evalue *set; /* OP_IN */
	size_t n_set;
};

static const char *const kind_names[] = {"nothing", "a number", "a text",
                                         "a day",   "a moment", "a truth value"};

/* ---- compiling ----------------------------------------------------------------------
 */

struct parser {
	const char *text, *at, *what;
	const struct od_escope *scope;
	struct od_arena *a;
	struct od_err *err;
	enum od_rc rc;
	unsigned depth;
};

static const struct od_expr *expression(struct parser *p);

static OD_PRINTF(2, 3) const
    struct od_expr *fail(struct parser *p, const char *fmt, ...)
{
	char why[256];
	va_list ap;

	if (p->rc)
		return NULL;
	va_start(ap, fmt);
	vsnprintf(why, sizeof(why), fmt, ap);
	va_end(ap);
	p->rc = od_err_set(p->err, OD_KIND_SCHEMA, "%s: column %zu: %s", p->what,
	                   (size_t)(p->at - p->text) + 1, why);
	return NULL;
}

static void
spaces(struct parser *p)
{
	p->at += strspn(p->at, " \t\r\n");
}

static bool
is_word_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9') || c == '_';
}

/* Steps over a sign such as "<=". */
static bool
take(struct parser *p, const char *sign)
{
	size_t n = strlen(sign);

	spaces(p);
	if (strncmp(p->at, sign, n) != 0 ||
	    (is_word_char(*sign) && is_word_char(p->at[n])))
		return false;
	p->at += n;
	return true;
}

static struct od_expr *
node(struct parser *p, enum op op, enum od_ekind kind)
{
	struct od_expr *e = od_arena_alloc(p->a, sizeof(*e));

	e->op = op;
	e->kind = kind;
	return e;
}

static const struct od_expr *
unary(struct parser *p, enum op op, enum od_ekind kind, const struct od_expr *of)
{
	struct od_expr *e = node(p, op, kind);

	e->args[0] = of;
	e->n = 1;
	return e;
}

static const struct od_expr *
binary(struct parser *p, enum op op, enum od_ekind kind, const struct od_expr *a,
       const struct od_expr *b)
{
	struct od_expr *e = node(p, op, kind);

	e->args[0] = a;
	e->args[1] = b;
	e->n = 2;
	return e;
}

/* `e` as a value of the kind, or an error; a text literal can be a day. */
static const struct od_expr *
as(struct parser *p, const struct od_expr *e, enum od_ekind kind)
{
	struct od_moment m;
	int64_t day;

	if (!e || e->kind == kind || e->kind == OD_E_NULL || kind == OD_E_NULL)
		return e;
	if (e->kind == OD_E_MOMENT && kind == OD_E_DAY)
		return unary(p, OP_TO_DAY, kind, e);
	if (e->kind == OD_E_DAY && kind == OD_E_MOMENT)
		return unary(p, OP_TO_MOMENT, kind, e);
	if (e->op == OP_LITERAL && e->kind == OD_E_TEXT) {
		struct od_expr *l = node(p, OP_LITERAL, kind);

		l->literal.kind = kind;
		if (kind == OD_E_DAY && od_iso_date(e->literal.text, &day)) {
			l->literal.n = day;
			return l;
		}
		if (kind == OD_E_MOMENT && od_iso_date(e->literal.text, &day)) {
			l->literal.n = day * od_day_micros;
			return l;
		}
		if (kind == OD_E_MOMENT && od_iso_datetime(e->literal.text, &m)) {
			l->literal.n = m.day * od_day_micros + m.micro - m.offset;
			return l;
		}
	}
	return fail(p, "%s where %s is needed", kind_names[e->kind], kind_names[kind]);
}

static bool
align(struct parser *p, const struct od_expr **a, const struct od_expr **b)
{
	enum od_ekind kind;

	if (!*a || !*b)
		return false;
	kind = (*a)->kind;
	/* A day beside a moment is its midnight; a text beside a day is one. */
	if (kind == OD_E_NULL || (*b)->kind == OD_E_MOMENT ||
	    (kind == OD_E_TEXT && (*b)->kind == OD_E_DAY))
		kind = (*b)->kind;
	*a = as(p, *a, kind);
	*b = as(p, *b, kind);
	return *a && *b;
}

static const struct od_expr *
literal_number(struct parser *p)
{
	size_t n = strspn(p->at, "0123456789.");
	struct od_expr *e = node(p, OP_LITERAL, OD_E_NUMBER);

	if (!od_evalue_number((struct od_span){p->at, n}, &e->literal) ||
	    e->literal.wide)
		return fail(p, "not a number of 18 digits");
	p->at += n;
	return e;
}

static const struct od_expr *
literal_text(struct parser *p)
{
	struct od_expr *e = node(p, OP_LITERAL, OD_E_TEXT);
	char *to = od_arena_text(p->a, strlen(p->at) + 1);
	size_t n = 0;

	for (p->at++; *p->at; p->at++) {
		if (*p->at == '\'' && p->at[1] != '\'')
			break;
		p->at += *p->at == '\'';
		to[n++] = *p->at;
	}
	if (!*p->at)
		return fail(p, "a text is not closed");
	p->at++;
	e->literal = (struct od_evalue){.kind = OD_E_TEXT, .text = {to, n}};
	return e;
}

static const struct od_expr *
field(struct parser *p, const char *name, size_t n, bool prev)
{
	const struct od_escope *s = p->scope;

	for (size_t i = 0; i < s->n; i++) {
		struct od_expr *e;

		if (strlen(s->names[i]) != n || strncmp(s->names[i], name, n) != 0)
			continue;
		e = node(p, prev ? OP_PREV : OP_FIELD, s->kinds[i]);
		e->field = i;
		(prev ? s->uses_prev : s->uses)[i] = true;
		return e;
	}
	p->at = name;
	return fail(p, "there is no field '%.*s'", (int)n, name);
}

/* listed(code, 'list'): the list is found now, not for each row. */
static bool
find_list(struct parser *p, struct od_expr *call)
{
	const struct od_expr *name = call->args[1];

	if (strcmp(call->function->name, "listed") != 0)
		return true;
	if (name->op != OP_LITERAL || !p->scope->codelists) {
		fail(p, "listed() needs the name of a codelist, and codelists");
		return false;
	}
	call->list = od_codelist_get(p->scope->codelists,
	                             od_arena_dup(p->a, name->literal.text).p);
	if (!call->list)
		fail(p, "there is no codelist '%.*s'", (int)name->literal.text.n,
		     name->literal.text.p);
	return call->list != NULL;
}

static enum od_ekind
kind_of_letter(char letter)
{
	static const char letters[] = "ANTD";

	return (enum od_ekind)(strchr(letters, letter) - letters);
}

static const struct od_expr *
call(struct parser *p, const struct od_function *f)
{
	struct od_expr *e = node(p, OP_CALL, f->gives);
	const char *takes = f->takes;
	bool optional = false;

	e->function = f;
	if (!take(p, "("))
		return fail(p, "'%s' is a function: %s", f->name, f->help);
	for (; *takes; takes++) {
		if (*takes == '|') {
			optional = true;
			continue;
		}
		if (e->n && !take(p, ",")) {
			if (optional)
				break;
			return fail(p, "too few arguments: %s", f->help);
		}
		e->args[e->n] = as(p, expression(p), kind_of_letter(*takes));
		if (!e->args[e->n])
			return NULL;
		if (*takes == 'A' && e->n && !align(p, &e->args[0], &e->args[e->n]))
			return NULL;
		e->n++;
	}
	if (!take(p, ")"))
		return fail(p, "')' is missing after %s", f->help);
	if (f->gives == OD_E_NULL)
		e->kind = e->args[0]->kind;
	return find_list(p, e) ? e : NULL;
}

static const struct od_expr *
word(struct parser *p)
{
	static const struct {
		const char *name;
		enum od_ekind kind;
		int64_t n;
	} constants[] = {
	    {"true", OD_E_BOOL, 1}, {"false", OD_E_BOOL, 0}, {"null", OD_E_NULL, 0}};
	const char *name = p->at;
	size_t n = 0;

	while (is_word_char(name[n]))
		n++;
	p->at += n;
	for (size_t i = 0; i < OD_ARRAY_LEN(constants); i++)
		if (strlen(constants[i].name) == n &&
		    !strncmp(constants[i].name, name, n)) {
			struct od_expr *e = node(p, OP_LITERAL, constants[i].kind);

			e->literal = (struct od_evalue){.kind = constants[i].kind,
			                                .n = constants[i].n};
			return e;
		}
	if (n == 4 && !strncmp(name, "prev", 4) && *p->at == '.') {
		name = ++p->at;
		for (n = 0; is_word_char(name[n]); n++)
			continue;
		p->at += n;
		return field(p, name, n, true);
	}
	spaces(p);
	for (const struct od_function *f = od_functions; f->name && *p->at == '('; f++)
		if (strlen(f->name) == n && !strncmp(f->name, name, n))
			return call(p, f);
	return field(p, name, n, false);
}

static const struct od_expr *
primary(struct parser *p)
{
	const struct od_expr *e;

	spaces(p);
	if (*p->at >= '0' && *p->at <= '9')
		return literal_number(p);
	if (*p->at == '\'')
		return literal_text(p);
	if (take(p, "-")) {
		e = as(p, primary(p), OD_E_NUMBER);
		return e ? unary(p, OP_NEGATE, OD_E_NUMBER, e) : NULL;
	}
	if (take(p, "(")) {
		e = expression(p);
		if (e && !take(p, ")"))
			return fail(p, "')' is missing");
		return e;
	}
	if (!is_word_char(*p->at))
		return fail(p, "a value is missing");
	return word(p);
}

static const struct od_expr *
product(struct parser *p)
{
	const struct od_expr *e = primary(p);

	while (e && take(p, "*")) {
		const struct od_expr *by = as(p, primary(p), OD_E_NUMBER);

		e = as(p, e, OD_E_NUMBER);
		e = e && by ? binary(p, OP_MUL, OD_E_NUMBER, e, by) : NULL;
	}
	return e;
}

static const struct od_expr *
sum(struct parser *p)
{
	const struct od_expr *e = product(p);

	while (e) {
		enum op op;
		const struct od_expr *b;
		enum od_ekind kind = OD_E_NUMBER;

		spaces(p);
		if (take(p, "+"))
			op = OP_ADD;
		else if (take(p, "-"))
			op = OP_SUB;
		else
			break;
		b = product(p);
		if (!b)
			return NULL;
		if (e->kind == OD_E_DAY && op == OP_SUB && b->kind == OD_E_DAY) {
			e = binary(p, op, OD_E_NUMBER, e, b);
			continue;
		}
		if (e->kind == OD_E_DAY)
			kind = OD_E_DAY;
		e = as(p, e, kind);
		b = as(p, b, OD_E_NUMBER);
		e = e && b ? binary(p, op, kind, e, b) : NULL;
	}
	return e;
}

static const struct od_expr *
in_set(struct parser *p, const struct od_expr *e)
{
	struct od_expr *in = node(p, OP_IN, OD_E_BOOL);
	struct od_evalue *set = od_arena_array(p->a, MAX_ITEMS, sizeof(*set));

	in->args[0] = e;
	in->n = 1;
	in->set = set;
	if (!take(p, "("))
		return fail(p, "'(' is missing after in");
	do {
		const struct od_expr *item = as(p, primary(p), e->kind);

		if (!item)
			return NULL;
		if (item->op != OP_LITERAL || item->kind == OD_E_NULL ||
		    in->n_set == MAX_ITEMS)
			return fail(p, "a list has up to %d constants", MAX_ITEMS);
		set[in->n_set++] = item->literal;
	} while (take(p, ","));
	return take(p, ")") ? in : fail(p, "')' is missing after a list");
}

static const struct od_expr *
comparison(struct parser *p)
{
	static const struct {
		const char *sign;
		enum op op;
	} signs[] = {{"=", OP_EQ},  {"!=", OP_NE}, {"<=", OP_LE},
	             {">=", OP_GE}, {"<", OP_LT},  {">", OP_GT}};
	const struct od_expr *e = sum(p), *b;

	if (!e)
		return NULL;
	if (take(p, "is")) {
		bool not = take(p, "not");

		if (!take(p, "null"))
			return fail(p, "'null' is missing after is");
		e = unary(p, OP_IS_NULL, OD_E_BOOL, e);
		return not ? unary(p, OP_NOT, OD_E_BOOL, e) : e;
	}
	if (take(p, "in"))
		return in_set(p, e);
	for (size_t i = 0; i < OD_ARRAY_LEN(signs); i++) {
		if (!take(p, signs[i].sign))
			continue;
		b = sum(p);
		return align(p, &e, &b) ? binary(p, signs[i].op, OD_E_BOOL, e, b)
		                        : NULL;
	}
	return e;
}

static const struct od_expr *
negation(struct parser *p)
{
	const struct od_expr *e;

	if (!take(p, "not"))
		return comparison(p);
	if (++p->depth > DEPTH)
		return fail(p, "nested too deeply");
	e = as(p, negation(p), OD_E_BOOL);
	p->depth--;
	return e ? unary(p, OP_NOT, OD_E_BOOL, e) : NULL;
}

static const struct od_expr *
conjunction(struct parser *p)
{
	const struct od_expr *e = negation(p);

	while (e && take(p, "and")) {
		const struct od_expr *b = as(p, negation(p), OD_E_BOOL);

		e = as(p, e, OD_E_BOOL);
		e = e && b ? binary(p, OP_AND, OD_E_BOOL, e, b) : NULL;
	}
	return e;
}

static const struct od_expr *
expression(struct parser *p)
{
	const struct od_expr *e;

	if (++p->depth > DEPTH)
		return fail(p, "nested too deeply");
	e = conjunction(p);
	while (e && take(p, "or")) {
		const struct od_expr *b = as(p, conjunction(p), OD_E_BOOL);

		e = as(p, e, OD_E_BOOL);
		e = e && b ? binary(p, OP_OR, OD_E_BOOL, e, b) : NULL;
	}
	p->depth--;
	return e;
}

enum od_rc
od_expr_compile(const char *text, const char *what, const struct od_escope *scope,
                struct od_arena *a, const struct od_expr **out, struct od_err *err)
{
	struct parser p = {
	    .text = text, .at = text, .what = what, .scope = scope, .a = a, .err = err};

	if (strlen(text) > TEXT_BYTES) {
		fail(&p, "longer than %d bytes", TEXT_BYTES);
		return p.rc;
	}
	*out = as(&p, expression(&p), OD_E_BOOL);
	if (*out) {
		spaces(&p);
		if (*p.at)
			fail(&p, "what follows is not understood");
	}
	return p.rc;
}

/* ---- evaluating ---------------------------------------------------------------------
 */

struct row {
	const struct od_evalue *now, *prev;
	bool wide; /* a number did not fit */
};

static struct od_evalue eval(const struct od_expr *e, struct row *r);

bool
od_evalue_number(struct od_span text, struct od_evalue *out)
{
	struct od_arena a = {0};
	struct od_number n;
	bool good = od_number_read_decimal(text, &a, &n) && n.kind == OD_NUMBER_FINITE;

	*out = (struct od_evalue){.kind = OD_E_NUMBER};
	if (good) {
		long below;

		while (n.fraction.n && n.fraction.p[n.fraction.n - 1] == '0')
			n.fraction.n--;
		below = (long)n.fraction.n - n.exponent; /* digits after the point */
		out->wide = below > MAX_SCALE;
		out->scale = below < 0 || out->wide ? 0 : (unsigned)below;
		n.exponent += (long)out->scale;
		out->wide |= !od_number_int64(&n, &out->n);
	}
	od_arena_release(&a);
	return good;
}

/* Both numbers with the same scale; false: one does not fit. */
static bool
rescale(struct od_evalue *a, struct od_evalue *b)
{
	while (a->scale != b->scale) {
		struct od_evalue *v = a->scale < b->scale ? a : b;

		if (__builtin_mul_overflow(v->n, 10, &v->n))
			return false;
		v->scale++;
	}
	return !a->wide && !b->wide;
}

static int
compare(struct od_evalue a, struct od_evalue b, struct row *r)
{
	if (a.kind == OD_E_TEXT) {
		size_t n = a.text.n < b.text.n ? a.text.n : b.text.n;
		int c = n ? memcmp(a.text.p, b.text.p, n) : 0;

		return c ? c : (a.text.n > b.text.n) - (a.text.n < b.text.n);
	}
	if (a.kind == OD_E_NUMBER && !rescale(&a, &b))
		r->wide = true;
	return (a.n > b.n) - (a.n < b.n);
}

static struct od_evalue
truth(bool is)
{
	return (struct od_evalue){.kind = OD_E_BOOL, .n = is};
}

static struct od_evalue
arithmetic(const struct od_expr *e, struct od_evalue a, struct od_evalue b,
           struct row *r)
{
	struct od_evalue v = {.kind = e->kind};
	bool wide;

	if (e->op == OP_MUL) {
		wide = a.wide || b.wide || __builtin_mul_overflow(a.n, b.n, &v.n) ||
		       a.scale + b.scale > MAX_SCALE;
		v.scale = a.scale + b.scale;
	} else {
		wide = !rescale(&a, &b) ||
		       (e->op == OP_ADD ? __builtin_add_overflow(a.n, b.n, &v.n)
		                        : __builtin_sub_overflow(a.n, b.n, &v.n));
		v.scale = a.scale;
	}
	wide |= e->kind == OD_E_DAY && v.scale;
	r->wide |= wide;
	return v;
}

static struct od_evalue
logic(const struct od_expr *e, struct row *r)
{
	struct od_evalue a = eval(e->args[0], r), b;
	bool decides = e->op == OP_OR; /* the value that settles it alone */

	if (a.kind && (a.n != 0) == decides)
		return a;
	b = eval(e->args[1], r);
	if (b.kind && (b.n != 0) == decides)
		return b;
	return a.kind ? b : a;
}

static struct od_evalue
call_function(const struct od_expr *e, struct row *r)
{
	struct od_evalue args[MAX_ARGS], out = {0};

	for (size_t i = 0; i < e->n; i++) {
		args[i] = eval(e->args[i], r);
		r->wide |= args[i].wide;
		if (!args[i].kind && e->function->gives != OD_E_NULL)
			return out;
	}
	e->function->call(args, e->n, e->list, &out);
	return out;
}

static struct od_evalue
in(const struct od_expr *e, struct row *r)
{
	struct od_evalue v = eval(e->args[0], r);

	if (!v.kind)
		return v;
	for (size_t i = 0; i < e->n_set; i++)
		if (compare(v, e->set[i], r) == 0)
			return truth(true);
	return truth(false);
}

static struct od_evalue
eval_binary(const struct od_expr *e, struct row *r)
{
	static const struct od_evalue unknown = {.kind = OD_E_NULL};
	struct od_evalue a = eval(e->args[0], r), b = eval(e->args[1], r);
	int c;

	if (!a.kind || !b.kind)
		return unknown;
	if (e->op == OP_ADD || e->op == OP_SUB || e->op == OP_MUL)
		return arithmetic(e, a, b, r);
	c = compare(a, b, r);
	return truth(e->op == OP_EQ   ? c == 0
	             : e->op == OP_NE ? c != 0
	             : e->op == OP_LT ? c < 0
	             : e->op == OP_LE ? c <= 0
	             : e->op == OP_GT ? c > 0
	                              : c >= 0);
}

static struct od_evalue
eval(const struct od_expr *e, struct row *r)
{
	struct od_evalue v = {.kind = OD_E_NULL};

	switch (e->op) {
	case OP_LITERAL:
		return e->literal;
	case OP_FIELD:
		return r->now[e->field];
	case OP_PREV:
		return r->prev ? r->prev[e->field] : v;
	case OP_CALL:
		return call_function(e, r);
	case OP_OR:
	case OP_AND:
		return logic(e, r);
	case OP_IN:
		return in(e, r);
	default:
		break;
	}
	if (e->n == 2)
		return eval_binary(e, r);
	v = eval(e->args[0], r);
	if (e->op == OP_IS_NULL)
		return truth(!v.kind);
	if (!v.kind)
		return v;
	if (e->op == OP_NOT) {
		v.n = !v.n;
	} else if (e->op == OP_NEGATE) {
		r->wide |= __builtin_sub_overflow(0, v.n, &v.n);
	} else if (e->op == OP_TO_MOMENT) {
		v.n *= od_day_micros;
	} else if (e->op == OP_TO_DAY) {
		v.n = (v.n - (v.n < 0 ? od_day_micros - 1 : 0)) / od_day_micros;
	}
	v.kind = e->kind;
	return v;
}

bool
od_expr_is_broken(const struct od_expr *e, const struct od_evalue *row,
                  const struct od_evalue *prev)
{
	struct row r = {.now = row, .prev = prev};
	struct od_evalue v = eval(e, &r);

	return r.wide || (v.kind && !v.n);
}
