#include "seal/scan_inside.h"

#include <archive.h>
#include <archive_entry.h>
#include <sqlite3.h>
#include <string.h>

#include "core/buf.h"

/*
 * An archive within an archive (a workbook in a bundle) is read into memory, up to a
 * limit; deeper nesting is refused.
 */
enum { NESTED_LIMIT = 512 << 20, DEPTH = 3, PIECE = 256 << 10, EXPANDED_LIMIT_GB = 64 };

enum od_inside
od_inside_find(const char *p, size_t n)
{
	static const struct {
		const char *magic;
		size_t n;
		enum od_inside inside;
	} magics[] = {
	    {"PK\3\4", 4, OD_INSIDE_ARCHIVE},
	    {"PK\5\6", 4, OD_INSIDE_ARCHIVE},
	    {"\x1f\x8b", 2, OD_INSIDE_ARCHIVE},
	    {"\xfd"
	     "7zXZ",
	     5, OD_INSIDE_ARCHIVE},
	    {"\x28\xb5\x2f\xfd", 4, OD_INSIDE_ARCHIVE},
	    {"BZh", 3, OD_INSIDE_ARCHIVE},
	    {"SQLite format 3", 16, OD_INSIDE_SQLITE},
	    {"PAR1", 4, OD_INSIDE_PARQUET},
	    {"\x89PNG\r\n", 6, OD_INSIDE_OPAQUE},
	    {"\xff\xd8\xff", 3, OD_INSIDE_OPAQUE},
	    {"wOFF", 4, OD_INSIDE_OPAQUE},
	    {"wOF2", 4, OD_INSIDE_OPAQUE},
	    /* The index of the search page: bits, in which anything is found by chance.
	     * The texts it is made of lie beside it and are looked at. */
	    {"\x89ODPIX1\n", 8, OD_INSIDE_OPAQUE},
	};

	for (size_t i = 0; i < OD_ARRAY_LEN(magics); i++)
		if (n >= magics[i].n && !memcmp(p, magics[i].magic, magics[i].n))
			return magics[i].inside;
	return OD_INSIDE_TEXT;
}

struct inside {
	struct od_scan *scan;
	struct od_scan_hits *hits;
	const char *path;
	struct od_err *err;
};

static enum od_rc scan_archive(struct inside *in, struct archive *ar, unsigned depth);

static enum od_rc
unreadable(struct inside *in, struct archive *ar)
{
	const char *why = archive_error_string(ar);

	return od_err_set(in->err, OD_KIND_IO, "cannot look into '%s': %.200s",
	                  in->path, why ? why : "not an archive");
}

static struct archive *
new_archive(void)
{
	struct archive *ar = archive_read_new();

	if (ar) {
		archive_read_support_filter_all(ar);
		archive_read_support_format_zip(ar);
		archive_read_support_format_raw(ar);
	}
	return ar;
}

/* The rest of an entry whose first bytes say that it is an archive itself. */
static enum od_rc
scan_nested(struct inside *in, struct archive *ar, const char *first, size_t n,
            unsigned depth)
{
	struct od_buf b = {0};
	struct archive *nested;
	enum od_rc rc = OD_OK;
	la_ssize_t got;

	if (depth >= DEPTH)
		return od_err_set(
		    in->err, OD_KIND_IO,
		    "cannot look into '%s': archives in archives in archives",
		    in->path);
	od_buf_put(&b, first, n);
	while ((got = archive_read_data(ar, od_buf_room(&b, PIECE), PIECE)) > 0) {
		b.n += (size_t)got;
		if (b.n > NESTED_LIMIT)
			break;
	}
	if (got < 0)
		rc = unreadable(in, ar);
	else if (got > 0)
		rc = od_err_set(in->err, OD_KIND_IO,
		                "cannot look into '%s': an archive in it is too large",
		                in->path);
	nested = rc ? NULL : new_archive();
	if (!rc &&
	    (!nested || archive_read_open_memory(nested, b.p, b.n) != ARCHIVE_OK))
		rc = nested
		         ? unreadable(in, nested)
		         : od_err_set(in->err, OD_KIND_IO, "no memory for an archive");
	if (!rc)
		rc = scan_archive(in, nested, depth + 1);
	archive_read_free(nested);
	od_buf_release(&b);
	return rc;
}

static enum od_rc
scan_entry(struct inside *in, struct archive *ar, unsigned depth)
{
	struct od_buf b = {0};
	enum od_rc rc = OD_OK;
	bool first = true;
	la_ssize_t n;

	od_buf_room(&b, PIECE);
	od_scan_start(in->scan);
	while (!rc && (n = archive_read_data(ar, b.p, PIECE)) != 0) {
		enum od_inside inside = OD_INSIDE_TEXT;

		if (n < 0)
			rc = unreadable(in, ar);
		else if (first)
			inside = od_inside_find(b.p, (size_t)n);
		first = false;
		if (rc || inside == OD_INSIDE_OPAQUE)
			break;
		if (inside == OD_INSIDE_SQLITE || inside == OD_INSIDE_PARQUET) {
			rc = od_err_set(
			    in->err, OD_KIND_IO,
			    "cannot look into '%s': a %s in an archive", in->path,
			    inside == OD_INSIDE_SQLITE ? "database" : "Parquet file");
			break;
		}
		if (inside == OD_INSIDE_ARCHIVE) {
			rc = scan_nested(in, ar, b.p, (size_t)n, depth);
			break;
		}
		od_scan_put(in->scan, b.p, (size_t)n);
	}
	od_scan_end(in->scan, in->hits);
	od_buf_release(&b);
	return rc;
}

