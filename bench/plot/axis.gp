# SPDX-License-Identifier: GPL-2.0-only
# The axis of the numbers: x of dots.gp, y of lines.gp. xs-plot has set: unit, linear, low and high (of what is
# on it, above 0 where it is logarithmic), zero (something is 0), note (text stands behind a point).
is_time = strstrt(" ns us s ", " " . unit . " ") > 0
second = unit eq "ns" ? 1e-9 : unit eq "us" ? 1e-6 : 1
tic(v) = is_time ? gprintf("%.0s %cs", v * second) : \
	v >= 1000 && v < 1e6 ? sprintf("%d,%03d", int(v) / 1000, int(v) % 1000) : gprintf("%g", v)

# The next 1, 2 or 5 times a power of ten.
power(v) = 10.0 ** floor(log10(v))
down(v) = power(v) * (v / power(v) >= 5 ? 5 : v / power(v) >= 2 ? 2 : 1)
up(v) = power(v) * (v / power(v) > 5 ? 10 : v / power(v) > 2 ? 5 : v / power(v) > 1 ? 2 : 1)

low = low * 1.0 # no integers: they would divide as such
high = high * 1.0
if (linear) {
	around = (high - low) / 5 > abs(high) / 1000 ? (high - low) / 5 : abs(high) / 1000
	around = around > 0 ? around : 1.0
	# A line is read by its height above 0, a point by how far it is from others.
	from = axis eq "y" || low < around ? (low < 0 ? low : 0) : low - around
	to = high + around / 4
} else {
	low = zero ? power(low) : down(low)
	high = up(high) > low ? up(high) : low * 10
	nought = low / 10
	from = zero ? nought : low
	room = (high / from) ** 0.02
	to = high * (note ? (high / low) ** 0.35 : room)
	from = from / room
	decades = log10(high / low)
	step = 1 + int(decades / 12)
	eval sprintf("set logscale %s; set %stics ()", axis, axis)
	if (zero) { eval sprintf("set %stics add ('0' nought)", axis) }
	do for [e = floor(log10(low)) : ceil(log10(high)) : step] {
		do for [i = 1 : step > 1 ? 1 : 9] {
			v = i * 10.0 ** e
			named = i == 1 || (decades < 2 && (i == 2 || i == 5))
			if (v > low * 0.999 && v < high * 1.001) {
				eval sprintf(named ? "set %stics add (tic(v) v)" : "set %stics add ('' v 1)", axis)
			}
		}
	}
}
at(v) = linear || v > 0 ? v : nought
eval sprintf("set %srange [from:to]", axis)

# Okabe and Ito's colours, which the colour-blind can tell apart, without yellow and black.
colour(i) = word("#0072b2 #d55e00 #009e73 #cc79a7 #e69f00 #56b4e9 #8c6d31 #7f7f7f", 1 + i % 8)
# gnuplot's numbers of points; one less is the same, hollow.
shape(i) = int(word("7 5 9 11 13", 1 + i % 5))

set border 3
set tics nomirror
