/*
 * anon_train.c - trains the model of persons without a title (anon/guess.h).
 *
 *   anon_train [-f FOLD/FOLDS] PII OFFICIAL >pipeline/anon/model.inc
 * PII is a folder with thai-ner-train.txt and the lists of names, words and nouns;
 * OFFICIAL a file of official text, where whoever has no title is taken for no person.
 * With -f, one fold in FOLDS of both is left out, to be measured on. Logistic
 * regression: weights are adapted one example after the other, each by its own rate
 * (AdaGrad), and rounded to 1/16.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "anon/clean.h"
#include "anon/detect.h"
#include "anon/guess.h"
#include "anon/scan.h"
#include "anon/titles.h"
#include "anon_fold.h"

enum { EPOCHS = 6, COPIES = 6 };

/* The part of the names that must begin with one of the starts. */
#define STARTS 0.985

/* A set of strings, by their hash. */
struct set {
	uint64_t *v;
	size_t n, room;
};

struct list {
	char **v;
	size_t n, room;
};

struct example {
	uint32_t at; /* of its features in the pool */
	uint16_t n;
	bool name;
	float weight;
};

static struct {
	struct example *v;
	size_t n, room;
	uint16_t *pool;
	size_t used, size;
} examples;

static struct list given, family, places, nouns;
static struct set given_set, family_set, words;
static uint64_t state = 88172645463325252u;

static uint64_t
draw(void)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return state;
}

static uint64_t
hash(struct od_span s)
{
	uint64_t h = 14695981039346656037u;

	for (size_t i = 0; i < s.n; i++)
		h = (h ^ (unsigned char)s.p[i]) * 1099511628211u;
	return h ? h : 1;
}

static bool
set_add(struct set *s, uint64_t h)
{
	size_t i;

	if (2 * s->n >= s->room) {
		struct set old = *s;

		s->room = old.room ? 2 * old.room : 1 << 16;
		s->v = calloc(s->room, sizeof(*s->v));
		s->n = 0;
		for (i = 0; i < old.room; i++)
			if (old.v[i])
				set_add(s, old.v[i]);
		free(old.v);
	}
	for (i = h & (s->room - 1); s->v[i]; i = (i + 1) & (s->room - 1))
		if (s->v[i] == h)
			return false;
	s->v[i] = h;
	s->n++;
	return true;
}

static bool
set_has(const struct set *s, const char *at, const char *to)
{
	uint64_t h = hash((struct od_span){at, (size_t)(to - at)});

	for (size_t i = h & (s->room - 1); s->v[i]; i = (i + 1) & (s->room - 1))
		if (s->v[i] == h)
			return true;
	return false;
}

/* How often names and other words begin so. */
static struct {
	double names, words;
	unsigned place;
} starts[1 << OD_GUESS_START_BITS];

static void
start_add(const struct od_guess *g, bool name, double weight)
{
	unsigned i = od_guess_start(g->given, g->end);

	if (name)
		starts[i].names += weight;
	else
		starts[i].words += weight;
}

static void
example_add(const struct od_guess *g, bool name, double weight)
{
	struct example *e;

	if (examples.n == examples.room) {
		examples.room = examples.room ? 2 * examples.room : 1 << 16;
		examples.v =
		    od_realloc(examples.v, examples.room * sizeof(*examples.v));
	}
	if (examples.used + OD_GUESS_FEATURES > examples.size) {
		examples.size = examples.size ? 2 * examples.size : 1 << 22;
		examples.pool =
		    od_realloc(examples.pool, examples.size * sizeof(uint16_t));
	}
	e = &examples.v[examples.n++];
	*e = (struct example){
	    .at = (uint32_t)examples.used, .name = name, .weight = (float)weight};
	e->n = (uint16_t)od_guess_features(g, examples.pool + examples.used);
	examples.used += e->n;
	start_add(g, name, weight);
}

static bool
is_trained(size_t block, unsigned fold, unsigned folds)
{
	return folds == 0 || block % folds != fold;
}

