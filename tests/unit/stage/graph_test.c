#include "stage/describe_graph.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void
make(struct od_graph *g)
{
	struct od_gnode *s = od_graph_node(g, "http://x/ก?a=1&b", "dcat:Dataset"), *sum;

	od_graph_lang(g, s, "dct:title", "ก < \"b\" & c > d\r\n\\", "th");
	od_graph_typed(g, s, "dct:modified", "2026-01-01", "xsd:date");
	od_graph_iri(g, s, "dct:license", "http://y/");
	sum = od_graph_blank(g, s, "spdx:checksum", "spdx:Checksum");
	od_graph_text(g, sum, "spdx:checksumValue", "00");
}

/* What stands after the prefixes, which all forms share. */
static const char *
body(struct od_buf *b, const char *after)
{
	const char *at = strstr(od_buf_str(b), after);

	assert_non_null(at);
	return at + strlen(after);
}

static void
turtle_escapes(void **state)
{
	struct od_graph g = {0};
	struct od_buf b = {0};

	(void)state;
	make(&g);
	od_graph_turtle(&g, &b);
	assert_string_equal(
	    body(&b, "XMLSchema#> .\n\n"),
	    "<http://x/%E0%B8%81?a=1&b> a dcat:Dataset ;\n"
	    "  dct:title \"ก < \\\"b\\\" & c > d\\u000D\\u000A\\\\\"@th ;\n"
	    "  dct:modified \"2026-01-01\"^^xsd:date ;\n"
	    "  dct:license <http://y/> ;\n"
	    "  spdx:checksum [ a spdx:Checksum ; spdx:checksumValue \"00\" ] .\n");
	od_buf_release(&b);
	od_graph_release(&g);
}

static void
rdfxml_escapes(void **state)
{
	struct od_graph g = {0};
	struct od_buf b = {0};

	(void)state;
	make(&g);
	od_graph_rdfxml(&g, &b);
	assert_string_equal(
	    body(&b, "XMLSchema#\">\n"),
	    "<rdf:Description rdf:about=\"http://x/%E0%B8%81?a=1&amp;b\">\n"
	    "<rdf:type rdf:resource=\"http://www.w3.org/ns/dcat#Dataset\"/>\n"
	    "<dct:title xml:lang=\"th\">ก &lt; &quot;b&quot; &amp; c &gt; d&#13;\n"
	    "\\</dct:title>\n"
	    "<dct:modified rdf:datatype=\"http://www.w3.org/2001/XMLSchema#date\">"
	    "2026-01-01</dct:modified>\n"
	    "<dct:license rdf:resource=\"http://y/\"/>\n"
	    "<spdx:checksum><rdf:Description>\n"
	    "<rdf:type rdf:resource=\"http://spdx.org/rdf/terms#Checksum\"/>\n"
	    "<spdx:checksumValue>00</spdx:checksumValue>\n"
	    "</rdf:Description></spdx:checksum>\n"
	    "</rdf:Description>\n"
	    "</rdf:RDF>\n");
	od_buf_release(&b);
	od_graph_release(&g);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(turtle_escapes),
	    cmocka_unit_test(rdfxml_escapes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
