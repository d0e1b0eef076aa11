/*
 * table.h - the tables of the operational database.
 *
 * od_schema is the whole DDL, the same text as schema.sql; od_tables lists what
 * a writer has to know of it, in the order in which references point back.
 */
#ifndef OD_OPDB_TABLE_H
#define OD_OPDB_TABLE_H

enum od_table_id {
	OD_ORG_UNIT,
	OD_PERSON,
	OD_PLAN_ITEM,
	OD_PROJECT,
	OD_PROJECT_APPROVAL,
	OD_PROJECT_PLAN_LINK,
	OD_PROJECT_AREA,
	OD_PROJECT_BUDGET,
	OD_DISBURSEMENT,
	OD_ACTIVITY,
	OD_INDICATOR,
	OD_PROGRESS_REPORT,
	OD_PROPOSAL,
	OD_TABLES
};

/* Most columns a table has. */
enum { OD_COLUMNS_MAX = 24 };

struct od_table {
	const char *name;
	const char *columns; /* separated by commas */
	unsigned ncolumns;
};

extern const struct od_table od_tables[OD_TABLES];

/* NULL-terminated: a literal may not be longer than 4,095 bytes. */
extern const char *const od_schema_tables[];
extern const char *const od_schema_indices[];

#endif
