#include "stage/statekey.h"

#include <errno.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>

#include "anon/anon.h"
#include "core/file.h"
#include "core/out.h"

enum { HEX_DIGITS = 2 * OD_ANON_KEY, FILE_BYTES = HEX_DIGITS + 1 };

static bool
is_used(const struct od_spec *spec)
{
	for (size_t i = 0; i < spec->n_datasets; i++)
		for (size_t f = 0; f < spec->datasets[i].n_fields; f++)
			if (!strcmp(spec->datasets[i].fields[f].anonymize,
			            od_anon_code.name))
				return true;
	return false;
}

static enum od_rc
make(const char *path, struct od_err *err)
{
	static const char digits[] = "0123456789abcdef";
	const struct od_out_opts opts = {.atomic = true, .mode = 0600};
	unsigned char key[OD_ANON_KEY];
	struct od_out *o;

	if (getrandom(key, sizeof(key), 0) != (ssize_t)sizeof(key))
		return od_err_sys(err, OD_KIND_KEY, errno, "cannot make a key");
	o = od_out_open(path, &opts);
	for (size_t i = 0; i < sizeof(key); i++) {
		od_out_putc(o, digits[key[i] >> 4]);
		od_out_putc(o, digits[key[i] & 15]);
	}
	od_out_putc(o, '\n');
	explicit_bzero(key, sizeof(key));
	return od_out_close(o, NULL, err);
}

static bool
read_hex(struct od_span text, unsigned char *key)
{
	static const char digits[] = "0123456789abcdef";

	if (text.n != FILE_BYTES || text.p[HEX_DIGITS] != '\n')
		return false;
	for (size_t i = 0; i < HEX_DIGITS; i++) {
		const char *at = memchr(digits, text.p[i], 16);

		if (!at)
			return false;
		key[i / 2] = (unsigned char)(key[i / 2] << 4 | (at - digits));
	}
	return true;
}

enum od_rc
od_state_key(const char *state, const char *name, const char *loss, struct od_arena *a,
             const unsigned char **out, struct od_err *err)
{
	const char *path = od_arena_printf(a, "%s/%s", state, name);
	unsigned char *key = od_arena_alloc(a, OD_ANON_KEY);
	struct od_span text;
	struct stat st;
	enum od_rc rc = OD_OK;

	*out = NULL;
	if (stat(path, &st) != 0) {
		rc = errno == ENOENT ? make(path, err)
		                     : od_err_sys(err, OD_KIND_KEY, errno,
		                                  "cannot open key '%s'", path);
	} else if (st.st_mode & 077) {
		rc = od_err_set(err, OD_KIND_KEY, "others may read the key '%s'", path);
		rc = od_err_hint(err, "chmod 600 %s", path);
	}
	if (!rc)
		rc = od_file_read(path, FILE_BYTES, a, &text, OD_KIND_KEY, err);
	if (rc)
		return rc;
	if (!read_hex(text, key)) {
		rc = od_err_set(err, OD_KIND_KEY, "'%s' is not a key", path);
		return od_err_hint(err, "bring back the file as it was; without it %s",
		                   loss);
	}
	*out = key;
	return OD_OK;
}

enum od_rc
od_code_key(const struct od_spec *spec, const char *state, struct od_arena *a,
            const unsigned char **out, struct od_err *err)
{
	*out = NULL;
	return is_used(spec) ? od_state_key(state, "code.key",
	                                    "every published code changes", a, out, err)
	                     : OD_OK;
}