static void
list_add(struct list *l, struct od_span s)
{
	if (l->n == l->room) {
		l->room = l->room ? 2 * l->room : 1024;
		l->v = od_realloc(l->v, l->room * sizeof(*l->v));
	}
	l->v[l->n++] = strndup(s.p, s.n);
}

static void
given_line(struct od_span s, size_t n)
{
	(void)n;
	list_add(&given, s);
	set_add(&given_set, hash(s));
}

static void
family_line(struct od_span s, size_t n)
{
	(void)n;
	list_add(&family, s);
	set_add(&family_set, hash(s));
}

static void
word_line(struct od_span s, size_t n)
{
	(void)n;
	if (set_add(&words, hash(s)))
		list_add(&nouns, s);
}

/* A place: the second or third field, without its kind. */
static void
place_line(struct od_span s, size_t n)
{
	static const char *const kinds[] = {"เขต", "อำเภอ", "ตำบล", NULL};
	const char *p = s.p, *end = s.p + s.n, *to;

	(void)n;
	while (p < end && !od_is_thai(p, end))
		p++;
	for (size_t i = 0; kinds[i]; i++)
		if (od_starts(p, end, kinds[i]))
			p += strlen(kinds[i]);
	for (to = p; od_is_thai(to, end); to += 3)
		;
	if (to > p && set_add(&words, hash((struct od_span){p, (size_t)(to - p)})))
		list_add(&places, (struct od_span){p, (size_t)(to - p)});
}

/* The text around a guess, with other names in it: a person of whom no text speaks. */
static void
example_with(const struct od_guess *g, const char *first, const char *second,
             double weight)
{
	char text[1024];
	const char *to = g->family ? g->family_to : g->given_to;
	const char *from = g->given - g->p > 120 ? g->given - 120 : g->p;
	struct od_guess other = {.p = text};
	size_t n;

	while (((unsigned char)*from & 0xc0) == 0x80)
		from++;
	n = (size_t)(g->given - from);
	memcpy(text, from, n);
	other.given = text + n;
	n += (size_t)snprintf(text + n, 300, "%s", first);
	other.given_to = text + n;
	if (second) {
		text[n++] = ' ';
		other.family = text + n;
		n += (size_t)snprintf(text + n, 300, "%s", second);
		other.family_to = text + n;
	}
	from = to;
	to = g->end - to > 120 ? to + 120 : g->end;
	memcpy(text + n, from, (size_t)(to - from));
	other.end = text + n + (to - from);
	if (other.given_to - other.given > 3 * OD_GUESS_LETTERS ||
	    (second && other.family_to - other.family > 3 * OD_GUESS_LETTERS))
		return;
	example_add(&other, true, weight);
}

static const char *
any(const struct list *l)
{
	return l->v[draw() % l->n];
}

/* A guess that is a person, and others in its place. */
static void
person(const struct od_guess *g)
{
	example_add(g, true, 1);
	for (unsigned i = 0; i < (g->family ? COPIES : COPIES / 2); i++)
		example_with(g, any(&given), g->family ? any(&family) : NULL,
		             g->family ? 0.5 : 0.25);
}

/* A person at..to with a title: the text without it teaches how persons stand in it. */
static void
titled(struct od_span text, size_t at, size_t to)
{
	const char *end = text.p + text.n, *name = untitled(text.p + at, text.p + to);
	struct od_guess g;
	size_t n = at;
	char *line;

	if (name == text.p + at)
		return;
	line = od_realloc(NULL, text.n + 2);
	memcpy(line, text.p, n);
	if (n && od_is_thai_before(line, line + n))
		line[n++] = ' ';
	memcpy(line + n, name, (size_t)(end - name));
	to = n + (size_t)(text.p + to - name);
	while (to > n && line[to - 1] == ' ')
		to--;
	if (od_guess_read(&g, line, line + n, line + n + (size_t)(end - name))) {
		if (!g.family || g.family_to != line + to)
			g.family = g.family_to = NULL;
		if ((g.family ? g.family_to : g.given_to) == line + to)
			person(&g);
	}
	free(line);
}

static bool
overlaps(const struct od_hits *hits, size_t at, size_t to)
{
	for (size_t i = 0; i < hits->n; i++)
		if (hits->v[i].at < to && at < hits->v[i].at + hits->v[i].n)
			return true;
	return false;
}

