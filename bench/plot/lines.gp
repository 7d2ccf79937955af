# SPDX-License-Identifier: GPL-2.0-only
# A line for each series over the categories, which are numbers. $points has a block for each series; its columns:
# category, value, low, high. place[] is where a category lies; "A plain" has the colour of "A altstack".
array tone[|series|]
tones = 0
kin(a, b) = strstrt(a, " ") && a[1 : strstrt(a, " ")] eq b[1 : strstrt(b, " ")]
do for [k = 1 : |series|] {
	tone[k] = -1
	do for [i = 1 : k - 1] { if (tone[k] < 0 && kin(series[k], series[i])) { tone[k] = tone[i] } }
	if (tone[k] < 0) { tone[k] = tones; tones = tones + 1 }
}
ends(s) = strlen(s) > 6 && s[strlen(s) - 5 : *] eq " plain"
dashed(k) = ends(series[k])
set grid x y lc rgb "#c0c0c0" lw 0.5 lt 1
set xtics ()
left = place[1]
right = place[1]
do for [i = 1 : |category|] {
	set xtics add (category[i] place[i])
	left = place[i] < left ? place[i] : left
	right = place[i] > right ? place[i] : right
}
around = right > left ? (right - left) * 0.03 : 1
set xrange [left - around : right + around]
set key outside right center vertical Left reverse samplen 2.5
set xlabel along
set ylabel is_time ? "" : unit
plot for [k = 1 : |series|] $points index k - 1 using (place[$1 + 1]):(at($2)):(at($3)):(at($4)) with yerrorlines \
	lc rgb colour(tone[k]) pt shape(tone[k]) - dashed(k) ps 0.6 lw 1.6 dt 1 + dashed(k) title series[k]
