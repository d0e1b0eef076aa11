/*
 * DCAT-AP 3.0.1 that CKAN's harvester also reads well. Every object node is typed, for
 * the profile's shapes; rdfs:label stands only where CKAN would otherwise show an IRI
 * (formats, media types, checksum algorithm). No named node is blank: CKAN would give
 * it another id each night.
 */
#include <string.h>

#include "core/utf8.h"
#include "fmt/format.h"
#include "stage/changes.h"
#include "stage/describe.h"
#include "stage/describe_graph.h"
#include "stage/emit_files.h"
#include "stage/upload_want.h"

#define EU "http://publications.europa.eu/resource/authority/"
#define IANA "https://www.iana.org/assignments/media-types/"
#define SHA256_ALGORITHM "http://spdx.org/rdf/terms#checksumAlgorithm_sha256"

struct dcat {
	const struct od_stage_ctx *ctx;
	const struct od_artefacts *files;
	struct od_graph *g;
	struct od_arena *a;
	const char *publisher, *contact; /* IRIs */
};

/* A core CKAN's own words. Its titles lack the version that the catalogue's has. */
static const struct {
	const char *uri;
	struct od_ckan_license license;
} ckan_licenses[] = {
    {"https://creativecommons.org/licenses/by/",
     {"cc-by", "Creative Commons Attribution"}},
    {"https://creativecommons.org/licenses/by-sa/",
     {"cc-by-sa", "Creative Commons Attribution Share-Alike"}},
    {"https://creativecommons.org/publicdomain/zero/",
     {"cc-zero", "Creative Commons CCZero"}},
};

struct od_ckan_license
od_ckan_license_of(const struct od_catalog *c)
{
	for (size_t i = 0; i < OD_ARRAY_LEN(ckan_licenses); i++)
		if (!strncmp(c->license_uri, ckan_licenses[i].uri,
		             strlen(ckan_licenses[i].uri)))
			return ckan_licenses[i].license;
	return (struct od_ckan_license){c->license_id, c->license_title.en};
}

/* An object node that is only named and typed. */
static void
refer(struct dcat *x, struct od_gnode *s, const char *p, const char *iri,
      const char *type)
{
	od_graph_node(x->g, iri, type);
	od_graph_iri(x->g, s, p, iri);
}

/* A node with a label, which is added once. */
static void
refer_labelled(struct dcat *x, struct od_gnode *s, const char *p, const char *iri,
               const char *type, const char *label)
{
	size_t before = x->g->n;
	struct od_gnode *o = od_graph_node(x->g, iri, type);

	if (x->g->n > before)
		od_graph_text(x->g, o, "rdfs:label", label);
	od_graph_iri(x->g, s, p, iri);
}

static const char *
eu(struct dcat *x, const char *table, const char *code)
{
	return od_arena_printf(x->a, EU "%s/%s", table, code);
}

static void
add_license(struct dcat *x, struct od_gnode *s)
{
	const struct od_catalog *c = &x->ctx->spec->catalog;
	size_t before = x->g->n;
	struct od_gnode *o = od_graph_node(x->g, c->license_uri, "dct:LicenseDocument");

	if (x->g->n > before)
		od_graph_text(x->g, o, "dct:title", od_ckan_license_of(c).title);
	od_graph_iri(x->g, s, "dct:license", c->license_uri);
}

static void
add_theme(struct dcat *x, struct od_gnode *s, const char *code)
{
	const struct od_codelist *themes = od_codelist_get(x->ctx->spec, "themes");
	const struct od_code *theme =
	    themes ? od_codelist_find(themes, od_span_str(code)) : NULL;
	const char *iri = eu(x, "data-theme", code);
	size_t before = x->g->n;
	struct od_gnode *o = od_graph_node(x->g, iri, "skos:Concept");

	if (x->g->n > before && theme) {
		od_graph_lang(x->g, o, "skos:prefLabel", theme->name_th, "th");
		od_graph_lang(x->g, o, "skos:prefLabel", theme->name_en, "en");
	}
	od_graph_iri(x->g, s, "dcat:theme", iri);
}

/*
 * CKAN refuses a whole dataset for one tag beyond letters, digits, space and - _ .; to
 * it the Thai vowels and tone marks above and below a letter are none of these.
 */
static bool
is_ckan_tag(const char *word)
{
	const char *p = word, *end = word + strlen(word);
	size_t n = 0;

	for (; p < end; n++) {
		uint32_t c;

		p += od_utf8_get(p, end, &c);
		if (c < 0x80) {
			if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
			      (c >= '0' && c <= '9') || strchr(" -_.", (int)c)))
				return false;
		} else if (!((c >= 0x0e01 && c <= 0x0e30) || c == 0x0e32 ||
		             c == 0x0e33 || (c >= 0x0e40 && c <= 0x0e46) ||
		             (c >= 0x0e50 && c <= 0x0e59))) {
			return false;
		}
	}
	return n >= 2 && n <= 100;
}

