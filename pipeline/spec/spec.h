/*
 * spec.h - what schemas/ declares, as const structs.
 *
 * Loaded once, checked whole, never changed. Everything lives in the arena given to
 * od_spec_load() and may be read from several threads. Field of schemas/README.md and
 * member of a struct here have the same name.
 */
#ifndef OD_SPEC_SPEC_H
#define OD_SPEC_SPEC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/arena.h"
#include "core/err.h"
#include "core/hash.h"
#include "core/span.h"

struct od_node;

/* A text in both languages; neither is NULL or empty. */
struct od_text2 {
	const char *th, *en;
};

/* A controlled list, schemas/vocab/<id>.csv:
 * code,name_th,name_en[,valid_from,valid_to]. */
struct od_code {
	const char *code, *name_th, *name_en;
	const char *valid_from, *valid_to; /* ISO dates or "" */
};
struct od_codelist {
	const char *id;
	const struct od_code *codes; /* sorted by code */
	size_t n;
};

/* NULL if there is no such code. */
const struct od_code *od_codelist_find(const struct od_codelist *list,
                                       struct od_span code);

/* What a finding of a check that is not a dataset's own means, and how to mend it. */
struct od_advice {
	const char *rule;
	struct od_text2 title, mend;
};

enum od_type {
	OD_TYPE_ID, /* identifier of 1 to 18 digits: text to users, integer in order */
	OD_TYPE_CODE, /* short text without meaning as a number: keeps leading zeros */
	OD_TYPE_TEXT, /* prose */
	OD_TYPE_INTEGER,
	OD_TYPE_DECIMAL,  /* exact decimal text with `scale` digits after the point */
	OD_TYPE_BOOLEAN,  /* "true" or "false" */
	OD_TYPE_DATE,     /* YYYY-MM-DD, Common Era */
	OD_TYPE_DATETIME, /* YYYY-MM-DDThh:mm:ss, Bangkok time, Common Era */
};
extern const char *const od_type_names[]; /* as in dataset.yaml; NULL-terminated */

struct od_catalog;
struct od_dataset;

struct od_field {
	const char *name;
	enum od_type type;
	struct od_text2 title, description;
	const char *anonymize;    /* method: "public", "redact", ... (anon/anon.h) */
	const char *anonymize_to; /* its argument: "year", "1000"; or NULL */
	const char *policy;       /* both as one text: "generalize: year" */
	int64_t suppress_below;   /* counts of persons from 1 up to here are not
	                             published; 0: no such limit */
	bool required, unique;
	unsigned scale;                /* decimal: digits after the point */
	const char *minimum, *maximum; /* as written, or NULL */
	size_t max_length;             /* characters; 0: no limit of its own */
	const char *pattern; /* POSIX extended regular expression, anchored; or NULL */
	const struct od_codelist *codelist;   /* or NULL */
	const struct od_dataset *ref_dataset; /* foreign key, or NULL */
	const struct od_field *ref_field;
	struct {
		const char *since, *until, *use; /* ISO dates, a column; or NULL */
	} deprecated;
	const char *unit;    /* "baht", "percent"; or NULL */
	const char *example; /* or NULL */
};

/* One way to cut a dataset into parts: data/<id>/<by>=<value>/<id>.<ext>. */
struct od_partition {
	const char *by;               /* column whose value names the part */
	const struct od_dataset *via; /* NULL: own column; else looked up there ... */
	const char *on;               /* ... by this common column */
	const struct od_field *field; /* the column `by`, of this dataset or of `via` */
	const char *const *formats;   /* NULL-terminated names of fmt/ */
};

/* Rows that are alike in `on` add up to one row of another dataset. */
struct od_total {
	const struct od_dataset *dataset;
	const char *const *on; /* NULL-terminated columns of both */
};

enum od_effect {
	OD_EFFECT_REJECT, /* the row is not published */
	OD_EFFECT_PARENT, /* the row's parent row is not published (and so its children)
	                   */
	OD_EFFECT_WARN,   /* counted only */
};

/* A check over the whole set: `where` is an SQL condition over the snapshot, row alias
 * r. */
struct od_rule {
	const char *name;
	const char *where;
	enum od_effect effect;
	struct od_text2 title;
	struct od_text2 mend; /* what whoever enters the data does about it */
};

/* When a release is held back. Ratios are 0..1; a negative one means: no such gate. */
struct od_limits {
	double max_rejected;   /* rejected rows of rows read */
	double max_withheld;   /* withheld texts of rows read */
	double max_drop;       /* fewer rows than in the last release */
	double max_fill_drop;  /* a column's filled share against the last release */
	double max_growth;     /* more rows than in the last release */
	double max_sum_change; /* a column of `sums` against the last release */
	double max_redaction_change; /* share of rows with something cut, as a ratio */
	const char *const *groups;   /* columns, its own or its parent's, whose values
	                                are watched one by one; NULL-terminated */
	double max_group_change;     /* rows and sums of one group */
	double max_group_fill_drop;  /* a column's filled share in one group */
};

/* What a dataset says of natural persons. */
struct od_persons {
	bool said, are; /* `persons:` stands there; its rows are about persons */
	const struct od_field *const *quasi; /* what an outsider may know of one */
	size_t n_quasi;
	int64_t k; /* each class of equal `quasi` has at least so many rows */
};

/* How the stage `analyze` makes a dataset: `analysis:` in dataset.yaml. */
struct od_analysis {
	const char *kind; /* "similar", "groups" (stage/analyze.h); NULL: it does not */
	const char *const *texts; /* columns of analyze.sql that are compared */
	const double *weights;    /* one a text */
	size_t n_texts;
	size_t n_phrases; /* shared phrases are looked for in so many of them */
	double threshold; /* likeness from which a pair counts, 0 to 1 */
};

