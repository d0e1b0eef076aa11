/* fuzz_yaml.c - declarations: any bytes are read as a tree or refused with their place.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "core/utf8.h"
#include "spec/yaml.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void
walk(const struct od_node *node, unsigned depth)
{
	if (depth > OD_YAML_DEPTH || !node->line || !node->column)
		abort();
	if (node->kind == OD_NODE_SCALAR) {
		if (node->text.p[node->text.n] ||
		    strlen(node->text.p) != node->text.n ||
		    !od_utf8_is_valid(node->text))
			abort();
		return;
	}
	for (size_t i = 0; i < node->n; i++) {
		walk(&node->items[i], depth + 1);
		if (node->kind != OD_NODE_MAP)
			continue;
		/* each key once: what is found by its name is this one */
		if (strlen(node->keys[i].text.p) == node->keys[i].text.n &&
		    od_node_find(node, node->keys[i].text.p) != &node->items[i])
			abort();
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static int fd = -1;
	struct od_arena a = {0};
	const struct od_node *root;
	struct od_err err;
	char path[64];

	if (fd < 0)
		fd = memfd_create("yaml", 0);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	if (ftruncate(fd, 0) != 0 || pwrite(fd, data, n, 0) != (ssize_t)n)
		abort();
	if (od_yaml_load(path, OD_KIND_SCHEMA, &a, &root, &err) == OD_OK)
		walk(root, 0);
	else if (err.kind != OD_KIND_SCHEMA ||
	         strncmp(err.msg, path, strlen(path)) != 0)
		abort();
	od_arena_release(&a);
	return 0;
}