static void
add_keywords(struct dcat *x, struct od_gnode *s, const char *const *words,
             const char *lang)
{
	for (size_t i = 0; words && words[i]; i++)
		if (is_ckan_tag(words[i]))
			od_graph_lang(x->g, s, "dcat:keyword", words[i], lang);
}

static void
add_publisher(struct dcat *x)
{
	const struct od_catalog *c = &x->ctx->spec->catalog;
	static const char authority[] =
	    "http://purl.org/adms/publishertype/NationalAuthority";
	struct od_gnode *o = od_graph_node(x->g, x->publisher, "foaf:Agent"), *kind;

	od_graph_text2(x->g, o, "foaf:name", c->publisher);
	refer(x, o, "foaf:homepage", c->publisher_homepage, "foaf:Document");
	kind = od_graph_node(x->g, authority, "skos:Concept");
	od_graph_lang(x->g, kind, "skos:prefLabel", "National authority", "en");
	od_graph_iri(x->g, o, "dct:type", authority);
}

/* "+66 2 280 4085" -> "tel:+6622804085" */
static const char *
phone_iri(struct dcat *x, const char *phone)
{
	struct od_buf b = {0};
	const char *iri;

	od_buf_puts(&b, "tel:");
	for (; *phone; phone++)
		if ((*phone >= '0' && *phone <= '9') || *phone == '+')
			od_buf_putc(&b, *phone);
	iri = od_arena_str(x->a, od_buf_str(&b));
	od_buf_release(&b);
	return iri;
}

static void
add_contact(struct dcat *x)
{
	const struct od_catalog *c = &x->ctx->spec->catalog;
	struct od_gnode *o = od_graph_node(x->g, x->contact, "vcard:Organization");

	od_graph_node(x->g, x->contact, "vcard:Kind");
	od_graph_text2(x->g, o, "vcard:fn", c->contact);
	od_graph_iri(x->g, o, "vcard:hasEmail",
	             od_arena_printf(x->a, "mailto:%s", c->contact_email));
	od_graph_iri(x->g, o, "vcard:hasTelephone", phone_iri(x, c->contact_phone));
}

static void
add_checksum(struct dcat *x, struct od_gnode *s, const char *sha256)
{
	struct od_gnode *sum =
	    od_graph_blank(x->g, s, "spdx:checksum", "spdx:Checksum");

	refer_labelled(x, sum, "spdx:algorithm", SHA256_ALGORITHM,
	               "spdx:ChecksumAlgorithm", "sha256");
	od_graph_typed(x->g, sum, "spdx:checksumValue", sha256, "xsd:hexBinary");
}

static void
add_distribution(struct dcat *x, struct od_gnode *dataset, const struct od_dataset *d,
                 const struct od_listed *l)
{
	const char *iri = od_dataset_iri(x->a, x->ctx, d, l->name);
	const char *media = od_arena_printf(x->a, IANA "%s", l->file->media_type);
	struct od_gnode *s = od_graph_node(x->g, iri, "dcat:Distribution");
	struct od_text2 title = {
	    od_arena_printf(x->a, "%s: %s", d->title.th, l->title.th),
	    od_arena_printf(x->a, "%s: %s", d->title.en, l->title.en)};

	od_graph_iri(x->g, dataset, "dcat:distribution", iri);
	od_graph_text2(x->g, s, "dct:title", title);
	od_graph_text2(x->g, s, "dct:description", d->grain);
	od_graph_iri(x->g, s, "dcat:accessURL", od_landing_url(x->a, x->ctx, d));
	od_graph_iri(x->g, s, "dcat:downloadURL",
	             od_download_url(x->a, x->ctx, l->file));
	refer_labelled(x, s, "dcat:mediaType", media, "dct:MediaTypeOrExtent",
	               l->file->media_type);
	od_graph_node(x->g, media, "dct:MediaType");
	refer_labelled(x, s, "dct:format", eu(x, "file-type", l->eu_file_type),
	               "dct:MediaTypeOrExtent", l->eu_file_type);
	od_graph_typed(
	    x->g, s, "dcat:byteSize",
	    od_arena_printf(x->a, "%llu", (unsigned long long)l->file->bytes),
	    "xsd:nonNegativeInteger");
	add_checksum(x, s, l->file->sha256);
	add_license(x, s);
	od_graph_typed(x->g, s, "dct:modified", l->file->changed, "xsd:dateTime");
	refer(x, s, "dct:language", EU "language/THA", "dct:LinguisticSystem");
}