struct od_dataset {
	const char *id;
	const char *version; /* semver of the schema */
	struct od_text2 title, description, grain;
	const char *const *keywords_th, *const *keywords_en; /* NULL-terminated */
	const char *theme;     /* code of vocab/themes.csv (EU data theme) */
	const char *frequency; /* code of vocab/frequencies.csv */
	const struct od_field *fields;
	size_t n_fields;
	const struct od_field *const *key; /* primary key, and the order of rows */
	size_t n_key;
	const struct od_dataset *parent; /* rows go with their parent; NULL: a root */
	const char *parent_on;           /* the common column */
	const struct od_field *const *owner; /* columns that name ministry and
	                                        department; or none */
	size_t n_owner;
	bool reject_parent; /* a row that fails a check costs its parent row too */
	bool derived;       /* made from the snapshot, not extracted */
	struct od_analysis
	    analysis;               /* derived by the stage analyze, not by SQL alone */
	const char *sql;            /* text of extract.sql, derive.sql or analyze.sql */
	const char *const *formats; /* NULL-terminated names of fmt/ */
	const char *const *bundle;  /* formats that go into zip bundles */
	const struct od_partition *partitions;
	size_t n_partitions;
	const struct od_rule *rules;
	size_t n_rules;
	const char *const *sums; /* columns whose total is watched; NULL-terminated */
	struct od_limits limits;
	struct od_persons persons;
	const struct od_total *totals; /* adds_up_to: counts with suppress_below */
	size_t n_totals;
	const char *about_th, *about_en; /* Markdown */
	const struct od_node *gdc;       /* GD Catalog metadata, as declared; or NULL */
	const char *dir;                 /* schemas/datasets/<id> */
	const struct od_catalog *catalog; /* that lists it; NULL: none */
};

/*
 * JSON files made of the snapshot by one query: schemas/exports/<id>.yaml. Rows whose
 * columns of `path` are equal make one file.
 */
struct od_export {
	const char *id;
	struct od_text2 title, description;
	const char *path; /* "api/v1/divisions/{code}.json": columns in braces */
	const char *rows; /* SQL: these columns, `json`, and maybe `changed` */
	const char *cuts; /* SQL: keys to cut the work by, :from and :to of `rows`; or
	                     NULL. Rows of one file lie under one key */
	const char *head, *tail; /* around the rows of a file; or "" */
	const char *example; /* a copy of the file with the newest change; or NULL */
	const char *schema;  /* JSON Schema of one file, as JSON */
	const struct od_node *columns; /* what the columns of `path` mean */
};

/* What the parts of a quality score count (stage/score.h), in percent: 100 in all. */
struct od_weights {
	int64_t valid, clean, filled;
};

struct od_catalog {
	const char *id; /* short ASCII name: prefix of file titles and of IRIs */
	struct od_text2 title, description;
	struct od_text2 publisher;
	const char *publisher_uri, *publisher_homepage;
	struct od_text2 contact; /* name of the office */
	const char *contact_email, *contact_phone;
	const char *license_id, *license_uri;
	struct od_text2 license_title;
	const char *base_url; /* default of --base-url; ends with '/' */
	struct od_text2 spatial;
	const struct od_dataset
	    *created_dataset; /* the newest value of this column is ... */
	const struct od_field *created_field; /* ... the date of a release */
	unsigned keep_newest, keep_months;    /* retention of old releases */
	unsigned keep_days;                   /* 0: of any age */
	uint64_t keep_bytes; /* of all releases together; 0: no limit */
	struct od_weights score;
	unsigned keep_changes;      /* releases whose deltas are kept, the newest too */
	uint64_t keep_change_bytes; /* ... and bytes of all of them */
	unsigned page;              /* datasets on one page of the DCAT catalogue */
	uint64_t small_rows;        /* a table of so many rows at most ... */
	const char *const *small_formats; /* ... has these forms besides its own */
	struct od_text2 api;              /* about the exports below api/; or NULLs */
	const struct od_node *node; /* the whole file, for what is read as it is */
};

struct od_spec {
	const char *dir;
	struct od_catalog catalog;
	const struct od_dataset *datasets; /* in the order of catalog.yaml */
	size_t n_datasets;
	const struct od_codelist *codelists; /* sorted by id */
	size_t n_codelists;
	const struct od_export *exports; /* in the order of catalog.yaml */
	size_t n_exports;
	const struct od_advice *advice; /* schemas/advice.yaml, in its order */
	size_t n_advice;
	char hash[OD_SHA256_HEX]; /* of every file below schemas/ that counts */
};

/* Reads and checks schemas/. Any fault is an OD_KIND_SCHEMA error with its place. */
OD_CHECKED enum od_rc od_spec_load(const char *dir, struct od_arena *a,
                                   const struct od_spec **out, struct od_err *err);

/* NULL if there is none. */
const struct od_dataset *od_dataset_find(const struct od_spec *s, const char *id);
const struct od_advice *od_advice_find(const struct od_spec *s, const char *rule);
const struct od_codelist *od_codelist_get(const struct od_spec *s, const char *id);
const struct od_field *od_field_find(const struct od_dataset *d, const char *name);

/* Position of a field in d->fields. */
size_t od_field_index(const struct od_dataset *d, const struct od_field *f);

/* The SQL type of the snapshot's column: INTEGER or TEXT. */
const char *od_type_sql(enum od_type t);

#endif
