# SPDX-License-Identifier: GPL-2.0-only
# cmake --install build --component kselftest --prefix DIR: the collection xsavage, in DIR, as the
# kernel's run_kselftest.sh and lib.mk take it (docs/fleet.md).
set(collection ${CMAKE_CURRENT_LIST_DIR})
install(TARGETS xsavage RUNTIME DESTINATION xsavage COMPONENT kselftest EXCLUDE_FROM_ALL)
install(FILES ${collection}/Makefile ${collection}/settings ${collection}/config
  DESTINATION xsavage COMPONENT kselftest EXCLUDE_FROM_ALL)
install(PROGRAMS ${collection}/check.sh
  DESTINATION xsavage COMPONENT kselftest EXCLUDE_FROM_ALL)
