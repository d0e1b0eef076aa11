/*
 * scan.h - personal data in finished bytes: the last gate before the publish switch.
 *
 * A second opinion. It shares no code and no table with anon/ (the check digit of the
 * citizen id is written again), and it looks at what is published, not at what was
 * meant to be: every file of a release, and what lies inside zip, xlsx, gz, SQLite and
 * Parquet files. It holds a release, so its rules are narrow: a hit is to be believed.
 *
 *   citizen_id  13 digits with a valid check digit, first digit 1 to 8, written in one
 *               piece or as 1-4-5-2-1, 1-4-5-3 or 1-12 with blanks, dashes or dots
 *   mobile      06, 08, 09 and eight more digits in the usual groups; +66 and 0066
 *   email       any address that is not on the list of allowed ones
 *   line        a LINE id after "Line ID", "LINE :", "ไลน์ไอดี", "ไอดีไลน์"
 *   bank        3-1-5-1 with dashes; 10 or 12 digits right after เลขที่บัญชี
 *   house       บ้านเลขที่ N/N
 *   retracted   a text of od_scanner_look_for()
 *   name        a title (นาย, นางสาว, พ.ต.อ. ...), a given name and a family name.
 * There is no list of names here, so this rule cannot be sure: it counts, and does not
 * hold (od_scan_rule.holds)
 *
 * Digits are ASCII, Thai or full-width; zero-width characters between them do not
 * count. HTML entities, JSON \u and percent escapes are undone where they occur.
 * Not seen: names without a title, images, fonts, PDF, brotli, numbers broken by a line
 * end (two CSV rows make such numbers by chance).
 */
#ifndef OD_SEAL_SCAN_H
#define OD_SEAL_SCAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/arena.h"
#include "core/err.h"
#include "core/hash.h"
#include "core/span.h"

enum od_scan_kind {
	OD_SCAN_CITIZEN_ID,
	OD_SCAN_MOBILE,
	OD_SCAN_EMAIL,
	OD_SCAN_LINE,
	OD_SCAN_BANK,
	OD_SCAN_HOUSE,
	OD_SCAN_NAME,
	OD_SCAN_NEEDLE,
	OD_SCAN_KINDS,
};

struct od_scan_rule {
	const char *name;  /* "citizen_id" */
	const char *title; /* "citizen id" */
	bool holds;        /* a hit holds the release; else it is only counted */
};
extern const struct od_scan_rule od_scan_rules[OD_SCAN_KINDS];

struct od_scan_hits {
	uint32_t n[OD_SCAN_KINDS];
};

/* The compiled rules: made once, read by all threads. */
struct od_scanner;

/*
 * `allowed`: NULL-terminated e-mail addresses that may be published, or "@host" for
 * all of a host; must outlive the scanner. On failure *out is NULL.
 */
OD_CHECKED enum od_rc od_scanner_open(const char *const *allowed, struct od_arena *a,
                                      struct od_scanner **out, struct od_err *err);
void od_scanner_close(struct od_scanner *s);

/*
 * Looks for these texts as well, each of at most 500 bytes; they outlive the scanner.
 * Before the first od_scan_open().
 */
void od_scanner_look_for(struct od_scanner *s, const struct od_span *texts, size_t n);

/* Changes with the rules, the allowed addresses and the texts: 64 hex digits. */
const char *od_scanner_id(const struct od_scanner *s);

/* One thread's scanner: its buffers and scratch space. */
struct od_scan;

OD_CHECKED enum od_rc od_scan_open(const struct od_scanner *s, struct od_arena *a,
                                   struct od_scan **out, struct od_err *err);
void od_scan_close(struct od_scan *scan);

/* A text in pieces of any size: start, put ..., end. `hits` is added to. */
void od_scan_start(struct od_scan *scan);
void od_scan_put(struct od_scan *scan, const void *p, size_t n);
void od_scan_end(struct od_scan *scan, struct od_scan_hits *hits);

struct od_scan_fact {
	struct od_scan_hits hits;
	uint64_t bytes;
	uint64_t looked_at; /* bytes scanned, with those inside archives */
	char sha256[OD_SHA256_HEX];
};

/* Reads a file once for its hash and its scan; looks into archives. */
OD_CHECKED enum od_rc od_scan_file(struct od_scan *scan, const char *path,
                                   struct od_scan_fact *fact, struct od_err *err);

/* True if a rule that holds has hits. */
bool od_scan_holds(const struct od_scan_hits *hits);

#endif
