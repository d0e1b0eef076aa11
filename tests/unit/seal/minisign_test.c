#include "tree.h"

#include <fcntl.h>
#include <sys/wait.h>

static struct od_span
sign(struct tree *t, struct od_span bytes)
{
	struct od_secret_key *key;
	struct od_span text;
	struct od_err err;

	assert_int_equal(od_secret_key_open(t->key, &key, &err), OD_OK);
	text = od_minisign_sign(key, bytes, "serial:1\tcreated:x\tfile:manifest.json",
	                        &t->a);
	od_secret_key_close(key);
	return text;
}

static enum od_rc
verify(struct tree *t, struct od_span bytes, struct od_span signature)
{
	struct od_public_key pub;
	struct od_err err;

	assert_int_equal(od_public_key_load(t->pub, &pub, &err), OD_OK);
	return od_minisign_verify(&pub, bytes, signature, "x", &t->a, NULL, &err);
}

static void
what_is_signed_verifies_and_the_same_input_gives_the_same_signature(void **state)
{
	struct tree t;
	struct od_span text = OD_SPAN("hello"), one, two;

	(void)state;
	tree_open(&t);
	one = sign(&t, text);
	two = sign(&t, text);
	assert_true(od_span_equal(one, two));
	assert_int_equal(verify(&t, text, one), OD_OK);
	assert_int_equal(verify(&t, (struct od_span){0}, sign(&t, (struct od_span){0})),
	                 OD_OK);
	tree_close(&t);
}

/* The comment on the first line is the only thing that is not signed. */
static void
a_flipped_bit_of_text_or_signature_is_found(void **state)
{
	struct tree t;
	struct od_span signature, good = OD_SPAN("{\"serial\":1}");
	size_t first;

	(void)state;
	tree_open(&t);
	signature = sign(&t, good);
	first =
	    (size_t)((char *)memchr(signature.p, '\n', signature.n) - signature.p) + 1;
	for (size_t bit = 0; bit < 8 * good.n; bit++) {
		struct od_span bad = od_arena_dup(&t.a, good);
		char *p = od_arena_text(&t.a, bad.n);

		memcpy(p, bad.p, bad.n);
		p[bit / 8] = (char)(p[bit / 8] ^ 1 << bit % 8);
		assert_int_equal(verify(&t, (struct od_span){p, bad.n}, signature),
		                 OD_RUN);
	}
	for (size_t bit = 8 * first; bit < 8 * (signature.n - 1); bit++) {
		char *p = od_arena_text(&t.a, signature.n);

		memcpy(p, signature.p, signature.n);
		p[bit / 8] = (char)(p[bit / 8] ^ 1 << bit % 8);
		if (verify(&t, good, (struct od_span){p, signature.n}) == OD_OK)
			fail_msg("bit %zu of the signature may be flipped", bit);
	}
	for (size_t n = 0; n + 1 < signature.n; n++)
		assert_int_equal(verify(&t, good, (struct od_span){signature.p, n}),
		                 OD_RUN);
	tree_close(&t);
}

static void
another_key_does_not_verify(void **state)
{
	struct tree t, other;
	struct od_span text = OD_SPAN("hello"), signature;

	(void)state;
	tree_open(&t);
	tree_open(&other);
	signature = sign(&t, text);
	assert_int_equal(verify(&other, text, signature), OD_RUN);
	tree_close(&other);
	tree_close(&t);
}

static void
keys_in_use_are_not_overwritten(void **state)
{
	struct tree t;
	struct od_err err;

	(void)state;
	tree_open(&t);
	assert_int_equal(od_keygen(tree_path(&t, "keys"), &err), OD_RUN);
	assert_int_equal(err.kind, OD_KIND_KEY);
	assert_int_equal(unlink(t.pub), 0);
	assert_int_equal(od_keygen(tree_path(&t, "keys"), &err), OD_RUN);
	assert_false(od_file_exists(t.pub));
	tree_close(&t);
}