/* Whether from..to is one of the persons, but for spaces. */
static bool
is_person(struct od_span text, const struct od_hits *persons, const char *title,
          const char *given_at, const char *to)
{
	for (size_t i = 0; i < persons->n; i++) {
		const char *at = text.p + persons->v[i].at, *end = at + persons->v[i].n;

		while (end > at && end[-1] == ' ')
			end--;
		if ((at == title || at == given_at) && end == to)
			return true;
	}
	return false;
}

/*
 * All guesses of the text: names if they are one of the persons, no names if they touch
 * none. Of official text none is taken that looks like a person nobody
 * marked.
 */
static void
guesses(struct od_span text, const struct od_hits *persons, bool official)
{
	const char *end = text.p + text.n, *title;

	for (const char *p = text.p; p < end; p++) {
		struct od_guess g, one;
		const char *to, *at;

		if ((unsigned char)*p != 0xe0)
			continue;
		at = od_guess_begin(text.p, p, end, &title);
		if (!at || !od_guess_read(&g, text.p, at, end))
			continue;
		to = g.family ? g.family_to : g.given_to;
		if (official) {
			if (set_has(&given_set, g.given, g.given_to) &&
			    !set_has(&words, g.given, g.given_to))
				continue;
		}
		one = g;
		one.family = one.family_to = NULL;
		if (is_person(text, persons, title, at, g.given_to))
			person(&one);
		else if (!overlaps(persons, (size_t)(p - text.p),
		                   (size_t)(g.given_to - text.p)))
			example_add(&one, false, 1);
		if (!g.family)
			continue;
		if (is_person(text, persons, title, at, to))
			person(&g);
		else if (!overlaps(persons, (size_t)(p - text.p),
		                   (size_t)(to - text.p)) ||
		         is_person(text, persons, title, at, g.given_to))
			example_add(&g, false, 1);
	}
}

static unsigned the_fold, the_folds;

static void
ner_line(struct od_span s, size_t n)
{
	static struct od_arena row;
	static struct od_hit v[FOLD_PERSONS];
	struct od_hits persons = {v, 0};
	struct od_span cell, text;

	if (!is_trained(n / FOLD_BLOCK, the_fold, the_folds) ||
	    od_clean(s, &row, &cell))
		return;
	text = tags_out(cell, od_arena_text(&row, cell.n), &persons);
	for (size_t i = 0; i < persons.n; i++)
		titled(text, persons.v[i].at, persons.v[i].at + persons.v[i].n);
	guesses(text, &persons, false);
	od_arena_reset(&row);
}

static void
official_line(struct od_span s, size_t n)
{
	static struct od_arena row;
	struct od_span cell;
	struct od_hits hits;

	if (!is_trained(n / FOLD_BLOCK, the_fold, the_folds) ||
	    od_clean(s, &row, &cell))
		return;
	hits = od_detect(cell, &row);
	guesses(cell, &hits, true);
	od_arena_reset(&row);
}

/* A text without persons. */
static void
nobody(const char *text)
{
	static const struct od_hits none;

	guesses(od_span_str(text), &none, false);
}

/* A place alone and in an address is no person, whoever it is named after. */
static void
place(const char *name)
{
	char text[1024];

	snprintf(text, sizeof(text), "ต.%s อ.%s จ.%s", name, name, name);
	nobody(name);
	nobody(text);
}

static double w[OD_GUESS_WEIGHTS], squares[OD_GUESS_WEIGHTS];

