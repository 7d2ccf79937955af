// SPDX-License-Identifier: GPL-2.0-only
/* The frame of a page, its style, and text that cannot be markup. */
#include "report/html.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

/* In the light and in the dark; a class is told by its letter as well. */
static const char style[] =
	":root{color-scheme:light dark;--ink:#1b1b1b;--paper:#fff;--soft:#f3f4f6;--line:#c9ccd1;"
	"--dim:#5c6470;--right:#e6f2e8;--on-right:#2c6638;--foreign:#c62828;--on-foreign:#fff;"
	"--stale:#f4a300;--on-stale:#000;--init:#1565c0;--on-init:#fff;--shifted:#7b1fa2;"
	"--on-shifted:#fff;--flipped:#00838f;--on-flipped:#fff;--unknown:#424242;--on-unknown:#fff}"
	"\n"
	"@media(prefers-color-scheme:dark){:root{--ink:#e6e6e6;--paper:#16181b;--soft:#22252a;"
	"--line:#454a52;--dim:#a4acb8;--right:#1d3524;--on-right:#8fd19e;--foreign:#ff5c57;"
	"--on-foreign:#000;--stale:#ffc04d;--init:#64b5f6;--on-init:#000;--shifted:#d59be3;"
	"--on-shifted:#000;--flipped:#4dd0e1;--on-flipped:#000;--unknown:#c4c4c4;"
	"--on-unknown:#000}}\n"
	"*{box-sizing:border-box}\n"
	"body{font:16px/1.5 system-ui,sans-serif;color:var(--ink);background:var(--paper);"
	"max-width:72rem;margin:1.5rem auto;padding:0 1rem}\n"
	"h1{font-size:1.7rem;line-height:1.25;margin:0 0 .5rem}\n"
	"h2{font-size:1.25rem;margin:2.2rem 0 .6rem;border-bottom:1px solid var(--line)}\n"
	"h3{font-size:1rem;margin:1rem 0 .3rem}\n"
	"p{margin:.4rem 0}\n"
	".lead{font-size:1.15rem;border-left:.4rem solid var(--foreign);padding-left:.8rem}\n"
	".facts{display:flex;flex-wrap:wrap;gap:.6rem;margin:1rem 0;padding:0;list-style:none}\n"
	".facts li{background:var(--soft);border-radius:.4rem;padding:.4rem .8rem}\n"
	".facts small,.dim,figcaption{color:var(--dim)}\n"
	".facts small{display:block}\n"
	".facts b{font-size:1.15rem}\n"
	"pre{background:var(--soft);padding:.7rem 1rem;border-radius:.4rem;overflow-x:auto;"
	"font:13px/1.45 ui-monospace,monospace}\n"
	"table{border-collapse:collapse}\n"
	".wide{overflow-x:auto}\n"
	".list th,.list td{border-bottom:1px solid var(--line);padding:.15rem .7rem .15rem 0;"
	"text-align:left;vertical-align:top;font-size:.9rem}\n"
	"code,.list td.v{font-family:ui-monospace,monospace;white-space:nowrap}\n"
	".maps{display:flex;flex-wrap:wrap;gap:1.2rem 2.4rem;align-items:flex-start}\n"
	".maps .maps{gap:.6rem 1.1rem}\n"
	".map{font:12px/1 ui-monospace,monospace}\n"
	".map th{font-weight:normal;text-align:right;padding:0 .5em 0 0;white-space:nowrap}\n"
	".map thead th{text-align:center;padding:0 0 .3em;color:var(--dim)}\n"
	".map td{width:1.75em;height:1.6em;text-align:center;border:1px solid var(--paper);"
	"border-radius:3px;cursor:default}\n"
	".map td.e{border-left-width:5px}\n"
	".map th.t{font-weight:bold}\n"
	".tile td{width:1.1em;height:1.05em;font-size:9px;border-width:0 1px 1px 0}\n"
	".legend{display:flex;flex-wrap:wrap;gap:.3rem 1.2rem;margin:.5rem 0 1rem;padding:0;"
	"list-style:none}\n"
	".legend span{display:inline-block;min-width:1.5em;text-align:center;border-radius:3px;"
	"font-family:ui-monospace,monospace;margin-right:.4em}\n"
	".right{background:var(--right);color:var(--on-right)}\n"
	".foreign{background:var(--foreign);color:var(--on-foreign)}\n"
	".stale{background:var(--stale);color:var(--on-stale)}\n"
	".init{background:var(--init);color:var(--on-init)}\n"
	".shifted{background:var(--shifted);color:var(--on-shifted)}\n"
	".flipped{background:var(--flipped);color:var(--on-flipped)}\n"
	".unknown{background:var(--unknown);color:var(--on-unknown)}\n"
	".way{display:flex;flex-wrap:wrap;gap:.4rem;align-items:stretch;padding:0;list-style:none}"
	"\n"
	".way li{flex:1 1 11rem;border:1px solid var(--line);border-radius:.4rem;padding:.4rem "
	".7rem}"
	"\n.way li.bad{border:2px solid var(--foreign)}\n"
	".way li.bad b{color:var(--foreign)}\n"
	".way small{display:block;color:var(--dim)}\n"
	".time{border-left:2px solid var(--line);margin:0 0 0 .4rem;padding:0;list-style:none}\n"
	".time li{position:relative;padding:.15rem 0 .15rem 1.2rem}\n"
	".time li:before{content:\"\";position:absolute;left:-.45rem;top:.6rem;width:.75rem;"
	"height:.75rem;border-radius:50%;background:var(--dim)}\n"
	".time li.bad:before{background:var(--foreign)}\n"
	".time b{display:inline-block;min-width:5.5rem}\n"
	".bar{display:block;height:1.1rem;width:100%;min-width:9rem;max-width:36rem}\n"
	".bar .whole{fill:var(--soft)}.bar .range{fill:var(--init);opacity:.45}"
	".bar .point{fill:var(--ink)}\n"
	"footer{margin:2.5rem 0 1rem;color:var(--dim);font-size:.85rem}\n"
	"@media print{body{max-width:none}}\n";