static enum od_rc
scan_archive(struct inside *in, struct archive *ar, unsigned depth)
{
	struct archive_entry *entry;
	enum od_rc rc = OD_OK;
	int got;

	while (!rc && (got = archive_read_next_header(ar, &entry)) != ARCHIVE_EOF) {
		const char *name;

		if (got != ARCHIVE_OK && got != ARCHIVE_WARN)
			return unreadable(in, ar);
		name = archive_entry_pathname(entry);
		od_scan_start(in->scan);
		od_scan_put(in->scan, name ? name : "", name ? strlen(name) : 0);
		od_scan_end(in->scan, in->hits);
		if (archive_entry_filetype(entry) == AE_IFREG ||
		    archive_entry_filetype(entry) == 0)
			rc = scan_entry(in, ar, depth);
	}
	return rc;
}

static enum od_rc
scan_archive_file(struct inside *in)
{
	struct archive *ar = new_archive();
	enum od_rc rc;

	if (!ar)
		return od_err_set(in->err, OD_KIND_IO, "no memory for an archive");
	if (archive_read_open_filename(ar, in->path, PIECE) != ARCHIVE_OK)
		rc = unreadable(in, ar);
	else
		rc = scan_archive(in, ar, 0);
	archive_read_free(ar);
	return rc;
}

/*
 * A database is read cell by cell: in its pages cells stand without a gap, and two
 * neighbours make numbers that nobody wrote. Freed pages may still hold rows that were
 * deleted, so there must be none.
 */
static enum od_rc
scan_table(struct inside *in, sqlite3 *db, const char *name)
{
	char *sql = sqlite3_mprintf("select * from \"%w\"", name);
	sqlite3_stmt *rows = NULL;
	int columns, got;

	if (!sql || sqlite3_prepare_v2(db, sql, -1, &rows, NULL) != SQLITE_OK) {
		sqlite3_free(sql);
		return od_err_set(in->err, OD_KIND_IO, "cannot look into '%s': %s",
		                  in->path, sqlite3_errstr(sqlite3_errcode(db)));
	}
	sqlite3_free(sql);
	columns = sqlite3_column_count(rows);
	od_scan_start(in->scan);
	while ((got = sqlite3_step(rows)) == SQLITE_ROW)
		for (int i = 0; i < columns; i++) {
			const unsigned char *text = sqlite3_column_text(rows, i);

			if (!text)
				continue;
			od_scan_put(in->scan, text,
			            (size_t)sqlite3_column_bytes(rows, i));
			od_scan_put(in->scan, "\n", 1);
		}
	od_scan_end(in->scan, in->hits);
	sqlite3_finalize(rows);
	if (got != SQLITE_DONE)
		return od_err_set(in->err, OD_KIND_IO, "cannot look into '%s': %s",
		                  in->path, sqlite3_errstr(got));
	return OD_OK;
}

static enum od_rc
scan_tables(struct inside *in, sqlite3 *db)
{
	sqlite3_stmt *tables = NULL;
	enum od_rc rc = OD_OK;
	int got;

	if (sqlite3_prepare_v2(db, "pragma freelist_count", -1, &tables, NULL) !=
	        SQLITE_OK ||
	    sqlite3_step(tables) != SQLITE_ROW)
		rc = od_err_set(in->err, OD_KIND_IO, "cannot look into '%s': %s",
		                in->path, sqlite3_errstr(sqlite3_errcode(db)));
	else if (sqlite3_column_int64(tables, 0) > 0)
		rc = od_err_set(
		    in->err, OD_KIND_PRIVACY,
		    "database '%s' has freed pages, which may hold deleted rows",
		    in->path);
	sqlite3_finalize(tables);
	tables = NULL;
	if (rc)
		return rc;
	if (sqlite3_prepare_v2(
		db,
		"select name from sqlite_master where type='table' "
		"and name not like 'sqlite\\_%' escape '\\' order by name",
		-1, &tables, NULL) != SQLITE_OK)
		return od_err_set(in->err, OD_KIND_IO, "cannot look into '%s': %s",
		                  in->path, sqlite3_errstr(sqlite3_errcode(db)));
	while (!rc && (got = sqlite3_step(tables)) == SQLITE_ROW)
		rc = scan_table(in, db, (const char *)sqlite3_column_text(tables, 0));
	sqlite3_finalize(tables);
	return rc;
}

static enum od_rc
scan_database(struct inside *in)
{
	char *uri = sqlite3_mprintf("file:%s?immutable=1", in->path);
	sqlite3 *db = NULL;
	enum od_rc rc;

	if (!uri || sqlite3_open_v2(uri, &db, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI,
	                            NULL) != SQLITE_OK)
		rc = od_err_set(in->err, OD_KIND_IO, "cannot look into '%s'", in->path);
	else
		rc = scan_tables(in, db);
	sqlite3_close(db);
	sqlite3_free(uri);
	return rc;
}

enum od_rc
od_inside_scan(struct od_scan *scan, enum od_inside inside, const char *path,
               struct od_scan_hits *hits, struct od_err *err)
{
	struct inside in = {.scan = scan, .hits = hits, .path = path, .err = err};

	if (inside == OD_INSIDE_ARCHIVE)
		return scan_archive_file(&in);
	if (inside == OD_INSIDE_SQLITE)
		return scan_database(&in);
	if (inside == OD_INSIDE_PARQUET)
		return od_parquet_scan(scan, path, hits, err);
	return OD_OK;
}
