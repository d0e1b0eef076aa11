/*
 * The fixed sentences of a bundle's documents, both languages side by side. Lines end
 * with CRLF: the readers of a README open it with whatever Windows offers. No date of
 * the run stands in them, so that an unchanged bundle keeps its bytes.
 */
#include "stage/bundle_text.h"

#include <string.h>

#include "core/json.h"

#define NL "\r\n"

/* 1234567 as "1,234,567" */
static void
put_count(struct od_buf *b, uint64_t n)
{
	char digits[32];
	size_t k = 0;

	do {
		digits[k++] = (char)('0' + n % 10);
		n /= 10;
	} while (n);
	while (k) {
		od_buf_putc(b, digits[--k]);
		if (k && k % 3 == 0)
			od_buf_putc(b, ',');
	}
}

static void
put_lines(struct od_buf *b, const char *text)
{
	for (; *text; text++) {
		if (*text == '\n')
			od_buf_putc(b, '\r');
		od_buf_putc(b, *text);
	}
}

static void
put_tables(const struct od_stage_ctx *ctx, const struct od_bundle_readme *r,
           struct od_buf *b, bool thai)
{
	for (size_t i = 0; i < r->n; i++) {
		const struct od_artefact *f = r->tables[i];
		const struct od_dataset *d = od_dataset_find(ctx->spec, f->dataset);

		od_buf_printf(b, "%s" NL "  %s. %s" NL "  ", f->path,
		              thai ? d->title.th : d->title.en,
		              thai ? d->grain.th : d->grain.en);
		put_count(b, f->rows);
		od_buf_puts(b, thai           ? " แถว" NL
		               : f->rows == 1 ? " row" NL
		                              : " rows" NL);
	}
}

void
od_bundle_readme_th(const struct od_stage_ctx *ctx, const struct od_bundle_readme *r,
                    struct od_buf *b)
{
	const struct od_catalog *c = &ctx->spec->catalog;

	od_buf_printf(b, "%s" NL NL, r->title.th);
	put_lines(b, r->description.th);
	od_buf_puts(b, NL NL);
	if (r->newest[0])
		od_buf_printf(b, "รายการที่แก้ไขล่าสุดในชุดนี้: %s (เวลาประเทศไทย)" NL,
		              r->newest);
	od_buf_printf(b, "ข้อมูลรุ่นล่าสุดและผลการตรวจสอบคุณภาพ: %s" NL NL, ctx->base_url);
	od_buf_puts(b, "ตาราง" NL);
	put_tables(ctx, r, b, true);
	od_buf_puts(
	    b, NL
	    "เอกสารประกอบ" NL
	    "dictionary/        พจนานุกรมข้อมูล: ความหมายของทุกคอลัมน์ ภาษาไทยและอังกฤษ" NL
	    "vocab/             ความหมายของรหัส" NL
	    "datapackage.json   คำอธิบายสำหรับโปรแกรม (Data Package 2.0)" NL
	    "csv-metadata.json  คำอธิบายสำหรับโปรแกรม (CSV on the Web)" NL
	    "SHA256SUMS         ค่าตรวจสอบไฟล์ ตรวจด้วยคำสั่ง sha256sum -c SHA256SUMS" NL NL
	    "วิธีเปิด" NL
	    "ไฟล์ CSV เป็น UTF-8 คั่นด้วยจุลภาค บรรทัดแรกเป็นชื่อคอลัมน์ ช่องว่างหมายถึงไม่มีข้อมูล" NL
	    "ใน Excel ให้ใช้เมนู ข้อมูล > จากข้อความ/CSV แล้วเลือก 65001: Unicode (UTF-8)" NL
	    "หรือดาวน์โหลดไฟล์ .xlsx หรือ .excel.csv จากเว็บไซต์ รหัสเป็นข้อความ "
	    "โปรดอย่าแปลงเป็นตัวเลข" NL
	    "วันที่เป็นคริสต์ศักราช (ปปปป-ดด-วว) จำนวนเงินเป็นบาท" NL NL);
	od_buf_printf(b, "สัญญาอนุญาต" NL "%s" NL "%s" NL NL, c->license_title.th,
	              c->license_uri);
	od_buf_printf(b, "การอ้างอิง" NL "%s. %s [ชุดข้อมูล]. %s" NL NL, c->publisher.th,
	              r->title.th, ctx->base_url);
	od_buf_printf(b, "ติดต่อ" NL "%s" NL "%s  %s" NL, c->contact.th, c->contact_email,
	              c->contact_phone);
}

