#include "core/err.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "core/buf.h"

const struct od_status od_statuses[] = {
    {OD_KIND_NONE, 0, "done", "everything asked for was done", "nothing", "ทำงานครบถ้วน",
     "ไม่ต้องทำอะไร"},
    {OD_KIND_USAGE, 2, "usage", "the command line is wrong",
     "read the message and `odp help`", "คำสั่งหรือตัวเลือกผิด", "อ่านข้อความและ `odp help`"},
    {OD_KIND_CONFIG, 3, "config",
     "an option's value or the state directory is unusable",
     "correct the option or variable that the message names",
     "ค่าที่ตั้งไว้หรือโฟลเดอร์ state ใช้ไม่ได้", "แก้ตัวเลือกหรือตัวแปรที่ข้อความระบุ"},
    {OD_KIND_HELD, 4, "held",
     "a gate held the release back; the live release is untouched",
     "look at `odp status` and the findings; correct the source, or publish it with "
     "`odp release --accept` if the change is right",
     "ข้อมูลเปลี่ยนเกินเกณฑ์ จึงกักชุดใหม่ไว้ ชุดเดิมยังเผยแพร่อยู่",
     "ดู `odp status` และข้อค้นพบ ให้ต้นทางแก้ข้อมูล หรือยืนยันด้วย `odp release --accept` "
     "หากการเปลี่ยนถูกต้อง"},
    {OD_KIND_SOURCE, 5, "source",
     "the operational database is unreachable or lacks a declared column",
     "check address, role and network; compare the source with extract.sql",
     "ติดต่อฐานข้อมูลต้นทางไม่ได้ หรือขาดตารางหรือคอลัมน์ที่ประกาศไว้",
     "ตรวจที่อยู่ บทบาท และเครือข่าย เทียบต้นทางกับ extract.sql"},
    {OD_KIND_SCHEMA, 6, "schema", "a declaration below schemas/ is wrong",
     "correct file, line and column that the message names", "ไฟล์ใน schemas/ ผิด",
     "แก้ไฟล์ บรรทัด และคอลัมน์ที่ข้อความระบุ"},
    {OD_KIND_PRIVACY, 7, "privacy", "personal data was found in finished bytes",
     "do not publish; look at the rule and the file named, extend the detector or "
     "correct the source, run again",
     "พบข้อมูลส่วนบุคคลในไฟล์ที่เสร็จแล้ว จึงหยุดก่อนเผยแพร่",
     "ห้ามเผยแพร่ด้วยมือ ดูกฎและไฟล์ที่ระบุ แก้ต้นทางหรือเพิ่มกฎตรวจจับ แล้วรันใหม่"},
    {OD_KIND_IO, 8, "io", "reading or writing a file failed, often a full disk",
     "free space or repair the disk and run again; nothing was lost",
     "อ่านหรือเขียนไฟล์ไม่ได้ ส่วนใหญ่เพราะดิสก์เต็ม", "เพิ่มพื้นที่ว่างหรือซ่อมดิสก์แล้วรันใหม่ ไม่มีข้อมูลสูญหาย"},
    {OD_KIND_REMOTE, 9, "remote", "CKAN or another server refused or did not answer",
     "the release is live; run `odp upload` again when the server is well",
     "CKAN หรือเซิร์ฟเวอร์อื่นปฏิเสธหรือไม่ตอบ",
     "ชุดข้อมูลบนเว็บเผยแพร่แล้ว สั่ง `odp upload` ใหม่เมื่อเซิร์ฟเวอร์หายดี"},
    {OD_KIND_BUSY, 10, "busy", "another run holds the lock of this state directory",
     "wait for it to end; a killed run leaves no lock behind",
     "มีการรันอื่นทำงานอยู่บนโฟลเดอร์ state เดียวกัน", "รอให้เสร็จ รันที่ถูกปิดไม่ทิ้งล็อกค้าง"},
    {OD_KIND_VERIFY, 11, "verify", "a manifest, a hash or a signature does not hold",
     "do not serve or mirror that tree; fetch or build it again",
     "รายการไฟล์ ค่าแฮช หรือลายเซ็นไม่ตรง", "ห้ามให้บริการหรือทำสำเนาชุดนั้น ดึงมาใหม่หรือสร้างใหม่"},
    {OD_KIND_TEMPLATE, 12, "template", "a file below site-templates/ is wrong",
     "correct file and line that the message names", "ไฟล์ใน site-templates/ ผิด",
     "แก้ไฟล์และบรรทัดที่ข้อความระบุ"},
    {OD_KIND_KEY, 13, "key", "a key or token file is missing, unreadable or malformed",
     "check path, owner and mode; make a key pair with `odp keygen`",
     "ไฟล์กุญแจหรือโทเคนไม่มี อ่านไม่ได้ หรือผิดรูปแบบ",
     "ตรวจที่อยู่ เจ้าของ และโหมดของไฟล์ สร้างคู่กุญแจด้วย `odp keygen`"},
    {OD_KIND_DATA, 14, "data", "the checked table breaks its schema",
     "correct the rows that the lines on standard output name, or the schema",
     "ตารางที่ตรวจไม่ตรงกับโครงสร้าง", "แก้แถวที่ผลลัพธ์ระบุ หรือแก้โครงสร้าง"},
    {OD_KIND_INTERNAL, 70, "internal", "the program contradicted itself: a bug",
     "report it with the message and the version", "โปรแกรมผิดพลาดภายใน",
     "แจ้งผู้พัฒนาพร้อมข้อความและหมายเลขรุ่น"},
    {OD_KIND_NONE, 0, NULL, NULL, NULL, NULL, NULL},
};

