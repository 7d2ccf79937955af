// SPDX-License-Identifier: GPL-2.0-only
/* What the probe says, in frames of tests/vm/stream.h over the second serial port. */
#include <stdarg.h>

#include "../stream.h"
#include "probe.h"

#define PORT	     0x2f8 /* COM2 */
#define LINE_STATUS  (PORT + 5)
#define CAN_SEND     0x20u
#define LINE_CONTROL (PORT + 3)
#define EIGHT_BITS   3u

#define LINE_BYTES 200u
#define WRONG_MAX  128u

struct line {
	char bytes[LINE_BYTES];
	uint32_t used;
};

static bool can_send(void)
{
	uint8_t status;

	asm volatile("inb %w1, %0" : "=a"(status) : "Nd"(LINE_STATUS));
	return status & CAN_SEND;
}

static void send(const void *bytes, size_t count)
{
	const uint8_t *at = bytes;

	while (count--) {
		while (!can_send())
			;
		asm volatile("outb %0, %w1" ::"a"(*at++), "Nd"(PORT));
	}
}

static void send_frame(enum xs_vm_frame type, const void *bytes, uint32_t count)
{
	uint8_t header[XS_VM_HEADER_BYTES] = { (uint8_t)type };

	xs_vm_put(header + 1, count, 4);
	send(header, sizeof(header));
	send(bytes, count);
}

void xs_greet(void)
{
	asm volatile("outb %0, %w1" ::"a"((uint8_t)EIGHT_BITS), "Nd"(LINE_CONTROL));
	send(XS_VM_GREETING, sizeof(XS_VM_GREETING) - 1);
}

void xs_leave(void)
{
	const uint8_t status[4] = { 0 };

	send_frame(XS_VM_EXIT, status, sizeof(status));
}

static void add(struct line *l, char c)
{
	if (l->used < LINE_BYTES)
		l->bytes[l->used++] = c;
}

static void add_number(struct line *l, uint64_t value, unsigned int base)
{
	char digits[20];
	unsigned int n = 0;

	do {
		digits[n++] = "0123456789abcdef"[value % base];
		value /= base;
	} while (value);
	while (n)
		add(l, digits[--n]);
}

static void add_all(struct line *l, const char *format, va_list args)
{
	for (; *format; format++) {
		const char *s;

		if (*format != '%') {
			add(l, *format);
			continue;
		}
		switch (*++format) {
		case 's':
			for (s = va_arg(args, const char *); *s; s++)
				add(l, *s);
			break;
		case 'u':
			add_number(l, va_arg(args, unsigned int), 10);
			break;
		case 'l': /* lx */
			format++;
			add(l, '0');
			add(l, 'x');
			add_number(l, va_arg(args, unsigned long), 16);
			break;
		}
	}
}

void xs_say(const char *format, ...)
{
	struct line l = { .used = 0 };
	va_list args;

	va_start(args, format);
	add_all(&l, format, args);
	va_end(args);
	add(&l, '\n');
	send_frame(XS_VM_STDOUT, l.bytes, l.used);
}

void xs_wrong(const char *what, const char *format, ...)
{
	static struct line said[WRONG_MAX];
	static uint32_t count;
	struct line l = { .used = 0 };
	va_list args;

	va_start(args, format);
	add_all(&l, "wrong ", args);
	add_all(&l, what, args);
	add_all(&l, ": ", args);
	add_all(&l, format, args);
	va_end(args);
	add(&l, '\n');
	for (uint32_t i = 0; i < count; i++)
		if (said[i].used == l.used && memcmp(said[i].bytes, l.bytes, l.used) == 0)
			return;
	if (count == WRONG_MAX)
		return;
	said[count++] = l;
	send_frame(XS_VM_STDOUT, l.bytes, l.used);
}