/* The length of the character at @s, by its first byte alone; or 0. */
static size_t length_of(unsigned char c)
{
	return c < 0x80 ? 1 : c < 0xc2 ? 0 : c < 0xe0 ? 2 : c < 0xf0 ? 3 : c < 0xf5 ? 4 : 0;
}

/* The bytes of a character that XML may have: none of its controls, no surrogate, no non-character.
 */
static size_t character(const char *s)
{
	const unsigned char *c = (const unsigned char *)s;
	const size_t n = length_of(c[0]);

	if (n == 1)
		return (c[0] >= ' ' && c[0] != 0x7f) || c[0] == '\n' || c[0] == '\t';
	for (size_t i = 1; i < n; i++)
		if ((c[i] & 0xc0) != 0x80)
			return 0;
	/* Overlong forms, surrogates and what is beyond Unicode; C1 controls; U+FFFE and U+FFFF. */
	if ((c[0] == 0xe0 && c[1] < 0xa0) || (c[0] == 0xf0 && c[1] < 0x90) ||
	    (c[0] == 0xed && c[1] > 0x9f) || (c[0] == 0xf4 && c[1] > 0x8f) ||
	    (c[0] == 0xc2 && c[1] < 0xa0) || (c[0] == 0xef && c[1] == 0xbf && c[2] > 0xbd))
		return 0;
	return n;
}

void xs_html_text(FILE *f, const char *text)
{
	while (*text) {
		const size_t n = character(text);

		switch (*text) {
		case '<':
			fputs("&lt;", f);
			break;
		case '>':
			fputs("&gt;", f);
			break;
		case '&':
			fputs("&amp;", f);
			break;
		case '"':
			fputs("&quot;", f);
			break;
		case '\'':
			fputs("&#39;", f);
			break;
		default:
			if (n)
				fwrite(text, 1, n, f);
			else
				fputc('?', f);
		}
		text += n ? n : 1;
	}
}

void xs_html_print(FILE *f, const char *format, ...)
{
	char *text = NULL;
	va_list arg;
	int n;

	va_start(arg, format);
	n = vasprintf(&text, format, arg);
	va_end(arg);
	if (n < 0)
		return;
	xs_html_text(f, text);
	free(text);
}

void xs_html_begin(FILE *f, const char *title)
{
	fputs("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\"/>\n"
	      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n"
	      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
	      "style-src 'unsafe-inline'\"/>\n<title>",
	      f);
	xs_html_text(f, title);
	fprintf(f, "</title>\n<style>\n%s</style>\n</head>\n<body>\n<h1>", style);
	xs_html_text(f, title);
	fputs("</h1>\n", f);
}

void xs_html_end(FILE *f)
{
	fputs("<footer>xsavage " XS_VERSION "</footer>\n</body>\n</html>\n", f);
}