static void
refuse(struct tree *t, const char *word)
{
	struct od_secret_key *key;
	struct od_err err;

	assert_int_equal(od_secret_key_open(t->key, &key, &err), OD_RUN);
	assert_null(key);
	assert_int_equal(err.kind, OD_KIND_KEY);
	if (!strstr(err.msg, word))
		fail_msg("'%s' is not in: %s", word, err.msg);
}

static void
a_key_file_that_is_wrong_is_refused_with_its_reason(void **state)
{
	struct tree t;
	struct od_span damaged;
	size_t at;

	(void)state;
	tree_open(&t);
	chmod(t.key, 0640);
	refuse(&t, "may be read by others");
	chmod(t.key, 0600);
	/* Another letter of base64, so that the form stays right. */
	damaged = od_arena_dup(&t.a, tree_get(&t, "keys/odp.key"));
	at = damaged.n - 100;
	tree_put(&t, "keys/odp.key",
	         od_arena_printf(&t.a, "%.*s%c%s", (int)at, damaged.p,
	                         damaged.p[at] == 'A' ? 'B' : 'A', damaged.p + at + 1));
	chmod(t.key, 0600);
	refuse(&t, "damaged");
	tree_put(&t, "keys/odp.key", "untrusted comment: x\nnot base64\n");
	chmod(t.key, 0600);
	refuse(&t, "minisign's form");
	tree_put(&t, "keys/odp.key", "");
	chmod(t.key, 0600);
	refuse(&t, "minisign's form");
	unlink(t.key);
	refuse(&t, "No such file");
	tree_close(&t);
}

static int
run(const char *const *argv)
{
	pid_t pid = fork();
	int status;

	if (pid == 0) {
		int null = open("/dev/null", O_RDWR);

		dup2(null, 0);
		dup2(null, 1);
		dup2(null, 2);
		execvp(argv[0], (char *const *)(uintptr_t)argv);
		_exit(127);
	}
	waitpid(pid, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 255;
}

static void
the_minisign_program_and_we_read_each_other(void **state)
{
	struct tree t;
	struct od_span text = OD_SPAN("{\"serial\":1}\n"), signature;
	const char *file, *ours, *theirs;

	(void)state;
	tree_open(&t);
	if (run((const char *const[]){"minisign", "-v", NULL}) == 127) {
		tree_close(&t);
		skip();
	}
	tree_put(&t, "m", text.p);
	file = tree_path(&t, "m");
	ours = tree_path(&t, "m.minisig");
	theirs = tree_path(&t, "theirs");
	signature = sign(&t, text);
	tree_put(&t, "m.minisig", signature.p);
	assert_int_equal(run((const char *const[]){"minisign", "-V", "-m", file, "-x",
	                                           ours, "-p", t.pub, NULL}),
	                 0);
	/* Our key in its hands; prehashed and, with -l, the older form. */
	assert_int_equal(run((const char *const[]){"minisign", "-S", "-s", t.key, "-m",
	                                           file, "-x", theirs, NULL}),
	                 0);
	assert_int_equal(verify(&t, text, tree_get(&t, "theirs")), OD_OK);
	assert_int_equal(run((const char *const[]){"minisign", "-S", "-l", "-s", t.key,
	                                           "-m", file, "-x", theirs, NULL}),
	                 0);
	assert_int_equal(verify(&t, text, tree_get(&t, "theirs")), OD_OK);
	/* Its key in our hands. */
	assert_int_equal(run((const char *const[]){"minisign", "-G", "-W", "-f", "-s",
	                                           t.key, "-p", t.pub, NULL}),
	                 0);
	chmod(t.key, 0600);
	assert_int_equal(verify(&t, text, sign(&t, text)), OD_OK);
	tree_close(&t);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(
		what_is_signed_verifies_and_the_same_input_gives_the_same_signature),
	    cmocka_unit_test(a_flipped_bit_of_text_or_signature_is_found),
	    cmocka_unit_test(another_key_does_not_verify),
	    cmocka_unit_test(keys_in_use_are_not_overwritten),
	    cmocka_unit_test(a_key_file_that_is_wrong_is_refused_with_its_reason),
	    cmocka_unit_test(the_minisign_program_and_we_read_each_other),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