static void
add_period(struct dcat *x, struct od_gnode *s, const struct od_dataset *d)
{
	struct od_period p;
	struct od_gnode *period;

	if (!od_dataset_period(x->files, d, &p))
		return;
	period = od_graph_blank(x->g, s, "dct:temporal", "dct:PeriodOfTime");
	od_graph_typed(x->g, period, "dcat:startDate", p.from, "xsd:date");
	od_graph_typed(x->g, period, "dcat:endDate", p.to, "xsd:date");
}

/* The id that CKAN gets too. It does not depend on where a release lies. */
static void
add_identifier(struct dcat *x, struct od_gnode *s, const struct od_dataset *d)
{
	char id[OD_UUID_TEXT];
	const char *iri;

	od_want_dataset_id(&x->ctx->spec->catalog, d->id, id);
	iri = od_arena_printf(x->a, "urn:uuid:%s", id);
	od_graph_typed(x->g, od_graph_node(x->g, iri, "adms:Identifier"),
	               "skos:notation", id, "xsd:string");
	od_graph_iri(x->g, s, "adms:identifier", iri);
}

static void
add_dataset(struct dcat *x, struct od_gnode *catalog, const struct od_dataset *d)
{
	const struct od_catalog *c = &x->ctx->spec->catalog;
	const char *iri = od_dataset_iri(x->a, x->ctx, d, "dataset");
	struct od_gnode *s = od_graph_node(x->g, iri, "dcat:Dataset");
	struct od_listed listed[OD_MAX_LISTED];
	size_t n = od_listed_files(x->files, d, listed, OD_MAX_LISTED);
	const char *landing = od_landing_url(x->a, x->ctx, d);

	od_graph_iri(x->g, catalog, "dcat:dataset", iri);
	od_graph_text2(x->g, s, "dct:title",
	               (struct od_text2){od_latin_title(x->a, d), d->title.en});
	od_graph_text2(x->g, s, "dct:description", d->description);
	od_graph_text(x->g, s, "dct:identifier",
	              od_arena_printf(x->a, "%s-%s", c->id, d->id));
	add_identifier(x, s, d);
	od_graph_typed(x->g, s, "dct:modified", od_changes_of(x->ctx, x->files, d->id),
	               "xsd:dateTime");
	od_graph_text(x->g, s, "dcat:version", d->version);
	od_graph_text(x->g, s, "owl:versionInfo", d->version);
	add_keywords(x, s, d->keywords_th, "th");
	add_keywords(x, s, d->keywords_en, "en");
	add_theme(x, s, d->theme);
	refer(x, s, "dct:accrualPeriodicity", eu(x, "frequency", d->frequency),
	      "dct:Frequency");
	refer(x, s, "dct:language", EU "language/THA", "dct:LinguisticSystem");
	refer(x, s, "dct:spatial", EU "country/THA", "dct:Location");
	refer(x, s, "dct:accessRights", EU "access-right/PUBLIC",
	      "dct:RightsStatement");
	od_graph_iri(x->g, s, "dct:publisher", x->publisher);
	od_graph_iri(x->g, s, "dcat:contactPoint", x->contact);
	add_period(x, s, d);
	refer(x, s, "dcat:landingPage", landing, "foaf:Document");
	/* Without it CKAN's harvester puts its own address there. */
	od_graph_iri(x->g, s, "foaf:homepage", landing);
	refer(x, s, "foaf:page",
	      od_arena_printf(x->a, "%s%s", x->ctx->base_url,
	                      od_dictionary_path(x->a, d)),
	      "foaf:Document");
	for (size_t i = 0; i < n; i++)
		add_distribution(x, s, d, &listed[i]);
}

static struct od_gnode *
add_catalog(struct dcat *x)
{
	const struct od_catalog *c = &x->ctx->spec->catalog;
	struct od_gnode *s =
	    od_graph_node(x->g, od_arena_printf(x->a, "%s#catalog", x->ctx->base_url),
	                  "dcat:Catalog");
	struct od_gnode *themes;

	od_graph_text2(x->g, s, "dct:title", c->title);
	od_graph_text2(x->g, s, "dct:description", c->description);
	od_graph_iri(x->g, s, "dct:publisher", x->publisher);
	refer(x, s, "foaf:homepage", x->ctx->base_url, "foaf:Document");
	add_license(x, s);
	od_graph_typed(x->g, s, "dct:modified", od_changes_newest(x->ctx, x->files),
	               "xsd:dateTime");
	refer(x, s, "dct:language", EU "language/THA", "dct:LinguisticSystem");
	refer(x, s, "dct:language", EU "language/ENG", "dct:LinguisticSystem");
	refer(x, s, "dct:spatial", EU "country/THA", "dct:Location");
	themes = od_graph_node(x->g, EU "data-theme", "skos:ConceptScheme");
	od_graph_lang(x->g, themes, "dct:title", "Data theme", "en");
	od_graph_iri(x->g, s, "dcat:themeTaxonomy", EU "data-theme");
	return s;
}

