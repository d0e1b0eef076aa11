#include "../core/cmocka_first.h"

#include "check/check.h"

static const struct od_code codes[] = {{.code = "10"}, {.code = "11"}, {.code = "50"}};
static const struct od_codelist list = {.id = "provinces", .codes = codes, .n = 3};

enum { ID, CODE, TEXT, NUMBER, MONEY, FLAG, DAY, MOMENT, NEEDED, FIELDS };

static const struct od_field fields[FIELDS] = {
    [ID] = {.name = "id", .type = OD_TYPE_ID},
    [CODE] = {.name = "code",
              .type = OD_TYPE_CODE,
              .pattern = "^([0-9]{2})$",
              .codelist = &list},
    [TEXT] = {.name = "text", .type = OD_TYPE_TEXT, .max_length = 3},
    [NUMBER] = {.name = "number",
                .type = OD_TYPE_INTEGER,
                .minimum = "-5",
                .maximum = "1000"},
    [MONEY] = {.name = "money",
               .type = OD_TYPE_DECIMAL,
               .scale = 2,
               .minimum = "0",
               .maximum = "100"},
    [FLAG] = {.name = "flag", .type = OD_TYPE_BOOLEAN},
    [DAY] = {.name = "day",
             .type = OD_TYPE_DATE,
             .minimum = "1950-01-01",
             .maximum = "2100-01-01"},
    [MOMENT] = {.name = "moment", .type = OD_TYPE_DATETIME, .maximum = "2100-01-01"},
    [NEEDED] = {.name = "needed", .type = OD_TYPE_TEXT, .required = true},
};
static const struct od_dataset dataset = {
    .id = "test", .fields = fields, .n_fields = FIELDS};

static const struct {
	size_t field;
	const char *in, *rule, *out; /* rule NULL: passes, as `out` */
} cells[] = {
    {ID, "0042", NULL, "42"},
    {ID, "-1", "type", NULL},
    {ID, "", "type", NULL},
    {ID, "4x", "type", NULL},
    {CODE, "10", NULL, "10"},
    {CODE, "12", "codelist", NULL},
    {CODE, "1", "pattern", NULL},
    {CODE, "100", "pattern", NULL},
    {CODE, "10\n", "pattern", NULL},
    {CODE, "๑๐", "pattern", NULL},
    {TEXT, "abc", NULL, "abc"},
    {TEXT, "กขค", NULL, "กขค"}, /* characters, not bytes */
    {TEXT, "กขคง", "max_length", NULL},
    {TEXT, "", NULL, ""},
    {NUMBER, "-5", NULL, "-5"},
    {NUMBER, "-6", "minimum", NULL},
    {NUMBER, "1000", NULL, "1000"},
    {NUMBER, "1001", "maximum", NULL},
    {NUMBER, "999", NULL, "999"}, /* as a number, not as a text */
    {NUMBER, "1.5", "type", NULL},
    {MONEY, "100", NULL, "100.00"},
    {MONEY, "100.01", "maximum", NULL},
    {MONEY, "-0.01", "minimum", NULL},
    {MONEY, "-0", NULL, "0.00"},
    {MONEY, "0.001", "type", NULL},
    {FLAG, "t", NULL, "true"},
    {FLAG, "0", NULL, "false"},
    {FLAG, "2", "type", NULL},
    {DAY, "2024-05-01", NULL, "2024-05-01"},
    {DAY, "2567-05-01", "maximum", NULL}, /* a Buddhist year */
    {DAY, "1949-12-31", "minimum", NULL},
    {DAY, "2024-05-32", "type", NULL},
    {MOMENT, "2024-05-01 10:00:00", NULL, "2024-05-01T10:00:00"},
    {MOMENT, "2567-05-01 10:00:00", "maximum", NULL},
    {MOMENT, "2100-01-01 00:00:01", "maximum", NULL},
    {NEEDED, "x", NULL, "x"},
};

static void
cells_are_made_canonical_and_judged(void **state)
{
	struct od_checker *c = od_checker_open(&dataset);
	struct od_arena row = {0};

	(void)state;
	for (size_t i = 0; i < sizeof(cells) / sizeof(*cells); i++) {
		struct od_pub cell = {.v = od_span_str(cells[i].in)};
		const char *rule = od_checker_cell(c, cells[i].field, &row, &cell);

		if (!rule != !cells[i].rule ||
		    (rule && strcmp(rule, cells[i].rule) != 0))
			fail_msg("%s '%s': %s", fields[cells[i].field].name,
			         cells[i].in, rule ? rule : "passes");
		if (!rule && !od_span_is(cell.v, cells[i].out))
			fail_msg("%s '%s' became '%.*s'", fields[cells[i].field].name,
			         cells[i].in, (int)cell.v.n, cell.v.p);
		od_arena_reset(&row);
	}
	od_arena_release(&row);
	od_checker_close(c);
}

static void
a_null_breaks_only_required(void **state)
{
	struct od_checker *c = od_checker_open(&dataset);
	struct od_arena row = {0};

	(void)state;
	for (size_t i = 0; i < FIELDS; i++) {
		struct od_pub cell = {.null = true};
		const char *rule = od_checker_cell(c, i, &row, &cell);

		if (i == NEEDED)
			assert_string_equal(rule, "required");
		else
			assert_null(rule);
	}
	od_arena_release(&row);
	od_checker_close(c);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(cells_are_made_canonical_and_judged),
	    cmocka_unit_test(a_null_breaks_only_required),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
