/*
 * temporal.h - days, times and durations as the standard's implementation reads them.
 *
 * Days count from 1970-01-01 in the Gregorian calendar of all years, times in
 * microseconds; years are 1 to 9999.
 */
#ifndef OD_CHECK_TEMPORAL_H
#define OD_CHECK_TEMPORAL_H

#include <stdbool.h>
#include <stdint.h>

#include "core/arena.h"
#include "core/span.h"

static const int64_t od_day_micros = INT64_C(86400000000);

struct od_moment {
	int64_t day;
	int64_t micro;  /* of the day, local */
	int64_t offset; /* microseconds east of UTC; 0 without a zone */
};

/* false: there is no such day. */
bool od_day(int64_t year, int64_t month, int64_t day, int64_t *out);
void od_day_parts(int64_t day, int64_t *year, unsigned *month, unsigned *of_month);

/* A pattern of strptime: "%d/%m/%Y". */
struct od_strptime;

/* NULL: `why` tells what is wrong with the pattern. */
struct od_strptime *od_strptime_open(const char *format, char *why, size_t size);
void od_strptime_close(struct od_strptime *p);
bool od_strptime_read(const struct od_strptime *p, struct od_span in,
                      struct od_moment *out);

/* "2024-02-29"; exactly ten ASCII characters. */
bool od_iso_date(struct od_span in, int64_t *day);

/* ISO 8601: a day or a day of a week, any one character, a time of day to the second,
 * a fraction, a zone. */
bool od_iso_datetime(struct od_span in, struct od_moment *out);
bool od_iso_time(struct od_span in, struct od_moment *out);

/* ISO 8601: "P1Y2M10DT2H30M". Both parts may be fractions, in millionths of a month and
 * of a second. */
struct od_duration {
	int64_t months, micros;
};
bool od_iso_duration(struct od_span in, struct od_duration *out);

#endif
