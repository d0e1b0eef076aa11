#include "check/join.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/arena.h"

enum { PARTS = 256, BLOCK_RECORDS = 512, FIRST_SLOTS = 1024 };

struct record {
	uint64_t hash[2];
	uint64_t row; /* lowest bit: the side */
	union {
		int32_t days[2];
		int64_t value;
	} of;
};

struct block {
	struct record *in_memory; /* NULL: it is in the file ... */
	off_t at;                 /* ... there */
};

struct part {
	struct block *blocks; /* all but the last are full */
	size_t n, cap;
	size_t in_last; /* records of the last block */
};

struct slot {
	struct record r; /* row 0: free */
	int64_t sum;
};

struct od_join {
	enum od_join_question question;
	unsigned char secret[crypto_shorthash_siphashx24_KEYBYTES];
	struct part parts[PARTS];
	size_t memory, used; /* bytes of blocks in memory */
	int fd;
	off_t end;
	struct slot *slots; /* of the part being judged */
	size_t n_slots, n_used;
	uint64_t *found; /* row numbers, unsorted; trimmed to the lowest ones */
	size_t n_found, cap_found;
	uint64_t count;
	size_t limit;
};

struct od_join *
od_join_open(enum od_join_question q, size_t memory)
{
	struct od_join *j = od_alloc(sizeof(*j));

	*j = (struct od_join){.question = q, .memory = memory, .fd = -1};
	if (sodium_init() < 0)
		abort();
	randombytes_buf(j->secret, sizeof(j->secret));
	return j;
}

void
od_join_close(struct od_join *j)
{
	if (!j)
		return;
	for (size_t p = 0; p < PARTS; p++) {
		for (size_t i = 0; i < j->parts[p].n; i++)
			free(j->parts[p].blocks[i].in_memory);
		free(j->parts[p].blocks);
	}
	if (j->fd >= 0)
		close(j->fd);
	free(j->slots);
	free(j->found);
	free(j);
}

