# SPDX-License-Identifier: GPL-2.0-only
# What cpack packs is everybody's to read, whatever the umask it runs under.
execute_process(COMMAND chmod -R go=rX ${CPACK_TEMPORARY_INSTALL_DIRECTORY})
