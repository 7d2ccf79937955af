# SPDX-License-Identifier: GPL-2.0-only
# What is installed, by component, and the Debian packages that "cpack" makes of that: xsavage,
# xsavage-fuzz and xsavage-bench.
include(GNUInstallDirs)
set(data ${CMAKE_INSTALL_DATADIR}/xsavage)
set(here ${CMAKE_CURRENT_LIST_DIR})

# A link with its target, which is relative.
function(install_link target folder name component)
  file(MAKE_DIRECTORY ${CMAKE_BINARY_DIR}/links/${folder})
  file(CREATE_LINK ${target} ${CMAKE_BINARY_DIR}/links/${folder}/${name} SYMBOLIC)
  install(FILES ${CMAKE_BINARY_DIR}/links/${folder}/${name} DESTINATION ${folder}
    COMPONENT ${component})
endfunction()

function(install_completion component)
  foreach(program ${ARGN})
    install_link(xsavage ${CMAKE_INSTALL_DATADIR}/bash-completion/completions ${program}
      ${component})
  endforeach()
endfunction()

# What is said of packages in Debian.
set(maintainer $ENV{DEBFULLNAME})
if(maintainer AND DEFINED ENV{DEBEMAIL})
  set(CPACK_PACKAGE_CONTACT "${maintainer} <$ENV{DEBEMAIL}>")
else()
  set(CPACK_PACKAGE_CONTACT "xsavage maintainers <maintainers@xsavage.invalid>")
endif()
string(TIMESTAMP date "%a, %d %b %Y %H:%M:%S +0000" UTC)
configure_file(${here}/changelog.in ${CMAKE_BINARY_DIR}/changelog)
execute_process(COMMAND gzip -9nf ${CMAKE_BINARY_DIR}/changelog)
function(install_package package component)
  install(FILES ${here}/copyright ${CMAKE_BINARY_DIR}/changelog.gz
    DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/${package} COMPONENT ${component})
endfunction()

# Manual pages; those of fuzz and bench are theirs.
function(install_pages component)
  if(TARGET man)
    set(pages ${ARGN})
    list(TRANSFORM pages PREPEND ${CMAKE_BINARY_DIR}/docs/man/pages/man1/)
    list(TRANSFORM pages APPEND .1.gz)
    install(FILES ${pages} DESTINATION ${CMAKE_INSTALL_MANDIR}/man1 COMPONENT ${component})
  endif()
endfunction()

install(TARGETS xsavage RUNTIME COMPONENT program)
foreach(tool "vm run" "kernels build")
  separate_arguments(tool)
  list(GET tool 0 folder)
  list(GET tool 1 script)
  install(DIRECTORY ${CMAKE_SOURCE_DIR}/tests/${folder}/ DESTINATION ${data}/${folder}
    COMPONENT program FILES_MATCHING PATTERN "*.[chS]" PATTERN bochs.sh PATTERN cpus.sh
    PATTERN "*.cocci" PATTERN "*.config" PATTERN copy.sh)
  install(PROGRAMS ${CMAKE_SOURCE_DIR}/tests/${folder}/${script} DESTINATION ${data}/${folder}
    COMPONENT program)
endforeach()
install_link(../${data}/vm/run ${CMAKE_INSTALL_BINDIR} xsavage-vm program)
install_link(../${data}/kernels/build ${CMAKE_INSTALL_BINDIR} xsavage-kernel program)
install(FILES ${CMAKE_SOURCE_DIR}/harness/completion/xsavage.bash RENAME xsavage
  DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions COMPONENT program)
install_completion(program xsavage-vm xsavage-kernel)
if(EXISTS /etc/debian_version)
  set(zsh vendor-completions)
else()
  set(zsh site-functions)
endif()
install(FILES ${CMAKE_SOURCE_DIR}/harness/completion/_xsavage
  DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/${zsh} COMPONENT program)
install_package(xsavage program)
if(TARGET man)
  install(DIRECTORY ${CMAKE_BINARY_DIR}/docs/man/pages/ DESTINATION ${CMAKE_INSTALL_MANDIR}
    COMPONENT program REGEX "xsavage-fuzz|xsavage-bench|xs-plot" EXCLUDE)
endif()

install(DIRECTORY ${CMAKE_SOURCE_DIR}/corpus/ DESTINATION ${data}/corpus COMPONENT corpus
  PATTERN parser EXCLUDE)