/* A file without a name: nothing is left behind, whatever happens. */
static enum od_rc
open_file(struct od_join *j, struct od_err *err)
{
	const char *dir = getenv("TMPDIR");

	if (!dir || !*dir)
		dir = "/tmp";
	j->fd = open(dir, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	if (j->fd < 0)
		return od_err_sys(err, OD_KIND_IO, errno,
		                  "cannot make a temporary file in '%s'", dir);
	return OD_OK;
}

static enum od_rc
write_block(struct od_join *j, struct block *b, struct od_err *err)
{
	const char *p = (const char *)b->in_memory;
	size_t left = BLOCK_RECORDS * sizeof(struct record);

	b->at = j->end;
	while (left) {
		ssize_t n = pwrite(j->fd, p, left, j->end);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return od_err_sys(err, OD_KIND_IO, errno,
			                  "cannot write a temporary file");
		p += n;
		left -= (size_t)n;
		j->end += n;
	}
	free(b->in_memory);
	b->in_memory = NULL;
	j->used -= BLOCK_RECORDS * sizeof(struct record);
	return OD_OK;
}

/* All full blocks go to the file. */
static enum od_rc
spill(struct od_join *j, struct od_err *err)
{
	enum od_rc rc = j->fd < 0 ? open_file(j, err) : OD_OK;

	for (size_t p = 0; p < PARTS; p++)
		for (size_t i = 0; i + 1 < j->parts[p].n && !rc; i++)
			if (j->parts[p].blocks[i].in_memory)
				rc = write_block(j, &j->parts[p].blocks[i], err);
	return rc;
}

static struct record *
room(struct od_join *j, struct part *p)
{
	struct block *b;

	if (p->n && p->in_last < BLOCK_RECORDS)
		return &p->blocks[p->n - 1].in_memory[p->in_last++];
	if (p->n == p->cap) {
		p->cap = p->cap ? 2 * p->cap : 8;
		p->blocks = od_realloc(p->blocks, p->cap * sizeof(*p->blocks));
	}
	b = &p->blocks[p->n++];
	*b = (struct block){.in_memory =
	                        od_alloc(BLOCK_RECORDS * sizeof(struct record))};
	j->used += BLOCK_RECORDS * sizeof(struct record);
	p->in_last = 1;
	return b->in_memory;
}

enum od_rc
od_join_put(struct od_join *j, enum od_join_side side, struct od_span key,
            const struct od_join_record *rec, struct od_err *err)
{
	struct record r = {.row = rec->row << 1 | (side == OD_JOIN_RIGHT)};

	crypto_shorthash_siphashx24((unsigned char *)r.hash,
	                            (const unsigned char *)key.p, key.n, j->secret);
	if (j->question == OD_JOIN_UNEQUAL) {
		r.of.value = rec->value;
	} else {
		r.of.days[0] = rec->from;
		r.of.days[1] = rec->to;
	}
	*room(j, &j->parts[r.hash[0] % PARTS]) = r;
	return j->used > j->memory ? spill(j, err) : OD_OK;
}

/* ---- judging ------------------------------------------------------------------------
 */

static int
by_number(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

/* Only the lowest rows are told: of twice as many, the upper half is dropped. */
static void
trim(struct od_join *j)
{
	if (j->n_found)
		qsort(j->found, j->n_found, sizeof(*j->found), by_number);
	if (j->n_found > j->limit)
		j->n_found = j->limit;
}

static void
found(struct od_join *j, uint64_t row)
{
	j->count++;
	if (j->n_found == 2 * j->limit)
		trim(j);
	if (j->n_found == j->cap_found) {
		j->cap_found = j->cap_found ? 2 * j->cap_found : 64;
		j->found = od_realloc(j->found, j->cap_found * sizeof(*j->found));
	}
	j->found[j->n_found++] = row;
}

/* The next slot of that hash after `at`, or a free one. */
static size_t
probe(const struct od_join *j, const uint64_t hash[2], size_t at)
{
	while (j->slots[at].r.row && memcmp(j->slots[at].r.hash, hash, 16) != 0)
		at = (at + 1) & (j->n_slots - 1);
	return at;
}

static void
insert(struct od_join *j, struct slot s)
{
	size_t at = (size_t)s.r.hash[1] & (j->n_slots - 1);

	while (j->slots[at].r.row)
		at = (at + 1) & (j->n_slots - 1);
	j->slots[at] = s;
	j->n_used++;
}

static void
grow(struct od_join *j)
{
	struct slot *old = j->slots;
	size_t n = j->n_slots;

	j->n_slots = n ? 2 * n : FIRST_SLOTS;
	j->slots = od_alloc(j->n_slots * sizeof(*j->slots));
	memset(j->slots, 0, j->n_slots * sizeof(*j->slots));
	j->n_used = 0;
	for (size_t i = 0; i < n; i++)
		if (old[i].r.row)
			insert(j, old[i]);
	free(old);
}

static void
take_left(struct od_join *j, const struct record *r)
{
	size_t at;

	if (r->row & 1)
		return;
	if (2 * (j->n_used + 1) > j->n_slots)
		grow(j);
	at = probe(j, r->hash, (size_t)r->hash[1] & (j->n_slots - 1));
	/* A sum of a key that stands twice is nobody's. */
	if (j->slots[at].r.row &&
	    (j->question == OD_JOIN_TWICE || j->question == OD_JOIN_UNEQUAL))
		found(j, r->row >> 1);
	else if (!j->slots[at].r.row || j->question == OD_JOIN_OUTSIDE)
		insert(j, (struct slot){.r = *r});
}

static void
add(int64_t *sum, int64_t v)
{
	/* What overflows equals no value. */
	if (*sum == INT64_MIN || v == INT64_MIN || __builtin_add_overflow(*sum, v, sum))
		*sum = INT64_MIN;
}

static void
take_right(struct od_join *j, const struct record *r)
{
	bool any = false, good = false;
	size_t at;

	if (!(r->row & 1))
		return;
	at = probe(j, r->hash, (size_t)r->hash[1] & (j->n_slots - 1));
	for (; j->slots[at].r.row;
	     at = probe(j, r->hash, (at + 1) & (j->n_slots - 1))) {
		const int32_t *days = j->slots[at].r.of.days;

		any = true;
		if (j->question == OD_JOIN_UNEQUAL)
			add(&j->slots[at].sum, r->of.value);
		good |= r->of.days[0] >= days[0] && r->of.days[0] <= days[1];
		if (j->question == OD_JOIN_ORPHAN)
			break;
	}
	if ((j->question == OD_JOIN_ORPHAN && !any) ||
	    (j->question == OD_JOIN_OUTSIDE && any && !good))
		found(j, r->row >> 1);
}

static enum od_rc
each(struct od_join *j, const struct part *p,
     void (*take)(struct od_join *, const struct record *), struct od_err *err)
{
	enum { BYTES = BLOCK_RECORDS * sizeof(struct record) };
	struct record *buffer = od_alloc(BYTES);
	enum od_rc rc = OD_OK;

	for (size_t i = 0; i < p->n && !rc; i++) {
		const struct record *r = p->blocks[i].in_memory;
		size_t n = i + 1 < p->n ? BLOCK_RECORDS : p->in_last;

		if (!r && pread(j->fd, buffer, BYTES, p->blocks[i].at) != BYTES)
			rc = od_err_sys(err, OD_KIND_IO, errno,
			                "cannot read a temporary file");
		for (size_t k = 0; k < n && !rc; k++)
			take(j, r ? &r[k] : &buffer[k]);
	}
	free(buffer);
	return rc;
}

static enum od_rc
judge_part(struct od_join *j, const struct part *p, struct od_err *err)
{
	enum od_rc rc;

	if (!j->n_slots)
		grow(j);
	memset(j->slots, 0, j->n_slots * sizeof(*j->slots));
	j->n_used = 0;
	rc = each(j, p, take_left, err);
	if (!rc && j->question != OD_JOIN_TWICE)
		rc = each(j, p, take_right, err);
	for (size_t i = 0; i < j->n_slots && !rc && j->question == OD_JOIN_UNEQUAL; i++)
		if (j->slots[i].r.row && j->slots[i].r.of.value != j->slots[i].sum)
			found(j, j->slots[i].r.row >> 1);
	return rc;
}

enum od_rc
od_join_finish(struct od_join *j, size_t limit, void (*told)(void *u, uint64_t row),
               void *u, uint64_t *count, struct od_err *err)
{
	enum od_rc rc = OD_OK;

	j->limit = limit;
	for (size_t p = 0; p < PARTS && !rc; p++)
		rc = judge_part(j, &j->parts[p], err);
	trim(j);
	for (size_t i = 0; i < j->n_found && !rc; i++)
		told(u, j->found[i]);
	*count = j->count;
	return rc;
}
