# SPDX-License-Identifier: GPL-2.0-only
# A row for each category, a colour for each series. $points has a block for each series; its columns: category,
# value, low, high, whether the point is hollow, note.
row(i, k) = i + (k - (|series| - 1) / 2.0) * 0.8 / |series|
set grid x lc rgb "#c0c0c0" lw 0.5 lt 1
set ytics scale 0 ()
do for [i = 1 : |category|] { set ytics add (category[i] i - 1) }
set yrange [|category| - 0.5 : -0.5]
set errorbars small
set key outside top left horizontal Left reverse samplen 1
set xlabel is_time ? "" : unit
plot for [k = 0 : |series| - 1] $points index k using (at($2)):(row($1, k)):(at($3)):(at($4)) \
		with xerrorbars lc rgb colour(k) pt -1 lw 1.6 notitle, \
	for [k = 0 : |series| - 1] $points index k using (at($2)):(row($1, k)):(shape(k) - $5) \
		with points lc rgb colour(k) pt variable ps 0.6 notitle, \
	for [k = 0 : |series| - 1] $points index k using (at($4) > low ? at($4) : low):(row($1, k)):6 \
		with labels left offset 1, 0 font ",10" notitle, \
	for [k = 0 : |series| - 1] keyentry with points lc rgb colour(k) pt shape(k) ps 0.6 title series[k + 1]