/* Where the page stands. A harvester follows hydra:next from the first to the last. */
static void
add_view(struct dcat *x, const struct od_dcat_page *page)
{
	const char *base = x->ctx->base_url, *form = page->extension;
	const struct {
		const char *predicate;
		size_t number;
		bool is;
	} links[] = {
	    {"hydra:first", 0, true},
	    {"hydra:previous", page->number - 1, page->number > 0},
	    {"hydra:next", page->number + 1, page->number + 1 < page->of},
	    {"hydra:last", page->of - 1, true},
	};
	struct od_gnode *s =
	    od_graph_node(x->g,
	                  od_arena_printf(x->a, "%s%s", base,
	                                  od_dcat_page_path(x->a, page->number, form)),
	                  "hydra:PartialCollectionView");

	for (size_t i = 0; i < OD_ARRAY_LEN(links); i++)
		if (links[i].is)
			od_graph_iri(x->g, s, links[i].predicate,
			             od_arena_printf(x->a, "%s%s", base,
			                             od_dcat_page_path(
							 x->a, links[i].number, form)));
}

void
od_describe_dcat(const struct od_stage_ctx *ctx, const struct od_artefacts *files,
                 const struct od_dcat_page *page, struct od_graph *g)
{
	struct dcat x = {.ctx = ctx, .files = files, .g = g, .a = ctx->run};
	const struct od_catalog *c = &ctx->spec->catalog;
	size_t from = page->number * c->page, to = from + c->page;
	struct od_gnode *catalog;

	/* One node cannot be an organization and its web page. */
	x.publisher = strcmp(c->publisher_uri, c->publisher_homepage) != 0
	                  ? c->publisher_uri
	                  : od_arena_printf(x.a, "%s#publisher", ctx->base_url);
	x.contact = od_arena_printf(x.a, "%s#contact", ctx->base_url);
	catalog = add_catalog(&x);
	if (page->of > 1)
		add_view(&x, page);
	add_publisher(&x);
	add_contact(&x);
	for (size_t i = from; i < to && i < ctx->spec->n_datasets; i++)
		add_dataset(&x, catalog, &ctx->spec->datasets[i]);
}

void
od_describe_void(const struct od_stage_ctx *ctx, struct od_graph *g)
{
	static const char *const vocabularies[] = {
	    "http://www.w3.org/ns/dcat#", "http://purl.org/dc/terms/",
	    "http://xmlns.com/foaf/0.1/", "http://www.w3.org/ns/adms#"};
	static const char *const dumps[] = {"ttl", "jsonld", "rdf"};
	const struct od_catalog *c = &ctx->spec->catalog;
	struct od_arena *a = ctx->run;
	const char *self = od_arena_printf(a, "%svoid.ttl", ctx->base_url);
	const char *data = od_arena_printf(a, "%s#void", ctx->base_url);
	struct od_gnode *about = od_graph_node(g, self, "void:DatasetDescription");
	struct od_gnode *s = od_graph_node(g, data, "void:Dataset");
	size_t pages = (ctx->spec->n_datasets + c->page - 1) / c->page;

	od_graph_iri(g, about, "foaf:primaryTopic", data);
	od_graph_text2(g, s, "dct:title", c->title);
	od_graph_text2(g, s, "dct:description", c->description);
	od_graph_iri(g, s, "dct:license", c->license_uri);
	od_graph_iri(g, s, "foaf:homepage", ctx->base_url);
	od_graph_text(g, s, "void:uriSpace", ctx->base_url);
	od_graph_iri(g, s, "void:rootResource",
	             od_arena_printf(a, "%s#catalog", ctx->base_url));
	for (size_t i = 0; i < OD_ARRAY_LEN(dumps); i++)
		for (size_t k = 0; k < pages; k++)
			od_graph_iri(
			    g, s, "void:dataDump",
			    od_arena_printf(a, "%s%s", ctx->base_url,
			                    od_dcat_page_path(a, k, dumps[i])));
	for (size_t i = 0; i < OD_ARRAY_LEN(vocabularies); i++)
		od_graph_iri(g, s, "void:vocabulary", vocabularies[i]);
}