static OD_PRINTF(3, 0) void vformat(char *to, size_t size, const char *fmt, va_list ap)
{
	if (vsnprintf(to, size, fmt, ap) < 0)
		to[0] = '\0';
}

enum od_rc
od_err_set(struct od_err *err, enum od_kind kind, const char *fmt, ...)
{
	va_list ap;

	err->rc = OD_RUN;
	err->kind = kind;
	err->hint[0] = '\0';
	err->step = err->step_th = NULL;
	va_start(ap, fmt);
	vformat(err->msg, sizeof(err->msg), fmt, ap);
	va_end(ap);
	return err->rc;
}

enum od_rc
od_err_sys(struct od_err *err, enum od_kind kind, int errnum, const char *fmt, ...)
{
	va_list ap;
	size_t n;

	err->rc = OD_RUN;
	err->kind = kind;
	err->hint[0] = '\0';
	err->step = err->step_th = NULL;
	va_start(ap, fmt);
	vformat(err->msg, sizeof(err->msg), fmt, ap);
	va_end(ap);
	n = strlen(err->msg);
	snprintf(err->msg + n, sizeof(err->msg) - n, ": %s", strerror(errnum));
	return err->rc;
}

enum od_rc
od_err_hint(struct od_err *err, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vformat(err->hint, sizeof(err->hint), fmt, ap);
	va_end(ap);
	return err->rc;
}

enum od_rc
od_err_wrap(struct od_err *err, const char *fmt, ...)
{
	char text[sizeof(err->msg)], head[256];
	va_list ap;

	va_start(ap, fmt);
	vformat(head, sizeof(head), fmt, ap);
	va_end(ap);
	memcpy(text, err->msg, sizeof(text));
	snprintf(err->msg, sizeof(err->msg), "%s: %.500s", head, text);
	return err->rc;
}

int
od_err_status(enum od_kind kind)
{
	for (const struct od_status *s = od_statuses; s->name; s++)
		if (s->kind == kind)
			return s->status;
	return 70;
}

const struct od_status *
od_err_row(const struct od_err *err)
{
	const struct od_status *s = od_statuses;

	while (s->name && s->kind != err->kind)
		s++;
	return s->name ? s : od_statuses;
}

void
od_err_text(const struct od_err *err, struct od_buf *b)
{
	const struct od_status *row = od_err_row(err);

	if (!err->msg[0])
		return;
	od_buf_printf(b, "odp: %s\n", err->msg);
	if (err->hint[0])
		od_buf_printf(b, "     hint: %s\n", err->hint);
	if (!err->step)
		return;
	od_buf_printf(b, "     step: %s; cause: %s\n     next: %s\n", err->step,
	              row->meaning, row->action);
	od_buf_printf(b, "     ขั้นตอน: %s\n     สาเหตุ: %s\n     สิ่งที่ต้องทำ: %s\n",
	              err->step_th, row->meaning_th, row->action_th);
}
