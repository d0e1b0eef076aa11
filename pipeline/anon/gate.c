#include "anon/gate.h"

#include "anon/titles.h"

struct od_gates od_gates;

static void
letter_put(struct od_letters *set, unsigned letter)
{
	set->in[letter >> 6] |= UINT64_C(1) << (letter & 63);
}

/* Behind a dot anything may follow: the letters are not three bytes apart there. */
static void
word_put(struct od_gate *g, const char *word)
{
	const char *end = word + strlen(word);
	unsigned first = od_letter(word), second = od_gate_letter(word + 3, end);

	letter_put(&g->second[first], second);
	if (end - word == 6)
		g->third[first] = (struct od_letters){{UINT64_MAX, UINT64_MAX}};
	else if (second)
		letter_put(&g->third[first], od_gate_letter(word + 6, end));
}

static void
words_put(struct od_gate *g, const char *const *words)
{
	for (; *words; words++)
		word_put(g, *words);
}

__attribute__((constructor)) static void
make(void)
{
	for (size_t i = 0; i < 128; i++)
		for (const struct od_title *t = od_titles[i]; t && t->word; t++)
			word_put(&od_gates.title, t->word);
	word_put(&od_gates.title, "ไลน์");
	words_put(&od_gates.lead, od_weak_titles);
	words_put(&od_gates.lead, od_weak_leads);
	words_put(&od_gates.end, od_guess_ends);
}