install(FILES ${CMAKE_SOURCE_DIR}/README.md DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/xsavage
  COMPONENT docs)
install(DIRECTORY ${CMAKE_SOURCE_DIR}/docs DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/xsavage
  COMPONENT docs FILES_MATCHING PATTERN "*.md" PATTERN "*.json" PATTERN man EXCLUDE)

if(TARGET xsavage-fuzz)
  install(TARGETS xsavage-fuzz RUNTIME COMPONENT fuzz)
  install(FILES ${CMAKE_BINARY_DIR}/fuzz/case.dict DESTINATION ${data} COMPONENT fuzz)
  install_completion(fuzz xsavage-fuzz)
  install_package(xsavage-fuzz fuzz)
  install_pages(fuzz xsavage-fuzz)
endif()

if(TARGET xsavage-bench)
  install(TARGETS xsavage-bench RUNTIME COMPONENT bench)
  install(DIRECTORY ${CMAKE_SOURCE_DIR}/bench/plot DESTINATION ${data} COMPONENT bench
    PATTERN xs-plot.py EXCLUDE PATTERN __pycache__ EXCLUDE)
  install(PROGRAMS ${CMAKE_SOURCE_DIR}/bench/plot/xs-plot.py DESTINATION ${data}/plot
    COMPONENT bench)
  install_link(../${data}/plot/xs-plot.py ${CMAKE_INSTALL_BINDIR} xs-plot bench)
  install_completion(bench xsavage-bench xs-plot)
  install_package(xsavage-bench bench)
  install_pages(bench xsavage-bench xs-plot)
endif()

# By them CPack finds out what a package depends on.
find_program(XS_SHLIBDEPS dpkg-shlibdeps)
find_program(XS_FILE file)
if(NOT XS_SHLIBDEPS OR NOT XS_FILE)
  xs_leave_out(packages "dpkg-shlibdeps or file is missing (apt-get install dpkg-dev file)")
  return()
endif()

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_PRE_BUILD_SCRIPTS ${here}/permissions.cmake)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_COMPONENTS_GROUPING ONE_PER_GROUP)
set(CPACK_COMPONENTS_ALL program corpus docs)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION utils)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_COMPRESSION_TYPE xz)

set(CPACK_DEBIAN_XSAVAGE_PACKAGE_NAME xsavage)
set(CPACK_DEBIAN_XSAVAGE_PACKAGE_SUGGESTS
  "qemu-system-x86, gcc, libc6-dev, cpio, coccinelle, linux-source-6.1")
set(CPACK_DEBIAN_XSAVAGE_DESCRIPTION
  "look for corruption of x86 FPU and vector registers around signals
Makes the kernel write and read signal frames under the conditions in which
it can go wrong, and proves every register in the frame, at handler entry and
after sigreturn, and across fork, exec and ptrace, and in core files. Also
boots kernels under QEMU, and builds ones with known bugs.")
set(CPACK_DEBIAN_FUZZ_PACKAGE_NAME xsavage-fuzz)
set(CPACK_DEBIAN_FUZZ_PACKAGE_DEPENDS "xsavage (= ${PROJECT_VERSION})")
set(CPACK_DEBIAN_FUZZ_DESCRIPTION
  "look for cases that corrupt x86 registers around signals, by libFuzzer
Makes cases for xsavage, runs them on this kernel, and keeps those that it
gets wrong.")
set(CPACK_DEBIAN_BENCH_PACKAGE_NAME xsavage-bench)
set(CPACK_DEBIAN_BENCH_PACKAGE_DEPENDS "xsavage (= ${PROJECT_VERSION}), python3:any")
set(CPACK_DEBIAN_BENCH_PACKAGE_RECOMMENDS "gnuplot-nox")
set(CPACK_DEBIAN_BENCH_PACKAGE_SUGGESTS "libbenchmark-tools, python3-scipy")
set(CPACK_DEBIAN_BENCH_DESCRIPTION
  "measure what signals, mitigations and proofs of registers cost
Times the delivery of signals, what keeps their stacks in memory, and xsavage
itself, and draws and compares what came of it.")
foreach(part fuzz bench)
  if(TARGET xsavage-${part})
    list(APPEND CPACK_COMPONENTS_ALL ${part})
  endif()
endforeach()
include(CPack)
foreach(part program corpus docs)
  cpack_add_component(${part} GROUP xsavage)
endforeach()
foreach(part fuzz bench)
  cpack_add_component(${part} GROUP ${part})
endforeach()