void
od_bundle_readme_en(const struct od_stage_ctx *ctx, const struct od_bundle_readme *r,
                    struct od_buf *b)
{
	const struct od_catalog *c = &ctx->spec->catalog;

	od_buf_printf(b, "%s" NL NL, r->title.en);
	put_lines(b, r->description.en);
	od_buf_puts(b, NL NL);
	if (r->newest[0])
		od_buf_printf(b, "Newest change in these tables: %s (Bangkok time)" NL,
		              r->newest);
	od_buf_printf(b, "Latest release and its quality report: %s" NL NL,
	              ctx->base_url);
	od_buf_puts(b, "Tables" NL);
	put_tables(ctx, r, b, false);
	od_buf_puts(
	    b, NL
	    "Documents" NL
	    "dictionary/        what each column means, in Thai and English" NL
	    "vocab/             what the codes mean" NL
	    "datapackage.json   description for programs (Data Package 2.0)" NL
	    "csv-metadata.json  description for programs (CSV on the Web)" NL
	    "SHA256SUMS         checksums; verify with: sha256sum -c SHA256SUMS" NL NL
	    "How to open" NL "CSV files are UTF-8, separated by commas, with column "
	    "names in the first" NL
	    "line; an empty cell means no value. In Excel choose Data > From Text/CSV "
	    "and" NL "65001: Unicode (UTF-8), or take the .xlsx or .excel.csv file "
	    "from the web" NL
	    "site. Ids and codes are text: do not turn them into numbers. Dates are" NL
	    "Common Era (YYYY-MM-DD); amounts are in baht." NL NL);
	od_buf_printf(b, "Licence" NL "%s" NL "%s" NL NL, c->license_title.en,
	              c->license_uri);
	od_buf_printf(b, "How to cite" NL "%s. %s [data set]. %s" NL NL,
	              c->publisher.en, r->title.en, ctx->base_url);
	od_buf_printf(b, "Contact" NL "%s" NL "%s  %s" NL, c->contact.en,
	              c->contact_email, c->contact_phone);
}

void
od_bundle_license(const struct od_catalog *c, struct od_buf *b)
{
	od_buf_printf(b, "%s" NL "%s" NL "%s" NL NL, c->title.th, c->license_title.th,
	              c->license_uri);
	od_buf_printf(b, "โปรดระบุที่มา: %s" NL NL, c->publisher.th);
	od_buf_printf(b, "%s" NL "%s" NL "%s" NL NL, c->title.en, c->license_title.en,
	              c->license_uri);
	od_buf_printf(b, "Attribute to: %s" NL, c->publisher.en);
}

/* Citation File Format 1.2.0; a JSON string is a YAML string. */
void
od_bundle_citation(const struct od_stage_ctx *ctx, struct od_buf *b)
{
	const struct od_catalog *c = &ctx->spec->catalog;
	const struct {
		const char *key, *text;
	} lines[] = {
	    {"cff-version: ", "1.2.0"},
	    {"message: ", "Please cite these data as below."},
	    {"type: ", "dataset"},
	    {"title: ", c->title.en},
	    {"abstract: ", c->description.en},
	    {"url: ", ctx->base_url},
	    {"license: ", c->license_id},
	    {"authors:\n  - name: ", c->publisher.en},
	    {"    website: ", c->publisher_homepage},
	};

	for (size_t i = 0; i < OD_ARRAY_LEN(lines); i++) {
		od_buf_puts(b, lines[i].key);
		od_json_string(b, od_span_str(lines[i].text));
		od_buf_putc(b, '\n');
	}
}