static void
train(void)
{
	for (unsigned epoch = 0; epoch < EPOCHS; epoch++) {
		double loss = 0;

		for (size_t i = examples.n; i > 1; i--) {
			size_t k = draw() % i;
			struct example e = examples.v[k];

			examples.v[k] = examples.v[i - 1];
			examples.v[i - 1] = e;
		}
		for (size_t i = 0; i < examples.n; i++) {
			const struct example *e = &examples.v[i];
			const uint16_t *f = examples.pool + e->at;
			double sum = 0, p, step;

			for (unsigned k = 0; k < e->n; k++)
				sum += w[f[k]];
			p = 1 / (1 + exp(-sum));
			loss -= e->weight * log(e->name ? p + 1e-9 : 1 - p + 1e-9);
			step = e->weight * ((e->name ? 1 : 0) - p);
			for (unsigned k = 0; k < e->n; k++) {
				double g = step - 2e-6 * w[f[k]];

				squares[f[k]] += g * g;
				w[f[k]] += 0.1 * g / sqrt(squares[f[k]] + 1e-6);
			}
		}
		fprintf(stderr, "epoch %u: loss %.5f over %zu examples\n", epoch + 1,
		        loss / (double)examples.n, examples.n);
	}
}

static int
by_odds(const void *a, const void *b)
{
	const double *x = a, *y = b;
	double p = x[0] * y[1], q = y[0] * x[1];

	return p > q ? -1 : p < q;
}

/* The beginnings of all but a few names, those that most names begin with first. */
static void
print_starts(void)
{
	static struct {
		double names, words;
		unsigned place;
	} order[OD_ARRAY_LEN(starts)];
	static uint64_t bits[OD_ARRAY_LEN(starts) / 64];
	double all = 0, words_all = 0, sum = 0, words_in = 0;

	for (unsigned i = 0; i < OD_ARRAY_LEN(starts); i++) {
		order[i].names = starts[i].names;
		order[i].words = starts[i].words + 0.01;
		order[i].place = i;
		all += starts[i].names;
		words_all += starts[i].words;
	}
	qsort(order, OD_ARRAY_LEN(order), sizeof(*order), by_odds);
	for (unsigned i = 0; i < OD_ARRAY_LEN(order) && sum < all * STARTS; i++) {
		sum += order[i].names;
		words_in += order[i].words;
		bits[order[i].place / 64] |= UINT64_C(1) << order[i].place % 64;
	}
	fprintf(stderr, "%.1f %% of words begin like names\n",
	        100 * words_in / words_all);
	printf("static const uint64_t starts[1 << OD_GUESS_START_BITS >> 6] = {\n");
	for (unsigned i = 0; i < OD_ARRAY_LEN(bits); i++)
		printf("0x%016llx,%s", (unsigned long long)bits[i],
		       i % 4 == 3 ? "\n" : "");
	printf("};\n");
}

static void
print_weights(void)
{
	printf("static const int8_t weights[OD_GUESS_WEIGHTS] = {\n");
	for (size_t i = 0; i < OD_GUESS_WEIGHTS; i++) {
		double v = round(w[i] * 16);

		printf("%d,%s",
		       (int)(v > 127    ? 127
		             : v < -127 ? -127
		                        : v),
		       i % 32 == 31 ? "\n" : "");
	}
	printf("};\n");
}

int
main(int argc, char **argv)
{
	int i = 1;

	if (argc > 2 && strcmp(argv[1], "-f") == 0) {
		if (sscanf(argv[2], "%u/%u", &the_fold, &the_folds) != 2)
			return 2;
		i = 3;
	}
	if (argc != i + 2) {
		fprintf(stderr, "usage: anon_train [-f FOLD/FOLDS] PII OFFICIAL\n");
		return 2;
	}
	each_line(argv[i], "person_names_male_th.txt", given_line);
	each_line(argv[i], "person_names_female_th.txt", given_line);
	each_line(argv[i], "family_names_th.txt", family_line);
	each_line(argv[i], "words_th.txt", word_line);
	each_line(argv[i], "provinces.csv", place_line);
	each_line(argv[i], "districts.csv", place_line);
	each_line(argv[i], "sub_districts.csv", place_line);
	each_line(argv[i], "thai-ner-train.txt", ner_line);
	fprintf(stderr, "%zu examples of news\n", examples.n);
	for (size_t k = 0; k < places.n; k++)
		place(places.v[k]);
	for (size_t k = 0; k < nouns.n; k++)
		nobody(nouns.v[k]);
	each_line("", argv[i + 1], official_line);
	train();
	printf("/* Made by tests/bench/anon_train.c: make anon-model. */\n");
	print_starts();
	print_weights();
	return 0;
}
